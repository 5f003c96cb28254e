"""What can be read but not judged parks its own line, and only that."""

from typing import Final

import pytest

from pharmacy_sync.fhir.parse import parse_bundle
from safety.findings import Overriding, Severity
from tests.support.fhir import (
    DOSAGE,
    DOSE,
    EXTENSION,
    GONE,
    LINE,
    QUANTITY,
    RANGE,
    REPEAT,
    Json,
    altered,
    bundle,
    encoded,
    part,
)

PARKED: Final = [
    (f"{LINE}.status", "on-hold", "DOSE-1315", f"{LINE}.status"),
    (f"{LINE}.note", [{"text": "Kun i ferien"}], "DOSE-1312", f"{LINE}.note"),
    (f"{LINE}.dosageInstruction", GONE, "DOSE-1306", f"{LINE}.dosageInstruction"),
    (f"{LINE}.dosageInstruction", [{"text": "Efter skema"}], "DOSE-1305", DOSAGE),
    (f"{LINE}.dosageInstruction", [{"sequence": 1}], "DOSE-1306", DOSAGE),
    (
        f"{LINE}.medicationCodeableConcept",
        {"text": "Magistrel blanding"},
        "DOSE-1314",
        f"{LINE}.medicationCodeableConcept",
    ),
    (f"{DOSAGE}.asNeededBoolean", True, "DOSE-1301", f"{DOSAGE}.asNeededBoolean"),
    (f"{DOSAGE}.asNeededCodeableConcept", {"text": "smerter"}, "DOSE-1301", f"{DOSAGE}.asNeededCodeableConcept"),
    (f"{DOSAGE}.patientInstruction", "Ved behov", "DOSE-1301", f"{DOSAGE}.patientInstruction"),
    (f"{DOSAGE}.patientInstruction", "Tages med is", "DOSE-1309", f"{DOSAGE}.patientInstruction"),
    (f"{DOSAGE}.additionalInstruction", [{"text": "x" * 23}], "DOSE-1309", f"{DOSAGE}.additionalInstruction[0]"),
    (f"{DOSAGE}.additionalInstruction", [{"text": "Tygges"}, {"text": "Knuses"}], "DOSE-1310", DOSAGE),
    (f"{DOSAGE}.text", "1 tablet, dog ikke søndag", "DOSE-1311", f"{DOSAGE}.text"),
    (f"{DOSAGE}.route", {"text": "i øret"}, "DOSE-1313", f"{DOSAGE}.route"),
    (f"{DOSAGE}.site", {"text": "tunge"}, "DOSE-1313", f"{DOSAGE}.site"),
    (f"{DOSAGE}.extension", EXTENSION, "DOSE-1316", f"{DOSAGE}.extension"),
    (f"{DOSAGE}.maxDosePerPeriod", {"numerator": {"value": 4}}, "DOSE-1304", f"{DOSAGE}.maxDosePerPeriod"),
    (f"{DOSAGE}.maxDosePerLifetime", {"value": 4}, "DOSE-1304", f"{DOSAGE}.maxDosePerLifetime"),
    (f"{DOSAGE}.doseAndRate", GONE, "DOSE-1306", f"{DOSAGE}.doseAndRate"),
    (f"{DOSE}", {"doseRange": RANGE}, "DOSE-1302", f"{DOSE}.doseRange"),
    (f"{DOSE}", {"rateQuantity": {"value": 1, "unit": "ml"}}, "DOSE-1303", f"{DOSE}.rateQuantity"),
    (f"{DOSAGE}.doseAndRate[1]", {"doseQuantity": {"value": 2}}, "DOSE-1308", f"{DOSAGE}.doseAndRate"),
    (f"{QUANTITY}.comparator", "<", "DOSE-1308", f"{QUANTITY}.comparator"),
    (f"{QUANTITY}.value", GONE, "DOSE-1306", f"{QUANTITY}.value"),
    (QUANTITY, {"value": 2.5, "unit": "ml"}, "DOSE-1307", f"{QUANTITY}.unit"),
    (QUANTITY, {"value": 0.1, "unit": "mg", "code": "mg"}, "DOSE-1307", f"{QUANTITY}.unit"),
    (f"{DOSAGE}.timing", GONE, "DOSE-1330", DOSAGE),
    (f"{REPEAT}.countMax", 10, "DOSE-1331", f"{REPEAT}.countMax"),
    (f"{DOSAGE}.timing.event", ["2026-11-24"], "DOSE-1332", f"{DOSAGE}.timing.event"),
    (f"{DOSAGE}.timing.code", {"text": "BID"}, "DOSE-1349", f"{DOSAGE}.timing.code"),
    (f"{DOSAGE}.timing.extension", EXTENSION, "DOSE-1316", f"{DOSAGE}.timing.extension"),
    (f"{REPEAT}", {"boundsPeriod": {"start": "2026-11-23"}}, "DOSE-1330", REPEAT),
    (f"{REPEAT}", {"boundsPeriod": {"start": "2026-11-23"}, "dayOfWeek": ["mon"]}, "DOSE-1330", REPEAT),
    (f"{REPEAT}", {"boundsPeriod": {"start": "2026-11-23"}, "frequency": 2}, "DOSE-1330", REPEAT),
    (f"{REPEAT}.count", 3, "DOSE-1331", f"{REPEAT}.count"),
    (f"{REPEAT}.duration", 2, "DOSE-1334", f"{REPEAT}.duration"),
    (f"{REPEAT}.frequencyMax", 3, "DOSE-1333", f"{REPEAT}.frequencyMax"),
    (f"{REPEAT}.periodMax", 2, "DOSE-1333", f"{REPEAT}.periodMax"),
    (f"{REPEAT}.offset", 30, "DOSE-1336", f"{REPEAT}.offset"),
    (f"{REPEAT}.when[1]", "AFT", "DOSE-1335", f"{REPEAT}.when[1]"),
    (f"{REPEAT}.when[1]", "C", "DOSE-1335", f"{REPEAT}.when[1]"),
    (f"{REPEAT}.when", ["NIGHT", "HS"], "DOSE-1344", f"{REPEAT}.when[1]"),
    (f"{REPEAT}.when", ["MORN", "CV"], "DOSE-1310", f"{REPEAT}.when"),
    (f"{REPEAT}.periodUnit", "mo", "DOSE-1337", f"{REPEAT}.periodUnit"),
    (f"{REPEAT}.boundsPeriod.start", "2026-11-23T08:00:00+01:00", "DOSE-1343", f"{REPEAT}.boundsPeriod.start"),
    (f"{REPEAT}.boundsPeriod.extension", EXTENSION, "DOSE-1316", f"{REPEAT}.boundsPeriod.extension"),
]


@pytest.mark.parametrize(("path", "value", "code", "expression"), PARKED)
def test_what_only_a_human_can_judge_parks_its_line_alone(path: str, value: object, code: str, expression: str) -> None:
    first, second = parse_bundle(encoded(altered(bundle(), path, value))).submission.lines
    assert (code, expression) in [(reason.code.id, reason.subject) for reason in first.reasons]
    assert all(reason.code.severity in {Severity.PARK, Severity.WARN} for reason in first.reasons)
    never = any(reason.code.overriding is Overriding.NEVER for reason in first.reasons)
    # What a pharmacist may let go after reading it is kept, so that it can be packed then.
    assert (first.ordination is None) == never
    assert second.ordination is not None
    assert second.reasons == ()


@pytest.mark.parametrize(
    ("repeat", "code"),
    [
        ({"timeOfDay": ["08:00:00", "08:00:00.0"]}, "DOSE-1344"),
        ({"frequency": 3, "period": 1, "periodUnit": "wk"}, "DOSE-1339"),
        ({"frequency": 2, "period": 1, "periodUnit": "wk", "when": ["MORN"]}, "DOSE-1339"),
        ({"period": 8, "periodUnit": "h"}, "DOSE-1338"),
        ({"period": 1.5, "periodUnit": "d"}, "DOSE-1350"),
        (
            {"boundsRange": {"low": {"value": 5, "code": "d"}}, "frequency": 1, "period": 1, "periodUnit": "d"},
            "DOSE-1342",
        ),
        ({"boundsDuration": {"value": 2, "code": "mo"}, "frequency": 1, "period": 1, "periodUnit": "d"}, "DOSE-1342"),
        ({"period": 2, "periodUnit": "d", "when": ["MORN"]}, "DOSE-1341"),
        (
            {
                "boundsPeriod": {"start": "2026-11-25"},
                "period": 2,
                "periodUnit": "wk",
                "dayOfWeek": ["mon"],
                "when": ["MORN"],
            },
            "DOSE-1340",
        ),
    ],
)
def test_a_timing_without_certain_dates_parks_its_line(repeat: Json, code: str) -> None:
    first, second = parse_bundle(encoded(altered(bundle(), REPEAT, repeat))).submission.lines
    assert code in {reason.code.id for reason in first.reasons}
    assert first.ordination is None
    assert second.ordination is not None


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([part("2026-11-23", None, when=["MORN"]), part("2026-11-30", None, when=["EVE"])], "DOSE-1346"),
        ([part("2026-11-23", None, when=["MORN"]), part("2026-11-23", None, when=["MORN"])], "DOSE-1344"),
        ([part("2026-11-23", None, frequency=1), part("2026-11-23", None, frequency=1, value=2)], "DOSE-1345"),
        ([part("2026-11-23", None, frequency=1), part("2026-11-23", None, when=["EVE"])], "DOSE-1345"),
        (
            [part("2026-11-23", None, when=["MORN"], sequence=1), part("2026-11-23", None, when=["EVE"], sequence=2)],
            "DOSE-1347",
        ),
        ([part(f"2026-11-{day:02d}", f"2026-11-{day:02d}", when=["MORN"]) for day in range(1, 12)], "DOSE-1348"),
    ],
)
def test_parts_that_do_not_go_together_park_the_line(parts: list[Json], code: str) -> None:
    document = altered(bundle(), f"{LINE}.dosageInstruction", parts)
    first, second = parse_bundle(encoded(document)).submission.lines
    assert code in {reason.code.id for reason in first.reasons}
    assert first.ordination is None
    assert second.ordination is not None
