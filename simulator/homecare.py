"""A made-up home-care system: municipal medication plans as FHIR R4 transaction Bundles, the same for the same seed.

It shares no code with the controller, so that a misreading there cannot hide behind the same misreading here. Civil
registration numbers fail the modulus-11 test, which no real number from before 2007 does: they are nobody's.
"""

import csv
import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Final

from simulator.homecare_dosages import Ware, dosages
from simulator.homecare_people import Person, person
from simulator.homecare_spoilers import SPOILERS

Json = dict[str, object]

DRUG_ID_SYSTEM: Final = "https://laegemiddelstyrelsen.dk/drugid"
FEWEST_LINES, MOST_LINES = 3, 9
_SPACING = 4
"""Places between two medicines of one citizen; neighbours in a product list are often the same substance."""
_PARTS: Final = {"none": 4, "halves": 2, "quarters": 1}


def wares_of(text: str) -> tuple[Ware, ...]:
    """Read a product list: CSV with the columns product_id, unit, partable (none, halves or quarters), perhaps name.

    Raises:
        ValueError: a column is missing, a value is unknown, or there are too few products for a plan.
    """
    reader = csv.DictReader(text.splitlines())
    missing = {"product_id", "unit", "partable"} - set(reader.fieldnames or ())
    if missing:
        message = f"the product list has no column {', '.join(sorted(missing))}"
        raise ValueError(message)
    wares: list[Ware] = []
    for row in reader:
        if row["partable"] not in _PARTS:
            message = f"{row['product_id']}: partable is {row['partable']!r}, not one of {', '.join(_PARTS)}"
            raise ValueError(message)
        wares.append(Ware(row["product_id"], row["unit"], _PARTS[row["partable"]], row.get("name", "")))
    if len(wares) < MOST_LINES * (2 * _SPACING + 1):
        message = f"{len(wares)} products are too few for plans of up to {MOST_LINES} different medicines"
        raise ValueError(message)
    return tuple(wares)


def write(folder: Path, products: Path, *, citizens: int, bad: int, seed: int, first: date, group: str) -> list[Path]:
    """Write one bundle per citizen as `001.json` and on; return the files.

    Raises:
        OSError: a file cannot be read or written.
        ValueError: the product list cannot be used, or more bundles are to be bad than there are.
    """
    wares = wares_of(products.read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    for number, body in enumerate(plans(citizens, seed, first, wares, bad=bad, group=group), start=1):
        file = folder / f"{number:03d}.json"
        file.write_bytes(body)
        files.append(file)
    return files


def plans(
    citizens: int, seed: int, first: date, products: Sequence[Ware], *, bad: int = 0, group: str = "default"
) -> list[bytes]:
    """Return the bundle of each citizen as JSON, `bad` of them with one thing wrong that refuses them whole.

    `first` is the first day that the plans are meant to be packed for; most treatments began before it.

    Raises:
        ValueError: more bundles are to be bad than there are.
    """
    if bad > citizens:
        message = f"{bad} of {citizens} bundles cannot be bad"
        raise ValueError(message)
    # A seeded plan must be the same everywhere; nothing here is a secret.
    dice = Random(seed)  # noqa: S311
    chosen = sorted(dice.sample(range(citizens), bad))
    spoiled = {number: SPOILERS[place % len(SPOILERS)] for place, number in enumerate(chosen)}
    bodies: list[bytes] = []
    for number in range(citizens):
        bundle = _bundle(f"b{seed}-{number + 1:04d}", person(dice), first, products, group, dice)
        if number in spoiled:
            spoiled[number](bundle)
        bodies.append(json.dumps(bundle, ensure_ascii=False, indent=1).encode())
    return bodies


def _bundle(citizen_id: str, citizen: Person, first: date, products: Sequence[Ware], group: str, dice: Random) -> Json:
    patient: Json = {
        "resourceType": "Patient",
        "id": citizen_id,
        "identifier": [{"system": "urn:oid:1.2.208.176.1.2", "value": citizen.civil_number}],
        "active": True,
        "name": [{"use": "official", "given": list(citizen.given), "family": citizen.family}],
        "birthDate": citizen.birth_date.isoformat(),
        "managingOrganization": {"identifier": {"value": group}, "display": group},
    }
    resources = [patient]
    for line, ware in enumerate(_chosen(products, dice), start=1):
        resources.append(_request(f"{citizen_id}-m{line}", citizen_id, ware, first, dice))
    entries = [
        {
            "fullUrl": f"https://homecare.example/fhir/{resource['resourceType']}/{resource['id']}",
            "resource": resource,
            "request": {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"},
        }
        for resource in resources
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def _chosen(products: Sequence[Ware], dice: Random) -> list[Ware]:
    wanted = dice.randint(FEWEST_LINES, MOST_LINES)
    places: list[int] = []
    while len(places) < wanted:
        place = dice.randrange(len(products))
        if all(abs(place - other) > _SPACING for other in places):
            places.append(place)
    return [products[place] for place in places]


def _request(name: str, citizen_id: str, ware: Ware, first: date, dice: Random) -> Json:
    began = first - timedelta(days=dice.randrange(200))
    return {
        "resourceType": "MedicationRequest",
        "id": name,
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": _medicine(ware),
        "subject": {"reference": f"Patient/{citizen_id}"},
        "authoredOn": began.isoformat(),
        "dosageInstruction": dosages(ware, began, first, dice),
    }


def _medicine(ware: Ware) -> Json:
    coding: Json = {"coding": [{"system": DRUG_ID_SYSTEM, "code": ware.product_id}]}
    return {**coding, "text": ware.name} if ware.name else coding
