"""What a good message means: dates, days, slots, amounts, exact to the quarter tablet."""

from datetime import date
from decimal import Decimal

import pytest

from dispenser.core.dosage import (
    ClockTime,
    DosageDay,
    DosageStructure,
    OrderedDose,
    PartOfDay,
    Slot,
    StructuredDosage,
)
from dispenser.core.plan import Ordination
from pharmacy_sync.fhir.parse import parse_bundle, parse_request, to_submission
from pharmacy_sync.fhir.submission import LineStatus, SubmittedLine
from tests.support.fhir import DOSAGE, LINE, PERSON, QUANTITY, REPEAT, Json, altered, bundle, encoded, part, request

MORNING, NOON, EVENING, NIGHT = PartOfDay
MONDAY = {"boundsPeriod": {"start": "2026-11-23"}}
TUESDAY = {"boundsPeriod": {"start": "2026-11-24"}}
WEEKLY = {"period": 1, "periodUnit": "wk"}


def line_of(path: str, value: object) -> SubmittedLine:
    return to_submission(parse_bundle(encoded(altered(bundle(), path, value)))).lines[0]


def ordination_of(path: str, value: object) -> Ordination:
    line = line_of(path, value)
    assert line.ordination is not None, line.reasons
    return line.ordination


def structures_of(path: str, value: object) -> tuple[DosageStructure, ...]:
    dosage = ordination_of(path, value).dosage
    assert isinstance(dosage, StructuredDosage)
    return dosage.structures


def day(number: int, *slots: Slot | None, amount: str = "1") -> DosageDay:
    return DosageDay(number, tuple(OrderedDose(slot, Decimal(amount)) for slot in slots))


@pytest.mark.parametrize(
    ("repeat", "interval", "days"),
    [
        (MONDAY | {"when": ["MORN", "NOON", "EVE", "NIGHT"]}, 1, (day(1, MORNING, NOON, EVENING, NIGHT),)),
        (MONDAY | {"when": ["HS"]}, 1, (day(1, NIGHT),)),
        (MONDAY | {"frequency": 1, "when": ["MORN"]}, 1, (day(1, MORNING),)),
        (MONDAY | {"timeOfDay": ["08:00:00", "20:30:00"]}, 1, (day(1, ClockTime(8, 0), ClockTime(20, 30)),)),
        (MONDAY | {"frequency": 3, "period": 1, "periodUnit": "d"}, 1, (day(1, None, None, None),)),
        (MONDAY | {"period": 1, "periodUnit": "d"}, 1, (day(1, None),)),
        (MONDAY | {"frequency": 1, "period": 24, "periodUnit": "h"}, 1, (day(1, None),)),
        (MONDAY | {"period": 48, "periodUnit": "h", "when": ["EVE"]}, 2, (day(1, EVENING),)),
        (
            MONDAY | {"frequency": 1, "period": 12, "periodUnit": "h", "timeOfDay": ["08:00:00", "20:00:00"]},
            1,
            (day(1, ClockTime(8, 0), ClockTime(20, 0)),),
        ),
        (MONDAY | {"frequency": 1, "period": 2, "periodUnit": "d", "when": ["MORN"]}, 2, (day(1, MORNING),)),
        (
            MONDAY | {"frequency": 2, "period": 3, "periodUnit": "d", "when": ["MORN", "EVE"]},
            3,
            (day(1, MORNING, EVENING),),
        ),
        (MONDAY | {"period": 1, "periodUnit": "wk"}, 7, (day(1, None),)),
        (MONDAY | {"dayOfWeek": ["sun", "mon"], "when": ["MORN"]}, 7, (day(1, MORNING), day(7, MORNING))),
        (TUESDAY | {"dayOfWeek": ["mon", "tue"], "when": ["MORN"]}, 7, (day(1, MORNING), day(7, MORNING))),
        (
            TUESDAY | WEEKLY | {"frequency": 4, "dayOfWeek": ["mon", "thu"], "when": ["MORN", "EVE"]},
            7,
            (day(3, MORNING, EVENING), day(7, MORNING, EVENING)),
        ),
        (MONDAY | {"frequency": 2, "period": 1, "periodUnit": "d", "dayOfWeek": ["fri"]}, 7, (day(5, None, None),)),
        (MONDAY | WEEKLY | {"frequency": 2, "dayOfWeek": ["mon", "fri"]}, 7, (day(1, None), day(5, None))),
        (TUESDAY | {"period": 2, "periodUnit": "wk", "dayOfWeek": ["thu"], "when": ["MORN"]}, 14, (day(3, MORNING),)),
        (MONDAY | {"period": 52, "periodUnit": "wk", "when": ["MORN"]}, 364, (day(1, MORNING),)),
    ],
)
def test_a_timing_becomes_one_dose_per_entry(repeat: Json, interval: int, days: tuple[DosageDay, ...]) -> None:
    (structure,) = structures_of(REPEAT, repeat)
    assert (structure.interval, structure.days) == (interval, days)
    assert structure.start == date.fromisoformat(repeat["boundsPeriod"]["start"])  # type: ignore[index]  # known shape
    assert structure.end is None


@pytest.mark.parametrize(
    ("when", "slots", "instruction"),
    [
        (["CM", "CD", "CV"], (MORNING, NOON, EVENING), "Med måltid"),
        (["ACM", "ACV"], (MORNING, EVENING), "Før måltid"),
        (["PCD"], (NOON,), "Efter måltid"),
    ],
)
def test_meals_become_slots_and_keep_their_meaning(when: list[str], slots: tuple[Slot, ...], instruction: str) -> None:
    ordination = ordination_of(REPEAT, MONDAY | {"when": when})
    assert isinstance(ordination.dosage, StructuredDosage)
    assert ordination.dosage.structures[0].days == (day(1, *slots),)
    assert ordination.instruction == instruction


@pytest.mark.parametrize(
    ("bounds", "first", "last"),
    [
        ({"boundsPeriod": {"start": "2026-11-23", "end": "2026-12-06"}}, date(2026, 11, 23), date(2026, 12, 6)),
        ({"boundsPeriod": {"start": "2026-11-23", "end": "2026-11-23"}}, date(2026, 11, 23), date(2026, 11, 23)),
        ({"boundsPeriod": {"start": "2028-02-29"}}, date(2028, 2, 29), None),
        ({"boundsPeriod": {"end": "2026-12-06"}}, date(2026, 11, 20), date(2026, 12, 6)),
        ({"boundsDuration": {"value": 10, "unit": "dage", "code": "d"}}, date(2026, 11, 20), date(2026, 11, 29)),
        ({"boundsDuration": {"value": 2, "code": "wk"}}, date(2026, 11, 20), date(2026, 12, 3)),
        ({}, date(2026, 11, 20), None),
    ],
)
def test_both_dates_of_a_treatment_are_inclusive(bounds: Json, first: date, last: date | None) -> None:
    ordination = ordination_of(REPEAT, bounds | {"when": ["MORN"]})
    assert (ordination.first, ordination.last) == (first, last)


@pytest.mark.parametrize(
    ("authored", "first"),
    [
        ("2026-11-20T23:30:00Z", date(2026, 11, 21)),
        ("2026-11-20T22:59:59.123456789Z", date(2026, 11, 20)),
        ("2026-11-20T08:00:00+01:00", date(2026, 11, 20)),
    ],
)
def test_the_day_of_writing_is_a_danish_day(authored: str, first: date) -> None:
    document = altered(bundle(), REPEAT, {"when": ["MORN"]})
    (line, _) = parse_bundle(encoded(altered(document, f"{LINE}.authoredOn", authored))).submission.lines
    assert line.ordination is not None
    assert line.ordination.first == first


@pytest.mark.parametrize(
    ("text", "amount"), [("1.0", "1.0"), ("0.5", "0.5"), ("1.250000000", "1.250000000"), ("0.75", "0.75"), ("99", "99")]
)
def test_quantities_stay_exact(text: str, amount: str) -> None:
    body = encoded(bundle()).replace(b'"value": 1,', b'"value": ' + text.encode() + b",", 1)
    ordination = parse_bundle(body).submission.lines[0].ordination
    assert ordination is not None
    assert isinstance(ordination.dosage, StructuredDosage)
    assert str(ordination.dosage.structures[0].days[0].doses[0].amount) == amount


@pytest.mark.parametrize(
    ("quantity", "unit"),
    [
        ({"unit": "Tabletter"}, "tablet"),
        ({"unit": "kapsler"}, "kapsel"),
        ({"unit": "stk."}, "stk"),
        ({"unit": "tablet", "system": "http://unitsofmeasure.org", "code": "1"}, "tablet"),
        ({"unit": "tablet", "system": "http://unitsofmeasure.org", "code": "{tbl}"}, "tablet"),
        ({"system": "http://standardterms.edqm.eu", "code": "15012000"}, "kapsel"),
        ({"code": "15054000"}, "tablet"),
        ({"unit": "Tablet", "system": "http://snomed.info/sct", "code": "732936001"}, "tablet"),
        ({"unit": "capsules", "system": "http://snomed.info/sct", "code": "732937005"}, "kapsel"),
        (
            {
                "unit": "TAB",
                "system": "http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm",
                "code": "TAB",
            },
            "tablet",
        ),
    ],
)
def test_units_are_words_or_codes_of_a_closed_list(quantity: Json, unit: str) -> None:
    dosage = ordination_of(QUANTITY, {"value": 1} | quantity).dosage
    assert isinstance(dosage, StructuredDosage)
    assert dosage.unit == unit


def test_parts_of_the_same_dates_become_one_structure() -> None:
    parts = [part("2026-11-23", None, when=["EVE"]), part("2026-11-23", None, when=["MORN"], value=2)]
    (structure,) = structures_of(f"{LINE}.dosageInstruction", parts)
    doses = (OrderedDose(EVENING, Decimal(1)), OrderedDose(MORNING, Decimal(2)))
    assert structure == DosageStructure(1, date(2026, 11, 23), None, (DosageDay(1, doses),))


def test_weekdays_with_different_amounts_become_one_week() -> None:
    parts = [
        part("2026-11-23", None, period=1, periodUnit="wk", dayOfWeek=["mon", "wed", "fri"], when=["EVE"]),
        part("2026-11-23", None, period=1, periodUnit="wk", dayOfWeek=["sun", "tue"], when=["EVE"], value=1.5),
    ]
    (structure,) = structures_of(f"{LINE}.dosageInstruction", parts)
    amounts = {each.number: str(each.doses[0].amount) for each in structure.days}
    assert amounts == {1: "1", 2: "1.5", 3: "1", 5: "1", 7: "1.5"}


def test_a_daily_and_an_alternating_part_become_their_common_cycle() -> None:
    parts = [part("2026-11-23", None, when=["MORN"]), part("2026-11-23", None, period=2, when=["EVE"])]
    (structure,) = structures_of(f"{LINE}.dosageInstruction", parts)
    assert (structure.interval, structure.days) == (2, (day(1, MORNING, EVENING), day(2, MORNING)))


def test_a_taper_becomes_structures_in_order_with_its_pause_declared() -> None:
    parts = [
        part("2026-12-07", None, when=["MORN"], value=0.5),
        part("2026-11-23", "2026-11-29", when=["MORN"], value=2),
    ]
    first, pause, second = structures_of(f"{LINE}.dosageInstruction", parts)
    assert (first.start, first.end) == (date(2026, 11, 23), date(2026, 11, 29))
    assert pause == DosageStructure(0, date(2026, 11, 30), date(2026, 12, 6), ())
    assert (second.start, second.end) == (date(2026, 12, 7), None)


def test_parts_that_meet_need_no_pause() -> None:
    parts = [
        part("2026-11-23", "2026-11-29", when=["MORN"], value=2, sequence=1),
        part("2026-11-30", None, when=["MORN"], sequence=2),
    ]
    assert [each.start.day for each in structures_of(f"{LINE}.dosageInstruction", parts)] == [23, 30]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (f"{DOSAGE}.patientInstruction", "synkes HELE."),
        (f"{DOSAGE}.additionalInstruction", [{"text": "Synkes hele"}]),
        (f"{DOSAGE}.additionalInstruction", [{"coding": [{"display": "Synkes hele"}]}]),
    ],
)
def test_an_instruction_of_the_list_is_kept_in_the_lists_words(path: str, value: object) -> None:
    assert ordination_of(path, value).instruction == "Synkes hele"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (f"{DOSAGE}.text", "1 tablet morgen og aften"),
        (f"{DOSAGE}.asNeededBoolean", False),
        (f"{DOSAGE}.route", {"coding": [{"system": "http://snomed.info/sct", "code": "26643006"}]}),
        (f"{DOSAGE}.sequence", 1),
        (f"{LINE}.doNotPerform", False),
        (f"{LINE}.dispenseRequest", {"numberOfRepeatsAllowed": 3}),
        (f"{LINE}.extension", [{"url": "https://example.org/x", "valueString": "y"}]),
        (f"{LINE}.meta", {"versionId": "7"}),
        (f"{PERSON}.telecom", [{"value": "+45 12345678"}]),
        ("timestamp", "2026-11-20T08:00:00Z"),
    ],
)
def test_harmless_elements_change_nothing(path: str, value: object) -> None:
    plain = parse_bundle(encoded(bundle())).submission.lines[0].ordination
    assert ordination_of(path, value) == plain


@pytest.mark.parametrize("status", ["stopped", "cancelled", "completed", "entered-in-error"])
def test_a_line_that_is_no_longer_taken_is_kept_but_not_read(status: str) -> None:
    document = altered(bundle(), f"{LINE}.status", status)
    line = parse_bundle(encoded(altered(document, f"{QUANTITY}.value", 0.3))).submission.lines[0]
    assert (line.status, line.ordination, line.reasons) == (LineStatus(status), None, ())


def test_a_line_says_medicine_and_dosage_in_words() -> None:
    assert parse_bundle(encoded(bundle())).submission.lines[0].text == "Eltroxin 100 mikrogram: 1 tablet morgen, aften"
    text = line_of(f"{DOSAGE}.text", "1 tablet morgen og aften").text
    assert text == "Eltroxin 100 mikrogram: 1 tablet morgen og aften"
    ranged = {"doseRange": {"low": {"value": 1, "unit": "tablet"}, "high": {"value": 2, "unit": "tablet"}}}
    assert "1 tablet - 2 tablet" in line_of(f"{DOSAGE}.doseAndRate[0]", ranged).text


@pytest.mark.parametrize(
    ("timing", "words"),
    [
        ({"event": ["2026-11-24", "2026-11-27"]}, "1 tablet den 2026-11-24, 2026-11-27"),
        ({"code": {"text": "BID", "coding": [{"code": "BID"}]}}, "1 tablet BID"),
        ({"repeat": {"when": ["MORN"], "count": 10}}, "1 tablet morgen i alt 10 gange"),
    ],
)
def test_a_line_says_dates_codes_and_counts(timing: Json, words: str) -> None:
    assert line_of(f"{DOSAGE}.timing", timing).text == f"Eltroxin 100 mikrogram: {words}"


def test_the_same_content_has_the_same_digest_however_it_is_written() -> None:
    first = line_of(f"{LINE}.meta", {"versionId": "1"})
    second = line_of(f"{LINE}.meta", {"versionId": "2"})
    exact = line_of(f"{QUANTITY}.value", 1.0)
    other = line_of(f"{QUANTITY}.value", 2)
    assert first.digest == second.digest == exact.digest != other.digest
    assert '"value":1}' in first.content.replace('"unit":"tablet",', "")
    assert "versionId" not in first.content


def test_a_single_request_is_read_like_one_of_a_bundle() -> None:
    single = parse_request(encoded(request()), "m1")
    assert single.citizen_fhir_id == "p1"
    assert single.line == parse_bundle(encoded(bundle())).submission.lines[0]
