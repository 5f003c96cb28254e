"""Every code is whole, unique, documented and raised somewhere."""

import re
from pathlib import Path

from pharmacy_sync.fhir.parse import parse_bundle
from pharmacy_sync.fhir.resources import IGNORED_OF_BUNDLE, IGNORED_OF_PATIENT, IGNORED_OF_REQUEST
from pharmacy_sync.problems import ALL_CODES, parked_dose
from safety.findings import Severity

ROOT = Path(__file__).resolve().parents[3]


def test_codes_are_unique_and_say_everything_in_both_languages() -> None:
    ids = [code.id for code in ALL_CODES]
    assert len(set(ids)) == len(ids)
    for code in ALL_CODES:
        assert re.fullmatch(r"DOSE-1[0-9]{3}", code.id)
        texts = (code.danish, code.english, code.fix_danish, code.fix_english)
        assert all(text.endswith(".") for text in texts), code.id
        assert code.source
        assert set(re.findall(r"{\w+}", code.danish)) == set(re.findall(r"{\w+}", code.english)), code.id


def test_parked_codes_park_and_medicine_codes_refuse() -> None:
    for code in ALL_CODES:
        number = int(code.id.removeprefix("DOSE-"))
        if 1000 <= number < 1100 or 1200 <= number < 1300:
            assert code.severity is Severity.REFUSE, code.id
        if 1300 <= number < 1400:
            assert code.severity is (Severity.WARN if code is parked_dose.TEXT_DIFFERS else Severity.PARK), code.id
        if 1700 <= number < 1800:
            assert (code.severity is Severity.REFUSE) == (number < 1750), code.id


def test_every_fhir_code_stands_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "fhir.md").read_text("utf-8")
    other_wires = ("DOSE-15", "DOSE-17", "DOSE-18")
    missing = [code.id for code in ALL_CODES if not code.id.startswith(other_wires) and code.id not in page]
    assert missing == []


def test_every_code_of_messages_is_shown_by_a_test() -> None:
    places = (Path(__file__).parent, ROOT / "tests" / "support", ROOT / "tests" / "unit" / "app")
    tests = "\n".join(file.read_text("utf-8") for place in places for file in place.glob("*.py"))
    unshown = [code.id for code in ALL_CODES if not code.id.startswith("DOSE-16") and tests.count(code.id) == 0]
    assert unshown == []


def test_the_example_of_the_reference_is_taken() -> None:
    page = (ROOT / "docs" / "reference" / "fhir.md").read_text("utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    submission = parse_bundle(example.encode()).submission
    assert submission.packing_group == "Solgården"
    assert submission.lines[0].ordination is not None


def test_the_reference_lists_every_element_without_effect() -> None:
    page = (ROOT / "docs" / "reference" / "fhir.md").read_text("utf-8")
    choices = {"multipleBirthBoolean": "multipleBirth[x]", "multipleBirthInteger": "multipleBirth[x]"}
    choices |= {"reportedBoolean": "reported[x]", "reportedReference": "reported[x]"}
    for name in IGNORED_OF_BUNDLE | IGNORED_OF_PATIENT | IGNORED_OF_REQUEST:
        assert f"`{choices.get(name, name)}`" in page, name
