"""What a citizen is still owed, dose by dose, and what rolls hold that nothing asks for."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from dispenser.core.dosage import FreeTextDosage
from dispenser.core.ids import OrdinationId, ProductId
from dispenser.core.moment import Moment
from dispenser.core.plan import MedicationPlan
from dispenser.core.pouch import Content, Pouch
from dispenser.core.presence import Absence, Noted, Presence
from dispenser.core.quantity import Quarters
from dispenser.core.roll import Period, Roll
from dispenser.core.slots import slot_word
from safety.outstanding import NOTHING_NOTED, is_ahead, outstanding, packed_doses
from tests.support.medicine import EVENING, MONDAY, MORNING, SLOTS, clock, daily, dose, ordination, plan, roll

A_DAY = timedelta(days=1)
TWO_DAYS = Period(MONDAY, MONDAY + A_DAY)
PLAN = plan(ordination(daily(dose("1"), dose("0.5", EVENING)), "A"), ordination(daily(dose("2")), "B"))
ROLL = roll(PLAN, TWO_DAYS)
FIRST, SECOND, THIRD, FOURTH = ROLL.pouches
ALL = ["A 23 morning 1", "A 23 evening 1/2", "A 24 morning 1", "A 24 evening 1/2", "B 23 morning 2", "B 24 morning 2"]
LATE = Moment(TWO_DAYS.last, clock("08:01"))


def content(line: str, what: str, quarters: int) -> Content:
    return Content(OrdinationId(line), ProductId(what), Quarters(quarters))


def of(*pouches: Pouch) -> Roll:
    return replace(ROLL, pouches=pouches)


def holding(*contents: Content) -> Roll:
    return of(replace(FIRST, contents=contents))


def owed(
    whose: MedicationPlan = PLAN,
    period: Period = TWO_DAYS,
    beside: Iterable[Roll] = (),
    noted: Noted = NOTHING_NOTED,
    since: Moment | None = None,
) -> tuple[list[str], list[str]]:
    found = outstanding(whose, period, SLOTS, beside, noted, since)
    assert all(line == f"ordination-{product}" for line, product, _, _ in found.doses)
    doses = [f"{product} {at.day} {slot_word(slot)} {units}" for (_, product, at, slot), units in found.doses.items()]
    unasked = [f"{product} {at.day} {slot_word(slot)} {units}" for (product, at, slot), units in found.unasked.items()]
    return doses, unasked


def without(*doses: str) -> list[str]:
    return [one for one in ALL if one not in doses]


def test_all_that_the_plan_gives() -> None:
    assert owed() == (ALL, [])


@pytest.mark.parametrize(
    ("beside", "left", "unasked"),
    [
        ((of(FIRST),), without("A 23 morning 1", "B 23 morning 2"), []),
        ((of(FIRST), of(SECOND, THIRD, FOURTH)), [], []),
        ((ROLL, of(FIRST)), [], ["A 23 morning 1", "B 23 morning 2"]),
        # Half a dose is there, too much of another, and something that nobody ordered.
        (
            (
                holding(
                    content("ordination-A", "A", 2), content("ordination-B", "B", 12), content("ordination-C", "C", 3)
                ),
            ),
            ["A 23 morning 1/2", *without("A 23 morning 1", "B 23 morning 2")],
            ["B 23 morning 1", "C 23 morning 3/4"],
        ),
        # A renewed line is the same medicine.
        ((holding(content("old", "A", 2)),), ["A 23 morning 1/2", *without("A 23 morning 1")], []),
        (
            (holding(content("old", "A", 2)), holding(content("ordination-A", "A", 3))),
            without("A 23 morning 1"),
            ["A 23 morning 1/4"],
        ),
        ((holding(content("ordination-A", "C", 4)),), ALL, ["C 23 morning 1"]),
        ((of(replace(FIRST, slot=EVENING)),), without("A 23 evening 1/2"), ["A 23 evening 1/2", "B 23 evening 2"]),
        # What is dated outside the period is no matter of it.
        ((of(replace(FIRST, date=MONDAY - A_DAY), replace(FIRST, date=MONDAY + 2 * A_DAY)),), ALL, []),
    ],
)
def test_what_other_rolls_hold_is_not_owed(beside: tuple[Roll, ...], left: list[str], unasked: list[str]) -> None:
    assert owed(beside=beside) == (left, unasked)


def test_the_first_and_the_last_day_of_the_period_are_inside() -> None:
    for day in (MONDAY, TWO_DAYS.last):
        doses, unasked = owed(period=Period(day, day), beside=(ROLL,))
        assert (doses, unasked) == ([], [])
    assert owed(period=Period(MONDAY, MONDAY)) == ([one for one in ALL if " 23 " in one], [])


def test_what_was_to_be_taken_is_history_in_rolls_too() -> None:
    assert owed(since=LATE) == (["A 24 evening 1/2"], [])
    assert owed(since=replace(LATE, at=clock("08:00"))) == ([one for one in ALL if " 24 " in one], [])
    assert owed(since=LATE, beside=(ROLL,)) == ([], [])
    assert owed(since=LATE, beside=(ROLL, of(FOURTH, THIRD))) == ([], ["A 24 evening 1/2"])


def test_an_absence_gives_nothing() -> None:
    away = Noted((Absence(Presence.HOLD, MONDAY - A_DAY, MONDAY - A_DAY), Absence(Presence.ADMITTED, TWO_DAYS.last)))
    assert owed(noted=away) == ([one for one in ALL if " 23 " in one], [])
    assert owed(noted=away, beside=(of(THIRD),))[1] == ["A 24 morning 1", "B 24 morning 2"]


def test_a_line_sent_twice_is_owed_twice() -> None:
    line = PLAN.ordinations[0]
    assert owed(plan(line, line), Period(MONDAY, MONDAY)) == (["A 23 morning 2", "A 23 evening 1"], [])


def test_what_was_packed_for_a_line_serves_that_line_first() -> None:
    twice = plan(*(ordination(daily(dose("1")), "A", name) for name in ("one", "two")))
    for name, other in (("one", "two"), ("two", "one")):
        found = outstanding(twice, Period(MONDAY, MONDAY), SLOTS, (holding(content(name, "A", 4)),))
        assert found.doses == {(other, "A", MONDAY, MORNING): Fraction(1)}


def test_a_line_that_cannot_be_followed_is_told_and_the_others_are_owed() -> None:
    vague = ordination(FreeTextDosage("ord"), "C")
    found = outstanding(replace(PLAN, ordinations=(vague, *PLAN.ordinations)), TWO_DAYS, SLOTS)
    assert [(line, str(why)) for line, why in found.unverifiable] == [("ordination-C", "not structured")]
    assert len(found.doses) == len(ALL)


def test_units_by_line_product_date_and_slot() -> None:
    twice = of(FIRST, replace(FIRST, number=2, contents=FIRST.contents[:1]))
    assert packed_doses(twice) == {
        ("ordination-A", "A", MONDAY, MORNING): Fraction(2),
        ("ordination-B", "B", MONDAY, MORNING): Fraction(2),
    }
    assert packed_doses(holding(content("x", "X", 3))) == {("x", "X", MONDAY, MORNING): Fraction(3, 4)}


def test_what_is_still_to_come() -> None:
    assert is_ahead(MONDAY, MORNING, None, SLOTS)
    assert not is_ahead(TWO_DAYS.last, MORNING, LATE, SLOTS)
    assert is_ahead(TWO_DAYS.last, MORNING, replace(LATE, at=clock("08:00")), SLOTS)
    assert is_ahead(TWO_DAYS.last, EVENING, LATE, SLOTS)
