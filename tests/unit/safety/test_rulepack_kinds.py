"""Every kind of rule as it is written in a file."""

import pytest

from safety.rulepack_file import read_rule_pack
from safety.rules.allergy import AllergyClass
from safety.rules.days_outside import DaysOutside
from safety.rules.duplicate import Duplicate
from safety.rules.high_risk import HighRisk
from safety.rules.interaction import Interaction
from safety.rules.keys import Values
from safety.rules.look_alike import LookAlike
from safety.rules.rule import About
from safety.rules.separate import Separate
from safety.rules.suitability import Suitability
from safety.rules.weekly_only import WeeklyOnly
from safety.rules.which import Which
from tests.support.rule_texts import ALL_OF_WHICH, BOTH, FITS, HEAD, OTHER, PINEX, brief, kind_text


def test_what_is_not_there_is_empty() -> None:
    assert (Values().text("x"), Values().list("x"), Values().flag("x")) == ("", (), False)


WHICH = Which(("N02",), ("Pin",), ("tab",), ("1 g",))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (kind_text("suitability", ALL_OF_WHICH, FITS, PINEX), Suitability(About("suitability", "s", "t"), WHICH)),
        (
            kind_text("suitability", "unmarked = true", PINEX.replace(" }]", ", unmarked = true }]"), PINEX),
            Suitability(About("suitability", "s", "t"), Which(), unmarked=True),
        ),
        (
            kind_text(
                "suitability", 'forms = ["t"]\nunless_tray = true', PINEX, PINEX.replace(" }]", ", tray = true }]")
            ),
            Suitability(About("suitability", "s", "t"), Which(forms=("t",)), unless_tray=True),
        ),
        (
            kind_text("separate", ALL_OF_WHICH, FITS, FITS.replace(" }]", ", separate = true }]")),
            Separate(About("separate", "s", "t"), WHICH),
        ),
        (
            kind_text("days_outside", ALL_OF_WHICH + "\ndays = 42", FITS, PINEX),
            DaysOutside(About("days_outside", "s", "t"), WHICH, 42),
        ),
        (
            kind_text("weekly_only", ALL_OF_WHICH + "\ndays = 92", FITS, PINEX),
            WeeklyOnly(About("weekly_only", "s", "t"), WHICH, 92),
        ),
        (kind_text("high_risk", ALL_OF_WHICH, FITS, PINEX), HighRisk(About("high_risk", "s", "t"), WHICH)),
        (
            kind_text("high_risk", 'atc = ["N02"]\nintervals = [7, 365]', PINEX, OTHER),
            HighRisk(About("high_risk", "s", "t"), Which(("N02",)), (7, 365)),
        ),
        (
            kind_text(
                "allergy",
                'name = "painkillers"\natc = ["N02B", "M01A"]',
                'allergies = ["M01AE01"], ' + PINEX,
                'allergies = ["J01C"], ' + PINEX,
            ),
            AllergyClass(About("allergy", "s", "t"), "painkillers", ("N02B", "M01A")),
        ),
        (
            kind_text("interaction", 'one = ["N02"]\nother = ["M01", "B"]\nseverity = "caution"', BOTH, PINEX),
            Interaction(About("interaction", "s", "t"), ("N02",), ("M01", "B"), "caution"),
        ),
        (kind_text("duplicate", 'atc = ["N", "M"]', BOTH, PINEX), Duplicate(About("duplicate", "s", "t"), ("N", "M"))),
        (
            kind_text(
                "duplicate",
                'atc = ["N", "M"]\nlevel = 4\nsame_substance = true',
                'lines = [{ atc = "N02BE01" }, { atc = "N02BE01" }]',
                BOTH,
            ),
            Duplicate(About("duplicate", "s", "t"), ("N", "M"), 5, same=True),
        ),
        (
            kind_text(
                "duplicate", 'atc = ["N"]\nlevel = 1', 'lines = [{ atc = "N02BE01" }, { atc = "N06AB04" }]', BOTH
            ),
            Duplicate(About("duplicate", "s", "t"), ("N",), 1),
        ),
        (
            kind_text(
                "look_alike",
                'names = ["Furix 20 mg", "Furix 500 mg"]',
                'lines = [{ atc = "C03CA01", name = "Furix", strength = "20 mg" }, '
                '{ atc = "C03CA01", name = "Furix", strength = "500 mg" }]',
                BOTH,
            ),
            LookAlike(About("look_alike", "s", "t"), ("Furix 20 mg", "Furix 500 mg")),
        ),
    ],
)
def test_every_kind_is_read(text: str, rule: object) -> None:
    assert read_rule_pack(HEAD + text).rules == (rule,)


@pytest.mark.parametrize(
    ("kind", "keys", "code", "place"),
    [
        ("suitability", "", "DOSE-0812", ""),
        ("suitability", "unmarked = false", "DOSE-0812", ""),
        ("suitability", "unless_tray = true", "DOSE-0812", ""),
        ("separate", "", "DOSE-0812", ""),
        ("days_outside", "days = 7", "DOSE-0812", ""),
        ("days_outside", 'atc = ["N"]', "DOSE-0803", ".days"),
        ("days_outside", 'atc = ["N"]\ndays = 43', "DOSE-0804", ".days"),
        ("days_outside", 'atc = ["N"]\ndays = 0', "DOSE-0804", ".days"),
        ("weekly_only", 'atc = ["N"]\ndays = 1', "DOSE-0804", ".days"),
        ("weekly_only", 'atc = ["N"]\ndays = 93', "DOSE-0804", ".days"),
        ("weekly_only", 'atc = ["N"]\ndays = 7.0', "DOSE-0804", ".days"),
        ("weekly_only", "days = 7", "DOSE-0812", ""),
        ("high_risk", "intervals = [7]", "DOSE-0812", ""),
        ("high_risk", 'atc = ["N"]\nintervals = [0]', "DOSE-0804", ".intervals"),
        ("high_risk", 'atc = ["N"]\nintervals = [true]', "DOSE-0804", ".intervals"),
        ("high_risk", 'atc = ["N"]\nintervals = 7', "DOSE-0804", ".intervals"),
        ("allergy", 'atc = ["N"]', "DOSE-0803", ".name"),
        ("allergy", 'name = "x"', "DOSE-0803", ".atc"),
        ("interaction", 'one = ["N"]\nseverity = "caution"', "DOSE-0803", ".other"),
        ("interaction", 'other = ["N"]\nseverity = "caution"', "DOSE-0803", ".one"),
        ("interaction", 'one = ["N"]\nother = ["M"]', "DOSE-0803", ".severity"),
        ("interaction", 'one = ["N"]\nother = ["M"]\nseverity = "bad"', "DOSE-0804", ".severity"),
        ("duplicate", "level = 4", "DOSE-0803", ".atc"),
        ("duplicate", 'atc = ["N"]\nlevel = 6', "DOSE-0804", ".level"),
        ("duplicate", 'atc = ["N"]\nlevel = 0', "DOSE-0804", ".level"),
        ("duplicate", 'atc = ["N"]\nsame_substance = 1', "DOSE-0804", ".same_substance"),
        ("look_alike", "", "DOSE-0803", ".names"),
        ("look_alike", 'names = ["a", ""]', "DOSE-0804", ".names"),
    ],
)
def test_every_kind_says_what_it_lacks(kind: str, keys: str, code: str, place: str) -> None:
    text = kind_text(kind, keys, BOTH, PINEX)
    assert brief(HEAD + text) == [(code, f"{kind}[1]{place}")]
