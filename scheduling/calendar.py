"""Civil dates of the packing cycle: periods, and the instant after which a change is too late.

Dates are civil dates in Denmark. An intake has a date and a slot and never an instant: in the night of a clock change
one at 02:30 keeps its date and is labelled 02:30, whether that time comes twice or not at all, and is there once.
Only deadlines are instants.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from dispenser.core.dosage import ClockTime
from dispenser.core.moment import Moment
from dispenser.core.periods import USUAL_PERIOD_DAYS, PeriodError, Reason, check_length
from dispenser.core.roll import Period

ZONE = ZoneInfo("Europe/Copenhagen")
"""Where intakes and deadlines are civil time."""
_FRIDAY = 5


class CalendarEndsError(PeriodError):
    """Nobody has said which days are public holidays in that year."""


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """The last moment for changes: `workdays` (1 or more) before the first day, at local time `at`."""

    workdays: int = 3
    at: time = time(12, 0)

    def __post_init__(self) -> None:
        """Refuse a deadline that is not before the first day."""
        if self.workdays < 1:
            message = f"a deadline is at least one workday before the first day, not {self.workdays}"
            raise ValueError(message)


def period_from(first: date, days: int = USUAL_PERIOD_DAYS, reason: Reason | None = None) -> Period:
    """Return the period of `days` civil days from `first` (R4).

    Raises:
        PeriodLengthError: longer than the law allows, or no day.
        ReasonMissingError: longer than usual without a reason.
    """
    check_length(days, reason)
    return Period(first, first + timedelta(days=days - 1))


def following(period: Period, days: int | None = None, reason: Reason | None = None) -> Period:
    """Return the next period, as long as `period` unless `days` says otherwise: no gap, no overlap (C4, C5).

    Raises:
        PeriodLengthError: longer than the law allows, or no day.
        ReasonMissingError: longer than usual without a reason.
    """
    return period_from(period.last + timedelta(days=1), period.days if days is None else days, reason)


def is_workday(day: date) -> bool:
    """Return whether `day` is neither a weekend day nor a Danish public holiday.

    Raises:
        CalendarEndsError: the public holidays of that year are not known.
    """
    return day not in _danish_holidays(day.year) and day.isoweekday() <= _FRIDAY


@cache
def _danish_holidays(year: int) -> frozenset[date]:
    known = holidays.country_holidays("DK", years=year)
    # Outside its years the library knows no holiday and does not say so.
    if not known.start_year <= year <= known.end_year:
        message = f"the Danish public holidays of {year} are not known"
        raise CalendarEndsError(message)
    return frozenset(known)


def deadline_of(period: Period, rule: DeadlineRule) -> datetime:
    """Return the deadline (UTC) of `period`: counted in workdays, at civil time, so that clock changes move nothing.

    It is always on a workday before the first day, and never later for an earlier period.

    Raises:
        CalendarEndsError: the public holidays of that year are not known.
    """
    day = period.first
    left = rule.workdays
    while left > 0:
        day -= timedelta(days=1)
        left -= is_workday(day)
    return datetime.combine(day, rule.at, tzinfo=ZONE).astimezone(UTC)


def brought_forward(period: Period, rule: DeadlineRule) -> int:
    """Return how many days earlier the deadline is than without public holidays (FMK `fremskudt pakning`); 0 is usual.

    Raises:
        CalendarEndsError: the public holidays of that year are not known.
    """
    day = period.first
    left = rule.workdays
    while left > 0:
        day -= timedelta(days=1)
        left -= day.isoweekday() <= _FRIDAY
    return (day - local_date(deadline_of(period, rule))).days


def local_moment(instant: datetime) -> Moment:
    """Return the Danish civil date and time of day at `instant`, to the minute begun."""
    local = instant.astimezone(ZONE)
    return Moment(local.date(), ClockTime(local.hour, local.minute))


def local_date(instant: datetime) -> date:
    """Return the Danish civil date at `instant`."""
    return instant.astimezone(ZONE).date()
