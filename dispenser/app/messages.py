"""One delivery from outside, and what is kept of it whether it was taken or not."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from dispenser.app.records import finding_record
from dispenser.app.reply import Reply
from dispenser.app.services import Services
from dispenser.core.ids import CitizenId
from dispenser.store.records import InboxRecord
from dispenser.store.session import Transaction
from pharmacy_sync.fhir.answers import operation_outcome
from pharmacy_sync.problems import RefusedMessageError, message
from safety.findings import Finding

_FIRST_ERROR = 400
_UNREADABLE = {
    code.id: 400 for code in (message.NOT_UTF8, message.BYTE_ORDER_MARK, message.NOT_JSON, message.DUPLICATE_KEY)
} | {message.TOO_LARGE.id: 413}


class Refusal(Exception):  # noqa: N818 - a way out of the transaction, never seen outside
    """The message does not fit what is known: nothing of it may stay."""

    def __init__(self, status: int, findings: tuple[Finding, ...]) -> None:
        """Keep the HTTP status and every finding."""
        super().__init__(status)
        self.status = status
        self.findings = findings


def require(status: int, findings: tuple[Finding, ...]) -> None:
    """Go on only without `findings`.

    Raises:
        Refusal: there are some.
    """
    if findings:
        raise Refusal(status, findings)


@dataclass(frozen=True, slots=True)
class Message:
    """A delivery as it came in; `lines` are the medications it seems to carry."""

    message_id: str
    received_at: datetime
    sender: str
    kind: str
    body: bytes
    lines: int

    @classmethod
    def received(cls, services: Services, kind: str, body: bytes, sender: str) -> "Message":
        """Return a new message, received now."""
        lines = _count_lines(body) if kind == "bundle" else 1
        return cls(uuid4().hex, services.clock.now(), sender, kind, body, lines)

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hex."""
        return hashlib.sha256(self.body).hexdigest()


def _count_lines(body: bytes) -> int:
    """Count the medications of a bundle however broken it is, so that a refused one is accounted for too."""
    try:
        entries = json.loads(body).get("entry", [])
        resources = [entry.get("resource", {}) for entry in entries]
        return sum(resource.get("resourceType") == "MedicationRequest" for resource in resources)
    except (ValueError, AttributeError, TypeError, RecursionError):
        return 0


def note(
    tx: Transaction, message: Message, status: int, findings: tuple[Finding, ...], citizen_id: CitizenId | None
) -> None:
    """Keep `message` with what was found in the inbox."""
    tx.inbox.add(
        InboxRecord(
            message_id=message.message_id,
            received_at=message.received_at,
            sender=message.sender,
            kind=message.kind,
            digest=message.digest,
            body=message.body,
            outcome="accepted" if status < _FIRST_ERROR else "refused",
            status_code=status,
            findings=tuple(finding_record(finding) for finding in findings),
            answer="",
            lines=message.lines,
            citizen_id=citizen_id,
        )
    )


def refuse(services: Services, message: Message, why: RefusedMessageError | Refusal) -> Reply:
    """Keep a refused message in the inbox and return its answer; nothing else of it stays."""
    status = why.status if isinstance(why, Refusal) else _status_of(why.findings)
    with services.database.write() as tx:
        note(tx, message, status, why.findings, None)
    return Reply(status, operation_outcome(why.findings))


def _status_of(findings: tuple[Finding, ...]) -> int:
    return min((_UNREADABLE.get(finding.code.id, 422) for finding in findings), default=422)
