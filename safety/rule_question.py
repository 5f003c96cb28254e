"""What a provider of clinical rules is asked, and what it must be: ours from a rule pack, or a licensed database's."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from dispenser.core.plan import MedicationPlan, Ordination
from dispenser.core.product import Catalogue
from dispenser.core.slots import SlotTable
from safety.findings import Finding


@dataclass(frozen=True, slots=True)
class Allergy:
    """Something a citizen does not tolerate: an ATC code or prefix, empty while nobody has coded the `text`."""

    atc: str
    text: str


@dataclass(frozen=True, slots=True)
class RuleQuestion:
    """A citizen's plan as it would be packed, and everything else that a rule may look at.

    `plan` has the lines that would be packed; `beside` are lines that are taken but not packed (parked, as needed):
    they count for interactions and sums. `day` is the civil date of the question.
    """

    plan: MedicationPlan
    catalogue: Catalogue
    slots: SlotTable
    day: date
    beside: tuple[Ordination, ...] = ()
    allergies: tuple[Allergy, ...] = ()


@dataclass(frozen=True, slots=True)
class ProviderIdentity:
    """Which rules were asked: name, version, and the SHA-256 (hex) of their content."""

    name: str
    version: str
    digest: str


class RuleProvider(Protocol):
    """Clinical rules. Pure: the same question has the same answer; no clock, no network.

    A finding's subject is the ordination id of a line of `plan`; PARK keeps that line out of the pouches. What a
    provider cannot judge, it must find too: silence means that the line was checked and is sound.
    """

    def identity(self) -> ProviderIdentity:
        """Return which rules these are."""
        ...

    def check(self, question: RuleQuestion) -> tuple[Finding, ...]:
        """Return everything that the rules hold against the plan."""
        ...
