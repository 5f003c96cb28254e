"""A dosage that contradicts itself refuses the whole message."""

from typing import Final

import pytest

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
    findings_of,
    part,
)

REFUSED: Final = [
    # the dosage
    (f"{DOSAGE}.modifierExtension", EXTENSION, "DOSE-1025", f"{DOSAGE}.modifierExtension"),
    (f"{DOSAGE}.doseQuantity", {"value": 1}, "DOSE-1021", f"{DOSAGE}.doseQuantity"),
    (f"{DOSAGE}.asNeededBoolean", 1, "DOSE-1023", f"{DOSAGE}.asNeededBoolean"),
    (f"{QUANTITY}.value", 0.028, "DOSE-1213", f"{QUANTITY}.value"),
    (f"{QUANTITY}.value", 13.6, "DOSE-1213", f"{QUANTITY}.value"),
    (f"{QUANTITY}.value", 0.3, "DOSE-1213", f"{QUANTITY}.value"),
    (f"{QUANTITY}.value", 0, "DOSE-1213", f"{QUANTITY}.value"),
    (f"{QUANTITY}.value", -1, "DOSE-1213", f"{QUANTITY}.value"),
    (f"{QUANTITY}.value", 100, "DOSE-1213", f"{QUANTITY}.value"),
    (f"{QUANTITY}.value", 10**30, "DOSE-1007", f"{QUANTITY}.value"),
    (f"{QUANTITY}.value", 1e300, "DOSE-1007", f"{QUANTITY}.value"),
    (f"{QUANTITY}.value", float("nan"), "DOSE-1007", f"{QUANTITY}.value"),
    (f"{QUANTITY}.value", float("-inf"), "DOSE-1007", f"{QUANTITY}.value"),
    (f"{QUANTITY}.value", "1", "DOSE-1023", f"{QUANTITY}.value"),
    (f"{QUANTITY}.value", True, "DOSE-1023", f"{QUANTITY}.value"),
    (f"{QUANTITY}.value", None, "DOSE-1009", f"{QUANTITY}.value"),
    (f"{QUANTITY}.unit", "pille", "DOSE-1210", f"{QUANTITY}.unit"),
    (f"{QUANTITY}.unit", "", "DOSE-1009", f"{QUANTITY}.unit"),
    (f"{QUANTITY}.unit", GONE, "DOSE-1211", QUANTITY),
    (f"{QUANTITY}.code", "15012000", "DOSE-1212", QUANTITY),
    (f"{QUANTITY}.code", "385055001", "DOSE-1210", f"{QUANTITY}.code"),
    (f"{QUANTITY}.comparator", "about", "DOSE-1022", f"{QUANTITY}.comparator"),
    (f"{DOSE}.doseRange", RANGE, "DOSE-1207", DOSE),
    (f"{REPEAT}.frequency", 1, "DOSE-1214", f"{REPEAT}.frequency"),
    (f"{REPEAT}.frequency", 3, "DOSE-1214", f"{REPEAT}.frequency"),
    (f"{REPEAT}.frequency", 0, "DOSE-1024", f"{REPEAT}.frequency"),
    (f"{REPEAT}.frequency", 1.5, "DOSE-1023", f"{REPEAT}.frequency"),
    (f"{REPEAT}.when[1]", "MORN", "DOSE-1216", f"{REPEAT}.when[1]"),
    (f"{REPEAT}.when[1]", "LATER", "DOSE-1022", f"{REPEAT}.when[1]"),
    (f"{REPEAT}.timeOfDay", ["08:00:00"], "DOSE-1215", REPEAT),
    (f"{REPEAT}.period", GONE, "DOSE-1217", f"{REPEAT}.period"),
    (f"{REPEAT}.periodUnit", GONE, "DOSE-1217", f"{REPEAT}.period"),
    (f"{REPEAT}.period", 0, "DOSE-1217", f"{REPEAT}.period"),
    (f"{REPEAT}.periodUnit", "fortnight", "DOSE-1022", f"{REPEAT}.periodUnit"),
    (f"{REPEAT}.boundsPeriod.end", "2026-11-22", "DOSE-1218", f"{REPEAT}.boundsPeriod"),
    (f"{REPEAT}.boundsPeriod.end", "9999-12-31", "DOSE-1219", f"{REPEAT}.boundsPeriod.end"),
    (f"{REPEAT}.boundsPeriod.start", "1999-12-31", "DOSE-1219", f"{REPEAT}.boundsPeriod.start"),
    (f"{REPEAT}.boundsPeriod.start", "2026-02-30", "DOSE-1220", f"{REPEAT}.boundsPeriod.start"),
    (f"{REPEAT}.boundsPeriod.start", "2026-11", "DOSE-1220", f"{REPEAT}.boundsPeriod.start"),
    (f"{REPEAT}.boundsPeriod.start", "2026-W48-1", "DOSE-1220", f"{REPEAT}.boundsPeriod.start"),
    (f"{REPEAT}.boundsDuration", {"value": 5, "code": "d"}, "DOSE-1207", REPEAT),
    (f"{REPEAT}.dayOfWeek", ["mon", "mon"], "DOSE-1216", f"{REPEAT}.dayOfWeek[1]"),
    (f"{REPEAT}.dayOfWeek", ["monday"], "DOSE-1022", f"{REPEAT}.dayOfWeek[0]"),
    (f"{REPEAT}.dayOfWeek", "mon", "DOSE-1023", f"{REPEAT}.dayOfWeek"),
]

TIMES_REFUSED: Final = ["24:00:00", "08:00", "8:00:00", "08:60:00", "08:00:30", "08.00", "23:59:60", "12:00 AM"]


@pytest.mark.parametrize(("path", "value", "code", "expression"), REFUSED)
def test_a_wrong_element_refuses_the_whole_message(path: str, value: object, code: str, expression: str) -> None:
    assert (code, expression) in findings_of(encoded(altered(bundle(), path, value)))


@pytest.mark.parametrize("text", TIMES_REFUSED)
def test_what_no_clock_shows_is_refused(text: str) -> None:
    repeat = {"boundsPeriod": {"start": "2026-11-23"}, "timeOfDay": [text]}
    assert ("DOSE-1221", f"{REPEAT}.timeOfDay[0]") in findings_of(encoded(altered(bundle(), REPEAT, repeat)))


@pytest.mark.parametrize(
    ("repeat", "code"),
    [
        ({"period": 2, "periodUnit": "d", "dayOfWeek": ["mon"], "when": ["MORN"]}, "DOSE-1222"),
        ({"period": 8, "periodUnit": "h", "dayOfWeek": ["mon"]}, "DOSE-1222"),
        ({"frequency": 1, "period": 1, "periodUnit": "wk", "dayOfWeek": ["mon", "thu"], "when": ["MORN"]}, "DOSE-1214"),
        ({"frequency": 3, "period": 1, "periodUnit": "wk", "dayOfWeek": ["mon", "thu"]}, "DOSE-1214"),
        ({"frequency": 1, "period": 2, "periodUnit": "d", "when": ["MORN", "EVE"]}, "DOSE-1214"),
        ({"period": 8, "periodUnit": "h", "timeOfDay": ["06:00:00", "14:00:00"]}, "DOSE-1214"),
        ({"frequency": 2, "period": 1, "periodUnit": "d", "timeOfDay": ["08:00:00"]}, "DOSE-1214"),
        ({"frequency": 30, "period": 1, "periodUnit": "d"}, "DOSE-1225"),
        ({"frequency": 4, "dayOfWeek": ["mon", "thu"], "when": ["MORN"]}, "DOSE-1214"),
    ],
)
def test_a_timing_that_contradicts_itself_is_refused(repeat: Json, code: str) -> None:
    timing = {"boundsPeriod": {"start": "2026-11-23"}} | repeat
    assert code in {found for found, _ in findings_of(encoded(altered(bundle(), REPEAT, timing)))}


def test_parts_with_different_units_are_refused() -> None:
    parts = [part("2026-11-23", None, when=["MORN"]), part("2026-11-23", None, when=["EVE"])]
    document = altered(bundle(), f"{LINE}.dosageInstruction", parts)
    document = altered(document, f"{LINE}.dosageInstruction[1].doseAndRate[0].doseQuantity.unit", "kapsel")
    assert ("DOSE-1212", f"{LINE}.dosageInstruction") in findings_of(encoded(document))
