"""Rules about two lines in the same days: interactions, two of a kind, look-alikes."""

from datetime import date, timedelta

import pytest

from dispenser.core.dosage import FreeTextDosage
from safety.findings import Code, Overriding, Severity
from safety.rule_codes import CAUTION, CONTRAINDICATED, DISCOURAGED, DUPLICATE, LOOK_ALIKE
from safety.rules.duplicate import Duplicate
from safety.rules.interaction import Interaction
from safety.rules.look_alike import LookAlike
from tests.support.clinical import ABOUT, alerts, codes, cycle, drug, line
from tests.support.medicine import MONDAY, daily, dosage, dose, structure
from tests.support.medicine import day as dosage_day

WARFARIN = Interaction(ABOUT, ("B01AA03",), ("M01A", "B01AC"), "discouraged")
PRODUCTS = [drug("A", "B01AA03", "2,5 mg"), drug("B", "M01AE01", "600 mg"), drug("C", "B01AC06", "75 mg")]


def test_each_line_is_told_about_the_other() -> None:
    found = alerts(WARFARIN, [line("A"), line("B")], PRODUCTS)
    dosages = "Product A 2,5 mg (line-A): 2026-11-23-/1: 1=1 | Product B 600 mg (line-B): 2026-11-23-/1: 1=1"
    assert found == [
        ("DOSE-0164", "line-A", {"product": "Product A", "other": "Product B 600 mg (line-B)", "dosages": dosages}),
        ("DOSE-0164", "line-B", {"product": "Product B", "other": "Product A 2,5 mg (line-A)", "dosages": dosages}),
    ]


def test_the_order_of_lines_does_not_matter() -> None:
    assert alerts(WARFARIN, [line("B"), line("A")], PRODUCTS) == alerts(WARFARIN, [line("A"), line("B")], PRODUCTS)


@pytest.mark.parametrize(
    ("severity", "code", "effect", "overriding"),
    [
        ("contraindicated", CONTRAINDICATED, Severity.PARK, Overriding.TWO_PERSONS),
        ("discouraged", DISCOURAGED, Severity.PARK, Overriding.PHARMACIST),
        ("caution", CAUTION, Severity.WARN, Overriding.NEVER),
    ],
)
def test_how_bad_it_is_decides(severity: str, code: Code, effect: Severity, overriding: Overriding) -> None:
    rule = Interaction(ABOUT, ("B01AA03",), ("M01A",), severity)
    found = alerts(rule, [line("A"), line("B")], PRODUCTS)
    assert codes(found) == [(code.id, "line-A"), (code.id, "line-B")]
    assert code.severity is effect
    assert code.overriding is overriding


def test_only_lines_of_both_sides_interact() -> None:
    assert alerts(WARFARIN, [line("B"), line("C")], PRODUCTS) == []
    assert alerts(WARFARIN, [line("A"), line("A", name="again")], PRODUCTS) == []
    assert len(alerts(WARFARIN, [line("A"), line("B"), line("C")], PRODUCTS)) == 4
    assert len(alerts(WARFARIN, [line("B"), line("C"), line("A")], PRODUCTS)) == 4


def test_a_rule_of_one_group_with_itself_needs_two_lines() -> None:
    rule = Interaction(ABOUT, ("M01",), ("M01",), "caution")
    assert alerts(rule, [line("B")], PRODUCTS) == []
    assert len(alerts(rule, [line("B"), line("B", name="again")], PRODUCTS)) == 2


def test_a_line_beside_counts_and_is_not_told() -> None:
    beside = [line("B", FreeTextDosage("ved smerter"))]
    found = alerts(WARFARIN, [line("A")], PRODUCTS, beside=beside)
    assert codes(found) == [("DOSE-0164", "line-A")]
    assert found[0][2]["dosages"].endswith('Product B 600 mg (line-B): "ved smerter"')
    assert alerts(WARFARIN, [], PRODUCTS, beside=[line("A"), *beside]) == []


@pytest.mark.parametrize(
    ("first", "start", "day", "meet"),
    [
        (5, 6, 0, False),
        (5, 5, 0, True),
        (5, 5, 5, True),
        (5, 5, 6, False),
        (5, 4, 6, False),
        (None, 400, 0, True),
        (5, 5, -30, True),
    ],
)
def test_they_must_meet_on_a_day_that_is_not_over(first: int | None, start: int, day: int, meet: bool) -> None:  # noqa: FBT001
    until = None if first is None else MONDAY + timedelta(days=first)
    lines = [
        line("A", last=until),
        line("B", dosage(structure(dosage_day(1, dose("1")), start=MONDAY + timedelta(days=start)))),
    ]
    found = alerts(WARFARIN, lines, PRODUCTS, day=MONDAY + timedelta(days=day))
    assert bool(found) is meet
    assert bool(alerts(WARFARIN, lines[::-1], PRODUCTS, day=MONDAY + timedelta(days=day))) is meet


def test_the_dates_of_a_line_are_those_of_treatment_and_dosage() -> None:
    # The dosage ends before the treatment, and what stands in no structure is not taken.
    ends = dosage(structure(dosage_day(1, dose("1")), end=MONDAY), structure(start=MONDAY + timedelta(days=1)))
    later = dosage(structure(dosage_day(1, dose("1")), start=MONDAY + timedelta(days=1)))
    assert alerts(WARFARIN, [line("A", ends), line("B", later)], PRODUCTS) == []
    assert alerts(WARFARIN, [line("A", dosage(structure())), line("B")], PRODUCTS) == []
    assert alerts(WARFARIN, [line("A", last=date(2019, 1, 1)), line("B")], PRODUCTS) == []
    two = dosage(
        structure(dosage_day(1, dose("1")), end=MONDAY),
        structure(dosage_day(1, dose("1")), start=MONDAY + timedelta(days=1), end=MONDAY + timedelta(days=2)),
    )
    assert len(alerts(WARFARIN, [line("A", two), line("B", later)], PRODUCTS)) == 2


SSRIS = Duplicate(ABOUT, ("N06AB", "N06AX"))
MINDS = [drug("A", "N06AB04"), drug("B", "N06AB06"), drug("C", "N06AX11"), drug("D", "N06AB04"), drug("E", "N05AX08")]


@pytest.mark.parametrize(
    ("rule", "other", "told"),
    [
        (SSRIS, "B", True),
        (SSRIS, "C", True),
        (SSRIS, "D", False),
        (SSRIS, "E", False),
        (Duplicate(ABOUT, ("N06AB", "N06AX"), same=True), "D", True),
        (Duplicate(ABOUT, ("N06AB", "N06AX"), alike=5), "C", False),
        (Duplicate(ABOUT, ("N06AB", "N06AX"), alike=5), "B", True),
        (Duplicate(ABOUT, ("N06AB", "N06AX"), alike=7, same=True), "B", False),
        (Duplicate(ABOUT, ("N06AB", "N06AX"), alike=7, same=True), "D", True),
        (Duplicate(ABOUT, ("N06AX",)), "B", False),
    ],
)
def test_two_of_a_kind(rule: Duplicate, other: str, told: bool) -> None:  # noqa: FBT001 - a table's column
    found = alerts(rule, [line("A"), line(other)], MINDS)
    assert codes(found) == ([("DOSE-0166", "line-A"), ("DOSE-0166", f"line-{other}")] if told else [])
    assert DUPLICATE.severity is Severity.PARK
    assert DUPLICATE.overriding is Overriding.PHARMACIST


def test_every_two_of_three_are_told() -> None:
    assert len(alerts(SSRIS, [line("A"), line("B"), line("C")], MINDS)) == 6


FURIX = LookAlike(ABOUT, ("Furix 20 mg", "Furix 500 mg", "Furosemid"))
WATER = [
    drug("A", "C03CA01", "20 mg", called="Furix"),
    drug("B", "C03CA01", "500 mg", called="Furix"),
    drug("C", "C03CA01", "40 mg", called="Furix"),
    drug("D", "C03CA01", "20 mg", called="FUROSEMID Orion"),
]


@pytest.mark.parametrize(
    ("one", "other", "told"), [("A", "B", True), ("A", "D", True), ("A", "C", False), ("C", "B", False)]
)
def test_names_of_different_entries_are_mistaken(one: str, other: str, told: bool) -> None:  # noqa: FBT001 - a column
    found = alerts(FURIX, [line(one), line(other)], WATER)
    assert codes(found) == ([("DOSE-0167", f"line-{one}"), ("DOSE-0167", f"line-{other}")] if told else [])
    assert LOOK_ALIKE.severity is Severity.WARN


def test_one_product_twice_is_no_look_alike() -> None:
    assert alerts(FURIX, [line("A"), line("A", name="again")], WATER) == []
    assert FURIX.alike(WATER[0], WATER[1])
    assert not FURIX.alike(WATER[0], WATER[0])
    assert not FURIX.alike(WATER[0], WATER[2])
    assert not FURIX.alike(WATER[2], WATER[0])
    assert not FURIX.alike(WATER[2], WATER[2])
    assert not LookAlike(ABOUT, ("Furix", "Furix 20")).alike(WATER[0], WATER[0])


def test_lines_of_other_days_are_no_pair() -> None:
    lines = [line("A", last=MONDAY), line("B", cycle(1, 1, start=MONDAY + timedelta(days=1)))]
    assert alerts(FURIX, lines, WATER) == []
    assert alerts(SSRIS, lines, MINDS) == []
    assert alerts(SSRIS, [line("A", daily(dose("1"))), lines[1]], MINDS) != []
