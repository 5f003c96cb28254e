"""Who a plan is for."""

from datetime import date

import pytest

from pharmacy_sync.fhir.identity import birth_date_of
from pharmacy_sync.fhir.parse import parse_bundle
from pharmacy_sync.fhir.submission import Submission
from tests.support.fhir import PERSON, altered, bundle, encoded, patient


def submission_of(path: str, value: object) -> Submission:
    return parse_bundle(encoded(altered(bundle(), path, value))).submission


@pytest.mark.parametrize(
    ("civil_number", "born"),
    [
        ("0102481234", "1948-02-01"),
        ("6102481234", "1948-02-01"),
        ("2902484567", "1948-02-29"),
        ("0102365234", "2036-02-01"),
        ("0102985234", "1898-02-01"),
        ("0102364234", "2036-02-01"),
        ("0102379234", "1937-02-01"),
        ("0102079234", "2007-02-01"),
    ],
)
def test_a_civil_number_that_fits_its_birth_date_is_taken_in_silence(civil_number: str, born: str) -> None:
    document = altered(bundle(), f"{PERSON}.identifier[0].value", civil_number)
    submission = parse_bundle(encoded(altered(document, f"{PERSON}.birthDate", born))).submission
    assert submission.identity.civil_number == civil_number
    assert submission.warnings == ()


@pytest.mark.parametrize("civil_number", ["0202481234", "2902471234", "6202481234", "0102487234"])
def test_a_birth_date_that_differs_is_kept_with_a_warning(civil_number: str) -> None:
    submission = submission_of(f"{PERSON}.identifier[0].value", civil_number)
    assert submission.identity.birth_date == date(1948, 2, 1)
    assert [finding.code.id for finding in submission.warnings] == ["DOSE-1105"]


def test_the_leap_day_of_a_common_year_has_no_birth_date() -> None:
    assert birth_date_of("2902471234") is None


@pytest.mark.parametrize(
    ("names", "whole"),
    [
        ([{"text": "Åse  Sørensen "}], "Åse Sørensen"),
        ([{"given": ["A\u030ase", "Marie"], "family": "Sørensen"}], "Åse Marie Sørensen"),
        ([{"use": "maiden", "family": "Ærø"}, {"use": "official", "family": "Ågård"}], "Ågård"),
        ([{"use": "usual", "text": "Ase"}, {"use": "official", "text": "Åse <b>"}], "Åse <b>"),
        ([{"text": "Đặng مريم Łukasz"}], "Đặng مريم Łukasz"),
        ([{"text": "Å" * 120}], "Å" * 120),
    ],
)
def test_the_current_name_is_kept_whole_and_composed(names: list[object], whole: str) -> None:
    assert submission_of(f"{PERSON}.name", names).identity.name == whole


def test_an_old_civil_number_does_not_count() -> None:
    identifiers = [
        {"use": "old", "system": "urn:oid:1.2.208.176.1.2", "value": "0102489999"},
        {"system": "urn:oid:1.2.208.176.1.2", "value": "0102481234"},
        {"system": "urn:ietf:rfc:3986", "value": "urn:uuid:1"},
    ]
    assert submission_of(f"{PERSON}.identifier", identifiers).identity.civil_number == "0102481234"


@pytest.mark.parametrize(
    ("organisation", "group"),
    [
        ({"identifier": {"value": "Solgården"}, "display": "x"}, "Solgården"),
        ({"display": "Distrikt Øst"}, "Distrikt Øst"),
        ({"reference": "Organization/1"}, "default"),
    ],
)
def test_the_packing_group_comes_from_the_managing_organisation(organisation: object, group: str) -> None:
    assert submission_of(f"{PERSON}.managingOrganization", organisation).packing_group == group


@pytest.mark.parametrize("element", [{"deceasedBoolean": True}, {"deceasedDateTime": "2026-11-01"}])
def test_nothing_is_packed_for_the_dead(element: dict[str, object]) -> None:
    document = altered(bundle(), PERSON, patient() | element)
    stopped = altered(document, "Bundle.entry[2].resource.status", "stopped")
    first, second = parse_bundle(encoded(stopped)).submission.lines
    assert first.ordination is None
    assert [reason.code.id for reason in first.reasons] == ["DOSE-1110"]
    assert (second.ordination, second.reasons) == (None, ())


def test_the_living_may_be_said_to_be_alive() -> None:
    document = altered(bundle(), PERSON, patient() | {"deceasedBoolean": False})
    assert parse_bundle(encoded(document)).submission.lines[0].ordination is not None


def test_a_citizen_without_medicines_has_an_empty_plan() -> None:
    assert parse_bundle(encoded(bundle(patient()))).submission.lines == ()
