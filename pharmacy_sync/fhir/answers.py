"""What is answered to a FHIR sender: outcomes, transaction responses, the capability statement (all FHIR R4 JSON)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pharmacy_sync.problems import medicine, message, parked_dose, parked_timing
from safety.findings import Finding, Severity

CODE_SYSTEM: Final = "https://dosisfleet.example/fhir/CodeSystem/finding"
"""System of our finding codes in `OperationOutcome.issue.details`."""
TRANSLATION: Final = "http://hl7.org/fhir/StructureDefinition/translation"
INTERFACE_DATE: Final = "2026-11-22"
"""Date of this version of the interface."""

_SEVERITIES: Final = {
    Severity.INFO: "information",
    Severity.WARN: "warning",
    Severity.PARK: "warning",
    Severity.HOLD: "error",
    Severity.REFUSE: "error",
}
_NOT_SUPPORTED: Final = frozenset(
    code.id
    for code in (
        message.UNKNOWN_ELEMENT,
        message.MODIFIER_NOT_UNDERSTOOD,
        message.NOT_A_TRANSACTION,
        message.NOT_PUT,
        message.UNEXPECTED_RESOURCE,
        *parked_dose.CODES,
        *parked_timing.CODES,
    )
)
_ISSUE_TYPES: Final = {
    message.NOT_UTF8.id: "structure",
    message.BYTE_ORDER_MARK.id: "structure",
    message.NOT_JSON.id: "structure",
    message.TOO_LARGE.id: "too-long",
    message.TOO_DEEP.id: "too-costly",
    message.DUPLICATE_KEY.id: "structure",
    message.EMPTY_VALUE.id: "structure",
    message.MISSING.id: "required",
    message.VALUE_NOT_ALLOWED.id: "code-invalid",
    message.DUPLICATE_ID.id: "duplicate",
    message.TOO_MANY_ENTRIES.id: "too-costly",
    medicine.FREQUENCY_CONTRADICTS.id: "invariant",
    medicine.WHEN_AND_TIME.id: "invariant",
    medicine.DATES_CONTRADICT.id: "invariant",
    medicine.UNIT_CONTRADICTION.id: "invariant",
    medicine.UNIT_UNKNOWN.id: "code-invalid",
    medicine.UNIT_MISSING.id: "required",
    medicine.MEDICATION_MISSING.id: "required",
}

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Stored:
    """A resource as it was stored, and whether this message created it."""

    kind: str
    resource_id: str
    version: int
    created: bool


def operation_outcome(findings: Iterable[Finding]) -> Json:
    """Return `findings` as an OperationOutcome: Danish text with its English translation, and what to do."""
    issues = [_issue(finding) for finding in findings]
    nothing: Json = {"severity": "information", "code": "informational", "details": {"text": "Intet at bemærke."}}
    return {"resourceType": "OperationOutcome", "issue": issues or [nothing]}


def transaction_response(entries: Iterable[Stored], findings: Iterable[Finding] = ()) -> Json:
    """Return the answer to an accepted transaction, entries in the order of the request.

    `findings` (parked lines, warnings) go into an OperationOutcome in the first entry's response.
    """
    answers = [{"response": _stored(entry)} for entry in entries]
    noted = list(findings)
    if noted and answers:
        answers[0]["response"]["outcome"] = operation_outcome(noted)
    return {"resourceType": "Bundle", "type": "transaction-response", "entry": answers}


def capability_statement(version: str) -> Json:
    """Return what this server can do, `version` being the product's."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": INTERFACE_DATE,
        "kind": "instance",
        "software": {"name": "dosisfleet", "version": version},
        "implementation": {"description": "Modtager borgeres medicinplaner til maskinel dosispakning"},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "documentation": (
                    "A plan is a transaction of one Patient, its MedicationRequests and the whole list of its "
                    "AllergyIntolerances, all by PUT."
                ),
                "resource": [
                    _resource("Patient", ["update"]) | {"documentation": "Only inside a transaction."},
                    _resource("MedicationRequest", ["read", "update"]),
                    _resource("AllergyIntolerance", ["update"]) | {"documentation": "Only inside a transaction."},
                ],
                "interaction": [{"code": "transaction"}],
            }
        ],
    }


def _resource(kind: str, interactions: list[str]) -> Json:
    return {
        "type": kind,
        "interaction": [{"code": code} for code in interactions],
        "versioning": "versioned-update",
        "updateCreate": True,
    }


def _stored(entry: Stored) -> Json:
    return {
        "status": "201 Created" if entry.created else "200 OK",
        "location": f"{entry.kind}/{entry.resource_id}/_history/{entry.version}",
        "etag": f'W/"{entry.version}"',
    }


def _issue(finding: Finding) -> Json:
    english = f"{finding.text('en')} {finding.fix('en')}"
    issue: Json = {
        "severity": _SEVERITIES[finding.code.severity],
        "code": _issue_type(finding),
        "details": {
            "coding": [{"system": CODE_SYSTEM, "code": finding.code.id}],
            "text": f"{finding.text('da')} {finding.fix('da')}",
            "_text": {
                "extension": [
                    {
                        "url": TRANSLATION,
                        "extension": [
                            {"url": "lang", "valueCode": "en"},
                            {"url": "content", "valueString": english},
                        ],
                    }
                ]
            },
        },
        "diagnostics": english,
    }
    if finding.subject:
        issue["expression"] = [finding.subject]
    return issue


def _issue_type(finding: Finding) -> str:
    if finding.code.id in _NOT_SUPPORTED:
        return "not-supported"
    ours = finding.code.id.startswith("DOSE-1")
    return _ISSUE_TYPES.get(finding.code.id, "value" if ours else "business-rule")
