"""Accept pushed plans: a whole message or nothing, every problem named, a repeat changes nothing."""

from dataclasses import dataclass
from uuid import uuid4

from dispenser.app.judging import judge_known, take_revision
from dispenser.app.messages import Message, Refusal, note, refuse, require
from dispenser.app.pushed_allergies import dropped, pushed_allergies, status_of
from dispenser.app.reply import Reply
from dispenser.app.services import Services
from dispenser.app.whole_plan import PATIENT, REQUEST
from dispenser.core.ids import CitizenId, GroupId
from dispenser.store.records import CitizenRecord, ResourceRecord
from dispenser.store.session import Transaction
from pharmacy_sync.fhir.allergies import ALLERGY
from pharmacy_sync.fhir.answers import Stored, operation_outcome, transaction_response
from pharmacy_sync.fhir.parse import parse_bundle, parse_request, to_submission
from pharmacy_sync.fhir.submission import Submission, SubmittedRequest
from pharmacy_sync.problems import RefusedMessageError, state
from safety.findings import Finding, Severity, found


def accept_bundle(services: Services, body: bytes, sender: str) -> Reply:
    """Take a FHIR transaction bundle: one citizen's identity and medication requests.

    The answer is a transaction-response, or an OperationOutcome with every problem; of a refused message nothing
    remains but its entry in the inbox. The same bundle again changes nothing (C21).
    """
    message = Message.received(services, "bundle", body, sender)
    try:
        submission = to_submission(parse_bundle(body))
        with services.database.write() as tx:
            return _take_bundle(_Intake(services, tx, message), submission)
    except (RefusedMessageError, Refusal) as refused:
        return refuse(services, message, refused)


def accept_request(services: Services, resource_id: str, body: bytes, if_match: str | None, sender: str) -> Reply:
    """Take a new version of one MedicationRequest that is already known; `if_match` is the tag it replaces."""
    message = Message.received(services, "request", body, sender)
    try:
        submitted = parse_request(body, resource_id)
        with services.database.write() as tx:
            return _take_request(_Intake(services, tx, message), submitted, if_match)
    except (RefusedMessageError, Refusal) as refused:
        return refuse(services, message, refused)


def read_request(services: Services, resource_id: str) -> Reply:
    """Return the current version of a MedicationRequest as it was accepted."""
    with services.database.read() as tx:
        current = tx.resources.current(REQUEST, resource_id)
    if current is None:
        return Reply(404, operation_outcome((found(state.NOT_FOUND, f"{REQUEST}/{resource_id}"),)))
    return Reply(200, current.document(), current.etag)


@dataclass(frozen=True, slots=True)
class _Intake:
    """One message on its way into one transaction."""

    services: Services
    tx: Transaction
    message: Message

    def put(self, kind: str, resource: tuple[str, str, str, str], citizen_id: CitizenId) -> Stored:
        """Store (id, status, content, digest) as the next version, unless it is the current one already."""
        resource_id, status, content, digest = resource
        current = self.tx.resources.current(kind, resource_id)
        if current is not None and (current.digest, current.status) == (digest, status):
            return Stored(kind, resource_id, current.version, created=False)
        version = (current.version if current else 0) + 1
        at = self.message.received_at
        self.tx.resources.put(ResourceRecord(kind, resource_id, version, citizen_id, status, content, digest, at))
        return Stored(kind, resource_id, version, created=current is None)

    def revise(self, citizen: CitizenRecord, *, append: bool, noticed: tuple[Finding, ...] = ()) -> tuple[Finding, ...]:
        """Judge everything that is now known of the citizen; append it as the next revision when asked to.

        Returns what was found that does not refuse, with what was `noticed` before.
        """
        at = self.message.received_at
        known = judge_known(self.services, self.tx, citizen, at)
        judged = known.judged
        require(422, tuple(finding for finding in judged.findings if finding.code.severity is Severity.REFUSE))
        findings = (*noticed, *known.warnings, *judged.findings)
        if append:
            note(self.tx, self.message, 200, findings, citizen.citizen_id)
            detail = take_revision(self.services, self.tx, judged, self.message.message_id, at)
            self.tx.audit.append(at, self.message.sender, "plan accepted", f"citizen/{citizen.citizen_id}", detail)
        return findings


def _take_bundle(intake: _Intake, submission: Submission) -> Reply:
    tx = intake.tx
    known = tx.citizens.by_fhir_id(submission.citizen_fhir_id)
    citizen_id = known.citizen_id if known else CitizenId(uuid4().hex)
    clashes = (*_identity_clashes(tx, submission, citizen_id), *_other_human(known, submission))
    allergies = pushed_allergies(tx, citizen_id, submission)
    require(409, (*clashes, *_foreign(tx, submission, citizen_id), *allergies.foreign))
    changed = known is None or known.digest != submission.digest or _news(tx, submission) or allergies.changed
    if changed and tx.inbox.accepted_with(intake.message.digest):
        # These very bytes were taken before and something newer has come since: silence would hide one of the two.
        require(409, (found(state.REPLAYED, "Bundle"),))
    citizen = CitizenRecord(
        citizen_id,
        submission.citizen_fhir_id,
        submission.identity,
        GroupId(submission.packing_group),
        known.version if known else 1,
        submission.digest,
    )
    tx.groups.ensure(citizen.group_id, submission.packing_group)
    if known is None or known.digest != submission.digest:
        version = (known.version if known else 0) + 1
        citizen = CitizenRecord(
            citizen_id, citizen.fhir_id, citizen.identity, citizen.group_id, version, submission.digest
        )
        tx.citizens.put(citizen)
    patient = (citizen.fhir_id, "active", submission.content, submission.digest)
    stored = [intake.put(PATIENT, patient, citizen_id)]
    for line in submission.lines:
        request = (str(line.ordination_id), line.status.value, line.content, line.digest)
        stored.append(intake.put(REQUEST, request, citizen_id))
    for allergy in submission.allergies:
        record = (allergy.allergy_id, status_of(allergy), allergy.content, allergy.digest)
        stored.append(intake.put(ALLERGY, record, citizen_id))
    for gone in allergies.gone:
        intake.put(ALLERGY, dropped(gone), citizen_id)
    noticed = (*_renamed(known, submission), *allergies.noticed())
    findings = intake.revise(citizen, append=changed, noticed=noticed)
    return Reply(200, transaction_response(stored, findings))


def _take_request(intake: _Intake, submitted: SubmittedRequest, if_match: str | None) -> Reply:
    line = submitted.line
    subject = f"{REQUEST}/{line.ordination_id}"
    current = intake.tx.resources.current(REQUEST, line.ordination_id)
    if current is None:
        raise Refusal(404, (found(state.NOT_FOUND, subject),))
    etag = current.etag
    if if_match is None:
        raise Refusal(428, (found(state.VERSION_NEEDED, subject, etag=etag),))
    citizen = intake.tx.citizens.get(current.citizen_id)
    if submitted.citizen_fhir_id != citizen.fhir_id:
        raise Refusal(409, (found(state.OTHER_CITIZEN, subject),))
    if current.digest == line.digest:
        return Reply(200, current.document(), etag)
    if if_match != etag:
        raise Refusal(412, (found(state.VERSION_WRONG, subject, etag=etag, given=if_match),))
    request = (str(line.ordination_id), line.status.value, line.content, line.digest)
    intake.put(REQUEST, request, citizen.citizen_id)
    intake.revise(citizen, append=True)
    updated = intake.tx.resources.current(REQUEST, line.ordination_id) or current
    return Reply(200, updated.document(), updated.etag)


def _identity_clashes(tx: Transaction, submission: Submission, citizen_id: CitizenId) -> list[Finding]:
    return [
        found(state.CIVIL_NUMBER_TAKEN, "Patient.identifier", other=other.fhir_id)
        for other in tx.citizens.by_civil_number(submission.identity.civil_number)
        if other.citizen_id != citizen_id
    ]


def _other_human(known: CitizenRecord | None, submission: Submission) -> list[Finding]:
    """Find what makes a known Patient id another human: what is planned for one must never be packed for another."""
    if known is None:
        return []
    before, now = known.identity, submission.identity
    places = {
        "Patient.identifier": before.civil_number != now.civil_number,
        "Patient.birthDate": before.birth_date != now.birth_date,
    }
    return [found(state.IDENTITY_CHANGED, place) for place, differs in places.items() if differs]


def _renamed(known: CitizenRecord | None, submission: Submission) -> tuple[Finding, ...]:
    """Say that a known citizen has a new name; people marry, so that refuses nothing."""
    if known is None or known.identity.name == submission.identity.name:
        return ()
    return (found(state.NAME_CHANGED, "Patient.name"),)


def _foreign(tx: Transaction, submission: Submission, citizen_id: CitizenId) -> list[Finding]:
    """Find requests that another citizen's plan has already: an id names one medicine of one citizen."""
    known = ((line, tx.resources.current(REQUEST, line.ordination_id)) for line in submission.lines)
    return [
        found(state.OTHER_CITIZEN, f"{REQUEST}/{line.ordination_id}")
        for line, record in known
        if record is not None and record.citizen_id != citizen_id
    ]


def _news(tx: Transaction, submission: Submission) -> bool:
    """Return whether any line differs from what is stored."""
    current = (tx.resources.current(REQUEST, line.ordination_id) for line in submission.lines)
    return any(
        record is None or record.digest != line.digest for record, line in zip(current, submission.lines, strict=True)
    )
