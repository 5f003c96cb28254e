"""Periods and deadlines are civil: clock changes, holidays and leap days move nothing they should not."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispenser.core.roll import Period
from scheduling.calendar import DeadlineRule, PeriodLengthError, deadline_of, following, is_workday, period_from

days = st.dates(date(2026, 1, 1), date(2040, 12, 31))


def test_a_deadline_is_three_workdays_before_at_noon_danish_time() -> None:
    assert deadline_of(period_from(date(2026, 11, 30)), DeadlineRule()) == datetime(2026, 11, 25, 11, 0, tzinfo=UTC)


def test_a_deadline_keeps_noon_over_both_clock_changes() -> None:
    spring = deadline_of(period_from(date(2027, 3, 29)), DeadlineRule(workdays=2))
    autumn = deadline_of(period_from(date(2026, 10, 26)), DeadlineRule(workdays=1))
    assert spring == datetime(2027, 3, 23, 11, 0, tzinfo=UTC)
    assert autumn == datetime(2026, 10, 23, 10, 0, tzinfo=UTC)


def test_danish_holidays_are_no_workdays() -> None:
    maundy_thursday_to_easter_monday = [date(2027, 3, day) for day in (25, 26, 27, 28, 29)]
    assert not any(is_workday(day) for day in maundy_thursday_to_easter_monday)
    assert is_workday(date(2027, 3, 30))


@given(days, st.integers(1, 28))
def test_periods_follow_each_other_without_gap_or_overlap(first: date, length: int) -> None:
    period = period_from(first, length)
    after = following(period)
    assert period.days == after.days == length
    assert (after.first - period.last).days == 1


@settings(deadline=None)  # the first look at a year's holidays takes its time
@given(days, st.integers(0, 10))
def test_a_deadline_lies_before_the_period_and_on_a_workday(first: date, workdays: int) -> None:
    deadline = deadline_of(period_from(first), DeadlineRule(workdays))
    assert deadline.date() <= first
    if workdays:
        assert is_workday(deadline.date())


@pytest.mark.parametrize("length", [0, -1, 29])
def test_the_law_limits_a_period(length: int) -> None:
    with pytest.raises(PeriodLengthError):
        period_from(date(2026, 11, 30), length)


def test_a_period_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="ends"):
        Period(date(2026, 11, 30), date(2026, 11, 29))
