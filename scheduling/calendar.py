"""Civil dates of the packing cycle: periods, and the instant after which a change is too late."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays

from dispenser.core.roll import Period

ZONE = ZoneInfo("Europe/Copenhagen")
"""Where intakes and deadlines are civil time."""
USUAL_PERIOD_DAYS = 14
"""Longest hand-over without a stored reason (BEK 827/2024 § 79)."""
LONGEST_PERIOD_DAYS = 28
"""Longest hand-over at all (BEK 827/2024 § 79)."""


class PeriodLengthError(ValueError):
    """The law does not allow a period of this length."""


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """The last moment for changes: `workdays` before the first day, at local time `at`."""

    workdays: int = 3
    at: time = time(12, 0)


def period_from(first: date, days: int = USUAL_PERIOD_DAYS) -> Period:
    """Return the period of `days` civil days from `first`.

    Raises:
        PeriodLengthError: no day, or more than `LONGEST_PERIOD_DAYS`.
    """
    if not 1 <= days <= LONGEST_PERIOD_DAYS:
        message = f"a period has 1 to {LONGEST_PERIOD_DAYS} days, not {days}"
        raise PeriodLengthError(message)
    return Period(first, first + timedelta(days=days - 1))


def following(period: Period) -> Period:
    """Return the next period of the same length: no gap, no overlap."""
    return period_from(period.last + timedelta(days=1), period.days)


def is_workday(day: date) -> bool:
    """Return whether `day` is neither a weekend day nor a Danish public holiday."""
    return day.isoweekday() <= 5 and day not in _danish_holidays(day.year)  # noqa: PLR2004 - Friday


def _danish_holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("DK", years=year)


def deadline_of(period: Period, rule: DeadlineRule) -> datetime:
    """Return the deadline (UTC) of `period`: counted in workdays, at civil time, so that clock changes move nothing."""
    day = period.first
    left = rule.workdays
    while left > 0:
        day -= timedelta(days=1)
        left -= is_workday(day)
    return datetime.combine(day, rule.at, tzinfo=ZONE).astimezone(UTC)


def local_date(instant: datetime) -> date:
    """Return the Danish civil date at `instant`."""
    return instant.astimezone(ZONE).date()
