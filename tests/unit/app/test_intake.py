"""Whole message or nothing; idempotent; versions guarded; every line ends as exactly one of packed, parked, refused."""

import json
from copy import deepcopy

import pytest

from dispenser.app.intake import accept_bundle, accept_request, read_request
from dispenser.app.reply import Reply
from dispenser.app.services import Services
from dispenser.core.plan import Disposition, MedicationPlan
from tests.support.fhir import Json, bundle, patient, request


def push(services: Services, document: Json) -> Reply:
    return accept_bundle(services, json.dumps(document).encode(), "test")


def plan_of(services: Services, fhir_id: str = "p1") -> MedicationPlan | None:
    with services.database.read() as tx:
        citizen = tx.citizens.by_fhir_id(fhir_id)
        return tx.plans.current(citizen.citizen_id) if citizen else None


def codes(reply: Reply) -> set[str]:
    issues = reply.document["issue"]
    assert isinstance(issues, list)
    return {issue["details"]["coding"][0]["code"] for issue in issues}


def counts(services: Services) -> dict[str, tuple[int, int]]:
    with services.database.read() as tx:
        return tx.inbox.counts()


def test_a_plan_is_taken_in_as_revision_one(services: Services) -> None:
    reply = push(services, bundle(patient(), request("m1"), request("m2")))
    assert reply.status == 200
    assert reply.document["type"] == "transaction-response"
    plan = plan_of(services)
    assert plan is not None
    assert (plan.revision, [o.ordination_id for o in plan.ordinations]) == (1, ["m1", "m2"])


def test_the_same_bundle_again_changes_nothing(services: Services) -> None:
    document = bundle(patient(), request())
    first, second = push(services, document), push(services, document)
    assert (first.status, second.status) == (200, 200)
    plan = plan_of(services)
    assert plan is not None
    assert plan.revision == 1
    assert counts(services) == {"accepted": (1, 1)}


def test_a_bundle_adds_to_what_is_known(services: Services) -> None:
    push(services, bundle(patient(), request("m1")))
    push(services, bundle(patient(), request("m2")))
    plan = plan_of(services)
    assert plan is not None
    assert (plan.revision, [o.ordination_id for o in plan.ordinations]) == (2, ["m1", "m2"])


def test_a_stopped_medicine_leaves_the_plan(services: Services) -> None:
    push(services, bundle(patient(), request("m1"), request("m2")))
    push(services, bundle(patient(), {**request("m1"), "status": "stopped"}))
    plan = plan_of(services)
    assert plan is not None
    assert [o.ordination_id for o in plan.ordinations] == ["m2"]


def test_one_wrong_line_refuses_everything(services: Services) -> None:
    wrong = deepcopy(request("m2"))
    wrong["medicationCodeableConcept"] = {
        "coding": [{"system": "https://laegemiddelstyrelsen.dk/drugid", "code": "99999999999"}]
    }
    reply = push(services, bundle(patient(), request("m1"), wrong))
    assert reply.status == 422
    assert plan_of(services) is None
    assert read_request(services, "m1").status == 404
    assert counts(services) == {"refused": (1, 2)}


def test_a_medicine_as_needed_is_parked_and_the_rest_goes_on(services: Services) -> None:
    as_needed = deepcopy(request("m2"))
    dosage = as_needed["dosageInstruction"]
    assert isinstance(dosage, list)
    dosage[0]["asNeededBoolean"] = True
    assert push(services, bundle(patient(), request("m1"), as_needed)).status == 200
    with services.database.read() as tx:
        counts = tx.plans.line_counts()
    assert (counts[Disposition.PACKED], counts[Disposition.PARKED]) == (1, 1)


def test_an_old_message_does_not_come_back_unnoticed(services: Services) -> None:
    old = bundle(patient(), request("m1"))
    push(services, old)
    push(services, bundle(patient(), {**request("m1"), "status": "stopped"}))
    reply = push(services, old)
    assert (reply.status, codes(reply)) == (409, {"DOSE-1603"})
    plan = plan_of(services)
    assert plan is not None
    assert plan.ordinations == ()


def test_a_civil_number_belongs_to_one_citizen(services: Services) -> None:
    push(services, bundle(patient(), request("m1")))
    twin = {**patient(), "id": "p2"}
    reply = push(services, bundle(twin, {**request("m9"), "subject": {"reference": "Patient/p2"}}))
    assert (reply.status, codes(reply)) == (409, {"DOSE-1606"})


def test_a_medicine_belongs_to_one_citizen(services: Services) -> None:
    push(services, bundle(patient(), request("m1")))
    other = {**patient(), "id": "p2", "identifier": [{"system": "urn:oid:1.2.208.176.1.2", "value": "0102485555"}]}
    reply = push(services, bundle(other, {**request("m1"), "subject": {"reference": "Patient/p2"}}))
    assert (reply.status, codes(reply)) == (409, {"DOSE-1602"})


def put(services: Services, document: Json, if_match: str | None) -> Reply:
    return accept_request(services, str(document["id"]), json.dumps(document).encode(), if_match, "test")


def test_one_medicine_is_updated_under_its_version(services: Services) -> None:
    push(services, bundle(patient(), request("m1")))
    assert read_request(services, "m1").etag == 'W/"1"'
    reply = put(services, {**request("m1"), "status": "stopped"}, 'W/"1"')
    assert (reply.status, reply.etag) == (200, 'W/"2"')
    plan = plan_of(services)
    assert plan is not None
    assert (plan.revision, plan.ordinations) == (2, ())


def test_the_same_update_again_changes_nothing(services: Services) -> None:
    push(services, bundle(patient(), request("m1")))
    for _ in range(2):
        reply = put(services, {**request("m1"), "status": "stopped"}, 'W/"1"')
    assert (reply.status, reply.etag) == (200, 'W/"2"')


@pytest.mark.parametrize(("tag", "status", "code"), [(None, 428, "DOSE-1604"), ('W/"7"', 412, "DOSE-1605")])
def test_a_wrong_version_is_refused(services: Services, tag: str | None, status: int, code: str) -> None:
    push(services, bundle(patient(), request("m1")))
    reply = put(services, {**request("m1"), "status": "stopped"}, tag)
    assert (reply.status, codes(reply)) == (status, {code})
    assert read_request(services, "m1").etag == 'W/"1"'


def test_an_unknown_medicine_cannot_be_updated(services: Services) -> None:
    assert codes(put(services, request("m1"), 'W/"1"')) == {"DOSE-1601"}


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b"\xff", 400), (b"[]", 400), (b'{"a": 1, "a": 2}', 400), (b"", 400)]
)
def test_a_broken_message_is_kept_with_its_reason(services: Services, body: bytes, status: int) -> None:
    assert accept_bundle(services, body, "test").status == status
    with services.database.read() as tx:
        (kept,) = tx.inbox.newest(5)
    assert (kept.body, kept.outcome, bool(kept.findings)) == (body, "refused", True)


def test_a_dead_citizen_gets_nothing_packed(services: Services) -> None:
    push(services, bundle(patient(), request("m1")))
    push(services, bundle({**patient(), "deceasedBoolean": True}))
    plan = plan_of(services)
    assert plan is not None
    assert (plan.ordinations, len(plan.parked)) == ((), 1)
