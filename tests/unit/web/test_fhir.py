import json
from copy import deepcopy

import pytest
from starlette.testclient import TestClient

from tests.support.fhir import Json, bundle, patient, request

FHIR = {"content-type": "application/fhir+json"}


def ours(name: str = "m1") -> Json:
    line = request(name)
    line["medicationCodeableConcept"] = {
        "coding": [{"system": "https://laegemiddelstyrelsen.dk/drugid", "code": "28100000001"}],
        "text": "Pamol 500 mg",
    }
    return line


def push(client: TestClient, *resources: Json) -> Json:
    answer = client.post("/fhir", content=json.dumps(bundle(*resources)), headers=FHIR)
    assert answer.status_code == 200, answer.text
    document: Json = answer.json()
    return document


def test_a_pushed_plan_is_answered_and_read_back_with_its_version(client: TestClient) -> None:
    assert push(client, patient(), ours())["type"] == "transaction-response"
    answer = client.get("/fhir/MedicationRequest/m1")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/fhir+json"
    assert answer.headers["etag"] == 'W/"1"'
    assert answer.json()["id"] == "m1"


def test_a_change_needs_the_version_that_it_replaces(client: TestClient) -> None:
    push(client, patient(), ours())
    changed = deepcopy(ours())
    changed["authoredOn"] = "2026-11-21"
    body = json.dumps(changed)
    path = "/fhir/MedicationRequest/m1"
    assert client.put(path, content=body, headers=FHIR).status_code == 428
    assert client.put(path, content=body, headers={**FHIR, "if-match": 'W/"7"'}).status_code == 412
    done = client.put(path, content=body, headers={**FHIR, "if-match": 'W/"1"'})
    assert (done.status_code, done.headers["etag"]) == (200, 'W/"2"')
    again = client.put(path, content=body, headers={**FHIR, "if-match": 'W/"1"'})
    assert (again.status_code, again.headers["etag"]) == (200, 'W/"2"')
    assert client.get(path).json()["authoredOn"] == "2026-11-21"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"resourceType": "Patient"}'])
def test_what_is_no_plan_is_refused_with_every_reason_and_kept_in_the_inbox(client: TestClient, body: bytes) -> None:
    answer = client.post("/fhir", content=body, headers=FHIR)
    assert 400 <= answer.status_code < 500
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    assert outcome["issue"]
    assert client.get("/inbox").text.count("Afvist") >= 2


def test_a_refused_plan_shows_its_reason_in_the_inbox(client: TestClient) -> None:
    answer = client.post("/fhir", content=json.dumps(bundle(patient(), request())), headers=FHIR)
    assert answer.status_code == 422  # its product is not in the hall's catalogue
    code = answer.json()["issue"][0]["details"]["coding"][0]["code"]
    assert code in client.get("/inbox").text


def test_unknown_requests_are_not_there(client: TestClient) -> None:
    answer = client.get("/fhir/MedicationRequest/nobody")
    assert (answer.status_code, answer.json()["resourceType"]) == (404, "OperationOutcome")


def test_the_server_says_what_it_can(client: TestClient) -> None:
    statement = client.get("/fhir/metadata").json()
    assert statement["resourceType"] == "CapabilityStatement"
    assert statement["fhirVersion"].startswith("4.0")
