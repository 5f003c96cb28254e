"""Accept pushed plans: a whole message or nothing, every problem named, a repeat changes nothing."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from pharmacy_sync.fhir.answers import ResourceAnswer, operation_outcome, transaction_response

from dispenser.app.plan_lines import JudgedPlan, judged_plan
from dispenser.app.records import finding_record
from dispenser.app.reply import Reply
from dispenser.app.services import Services
from dispenser.core.ids import CitizenId, GroupId
from dispenser.store.records import CitizenRecord, InboxRecord, ResourceRecord
from dispenser.store.session import Transaction
from pharmacy_sync.fhir.mapping import to_line, to_submission
from pharmacy_sync.fhir.parse import RefusedMessageError, parse_bundle, parse_request
from pharmacy_sync.fhir.submission import Submission, SubmittedLine
from pharmacy_sync.problems import (
    CIVIL_NUMBER_TAKEN,
    NOT_FOUND,
    OTHER_CITIZEN,
    REPLAYED,
    VERSION_NEEDED,
    VERSION_WRONG,
)
from safety.findings import Finding, Severity, found

REQUEST = "MedicationRequest"
PATIENT = "Patient"


class _Refusal(Exception):  # noqa: N818 - a way out of the transaction, never seen outside
    """The message is refused: nothing of it may stay."""

    def __init__(self, status: int, findings: tuple[Finding, ...]) -> None:
        super().__init__(status)
        self.status = status
        self.findings = findings


@dataclass(frozen=True, slots=True)
class _Message:
    """One delivery as it came in."""

    message_id: str
    received_at: datetime
    sender: str
    kind: str
    body: bytes
    lines: int = 0

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


def accept_bundle(services: Services, body: bytes, sender: str) -> Reply:
    """Take a FHIR transaction bundle: one citizen's identity and medication requests.

    The answer is a transaction-response, or an OperationOutcome with every problem; refused messages leave
    nothing behind but their entry in the inbox. The same bundle again answers the same and changes nothing (C21).
    """
    message = _message(services, "bundle", body, sender)
    try:
        submission = to_submission(parse_bundle(body))
        message = replace(message, lines=len(submission.lines))
        with services.database.write() as tx:
            return _take_bundle(services, tx, message, submission)
    except RefusedMessageError as refused:
        return _refuse(services, replace(message, lines=refused.lines), refused.status, refused.findings)
    except _Refusal as refusal:
        return _refuse(services, message, refusal.status, refusal.findings)


def accept_request(services: Services, resource_id: str, body: bytes, if_match: str | None, sender: str) -> Reply:
    """Take a new version of one MedicationRequest that is already known; `if_match` is the tag it replaces."""
    message = _message(services, "request", body, sender)
    try:
        line = to_line(parse_request(body, resource_id))
        message = replace(message, lines=1)
        with services.database.write() as tx:
            return _take_request(services, tx, message, line, if_match)
    except RefusedMessageError as refused:
        return _refuse(services, replace(message, lines=1), refused.status, refused.findings)
    except _Refusal as refusal:
        return _refuse(services, message, refusal.status, refusal.findings)


def read_request(services: Services, resource_id: str) -> Reply:
    """Return the current version of a MedicationRequest as it was accepted."""
    with services.database.read() as tx:
        current = tx.resources.current(REQUEST, resource_id)
    if current is None:
        return Reply(404, operation_outcome((found(NOT_FOUND, f"{REQUEST}/{resource_id}"),)))
    return Reply(200, current.document(), current.etag)


def _message(services: Services, kind: str, body: bytes, sender: str) -> _Message:
    return _Message(uuid4().hex, services.clock.now(), sender, kind, body)


def _take_bundle(services: Services, tx: Transaction, message: _Message, submission: Submission) -> Reply:
    citizen = tx.citizens.by_fhir_id(submission.citizen_fhir_id)
    citizen_id = citizen.citizen_id if citizen else CitizenId(uuid4().hex)
    _require(409, tuple(_identity_clashes(tx, submission, citizen_id)))
    old = {line.ordination_id: tx.resources.current(REQUEST, line.ordination_id) for line in submission.lines}
    _require(409, tuple(_foreign(old, citizen_id)))
    fresh = [line for line in submission.lines if not _same(old[line.ordination_id], line.digest)]
    changed_person = citizen is None or citizen.digest != submission.citizen_digest
    if fresh and tx.inbox.accepted_with(message.digest):
        # These very bytes were taken before and something newer has come since: silence would hide one of the two.
        _require(409, (found(REPLAYED, "Bundle"),))

    record = CitizenRecord(
        citizen_id,
        submission.citizen_fhir_id,
        submission.identity,
        GroupId(submission.packing_group),
        (citizen.version if citizen else 0) + int(changed_person),
        submission.citizen_digest,
    )
    tx.groups.ensure(record.group_id, submission.packing_group)
    if changed_person:
        tx.citizens.put(record)
    answers = [ResourceAnswer(PATIENT, record.fhir_id, record.version, created=citizen is None)]
    answers.extend(_store_line(tx, message, citizen_id, line, old[line.ordination_id]) for line in submission.lines)
    document = transaction_response(answers)
    if fresh or changed_person:
        _note(tx, message, 200, submission.findings, citizen_id)
    if fresh:
        _revise(services, tx, message, citizen_id, submission.citizen_fhir_id)
    return Reply(200, document)


def _take_request(
    services: Services, tx: Transaction, message: _Message, line: SubmittedLine, if_match: str | None
) -> Reply:
    current = tx.resources.current(REQUEST, line.ordination_id)
    if current is None:
        _require(404, (found(NOT_FOUND, f"{REQUEST}/{line.ordination_id}"),))
        raise AssertionError  # pragma: no cover - _require raises
    if if_match is None:
        _require(428, (found(VERSION_NEEDED, REQUEST, etag=current.etag),))
    if _same(current, line.digest):
        return Reply(200, current.document(), current.etag)
    if if_match != current.etag:
        _require(412, (found(VERSION_WRONG, REQUEST, etag=current.etag, given=if_match or ""),))
    citizen = tx.citizens.get(current.citizen_id)
    if line.citizen_fhir_id != citizen.fhir_id:
        _require(409, (found(OTHER_CITIZEN, f"{REQUEST}/{line.ordination_id}"),))
    _store_line(tx, message, current.citizen_id, line, current)
    _note(tx, message, 200, (), current.citizen_id)
    _revise(services, tx, message, current.citizen_id, citizen.fhir_id)
    stored = tx.resources.current(REQUEST, line.ordination_id)
    return Reply(200, (stored or current).document(), (stored or current).etag)


def _identity_clashes(tx: Transaction, submission: Submission, citizen_id: CitizenId) -> list[Finding]:
    others = tx.citizens.by_civil_number(submission.identity.civil_number)
    return [
        found(CIVIL_NUMBER_TAKEN, "Patient.identifier", other=other.fhir_id)
        for other in others
        if other.citizen_id != citizen_id
    ]


def _foreign(old: dict[str, ResourceRecord | None], citizen_id: CitizenId) -> list[Finding]:
    return [
        found(OTHER_CITIZEN, f"{REQUEST}/{name}")
        for name, record in old.items()
        if record is not None and record.citizen_id != citizen_id
    ]


def _same(record: ResourceRecord | None, digest: str) -> bool:
    return record is not None and record.digest == digest


def _store_line(
    tx: Transaction, message: _Message, citizen_id: CitizenId, line: SubmittedLine, old: ResourceRecord | None
) -> ResourceAnswer:
    if old is not None and _same(old, line.digest):
        return ResourceAnswer(REQUEST, line.ordination_id, old.version, created=False)
    version = (old.version if old else 0) + 1
    tx.resources.put(
        ResourceRecord(
            REQUEST,
            line.ordination_id,
            version,
            citizen_id,
            line.status,
            line.content,
            line.digest,
            message.received_at,
        )
    )
    return ResourceAnswer(REQUEST, line.ordination_id, version, created=old is None)


def _revise(services: Services, tx: Transaction, message: _Message, citizen_id: CitizenId, fhir_id: str) -> None:
    """Append the next revision of the plan: everything that is now known of the citizen, judged anew."""
    current = tx.plans.current(citizen_id)
    lines = [
        to_line(parse_request(record.content.encode(), record.resource_id))
        for record in tx.resources.of_citizen(citizen_id, REQUEST)
    ]
    judged: JudgedPlan = judged_plan(
        citizen_id, (current.revision if current else 0) + 1, lines, services.catalogue, services.slots
    )
    refusing = tuple(finding for finding in judged.findings if finding.code.severity is Severity.REFUSE)
    _require(422, refusing)
    tx.plans.append(judged.plan, message.received_at, message.message_id, judged.lines)
    tx.audit.append(
        message.received_at,
        message.sender,
        "plan accepted",
        f"citizen/{citizen_id}",
        f"revision {judged.plan.revision}, {len(judged.plan.ordinations)} packed, {len(judged.plan.parked)} parked, "
        f"as {fhir_id}",
    )


def _require(status: int, findings: tuple[Finding, ...]) -> None:
    if findings:
        raise _Refusal(status, findings)


def _refuse(services: Services, message: _Message, status: int, findings: tuple[Finding, ...]) -> Reply:
    with services.database.write() as tx:
        _note(tx, message, status, findings, None)
    return Reply(status, operation_outcome(findings))


def _note(
    tx: Transaction, message: _Message, status: int, findings: tuple[Finding, ...], citizen_id: CitizenId | None
) -> None:
    tx.inbox.add(
        InboxRecord(
            message_id=message.message_id,
            received_at=message.received_at,
            sender=message.sender,
            kind=message.kind,
            digest=message.digest,
            body=message.body,
            outcome="accepted" if status < 400 else "refused",  # noqa: PLR2004 - HTTP's border
            status_code=status,
            findings=tuple(finding_record(finding) for finding in findings),
            answer="",
            lines=message.lines,
            citizen_id=citizen_id,
        )
    )
