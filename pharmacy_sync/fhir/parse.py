"""From bytes to a submission: the whole message or nothing, and every problem told.

`parse_bundle` and `parse_request` raise `RefusedMessageError` with all findings; what they return may be used.
A clean message goes the fast road; any other, and any that is refused there, goes the careful road from its first byte.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from pharmacy_sync.fhir.allergies import ALLERGY, AllergyIntolerance, read_allergy, validated_allergy
from pharmacy_sync.fhir.elements import Element
from pharmacy_sync.fhir.envelope import MOST_ENTRIES, check_envelope, without
from pharmacy_sync.fhir.fast_road import Taken, TakenBundle, take_bundle, take_request
from pharmacy_sync.fhir.identity import is_dead, read_group, read_identity
from pharmacy_sync.fhir.known import Known
from pharmacy_sync.fhir.locate import validated
from pharmacy_sync.fhir.mapping import Written, content_of, parked, read_line
from pharmacy_sync.fhir.resources import (
    IGNORED_OF_PATIENT,
    IGNORED_OF_REQUEST,
    MedicationRequest,
    Patient,
)
from pharmacy_sync.fhir.submission import Submission, SubmittedLine, SubmittedRequest
from pharmacy_sync.problems import RefusedMessageError, citizen, message
from pharmacy_sync.report import Report
from pharmacy_sync.strict_json import Document, is_list, is_object, read
from safety.findings import Severity, found


@dataclass(frozen=True, slots=True)
class Bundle:
    """An accepted transaction: its Patient, and what it was read as while it was checked."""

    patient: Patient
    submission: Submission


ModelT = TypeVar("ModelT", bound=Element)


@dataclass(frozen=True, slots=True)
class _Found(Generic[ModelT]):
    """A resource of a bundle, its canonical JSON with digest, and where it stands."""

    model: ModelT
    written: Written
    root: str
    known: Known | None = None


@dataclass(frozen=True, slots=True)
class _Resources:
    """What a bundle holds, each in the order of its entries."""

    patients: list[_Found[Patient]] = field(default_factory=list["_Found[Patient]"])
    requests: list[_Found[MedicationRequest]] = field(default_factory=list["_Found[MedicationRequest]"])
    allergies: list[_Found[AllergyIntolerance]] = field(default_factory=list["_Found[AllergyIntolerance]"])


def parse_bundle(body: bytes) -> Bundle:
    """Return the transaction Bundle in `body`.

    Raises:
        RefusedMessageError: anything in it cannot be taken; with every problem found.
    """
    taken = take_bundle(body)
    if taken is not None and _is_transaction(taken):
        try:
            return _bundle(_Resources(_found(taken.patients), _found(taken.requests)), Report())
        except RefusedMessageError:
            pass
    return parse_bundle_carefully(body)


def parse_bundle_carefully(body: bytes) -> Bundle:
    """Return what `parse_bundle` returns, by the careful road alone.

    Raises:
        RefusedMessageError: as `parse_bundle`.
    """
    report = Report()
    document = read(body, report)
    check_envelope(document, report)
    return _bundle(_read_resources(document, report), report)


def to_submission(bundle: Bundle) -> Submission:
    """Return the plan that `bundle` says."""
    return bundle.submission


def parse_request(body: bytes, resource_id: str) -> SubmittedRequest:
    """Return the single MedicationRequest in `body`, put to the address that ends in `resource_id`.

    Raises:
        RefusedMessageError: anything in it cannot be taken; with every problem found.
    """
    taken = take_request(body)
    if taken is not None:
        try:
            return _request(taken.model, taken.written(), resource_id, Report(), taken.known)
        except RefusedMessageError:
            pass
    return parse_request_carefully(body, resource_id)


def parse_request_carefully(body: bytes, resource_id: str) -> SubmittedRequest:
    """Return what `parse_request` returns, by the careful road alone.

    Raises:
        RefusedMessageError: as `parse_request`.
    """
    report = Report()
    document = read(body, report)
    kind = document.get("resourceType")
    if kind != "MedicationRequest":
        report.add(message.UNEXPECTED_RESOURCE, "resourceType", value=kind)
        raise RefusedMessageError(report.findings)
    model = validated(MedicationRequest, without(document, IGNORED_OF_REQUEST), "MedicationRequest", report)
    if model is None:
        raise RefusedMessageError(report.findings)
    return _request(model, _written(document, report), resource_id, report)


def _request(
    model: MedicationRequest, written: Written, resource_id: str, report: Report, known: Known | None = None
) -> SubmittedRequest:
    root = "MedicationRequest"
    if model.id != resource_id:
        report.add(message.ID_MISMATCH, f"{root}.id", value=model.id, wanted=resource_id)
    kind, _, citizen_fhir_id = (model.subject.reference or "").rpartition("/")
    if kind != "Patient" or not citizen_fhir_id:
        value = model.subject.reference or ""
        report.add(message.WRONG_SUBJECT, f"{root}.subject", value=value, wanted="Patient/[id]")
    line = read_line(model, written, root, report, known)
    report.raise_if_refused()
    return SubmittedRequest(citizen_fhir_id, line, report.with_severity(Severity.WARN))


def _bundle(resources: _Resources, report: Report) -> Bundle:
    patients = resources.patients
    lines: list[SubmittedLine] = []
    for item in resources.requests:
        lines.append(read_line(item.model, item.written, item.root, report, item.known))
        if len(patients) == 1:
            _check_subject(item.model, patients[0].model.id, item.root, report)
    if len(patients) != 1:
        report.raise_if_refused()
        raise RefusedMessageError([found(message.PATIENT_COUNT, "Bundle.entry", count=len(patients))])
    about = patients[0].model.id
    allergies = [read_allergy(item.model, item.written, about, item.root, report) for item in resources.allergies]
    submission = replace(_submission(patients[0], lines, report), allergies=tuple(allergies))
    return Bundle(patients[0].model, submission)


def _submission(item: _Found[Patient], lines: list[SubmittedLine], report: Report) -> Submission:
    patient = item.model
    identity = read_identity(patient, item.root, report)
    group = read_group(patient, item.root, report)
    report.raise_if_refused()
    if identity is None:
        raise RefusedMessageError(report.findings)
    content, digest = item.written
    taken = tuple(lines)
    if is_dead(patient):
        taken = parked(lines, found(citizen.CITIZEN_DEAD, f"{item.root}.deceased"))
    return Submission(
        citizen_fhir_id=patient.id,
        identity=identity,
        packing_group=group,
        lines=taken,
        content=content,
        digest=digest,
        warnings=report.with_severity(Severity.WARN),
    )


def _written(document: Document, report: Report) -> Written:
    """Return the canonical JSON of `document` with its digest; a refused one may hold what JSON cannot say."""
    return ("", "") if report.refused else content_of(document)


def _is_transaction(bundle: TakenBundle) -> bool:
    """Return whether a bundle is what `check_envelope` wants; that one says why not."""
    resources = bundle.patients | bundle.requests
    names = [f"{taken.model.resource_type}/{taken.model.id}" for _, taken in sorted(resources.items(), key=_place)]
    return (
        bundle.envelope.type == "transaction"
        and len(names) <= MOST_ENTRIES
        and len(set(names)) == len(names)
        and all(
            entry.request.method == "PUT" and entry.request.url == name
            for entry, name in zip(bundle.envelope.entry, names, strict=True)
        )
    )


def _place(item: tuple[int, object]) -> int:
    return item[0]


def _found(taken: Mapping[int, Taken[ModelT]]) -> list[_Found[ModelT]]:
    return [
        _Found(item.model, item.written(), f"Bundle.entry[{index}].resource", item.known)
        for index, item in taken.items()
    ]


def _read_resources(document: Document, report: Report) -> _Resources:
    entries = document.get("entry")
    resources = _Resources()
    for index, entry in enumerate(entries if is_list(entries) else ()):
        resource = entry.get("resource") if is_object(entry) else None
        if not is_object(resource):
            continue
        root = f"Bundle.entry[{index}].resource"
        kind = resource.get("resourceType")
        if kind == "Patient":
            patient = validated(Patient, without(resource, IGNORED_OF_PATIENT), root, report)
            if patient is not None:
                resources.patients.append(_Found(patient, _written(resource, report), root))
        elif kind == "MedicationRequest":
            request = validated(MedicationRequest, without(resource, IGNORED_OF_REQUEST), root, report)
            if request is not None:
                resources.requests.append(_Found(request, _written(resource, report), root))
        elif kind == ALLERGY:
            allergy = validated_allergy(resource, root, report)
            if allergy is not None:
                resources.allergies.append(_Found(allergy, _written(resource, report), root))
        elif kind is None:
            report.add(message.MISSING, f"{root}.resourceType")
        else:
            report.add(message.UNEXPECTED_RESOURCE, f"{root}.resourceType", value=kind)
    return resources


def _check_subject(request: MedicationRequest, patient_id: str, root: str, report: Report) -> None:
    wanted = f"Patient/{patient_id}"
    if request.subject.reference != wanted:
        report.add(message.WRONG_SUBJECT, f"{root}.subject", value=request.subject.reference or "", wanted=wanted)
