"""What citizens take in the world, as home care sends it, and as an independent reader expects it in pouches."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from tests.support.hall import MONDAY

Slot = str
Contents = Mapping[str, int]
"""Quarters by product."""
MORNING, NOON, EVENING = "MORN", "NOON", "EVE"
SLOT_WORDS: Final = {MORNING: "morning", NOON: "noon", EVENING: "evening"}
WHOLE: Final = ("28100000001", "28100000002")
HALVED: Final = "28100000003"


@dataclass(frozen=True)
class Line:
    """One medicine: so many quarters at each of some slots, every day."""

    product: str
    quarters: int
    slots: tuple[Slot, ...]
    active: bool = True


@dataclass(frozen=True)
class Plan:
    """All that a citizen takes. `number` tells what home care sent later from what it sent before."""

    citizen: int
    number: int
    lines: tuple[Line, ...]

    def expected(self, days: int) -> dict[tuple[date, str], dict[str, int]]:
        """Contents by date and slot."""
        pouches: dict[tuple[date, str], dict[str, int]] = {}
        for day in range(days):
            for line in self.lines:
                for slot in line.slots if line.active else ():
                    key = (MONDAY + timedelta(days=day), SLOT_WORDS[slot])
                    contents = pouches.setdefault(key, {})
                    contents[line.product] = contents.get(line.product, 0) + line.quarters
        return pouches

    def bundle(self) -> bytes:
        """The FHIR bundle that home care sends."""
        who = f"p{self.citizen}"
        patient: dict[str, object] = {
            "resourceType": "Patient",
            "id": who,
            "identifier": [{"system": "urn:oid:1.2.208.176.1.2", "value": f"010230000{self.citizen}"}],
            "name": [{"use": "official", "given": ["Borger"], "family": f"Nummer {self.citizen}"}],
            "birthDate": "1930-02-01",
            "managingOrganization": {"identifier": {"value": "nord"}, "display": "Nord"},
        }
        resources = [patient, *(self._request(who, place, line) for place, line in enumerate(self.lines, start=1))]
        entries = [
            {"resource": one, "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"}}
            for one in resources
        ]
        return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode()

    def _request(self, who: str, place: int, line: Line) -> dict[str, object]:
        repeat = {
            "boundsPeriod": {"start": "2026-11-01"},
            "frequency": len(line.slots),
            "period": 1,
            "periodUnit": "d",
            "when": list(line.slots),
        }
        return {
            "resourceType": "MedicationRequest",
            "id": f"{who}-{place}",
            "status": "active" if line.active else "stopped",
            "intent": "order",
            "medicationCodeableConcept": {
                "coding": [{"system": "https://laegemiddelstyrelsen.dk/drugid", "code": line.product}]
            },
            "subject": {"reference": f"Patient/{who}"},
            "authoredOn": "2026-11-20",
            # What nobody reads, but makes every message one of its own.
            "groupIdentifier": {"value": str(self.number)},
            "dosageInstruction": [
                {
                    "timing": {"repeat": repeat},
                    "doseAndRate": [{"doseQuantity": {"value": line.quarters / 4, "unit": "tablet"}}],
                }
            ],
        }


def first_plan(citizen: int) -> Plan:
    """A plan with whole tablets twice a day and a half one in the morning."""
    return Plan(citizen, 1, (Line(WHOLE[0], 4, (MORNING, EVENING)), Line(HALVED, 2, (MORNING,))))


def changed(plan: Plan, dice: Random) -> Plan:
    """A next plan of the same citizen: another number, a medicine stopped, or everything stopped."""
    kind = dice.randrange(3)
    first, *others = plan.lines
    if kind == 0:
        lines = (Line(first.product, 4 + first.quarters % 8, first.slots), *others)
    elif kind == 1:
        lines = (first, *(Line(one.product, one.quarters, one.slots, not one.active) for one in others))
    else:
        lines = tuple(Line(one.product, one.quarters, one.slots, active=False) for one in plan.lines)
    return Plan(plan.citizen, plan.number + 1, lines)
