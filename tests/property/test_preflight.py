"""Random machines and random orders: what is refused before sending is what the machine refuses, code by code."""

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from hal.documents import bays_of, capabilities_of, status_of
from hal.driver import Lease
from hal.journal import entry_of
from hal.orders import BayPick, CellPick, PackingOrder, PouchOrder, digest_of, document_of
from hal.preflight import refusals
from hal.status import Bay, capabilities_digest
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.spec import BaySpec, MachineSpec

PRODUCTS = ("28100000001", "28100000002")
bays = st.integers(0, 3).map(
    lambda count: tuple(BaySpec(one, f"K{one}", f"F{one}", PRODUCTS[one % 2], 500) for one in range(1, count + 1))
)
specs = st.builds(
    MachineSpec,
    id=st.just("any"),
    bays=bays,
    tray_cells=st.integers(0, 4),
    pouch_units=st.integers(1, 6),
    print_lines=st.integers(1, 3),
    print_columns=st.sampled_from([0, 3, 8]),
    order_pouches=st.integers(1, 4),
    queue_depth=st.integers(2, 3),
    cell_quarters=st.sampled_from([(0,), (2,), (1, 2, 3), (4,)]),
    charset=st.sampled_from(["utf-8", "iso-8859-1"]),
    symbol_characters=st.sampled_from([0, 4, 12]),
    warm_up_ms=st.just(0),
)
texts = st.sampled_from(["", "abc", "Åse Øst", "dose €1", "zażółć", "x" * 9])


@st.composite
def orders(draw: st.DrawFn, there: tuple[Bay, ...], digest: str, number: int) -> PackingOrder:
    """Return an order that a machine with these bays may or may not take."""
    cells = draw(st.lists(st.integers(0, 5), max_size=3, unique=draw(st.booleans())))
    pouches = []
    for one in range(draw(st.integers(0, 5))):
        picks: list[BayPick | CellPick] = []
        if there and draw(st.booleans()):
            bay = draw(st.sampled_from(there))
            pick = BayPick(bay.number, bay.canister_id, bay.fill_code, bay.product, draw(st.integers(1, 4)))
            changes = ({}, {}, {}, {"fill_code": "old"}, {"bay": 9}, {"product": "28109999999"})
            picks.append(replace(pick, **draw(st.sampled_from(changes))))
        if cells and draw(st.booleans()):
            picks.append(CellPick(cells.pop(), PRODUCTS[0], draw(st.integers(1, 8))))
        lines = tuple(draw(st.lists(texts, max_size=4)))
        pouches.append(PouchOrder(draw(st.sampled_from([one, one, one, 0])), f"S{draw(texts)}", lines, tuple(picks)))
    epoch = draw(st.sampled_from([5, 5, 5, 5, 4]))
    known = draw(st.sampled_from([digest, digest, digest, "0" * 64]))
    return PackingOrder(
        f"o{number}", max(0, number + draw(st.sampled_from([0, 0, 0, 1, -1]))), epoch, known, tuple(pouches)
    )


@given(spec=specs, data=st.data(), mode=st.sampled_from([1, 1, 1, 1, 2]))
@settings(max_examples=150, deadline=None)
def test_refused_before_sending_is_refused_by_the_machine_and_what_is_taken_is_packed(
    spec: MachineSpec, data: st.DataObject, mode: int
) -> None:
    machine = Machine(spec, InMemory())
    assert machine.hello("me", 5).ok
    capabilities = capabilities_of(json.dumps(machine.capabilities_document()))
    there = bays_of(json.dumps(machine.bays_documents()))
    taken: list[PackingOrder] = []
    for turn in range(1, 4):
        if turn == 3:
            assert machine.set_mode(mode).ok
        again = taken and data.draw(st.booleans())
        order = taken[-1] if again else data.draw(orders(there, capabilities_digest(capabilities), turn))
        status = status_of(json.dumps(machine.status_document()))
        expected = refusals(order, capabilities, there, status, Lease("me", 5))
        answer = machine.store(document_of(order), digest_of(order))
        assert {reason.code for reason in expected} == {code for code, _ in answer.reasons}
        if expected and expected[0].code != "BAD_DOCUMENT":
            assert [(reason.code, reason.detail) for reason in expected] == list(answer.reasons)
        if answer.ok and order not in taken:
            taken.append(order)
    assert machine.set_mode(1).ok
    _all_are_packed(machine, taken)


def _all_are_packed(machine: Machine, taken: list[PackingOrder]) -> None:
    for command, order in enumerate(taken, start=1):
        assert machine.start(5, command, order.number).ok
    machine.advance(600_000)
    entries = [entry_of(text) for text in machine.journal_after("", 0, 1_000)]
    closed = [(one.order_number, one.pouch) for one in entries if one.kind == "PouchClosed"]
    assert sorted(closed) == sorted((order.number, pouch.number) for order in taken for pouch in order.pouches)
    assert not [one for one in entries if one.kind == "AlarmRaised"]
    assert all(one.fields["outcome"] == "packed" for one in entries if one.kind == "PouchClosed")
