"""Periods and deadlines are civil: clock changes, holidays and leap days move nothing they should not."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispenser.core.dosage import ClockTime, OrderedDose
from dispenser.core.periods import (
    PeriodLengthError,
    Reason,
    ReasonMissingError,
    check_length,
    gap_between,
    overlapping,
)
from dispenser.core.plan import Ordination
from dispenser.core.roll import Period
from scheduling.calendar import (
    CalendarEndsError,
    DeadlineRule,
    brought_forward,
    deadline_of,
    following,
    is_workday,
    local_date,
    period_from,
)
from tests.support.medicine import EVENING, MORNING, day, dosage, dose, ordination, plan, roll, structure

days = st.dates(date(2000, 1, 1), date(2099, 11, 30))
rules = st.builds(DeadlineRule, st.integers(1, 15), st.times().map(lambda at: at.replace(second=0, microsecond=0)))
EASTER = Reason("A. Holm", "Påske: hjemmeplejen har lukket for udbringning")
NOON = DeadlineRule()


def every_day(*doses: OrderedDose) -> Ordination:
    return ordination(dosage(structure(day(1, *doses), start=date(2026, 1, 1))))


def test_a_deadline_is_three_workdays_before_at_noon_danish_time() -> None:
    assert deadline_of(period_from(date(2026, 11, 30)), NOON) == datetime(2026, 11, 25, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "deadline"),
    [
        # The night of 2026-10-25 is an hour longer, that of 2027-03-28 an hour shorter: noon is 10:00 UTC in summer.
        (date(2026, 10, 26), datetime(2026, 10, 23, 10, 0, tzinfo=UTC)),
        (date(2026, 10, 27), datetime(2026, 10, 26, 11, 0, tzinfo=UTC)),
        (date(2027, 3, 29), datetime(2027, 3, 24, 11, 0, tzinfo=UTC)),
        (date(2027, 3, 31), datetime(2027, 3, 30, 10, 0, tzinfo=UTC)),
    ],
)
def test_a_deadline_keeps_noon_on_both_sides_of_a_clock_change(first: date, deadline: datetime) -> None:
    assert deadline_of(period_from(first), DeadlineRule(workdays=1)) == deadline


@pytest.mark.parametrize("night", [date(2026, 10, 25), date(2027, 3, 28)])
def test_an_intake_at_half_past_two_is_there_once_in_the_night_of_a_clock_change(night: date) -> None:
    line = every_day(dose("1", ClockTime(2, 30)), dose("1", MORNING))
    made = roll(plan(line), Period(night - timedelta(days=1), night + timedelta(days=1)))
    at_night = [(pouch.date, str(pouch.slot)) for pouch in made.pouches if pouch.slot == ClockTime(2, 30)]
    assert at_night == [(night + timedelta(days=offset), "02:30") for offset in (-1, 0, 1)]
    assert len(made.pouches) == 6


def test_29_february_is_a_day_like_any_other() -> None:
    period = period_from(date(2028, 2, 21))
    assert (period.last, following(period).first) == (date(2028, 3, 5), date(2028, 3, 6))
    made = roll(plan(every_day(dose("1", EVENING))), period)
    assert [pouch.date for pouch in made.pouches].count(date(2028, 2, 29)) == 1
    assert len(made.pouches) == 14
    assert deadline_of(period_from(date(2028, 3, 1)), DeadlineRule(1)).date() == date(2028, 2, 29)


def test_iso_week_53_is_a_week_like_any_other() -> None:
    week = period_from(date(2026, 12, 28), 7)
    assert (week.last, week.first.isocalendar().week, week.last.isocalendar().week) == (date(2027, 1, 3), 53, 53)
    assert following(week).first.isocalendar()[:2] == (2027, 1)
    made = roll(plan(every_day(dose("1", EVENING))), week)
    assert [pouch.date for pouch in made.pouches] == [week.first + timedelta(days=number) for number in range(7)]


def test_danish_holidays_are_no_workdays() -> None:
    maundy_thursday_to_easter_monday = [date(2027, 3, day) for day in (25, 26, 27, 28, 29)]
    assert not any(is_workday(day) for day in maundy_thursday_to_easter_monday)
    assert is_workday(date(2027, 3, 30))


def test_great_prayer_day_was_abolished_from_2024() -> None:
    assert not is_workday(date(2023, 5, 5))
    assert is_workday(date(2024, 4, 26))


@pytest.mark.parametrize("year", [1500, 2126])
def test_a_year_whose_holidays_nobody_knows_is_refused(year: int) -> None:
    with pytest.raises(CalendarEndsError, match=str(year)):
        is_workday(date(year, 5, 5))


@pytest.mark.parametrize(
    ("first", "deadline", "earlier"),
    [
        # Easter 2027: Thursday 25 March to Monday 29 March.
        (date(2027, 3, 29), date(2027, 3, 22), 2),
        (date(2027, 3, 30), date(2027, 3, 22), 3),
        (date(2027, 4, 1), date(2027, 3, 24), 5),
        (date(2027, 4, 2), date(2027, 3, 30), 0),
        # Christmas 2026: Friday 25 December is a holiday; New Year's Day 2027 is a Friday too.
        (date(2026, 12, 28), date(2026, 12, 22), 1),
        (date(2026, 12, 30), date(2026, 12, 24), 1),
        (date(2026, 12, 31), date(2026, 12, 28), 0),
        (date(2027, 1, 4), date(2026, 12, 29), 1),
    ],
)
def test_holidays_bring_the_deadline_forward(first: date, deadline: date, earlier: int) -> None:
    period = period_from(first)
    assert local_date(deadline_of(period, NOON)) == deadline
    assert brought_forward(period, NOON) == earlier


@given(days, rules)
def test_a_deadline_lies_before_the_period_and_on_a_workday(first: date, rule: DeadlineRule) -> None:
    deadline = deadline_of(period_from(first), rule)
    assert deadline.tzinfo is UTC
    assert local_date(deadline) < first
    assert is_workday(local_date(deadline))
    local = deadline.astimezone(ZoneInfo("Europe/Copenhagen"))
    # Clocks change on Sundays, which are no workdays: the local time is always there, and once.
    assert local.time() == rule.at


@given(days, rules)
def test_a_later_period_has_no_earlier_deadline(first: date, rule: DeadlineRule) -> None:
    deadlines = [deadline_of(period_from(first + timedelta(days=more)), rule) for more in range(12)]
    assert deadlines == sorted(deadlines)


@given(days, rules)
def test_holidays_only_bring_forward(first: date, rule: DeadlineRule) -> None:
    assert brought_forward(period_from(first), rule) >= 0


@given(days, st.lists(st.sampled_from([7, 14, 28]), min_size=1, max_size=12))
def test_periods_tile_the_calendar(first: date, lengths: list[int]) -> None:
    periods = [period_from(first, lengths[0], EASTER)]
    for length in lengths[1:]:
        periods.append(following(periods[-1], length, EASTER))
    covered = [period.first + timedelta(days=number) for period in periods for number in range(period.days)]
    assert covered == [first + timedelta(days=number) for number in range(sum(lengths))]
    for before, after in pairwise(periods):
        assert gap_between(before, after) is None
        assert overlapping(after, [before]) is None


@given(days, st.integers(1, 28))
def test_the_next_period_is_as_long(first: date, length: int) -> None:
    assert following(period_from(first, length, EASTER), reason=EASTER).days == length


@given(days, st.integers(1, 14), st.integers(-20, 20), st.integers(1, 14))
def test_gap_and_overlap_are_what_the_days_say(first: date, length: int, away: int, other: int) -> None:
    before, after = period_from(first, length), period_from(first + timedelta(days=length + away), other)
    one, two = ({p.first + timedelta(days=n) for n in range(p.days)} for p in (before, after))
    assert overlapping(after, [before]) == (before if one & two else None)
    gap = gap_between(before, after)
    assert (gap.days if gap else 0) == max(away, 0)
    if gap:
        assert (gap.first, gap.last) == (before.last + timedelta(days=1), after.first - timedelta(days=1))


@pytest.mark.parametrize("length", [0, -1, 29, 400])
def test_the_law_limits_a_period(length: int) -> None:
    with pytest.raises(PeriodLengthError):
        period_from(date(2026, 11, 30), length, EASTER)


@pytest.mark.parametrize("length", [1, 7, 14])
def test_a_usual_period_needs_no_reason(length: int) -> None:
    check_length(length, None)
    assert period_from(date(2026, 11, 30), length).days == length


@pytest.mark.parametrize("length", [15, 21, 28])
def test_a_long_period_needs_a_reason_with_a_name(length: int) -> None:
    with pytest.raises(ReasonMissingError, match="reason"):
        period_from(date(2026, 11, 30), length)
    assert period_from(date(2026, 11, 30), length, EASTER).days == length


def test_a_long_period_is_not_followed_by_another_without_a_reason_of_its_own() -> None:
    holiday = period_from(date(2026, 12, 14), 28, EASTER)
    with pytest.raises(ReasonMissingError):
        following(holiday)
    assert following(holiday, 14).first == date(2027, 1, 11)


@pytest.mark.parametrize(("who", "why"), [("", "Jul"), ("A. Holm", ""), ("  ", "Jul"), ("A. Holm", " \n")])
def test_a_reason_is_never_blank(who: str, why: str) -> None:
    with pytest.raises(ReasonMissingError):
        Reason(who, why)


@pytest.mark.parametrize("workdays", [0, -3])
def test_a_deadline_is_never_on_or_after_the_first_day(workdays: int) -> None:
    with pytest.raises(ValueError, match="before the first day"):
        DeadlineRule(workdays, time(12, 0))


def test_a_period_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="ends"):
        Period(date(2026, 11, 30), date(2026, 11, 29))
