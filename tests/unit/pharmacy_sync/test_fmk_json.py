"""FMK's JSON model: what is read, what is parked and what is refused, with its place."""

import json
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dispenser.core.dosage import (
    ClockTime,
    DoseRange,
    FreeTextDosage,
    LocalSchemaDosage,
    OrderedDose,
    PartOfDay,
    StructuredDosage,
)
from pharmacy_sync.fmk.json_dosage import read_json
from pharmacy_sync.report import Report
from pharmacy_sync.strict_json import OddNumber
from pharmacy_sync.strict_json import read as read_strictly

DOSE: dict[str, Any] = {"type": "MorningDoseWrapper", "doseQuantity": 1, "isAccordingToNeed": False}
PLAIN: dict[str, Any] = {"type": "PlainDoseWrapper", "doseQuantity": Decimal("0.5"), "isAccordingToNeed": False}


def structured(**changes: object) -> dict[str, Any]:
    """A dosage of one structure with one day of two doses; `changes` are to the structure."""
    one = {
        "iterationInterval": 1,
        "startDate": "2026-11-23",
        "endDate": "2026-12-06",
        "days": [{"dayNumber": 1, "allDoses": [deepcopy(DOSE), deepcopy(PLAIN)]}],
    }
    units = {"unitSingular": "tablet", "unitPlural": "tabletter"}
    return {"structures": {"unitOrUnits": units, "structures": [one | changes]}}


def with_dose(**changes: object) -> dict[str, Any]:
    return structured(days=[{"dayNumber": 1, "allDoses": [DOSE | changes]}])


def with_day(**changes: object) -> dict[str, Any]:
    return structured(days=[{"dayNumber": 1, "allDoses": [DOSE, PLAIN]} | changes])


def around(**changes: object) -> dict[str, Any]:
    """The dosage with `changes` beside its structures."""
    return {"structures": structured()["structures"] | changes}


def found(document: object) -> list[tuple[str, str]]:
    return [(finding.code.id, finding.subject) for finding in read_json(document).findings]


def test_a_dosage_is_read_as_it_stands() -> None:
    read = read_json(structured(supplText="synkes hele."))
    assert isinstance(read.dosage, StructuredDosage)
    assert read.dosage.unit == "tablet"
    (one,) = read.dosage.structures
    assert (one.interval, one.start, one.end) == (1, date(2026, 11, 23), date(2026, 12, 6))
    assert one.days[0].doses == (OrderedDose(PartOfDay.MORNING, Decimal(1)), OrderedDose(None, Decimal("0.5")))
    assert (read.instruction, read.findings) == ("Synkes hele", ())


def test_ranges_and_clock_times_are_read() -> None:
    dose = {"type": "TimedDoseWrapper", "time": {"hour": 2, "minute": 30, "second": 0}, "isAccordingToNeed": True}
    dose |= {"minimalDoseQuantity": 1, "maximalDoseQuantity": 2}
    read = read_json(structured(days=[{"dayNumber": 0, "allDoses": [dose]}], iterationInterval=0))
    assert isinstance(read.dosage, StructuredDosage)
    (day,) = read.dosage.structures[0].days
    assert day.number == 0
    assert day.doses == (OrderedDose(ClockTime(2, 30), DoseRange(Decimal(1), Decimal(2)), as_needed=True),)
    assert read.findings == ()


def test_structures_come_in_order_of_time() -> None:
    document = structured()
    first = document["structures"]["structures"][0]
    document["structures"]["structures"] = [first | {"startDate": "2026-12-07", "endDate": None, "days": []}, first]
    dosage = read_json(document).dosage
    assert isinstance(dosage, StructuredDosage)
    assert [one.start.day for one in dosage.structures] == [23, 7]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"freeText": {"text": " 1 tablet ved behov "}}, FreeTextDosage("1 tablet ved behov")),
        ({"freeText": {"startDate": "2026-11-23", "text": "x"}, "structures": None}, FreeTextDosage("x")),
        ({"administrationAccordingToSchema": {"startDate": "2026-11-23"}}, LocalSchemaDosage()),
        ({"administrationAccordingToSchema": {}, "structured": False}, LocalSchemaDosage()),
    ],
)
def test_what_is_not_structured_is_read(document: object, expected: object) -> None:
    read = read_json(document)
    assert (read.dosage, read.findings) == (expected, ())


@pytest.mark.parametrize(
    ("wrapped", "expected"),
    [
        ({"date": 1293836400000}, date(2011, 1, 1)),
        ({"date": 1293840000000}, date(2011, 1, 1)),
        ({"date": 1309471200000}, date(2011, 7, 1)),
        ({"date": "2011-01-01"}, date(2011, 1, 1)),
    ],
)
def test_older_dates_are_danish_days(wrapped: object, expected: date) -> None:
    read = read_json(structured(startDate=None, endDate=None, startDateOrDateTime=wrapped))
    assert isinstance(read.dosage, StructuredDosage)
    assert (read.dosage.structures[0].start, read.findings) == (expected, ())


@pytest.mark.parametrize("moment", [1293919200000, "2011-01-01T23:00:00", "2011-01-01T22:00:00Z"])
def test_a_start_within_a_day_is_parked(moment: object) -> None:
    document = structured(startDate=None, startDateOrDateTime={"dateTime": moment})
    read = read_json(document)
    assert isinstance(read.dosage, StructuredDosage)
    assert read.dosage.structures[0].start.year == 2011
    place = "structures.structures[0].startDateOrDateTime.dateTime"
    assert [(one.code.id, one.subject) for one in read.findings] == [("DOSE-1753", place)]


def test_an_open_structure_ends_with_its_treatment() -> None:
    document = structured(endDate=None)
    document["structures"] |= {"startDate": "2026-11-23", "endDate": "2026-12-31"}
    read = read_json(document)
    assert isinstance(read.dosage, StructuredDosage)
    assert (read.dosage.structures[0].end, read.findings) == (date(2026, 12, 31), ())


@pytest.mark.parametrize("dates", [{"endDate": "2026-12-05"}, {"startDate": "2026-11-24"}, {"endDate": "2026-11-01"}])
def test_a_structure_outside_of_its_treatment_is_parked(dates: dict[str, str]) -> None:
    assert found(around(**dates)) == [("DOSE-1754", "structures.structures[0]")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Tages kun i lige uger", "DOSE-1750"),
        ("Ved smerter", "DOSE-1750"),
        ("1 tablet, dog 2 om søndagen", "DOSE-1750"),
        ("30 min før et måltid", "DOSE-1751"),
        ("1 time før eller 2-3 timer efter et måltid", "DOSE-1751"),
        ("1 time før eller 2 tabletter", "DOSE-1750"),
        ("1 time før eller 2 timer efter et måltid, dog 2 om aftenen", "DOSE-1750"),
        ("mod smerter", "DOSE-1751"),
        ("7 om aftenen", "DOSE-1750"),
    ],
)
def test_words_beside_a_fixed_dose_are_judged(text: str, code: str) -> None:
    read = read_json(structured(supplText=text))
    assert read.dosage
    assert read.instruction == ""
    assert [(one.code.id, one.subject) for one in read.findings] == [(code, "structures.structures[0].supplText")]


def test_a_length_that_the_structure_does_not_have_is_told() -> None:
    read = read_json(structured(supplText="fra 2 dage før afrejse til 9 uger efter"))
    assert [one.code.id for one in read.findings] == ["DOSE-1773", "DOSE-1751"]
    assert "9" in read.findings[0].text("da")


@pytest.mark.parametrize("text", ["Ikke ifm måltid", "FØR SENGETID", " Med måltid. "])
def test_known_instructions_are_printed_whatever_words_they_hold(text: str) -> None:
    read = read_json(structured(supplText=text))
    assert read.instruction.casefold() == text.strip(" .").casefold()
    assert read.findings == ()


def test_words_beside_a_dose_as_needed_only_warn() -> None:
    document = with_dose(isAccordingToNeed=True)
    document["structures"]["structures"][0]["supplText"] = "dog højst 3"
    assert found(document) == [("DOSE-1751", "structures.structures[0].supplText")]


def test_different_instructions_are_parked() -> None:
    document = structured(supplText="Tygges")
    later = document["structures"]["structures"][0] | {"startDate": "2026-12-07", "endDate": None, "supplText": " "}
    document["structures"]["structures"].append(later)
    assert found(document) == [("DOSE-1752", "")]


REFUSED: list[tuple[object, list[tuple[str, str]]]] = [
    ([], [("DOSE-1701", "")]),
    (None, [("DOSE-1701", "")]),
    ({}, [("DOSE-1702", "")]),
    (structured() | {"freeText": {"text": "x"}}, [("DOSE-1702", "")]),
    ({"structures": []}, [("DOSE-1706", "structures"), ("DOSE-1704", "structures.unitOrUnits"),
                          ("DOSE-1704", "structures.structures")]),
    (structured() | {"dose": 1}, [("DOSE-1703", "dose")]),
    (structured(extra=1), [("DOSE-1703", "structures.structures[0].extra")]),
    (with_dose(doses=2), [("DOSE-1703", "structures.structures[0].days[0].allDoses[0].doses")]),
    (around(unitOrUnits={"unit": "tablet", "unitPlural": "tabletter"}), [("DOSE-1710", "structures.unitOrUnits")]),
    (around(unitOrUnits={"unitPlural": "tabletter"}), [("DOSE-1704", "structures.unitOrUnits.unitSingular")]),
    (around(unitOrUnits={"unit": " "}), [("DOSE-1713", "structures.unitOrUnits.unit")]),
    (around(unitOrUnits={"unit": "tab\u202elet"}), [("DOSE-1008", "structures.unitOrUnits.unit")]),
    (structured(iterationInterval=None), [("DOSE-1704", "structures.structures[0].iterationInterval")]),
    (structured(iterationInterval=Decimal("1.5")), [("DOSE-1706", "structures.structures[0].iterationInterval")]),
    (structured(iterationInterval=True), [("DOSE-1706", "structures.structures[0].iterationInterval")]),
    (structured(iterationInterval=OddNumber("1e3")), [("DOSE-1007", "structures.structures[0].iterationInterval")]),
    (structured(days=None), [("DOSE-1704", "structures.structures[0].days")]),
    (structured(startDate=None), [("DOSE-1704", "structures.structures[0].startDate")]),
    (structured(startDate="2026-02-29"), [("DOSE-1708", "structures.structures[0].startDate")]),
    (structured(startDate="2026-11-23Z"), [("DOSE-1708", "structures.structures[0].startDate")]),
    (structured(startDateOrDateTime={"date": 1293836400000}),
     [("DOSE-1712", "structures.structures[0].startDateOrDateTime")]),
    (structured(startDate=None, startDateOrDateTime={"date": 1293836400001}),
     [("DOSE-1708", "structures.structures[0].startDateOrDateTime.date")]),
    (structured(startDate=None, startDateOrDateTime={}),
     [("DOSE-1710", "structures.structures[0].startDateOrDateTime")]),
    (structured(supplText="x" * 101),
     [("DOSE-1713", "structures.structures[0].supplText"), ("DOSE-1751", "structures.structures[0].supplText")]),
    (structured(refToSource={"iterationInterval": 2}), [("DOSE-1712", "structures.structures[0].refToSource")]),
    (with_day(dayNumber="1"), [("DOSE-1706", "structures.structures[0].days[0].dayNumber")]),
    (with_day(morningDose=PLAIN), [("DOSE-1712", "structures.structures[0].days[0].morningDose")]),
    (with_day(noonDose=DOSE), [("DOSE-1712", "structures.structures[0].days[0].noonDose")]),
    (with_day(plainDoses=[]), [("DOSE-1712", "structures.structures[0].days[0].plainDoses")]),
    (with_day(accordingToNeedDoses=[DOSE]), [("DOSE-1712", "structures.structures[0].days[0].accordingToNeedDoses")]),
    (with_day(numberOfDoses=3), [("DOSE-1712", "structures.structures[0].days[0].numberOfDoses")]),
    (with_dose(doseQuantity=1.0), [("DOSE-1707", "structures.structures[0].days[0].allDoses[0].doseQuantity")]),
    (with_dose(doseQuantity=OddNumber("NaN")),
     [("DOSE-1707", "structures.structures[0].days[0].allDoses[0].doseQuantity")]),
    (with_dose(doseQuantity="1"), [("DOSE-1707", "structures.structures[0].days[0].allDoses[0].doseQuantity")]),
    (with_dose(doseQuantity=None), [("DOSE-1704", "structures.structures[0].days[0].allDoses[0].doseQuantity")]),
    (with_dose(doseQuantityString="2"),
     [("DOSE-1712", "structures.structures[0].days[0].allDoses[0].doseQuantityString")]),
    (with_dose(minimalDoseQuantity=1), [("DOSE-1710", "structures.structures[0].days[0].allDoses[0]")]),
    (with_dose(doseQuantity=None, minimalDoseQuantity=1),
     [("DOSE-1711", "structures.structures[0].days[0].allDoses[0].maximalDoseQuantity")]),
    (with_dose(isAccordingToNeed=None),
     [("DOSE-1704", "structures.structures[0].days[0].allDoses[0].isAccordingToNeed")]),
    (with_dose(type="LunchDoseWrapper"), [("DOSE-1706", "structures.structures[0].days[0].allDoses[0].type")]),
    (with_dose(type="TimedDoseWrapper"), [("DOSE-1704", "structures.structures[0].days[0].allDoses[0].time")]),
    (with_dose(time={"hour": 8, "minute": 0}), [("DOSE-1710", "structures.structures[0].days[0].allDoses[0]")]),
    (with_dose(type="TimedDoseWrapper", time={"hour": 24, "minute": 0}),
     [("DOSE-1709", "structures.structures[0].days[0].allDoses[0].time")]),
    (with_dose(type="TimedDoseWrapper", time={"hour": 8, "minute": 0, "second": 30}),
     [("DOSE-1709", "structures.structures[0].days[0].allDoses[0].time")]),
    ({"freeText": {"text": "x" * 401}}, [("DOSE-1713", "freeText.text")]),
    ({"freeText": {}}, [("DOSE-1704", "freeText.text")]),
    ({"freeText": {"startDate": "2026-11-23", "endDate": "2026-11-22", "text": "x"}}, [("DOSE-1218", "freeText")]),
    ({"administrationAccordingToSchema": {"startDate": "2026-11-23", "endDate": "2026-11-22"}},
     [("DOSE-1218", "administrationAccordingToSchema")]),
    (around(startDate="2026-11-23", endDate="2026-11-22"),
     [("DOSE-1218", "structures"), ("DOSE-1754", "structures.structures[0]")]),
]  # fmt: skip


@pytest.mark.parametrize(("document", "expected"), REFUSED)
def test_what_cannot_be_read_is_refused_with_its_place(document: object, expected: list[tuple[str, str]]) -> None:
    assert found(document) == expected
    assert read_json(document).dosage is None


def test_every_problem_is_told() -> None:
    document = structured(
        startDate="x", days=[{"dayNumber": 1, "allDoses": [DOSE | {"doseQuantity": "1"}, DOSE | {"type": 7}]}], more=1
    )
    assert {code for code, _ in found(document)} == {"DOSE-1703", "DOSE-1706", "DOSE-1707", "DOSE-1708"}


def test_a_name_that_stands_twice_is_refused() -> None:
    text = json.dumps(structured()["structures"], default=float).replace(
        '"dayNumber": 1', '"dayNumber": 1, "dayNumber": 2'
    )
    document = read_strictly(f'{{"structures": {text}}}'.encode(), Report())
    assert found(document) == [("DOSE-1006", "structures.structures[0].days[0].dayNumber")]


def test_copies_that_agree_are_taken() -> None:
    copies = {"morningDose": DOSE, "plainDoses": [PLAIN], "accordingToNeedDoses": [], "noonDose": None}
    counts = {"numberOfDoses": 2, "numberOfPlainDoses": 1, "numberOfAccordingToNeedDoses": 0}
    document = with_day(**copies, **counts)
    document["structures"]["structures"][0]["days"][0]["allDoses"][1]["doseQuantityString"] = "0,50"
    del document["structures"]["structures"][0]["days"][0]["plainDoses"]
    assert found(document) == []
