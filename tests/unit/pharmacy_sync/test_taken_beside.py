"""What is taken but cannot be packed is still said, so that other lines can be checked against it."""

from datetime import date

import pytest

from dispenser.core.dosage import FreeTextDosage, StructuredDosage
from dispenser.core.limits import EARLIEST
from pharmacy_sync.fhir.parse import parse_bundle, parse_bundle_carefully, to_submission
from pharmacy_sync.fhir.submission import SubmittedLine
from tests.support.fhir import DOSAGE, GONE, LINE, Json, altered, bundle, encoded, patient, request

BOTH = pytest.mark.parametrize("parse", [parse_bundle, parse_bundle_carefully])


def line_of(document: Json, parse: object = parse_bundle) -> SubmittedLine:
    assert callable(parse)
    (line,) = to_submission(parse(encoded(document))).lines
    assert isinstance(line, SubmittedLine)
    return line


def one_line() -> Json:
    return bundle(patient(), request())


@BOTH
def test_a_line_that_can_be_packed_is_itself(parse: object) -> None:
    line = line_of(one_line(), parse)
    assert line.ordination is not None
    assert line.beside is None


@BOTH
def test_a_medicine_as_needed_is_taken_beside(parse: object) -> None:
    line = line_of(altered(one_line(), f"{DOSAGE}.asNeededBoolean", True), parse)  # noqa: FBT003 - a value of JSON
    assert line.ordination is None
    assert line.beside is not None
    assert (line.beside.ordination_id, line.beside.product_id) == ("m1", "28100020455")
    assert isinstance(line.beside.dosage, StructuredDosage)
    assert (line.beside.first, line.beside.last) == (date(2026, 11, 23), None)


def test_words_alone_are_taken_from_the_day_they_were_written() -> None:
    line = line_of(altered(one_line(), f"{LINE}.dosageInstruction", [{"text": "efter skema"}]))
    assert line.beside is not None
    assert line.beside.dosage == FreeTextDosage("efter skema")
    assert (line.beside.first, line.beside.last) == (date(2026, 11, 20), None)


def test_without_any_date_it_may_be_taken_already() -> None:
    words = altered(one_line(), f"{LINE}.dosageInstruction", GONE)
    line = line_of(altered(words, f"{LINE}.authoredOn", GONE))
    assert line.beside is not None
    assert line.beside.dosage == FreeTextDosage("")
    assert line.beside.first == EARLIEST


@pytest.mark.parametrize("status", ["on-hold", "stopped", "completed"])
def test_what_is_not_taken_now_is_not_beside(status: str) -> None:
    line = line_of(altered(one_line(), f"{LINE}.status", status))
    assert (line.ordination, line.beside) == (None, None)


def test_a_medicine_that_nobody_can_name_is_not_beside() -> None:
    line = line_of(altered(one_line(), f"{LINE}.medicationCodeableConcept", {"text": "Naturmedicin"}))
    assert (line.ordination, line.beside) == (None, None)
