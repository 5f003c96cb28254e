"""How long a period may be (R4), and how it stands to the others of its group (C4, C5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from dispenser.core.roll import Period

USUAL_PERIOD_DAYS = 14
"""Longest hand-over without a stored reason (BEK 827/2024 § 79)."""
LONGEST_PERIOD_DAYS = 28
"""Longest hand-over at all (BEK 827/2024 § 79)."""
_ONE_DAY = timedelta(days=1)


class PeriodError(ValueError):
    """A period that must not be opened or packed."""


class PeriodLengthError(PeriodError):
    """The law does not allow a period of this length."""


class ReasonMissingError(PeriodError):
    """What may be done only for a reason, with a name under it, has none."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something out of the ordinary is right this time, and who says so; neither is blank."""

    who: str
    why: str

    def __post_init__(self) -> None:
        """Refuse a reason without words or without a name."""
        if not self.who.strip() or not self.why.strip():
            raise ReasonMissingError("a reason has words and the name of who gives it")


def check_length(days: int, reason: Reason | None) -> None:
    """Return when a period may have `days` days.

    Raises:
        PeriodLengthError: no day, or more than `LONGEST_PERIOD_DAYS`.
        ReasonMissingError: more than `USUAL_PERIOD_DAYS` without a reason.

    Source: BEK 827/2024 § 79; R4.
    """
    if not 1 <= days <= LONGEST_PERIOD_DAYS:
        message = f"a period has 1 to {LONGEST_PERIOD_DAYS} days, not {days}"
        raise PeriodLengthError(message)
    if days > USUAL_PERIOD_DAYS and reason is None:
        message = f"a period of {days} days needs a reason and who gives it; up to {USUAL_PERIOD_DAYS} days need none"
        raise ReasonMissingError(message)


def overlapping(period: Period, others: Iterable[Period]) -> Period | None:
    """Return the first of `others` that has a day of `period` too, None when there is none (C4)."""
    return next((other for other in others if other.first <= period.last and period.first <= other.last), None)


def gap_between(previous: Period, period: Period) -> Period | None:
    """Return the days after `previous` and before `period`, None when the one follows the other at once (C5)."""
    if period.first <= previous.last + _ONE_DAY:
        return None
    return Period(previous.last + _ONE_DAY, period.first - _ONE_DAY)
