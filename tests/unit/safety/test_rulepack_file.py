"""A rule pack's file: everything that is wrong with it is told, and its cases prove it."""

from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispenser.core.dosage import FreeTextDosage, PartOfDay, StructuredDosage
from dispenser.core.product import Partable
from safety import rulepack_file
from safety.findings import Severity
from safety.rule_question import Allergy
from safety.rulepack_cases import question_of
from safety.rulepack_codes import RULEPACK_CODES
from safety.rulepack_file import RulePackError, read_rule_pack
from safety.rulepack_reader import amount_of
from safety.rules.allergy import AllergyClass
from safety.rules.day_cap import DayCap
from safety.rules.days_outside import DaysOutside
from safety.rules.duplicate import Duplicate
from safety.rules.high_risk import HighRisk
from safety.rules.interaction import Interaction
from safety.rules.kinds import KINDS
from safety.rules.look_alike import LookAlike
from safety.rules.rule import About
from safety.rules.separate import Separate
from safety.rules.suitability import Suitability
from safety.rules.weekly_only import WeeklyOnly
from safety.rules.which import Which

HEAD = """
[pack]
id = "site"
version = "3"
title = "Rules of our own"
source = "SPC"
clinical = true
jurisdiction = "DK"
author = "Ane Holm"
valid_from = 2026-11-01
"""
CAP = """
[[day_cap]]
id = "cap"
source = "SPC 4.2"
text = "At most 4 g."
atc = ["N02BE01"]
most = 4
unit = "g"
cases = [
  { fires = true, lines = [{ atc = "N02BE01", strength = "1 g", doses = [4.25] }] },
  { fires = false, lines = [{ atc = "N02BE01", strength = "1 g", doses = [1, 1, 1, 1] }] },
]
"""


def problems(text: str) -> list[tuple[str, str, dict[str, str]]]:
    with pytest.raises(RulePackError) as caught:
        read_rule_pack(text)
    for one in caught.value.findings:
        assert one.code in RULEPACK_CODES
        assert one.code.severity is Severity.REFUSE
        assert f"{one.subject}: {one.code.id} {one.text('en')}" in str(caught.value)
    return [(one.code.id, one.subject, dict(one.details)) for one in caught.value.findings]


def brief(text: str) -> list[tuple[str, str]]:
    return [(code, place) for code, place, _ in problems(text)]


def with_case(case: str) -> str:
    """The pack with another case first."""
    return HEAD + CAP.replace("cases = [", f"cases = [\n  {case},")


def test_a_pack_is_read_whole() -> None:
    text = HEAD.replace("2026-11-01", "2026-11-01\nvalid_to = 2027-10-31") + CAP
    pack = read_rule_pack(text)
    assert (pack.pack_id, pack.version, pack.title, pack.source) == ("site", "3", "Rules of our own", "SPC")
    assert (pack.clinical, pack.jurisdiction, pack.author) == (True, "DK", "Ane Holm")
    assert (pack.valid_from, pack.valid_to) == (date(2026, 11, 1), date(2027, 10, 31))
    about = About("cap", "SPC 4.2", "At most 4 g.")
    assert pack.rules == (DayCap(about, ("N02BE01",), Decimal(4), "g"),)
    assert pack.digest == sha256(text.encode()).hexdigest()
    assert [(case.rule, case.fires, case.place) for case in pack.cases] == [
        ("cap", True, "day_cap[1].cases[1]"),
        ("cap", False, "day_cap[1].cases[2]"),
    ]
    assert read_rule_pack(HEAD + CAP).valid_to is None


def _kind(name: str, keys: str, fires: str, silent: str) -> str:
    return (
        f'[[{name}]]\nid = "{name}"\nsource = "s"\ntext = "t"\n{keys}\n'
        f"cases = [{{ fires = true, {fires} }}, {{ fires = false, {silent} }}]\n"
    )


PINEX = 'lines = [{ atc = "N02BE01" }]'
OTHER = 'lines = [{ atc = "M01AE01" }]'
BOTH = 'lines = [{ atc = "N02BE01" }, { atc = "M01AE01" }]'
ALL_OF_WHICH = 'atc = ["N02"]\nnames = ["Pin"]\nforms = ["tab"]\nstrengths = ["1 g"]'
WHICH = Which(("N02",), ("Pin",), ("tab",), ("1 g",))
FITS = 'lines = [{ atc = "N02BE01", name = "Pinex", strength = "1 g", form = "tabletter" }]'


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (_kind("suitability", ALL_OF_WHICH, FITS, PINEX), Suitability(About("suitability", "s", "t"), WHICH)),
        (
            _kind("suitability", "unmarked = true", PINEX.replace(" }]", ", unmarked = true }]"), PINEX),
            Suitability(About("suitability", "s", "t"), Which(), unmarked=True),
        ),
        (
            _kind("suitability", 'forms = ["t"]\nunless_tray = true', PINEX, PINEX.replace(" }]", ", tray = true }]")),
            Suitability(About("suitability", "s", "t"), Which(forms=("t",)), unless_tray=True),
        ),
        (
            _kind("separate", ALL_OF_WHICH, FITS, FITS.replace(" }]", ", separate = true }]")),
            Separate(About("separate", "s", "t"), WHICH),
        ),
        (
            _kind("days_outside", ALL_OF_WHICH + "\ndays = 42", FITS, PINEX),
            DaysOutside(About("days_outside", "s", "t"), WHICH, 42),
        ),
        (
            _kind("weekly_only", ALL_OF_WHICH + "\ndays = 92", FITS, PINEX),
            WeeklyOnly(About("weekly_only", "s", "t"), WHICH, 92),
        ),
        (_kind("high_risk", ALL_OF_WHICH, FITS, PINEX), HighRisk(About("high_risk", "s", "t"), WHICH)),
        (
            _kind("high_risk", 'atc = ["N02"]\nintervals = [7, 365]', PINEX, OTHER),
            HighRisk(About("high_risk", "s", "t"), Which(("N02",)), (7, 365)),
        ),
        (
            _kind(
                "allergy",
                'name = "painkillers"\natc = ["N02B", "M01A"]',
                'allergies = ["M01AE01"], ' + PINEX,
                'allergies = ["J01C"], ' + PINEX,
            ),
            AllergyClass(About("allergy", "s", "t"), "painkillers", ("N02B", "M01A")),
        ),
        (
            _kind("interaction", 'one = ["N02"]\nother = ["M01", "B"]\nseverity = "caution"', BOTH, PINEX),
            Interaction(About("interaction", "s", "t"), ("N02",), ("M01", "B"), "caution"),
        ),
        (_kind("duplicate", 'atc = ["N", "M"]', BOTH, PINEX), Duplicate(About("duplicate", "s", "t"), ("N", "M"))),
        (
            _kind(
                "duplicate",
                'atc = ["N", "M"]\nlevel = 4\nsame_substance = true',
                'lines = [{ atc = "N02BE01" }, { atc = "N02BE01" }]',
                BOTH,
            ),
            Duplicate(About("duplicate", "s", "t"), ("N", "M"), 5, same=True),
        ),
        (
            _kind("duplicate", 'atc = ["N"]\nlevel = 1', 'lines = [{ atc = "N02BE01" }, { atc = "N06AB04" }]', BOTH),
            Duplicate(About("duplicate", "s", "t"), ("N",), 1),
        ),
        (
            _kind(
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


def test_a_case_says_all_that_a_rule_may_look_at() -> None:
    text = with_case(
        '{ fires = true, allergies = ["J01C", "N"], lines = ['
        '{ atc = "N02BE01", name = "Pinex", form = "kapsler", strength = "500 mg", unit = "kapsel", interval = 7,'
        " days = [1, 4], doses = [0, 0.5, 8, 1], from = 2026-12-01, to = 2026-12-31, unmarked = true, tray = true,"
        ' separate = true }, { atc = "N02BE01", beside = true, as_needed = true, doses = [9], strength = "1 g" },'
        ' { atc = "N02BE01", free_text = true, unit = "ml" }] }'
    )
    case = read_rule_pack(text).cases[0]
    first, second, third = case.lines
    product = first.product
    assert (product.product_id, product.name, product.atc) == ("00000000001", "Pinex", "N02BE01")
    assert (product.form, product.strength, product.units) == ("kapsler", "500 mg", ("kapsel", "kapsler"))
    assert not product.dispensable
    assert product.tray_only
    assert product.separate_pouch
    assert product.solid_oral
    assert product.partable is Partable.QUARTERS
    dosage = first.ordination.dosage
    assert isinstance(dosage, StructuredDosage)
    assert dosage.unit == "kapsel"
    [structure] = dosage.structures
    assert (structure.interval, structure.start, structure.end) == (7, date(2026, 12, 1), date(2026, 12, 31))
    assert (first.ordination.first, first.ordination.last) == (date(2026, 12, 1), date(2026, 12, 31))
    assert [day.number for day in structure.days] == [1, 4]
    assert [(dose.slot, dose.amount, dose.as_needed) for dose in structure.days[1].doses] == [
        (PartOfDay.NOON, Decimal("0.5"), False),
        (PartOfDay.EVENING, Decimal(8), False),
        (PartOfDay.NIGHT, Decimal(1), False),
    ]
    assert (first.packed, second.packed, third.packed) == (True, False, True)
    assert second.product.name == "N02BE01"
    assert second.product.form == "tabletter"
    assert second.product.dispensable
    assert not second.product.tray_only
    assert not second.product.separate_pouch
    other = second.ordination.dosage
    assert isinstance(other, StructuredDosage)
    assert other.structures[0].days[0].doses[0].as_needed
    assert (other.structures[0].interval, other.structures[0].start, other.structures[0].end) == (
        1,
        date(2026, 11, 1),
        None,
    )
    assert isinstance(third.ordination.dosage, FreeTextDosage)
    assert third.product.strength == "1 mg"
    asked = question_of(case, date(2026, 11, 1))
    assert [line.ordination_id for line in asked.plan.ordinations] == ["line-1", "line-3"]
    assert [line.ordination_id for line in asked.beside] == ["line-2"]
    assert asked.allergies == (Allergy("J01C", "J01C"), Allergy("N", "N"))
    assert asked.day == date(2026, 11, 1)


def test_a_case_that_fails_refuses_the_pack() -> None:
    silent = '{ fires = true, lines = [{ atc = "N02BE01", strength = "1 g", doses = [4] }] }'
    details = {"id": "cap", "fires": "true", "got": "-"}
    assert problems(with_case(silent)) == [("DOSE-0810", "day_cap[1].cases[1]", details)]
    loud = '{ fires = false, lines = [{ atc = "N02BE01", strength = "1 g", doses = [5] }] }'
    [(code, place, named)] = problems(with_case(loud))
    assert (code, place, named["id"], named["fires"]) == ("DOSE-0810", "day_cap[1].cases[1]", "cap", "false")
    assert named["got"].startswith("DOSE-0153 5 g i døgnet fra 2026-11-01 er over grænsen på 4 g")


def test_a_case_is_for_its_own_rule() -> None:
    other = CAP.replace('id = "cap"', 'id = "second"').replace("most = 4", "most = 5").replace("4.25", "5.25")
    assert len(read_rule_pack(HEAD + CAP + other).cases) == 4
    blamed = other.replace("5.25", "4.5")
    assert brief(HEAD + CAP + blamed) == [("DOSE-0810", "day_cap[2].cases[1]")]


def test_a_rule_without_both_cases_refuses_the_pack() -> None:
    lines = CAP.splitlines()
    only_false = "\n".join(line for line in lines if "fires = true" not in line)
    only_true = "\n".join(line for line in lines if "fires = false" not in line)
    none = CAP[: CAP.index("cases")]
    assert problems(HEAD + only_false) == [("DOSE-0809", "day_cap[1].cases", {"id": "cap", "fires": "true"})]
    assert problems(HEAD + only_true) == [("DOSE-0809", "day_cap[1].cases", {"id": "cap", "fires": "false"})]
    assert brief(HEAD + none) == [("DOSE-0809", "day_cap[1].cases")] * 2


@pytest.mark.parametrize(
    ("wrong", "code", "place"),
    [
        ("lines = [{ atc = 'N02BE01' }]", "DOSE-0803", "fires"),
        ("fires = 1, lines = [{ atc = 'N02BE01' }]", "DOSE-0804", "fires"),
        ("fires = true", "DOSE-0804", "lines"),
        ("fires = true, lines = 3", "DOSE-0804", "lines"),
        ("fires = true, lines = [3]", "DOSE-0804", "lines"),
        ("fires = true, rule = 'x', lines = [{ atc = 'N02BE01' }]", "DOSE-0802", "rule"),
        ("fires = true, allergies = ['x'], lines = [{ atc = 'N02BE01' }]", "DOSE-0804", "allergies"),
        ("fires = true, lines = [{ }]", "DOSE-0803", "lines[1].atc"),
        ("fires = true, lines = [{ atc = 'N02BE01' }, { atc = 'N02' }]", "DOSE-0804", "lines[2].atc"),
        ("fires = true, lines = [{ atc = 'N02BE01', unit = 'spoon' }]", "DOSE-0804", "lines[1].unit"),
        ("fires = true, lines = [{ atc = 'N02BE01', dose = [1] }]", "DOSE-0802", "lines[1].dose"),
        ("fires = true, lines = [{ atc = 'N02BE01', doses = 1 }]", "DOSE-0804", "lines[1].doses"),
        ("fires = true, lines = [{ atc = 'N02BE01', doses = [] }]", "DOSE-0804", "lines[1].doses"),
        ("fires = true, lines = [{ atc = 'N02BE01', doses = [1, 1, 1, 1, 1] }]", "DOSE-0804", "lines[1].doses"),
        ("fires = true, lines = [{ atc = 'N02BE01', doses = [1, -1] }]", "DOSE-0804", "lines[1].doses"),
        ("fires = true, lines = [{ atc = 'N02BE01', doses = [false] }]", "DOSE-0804", "lines[1].doses"),
        ("fires = true, lines = [{ atc = 'N02BE01', doses = ['1'] }]", "DOSE-0804", "lines[1].doses"),
        ("fires = true, lines = [{ atc = 'N02BE01', interval = 0 }]", "DOSE-0804", "lines[1].interval"),
        ("fires = true, lines = [{ atc = 'N02BE01', interval = 366 }]", "DOSE-0804", "lines[1].interval"),
        ("fires = true, lines = [{ atc = 'N02BE01', days = [] }]", "DOSE-0804", "lines[1].days"),
        ("fires = true, lines = [{ atc = 'N02BE01', from = '2026-01-01' }]", "DOSE-0804", "lines[1].from"),
        ("fires = true, lines = [{ atc = 'N02BE01', to = 2026-01-01T00:00:00 }]", "DOSE-0804", "lines[1].to"),
    ],
)
def test_what_is_wrong_in_a_case_is_told_at_its_place(wrong: str, code: str, place: str) -> None:
    assert brief(with_case(f"{{ {wrong} }}")) == [(code, f"day_cap[1].cases[1].{place}")]


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ('id = "site"\n', "", "DOSE-0803", "pack.id"),
        ('id = "site"', 'id = ""', "DOSE-0804", "pack.id"),
        ('id = "site"', 'id = "  "', "DOSE-0804", "pack.id"),
        ('version = "3"', "version = 3", "DOSE-0804", "pack.version"),
        ('title = "Rules of our own"', 'title = "two\\nlines"', "DOSE-0804", "pack.title"),
        ('title = "Rules of our own"', f'title = "{"x" * 1001}"', "DOSE-0804", "pack.title"),
        ("clinical = true", 'clinical = "yes"', "DOSE-0804", "pack.clinical"),
        ("clinical = true\n", "", "DOSE-0803", "pack.clinical"),
        ("valid_from = 2026-11-01", "", "DOSE-0803", "pack.valid_from"),
        ("valid_from = 2026-11-01", 'valid_from = "2026-11-01"', "DOSE-0804", "pack.valid_from"),
        ("valid_from = 2026-11-01", "valid_from = 2026-11-01T00:00:00", "DOSE-0804", "pack.valid_from"),
        ("valid_from = 2026-11-01", "valid_from = 1999-12-31", "DOSE-0804", "pack.valid_from"),
        ("valid_from = 2026-11-01", "valid_from = 2127-01-01", "DOSE-0804", "pack.valid_from"),
        ("valid_from = 2026-11-01", "valid_from = 2026-11-01\nvalid_to = 2026-10-31", "DOSE-0806", "pack.valid_to"),
        ("valid_from = 2026-11-01", "valid_from = 2026-11-01\nvalid_to = 3", "DOSE-0804", "pack.valid_to"),
        ("clinical = true", "clinical = true\nlicence = 'x'", "DOSE-0802", "pack.licence"),
        ("[pack]", "colour = 'red'\n[pack]", "DOSE-0802", "colour"),
        ("[[day_cap]]", "[[day_max]]", "DOSE-0802", "day_max"),
        ("[[day_cap]]", "[day_cap]", "DOSE-0804", "day_cap"),
        ('id = "cap"\n', "", "DOSE-0803", "day_cap[1].id"),
        ('source = "SPC 4.2"\n', "", "DOSE-0803", "day_cap[1].source"),
        ('text = "At most 4 g."\n', "", "DOSE-0803", "day_cap[1].text"),
        ("most = 4\n", "", "DOSE-0803", "day_cap[1].most"),
        ("most = 4", "most = 4\nleast = 1", "DOSE-0802", "day_cap[1].least"),
        ("most = 4", "most = 0", "DOSE-0804", "day_cap[1].most"),
        ("most = 4", "most = -4", "DOSE-0804", "day_cap[1].most"),
        ("most = 4", 'most = "4"', "DOSE-0804", "day_cap[1].most"),
        ("most = 4", "most = true", "DOSE-0804", "day_cap[1].most"),
        ("most = 4", "most = nan", "DOSE-0804", "day_cap[1].most"),
        ("most = 4", "most = inf", "DOSE-0804", "day_cap[1].most"),
        ("most = 4", "most = 1000000000", "DOSE-0804", "day_cap[1].most"),
        ("most = 4", "most = 0.0000000001", "DOSE-0804", "day_cap[1].most"),
        ('unit = "g"', 'unit = "kg"', "DOSE-0804", "day_cap[1].unit"),
        ('unit = "g"', "unit = 1", "DOSE-0804", "day_cap[1].unit"),
        ('atc = ["N02BE01"]\n', "atc = []\n", "DOSE-0804", "day_cap[1].atc"),
        ('atc = ["N02BE01"]\n', 'atc = "N02BE01"\n', "DOSE-0804", "day_cap[1].atc"),
        ('atc = ["N02BE01"]\n', 'atc = ["N02BE01", "N0"]\n', "DOSE-0804", "day_cap[1].atc"),
        ('atc = ["N02BE01"]\n', "atc = [1]\n", "DOSE-0804", "day_cap[1].atc"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(old: str, new: str, code: str, place: str) -> None:
    text = HEAD + CAP
    assert text.count(old) >= 1
    assert brief(text.replace(old, new, 1)) == [(code, place)]


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
    text = _kind(kind, keys, BOTH, PINEX)
    assert brief(HEAD + text) == [(code, f"{kind}[1]{place}")]


def test_a_problem_names_what_may_be_written() -> None:
    assert problems((HEAD + CAP).replace("most = 4", "most = 0"))[0][2] == {
        "key": "day_cap[1].most",
        "value": "0",
        "expected": "et tal over nul / a number above zero: 4 or 2.5",
    }
    [(_, _, details)] = problems((HEAD + CAP).replace('unit = "g"', f'unit = "{"x" * 200}"'))
    assert details["value"] == "x" * 100
    expected = "et af ordene / one of the words: g, mg, mikrogram, nanogram, mmol, IE, stk"
    assert details["expected"] == expected
    [(_, _, details)] = problems(HEAD + _kind("weekly_only", 'atc = ["N"]\ndays = 1', BOTH, PINEX))
    assert details["expected"] == "et helt tal / a whole number: 2-92"
    [(_, _, details)] = problems(HEAD + _kind("separate", "", BOTH, PINEX))
    assert details == {"known": "atc, names, forms, strengths"}
    [(_, _, details)] = problems((HEAD + CAP).replace("most = 4\n", "most = 4\nleast = 1\n"))
    assert details == {"key": "day_cap[1].least", "known": "id, source, text, atc, most, unit"}
    [(_, _, details)] = problems((HEAD + CAP).replace("valid_from = 2026-11-01\n", "valid_from = 3\n"))
    assert details["expected"] == "en dato / a date: 2027-01-04"
    [(_, _, details)] = problems((HEAD + CAP).replace("valid_from = 2026-11-01\n", "\n"))
    assert details == {"key": "pack.valid_from", "expected": "en dato / a date: 2027-01-04"}
    wrong = HEAD.replace("2026-11-01", "2026-11-01\nvalid_to = 2026-10-31")
    assert problems(wrong + CAP)[0][2] == {"valid_from": "2026-11-01", "valid_to": "2026-10-31"}
    [(_, _, details)] = problems("[[day_max]]\n" + HEAD + CAP)
    assert details["known"] == "pack, " + ", ".join(KINDS)


def test_all_problems_are_told_at_once() -> None:
    text = (HEAD + CAP).replace('id = "site"', "id = 1").replace("most = 4", "most = 0").replace('["N02BE01"]', "[]", 1)
    places = ["pack.id", "day_cap[1].atc", "day_cap[1].most"]
    assert brief(text) == [("DOSE-0804", place) for place in places]
    good = CAP.replace('id = "cap"', 'id = "other"').replace("fires = false", "fires = 0")
    assert brief(HEAD + CAP.replace("most = 4", "most = 0") + good) == [
        ("DOSE-0804", "day_cap[1].most"),
        ("DOSE-0804", "day_cap[2].cases[2].fires"),
    ]


def test_two_rules_of_one_name_are_refused() -> None:
    again = _kind("high_risk", 'atc = ["N02"]', PINEX, OTHER).replace('id = "high_risk"', 'id = "cap"')
    assert problems(HEAD + CAP + again) == [("DOSE-0805", "high_risk[1].id", {"id": "cap"})]
    assert brief(HEAD + CAP + CAP) == [("DOSE-0805", "day_cap[2].id")]


def test_a_pack_without_rules_is_refused() -> None:
    assert problems(HEAD) == [("DOSE-0807", "pack", {})]
    assert brief(HEAD.replace('id = "site"', "id = 1")) == [("DOSE-0804", "pack.id")]
    names = [f"pack.{name}" for name in ("id", "version", "title", "source", "clinical", "jurisdiction", "author")]
    assert brief("") == [("DOSE-0803", place) for place in (*names, "pack.valid_from")]
    assert brief("pack = 3") == brief("")


@pytest.mark.parametrize("text", ["[pack", "a = 1\na = 2", "a = " + "[" * 5_000, "a = 2026-02-30"])
def test_what_is_no_toml_is_refused(text: str) -> None:
    [(code, place, details)] = problems(text)
    assert (code, place) == ("DOSE-0801", "file")
    assert details["why"]


@given(st.text(max_size=60) | st.text("[]{}='\"\n .,0123456789abcdefgpackdytrue_-", max_size=200))
def test_any_text_is_refused_in_words(text: str) -> None:
    assert problems(text)


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        (1, "1"),
        (999_999_999, "999999999"),
        (1_000_000_000, None),
        (10**400, None),
        (-1, None),
        (0, None),
        (True, None),
        ("1", None),
        (1.5, None),
        (Decimal("0.000000001"), "0.000000001"),
        (Decimal("0.0000000001"), None),
        (Decimal("1E+8"), "1E+8"),
        (Decimal("1E+9"), None),
        (Decimal("NaN"), None),
        (Decimal("-Infinity"), None),
    ],
)
def test_amounts_are_exact_and_bounded(value: object, amount: str | None) -> None:
    assert amount_of(value) == (None if amount is None else Decimal(amount))


def test_a_file_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEAD + CAP
    monkeypatch.setattr(rulepack_file, "LONGEST_FILE", len(text))
    assert read_rule_pack(text).rules
    monkeypatch.setattr(rulepack_file, "LONGEST_FILE", len(text) - 1)
    expected = {"size": str(len(text)), "limit": str(len(text) - 1)}
    assert problems(text) == [("DOSE-0811", "file", expected)]
