"""A pharmacy as those at its counter know it: home care pushes plans, a batch is planned, labels are read."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from dispenser.app.dispatch import labels_of
from dispenser.app.intake import accept_bundle
from dispenser.app.reply import Reply
from dispenser.app.slot_tables import slots_of_roll
from dispenser.core.batch import Batch
from dispenser.core.ids import CitizenId
from dispenser.core.plan import MedicationPlan
from dispenser.core.product import Catalogue
from dispenser.core.roll import Period, Roll
from dispenser.core.slots import slot_word
from dispenser.store.session import Database
from pharmacy_sync.catalogue.demo import load_demo
from tests.support.fhir import Json, bundle, encoded
from tests.support.hall import MONDAY
from tests.support.pharmacy import Pharmacy
from tests.support.world import VirtualClock

FORTNIGHT = Period(MONDAY, MONDAY + timedelta(days=13))
ELTROXIN_100 = "28100020455"
"""Eltroxin 100 mikrogram, tablets that may be halved."""
ELTROXIN_50 = "28101006679"
KALEORID = "28100493671"
"""Kaleorid depot 750 mg, which may not be divided."""


class SetClock(VirtualClock):
    """A clock that is set by hand."""

    def set(self, *when: int) -> None:
        """Year, month, day, hour, minute, second, in UTC."""
        self._now = datetime(*when, tzinfo=UTC)  # type: ignore[arg-type,misc]  # as many as are given

    def turn_to(self, now: datetime) -> None:
        self._now = now


def person(
    name: str = "Åse Sørensen", civil_number: str = "0102481234", born: str = "1948-02-01", fhir_id: str = "p1"
) -> Json:
    """A citizen of the packing group north."""
    return {
        "resourceType": "Patient",
        "id": fhir_id,
        "identifier": [{"system": "urn:oid:1.2.208.176.1.2", "value": civil_number}],
        "name": [{"use": "official", "text": name}],
        "birthDate": born,
        "managingOrganization": {"identifier": {"value": "nord"}},
    }


def medicine(*parts: Json, product: str = ELTROXIN_100, name: str = "m1", of: str = "p1") -> Json:
    """A medicine of citizen `of` with the dosage `parts`."""
    return {
        "resourceType": "MedicationRequest",
        "id": name,
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {
            "coding": [{"system": "https://laegemiddelstyrelsen.dk/drugid", "code": product}],
            "text": "Lægemiddel",
        },
        "subject": {"reference": f"Patient/{of}"},
        "authoredOn": "2026-11-20",
        "dosageInstruction": list(parts),
    }


class Counter(Pharmacy):
    """The pharmacy with the demonstration catalogue and one machine."""

    def __init__(self, database: Database, clock: SetClock, products: Catalogue | None = None) -> None:
        super().__init__(database, clock)
        self.clock = clock
        self.services = replace(self.services, catalogue=products or replace(load_demo(), version="edge cases"))

    def receive(self, who: Json, *lines: Json) -> Reply:
        """Home care pushes a citizen and medicines."""
        return accept_bundle(self.services, encoded(bundle(who, *lines)), "home care")

    def take(self, who: Json, *lines: Json) -> MedicationPlan:
        """Home care pushes what must be taken in; return the plan in force."""
        reply = self.receive(who, *lines)
        assert reply.status == 200, reply.document
        return self.plan_of(str(who["id"]))

    def plan_of(self, fhir_id: str = "p1") -> MedicationPlan:
        with self.services.database.read() as tx:
            citizen = tx.citizens.by_fhir_id(fhir_id)
            assert citizen is not None
            plan = tx.plans.current(citizen.citizen_id)
        assert plan is not None
        return plan

    def planned(self, period: Period = FORTNIGHT) -> Batch:
        """Plan the batch of a period; every check must let it go."""
        record = self.batch(period)
        assert record.state.value == "planned", record.findings
        with self.services.database.read() as tx:
            return tx.batches.load(record.batch_id)

    def roll(self, period: Period = FORTNIGHT) -> Roll:
        """Plan the batch of a period for the only citizen there is."""
        (roll,) = self.planned(period).rolls
        return roll

    def labels(self, roll: Roll) -> Mapping[int, tuple[str, ...]]:
        """The lines that are printed, by number of the pouch; number 0 is the header."""
        with self.services.database.read() as tx:
            identity = tx.citizens.get(CitizenId(roll.citizen_id)).identity
            slots = slots_of_roll(self.services, tx, roll.roll_id)
        return {number: label.lines for number, label in labels_of(self.services, identity, roll, slots).items()}


def intakes(roll: Roll) -> list[tuple[date, str, str]]:
    """Date, time and quarters of everything in a roll, pouch by pouch."""
    return [
        (pouch.date, slot_word(pouch.slot), "+".join(str(content.quarters) for content in pouch.contents))
        for pouch in roll.pouches
    ]


def issues(reply: Reply) -> list[Json]:
    """Everything that an answer finds, in a refusal or beside an acceptance."""
    outcomes: list[Json] = [reply.document]
    entries = reply.document.get("entry", [])
    assert isinstance(entries, list)
    outcomes += [entry["response"]["outcome"] for entry in entries if "outcome" in entry.get("response", {})]
    found: list[Json] = []
    for outcome in outcomes:
        listed = outcome.get("issue", [])
        assert isinstance(listed, list)
        found += listed
    return found


def codes(reply: Reply) -> set[str]:
    """Codes of everything that an answer finds."""
    return {str(issue["details"]["coding"][0]["code"]) for issue in issues(reply)}  # type: ignore[index]  # FHIR JSON


def found(reply: Reply) -> list[str]:
    """What an answer finds, in English words."""
    return [str(issue["diagnostics"]) for issue in issues(reply)]
