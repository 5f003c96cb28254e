"""Every hazard has causes, controls, checks and tests that are there; every check answers a hazard."""

import re
from pathlib import Path

import pytest

from safety import hazards
from safety.hazards import Control, ControlClass, Hazard, HazardFileError, Words, checks_without_hazard, hazards_of
from safety.registry import CHECKS

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "safety" / "hazards.toml").read_text(encoding="utf-8")
HAZARDS = hazards_of(TEXT)
SOUND = """
[[hazard]]
id = "H01"
what = { en = "what", da = "hvad" }
harm = { en = "harm", da = "skade" }
severity = 5
causes = [{ en = "cause", da = "årsag" }]
controls = [{ class = "design", en = "control", da = "kontrol" }]
checks = ["C1"]
tests = ["tests/x.py::test_x"]
residual = { en = "rest", da = "rest af risiko" }
"""


def missing_tests(known: tuple[Hazard, ...], root: Path) -> list[str]:
    """Return the tests that hazards name and that are not there."""
    wrong: list[str] = []
    for hazard in known:
        for test in hazard.tests:
            name, _, function = test.partition("::")
            file = root / name
            if not file.is_file() or not re.search(
                rf"^(?:async )?def {function}\(", file.read_text("utf-8"), re.MULTILINE
            ):
                wrong.append(f"{hazard.id}: {test}")
    return wrong


def test_every_hazard_names_tests_that_exist() -> None:
    assert missing_tests(HAZARDS, ROOT) == []


def test_a_test_that_does_not_exist_is_seen(tmp_path: Path) -> None:
    (known,) = hazards_of(SOUND)
    assert missing_tests((known,), tmp_path) == ["H01: tests/x.py::test_x"]
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "x.py").write_text("def test_xy() -> None: ...\n", "utf-8")
    assert missing_tests((known,), tmp_path) == ["H01: tests/x.py::test_x"]
    (tmp_path / "tests" / "x.py").write_text("def test_x() -> None: ...\n", "utf-8")
    assert missing_tests((known,), tmp_path) == []


def test_every_check_answers_a_hazard() -> None:
    assert checks_without_hazard(HAZARDS) == ()


def test_a_check_without_hazard_is_seen() -> None:
    assert checks_without_hazard(hazards_of(SOUND)) == tuple(check.id for check in CHECKS if check.id != "C1")


def test_every_published_hazard_is_there_in_order() -> None:
    ids = [hazard.id for hazard in HAZARDS]
    assert ids[:40] == [f"H{number:02d}" for number in range(1, 41)]
    assert ids == sorted(ids)


def test_what_can_kill_is_stopped_and_not_only_told() -> None:
    for hazard in HAZARDS:
        if hazard.severity == hazards.WORST:
            assert any(control.kind is not ControlClass.INFORMATION for control in hazard.controls), hazard.id


def test_a_hazard_is_read_whole() -> None:
    assert hazards_of(SOUND) == (
        Hazard(
            "H01",
            Words("hvad", "what"),
            Words("skade", "harm"),
            5,
            (Words("årsag", "cause"),),
            (Control(ControlClass.DESIGN, Words("kontrol", "control")),),
            ("C1",),
            ("tests/x.py::test_x",),
            Words("rest af risiko", "rest"),
        ),
    )
    (known,) = hazards_of(SOUND)
    assert (known.what.text("da"), known.what.text("en")) == ("hvad", "what")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not a hazard file: KeyError"),
        ("hazard = 1", "not a hazard file: TypeError"),
        ("hazard = [", "not a hazard file: TOMLDecodeError"),
        ("hazard = [1]", "not a hazard file: TypeError"),
        (SOUND + SOUND, "H01 is there twice"),
        ("[[hazard]]\nowner = 1", r"^\? has unknown keys \['owner'\]$"),
        (SOUND + "owner = 1", r"^H01 has unknown keys \['owner'\]"),
        (SOUND.replace('["C1"]', '["C1", "C0"]'), r"H01 names unknown checks \['C0'\]"),
        (SOUND.replace('["C1"]', "[]"), "H01 has not a check"),
        (SOUND.replace('["tests/x.py::test_x"]', "[]"), "H01 has not a test"),
        (re.sub(r"causes = .*", "causes = []", SOUND), "H01 has not a cause"),
        (re.sub(r"controls = .*", "controls = []", SOUND), "H01 has not a control"),
        (SOUND.replace('"design"', '"luck"'), "luck is no class of controls"),
        (SOUND.replace("severity = 5", "severity = 6"), r"not a hazard file: TypeError\(6\)"),
        (SOUND.replace("severity = 5", "severity = 0"), r"not a hazard file: TypeError\(0\)"),
        (SOUND.replace("severity = 5", "severity = true"), r"not a hazard file: TypeError\(True\)"),
        (SOUND.replace("severity = 5", 'severity = "5"'), r"not a hazard file: TypeError\('5'\)"),
        (SOUND.replace('["C1"]', '"C1"'), r"not a hazard file: TypeError\('C1'\)"),
        (SOUND.replace('{ en = "what", da = "hvad" }', '{ en = "what" }'), r"not a hazard file: TypeError\(\['en'\]\)"),
        (SOUND.replace('{ en = "what", da = "hvad" }', '"what"'), r"not a hazard file: TypeError\('what'\)"),
        (SOUND.replace('"hvad"', '" "'), r"not a hazard file: TypeError\(' '\)"),
        (SOUND.replace('id = "H01"', "id = 1"), r"not a hazard file: TypeError\(1\)"),
        (SOUND.replace("harm =", "harms ="), r"H01 has unknown keys \['harms'\]"),
        (re.sub(r"harm = .*", "", SOUND), "not a hazard file: KeyError"),
    ],
)
def test_what_is_not_whole_is_refused(text: str, why: str) -> None:
    with pytest.raises(HazardFileError, match=why):
        hazards_of(text)


def test_every_severity_from_one_to_five_is_read() -> None:
    for severity in range(1, 6):
        (known,) = hazards_of(SOUND.replace("severity = 5", f"severity = {severity}"))
        assert known.severity == severity
