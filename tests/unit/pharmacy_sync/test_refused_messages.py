"""A message that is wrong anywhere is refused whole, with code and place of everything that is wrong."""

from typing import Final

import pytest

from pharmacy_sync.fhir.parse import parse_bundle, parse_request
from pharmacy_sync.problems import RefusedMessageError
from tests.support.fhir import (
    EXTENSION,
    GONE,
    LINE,
    PERSON,
    QUANTITY,
    REPEAT,
    altered,
    bundle,
    encoded,
    findings_of,
    patient,
    request,
)

REFUSED: Final = [
    # the envelope
    ("resourceType", "Patient", "DOSE-1035", "resourceType"),
    ("type", "batch", "DOSE-1030", "Bundle.type"),
    ("type", "heap", "DOSE-1022", "Bundle.type"),
    ("type", GONE, "DOSE-1020", "Bundle.type"),
    ("entry", GONE, "DOSE-1020", "Bundle.entry"),
    ("entry", {}, "DOSE-1009", "Bundle.entry"),
    ("entry", "all", "DOSE-1023", "Bundle.entry"),
    ("link", [{"relation": "next", "url": "x"}], "DOSE-1021", "Bundle.link"),
    ("implicitRules", "https://example.org/rules", "DOSE-1025", "Bundle.implicitRules"),
    ("entry[0]", GONE, "DOSE-1031", "Bundle.entry"),
    ("entry[1].resource", patient() | {"id": "p2"}, "DOSE-1031", "Bundle.entry"),
    ("entry[1].resource", GONE, "DOSE-1020", "Bundle.entry[1].resource"),
    ("entry[1].resource", {"resourceType": "Observation", "id": "o"}, "DOSE-1035", f"{LINE}.resourceType"),
    ("entry[1].resource.resourceType", GONE, "DOSE-1020", f"{LINE}.resourceType"),
    ("entry[1].request", GONE, "DOSE-1020", "Bundle.entry[1].request"),
    ("entry[1].request.method", "POST", "DOSE-1033", "Bundle.entry[1].request.method"),
    ("entry[1].request.method", "DELETE", "DOSE-1033", "Bundle.entry[1].request.method"),
    ("entry[1].request.ifMatch", 'W/"1"', "DOSE-1021", "Bundle.entry[1].request.ifMatch"),
    ("entry[1].request.url", "MedicationRequest/m9", "DOSE-1034", "Bundle.entry[1].request.url"),
    ("entry[1].request.url", "MedicationRequest?identifier=1", "DOSE-1034", "Bundle.entry[1].request.url"),
    ("entry[2].resource.id", "m1", "DOSE-1032", "Bundle.entry[2].resource.id"),
    ("entry[1].resource.id", GONE, "DOSE-1020", f"{LINE}.id"),
    ("entry[1].resource.id", "a/b", "DOSE-1024", f"{LINE}.id"),
    ("entry[1].resource.id", 7, "DOSE-1023", f"{LINE}.id"),
    # the citizen
    (f"{PERSON}.identifier", GONE, "DOSE-1101", f"{PERSON}.identifier"),
    (f"{PERSON}.identifier[0].system", "urn:oid:1.2.3", "DOSE-1101", f"{PERSON}.identifier"),
    (f"{PERSON}.identifier[0].value", "010248-1234", "DOSE-1103", f"{PERSON}.identifier[0].value"),
    (f"{PERSON}.identifier[0].value", "01024812345", "DOSE-1103", f"{PERSON}.identifier[0].value"),
    (f"{PERSON}.identifier[0].value", "\uff10102481234", "DOSE-1103", f"{PERSON}.identifier[0].value"),
    (f"{PERSON}.identifier[0].value", "3102481234", "DOSE-1104", f"{PERSON}.identifier[0].value"),
    (f"{PERSON}.identifier[0].value", "0113481234", "DOSE-1104", f"{PERSON}.identifier[0].value"),
    (f"{PERSON}.identifier[0].value", "9302481234", "DOSE-1104", f"{PERSON}.identifier[0].value"),
    (
        f"{PERSON}.identifier[1]",
        {"system": "urn:oid:1.2.208.176.1.2", "value": "0202481234"},
        "DOSE-1102",
        f"{PERSON}.identifier",
    ),
    (f"{PERSON}.name", GONE, "DOSE-1106", f"{PERSON}.name"),
    (f"{PERSON}.name[0].use", "old", "DOSE-1106", f"{PERSON}.name"),
    (f"{PERSON}.name[0].family", "S\u202eesnerøs", "DOSE-1008", f"{PERSON}.name[0].family"),
    (f"{PERSON}.name[0].family", "S\u200børensen", "DOSE-1008", f"{PERSON}.name[0].family"),
    (f"{PERSON}.name[0].text", "Åse\nSørensen", "DOSE-1107", f"{PERSON}.name[0]"),
    (f"{PERSON}.name[0].text", "   ", "DOSE-1107", f"{PERSON}.name[0]"),
    (f"{PERSON}.name[0].text", "Å" * 121, "DOSE-1107", f"{PERSON}.name[0]"),
    (f"{PERSON}.birthDate", GONE, "DOSE-1020", f"{PERSON}.birthDate"),
    (f"{PERSON}.birthDate", "1948", "DOSE-1108", f"{PERSON}.birthDate"),
    (f"{PERSON}.birthDate", "1948-02-30", "DOSE-1108", f"{PERSON}.birthDate"),
    (f"{PERSON}.birthDate", "19480201", "DOSE-1108", f"{PERSON}.birthDate"),
    (f"{PERSON}.birthDate", "0001-01-01", "DOSE-1108", f"{PERSON}.birthDate"),
    (f"{PERSON}.active", False, "DOSE-1109", f"{PERSON}.active"),
    (f"{PERSON}.link", [{"type": "replaced-by"}], "DOSE-1109", f"{PERSON}.link"),
    (f"{PERSON}.animal", "dog", "DOSE-1021", f"{PERSON}.animal"),
    (f"{PERSON}.managingOrganization", {"display": "x" * 101}, "DOSE-1024", f"{PERSON}.managingOrganization.display"),
    # the medicine
    (f"{LINE}.status", "draft", "DOSE-1201", f"{LINE}.status"),
    (f"{LINE}.status", "unknown", "DOSE-1201", f"{LINE}.status"),
    (f"{LINE}.status", "Active", "DOSE-1022", f"{LINE}.status"),
    (f"{LINE}.intent", "proposal", "DOSE-1202", f"{LINE}.intent"),
    (f"{LINE}.intent", "plan", "DOSE-1202", f"{LINE}.intent"),
    (f"{LINE}.intent", GONE, "DOSE-1020", f"{LINE}.intent"),
    (f"{LINE}.doNotPerform", True, "DOSE-1203", f"{LINE}.doNotPerform"),
    (f"{LINE}.doNotPerform", "true", "DOSE-1023", f"{LINE}.doNotPerform"),
    (f"{LINE}.modifierExtension", EXTENSION, "DOSE-1025", f"{LINE}.modifierExtension"),
    (f"{LINE}.contained", [{"resourceType": "Medication"}], "DOSE-1021", f"{LINE}.contained"),
    (f"{LINE}._status", {"id": "x"}, "DOSE-1021", f"{LINE}._status"),
    (f"{LINE}.subject.reference", "Patient/p2", "DOSE-1036", f"{LINE}.subject"),
    (f"{LINE}.subject", {"display": "Åse"}, "DOSE-1036", f"{LINE}.subject"),
    (f"{LINE}.subject", GONE, "DOSE-1020", f"{LINE}.subject"),
    (f"{LINE}.medicationCodeableConcept", GONE, "DOSE-1206", f"{LINE}.medicationCodeableConcept"),
    (f"{LINE}.medicationReference", {"reference": "Medication/1"}, "DOSE-1021", f"{LINE}.medicationReference"),
    (
        f"{LINE}.medicationCodeableConcept.coding[0].code",
        "2810002045",
        "DOSE-1204",
        f"{LINE}.medicationCodeableConcept.coding[0].code",
    ),
    (
        f"{LINE}.medicationCodeableConcept.coding[1]",
        {"system": "https://laegemiddelstyrelsen.dk/drugid", "code": "28100010554"},
        "DOSE-1205",
        f"{LINE}.medicationCodeableConcept.coding",
    ),
    (f"{LINE}.authoredOn", "20-11-2026", "DOSE-1220", f"{LINE}.authoredOn"),
    (f"{LINE}.authoredOn", "2026-11-20T25:00:00Z", "DOSE-1220", f"{LINE}.authoredOn"),
    (f"{LINE}.authoredOn", "2026-11-20T08:00:00", "DOSE-1220", f"{LINE}.authoredOn"),
    (f"{LINE}.authoredOn", "1899-01-01", "DOSE-1219", f"{LINE}.authoredOn"),
]


@pytest.mark.parametrize(("path", "value", "code", "expression"), REFUSED)
def test_a_wrong_element_refuses_the_whole_message(path: str, value: object, code: str, expression: str) -> None:
    assert (code, expression) in findings_of(encoded(altered(bundle(), path, value)))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "DOSE-1003"),
        (b"[]", "DOSE-1003"),
        (b'"x"', "DOSE-1003"),
        (b"{", "DOSE-1003"),
        (b'{"a": 1,}', "DOSE-1003"),
        (b'{"resourceType": "Bundle"} {}', "DOSE-1003"),
        (b'{"a": "\x01"}', "DOSE-1003"),
        (b'{"a": 01}', "DOSE-1003"),
        (b"\xef\xbb\xbf{}", "DOSE-1002"),
        (b'{"a": "\xff"}', "DOSE-1001"),
        (b'{"a": "\xed\xa0\x80"}', "DOSE-1001"),
        ('{"a": "å"}'.encode("utf-16"), "DOSE-1001"),
        (b'{"a": "\\ud800"}', "DOSE-1008"),
        (b'{"a": "\\u0000"}', "DOSE-1008"),
        (b'{"a": 1, "a": 1}', "DOSE-1006"),
        (b'{"a": 1e2}', "DOSE-1007"),
        (b'{"a": 0.5000000000000000000001}', "DOSE-1007"),
        (b'{"a": Infinity}', "DOSE-1007"),
        (b'{"a": ' + b"[" * 100 + b"1" + b"]" * 100 + b"}", "DOSE-1005"),
        (b"[" * 100_000, "DOSE-1005"),
        (b'{"a":' * 100_000, "DOSE-1005"),
        (b" " * 1_000_001, "DOSE-1004"),
        (b'{"a": []}', "DOSE-1009"),
    ],
)
def test_what_is_not_clean_json_is_refused(body: bytes, code: str) -> None:
    assert code in {found for found, _ in findings_of(body)}


def test_a_name_that_stands_twice_is_refused_where_it_stands() -> None:
    body = encoded(bundle()).replace(b'"when": ["MORN", "EVE"]', b'"when": ["MORN", "EVE"], "when": ["MORN"]', 1)
    assert ("DOSE-1006", f"{REPEAT}.when") in findings_of(body)


def test_every_problem_is_told_not_only_the_first() -> None:
    document = bundle()
    for path, value in (
        ("type", "batch"),
        (f"{PERSON}.identifier[0].value", "3102481234"),
        (f"{QUANTITY}.value", 0.028),
        (f"{LINE}.foo", 1),
        ("Bundle.entry[2].resource.dosageInstruction[0].timing.repeat.frequency", 1),
        ("Bundle.entry[2].resource.dosageInstruction[0].doseAndRate[0].doseQuantity.unit", "pille"),
    ):
        document = altered(document, path, value)
    codes = {code for code, _ in findings_of(encoded(document))}
    assert codes >= {"DOSE-1030", "DOSE-1104", "DOSE-1021", "DOSE-1214", "DOSE-1210"}


def test_too_many_entries_are_refused_unread() -> None:
    document = bundle(patient(), *(request(f"m{number}") for number in range(200)))
    assert findings_of(encoded(document)) == [("DOSE-1038", "Bundle.entry")]


def test_no_finding_repeats_a_civil_registration_number() -> None:
    body = encoded(altered(bundle(), f"{PERSON}.identifier[0].value", "3102481234"))
    with pytest.raises(RefusedMessageError) as caught:
        parse_bundle(body)
    for finding in caught.value.findings:
        assert "3102481234" not in finding.text("da") + finding.text("en") + finding.fix("da") + finding.subject


def test_a_single_request_must_carry_the_id_of_its_address() -> None:
    with pytest.raises(RefusedMessageError) as caught:
        parse_request(encoded(request()), "m9")
    assert [(item.code.id, item.subject) for item in caught.value.findings] == [("DOSE-1037", "MedicationRequest.id")]


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("resourceType", "Patient", "DOSE-1035"),
        ("subject.reference", "Group/1", "DOSE-1036"),
        ("dosageInstruction[0].timing.repeat.frequency", 5, "DOSE-1214"),
        ("modifierExtension", EXTENSION, "DOSE-1025"),
    ],
)
def test_a_wrong_single_request_is_refused(path: str, value: object, code: str) -> None:
    with pytest.raises(RefusedMessageError) as caught:
        parse_request(encoded(altered(request(), path, value)), "m1")
    assert code in {item.code.id for item in caught.value.findings}
