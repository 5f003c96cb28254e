"""FHIR messages as home care sends them, and one-element changes of them."""

import json
from copy import deepcopy
from typing import Final

import pytest

from pharmacy_sync.fhir.parse import parse_bundle
from pharmacy_sync.problems import RefusedMessageError

Json = dict[str, object]
GONE: Final = object()
LINE: Final = "Bundle.entry[1].resource"
DOSAGE: Final = f"{LINE}.dosageInstruction[0]"
REPEAT: Final = f"{DOSAGE}.timing.repeat"
DOSE: Final = f"{DOSAGE}.doseAndRate[0]"
QUANTITY: Final = f"{DOSE}.doseQuantity"
PERSON: Final = "Bundle.entry[0].resource"
EXTENSION: Final = [{"url": "https://example.org/x", "valueString": "y"}]
RANGE: Final = {"low": {"value": 1, "unit": "tablet"}, "high": {"value": 2, "unit": "tablet"}}


def patient() -> Json:
    return {
        "resourceType": "Patient",
        "id": "p1",
        "identifier": [{"system": "urn:oid:1.2.208.176.1.2", "value": "0102481234"}],
        "name": [{"use": "official", "given": ["Åse"], "family": "Sørensen"}],
        "birthDate": "1948-02-01",
    }


def request(name: str = "m1") -> Json:
    return {
        "resourceType": "MedicationRequest",
        "id": name,
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {
            "coding": [{"system": "https://laegemiddelstyrelsen.dk/drugid", "code": "28100020455"}],
            "text": "Eltroxin 100 mikrogram",
        },
        "subject": {"reference": "Patient/p1"},
        "authoredOn": "2026-11-20",
        "dosageInstruction": [
            {
                "timing": {
                    "repeat": {
                        "boundsPeriod": {"start": "2026-11-23"},
                        "frequency": 2,
                        "period": 1,
                        "periodUnit": "d",
                        "when": ["MORN", "EVE"],
                    }
                },
                "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}],
            }
        ],
    }


def bundle(*resources: Json) -> Json:
    entries = [
        {"resource": resource, "request": {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"}}
        for resource in resources or (patient(), request(), request("m2"))
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def steps_of(path: str) -> list[str | int]:
    names = path.removeprefix("Bundle").replace("[", ".[").split(".")
    return [int(name[1:-1]) if name.startswith("[") else name for name in names if name]


def altered(document: Json, path: str, value: object) -> Json:
    changed = deepcopy(document)
    *way, last = steps_of(path)
    place = changed
    for step in way:
        place = place[step]  # type: ignore[index,assignment]  # walking through JSON of any shape
    if value is GONE:
        del place[last]  # type: ignore[arg-type]  # see above
    elif isinstance(last, int) and isinstance(place, list) and last == len(place):
        place.append(value)
    else:
        place[last] = value  # type: ignore[index]  # see above
    return changed


def encoded(document: Json) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def findings_of(body: bytes) -> list[tuple[str, str]]:
    with pytest.raises(RefusedMessageError) as caught:
        parse_bundle(body)
    return [(finding.code.id, finding.subject) for finding in caught.value.findings]


def part(start: str, end: str | None, **more: object) -> Json:
    period = {"start": start} if end is None else {"start": start, "end": end}
    value = more.pop("value", 1)
    sequence = more.pop("sequence", None)
    dosage: Json = {
        "timing": {"repeat": {"boundsPeriod": period, "period": 1, "periodUnit": "d"} | more},
        "doseAndRate": [{"doseQuantity": {"value": value, "unit": "tablet"}}],
    }
    return dosage if sequence is None else dosage | {"sequence": sequence}
