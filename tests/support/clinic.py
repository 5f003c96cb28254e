"""A site whose products have ATC codes, and a citizen who takes methotrexate."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

from dispenser.app.intake import accept_bundle
from dispenser.app.services import Services
from dispenser.core.ids import CitizenId
from dispenser.core.plan import MedicationPlan
from dispenser.store.session import Transaction
from tests.support.fhir import Json, bundle, patient, request
from tests.support.medicine import catalogue, product
from tests.support.rules import QUIET
from tests.support.world import VirtualClock

ELTROXIN = "28100020455"
METHOTREXATE = "28100009555"
DAY = timedelta(days=1)
HOLM, LUND = "A. Holm", "B. Lund"


def clinic(services: Services) -> Services:
    """A site without rules of its own, whose products have ATC codes: one of thyroid, one of methotrexate."""
    products = catalogue(product(ELTROXIN, atc="H03AA01"), product(METHOTREXATE, atc="L04AX03"))
    return replace(services, catalogue=products, rules=(QUIET,))


class Later(VirtualClock):
    """Two days later."""

    def now(self) -> datetime:
        return super().now() + 2 * DAY


def of_methotrexate(name: str) -> Json:
    coding = {"system": "https://laegemiddelstyrelsen.dk/drugid", "code": METHOTREXATE}
    return request(name) | {"medicationCodeableConcept": {"coding": [coding], "text": "Methotrexat"}}


def push(site: Services, *lines: Json) -> None:
    sent = bundle(patient(), *(lines or (request("m1"), of_methotrexate("m2"))))
    assert accept_bundle(site, json.dumps(sent).encode(), "test").status == 200


def plan_of(site: Services) -> MedicationPlan:
    with site.database.read() as tx:
        citizen = tx.citizens.by_fhir_id("p1")
        assert citizen is not None
        plan = tx.plans.current(citizen.citizen_id)
    assert plan is not None
    return plan


def citizen_id_in(tx: Transaction) -> CitizenId:
    known = tx.citizens.by_fhir_id("p1")
    assert known is not None
    return known.citizen_id


def audit(site: Services) -> list[tuple[str, str, str]]:
    with site.database.read() as tx:
        return [(one.who, one.action, one.subject) for one in reversed(tx.audit.newest(50))]
