"""What is known of a packed batch before its signature, and what the proof of it says: values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from dispenser.core.batch import Batch
from dispenser.core.citizen import Identity
from dispenser.core.dosage import Slot
from dispenser.core.fills import LotName, Lots
from dispenser.core.ids import CitizenId, ProductId, RollId
from dispenser.core.moment import Moment
from dispenser.core.plan import MedicationPlan
from dispenser.core.presence import Noted
from dispenser.core.product import Catalogue
from dispenser.core.roll import Roll
from dispenser.core.slots import SlotTable
from hal.journal import JournalEntry
from safety.findings import Finding, Severity

Intake = tuple[ProductId, date, Slot]
"""One product at one time: what the proof compares."""
Doses = Mapping[Intake, Fraction]
"""Units by intake."""


@dataclass(frozen=True, slots=True)
class SentOrder:
    """An order as it went to a machine, the digest under which it was sent, and all the machine's entries about it."""

    order_id: str
    machine_id: str
    number: int
    document: str
    digest: str
    entries: tuple[JournalEntry, ...]


@dataclass(frozen=True, slots=True)
class RecordedPouch:
    """What is on record of one attempt at a pouch: `state` is planned, packed, void or unknown."""

    order_id: str
    number: int
    state: str
    film: int | None


@dataclass(frozen=True, slots=True)
class HeldLot:
    """A lot that pouch `number` of a roll may hold tablets of `product_id` of; None where nobody has named it."""

    number: int
    product_id: ProductId
    name: LotName | None


@dataclass(frozen=True, slots=True)
class FinishedRoll:
    """A roll of a packed batch with everything that can be held against it.

    `plan` and `noted` hold now, `followed` and `noted_then` are what the roll was made from. `beside` are the citizen's
    other rolls as far as they are in use, `others` all that were ever to be packed, whole. `discarded` says why a pouch
    number must be destroyed, `void` why the roll is out of use. `lots` are those of every packed pouch.
    """

    roll: Roll
    identity: Identity
    plan: MedicationPlan | None
    followed: MedicationPlan | None
    noted: Noted
    noted_then: Noted
    beside: tuple[Roll, ...]
    others: tuple[Roll, ...]
    orders: tuple[SentOrder, ...]
    pouches: tuple[RecordedPouch, ...]
    discarded: Mapping[int, str]
    void: str | None
    lots: tuple[HeldLot, ...]


@dataclass(frozen=True, slots=True)
class FinishedBatch:
    """A packed batch; `digest` is what was released, `planned` and `now` say when that was and what is history.

    `notices` are what was said of lots until now.
    """

    batch: Batch
    digest: str
    catalogue: Catalogue
    slots: SlotTable
    planned: Moment
    now: Moment
    rolls: tuple[FinishedRoll, ...]
    notices: Lots


@dataclass(frozen=True, slots=True)
class Accounts:
    """One figure by the four accounts: plan, pouches, labels, machine."""

    expected: Fraction
    pouches: Fraction
    labels: Fraction
    machine: Fraction


@dataclass(frozen=True, slots=True)
class RollProof:
    """The four accounts of one roll: how many doses (product, date and time) and how many units.

    `packed` counts its pouches in use, without the header; `missing` and `discarded` are numbers.
    """

    roll_id: RollId
    citizen_id: CitizenId
    void: bool
    pouches: int
    packed: int
    missing: tuple[int, ...]
    discarded: tuple[int, ...]
    doses: Accounts
    units: Accounts
    proven: bool
    """Nothing of this roll contradicts anything."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proven of a batch, roll by roll, and every finding against it."""

    rolls: tuple[RollProof, ...]
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> tuple[Finding, ...]:
        """Findings with which the batch is never closed."""
        return tuple(finding for finding in self.findings if finding.code.severity is Severity.REFUSE)

    @property
    def held(self) -> tuple[Finding, ...]:
        """Findings with which two persons may close it for a reason."""
        return tuple(finding for finding in self.findings if finding.code.severity is Severity.HOLD)
