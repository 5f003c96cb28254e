"""Made-up MedicationRequests as a home care sends them, a few of them broken."""

import json
import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TypeVar

from harness import SEED

Json = dict[str, object]
Option = TypeVar("Option")
Message = tuple[bytes, str]
"""Body of a MedicationRequest, and the id in the address that it is put to."""

BROKEN_SHARE = 50
"""One message in so many is broken."""
_FIRST = date(2026, 6, 1)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES = (
    "Metoprololsuccinat 50 mg", "Furosemid 40 mg", "Simvastatin 40 mg", "Paracetamol 500 mg", "Kaliumklorid 750 mg",
    "Levothyroxin 50 mikrogram", "Mirtazapin 7,5 mg", "Åkerlund Pantoprazol 20 mg", "Metformin 500 mg, filmovertrukne",
)  # fmt: skip
_UNITS: tuple[tuple[str, Json], ...] = (
    ("tablet", {"unit": "tablet"}),
    ("tablet", {"unit": "tablet", "system": "http://unitsofmeasure.org", "code": "{tbl}"}),
    ("tablet", {"unit": "tabletter", "system": "http://standardterms.edqm.eu", "code": "15054000"}),
    ("kapsel", {"unit": "kapsel", "system": "http://unitsofmeasure.org", "code": "{capsule}"}),
    ("stk", {"unit": "stk", "system": "http://unitsofmeasure.org", "code": "1"}),
)
_WHENS = (("MORN", "morgen"), ("NOON", "middag"), ("EVE", "aften"), ("NIGHT", "nat"))
_SPLITS = (
    ("mon", "tue", "wed", "thu", "fri"),
    ("mon", "wed", "fri"),
    ("sat", "sun"),
    ("tue", "thu"),
    ("mon",),
    ("sun",),
)
_VALUES = (1, 2, 0.5, 1.5, 0.25)
_SHARES = (78, 10, 7, 4, 1)
"""Shares of the quantities, as the made-up home care of the simulator has them."""
_TIMES = ("06:00:00", "08:00:00", "12:30:00", "14:00:00", "18:00:00", "22:00:00")
_DATE = "2026-02-30"


def messages(count: int, seed: int = SEED) -> tuple[list[Message], list[bool]]:
    """Return `count` made-up MedicationRequests of about 1.5 kB and two dosages each, and whether each is sound."""
    dice = random.Random(seed)
    bodies: list[Message] = []
    sound: list[bool] = []
    for number in range(count):
        document = _request(f"mr-{seed}-{number:07d}", dice)
        name = str(document["id"])
        broken = number % BROKEN_SHARE == BROKEN_SHARE // 2
        if broken:
            BREAKS[number // BROKEN_SHARE % len(BREAKS)](document)
        separators = (", ", ": ") if dice.random() < 0.2 else (",", ":")  # noqa: PLR2004 - one sender in five
        bodies.append((json.dumps(document, ensure_ascii=False, separators=separators).encode(), name))
        sound.append(not broken)
    return bodies, sound


def _request(name: str, dice: random.Random) -> Json:
    written = _FIRST + timedelta(days=dice.randrange(170))
    drug = f"{dice.randrange(28_100_000_000, 28_109_999_999)}"
    moment = f"{written}T{dice.randrange(7, 17):02d}:{dice.randrange(60):02d}:{dice.randrange(60):02d}+01:00"
    medicine = dice.choice(_NAMES)
    return {
        "resourceType": "MedicationRequest",
        "id": name,
        "meta": {"versionId": str(dice.randrange(1, 9)), "lastUpdated": moment},
        "identifier": [{"system": "urn:oid:1.2.208.176.7.1.1", "value": str(dice.randrange(10**11, 10**12))}],
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {
            "coding": [
                {"system": "https://laegemiddelstyrelsen.dk/drugid", "code": drug, "display": medicine},
                {"system": "http://www.whocc.no/atc", "code": f"C{dice.randrange(10):02d}AB{dice.randrange(10):02d}"},
            ],
            "text": medicine,
        },
        "subject": {"reference": f"Patient/p-{dice.randrange(10**6):06d}"},
        "authoredOn": dice.choice((moment, written.isoformat())),
        "requester": {"reference": f"Practitioner/{dice.randrange(10**4)}", "display": "Læge Åse Østergaard"},
        "reasonCode": [{"text": dice.choice(("mod forhøjet blodtryk", "mod smerter", "vanddrivende", "mod angst"))}],
        "dosageInstruction": _dosages(written, dice),
    }


def _dosages(written: date, dice: random.Random) -> list[Json]:
    """Return two dosages: two amounts of one day, two kinds of weekday, or one course after another."""
    start = written + timedelta(days=dice.randrange(14))
    last = start + timedelta(days=dice.randrange(20, 300)) if dice.random() < 0.4 else None  # noqa: PLR2004 - a share
    unit = dice.choice(_UNITS)
    kind = dice.choice(("day", "day", "day", "times", "week", "course"))
    if kind == "week":
        some = dice.choice(_SPLITS) if dice.random() < 0.8 else dice.sample(_DAYS, 3)  # noqa: PLR2004 - a share
        days = [[day for day in _DAYS if day in some], [day for day in _DAYS if day not in some]]
        when = dice.choice(_WHENS)
        return [_dosage(_bounds(start, last) | _weekly(part, when[0]), when[1], unit, 0, dice) for part in days]
    if kind == "course":
        turn = start + timedelta(days=dice.randrange(3, 30))
        spans = (_bounds(start, turn), _bounds(turn + timedelta(days=1), None))
        return [_dosage(span | _daily(*_when(dice)), "", unit, n, dice) for n, span in enumerate(spans, start=1)]
    if kind == "times":
        times = _some(_TIMES, 3, dice)
        parts = ({"timeOfDay": times[:1]} | _DAY, {"timeOfDay": times[1:], "frequency": 2} | _DAY)
        return [_dosage(_bounds(start, last) | part, "", unit, 0, dice) for part in parts]
    chosen = _some(_WHENS, dice.choice((2, 2, 3, 4)), dice)
    cut = dice.randrange(1, len(chosen))
    return [
        _dosage(_bounds(start, last) | _daily([code for code, _ in part], ""), part[0][1], unit, 0, dice)
        for part in (chosen[:cut], chosen[cut:])
    ]


def _some(options: Sequence[Option], count: int, dice: random.Random) -> list[Option]:
    """Return `count` of `options` in their order, which is that of the day."""
    return [options[place] for place in sorted(dice.sample(range(len(options)), count))]


_DAY: Json = {"period": 1, "periodUnit": "d"}


def _bounds(first: date, last: date | None) -> Json:
    end = {} if last is None else {"end": last.isoformat()}
    return {"boundsPeriod": {"start": first.isoformat(), **end}}


def _when(dice: random.Random) -> tuple[list[str], str]:
    return [code for code, _ in _some(_WHENS, dice.choice((1, 2, 3)), dice)], ""


def _daily(codes: list[str], _word: str) -> Json:
    return {"frequency": len(codes), "when": codes} | _DAY


def _weekly(days: list[str], code: str) -> Json:
    return {"frequency": len(days), "period": 1, "periodUnit": "wk", "dayOfWeek": days, "when": [code]}


def _dosage(repeat: Json, word: str, unit: tuple[str, Json], sequence: int, dice: random.Random) -> Json:
    value = dice.choices(_VALUES, _SHARES)[0]
    shown = str(value).replace(".", ",")
    counted: Json = {"sequence": sequence} if sequence else {}
    instruction = {"additionalInstruction": [{"text": "Synkes hele"}]} if unit[0] == "kapsel" else {}
    return counted | instruction | {
        "text": f"{shown} {unit[0]} {word}".strip(),
        "timing": {"repeat": repeat},
        "route": {"coding": [{"system": "http://snomed.info/sct", "code": "26643006", "display": "Oral anvendelse"}]},
        "doseAndRate": [{"doseQuantity": {"value": value} | unit[1]}],
    }  # fmt: skip


def _place(document: Json, *way: str | int) -> Json:
    place: object = document
    for step in way:
        place = place[step]  # type: ignore[index]  # walking through JSON of our own making
    if not isinstance(place, dict):
        raise TypeError(way)
    return place


def _set(*way: str | int, value: object) -> Callable[[Json], None]:
    def spoil(document: Json) -> None:
        _place(document, *way[:-1])[str(way[-1])] = value

    return spoil


def _drop(*way: str | int) -> Callable[[Json], None]:
    def spoil(document: Json) -> None:
        del _place(document, *way[:-1])[str(way[-1])]

    return spoil


_ONE = ("dosageInstruction", 0)
_REPEAT = ("dosageInstruction", 1, "timing", "repeat")
BREAKS: tuple[Callable[[Json], None], ...] = (
    _drop("status"),
    _drop("subject"),
    _set("intent", value=["order"]),
    _set("id", value="a/b"),
    _set("authoredOn", value=_DATE),
    _set("dosageInstructions", value=[]),
    _set(*_ONE, "timing", value="dagligt"),
    _set(*_ONE, "text", value={"da": "1 tablet"}),
    _set(*_ONE, "doseAndRate", 0, "doseQuantity", "value", value="en"),
    _set(*_REPEAT, "frequency", value=0),
    _set(*_REPEAT, "boundsPeriod", value={"start": _DATE}),
    _set(*_REPEAT, "periods", value=2),
)
"""Twelve ways to break a message that every FHIR validator must refuse: something required is missing, of a wrong type,
outside its range, unknown, or a date that does not exist."""
