"""A fault put into a roll or an order at random is always found."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dispenser.core.citizen import Identity
from dispenser.core.ids import RollId
from dispenser.core.plan import MedicationPlan
from dispenser.core.pouch import Content, Pouch
from dispenser.core.quantity import QUARTERS_PER_UNIT, Quarters
from dispenser.core.roll import Period, Roll
from dispenser.core.translate import fitting, needs_of
from hal.orders import BayPick, CellPick, PackingOrder, Pick, PouchOrder
from safety.batch_checks import check_batch
from safety.findings import Verdict, verdict_of
from safety.order_checks import check_order
from scheduling.assignment import assign
from tests.support.medicine import LIMITS, SLOTS, batch, roll, stock
from tests.support.orders import IDENTITY, label, order_for
from tests.support.strategies import PRODUCTS, busy_plans, plans, windows

STOCK = stock({1: ("A", 9999), 2: ("B", 9999), 3: ("A", 9999), 4: ("E", 9999)}, cells=5000)

RollFault = Callable[[st.DataObject, Roll], Roll]
OrderFault = Callable[[st.DataObject, PackingOrder], PackingOrder]
LabelFault = Callable[[st.DataObject, PackingOrder, Roll], PackingOrder]


def one_of(data: st.DataObject, roll_: Roll) -> tuple[Pouch, Content]:
    pouch = data.draw(st.sampled_from(roll_.pouches))
    return pouch, data.draw(st.sampled_from(pouch.contents))


def with_pouches(roll_: Roll, *changed: Pouch) -> Roll:
    by_number = {pouch.number: pouch for pouch in changed}
    return replace(roll_, pouches=tuple(by_number.get(pouch.number, pouch) for pouch in roll_.pouches))


def without(pouch: Pouch, content: Content) -> Pouch:
    kept = list(pouch.contents)
    kept.remove(content)
    return replace(pouch, contents=tuple(kept))


def content_dropped(data: st.DataObject, roll_: Roll) -> Roll:
    pouch, content = one_of(data, roll_)
    return with_pouches(roll_, without(pouch, content))


def content_doubled(data: st.DataObject, roll_: Roll) -> Roll:
    pouch, content = one_of(data, roll_)
    return with_pouches(roll_, replace(pouch, contents=(*pouch.contents, content)))


def content_moved(data: st.DataObject, roll_: Roll) -> Roll:
    pouch, content = one_of(data, roll_)
    others = [one for one in roll_.pouches if (one.date, one.slot) != (pouch.date, pouch.slot)]
    other = data.draw(st.sampled_from(others))
    return with_pouches(roll_, without(pouch, content), replace(other, contents=(*other.contents, content)))


def quantity_off(data: st.DataObject, roll_: Roll) -> Roll:
    pouch, content = one_of(data, roll_)
    off = replace(content, quarters=Quarters(content.quarters + data.draw(st.sampled_from([-1, 1, 4]))))
    return with_pouches(roll_, replace(pouch, contents=tuple(off if one is content else one for one in pouch.contents)))


def product_swapped(data: st.DataObject, roll_: Roll) -> Roll:
    pouch, content = one_of(data, roll_)
    other = data.draw(st.sampled_from(sorted(set(PRODUCTS.products) - {content.product_id})))
    off = replace(content, product_id=other)
    return with_pouches(roll_, replace(pouch, contents=tuple(off if one is content else one for one in pouch.contents)))


def pouch_lost(data: st.DataObject, roll_: Roll) -> Roll:
    lost = data.draw(st.sampled_from(roll_.pouches))
    kept = [pouch for pouch in roll_.pouches if pouch is not lost]
    return replace(roll_, pouches=tuple(replace(one, number=place) for place, one in enumerate(kept, start=1)))


def day_shifted(data: st.DataObject, roll_: Roll) -> Roll:
    pouch = data.draw(st.sampled_from(roll_.pouches))
    return with_pouches(roll_, replace(pouch, date=pouch.date + timedelta(days=data.draw(st.sampled_from([-1, 1])))))


@pytest.mark.parametrize(
    "fault",
    [content_dropped, content_doubled, content_moved, quantity_off, product_swapped, pouch_lost, day_shifted],
)
@given(data=st.data(), plan=busy_plans(), period=windows(7, 2))
@settings(max_examples=30, deadline=None)
def test_faults_in_a_roll(fault: RollFault, data: st.DataObject, plan: MedicationPlan, period: Period) -> None:
    made = roll(plan, period, PRODUCTS)
    wrong = fault(data, made)
    findings = check_batch(batch(wrong, period=period), {plan.citizen_id: plan}, PRODUCTS, SLOTS)
    assert verdict_of(findings) is Verdict.REFUSE


def pick_of(data: st.DataObject, order: PackingOrder, kind: type[Pick] | None = None) -> tuple[PouchOrder, Pick]:
    choices = [(p, pick) for p in order.pouches for pick in p.picks if kind is None or isinstance(pick, kind)]
    return data.draw(st.sampled_from(choices))


def with_picks(order: PackingOrder, pouch: PouchOrder, *picks: Pick) -> PackingOrder:
    return replace(
        order, pouches=tuple(replace(one, picks=picks) if one.number == pouch.number else one for one in order.pouches)
    )


def pick_dropped(data: st.DataObject, order: PackingOrder) -> PackingOrder:
    pouch, pick = pick_of(data, order)
    return with_picks(order, pouch, *[one for one in pouch.picks if one is not pick])


def pick_doubled(data: st.DataObject, order: PackingOrder) -> PackingOrder:
    pouch, pick = pick_of(data, order)
    return with_picks(order, pouch, *pouch.picks, pick)


def canister_swapped(data: st.DataObject, order: PackingOrder) -> PackingOrder:
    pouch, pick = pick_of(data, order, BayPick)
    assert isinstance(pick, BayPick)
    others = [one for one in STOCK.canisters if one.product_id != pick.product]
    other = data.draw(st.sampled_from(others))
    off = replace(pick, bay=other.bay, canister_id=other.canister_id, fill_code=other.fill_code)
    return with_picks(order, pouch, *[off if one is pick else one for one in pouch.picks])


def count_off(data: st.DataObject, order: PackingOrder) -> PackingOrder:
    pouch, pick = pick_of(data, order)
    by = data.draw(st.sampled_from([-1, 1]))
    off = (
        replace(pick, units=pick.units + by)
        if isinstance(pick, BayPick)
        else replace(pick, quarters=pick.quarters + by)
    )
    return with_picks(order, pouch, *[off if one is pick else one for one in pouch.picks])


def cell_reused(data: st.DataObject, order: PackingOrder) -> PackingOrder:
    pouch, pick = pick_of(data, order, CellPick)
    _, other = pick_of(data, order, CellPick)
    assert isinstance(pick, CellPick)
    assert isinstance(other, CellPick)
    assume(pick is not other)
    off = replace(pick, cell=other.cell)
    return with_picks(order, pouch, *[off if one is pick else one for one in pouch.picks])


def pouch_doubled(data: st.DataObject, order: PackingOrder) -> PackingOrder:
    return replace(order, pouches=(*order.pouches, data.draw(st.sampled_from(order.pouches))))


@pytest.mark.parametrize("fault", [pick_dropped, pick_doubled, canister_swapped, count_off, cell_reused, pouch_doubled])
@given(data=st.data(), plan=busy_plans(), period=windows(7, 2))
@settings(max_examples=30, deadline=None)
def test_faults_in_an_order(fault: OrderFault, data: st.DataObject, plan: MedicationPlan, period: Period) -> None:
    made = roll(plan, period, PRODUCTS)
    wrong = fault(data, order_for(made, STOCK, PRODUCTS))
    assert verdict_of(check_order(wrong, made, IDENTITY, STOCK, PRODUCTS)) is Verdict.REFUSE


def relabelled(
    data: st.DataObject, order: PackingOrder, roll_: Roll, identity: Identity = IDENTITY, shift: int = 0
) -> PackingOrder:
    pouch = data.draw(st.sampled_from(order.pouches))
    wrong = label(pouch, roll_, pouch.number + shift, identity)
    return replace(order, pouches=tuple(wrong if one is pouch else one for one in order.pouches))


def label_of_another_citizen(data: st.DataObject, order: PackingOrder, roll_: Roll) -> PackingOrder:
    number = data.draw(st.from_regex(r"[0-9]{10}", fullmatch=True).filter(lambda one: one != IDENTITY.civil_number))
    name = data.draw(st.sampled_from([IDENTITY.name, "Børge Kjærgaard"]))
    return relabelled(data, order, roll_, Identity(name, number, date(1945, 3, 2)))


def label_of_another_pouch(data: st.DataObject, order: PackingOrder, roll_: Roll) -> PackingOrder:
    alone = replace(order, pouches=(data.draw(st.sampled_from(order.pouches)),))
    return relabelled(data, alone, roll_, shift=data.draw(st.integers(1, 20)))


def label_of_another_roll(data: st.DataObject, order: PackingOrder, roll_: Roll) -> PackingOrder:
    name = data.draw(st.from_regex(r"[0-9]{10}", fullmatch=True).filter(lambda one: one != roll_.roll_id))
    return relabelled(data, order, replace(roll_, roll_id=RollId(name)))


@pytest.mark.parametrize("fault", [label_of_another_citizen, label_of_another_pouch, label_of_another_roll])
@given(data=st.data(), plan=busy_plans(), period=windows(7, 2))
@settings(max_examples=30, deadline=None)
def test_faults_in_a_label(fault: LabelFault, data: st.DataObject, plan: MedicationPlan, period: Period) -> None:
    made = roll(plan, period, PRODUCTS)
    wrong = fault(data, order_for(made, STOCK, PRODUCTS), made)
    assert verdict_of(check_order(wrong, made, IDENTITY, STOCK, PRODUCTS)) is Verdict.REFUSE


@given(plans(), windows(14))
@settings(deadline=None)
def test_translation_is_exact_and_passes_its_check(plan: MedicationPlan, period: Period) -> None:
    made = roll(plan, period, PRODUCTS)
    order = order_for(made, STOCK, PRODUCTS)
    assert not check_order(order, made, IDENTITY, STOCK, PRODUCTS)
    for pouch, ordered in zip(made.pouches, order.pouches[1:], strict=True):
        for product in {content.product_id for content in pouch.contents}:
            planned = sum(content.quarters for content in pouch.contents if content.product_id == product)
            picked = sum(
                pick.units * QUARTERS_PER_UNIT if isinstance(pick, BayPick) else pick.quarters
                for pick in ordered.picks
                if pick.product == product
            )
            assert picked == planned
    cells = sum(isinstance(pick, CellPick) for pouch in order.pouches for pick in pouch.picks)
    assert needs_of(made, PRODUCTS).cells_on(STOCK) == cells


@given(st.lists(st.tuples(plans(2), windows(14)), max_size=5), st.lists(st.integers(0, 60), min_size=1, max_size=4))
@settings(max_examples=30, deadline=None)
def test_a_roll_is_assigned_exactly_when_some_machine_can_take_it(
    planned: list[tuple[MedicationPlan, Period]], cells: list[int]
) -> None:
    rolls = [
        roll(plan, period, PRODUCTS, limits=LIMITS, name=f"{place:03d}") for place, (plan, period) in enumerate(planned)
    ]
    stocks = {
        f"m{place}": stock({1: ("A", 9999), 2: ("B", 9999)}, name=f"m{place}", cells=count)
        for place, count in enumerate(cells)
    }
    result = assign(rolls, list(stocks.values()), PRODUCTS)
    assert {*result.machine_of, *result.unassignable} == {one.roll_id for one in rolls}
    for one in rolls:
        needs = needs_of(one, PRODUCTS)
        able = {name for name, machine in stocks.items() if needs.most_cells_on(machine) <= machine.tray_cells}
        assert (one.roll_id in result.machine_of) == bool(able)
        if able:
            machine = result.machine_of[one.roll_id]
            assert machine in able
            rest = [pouch.number for pouch in one.pouches]
            while rest:
                ordered = fitting(one, rest, stocks[machine], PRODUCTS)
                order_for(one, stocks[machine], PRODUCTS, ordered)
                rest = rest[len(ordered) :]
