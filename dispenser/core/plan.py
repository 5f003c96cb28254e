"""Everything a citizen takes, as pushed; immutable, superseded by a higher revision."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from dispenser.core.dosage import Dosage
from dispenser.core.ids import CitizenId, OrdinationId, ProductId

INSTRUCTION_LENGTH = 22
"""Longest administration instruction, in characters (FMK)."""


class Disposition(Enum):
    """What becomes of one incoming medication; every one ends as exactly one of these."""

    PACKED = "packed"
    PARKED = "parked"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Ordination:
    """One medicine with dosage and treatment period (both dates inclusive, `last` None is open)."""

    ordination_id: OrdinationId
    product_id: ProductId
    dosage: Dosage
    first: date
    last: date | None
    instruction: str = ""


@dataclass(frozen=True, slots=True)
class ParkedLine:
    """An ordered medicine that a human must decide on: the reasons are finding codes.

    `ordination` is what is known of it, None when nothing is: the citizen takes it, so other lines are checked against
    it, but it is never packed.
    """

    ordination_id: OrdinationId
    text: str
    reasons: tuple[str, ...]
    ordination: Ordination | None = None


@dataclass(frozen=True, slots=True)
class MedicationPlan:
    """Revision `revision` of a citizen's plan: lines for the machines and lines parked for a human."""

    citizen_id: CitizenId
    revision: int
    ordinations: tuple[Ordination, ...]
    parked: tuple[ParkedLine, ...] = ()
