"""What is not tolerated is pushed as a whole list or noted here; plans are judged by it at once."""

import json
from dataclasses import replace
from hashlib import sha256

import pytest

from dispenser.app.absence import UnsignedError
from dispenser.app.allergies import AllergyError, end_allergy, note_allergy
from dispenser.app.intake import accept_bundle, accept_request
from dispenser.app.known_allergies import NO_MEDICINE, allergies_of
from dispenser.app.noted import noted_of
from dispenser.app.reply import Reply
from dispenser.app.services import Services
from dispenser.app.staff import NotAllowedError, add_staff
from dispenser.core.ids import CitizenId
from dispenser.core.plan import MedicationPlan
from dispenser.core.presence import Noted
from dispenser.store.errors import NotFoundError
from pharmacy_sync.fhir.allergies import ALLERGY
from safety.override_checks import Role
from safety.rule_question import Allergy
from tests.support.fhir import Json, altered, bundle, patient, request
from tests.support.fhir_allergies import allergy, clinical, in_words, verification
from tests.support.medicine import catalogue, product

PENICILLIN = Allergy("J01CA04", "Penicillin")
CLASS = Allergy("H03", "stofskiftemedicin")
WHO, WHY = "A. Holm", "fortalt af datteren"


@pytest.fixture
def site(services: Services) -> Services:
    """A site whose products have ATC codes: m1 is levothyroxine."""
    products = catalogue(product("28100020455", atc="H03AA01"), product("28100009555", atc="J01CA04"))
    return replace(services, catalogue=products)


def push(site: Services, *sent: Json, person: Json | None = None) -> Reply:
    document = bundle(person or patient(), request("m1"), *sent)
    return accept_bundle(site, json.dumps(document).encode(), "test")


def known(site: Services) -> tuple[Allergy, ...]:
    with site.database.read() as tx:
        who = citizen_of(site)
        return allergies_of(tx, (who,)).get(who, ())


def citizen_of(site: Services, fhir_id: str = "p1") -> CitizenId:
    with site.database.read() as tx:
        citizen = tx.citizens.by_fhir_id(fhir_id)
    assert citizen is not None
    return citizen.citizen_id


def plan_of(site: Services) -> MedicationPlan:
    with site.database.read() as tx:
        plan = tx.plans.current(citizen_of(site))
    assert plan is not None
    return plan


def waiting(site: Services) -> list[tuple[str, tuple[str, ...]]]:
    return [(str(line.ordination_id), line.reasons) for line in plan_of(site).parked]


def codes(reply: Reply) -> list[str]:
    """Codes of an OperationOutcome, or of what a transaction-response tells."""
    document = reply.document
    if document["resourceType"] == "Bundle":
        entry = document["entry"]
        assert isinstance(entry, list)
        document = entry[0]["response"].get("outcome", {"issue": []})
    issues = document["issue"]
    assert isinstance(issues, list)
    return [issue["details"]["coding"][0]["code"] for issue in issues]


# -- from home care ----------------------------------------------------------------------------------------------


def test_a_pushed_allergy_parks_what_is_not_tolerated(site: Services) -> None:
    hormone = {"coding": [{"system": "http://www.whocc.no/atc", "code": "H03AA01"}], "text": "Levothyroxin"}
    assert push(site, allergy(code=hormone)).status == 200
    assert waiting(site) == [("m1", ("DOSE-0160",))]


def test_a_pushed_allergy_to_something_else_parks_nothing(site: Services) -> None:
    reply = push(site, allergy())
    assert (reply.status, codes(reply)) == (200, [])
    assert known(site) == (PENICILLIN,)
    assert waiting(site) == []
    entry = reply.document["entry"]
    assert isinstance(entry, list)
    assert entry[2]["response"]["location"] == "AllergyIntolerance/a1/_history/1"


def test_words_alone_park_everything_until_somebody_has_coded_them(site: Services) -> None:
    push(site, in_words("a1", "Penicillin"), request("m2"))
    assert waiting(site) == [("m1", ("DOSE-0162",)), ("m2", ("DOSE-0162",))]
    assert note_allergy(site, citizen_of(site), Allergy("j01ca04 ", " penicillin"), WHO, WHY)
    assert known(site) == (Allergy("J01CA04", "penicillin"),)
    assert waiting(site) == []
    assert plan_of(site).revision == 2


def test_words_to_which_no_medicine_belongs_are_coded_so(site: Services) -> None:
    push(site, in_words("a1", "Nødder"))
    assert note_allergy(site, citizen_of(site), Allergy(NO_MEDICINE, "nødder"), WHO, WHY)
    assert known(site) == ()
    assert waiting(site) == []
    assert end_allergy(site, citizen_of(site), Allergy(NO_MEDICINE, "nødder"), WHO, "tastefejl")
    assert waiting(site) == [("m1", ("DOSE-0162",))]


def test_the_same_list_again_changes_nothing(site: Services) -> None:
    push(site, allergy())
    push(site, allergy())
    assert plan_of(site).revision == 1


def test_a_list_without_what_was_on_it_takes_it_back_and_says_so(site: Services) -> None:
    push(site, allergy("a1"), in_words("a2", "Nikkel"))
    reply = push(site, allergy("a1"))
    assert codes(reply) == ["DOSE-1903"]
    assert known(site) == (PENICILLIN,)
    assert waiting(site) == []
    assert plan_of(site).revision == 2
    again = push(site, allergy("a1"), in_words("a2", "Nikkel"), person=patient() | {"gender": "female"})
    assert known(site) == (PENICILLIN, Allergy("", "Nikkel"))
    assert codes(again) == ["DOSE-0162"]


def test_a_bundle_without_allergies_says_nothing_about_them(site: Services) -> None:
    push(site, allergy())
    reply = push(site, request("m2"))
    assert "DOSE-1903" not in codes(reply)
    assert known(site) == (PENICILLIN,)


@pytest.mark.parametrize(
    "status", [clinical("inactive"), clinical("resolved"), verification("refuted"), verification("entered-in-error")]
)
def test_what_is_over_counts_no_more(site: Services, status: Json) -> None:
    push(site, in_words("a1", "Penicillin"))
    reply = push(site, in_words("a1", "Penicillin") | status)
    assert codes(reply) == []
    assert known(site) == ()
    assert waiting(site) == []
    push(site, allergy("a2"))
    with site.database.read() as tx:
        assert [one.status for one in tx.resources.of_citizen(citizen_of(site), "AllergyIntolerance")] == [
            "ended",
            "active",
        ]


def test_an_allergy_of_another_citizen_is_refused(site: Services) -> None:
    push(site, allergy())
    other = altered(patient(), "identifier[0].value", "0202481234") | {"id": "p2", "birthDate": "1948-02-02"}
    line = request("m9") | {"subject": {"reference": "Patient/p2"}}
    theirs = allergy() | {"patient": {"reference": "Patient/p2"}}
    reply = accept_bundle(site, json.dumps(bundle(other, line, theirs)).encode(), "test")
    assert (reply.status, codes(reply)) == (409, ["DOSE-1602"])


def test_a_single_new_line_is_judged_by_what_is_known(site: Services) -> None:
    push(site, allergy(), request("m2"))
    penicillin = altered(request("m2"), "medicationCodeableConcept.coding[0].code", "28100009555")
    reply = accept_request(site, "m2", json.dumps(penicillin).encode(), 'W/"1"', "test")
    assert reply.status == 200
    assert waiting(site) == [("m2", ("DOSE-0160",))]


# -- noted here --------------------------------------------------------------------------------------------------


def test_a_noted_allergy_parks_at_once_until_it_is_ended(site: Services) -> None:
    push(site)
    assert note_allergy(site, citizen_of(site), CLASS, f" {WHO} ", WHY)
    assert waiting(site) == [("m1", ("DOSE-0160",))]
    assert end_allergy(site, citizen_of(site), CLASS, WHO, "testet negativ")
    assert waiting(site) == []
    with site.database.read() as tx:
        noted = [one for one in tx.audit.newest(20) if one.action == "citizen noted"]
    assert [(one.who, one.detail) for one in noted] == [
        (WHO, "tolerated H03 stofskiftemedicin from 2026-11-22: testet negativ"),
        (WHO, f"allergy H03 stofskiftemedicin from 2026-11-22: {WHY}"),
    ]


def test_a_noted_allergy_to_something_else_changes_no_plan(site: Services) -> None:
    push(site)
    assert not note_allergy(site, citizen_of(site), PENICILLIN, WHO, WHY)
    assert known(site) == (PENICILLIN,)
    assert plan_of(site).revision == 1


def test_no_message_takes_away_what_was_noted_here(site: Services) -> None:
    push(site)
    note_allergy(site, citizen_of(site), CLASS, WHO, WHY)
    push(site, allergy())
    push(site, allergy() | clinical("resolved"))
    assert known(site) == (CLASS,)


def test_an_allergy_is_no_absence(site: Services) -> None:
    push(site)
    note_allergy(site, citizen_of(site), CLASS, WHO, WHY)
    end_allergy(site, citizen_of(site), CLASS, WHO, WHY)
    with site.database.read() as tx:
        assert noted_of(tx, (citizen_of(site),)) == {citizen_of(site): Noted()}


@pytest.mark.parametrize("what", [Allergy("J1", "penicillin"), Allergy("", "penicillin"), Allergy("J01C", "  ")])
def test_what_is_no_allergy_is_not_noted(site: Services, what: Allergy) -> None:
    push(site)
    with pytest.raises(AllergyError):
        note_allergy(site, citizen_of(site), what, WHO, WHY)
    assert known(site) == ()


def test_nothing_is_noted_twice_unsigned_or_ended_that_is_not_there(site: Services) -> None:
    push(site)
    note_allergy(site, citizen_of(site), CLASS, WHO, WHY)
    with pytest.raises(AllergyError, match="noted already"):
        note_allergy(site, citizen_of(site), CLASS, WHO, WHY)
    with pytest.raises(UnsignedError):
        note_allergy(site, citizen_of(site), PENICILLIN, WHO, " ")
    with pytest.raises(NotFoundError, match="noted is: stofskiftemedicin H03"):
        end_allergy(site, citizen_of(site), PENICILLIN, WHO, WHY)
    with pytest.raises(NotFoundError):
        note_allergy(site, CitizenId("nobody"), CLASS, WHO, WHY)
    assert known(site) == (CLASS,)


def test_only_a_pharmacist_on_the_list_lets_go_what_was_not_tolerated(site: Services) -> None:
    push(site, in_words("a1", "nødder"))
    add_staff(site, WHO, Role.PHARMACIST, WHO)
    add_staff(site, "Ole Bo", Role.TECHNICIAN, WHO)
    nuts = Allergy(NO_MEDICINE, "Nødder")
    for who in ("Ole Bo", "Ingen"):
        with pytest.raises(NotAllowedError):
            note_allergy(site, citizen_of(site), nuts, who, WHY)
    assert known(site) == (Allergy("", "nødder"),)
    assert note_allergy(site, citizen_of(site), nuts, "a. holm", WHY)
    assert known(site) == ()
    # Anybody may say what is not tolerated; it lets nothing go.
    note_allergy(site, citizen_of(site), CLASS, "Ole Bo", WHY)
    with pytest.raises(NotAllowedError, match="DOSE-0704"):
        end_allergy(site, citizen_of(site), CLASS, "Ole Bo", WHY)
    assert known(site) == (CLASS,)
    end_allergy(site, citizen_of(site), CLASS, WHO, WHY)
    assert known(site) == ()


def test_an_allergy_that_cannot_be_read_any_more_stops_its_citizen_and_nobody_else(site: Services) -> None:
    push(site, allergy())
    with site.database.write() as tx:
        (stored,) = tx.resources.of_citizen(citizen_of(site), ALLERGY)
        content = stored.content.replace('"code":{', '"codes":{')
        tx.resources.put(replace(stored, version=2, content=content, digest=sha256(content.encode()).hexdigest()))
    assert known(site) == (Allergy("", f"AllergyIntolerance/{stored.resource_id}"),)
    push(site, allergy(), request("m2"))
    assert known(site) == (PENICILLIN,)
