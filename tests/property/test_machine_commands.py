"""Any commands, in any order, at any time, with power cuts between: the machine's promises hold."""

import json
from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from hal.journal import document_of as entry_document
from hal.journal import entry_of
from hal.orders import BayPick, CellPick, PackingOrder, PouchOrder, digest_of, document_of
from hal.wire.words import (
    COMMANDS,
    CONFLICT,
    FENCED,
    PRODUCE,
    QUEUE_FULL,
    STALE_JOB,
    UNKNOWN_ORDER,
    WRONG_MODE,
    WRONG_STATE,
)
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.packml import COMMANDED, COMPLETED
from simulator.spec import BaySpec, MachineSpec
from simulator.truth import truth_documents

LIVE = {"loaded", "running", "held"}


class Commands(RuleBasedStateMachine):
    """A controller and an operator that do anything."""

    orders = Bundle("orders")

    def __init__(self) -> None:
        super().__init__()
        bays = (BaySpec(1, "K1", "F1", "28100000001", 40), BaySpec(2, "K2", "F2", "28100000002", 15))
        self.spec = MachineSpec(id="any", bays=bays, profile="stress", clear_ms=9_000, refill_ms=15_000)
        self.memory = InMemory()
        self.machine = Machine(self.spec, self.memory)
        self.now = 0
        self.epoch = 0
        self.digests: dict[int, str] = {}
        self.checked = 0
        self.commands = 0

    def next(self) -> int:
        self.commands += 1
        return self.commands

    def status(self) -> dict[str, object]:
        return self.machine.status_document()

    def states(self) -> dict[int, str]:
        orders = self.status()["orders"]
        assert isinstance(orders, list)
        return {order["number"]: order["state"] for order in orders}

    @rule(target=orders, ahead=st.sampled_from([1, 1, 1, 2, 0, -1]), pouches=st.integers(1, 6), tray=st.booleans())
    def store_new(self, ahead: int, pouches: int, tray: bool) -> PackingOrder:  # noqa: FBT001
        number = max(1, int(str(self.status()["high_water"])) + ahead)
        from simulator import capabilities  # noqa: PLC0415

        bays = self.machine.bays_documents()
        picks: list[BayPick | CellPick] = [
            BayPick(int(str(bay["number"])), str(bay["canister_id"]), str(bay["fill_code"]), str(bay["product"]), units)
            for units, bay in enumerate(bays, start=1)
        ]
        order = PackingOrder(
            f"o{number}-{pouches}",
            number,
            self.epoch,
            capabilities.digest(self.spec),
            tuple(
                PouchOrder(one, f"s{one}", ("a",), (*picks, CellPick(one, "28100000003", 2)) if tray else tuple(picks))
                for one in range(1, pouches + 1)
            ),
        )
        high_water = self.status()["high_water"]
        live = sum(state in LIVE for state in self.states().values())
        answer = self.machine.store(document_of(order), digest_of(order))
        known = self.digests.get(number)
        codes = {code for code, _ in answer.reasons}
        if known is not None:
            wrong_mode = {WRONG_MODE} if self.machine.mode != PRODUCE else set[str]()
            assert codes == (set() if known == digest_of(order) else {CONFLICT, *wrong_mode})
        else:
            assert (STALE_JOB in codes) == (number <= int(str(high_water)))
            assert (QUEUE_FULL in codes) == (live >= self.spec.queue_depth)
            assert (WRONG_MODE in codes) == (self.machine.mode != PRODUCE)
            assert codes <= {STALE_JOB, QUEUE_FULL, WRONG_MODE}
        if answer.ok:
            self.digests[number] = digest_of(order)
        return order

    @rule(order=orders)
    def store_again(self, order: PackingOrder) -> None:
        before = self.machine.total_entries
        answer = self.machine.store(document_of(order), digest_of(order))
        if order.epoch < self.epoch:
            assert FENCED in {code for code, _ in answer.reasons}
        elif self.digests.get(order.number) == digest_of(order):
            assert answer.ok
            assert self.machine.total_entries == before
        if answer.ok:
            self.digests[order.number] = digest_of(order)

    @rule(ms=st.sampled_from([1_000, 5_000, 20_000]))
    def start_all_and_wait(self, ms: int) -> None:
        for number, state in self.states().items():
            if state == "loaded":
                answer = self.machine.start(self.epoch, self.next(), number)
                assert answer.ok or self.machine.state in {"Aborting", "Aborted"} or self.machine.mode != PRODUCE
        self.wait(ms)

    @rule(order=orders)
    def start(self, order: PackingOrder) -> None:
        states = self.states()
        answer = self.machine.start(self.epoch, self.next(), order.number)
        if order.number not in self.digests:
            assert {code for code, _ in answer.reasons} <= {UNKNOWN_ORDER, WRONG_STATE, WRONG_MODE}
            assert not answer.ok
        elif states.get(order.number) == "interrupted":
            assert WRONG_STATE in [code for code, _ in answer.reasons]

    @rule(ms=st.sampled_from([1, 50, 400, 1_000, 3_000, 20_000, 100_000]))
    def wait(self, ms: int) -> None:
        self.now += ms
        self.machine.advance(self.now)

    @rule()
    def pause(self) -> None:
        assert self.machine.pause(self.epoch, self.next()).ok

    @rule()
    def stop(self) -> None:
        assert self.machine.stop(self.epoch, self.next()).ok

    @rule(name=st.sampled_from([*COMMANDS, "Dance"]))
    def command(self, name: str) -> None:
        state = self.machine.state
        alarms = self.status()["alarms"]
        answer = self.machine.command(name)
        barred = (name == "Unhold" and alarms) or (name == "Unsuspend" and any(self.machine.unit.interlocks))
        allowed = state in COMMANDS.get(name, ()) and not barred
        assert answer.ok == allowed
        assert answer.ok or answer.reasons[0][0] == WRONG_STATE

    @rule(mode=st.integers(0, 4))
    def set_mode(self, mode: int) -> None:
        before, state = self.machine.mode, self.machine.state
        answer = self.machine.set_mode(mode)
        assert answer.ok <= (mode in {1, 2, 3} and state in {"Stopped", "Idle", "Aborted"})
        assert self.machine.mode == (mode if answer.ok else before)

    @rule(speed=st.integers(-1, 100))
    def set_speed(self, speed: int) -> None:
        assert self.machine.set_speed(speed).ok == (1 <= speed <= self.spec.pouches_per_minute)

    @rule(number=st.integers(0, 5), is_set=st.booleans())
    def set_interlock(self, number: int, is_set: bool) -> None:  # noqa: FBT001 - drawn
        assert self.machine.set_interlock(number, is_set=is_set).ok == (1 <= number <= 4)

    @rule(step=st.integers(1, 3))
    def take_over(self, step: int) -> None:
        self.epoch += step
        assert self.machine.hello("other", self.epoch).ok

    @precondition(lambda self: self.epoch > 0)
    @rule(data=st.data())
    def late_controller(self, data: st.DataObject) -> None:
        old = data.draw(st.integers(0, self.epoch - 1))
        before = self.memory.read()
        answers = [
            self.machine.hello("old", old),
            self.machine.start(old, 1, 1),
            self.machine.pause(old, 1),
            self.machine.stop(old, 1),
        ]
        assert all(not answer.ok and answer.reasons[0][0] == FENCED for answer in answers)
        assert self.memory.read() == before

    @rule(back=st.integers(0, 30))
    def power_cut(self, back: int) -> None:
        # The newest lines may not have been written; what was seen over the wire is behind `checked`.
        keep = max(self.checked, len(self.memory.lines) - back)
        self.memory = InMemory(self.memory.lines[:keep])
        self.machine = Machine(self.spec, self.memory)
        self.now = 0
        assert not any(state in LIVE for state in self.states().values())
        assert int(str(self.status()["epoch"])) == self.epoch

    @invariant()
    def promises_hold(self) -> None:
        self.checked = len(self.memory.lines)
        seq: Counter[str] = Counter()
        film = 0
        state = "Stopped"
        packed: set[tuple[int, int]] = set()
        running: set[int] = set()
        mode = PRODUCE
        for line in self.memory.lines:
            entry = json.loads(line).get("entry")
            if entry is None:
                continue
            fields, kind = entry["fields"], entry["kind"]
            seq[entry["boot"]] += 1
            assert entry["seq"] == seq[entry["boot"]]
            if kind == "PowerUp":
                state, running = "Stopped", set()
                assert fields["film"] == film
            elif kind == "StateChanged":
                assert fields["from"] == state
                _assert_legal(state, fields["to"])
                state = fields["to"]
            elif kind == "PouchStarted":
                film += 1
                assert fields["film"] == film
                assert state == "Execute"
                assert mode == PRODUCE
                assert entry["order"] in running
            elif kind == "ModeChanged":
                assert fields["from"] == mode
                assert state in {"Stopped", "Idle", "Aborted"}
                mode = fields["to"]
            elif kind == "OrderChanged":
                (running.add if fields["state"] == "running" else running.discard)(entry["order"])
                assert len(running) <= 1
            elif kind == "PouchClosed" and fields["outcome"] == "packed":
                assert (entry["order"], entry["pouch"]) not in packed
                assert state in {"Execute", "Holding", "Suspending", "Completing", "Stopping"}
                packed.add((entry["order"], entry["pouch"]))
        assert state == self.machine.state
        assert mode == self.machine.mode
        assert film == self.status()["film"]
        truth = [
            (one["order"], one["pouch"]) for one in truth_documents(self.memory.lines) if one["outcome"] == "packed"
        ]
        assert set(truth) == packed
        assert len(truth) == len(packed)

    @invariant()
    def journal_is_canonical(self) -> None:
        entries = self.machine.journal_after("", 0, 1_000)
        assert all(entry_document(entry_of(text)) == text for text in entries[-20:])

    def teardown(self) -> None:
        """Left alone, the machine comes to rest, and then every order is over that was started."""
        for number in range(1, 5):
            assert self.machine.set_interlock(number, is_set=False).ok
        self.machine.command("Unsuspend")
        self.machine.command("Unhold")
        self.machine.advance(self.now + 3_600_000)
        assert self.machine.state not in {"Holding", "Suspending", "Completing", "Stopping", "Starting", "Resetting"}
        self.promises_hold()


def _assert_legal(before: str, after: str) -> None:
    by_command = {COMMANDED[name] for name, states in COMMANDS.items() if before in states}
    assert after in by_command or COMPLETED.get(before) == after


TestCommands = Commands.TestCase
TestCommands.settings = settings(max_examples=100, stateful_step_count=60, deadline=None)
