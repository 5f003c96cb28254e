"""A cycle goes on, or is asked about."""

from datetime import date, timedelta

import pytest

from dispenser.core.dosage import DoseRange, FreeTextDosage
from dispenser.core.phase import PhaseShift, phase_shifts
from dispenser.core.plan import Ordination
from dispenser.core.roll import Period
from tests.support.medicine import MONDAY, daily, day, dosage, dose, ordination, plan, structure


def on(number: int) -> date:
    return MONDAY + timedelta(days=number - 1)


FORTNIGHT = Period(on(1), on(14))


def cycle(interval: int, start: int, *numbers: int, end: int | None = None) -> Ordination:
    days = (day(number, dose("1")) for number in numbers)
    last = None if end is None else on(end)
    return ordination(dosage(structure(*days, interval=interval, start=on(start), end=last)), "A")


def shifts(line: Ordination, *packed: int, covered: Period = FORTNIGHT, first: int = 15) -> tuple[PhaseShift, ...]:
    return phase_shifts(plan(line), {("A", on(number)) for number in packed}, covered, on(first))


@pytest.mark.parametrize("start", [1, 8, 15, 22])
def test_a_week_that_begins_on_the_same_weekday_goes_on(start: int) -> None:
    assert shifts(cycle(7, start, 1), 1, 8) == ()


@pytest.mark.parametrize("start", [2, 7, 14, 16])
def test_a_week_that_begins_on_another_day_is_asked_about(start: int) -> None:
    (shift,) = shifts(cycle(7, start, 1), 1, 8)
    assert (shift.interval, shift.last_packed, shift.expected) == (7, on(8), on(15))
    assert shift.planned == on(15 + (start - 15) % 7)


def test_days_inside_a_cycle_count() -> None:
    assert shifts(cycle(7, 15, 2, 5), 2, 5, 9, 12) == ()
    (shift,) = shifts(cycle(7, 15, 1, 4), 2, 5, 9, 12)
    assert (shift.expected, shift.planned) == (on(16), on(15))


def test_a_cycle_longer_than_what_is_known_is_judged_by_its_one_date() -> None:
    assert shifts(cycle(28, 3, 1), 3) == ()
    (shift,) = shifts(cycle(28, 20, 1), 3)
    assert (shift.last_packed, shift.expected, shift.planned) == (on(3), on(31), on(20))


def test_without_any_packed_date_nothing_is_known() -> None:
    assert shifts(cycle(7, 16, 1)) == ()
    assert shifts(cycle(7, 16, 1), 1, covered=Period(on(8), on(14))) == ()


def test_other_dosages_are_no_cycles() -> None:
    assert shifts(ordination(daily(dose("1")), "A"), 1, 3) == ()
    assert shifts(ordination(dosage(structure(day(1, dose("1")), interval=0)), "A"), 1, 3) == ()
    assert shifts(ordination(FreeTextDosage("efter aftale"), "A"), 1, 3) == ()
    assert shifts(cycle(7, 16, 1, end=10), 1, 8) == ()
    late = ordination(cycle(7, 16, 1).dosage, "A", last=on(14))
    assert shifts(late, 1, 8) == ()


def test_a_day_of_zero_is_no_dose_and_a_range_is_one() -> None:
    zeros = ordination(dosage(structure(day(1, dose("1")), day(2, dose("0")), interval=2, start=on(15))), "A")
    assert shifts(zeros, 1, 3, 5, 7, 9, 11, 13) == ()
    empty = ordination(dosage(structure(day(1, dose("0")), interval=2, start=on(15))), "A")
    assert shifts(empty, 1, 3) == ()
    ranged = ordination(dosage(structure(day(1, dose(("1", "2"))), interval=2, start=on(16))), "A")
    assert isinstance(ranged.dosage.structures[0].days[0].doses[0].amount, DoseRange)
    assert len(shifts(ranged, 1, 3, 5, 7, 9, 11, 13)) == 1


def test_two_lines_of_one_product_are_not_told_apart() -> None:
    lines = cycle(7, 16, 1), ordination(daily(dose("1")), "A", "other")
    assert phase_shifts(plan(*lines), {("A", on(1)), ("A", on(8))}, FORTNIGHT, on(15)) == ()


def test_the_cycle_that_comes_next_is_the_one_that_counts() -> None:
    now = structure(day(1, dose("1")), interval=2, start=on(1), end=on(14))
    then = structure(day(1, dose("1")), interval=2, start=on(16))
    line = ordination(dosage(then, now), "A")
    assert [one.planned for one in shifts(line, 1, 3, 5, 7, 9, 11, 13)] == [on(16)]
