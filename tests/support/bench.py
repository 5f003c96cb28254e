"""A bench with one machine on it, driven by the clock of the test."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hal.orders import BayPick, CellPick, PackingOrder, Pick, PouchOrder, digest_of, document_of
from simulator import capabilities
from simulator.injection import injection_of, taken_back
from simulator.machine import Answer, Machine
from simulator.memory import InMemory
from simulator.spec import BaySpec, MachineSpec
from simulator.truth import truth_documents

BAYS = (BaySpec(1, "K1", "F1", "28100000001", 500), BaySpec(2, "K2", "F2", "28100000002", 500))


class Bench:
    """One machine with two canisters; `changes` are fields of its specification."""

    def __init__(self, **changes: object) -> None:
        self.spec = replace(MachineSpec("bench", BAYS, warm_up_ms=0), **changes)  # type: ignore[arg-type]  # by name
        self.memory = InMemory()
        self.machine = Machine(self.spec, self.memory)

    @property
    def command(self) -> int:
        """The next command id."""
        return int(str(self.machine.status_document()["command"])) + 1

    def start(self, number: int, epoch: int = 1) -> Answer:
        return self.machine.start(epoch, self.command, number)

    def pause(self, epoch: int = 1) -> Answer:
        return self.machine.pause(epoch, self.command)

    def stop(self, epoch: int = 1) -> Answer:
        return self.machine.stop(epoch, self.command)

    def pick(self, bay: int, units: int = 1) -> BayPick:
        tags = {one["number"]: one for one in self.machine.bays_documents()}
        tag = tags[bay]
        return BayPick(bay, str(tag["canister_id"]), str(tag["fill_code"]), str(tag["product"]), units)

    def cell(self, cell: int, quarters: int = 2) -> CellPick:
        return CellPick(cell, "28100000003", quarters)

    def order(self, number: int, *pouches: Sequence[Pick], epoch: int = 1) -> PackingOrder:
        made = tuple(PouchOrder(one, f"S{one}", ("line",), tuple(picks)) for one, picks in enumerate(pouches))
        return PackingOrder(f"order-{number}", number, epoch, capabilities.digest(self.spec), made)

    def store(self, order: PackingOrder) -> Answer:
        return self.machine.store(document_of(order), digest_of(order))

    def give(self, number: int, *pouches: Sequence[Pick]) -> PackingOrder:
        order = self.order(number, *pouches)
        assert self.store(order).ok
        assert self.start(number).ok
        return order

    def wait(self, ms: int) -> None:
        self.machine.advance(self.machine.now_ms + ms)

    def wait_for(self, state: str) -> None:
        for _ in range(100_000):
            if self.machine.state == state:
                return
            wake = self.machine.next_wake_ms()
            assert wake is not None, f"{self.machine.state} for ever, not {state}"
            self.machine.advance(wake)
        raise AssertionError(state)

    def inject(self, name: str, **values: object) -> None:
        answer = self.machine.inject(injection_of(name, {key: str(value) for key, value in values.items()}))
        assert answer.ok, answer

    def take_back(self, name: str) -> None:
        assert self.machine.inject(taken_back(name)).ok

    def cut_power(self) -> None:
        self.memory = InMemory(self.memory.lines)
        self.machine = Machine(self.spec, self.memory)

    def entries(self, *kinds: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = []
        boot_id, seq = "", 0
        while texts := self.machine.journal_after(boot_id, seq, 1_000):
            entries += [json.loads(text) for text in texts]
            boot_id, seq = entries[-1]["boot"], entries[-1]["seq"]
        return [entry for entry in entries if not kinds or entry["kind"] in kinds]

    def truth(self) -> list[dict[str, object]]:
        return list(truth_documents(self.memory.lines))

    def outcomes(self) -> list[tuple[int, str, str]]:
        return [
            (entry["pouch"], entry["fields"]["outcome"], entry["fields"]["reason"])
            for entry in self.entries("PouchClosed")
        ]

    def order_states(self) -> dict[int, str]:
        orders = self.machine.status_document()["orders"]
        assert isinstance(orders, list)
        return {order["number"]: order["state"] for order in orders}

    def alarms(self) -> list[str]:
        alarms = self.machine.status_document()["alarms"]
        assert isinstance(alarms, list)
        return [alarm["code"] for alarm in alarms]
