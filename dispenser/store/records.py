"""What repositories take and give beside the core's own types: frozen values without any SQL in them."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from dispenser.core.acute import Acute
from dispenser.core.batch import BatchState
from dispenser.core.citizen import Identity
from dispenser.core.ids import BatchId, CitizenId, GroupId, JobId, MachineId, OrdinationId, RollId
from dispenser.core.job import JobState
from dispenser.core.periods import Reason
from dispenser.core.plan import Disposition
from dispenser.core.roll import Period
from dispenser.core.slots import SlotTable
from hal.journal import Cursor

Outcome = Literal["accepted", "refused"]
PouchState = Literal["planned", "packed", "void", "unknown"]
PeriodState = Literal["open", "batched"]


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """A finding as it was told: code, name of its severity (`INFO` ... `REFUSE`), filled texts.

    `alert` is the key of the alert that it is, if it is one. `override` says who set it aside, until when and why;
    then its severity is that of a warning.
    """

    code: str
    severity: str
    subject: str
    danish: str
    english: str
    fix_danish: str
    fix_english: str
    alert: str = ""
    override: str = ""


@dataclass(frozen=True, slots=True)
class InboxRecord:
    """One received message with its raw bytes and the answer that was given; never changed.

    `digest` is the sender-independent key of the content; `lines` counts the medications it carried; `answer` is
    the answered document as JSON text.
    """

    message_id: str
    received_at: datetime
    sender: str
    kind: str
    digest: str
    body: bytes
    outcome: Outcome
    status_code: int
    findings: tuple[FindingRecord, ...]
    answer: str
    lines: int
    citizen_id: CitizenId | None


@dataclass(frozen=True, slots=True)
class CitizenRecord:
    """A citizen: our opaque id, the sender's id, who it is and with whom it is packed."""

    citizen_id: CitizenId
    fhir_id: str
    identity: Identity
    group_id: GroupId
    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class ResourceRecord:
    """One version of a resource as the sender gave it; `content` is its JSON text."""

    kind: str
    resource_id: str
    version: int
    citizen_id: CitizenId
    status: str
    content: str
    digest: str
    updated_at: datetime

    @property
    def etag(self) -> str:
        """Weak entity tag of this version, as FHIR writes it: `W/"3"`."""
        return f'W/"{self.version}"'

    def document(self) -> dict[str, object]:
        """Return the resource with the id and version it has here (FHIR R4 `Resource.meta`)."""
        document: dict[str, object] = json.loads(self.content)
        given = document.get("meta")
        meta: dict[str, object] = {**given} if isinstance(given, dict) else {}
        meta["versionId"] = str(self.version)
        meta["lastUpdated"] = self.updated_at.isoformat(timespec="milliseconds")
        return {**document, "id": self.resource_id, "meta": meta}


@dataclass(frozen=True, slots=True)
class LineRecord:
    """What became of one medication of one plan revision, and why."""

    citizen_id: CitizenId
    revision: int
    ordination_id: OrdinationId
    text: str
    disposition: Disposition
    reasons: tuple[FindingRecord, ...]


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """A packing group and what people call it."""

    group_id: GroupId
    name: str


@dataclass(frozen=True, slots=True)
class PeriodRecord:
    """A packing group's period and the instant (UTC) at which its batch is planned.

    `reason` says why it is longer than usual or leaves days out; None when it does neither.
    """

    group_id: GroupId
    period: Period
    deadline: datetime
    state: PeriodState
    batch_id: BatchId | None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class SlotTableDraft:
    """A slot table for the site (`group_id` None) or for one packing group, from a civil date on, and why."""

    group_id: GroupId | None
    valid_from: date
    reason: str
    table: SlotTable


@dataclass(frozen=True, slots=True)
class SlotTableRecord:
    """A slot table as stored; in force once another than its author has signed it."""

    draft: SlotTableDraft
    author: str
    created_at: datetime
    signed_by: str | None
    signed_at: datetime | None

    @property
    def version(self) -> str:
        """The name under which batches remember it."""
        return self.draft.table.version


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """A batch without its content; `pouches` and `rolls` are counts."""

    batch_id: BatchId
    group_id: GroupId
    period: Period
    state: BatchState
    digest: str
    findings: tuple[FindingRecord, ...]
    created_at: datetime
    released_by: str | None
    released_at: datetime | None
    pouches: int
    rolls: int


@dataclass(frozen=True, slots=True)
class RollRecord:
    """A roll without its content; `pouches` is a count; `void_reason` is None while the roll is in use."""

    roll_id: RollId
    batch_id: BatchId
    citizen_id: CitizenId
    plan_revision: int
    machine_id: MachineId | None
    pouches: int
    digest: str
    void_reason: str | None = None


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """What somebody noted of a citizen; numbered from 1 for each.

    `kind` is the word of a `Presence`, or `phase`: then `subject` is the product whose cycle may go on from `first` in
    another phase. Of `allergy`, and of `tolerated`, which ends one, `subject` is the ATC code and `text` the words.
    """

    citizen_id: CitizenId
    number: int
    kind: str
    subject: str
    first: date
    last: date | None
    who: str
    reason: str
    at: datetime
    text: str = ""


@dataclass(frozen=True, slots=True)
class DiscardRecord:
    """A sealed pouch that must be found and destroyed; number 0 is the header pouch.

    `cause` is what changed, `reason` what is wrong in the pouch, `acute` what a pouch in its place would be.
    """

    roll_id: RollId
    number: int
    at: datetime
    cause: str
    reason: str
    acute: Acute


@dataclass(frozen=True, slots=True)
class JobRecord:
    """One attempt; `order_number` is None, documents empty and `epoch` 0 until it is sent."""

    job_id: JobId
    roll_id: RollId
    machine_id: MachineId
    order_number: int | None
    state: JobState
    digest: str
    order_document: str
    epoch: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PouchRecord:
    """One pouch of one attempt.

    `film` is the machine's count of physical pouches, known once fed; `closed_at` is set when `packed` or `void`.
    """

    job_id: JobId
    roll_id: RollId
    number: int
    state: PouchState
    machine_id: MachineId
    order_number: int | None
    film: int | None
    reason: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class MachineRecord:
    """What we know of a machine; `epoch` is the last taken, `next_order_number` the next to be taken.

    `journal_head` is the hash chain's head at `cursor`; `capabilities` and `status` are JSON texts as last read.
    """

    machine_id: MachineId
    uri: str
    epoch: int
    next_order_number: int
    cursor: Cursor
    journal_head: str
    capabilities: str | None
    status: str | None
    link: str
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """Who did what to what and when; `hash` covers the record and the hash before it."""

    number: int
    at: datetime
    who: str
    action: str
    subject: str
    detail: str
    previous_hash: str
    hash: str
