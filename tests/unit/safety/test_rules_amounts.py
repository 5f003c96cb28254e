"""Amounts of a day, exactly, and the days on which they are taken."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispenser.core.dosage import (
    Dosage,
    DosageDay,
    DosageStructure,
    DoseRange,
    FreeTextDosage,
    LocalSchemaDosage,
    OrderedDose,
    StructuredDosage,
)
from dispenser.core.plan import Ordination
from safety.rules.amounts import (
    WINDOW_DAYS,
    Amounts,
    add_days,
    dosage_text,
    dose_days,
    horizon,
    span_of,
    taken_from,
    together,
    units_of,
    units_on,
)
from tests.support.clinical import cycle, line
from tests.support.medicine import EVENING, MONDAY, daily, dosage, dose, structure
from tests.support.medicine import day as dosage_day

ONE = 10**9


@pytest.mark.parametrize(
    ("amount", "units"),
    [
        (Decimal("1.5"), ONE * 3 // 2),
        (Decimal(0), 0),
        (Decimal("1E+17"), 10**26),
        (Decimal("1E+18"), None),
        (Decimal("0.000000001"), 1),
        (Decimal("0.0000000001"), None),
        (Decimal("-0.5"), None),
        (Decimal("NaN"), None),
        (Decimal("Infinity"), None),
        (DoseRange(Decimal(1), Decimal(2)), 2 * ONE),
        (DoseRange(Decimal("NaN"), Decimal(2)), 2 * ONE),
        (DoseRange(Decimal(1), Decimal("NaN")), None),
    ],
)
def test_the_most_of_a_dose(amount: Decimal | DoseRange, units: int | None) -> None:
    one = OrderedDose(None, amount)
    assert units_of(one) == units
    assert units_on(DosageDay(1, (one,))) == units
    assert units_on(DosageDay(1, (dose("1"), one))) == (None if units is None else units + ONE)


@pytest.mark.parametrize(
    ("interval", "days", "most"),
    [
        (1, [dosage_day(1, dose("1"), dose("2"))], 3),
        (7, [dosage_day(1, dose("1")), dosage_day(2, dose("2")), dosage_day(3, dose("1"))], 2),
        (7, [dosage_day(1, dose("1")), dosage_day(0, dose("2")), dosage_day(0, dose("3"))], 6),
        (0, [dosage_day(1, dose("1"))], 1),
        (0, [dosage_day(1, dose("1", as_needed=True))], None),
        (0, [dosage_day(1, dose("1"), dose("1", as_needed=True))], None),
        (0, [dosage_day(1, dose("0", as_needed=True))], 0),
        (1, [dosage_day(1, dose("2", as_needed=True))], 2),
        (1, [dosage_day(1, dose("NaN"))], None),
        (1, [dosage_day(1, dose("1")), dosage_day(2, dose("NaN"))], None),
        (1, [], 0),
    ],
)
def test_the_most_of_a_structure(interval: int, days: list[DosageDay], most: int | None) -> None:
    known = Amounts()
    one = structure(*days, interval=interval)
    expected = None if most is None else most * ONE
    assert known.most_in(one) == known.most_in(one) == expected


ONCE = dosage_day(1, dose("1"))


def at(days: int) -> date:
    return MONDAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("how", "last", "span"),
    [
        (FreeTextDosage(""), None, (date(2020, 1, 1), date.max)),
        (LocalSchemaDosage(), at(3), (date(2020, 1, 1), at(3))),
        (daily(dose("1")), None, (MONDAY, date.max)),
        (daily(dose("1")), at(3), (MONDAY, at(3))),
        (daily(dose("1")), at(-1), None),
        (daily(dose("1")), at(0), (MONDAY, MONDAY)),
        (dosage(structure(end=at(3))), None, None),
        (dosage(structure(dosage_day(1, dose("1")), end=at(3)), structure(start=at(4))), None, (MONDAY, at(3))),
        (dosage(structure(end=at(3)), structure(ONCE, start=at(4), end=at(5))), None, (at(4), at(5))),
        (dosage(*(structure(ONCE, start=at(n), end=at(n)) for n in (4, 2, 9))), None, (at(2), at(9))),
    ],
)
def test_from_when_to_when(how: Dosage, last: date | None, span: tuple[date, date] | None) -> None:
    taken = line(how=how, last=last)
    assert span_of(taken) == span
    if span is not None and span[1] < date.max:
        assert taken_from(taken, span[1])
        assert not taken_from(taken, span[1] + timedelta(days=1))
    assert taken_from(taken, date(1999, 1, 1)) is (span is not None)
    assert together(taken, line(), date(1999, 1, 1)) is (span is not None and span[1] >= MONDAY)


def test_as_far_ahead_as_anything_can_change() -> None:
    assert horizon([], MONDAY) == 1
    assert horizon([line(how=daily(dose("1")))], MONDAY) == 1
    assert horizon([line(how=cycle(6, 1)), line(how=cycle(4, 2))], MONDAY) == 13
    assert horizon([line(how=cycle(6, 1, start=at(10)))], MONDAY) == 16
    assert horizon([line(how=cycle(6, 1, start=at(-10)))], MONDAY) == 6
    assert horizon([line(how=cycle(0, 3, 5))], MONDAY) == 5
    assert horizon([line(how=cycle(2, 5))], MONDAY) == 6
    assert horizon([line(how=cycle(2, 0))], MONDAY) == 2
    assert horizon([line(how=cycle(0, 0, start=at(1)))], MONDAY) == 2
    assert horizon([line(how=dosage(structure(interval=0)))], MONDAY) == 1
    assert horizon([line(how=cycle(365, 1)), line(how=cycle(364, 2))], MONDAY) == WINDOW_DAYS
    assert horizon([line(how=FreeTextDosage(""))], MONDAY) == 1


@st.composite
def wild_lines(draw: st.DrawFn) -> Ordination:
    """A line of structures that may overlap, end, or be tied to no day."""
    made: list[DosageStructure] = []
    for _ in range(draw(st.integers(0, 3))):
        numbers = draw(st.sets(st.integers(0, 9), max_size=4))
        start, length = draw(st.integers(-30, 30)), draw(st.none() | st.integers(0, 40))
        days = (dosage_day(number, dose(str(number + 1))) for number in sorted(numbers))
        end = None if length is None else at(start + length)
        made.append(structure(*days, interval=draw(st.integers(0, 9)), start=at(start), end=end))
    last = draw(st.none() | st.integers(-20, 60))
    return line(how=dosage(*made), last=None if last is None else at(last))


def _worth(day: DosageDay) -> int:
    return day.number + 1


def _written_out(how: Dosage, first: date, last: date | None, day: date) -> int:
    """What the days of a dosage are worth on `day`, read off its rules one by one."""
    total = 0
    if day < first or (last is not None and day > last):
        return 0
    for one in how.structures if isinstance(how, StructuredDosage) else ():
        if day < one.start or (one.end is not None and day > one.end):
            continue
        number = (day - one.start).days + 1
        for entry in one.days:
            if entry.number == 0:
                total += _worth(entry)
            elif one.interval == 0:
                total += _worth(entry) * (entry.number == number)
            elif number >= entry.number:
                total += _worth(entry) * ((number - entry.number) % one.interval == 0)
    return total


@pytest.mark.parametrize(
    ("how", "first", "days"),
    [
        (daily(dose("1")), 2, [2, 3, 4, 5]),
        (cycle(2, 1), 1, [2, 4]),
        (cycle(0, 0), 3, [3, 4, 5]),
        (cycle(0, 1, 4), 3, [3]),
        (dosage(structure(dosage_day(3, dose("1")), interval=0, end=at(1))), 0, []),
        (dosage(structure(dosage_day(3, dose("1")), interval=0, end=at(2))), 2, [2]),
        (dosage(structure(dosage_day(3, dose("1")), interval=2, end=at(1))), 0, []),
        (cycle(0, 7), 0, []),
        (FreeTextDosage(""), 0, []),
    ],
)
def test_days_before_the_line_and_behind_the_structure_are_worth_nothing(
    how: Dosage, first: int, days: list[int]
) -> None:
    sums = [0] * 6
    taken = replace(line(how=how), first=at(first))
    add_days(sums, taken, MONDAY, lambda _: 1)
    assert [day for day, worth in enumerate(sums) if worth] == days
    if not isinstance(how, FreeTextDosage) and how != cycle(0, 0):
        assert dose_days(taken, MONDAY, 6) == sum(1 << day for day in days)


@given(wild_lines())
def test_days_are_added_as_if_written_out(taken: Ordination) -> None:
    sums = [0] * 60
    add_days(sums, taken, MONDAY, _worth)
    assert sums == [_written_out(taken.dosage, taken.first, taken.last, at(day)) for day in range(60)]


@given(st.lists(wild_lines(), max_size=3))
def test_nothing_more_comes_behind_the_horizon(lines: list[Ordination]) -> None:
    near, far = [0] * horizon(lines, MONDAY), [0] * WINDOW_DAYS
    for one in lines:
        add_days(near, one, MONDAY, _worth)
        add_days(far, one, MONDAY, _worth)
    assert max(near) == max(far)
    assert near == far[: len(near)]


@given(wild_lines())
def test_days_with_doses_are_those_written_out(taken: Ordination) -> None:
    assert isinstance(taken.dosage, StructuredDosage)
    loose = any(entry.number == 0 for one in taken.dosage.structures for entry in one.days)
    days = dose_days(taken, MONDAY, 60)
    assert (days is None) is loose
    if days is not None:
        written = [_written_out(taken.dosage, taken.first, taken.last, at(day)) > 0 for day in range(60)]
        assert [bool(days >> day & 1) for day in range(60)] == written
        assert days >> 60 == 0


@pytest.mark.parametrize(
    ("how", "days"),
    [
        (cycle(7, 1, 4), 0b10001001),
        (dosage(structure(dosage_day(1, dose("0")), dosage_day(2, dose("1")), interval=7)), 0b10),
        (dosage(structure(dosage_day(0, dose("0")), dosage_day(2, dose("1")), interval=7)), 0b10),
        (dosage(structure(dosage_day(1, dose("1"), dose("1", as_needed=True)))), None),
        (dosage(structure(dosage_day(1, dose("NaN")), interval=0)), 0b1),
        (FreeTextDosage(""), None),
        (LocalSchemaDosage(), None),
    ],
)
def test_days_with_doses(how: Dosage, days: int | None) -> None:
    assert dose_days(line(how=how), MONDAY, 8) == days


@pytest.mark.parametrize(("first", "last", "days"), [(-3, 3, 0b1111), (2, 2, 0b100), (2, 9, 0b11111100), (0, -1, 0)])
def test_days_with_doses_are_those_of_the_line(first: int, last: int, days: int) -> None:
    how = cycle(1, 1, start=at(-9))
    assert dose_days(replace(line(how=how, last=at(last)), first=at(first)), MONDAY, 8) == days


@pytest.mark.parametrize(
    ("how", "text"),
    [
        (daily(dose("1")), "2026-11-23-/1: 1=1"),
        (cycle(7, 1, 4, doses=[dose("2.50"), dose(("1", "2"), EVENING)]), "2026-11-23-/7: 1=2.5+1-2, 4=2.5+1-2"),
        (dosage(structure(dosage_day(1, dose("10")), end=at(1)), structure(start=at(2))), None),
        (FreeTextDosage("x" * 198), '"' + "x" * 198 + '"'),
        (FreeTextDosage("x" * 199), None),
        (LocalSchemaDosage(), "?"),
        (daily(dose("1.0")), "2026-11-23-/1: 1=1"),
        (daily(dose("10.00"), dose("100", EVENING)), "2026-11-23-/1: 1=10+100"),
        (daily(dose("1E+20")), "2026-11-23-/1: 1=1E+20"),
        (daily(dose("1E-20")), "2026-11-23-/1: 1=1E-20"),
        (daily(dose("1E+17")), "2026-11-23-/1: 1=100000000000000000"),
        (daily(dose("1E+18")), "2026-11-23-/1: 1=1E+18"),
    ],
)
def test_a_dosage_in_signs(how: Dosage, text: str | None) -> None:
    shown = dosage_text(line(how=how))
    if isinstance(how, FreeTextDosage) and text is None:
        assert shown.startswith('"' + "x" * 199 + "... ")
        assert len(shown) == 200 + 4 + 16
        assert shown != dosage_text(line(how=FreeTextDosage("x" * 199 + "y")))
    else:
        assert shown == (text or "2026-11-23-2026-11-24/1: 1=10; 2026-11-25-/1: 0")
