"""A rule pack's file: everything that is wrong with it is told, and its cases prove it."""

import tomllib
from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety import rulepack_file
from safety.findings import Finding
from safety.rulepack_codes import NO_RULES, NOT_TOML
from safety.rulepack_file import RulePackError, read_rule_pack
from safety.rulepack_reader import amount_of
from safety.rules.day_cap import DayCap
from safety.rules.kinds import KINDS
from safety.rules.rule import About
from tests.support.rule_texts import (
    BOTH,
    CAP,
    HEAD,
    OTHER,
    PINEX,
    brief,
    kind_text,
    problems,
    with_case,
)


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


def test_a_pack_may_hold_for_one_day_and_have_a_title_of_a_thousand_letters() -> None:
    text = (HEAD + CAP).replace("2026-11-01", "2026-11-01\nvalid_to = 2026-11-01")
    pack = read_rule_pack(text.replace("Rules of our own", "x" * 1000))
    assert pack.valid_from == pack.valid_to == date(2026, 11, 1)
    assert pack.title == "x" * 1000


@pytest.mark.parametrize("day", [date(2000, 1, 1), date(2126, 12, 31)])
def test_a_pack_may_begin_on_the_first_and_last_day_there_is(day: date) -> None:
    assert read_rule_pack((HEAD + CAP).replace("2026-11-01", str(day))).valid_from == day


class InItsLanguage(Finding):
    """A finding that tells in which language it is asked."""

    def text(self, language: str) -> str:
        return f"text in {language}"

    def fix(self, language: str) -> str:
        return f"fix in {language}"


def test_a_refusal_is_told_in_english_line_by_line() -> None:
    told = RulePackError([InItsLanguage(NO_RULES, "pack"), InItsLanguage(NOT_TOML, "file")])
    assert str(told) == "pack: DOSE-0807 text in en fix in en\nfile: DOSE-0801 text in en fix in en"


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
    for wrong in ("3", "[3]", "{}"):
        told = problems(f"{HEAD}{none}cases = {wrong}")
        assert [(code, place) for code, place, _ in told[1:]] == [("DOSE-0809", "day_cap[1].cases")] * 2
        assert told[0] == (
            "DOSE-0804",
            "day_cap[1].cases",
            {"key": "day_cap[1].cases", "value": wrong, "expected": "en liste af tabeller / a list of tables"},
        )


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
    [(_, _, details)] = problems(HEAD + kind_text("weekly_only", 'atc = ["N"]\ndays = 1', BOTH, PINEX))
    assert details["expected"] == "et helt tal / a whole number: 2-92"
    [(_, _, details)] = problems(HEAD + kind_text("separate", "", BOTH, PINEX))
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


@pytest.mark.parametrize(
    ("old", "new", "key", "details"),
    [
        ("most = 4\n", "", "most", {"expected": "et tal over nul / a number above zero: 4 or 2.5"}),
        (
            '["N02BE01"]',
            '["N0"]',
            "atc",
            {"value": "['N0']", "expected": 'en liste af ATC-koder / a list of ATC codes: ["N02BE01"]'},
        ),
        ('"cap"', "3", "id", {"value": "3", "expected": "en tekst på én linje / a text on one line"}),
    ],
)
def test_a_problem_is_told_with_key_and_value(old: str, new: str, key: str, details: dict[str, str]) -> None:
    place = f"day_cap[1].{key}"
    text = HEAD + CAP.replace(old, new, 1)
    assert [one[2] for one in problems(text) if one[1] == place] == [{"key": place} | details]


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
    again = kind_text("high_risk", 'atc = ["N02"]', PINEX, OTHER).replace('id = "high_risk"', 'id = "cap"')
    assert problems(HEAD + CAP + again) == [("DOSE-0805", "high_risk[1].id", {"id": "cap"})]
    assert brief(HEAD + CAP + CAP) == [("DOSE-0805", "day_cap[2].id")]


def test_a_pack_without_rules_is_refused() -> None:
    assert problems(HEAD) == [("DOSE-0807", "pack", {})]
    assert brief(HEAD.replace('id = "site"', "id = 1")) == [("DOSE-0804", "pack.id")]
    names = [f"pack.{name}" for name in ("id", "version", "title", "source", "clinical", "jurisdiction", "author")]
    assert brief("") == [("DOSE-0803", place) for place in (*names, "pack.valid_from")]
    assert brief("pack = 3") == brief("")


def test_what_is_no_toml_is_told_as_its_reader_tells_it() -> None:
    text = "a = 1\na = 2"
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    assert problems(text) == [("DOSE-0801", "file", {"why": str(caught.value)})]


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


@pytest.mark.parametrize(
    ("value", "shown"), [("0x" + "f" * 4000, "int"), ("{ " + "a." * 2000 + "a = 1 }", "dict"), ("[9, 9]", "[9, 9]")]
)
def test_a_value_without_end_is_told_like_any_other(value: str, shown: str) -> None:
    [(code, place, details)] = problems(HEAD + CAP.replace("most = 4", f"most = {value}"))
    assert (code, place, details["value"]) == ("DOSE-0804", "day_cap[1].most", shown)
