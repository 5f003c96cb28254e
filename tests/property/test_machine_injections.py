"""Any faults, in any order, at any time, with power cuts between: what a machine promises holds all the same."""

import json
from collections import Counter
from dataclasses import replace
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from simulator.injection import FAULTS, Injection, injection_of, taken_back
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.power import forget
from simulator.spec import BaySpec, MachineSpec
from simulator.truth import truth_documents
from tests.support.bench import Bench

BAYS = (BaySpec(1, "K1", "F1", "28100000001", 60), BaySpec(2, "K2", "F2", "28100000002", 60))
SPEC = MachineSpec("any", BAYS, profile="stress", film_metres=2, ribbon_prints=30, clear_ms=9_000, refill_ms=15_000)
IN_MACHINE = sorted(name for name, fault in FAULTS.items() if fault.where == "machine")
SMALL = st.integers(0, 3)


@st.composite
def injections(draw: st.DrawFn) -> Injection:
    """Any fault of a machine, small numbers in its arguments."""
    name = draw(st.sampled_from(IN_MACHINE))
    fault = FAULTS[name]
    values = {}
    for key, kind in fault.arguments.items():
        if key in fault.choices:
            values[key] = draw(st.sampled_from(fault.choices[key]))
        elif key in {"ms", "for_ms"}:
            values[key] = str(draw(st.sampled_from([0, 700, 20_000])))
        elif key == "year":
            values[key] = str(draw(st.sampled_from([0, 1999, 2024, 2100, 99_999])))
        elif key == "seconds":
            values[key] = str(draw(st.integers(-4_000, 4_000)))
        else:
            values[key] = str(draw(SMALL)) if kind is int else draw(st.sampled_from(["28100000002", "K1", "K5"]))
    return injection_of(name, values)


class Injections(RuleBasedStateMachine):
    """A controller that packs, and somebody who spoils everything."""

    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench()
        self.bench.spec = replace(SPEC, film_bits=4)
        self.bench.memory = InMemory()
        self.bench.machine = Machine(self.bench.spec, self.bench.memory)
        self.checked = 0

    @property
    def machine(self) -> Machine:
        return self.bench.machine

    @rule(injection=injections())
    def inject(self, injection: Injection) -> None:
        answer = self.machine.inject(injection)
        assert answer.ok or answer.reasons[0][0] == "WRONG_STATE"

    @rule(name=st.sampled_from(IN_MACHINE))
    def take_back(self, name: str) -> None:
        assert self.machine.inject(taken_back(name)).ok

    @rule(pouches=st.integers(1, 5), units=st.integers(1, 3), ms=st.sampled_from([300, 2_000, 60_000]))
    def pack(self, pouches: int, units: int, ms: int) -> None:
        status = self.machine.status_document()
        tags = [int(str(one["number"])) for one in self.machine.bays_documents()]
        number, epoch = int(str(status["high_water"])) + 1, int(str(status["epoch"]))
        picks = [self.bench.pick(bay, units) for bay in tags]
        order = self.bench.order(number, *([*picks, self.bench.cell(one + 1)] for one in range(pouches)), epoch=epoch)
        if self.bench.store(order).ok:
            self.bench.start(number, epoch)
        self.bench.wait(ms)

    @rule(ms=st.sampled_from([50, 1_000, 30_000, 200_000]))
    def wait(self, ms: int) -> None:
        self.bench.wait(ms)

    @rule()
    def clear(self) -> None:
        self.machine.command("Clear")

    @rule(back=st.integers(0, 20), lost=st.sampled_from(["", "order_table_lost", "order_table_older"]))
    def power_cut(self, back: int, lost: str) -> None:
        keep = max(self.checked, len(self.bench.memory.lines) - back)
        self.bench.memory = InMemory(self.bench.memory.lines[:keep])
        if lost:
            forget(self.bench.memory, injection_of(lost, {}))
        before = _right_of(self.machine)
        self.bench.cut_power()
        assert _right_of(self.machine).keys() <= before.keys() | {1, 2}

    @invariant()
    def promises_hold(self) -> None:
        self.checked = len(self.bench.memory.lines)
        entries = [json.loads(line)["entry"] for line in self.bench.memory.lines if line.startswith('{"entry"')]
        _check_seq(entries)
        _check_films(entries, list(truth_documents(self.bench.memory.lines)))
        _check_orders(entries, self.machine)


def _right_of(machine: Machine) -> dict[int, object]:
    return {int(str(one["number"])): one for one in machine.bays_documents()}


def _check_seq(entries: list[dict[str, object]]) -> None:
    """Numbers rise by one inside a boot, whatever the clock says."""
    for former, entry in pairwise(entries):
        same = former["boot"] == entry["boot"]
        assert entry["seq"] == (int(str(former["seq"])) + 1 if same else 1)
        assert same or entry["kind"] == "PowerUp"


def _check_films(entries: list[dict[str, object]], truth: list[dict[str, object]]) -> None:
    """Every film that was fed has exactly one outcome and one truth; what is packed has its whole journal."""
    under_way: list[dict[str, object]] | None = None
    closed = 0
    for entry in entries:
        fields = entry["fields"]
        assert isinstance(fields, dict)
        if entry["kind"] == "PouchStarted":
            assert under_way is None
            under_way = []
        if under_way is not None and entry["pouch"] != -1:
            under_way.append(entry)
        if entry["kind"] != "PouchClosed":
            continue
        assert under_way is not None
        told = truth[closed]
        closed += 1
        assert (told["film"], told["order"], told["pouch"]) == (closed, entry["order"], entry["pouch"])
        assert told["outcome"] == fields["outcome"]
        if fields["outcome"] == "packed":
            _check_packed(under_way)
        under_way = None
    assert len(truth) == closed


def _check_packed(entries: list[dict[str, object]]) -> None:
    kinds = [str(entry["kind"]) for entry in entries]
    drops = [entry["fields"] for entry in entries if entry["kind"] == "Dropped"]
    assert kinds == ["PouchStarted", *["Dropped"] * len(drops), "Sealed", "Printed", "Inspected", "PouchClosed"]
    assert all(isinstance(drop, dict) and drop["counted"] == drop["commanded"] for drop in drops)
    sealed, inspected = entries[-4]["fields"], entries[-2]["fields"]
    assert isinstance(sealed, dict)
    assert isinstance(inspected, dict)
    assert sealed["temperature_dc"] >= 1_300
    assert inspected["result"] == "pass"
    assert inspected["read"] != ""
    assert len({str(entry["fields"]["film"]) for entry in entries if "film" in entry["fields"]}) == 1  # type: ignore[index,operator]  # mappings


def _check_orders(entries: list[dict[str, object]], machine: Machine) -> None:
    """No pouch is packed twice, and no order counts more than were packed."""
    packed = Counter(
        (entry["order"], entry["pouch"])
        for entry in entries
        if entry["kind"] == "PouchClosed" and entry["fields"]["outcome"] == "packed"  # type: ignore[index]  # a mapping
    )
    assert set(packed.values()) <= {1}
    counts = Counter(order for order, _ in packed)
    orders = machine.status_document()["orders"]
    assert isinstance(orders, list)
    assert all(order["closed"] <= counts[order["number"]] for order in orders)


TestInjections = Injections.TestCase
TestInjections.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
