"""What a sender gets back."""

import json

import pytest

from pharmacy_sync.fhir.answers import Stored, capability_statement, operation_outcome, transaction_response
from pharmacy_sync.fhir.parse import parse_bundle
from pharmacy_sync.problems import ALL_CODES, RefusedMessageError
from safety.findings import found
from tests.support.fhir import DOSAGE, QUANTITY, altered, bundle, encoded

ISSUE_TYPES = {
    "structure", "required", "value", "invariant", "not-supported", "duplicate", "too-long", "too-costly",
    "code-invalid", "business-rule",
}  # fmt: skip


def test_a_refusal_says_what_where_and_what_to_do_in_danish_and_english() -> None:
    with pytest.raises(RefusedMessageError) as caught:
        parse_bundle(encoded(altered(bundle(), f"{QUANTITY}.value", 0.028)))
    outcome = operation_outcome(caught.value.findings)
    assert outcome == {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "error",
                "code": "value",
                "details": {
                    "coding": [{"system": "https://dosisfleet.example/fhir/CodeSystem/finding", "code": "DOSE-1213"}],
                    "text": "Mængden 0.028 tablet er ikke mulig: højst 99, og tabletter og kapsler i kvarte fra 1/4. "
                    "Ret mængden. En pause skrives som en dosering uden den dag, ikke som 0.",
                    "_text": {
                        "extension": [
                            {
                                "url": "http://hl7.org/fhir/StructureDefinition/translation",
                                "extension": [
                                    {"url": "lang", "valueCode": "en"},
                                    {
                                        "url": "content",
                                        "valueString": "The quantity 0.028 tablet is not possible: at most 99, and "
                                        "tablets and capsules in quarters from 1/4. Correct the quantity. A pause is "
                                        "written as a dosage without that day, not as 0.",
                                    },
                                ],
                            }
                        ]
                    },
                },
                "diagnostics": "The quantity 0.028 tablet is not possible: at most 99, and tablets and capsules in "
                "quarters from 1/4. Correct the quantity. A pause is written as a dosage without that day, not as 0.",
                "expression": [f"{QUANTITY}.value"],
            }
        ],
    }


def test_every_code_gives_a_valid_issue_type_and_severity() -> None:
    issues = operation_outcome([found(code, "Bundle") for code in ALL_CODES])["issue"]
    assert isinstance(issues, list)
    assert {issue["code"] for issue in issues} <= ISSUE_TYPES
    assert {issue["severity"] for issue in issues} <= {"error", "warning", "information"}
    json.dumps(issues)


def test_nothing_found_is_said_too() -> None:
    assert operation_outcome([])["issue"] == [
        {"severity": "information", "code": "informational", "details": {"text": "Intet at bemærke."}}
    ]


def test_a_transaction_is_answered_entry_by_entry() -> None:
    answer = transaction_response(
        [Stored("Patient", "p1", 3, created=False), Stored("MedicationRequest", "m1", 1, created=True)]
    )
    assert answer == {
        "resourceType": "Bundle",
        "type": "transaction-response",
        "entry": [
            {"response": {"status": "200 OK", "location": "Patient/p1/_history/3", "etag": 'W/"3"'}},
            {"response": {"status": "201 Created", "location": "MedicationRequest/m1/_history/1", "etag": 'W/"1"'}},
        ],
    }


def test_parked_lines_are_told_beside_the_acceptance() -> None:
    submission = parse_bundle(encoded(altered(bundle(), DOSAGE, {"text": "Efter skema"}))).submission
    answer = transaction_response([Stored("Patient", "p1", 1, created=True)], submission.lines[0].reasons)
    text = json.dumps(answer)
    assert '"severity": "warning"' in text
    assert "DOSE-1305" in text


def test_the_capability_statement_has_what_fhir_requires() -> None:
    statement = capability_statement("1.2.3")
    assert {"status", "date", "kind", "fhirVersion", "format"} <= statement.keys()
    assert statement["software"] == {"name": "dosisfleet", "version": "1.2.3"}
    assert statement["fhirVersion"] == "4.0.1"
