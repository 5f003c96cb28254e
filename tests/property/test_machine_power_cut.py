"""The power goes at every single entry of an order; nothing is ever lost or made twice."""

import json
from collections import Counter
from dataclasses import replace

import pytest

from hal.documents import capabilities_of
from hal.orders import BayPick, CellPick, PackingOrder, PouchOrder, digest_of, document_of
from hal.status import capabilities_digest
from simulator.finishing import ordered
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.orders import parse
from simulator.spec import BaySpec, MachineSpec
from simulator.truth import truth_documents

POUCHES = 40
SPEC = MachineSpec(
    id="cut",
    bays=(BaySpec(1, "K1", "F1", "28100000001", 900), BaySpec(2, "K2", "F2", "28100000002", 900)),
    warm_up_ms=0,
)


def _order(machine: Machine, number: int, numbers: list[int]) -> PackingOrder:
    first, second = machine.bays_documents()
    pouches = []
    for one in numbers:
        picks: list[BayPick | CellPick] = []
        for bay, units in ((first, 1), (second, one % 3)):
            if one and units:
                tag = (str(bay["canister_id"]), str(bay["fill_code"]), str(bay["product"]))
                picks.append(BayPick(int(str(bay["number"])), *tag, units))
        if one % 5 == 1:
            picks.append(CellPick(one, "28100000003", 2))
        pouches.append(PouchOrder(one, f"S{one}", ("line", f"{one}"), tuple(picks)))
    capabilities = capabilities_of(json.dumps(machine.capabilities_document()))
    return PackingOrder(f"order-{number}", number, 1, capabilities_digest(capabilities), tuple(pouches))


def _give(machine: Machine, order: PackingOrder) -> None:
    answer = machine.store(document_of(order), digest_of(order))
    assert answer.ok, answer
    assert machine.start(1, order.number, order.number).ok


def _run(machine: Machine) -> None:
    while (wake := machine.next_wake_ms()) is not None and wake < 3_600_000:
        machine.advance(wake)


def _check(memory: InMemory) -> set[int]:
    """Check everything that must hold of a log; return the pouch numbers that were packed."""
    entries = [json.loads(line)["entry"] for line in memory.lines if line.startswith('{"entry"')]
    seq: Counter[str] = Counter()
    film = 0
    started: dict[int, tuple[int, int]] = {}
    outcomes: dict[int, str] = {}
    for entry in entries:
        seq[entry["boot"]] += 1
        assert entry["seq"] == seq[entry["boot"]]
        assert (entry["seq"] == 1) == (entry["kind"] == "PowerUp")
        if entry["kind"] == "PouchStarted":
            assert entry["fields"]["film"] == film + 1
            film += 1
            started[film] = (entry["order"], entry["pouch"])
        if entry["kind"] == "PouchClosed":
            closed = entry["fields"]["film"]
            assert closed not in outcomes
            assert started[closed] == (entry["order"], entry["pouch"])
            outcomes[closed] = entry["fields"]["outcome"]
    assert outcomes.keys() == started.keys()
    truth = {int(str(one["film"])): one for one in truth_documents(memory.lines)}
    assert {one: document["outcome"] for one, document in truth.items()} == outcomes
    packed = [started[one][1] for one, outcome in outcomes.items() if outcome == "packed"]
    assert len(set(packed)) == len(packed)
    return set(packed)


def _contents_are_right(memory: InMemory, orders: list[PackingOrder]) -> None:
    wanted = {}
    for order in orders:
        spec = parse(document_of(order), digest_of(order))
        wanted |= {(order.number, pouch.number): (ordered(pouch), pouch.symbol) for pouch in spec.pouches}
    for document in truth_documents(memory.lines):
        if document["outcome"] == "packed":
            key = int(str(document["order"])), int(str(document["pouch"]))
            assert (document["contents"], document["symbol"]) == wanted[key]


@pytest.mark.parametrize("profile", ["none", "visible", "stress"])
def test_power_cut_at_every_entry(profile: str) -> None:
    spec = replace(SPEC, profile=profile, seed=7)
    memory = InMemory()
    machine = Machine(spec, memory)
    before = len(memory.lines)
    first = _order(machine, 1, list(range(POUCHES)))
    _give(machine, first)
    _run(machine)
    total = len(memory.lines)
    assert total > before + 5 * POUCHES
    for cut in range(before + 1, total + 1):
        remembered = InMemory(memory.lines[:cut])
        again = Machine(spec, remembered)
        packed = _check(remembered)
        status = again.status_document()
        assert status["film"] == sum('"PouchStarted"' in line for line in remembered.lines)
        orders = status["orders"]
        assert isinstance(orders, list)
        assert sum(order["closed"] for order in orders) == len(packed)
        missing = [number for number in range(POUCHES) if number not in packed]
        if cut % 8 == 0 and missing:
            _finish(again, remembered, missing, [first], is_exact=profile != "stress")


def _finish(
    machine: Machine, memory: InMemory, missing: list[int], orders: list[PackingOrder], *, is_exact: bool
) -> None:
    """Order what is missing under new numbers, as a controller does, until everything is packed."""
    while missing:
        assert len(orders) < 30
        number = int(str(machine.status_document()["high_water"])) + 1
        orders.append(_order(machine, number, missing))
        _give(machine, orders[-1])
        _run(machine)
        done = _check(memory)
        missing = [one for one in missing if one not in done]
    assert _check(memory) == set(range(POUCHES))
    if is_exact:
        _contents_are_right(memory, orders)
