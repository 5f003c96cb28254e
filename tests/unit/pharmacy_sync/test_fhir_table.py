"""The table of FHIR elements in the reference is complete, and is what the code does."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Final, get_args

import pytest

from dispenser.core.dosage import StructuredDosage
from dispenser.core.reasons import why_parked, why_refused
from pharmacy_sync.fhir.dosages import read_dosages
from pharmacy_sync.fhir.elements import When
from pharmacy_sync.fhir.parse import parse_bundle
from pharmacy_sync.fhir.vocabulary import WHEN_SLOTS
from pharmacy_sync.problems import RefusedMessageError
from pharmacy_sync.reading import ReadDosage
from pharmacy_sync.strict_json import parse
from safety.findings import Severity
from tests.support.fhir import LINE, altered, bundle, encoded
from tests.support.fhir_rows import DOSAGE, DOSE, PACKED, PARKED, REFUSED, WRITTEN, Row, bare, repeated
from tests.support.fhir_timing_rows import REPEAT, TIMING, unbounded

PAGE: Final = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "fhir.md").read_text("utf-8")
ROWS: Final = [*DOSAGE, *DOSE, *TIMING, *REPEAT]
OUTCOMES: Final = (PACKED, PARKED, REFUSED)

R4: Final = {
    "Dosage": (
        "id extension modifierExtension sequence text additionalInstruction patientInstruction timing asNeededBoolean "
        "asNeededCodeableConcept site route method doseAndRate maxDosePerPeriod maxDosePerAdministration "
        "maxDosePerLifetime"
    ),
    "Dosage.doseAndRate": "id extension type doseRange doseQuantity rateRatio rateRange rateQuantity",
    "Timing": "id extension modifierExtension event repeat code",
    "Timing.repeat": (
        "id extension boundsDuration boundsRange boundsPeriod count countMax duration durationMax durationUnit "
        "frequency frequencyMax period periodMax periodUnit dayOfWeek timeOfDay when offset"
    ),
}
"""Elements of FHIR R4 (4.0.1), http://hl7.org/fhir/R4/dosage.html and .../datatypes.html#timing."""
ELEMENTS: Final = [(kind, element) for kind, names in R4.items() for element in names.split()]


def table(kind: str) -> dict[str, dict[str, str]]:
    """Cells of the table of a FHIR type: element -> outcome -> text."""
    section = PAGE.split(f"\n### {kind}\n", 1)[1].split("\n#", 1)[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    return {
        cells[0].strip().strip("`"): {
            outcome: cell.strip() for outcome, cell in zip(OUTCOMES, cells[1:], strict=True) if cell.strip()
        }
        for cells in rows
    }


def outcome_of(read: ReadDosage) -> str:
    """Return what becomes of a dosage at a site that has a slot for everything."""
    severities = {finding.code.severity for finding in read.findings}
    if Severity.REFUSE in severities or (read.dosage is not None and why_refused(read.dosage)):
        return REFUSED
    if severities - {Severity.WARN} or not isinstance(read.dosage, StructuredDosage) or why_parked(read.dosage):
        return PARKED
    return PACKED


@pytest.mark.parametrize("kind", R4)
def test_every_element_of_the_standard_has_its_row(kind: str) -> None:
    assert list(table(kind)) == R4[kind].split()


def as_read(dosages: object) -> object:
    """Return the value as it comes off the wire, with exact numbers."""
    return parse(json.dumps({"dosages": dosages}).encode())["dosages"]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_example_ends_as_its_row_says(row: Row) -> None:
    read = read_dosages(as_read(row.dosages), WRITTEN)
    codes = {finding.code.id for finding in read.findings}
    assert outcome_of(read) == row.outcome, codes
    assert row.code in codes or (not row.code and not codes)
    cell = table(row.kind)[row.element][row.outcome]
    assert row.code in cell
    if row.outcome == REFUSED:
        assert read.dosage is None


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_example_ends_alike_in_a_whole_message(row: Row) -> None:
    body = encoded(altered(bundle(), f"{LINE}.dosageInstruction", row.dosages))
    try:
        line = parse_bundle(body).submission.lines[0]
    except RefusedMessageError:
        assert row.outcome == REFUSED
        return
    is_parked = any(reason.code.severity is Severity.PARK for reason in line.reasons)
    assert (line.ordination is not None and not is_parked) == (row.outcome == PACKED)
    assert is_parked == (row.outcome == PARKED)
    if line.ordination is not None:
        assert line.ordination.dosage == read_dosages(as_read(row.dosages), WRITTEN).dosage


@pytest.mark.parametrize(("kind", "element"), ELEMENTS)
def test_every_cell_has_an_example_of_each_of_its_codes(kind: str, element: str) -> None:
    shown = [row for row in ROWS if (row.kind, row.element) == (kind, element)]
    cells = table(kind)[element]
    assert set(cells) == {row.outcome for row in shown}
    for outcome, cell in cells.items():
        said = set(re.findall(r"DOSE-\d{4}", cell))
        # The one row of which the examples, all written on a day, can show no example: see the next test.
        elsewhere = {"DOSE-1341"} if element == "boundsPeriod" else set()
        assert said - elsewhere <= {row.code for row in shown if row.outcome == outcome}
        assert said or outcome == PACKED or cell.startswith("as ")


def test_a_dosage_without_any_start_is_parked() -> None:
    for dosages in (unbounded(when=["MORN"]), bare(repeat={"when": ["MORN"], "boundsPeriod": {"end": "2026-12-01"}})):
        read = read_dosages(dosages, None)
        assert ([finding.code.id for finding in read.findings], read.dosage) == (["DOSE-1341"], None)


def test_every_code_of_when_has_its_row_and_is_read_like_that() -> None:
    section = PAGE.split("\n### The codes of `when`\n", 1)[1].split("\n#", 1)[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    said = {code: [cell.strip() for cell in cells[1:]] for cells in rows for code in re.findall(r"`([^`]+)`", cells[0])}
    assert set(said) == set(get_args(When))
    for code, (outcome, words) in said.items():
        read = read_dosages(repeated(when=[code]), WRITTEN)
        assert outcome_of(read) == outcome, code
        if outcome == PACKED:
            slot, instruction = WHEN_SLOTS[code]
            assert words == (f'{slot.value}, "{instruction}"' if instruction else slot.value)
            assert read.instruction == instruction


def test_the_row_of_the_start_counts_from_the_day_of_writing() -> None:
    read = read_dosages(unbounded(when=["MORN"], boundsDuration={"value": 10, "code": "d"}), date(2026, 11, 20))
    assert isinstance(read.dosage, StructuredDosage)
    assert [(each.start, each.end) for each in read.dosage.structures] == [(date(2026, 11, 20), date(2026, 11, 29))]
