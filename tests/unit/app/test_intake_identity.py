"""A Patient id means one human for good; a name may change, and somebody is told."""

import json

import pytest

from dispenser.app.intake import accept_bundle
from dispenser.app.reply import Reply
from dispenser.app.services import Services
from dispenser.core.citizen import Identity
from tests.support.fhir import Json, bundle, patient, request

ANOTHER: Json = {"identifier": [{"system": "urn:oid:1.2.208.176.1.2", "value": "0303331234"}]}
BORN: Json = {"birthDate": "1933-03-03"}
NAMED: Json = {"name": [{"use": "official", "given": ["Bo"], "family": "Hansen"}]}


def push(services: Services, person: Json, *lines: Json) -> Reply:
    return accept_bundle(services, json.dumps(bundle(person, *lines)).encode(), "test")


def known(services: Services) -> tuple[Identity, int, list[str]]:
    """Who Patient/p1 is, and the revision and lines of the plan."""
    with services.database.read() as tx:
        citizen = tx.citizens.by_fhir_id("p1")
        assert citizen is not None
        plan = tx.plans.current(citizen.citizen_id)
        assert plan is not None
        return citizen.identity, plan.revision, [str(one.ordination_id) for one in plan.ordinations]


def issues(document: object) -> list[tuple[str, str, str]]:
    """Code, severity and place of every issue of an OperationOutcome."""
    assert isinstance(document, dict)
    return [
        (issue["details"]["coding"][0]["code"], issue["severity"], issue["expression"][0])
        for issue in document["issue"]
    ]


def noted(reply: Reply) -> list[tuple[str, str, str]]:
    """What a transaction-response says beside its entries."""
    entries = reply.document["entry"]
    assert isinstance(entries, list)
    outcome = entries[0]["response"].get("outcome")
    return issues(outcome) if outcome else []


@pytest.mark.parametrize(
    ("change", "places"),
    [
        (ANOTHER, ["Patient.identifier"]),
        (BORN, ["Patient.birthDate"]),
        (ANOTHER | BORN | NAMED, ["Patient.identifier", "Patient.birthDate"]),
    ],
)
def test_a_known_id_never_becomes_another_human(services: Services, change: Json, places: list[str]) -> None:
    push(services, patient(), request("m1"))
    before = known(services)
    reply = push(services, patient() | change, request("m9"))
    assert reply.status == 409
    assert issues(reply.document) == [("DOSE-1607", "error", place) for place in places]
    assert known(services) == before
    with services.database.read() as tx:
        assert tx.inbox.counts() == {"accepted": (1, 1), "refused": (1, 1)}


def test_all_that_is_wrong_with_who_it_is_comes_at_once(services: Services) -> None:
    push(services, patient(), request("m1"))
    other = {"id": "p2"} | ANOTHER | BORN
    push(services, patient() | other, request("m2") | {"subject": {"reference": "Patient/p2"}})
    reply = push(services, patient() | ANOTHER, request("m1"))
    assert reply.status == 409
    assert {code for code, _, _ in issues(reply.document)} == {"DOSE-1606", "DOSE-1607"}


def test_a_new_name_is_taken_and_said_aloud_once(services: Services) -> None:
    push(services, patient(), request("m1"))
    reply = push(services, patient() | NAMED, request("m1"))
    assert (reply.status, noted(reply)) == (200, [("DOSE-1608", "warning", "Patient.name")])
    assert (known(services)[0].name, known(services)[1]) == ("Bo Hansen", 2)
    with services.database.read() as tx:
        assert [found.code for kept in tx.inbox.newest(5) for found in kept.findings] == ["DOSE-1608"]
    again = push(services, patient() | NAMED, request("m1"))
    assert (again.status, noted(again), known(services)[1]) == (200, [], 2)


def test_the_same_human_in_the_same_words_is_no_news(services: Services) -> None:
    push(services, patient(), request("m1"))
    spaced: Json = {"name": [{"use": "official", "text": " Åse  Sørensen"}]}
    for person in (patient(), patient() | spaced):
        reply = push(services, person, request("m1"))
        assert (reply.status, noted(reply)) == (200, [])
