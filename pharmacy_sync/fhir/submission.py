"""What a FHIR message says, in our own words: the result of reading it, and all that the product sees of it."""

from dataclasses import dataclass
from enum import Enum

from dispenser.core.citizen import Identity
from dispenser.core.ids import OrdinationId
from dispenser.core.plan import Ordination
from safety.findings import Finding
from safety.rule_question import Allergy

DEFAULT_GROUP = "default"
"""Packing group of a citizen whose record names none."""


class LineStatus(Enum):
    """Status of a medicine as the sender gave it (FHIR `MedicationRequest.status`); only an active one is packed."""

    ACTIVE = "active"
    ON_HOLD = "on-hold"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    ENTERED_IN_ERROR = "entered-in-error"


@dataclass(frozen=True, slots=True)
class SubmittedLine:
    """One MedicationRequest, read.

    `ordination` is there when an active line can go on to the safety checks. `reasons` are findings of its reading:
    with a PARK among them a human must decide first, and where there is no `ordination` none can. Neither is there when
    the line is no longer taken (`status` is neither active nor on hold).
    `beside` is what is known of an active line without an `ordination`: it is taken, so other lines are checked
    against it, but it is never packed. `text` is what a human reads: medicine and dosage. `content` is the canonical
    JSON of the resource without `meta`, `digest` its SHA-256 in hex; the same content has the same digest however it
    was written.
    """

    ordination_id: OrdinationId
    status: LineStatus
    text: str
    ordination: Ordination | None
    reasons: tuple[Finding, ...]
    content: str
    digest: str
    beside: Ordination | None = None


@dataclass(frozen=True, slots=True)
class SubmittedAllergy:
    """One AllergyIntolerance, read: what is not tolerated, one `Allergy` for every ATC code, or words alone.

    It `counts` unless it is refuted, a mistake, inactive or resolved. `content` and `digest` are as of a line.
    """

    allergy_id: str
    counts: bool
    allergies: tuple[Allergy, ...]
    content: str
    digest: str


@dataclass(frozen=True, slots=True)
class Submission:
    """A citizen's whole plan as pushed, one line per MedicationRequest in the order of the bundle.

    `content` and `digest` are those of the Patient resource. `warnings` are findings that stop nothing. `allergies` is
    the whole list of what the citizen does not tolerate; an empty one says nothing about that.
    """

    citizen_fhir_id: str
    identity: Identity
    packing_group: str
    lines: tuple[SubmittedLine, ...]
    content: str
    digest: str
    warnings: tuple[Finding, ...] = ()
    allergies: tuple[SubmittedAllergy, ...] = ()


@dataclass(frozen=True, slots=True)
class SubmittedRequest:
    """A single MedicationRequest, and the FHIR id of the citizen that it names as its subject."""

    citizen_fhir_id: str
    line: SubmittedLine
    warnings: tuple[Finding, ...] = ()
