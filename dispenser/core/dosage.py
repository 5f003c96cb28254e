"""FMK structured dosage, the smallest complete model (FMK wiki, dosage structures 1.4.6).

A dosage is either structured, or free text, or a local schema; only the first can become pouches.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import lru_cache


class PartOfDay(Enum):
    """Named intake times in the order of the day (FMK morning, noon, evening, night)."""

    MORNING = "morning"
    NOON = "noon"
    EVENING = "evening"
    NIGHT = "night"


@dataclass(frozen=True, slots=True, order=True)
class ClockTime:
    """A civil time of day, to the minute."""

    hour: int
    minute: int

    def __post_init__(self) -> None:
        """Refuse what no clock shows."""
        if self.hour not in range(24) or self.minute not in range(60):
            message = f"{self.hour:02d}:{self.minute:02d} is not a time of day"
            raise ValueError(message)

    def __str__(self) -> str:
        """`HH:MM`."""
        return f"{self.hour:02d}:{self.minute:02d}"


Slot = PartOfDay | ClockTime
"""When in the day an intake is taken."""


@dataclass(frozen=True, slots=True)
class DoseRange:
    """From `low` to `high` units: a human decides, a machine never."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class OrderedDose:
    """One dose of a dosage day: units of the product; `slot` is None for a plain dose ("3 gange daglig")."""

    slot: Slot | None
    amount: Decimal | DoseRange
    as_needed: bool = False

    @property
    def units(self) -> Decimal:
        """The amount of a dose that says exactly how much.

        Raises:
            TypeError: the amount is a range; nothing picks a quantity from it.
        """
        if isinstance(self.amount, DoseRange):
            message = f"{self.amount.low} to {self.amount.high} is a range and no quantity"
            raise TypeError(message)
        return self.amount


@dataclass(frozen=True, slots=True)
class DosageDay:
    """Doses of one day of the cycle; `number` counts from 1, 0 means "not tied to a day"."""

    number: int
    doses: tuple[OrderedDose, ...]


def shared_days(days: tuple[DosageDay, ...]) -> tuple[DosageDay, ...]:
    """Return one and the same object for equal day patterns, so that what is known of one is known of all.

    A pattern whose numbers are written in another way (`1.0` for `1`) stays itself: what was sent is kept as it was.
    """
    known = _first_of(days)
    return known if known is days or _written(known) == _written(days) else days


@lru_cache(maxsize=8192)
def _first_of(days: tuple[DosageDay, ...]) -> tuple[DosageDay, ...]:
    return days


def _written(days: tuple[DosageDay, ...]) -> list[str]:
    return [str(dose.amount) for day in days for dose in day.doses]


@dataclass(frozen=True, slots=True)
class DosageStructure:
    """A stretch of days with one pattern.

    `interval` is the cycle length in days, 0 for "not iterated". `end` is inclusive, None is open. No days at
    all is a declared pause (FMK EmptyStructure).
    """

    interval: int
    start: date
    end: date | None
    days: tuple[DosageDay, ...]


@dataclass(frozen=True, slots=True)
class StructuredDosage:
    """One to ten structures in order of time; `unit` is the counted unit as ordered."""

    unit: str
    structures: tuple[DosageStructure, ...]


@dataclass(frozen=True, slots=True)
class FreeTextDosage:
    """Words only."""

    text: str


@dataclass(frozen=True, slots=True)
class LocalSchemaDosage:
    """The dosage is kept elsewhere (FMK: according to schema in local system)."""


Dosage = StructuredDosage | FreeTextDosage | LocalSchemaDosage
