"""Pouches of one citizen for one period, in order."""

from dataclasses import dataclass
from datetime import date

from dispenser.core.acute import Acute
from dispenser.core.ids import CitizenId, RollId
from dispenser.core.pouch import Pouch

HEADER_NUMBER = 0
"""Number of the header pouch in every roll."""


@dataclass(frozen=True, slots=True)
class Period:
    """First to last civil date that a roll covers, both inclusive."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse a period that ends before it starts."""
        if self.last < self.first:
            message = f"period ends {self.last} before it starts {self.first}"
            raise ValueError(message)

    @property
    def days(self) -> int:
        """Length in civil days."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Roll:
    """The pouches that revision `plan_revision` of a citizen's plan gives over a period; immutable and hashed.

    `acute` says why it is packed outside the period's ordinary roll, None when it is that one.
    """

    roll_id: RollId
    citizen_id: CitizenId
    plan_revision: int
    period: Period
    pouches: tuple[Pouch, ...]
    acute: Acute | None = None
