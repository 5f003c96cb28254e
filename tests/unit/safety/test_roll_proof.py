"""A sound roll is shown to be sound; with any one thing changed nothing is said of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

import safety.roll_proof
from dispenser.core.dosage import ClockTime
from dispenser.core.ids import OrdinationId, ProductId
from dispenser.core.moment import Moment
from dispenser.core.plan import MedicationPlan
from dispenser.core.pouch import Content, Pouch
from dispenser.core.presence import Absence, Noted, Presence
from dispenser.core.product import Catalogue
from dispenser.core.quantity import Quarters
from dispenser.core.roll import Period, Roll
from dispenser.core.slots import SlotTable
from dispenser.core.stock import PouchLimits
from safety.line_proof import LineProof, SlotOrders
from safety.outstanding import NOTHING_NOTED
from safety.roll_proof import RollProof, is_ahead_and_present
from tests.support.medicine import (
    EVENING,
    FORTNIGHT,
    LIMITS,
    MONDAY,
    MORNING,
    NIGHT,
    SLOTS,
    catalogue,
    daily,
    day,
    dosage,
    dose,
    ordination,
    plan,
    roll,
    start_of,
    structure,
)

A_DAY = timedelta(days=1)
A = ordination(daily(dose("1"), dose("0.5", EVENING)), "A")
B = ordination(daily(dose("2")), "B", instruction="Synkes hele")
PLAN = plan(A, B)
ROLL = roll(PLAN)
WEEK = Period(MONDAY, MONDAY + 6 * A_DAY)


def shows(
    made: Roll,
    of: MedicationPlan = PLAN,
    products: Catalogue | None = None,
    limits: PouchLimits | None = LIMITS,
    period: Period = FORTNIGHT,
) -> bool:
    return RollProof(period, products or catalogue(), SLOTS, limits).shows(made, of)


def with_pouch(number: int, change: Callable[[Pouch], Pouch], made: Roll = ROLL) -> Roll:
    return replace(made, pouches=tuple(change(one) if one.number == number else one for one in made.pouches))


def content(line: str, what: str, quarters: int) -> Content:
    return Content(OrdinationId(f"ordination-{line}"), ProductId(what), Quarters(quarters))


def test_what_packing_made_is_sound() -> None:
    assert shows(ROLL)
    assert shows(ROLL, limits=None)
    assert shows(roll(PLAN, WEEK))
    assert shows(replace(ROLL, pouches=()), plan())


def test_one_proof_serves_many_rolls_and_periods() -> None:
    proof = RollProof(FORTNIGHT, catalogue(), SLOTS, LIMITS)
    later = Period(MONDAY + 7 * A_DAY, MONDAY + 13 * A_DAY)
    for period in (FORTNIGHT, WEEK, later, FORTNIGHT):
        assert proof.shows(roll(PLAN, period), PLAN)
        assert not proof.shows(roll(plan(A), period), PLAN)
        assert not proof.shows(roll(PLAN, period), plan(A))


def test_contents_that_are_not_shared_are_the_same() -> None:
    apart = (replace(pouch, contents=tuple(replace(one) for one in pouch.contents)) for pouch in ROLL.pouches)
    assert shows(replace(ROLL, pouches=tuple(apart)))


@pytest.mark.parametrize("number", [1, 2, 3, 28])
@pytest.mark.parametrize(
    "change",
    [
        lambda pouch: replace(pouch, number=pouch.number + 1),
        lambda pouch: replace(pouch, number=pouch.number - 1),
        lambda pouch: replace(pouch, date=pouch.date + A_DAY),
        lambda pouch: replace(pouch, date=pouch.date - A_DAY),
        lambda pouch: replace(pouch, slot=ClockTime(8, 0)),
        lambda pouch: replace(pouch, part=0),
        lambda pouch: replace(pouch, part=2),
        lambda pouch: replace(pouch, parts=0),
        lambda pouch: replace(pouch, parts=2),
        lambda pouch: replace(pouch, part=2, parts=2),
        lambda pouch: replace(pouch, part=0, parts=0),
        lambda pouch: replace(pouch, contents=()),
        lambda pouch: replace(pouch, contents=pouch.contents[1:]),
        lambda pouch: replace(pouch, contents=(*pouch.contents, pouch.contents[0])),
        lambda pouch: replace(pouch, contents=(content("A", "A", 1),)),
        lambda pouch: replace(pouch, contents=(content("A", "A", 0), *pouch.contents)),
        lambda pouch: replace(pouch, contents=(content("A", "A", -4), *pouch.contents)),
        lambda pouch: replace(pouch, contents=(content("C", "C", 4), *pouch.contents)),
        lambda pouch: replace(pouch, contents=(replace(pouch.contents[0], product_id=ProductId("C")),)),
        lambda pouch: replace(pouch, contents=(replace(pouch.contents[0], product_id=ProductId("X")),)),
        lambda pouch: replace(pouch, contents=(replace(pouch.contents[0], ordination_id=OrdinationId("X")),)),
        lambda pouch: replace(pouch, instruction="Tygges"),
        lambda pouch: replace(pouch, instruction="" if pouch.instruction else "Synkes hele"),
    ],
)
def test_a_pouch_with_something_changed(change: Callable[[Pouch], Pouch], number: int) -> None:
    assert not shows(with_pouch(number, change))


@pytest.mark.parametrize("slot", [MORNING, EVENING])
@pytest.mark.parametrize(
    "change",
    [
        lambda pouch: replace(pouch, instruction="Tygges"),
        lambda pouch: replace(pouch, part=2, parts=2),
        lambda pouch: replace(pouch, parts=2),
        lambda pouch: replace(pouch, slot=ClockTime(9, 0)),
        lambda pouch: replace(pouch, number=pouch.number + 1),
        lambda pouch: replace(pouch, date=pouch.date + A_DAY),
        lambda pouch: replace(pouch, date=pouch.date - A_DAY),
    ],
)
def test_pouches_of_a_slot_with_something_changed(change: Callable[[Pouch], Pouch], slot: object) -> None:
    assert not shows(replace(ROLL, pouches=tuple(change(one) if one.slot is slot else one for one in ROLL.pouches)))


def renumbered(*pouches: Pouch) -> Roll:
    return replace(ROLL, pouches=tuple(replace(one, number=place) for place, one in enumerate(pouches, start=1)))


def test_pouches_lost_doubled_or_in_another_order() -> None:
    first, second, third, *rest = ROLL.pouches
    assert shows(renumbered(first, second, third, *rest))
    assert not shows(renumbered(first, second, *rest))
    assert not shows(renumbered(second, third, *rest))
    assert not shows(renumbered(*ROLL.pouches[:-1]))
    assert not shows(renumbered(second, first, third, *rest))
    assert not shows(renumbered(first, third, second, *rest))
    assert not shows(renumbered(first, first, second, third, *rest))
    assert not shows(renumbered(*ROLL.pouches, ROLL.pouches[-1]))


def test_dates_outside_the_roll_or_the_batch() -> None:
    assert not shows(replace(ROLL, period=WEEK))
    assert not shows(ROLL, period=WEEK)
    assert not shows(ROLL, period=Period(MONDAY + A_DAY, FORTNIGHT.last))
    assert shows(roll(PLAN, WEEK), period=WEEK)
    assert not shows(replace(roll(PLAN, WEEK), period=FORTNIGHT))


def test_a_pouch_with_nothing_in_it() -> None:
    first, second, *rest = ROLL.pouches
    empty = replace(second, slot=NIGHT, contents=())
    assert not shows(renumbered(first, second, empty, *rest))


def test_periods_are_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Period] = []

    class Counted(LineProof):
        def __init__(self, period: Period, slots: SlotTable, orders: SlotOrders) -> None:
            made.append(period)
            super().__init__(period, slots, orders)

    monkeypatch.setattr(safety.roll_proof, "LineProof", Counted)
    proof = RollProof(FORTNIGHT, catalogue(), SLOTS, LIMITS)
    for period in (FORTNIGHT, WEEK, FORTNIGHT, WEEK):
        assert proof.shows(roll(PLAN, period), PLAN)
    assert made == [FORTNIGHT, WEEK]


def test_plain_doses() -> None:
    thrice = plan(ordination(daily(*(dose("1", None) for _ in range(3))), "A"))
    assert shows(roll(thrice), thrice)


def test_lines_that_need_a_closer_look() -> None:
    assert not shows(ROLL, plan(A, B, B))
    assert not shows(ROLL, plan(A, B, replace(B, product_id=ProductId("C"))))
    ranged = ordination(daily(dose(("1", "2"))), "C")
    assert not shows(ROLL, plan(A, B, ranged))
    over = ordination(dosage(structure(day(1, dose("1")), end=MONDAY - A_DAY, start=MONDAY - A_DAY)), "C")
    assert shows(ROLL, plan(A, B, over))


def test_a_plan_that_gives_nothing() -> None:
    proof = RollProof(WEEK, catalogue(), SLOTS, LIMITS)
    over = ordination(dosage(structure(day(1, dose("1")), end=MONDAY - A_DAY, start=MONDAY - A_DAY)), "C")
    assert proof.gives_nothing(plan(), NOTHING_NOTED)
    assert proof.gives_nothing(plan(over), NOTHING_NOTED)
    assert not proof.gives_nothing(plan(over, A), NOTHING_NOTED)
    last_day = replace(over, dosage=dosage(structure(day(1, dose("1")), start=WEEK.last)))
    assert not proof.gives_nothing(plan(last_day), NOTHING_NOTED)


def test_an_absence_of_the_whole_period_holds_everything_back() -> None:
    proof = RollProof(WEEK, catalogue(), SLOTS, LIMITS)
    for first, last, nothing in ((0, 6, True), (-9, None, True), (1, 6, False), (0, 5, False), (1, None, False)):
        away = Absence(Presence.HOLD, MONDAY + first * A_DAY, None if last is None else MONDAY + last * A_DAY)
        assert proof.gives_nothing(PLAN, Noted((away,))) is nothing
    elsewhere = Absence(Presence.HOLD, MONDAY - A_DAY, MONDAY - A_DAY)
    assert proof.gives_nothing(PLAN, Noted((elsewhere, Absence(Presence.ADMITTED, MONDAY))))
    ranged = ordination(daily(dose(("1", "2"))), "C")
    assert not proof.gives_nothing(plan(A, ranged), Noted((Absence(Presence.DEAD, MONDAY),)))


@pytest.mark.parametrize(
    ("first", "last", "present"),
    [
        (-3, -1, True),
        (14, 20, True),
        (14, None, True),
        (-3, 0, False),
        (13, 20, False),
        (3, None, False),
        (3, 4, False),
    ],
)
def test_absences_that_touch_the_roll(first: int, last: int | None, present: bool) -> None:  # noqa: FBT001 - as above
    away = Absence(Presence.HOLD, MONDAY + first * A_DAY, None if last is None else MONDAY + last * A_DAY)
    assert is_ahead_and_present(ROLL, Noted((away,)), None) is present


def test_a_roll_that_has_begun() -> None:
    assert is_ahead_and_present(ROLL, NOTHING_NOTED, None)
    assert is_ahead_and_present(ROLL, NOTHING_NOTED, Moment(MONDAY - A_DAY, ClockTime(23, 59)))
    assert not is_ahead_and_present(ROLL, NOTHING_NOTED, start_of(MONDAY))
