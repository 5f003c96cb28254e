"""What a citizen does not tolerate is read strictly: coded, in words alone, or not to be minded any more."""

import json

import pytest

from pharmacy_sync.fhir.allergies import IGNORED_OF_ALLERGY, allergies_in
from pharmacy_sync.fhir.answers import capability_statement
from pharmacy_sync.fhir.parse import parse_bundle, to_submission
from pharmacy_sync.fhir.submission import SubmittedAllergy
from pharmacy_sync.problems import RefusedMessageError
from safety.rule_question import Allergy
from tests.support.fhir import Json, altered, bundle, encoded, findings_of, patient, request
from tests.support.fhir_allergies import allergy, clinical, verification

PLACE = "Bundle.entry[2].resource"
BAD_CODE = [("DOSE-1901", f"{PLACE}.code.coding")]


def read(*sent: Json) -> tuple[SubmittedAllergy, ...]:
    return to_submission(parse_bundle(encoded(bundle(patient(), request(), *sent)))).allergies


def coded(coding: Json) -> Json:
    return allergy(code={"coding": [{"system": "http://www.whocc.no/atc"} | coding], "text": "x"})


def refused(changed: Json) -> list[tuple[str, str]]:
    return findings_of(encoded(bundle(patient(), request(), changed)))


def test_an_atc_code_is_an_allergy_in_its_own_words() -> None:
    (one,) = read(allergy())
    assert one.allergy_id == "a1"
    assert one.counts
    assert one.allergies == (Allergy("J01CA04", "Penicillin"),)
    assert json.loads(one.content)["id"] == "a1"
    assert len(one.digest) == 64
    assert allergies_in(one.content) == one.allergies


def test_a_bundle_without_allergies_has_none() -> None:
    assert read() == ()


def test_every_code_counts_and_each_once() -> None:
    system = "http://www.whocc.no/atc"
    codings = [{"system": system, "code": code} for code in ("J01C", "J01D", "J01C")]
    (one,) = read(allergy(code={"coding": codings}))
    assert one.allergies == (Allergy("J01C", "J01C"), Allergy("J01D", "J01D"))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ({"text": "  Nikkel   i smykker "}, "Nikkel i smykker"),
        ({"coding": [{"system": "http://snomed.info/sct", "code": "91936005", "display": "Allergi"}]}, "Allergi"),
        ({"coding": [{"system": "http://snomed.info/sct", "code": "91936005"}]}, "91936005"),
        (
            {"coding": [{"system": "http://snomed.info/sct", "code": code} for code in ("716186003", "91936005")]},
            "716186003",
        ),
    ],
)
def test_words_alone_are_an_allergy_without_a_code(code: Json, words: str) -> None:
    (one,) = read(allergy(code=code))
    assert one.allergies == (Allergy("", words),)
    assert allergies_in(one.content) == one.allergies


@pytest.mark.parametrize("code", ["716186003", "409137002"])
def test_no_known_allergy_says_nothing(code: str) -> None:
    (one,) = read(allergy(code={"coding": [{"system": "http://snomed.info/sct", "code": code}], "text": "Ingen"}))
    assert one.counts
    assert one.allergies == ()


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        (clinical("active"), True),
        (clinical("inactive"), False),
        (clinical("resolved"), False),
        (verification("unconfirmed"), True),
        (verification("confirmed"), True),
        (verification("refuted"), False),
        (verification("entered-in-error"), False),
        (clinical("inactive", "resolved"), False),
        (clinical("active") | verification("refuted"), False),
        (clinical("active") | verification("confirmed"), True),
        ({}, True),
    ],
)
def test_the_status_says_whether_it_counts(status: Json, *, counts: bool) -> None:
    (one,) = read(allergy() | status)
    assert one.counts is counts
    assert one.allergies == (Allergy("J01CA04", "Penicillin"),)


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        (allergy() | clinical("recurrence"), [("DOSE-1022", f"{PLACE}.clinicalStatus")]),
        (allergy() | {"verificationStatus": {"text": "bekræftet"}}, [("DOSE-1022", f"{PLACE}.verificationStatus")]),
        (allergy() | clinical("active", "resolved"), [("DOSE-1902", f"{PLACE}.clinicalStatus")]),
        (coded({"code": "J1"}), BAD_CODE),
        (coded({}), BAD_CODE),
        (coded({"version": "2026"}), BAD_CODE),
        (allergy(code={"coding": [{"version": "1"}]}), [("DOSE-1020", f"{PLACE}.code.text")]),
        (allergy() | {"patient": {"reference": "Patient/p2"}}, [("DOSE-1036", f"{PLACE}.patient")]),
        (allergy() | {"patient": {"display": "Åse"}}, [("DOSE-1036", f"{PLACE}.patient")]),
        (allergy() | {"severity": "high"}, [("DOSE-1021", f"{PLACE}.severity")]),
        (allergy() | {"modifierExtension": [{"url": "https://x"}]}, [("DOSE-1025", f"{PLACE}.modifierExtension")]),
        ({name: value for name, value in allergy().items() if name != "code"}, [("DOSE-1020", f"{PLACE}.code")]),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_place(changed: Json, problems: list[tuple[str, str]]) -> None:
    assert refused(changed) == problems


def test_every_problem_is_told_with_those_of_the_lines() -> None:
    line = altered(bundle(patient(), request(), allergy() | clinical("x")), "Bundle.entry[1].resource.intent", "plan")
    assert [code for code, _ in findings_of(encoded(line))] == ["DOSE-1202", "DOSE-1022"]


@pytest.mark.parametrize("name", sorted(IGNORED_OF_ALLERGY - {"meta"}))
def test_other_elements_are_kept_and_make_it_no_smaller(name: str) -> None:
    (one,) = read(allergy() | {name: "low"})
    assert one.counts
    assert json.loads(one.content)[name] == "low"


def test_one_resource_comes_once() -> None:
    assert refused_twice() == [("DOSE-1032", "Bundle.entry[3].resource.id")]


def refused_twice() -> list[tuple[str, str]]:
    return findings_of(encoded(bundle(patient(), request(), allergy(), allergy())))


@pytest.mark.parametrize("content", ["{}", '{"resourceType":"AllergyIntolerance"}'])
def test_a_stored_one_that_says_nothing_is_never_silent(content: str) -> None:
    with pytest.raises(RefusedMessageError):
        allergies_in(content)


def test_a_stored_one_with_a_bad_code_is_never_silent() -> None:
    bad = allergy(code={"coding": [{"system": "http://www.whocc.no/atc", "code": "x"}]})
    with pytest.raises(RefusedMessageError, match="DOSE-1901"):
        allergies_in(json.dumps(bad))


def test_the_capability_statement_names_it() -> None:
    (rest,) = capability_statement("1")["rest"]  # type: ignore[misc,index,union-attr]  # JSON of a known shape
    assert [one["type"] for one in rest["resource"]] == ["Patient", "MedicationRequest", "AllergyIntolerance"]
