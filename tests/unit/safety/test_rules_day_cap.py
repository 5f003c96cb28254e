"""The most of a substance in a day, over all lines and dates, exactly."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from dispenser.core.dosage import (
    Dosage,
    DosageDay,
    DosageStructure,
    FreeTextDosage,
    LocalSchemaDosage,
    StructuredDosage,
)
from dispenser.core.product import Product
from safety.findings import Overriding, Severity
from safety.rule_codes import CAP_NOT_CHECKABLE, OVER_CAP
from safety.rules.day_cap import DayCap
from tests.support.clinical import ABOUT, LIQUID, PARACETAMOL, alerts, codes, cycle, drug, line
from tests.support.medicine import EVENING, MONDAY, MORNING, NIGHT, NOON, daily, dosage, dose, structure
from tests.support.medicine import day as dosage_day

CAP = DayCap(ABOUT, (PARACETAMOL,), Decimal(4), "g")
FOUR = daily(dose("2", MORNING), dose("2", NOON), dose("2", EVENING), dose("2", NIGHT))
"""4 g of tablets of 500 mg."""


def week(number: int) -> date:
    return MONDAY + timedelta(days=7 * number)


def test_the_limit_itself_is_allowed() -> None:
    assert alerts(CAP, [line(how=FOUR)], [drug()]) == []


def test_a_quarter_tablet_more_is_not() -> None:
    more = daily(dose("2", MORNING), dose("2", NOON), dose("2", EVENING), dose("2.25", NIGHT))
    expected = {
        "total": "4.125",
        "unit": "g",
        "most": "4",
        "since": "2026-11-23",
        "lines": "Product A 500 mg (line-A): 4.125 g",
    }
    assert alerts(CAP, [line(how=more)], [drug()]) == [("DOSE-0153", "line-A", expected)]
    assert OVER_CAP.severity is CAP_NOT_CHECKABLE.severity is Severity.PARK
    assert OVER_CAP.overriding is CAP_NOT_CHECKABLE.overriding is Overriding.PHARMACIST


def test_lines_are_summed_and_each_packed_one_is_told() -> None:
    other = line("B", daily(dose("0.25")))
    found = alerts(CAP, [line(how=FOUR), other], [drug(), drug("B", strength="1 g")])
    assert codes(found) == [("DOSE-0153", "line-A"), ("DOSE-0153", "line-B")]
    assert found[0][2]["total"] == "4.25"
    assert found[0][2]["lines"] == "Product A 500 mg (line-A): 4 g; Product B 1 g (line-B): 0.25 g"


@pytest.mark.parametrize(
    "how",
    [
        daily(dose("0.5")),
        daily(dose(("0", "0.5"))),
        daily(dose("0.5", as_needed=True)),
        cycle(9, 0, doses=[dose("0.5")]),
    ],
)
def test_what_is_taken_beside_counts_by_its_high_end(how: Dosage) -> None:
    found = alerts(CAP, [line(how=FOUR)], [drug(), drug("B", strength="1 g")], beside=[line("B", how)])
    assert codes(found) == [("DOSE-0153", "line-A")]
    assert found[0][2]["total"] == "4.5"


@pytest.mark.parametrize(
    ("how", "text"),
    [
        (FreeTextDosage("1 ved behov"), '"1 ved behov"'),
        (LocalSchemaDosage(), "?"),
        (cycle(0, 1, doses=[dose("1", as_needed=True)]), "2026-11-23-/0: 1=1?"),
        (daily(dose("-1")), "2026-11-23-/1: 1=-1"),
        (daily(dose("NaN")), "2026-11-23-/1: 1=NaN"),
        (daily(dose("1E18")), "2026-11-23-/1: 1=1E+18"),
        (daily(dose("1E-10")), "2026-11-23-/1: 1=0.0000000001"),
    ],
)
def test_what_cannot_be_computed_is_told_on_every_packed_line(how: Dosage, text: str) -> None:
    found = alerts(CAP, [line(how=daily(dose("1")))], [drug(), drug("B")], beside=[line("B", how)])
    expected = {"most": "4", "unit": "g", "lines": f"Product B 500 mg (line-B): {text}"}
    assert found == [("DOSE-0154", "line-A", expected)]


def test_every_line_that_cannot_be_computed_is_named() -> None:
    beside = [line("B", FreeTextDosage("b")), line("A", FreeTextDosage("a"), "again")]
    found = alerts(CAP, [line()], [drug(), drug("B")], beside=beside)
    named = 'Product A 500 mg (again): "a"; Product B 500 mg (line-B): "b"'
    assert found == [("DOSE-0154", "line-A", {"most": "4", "unit": "g", "lines": named})]


def test_what_is_known_counts_beside_what_is_not() -> None:
    beside = [line("B", FreeTextDosage("x")), line("A", daily(dose("0.25")), "again")]
    found = alerts(CAP, [line(how=FOUR)], [drug(), drug("B")], beside=beside)
    assert codes(found) == [("DOSE-0153", "line-A"), ("DOSE-0154", "line-A")]


@pytest.mark.parametrize(
    "made",
    [
        drug(strength="200 mg + 50 mg"),
        drug(strength="0 mg"),
        drug(strength="1.000 mg"),
        drug(strength="667 mg/ml"),
        drug(strength="5 mmol"),
        drug(strength="", units=LIQUID),
    ],
)
def test_a_strength_that_is_no_single_mass_cannot_be_computed(made: Product) -> None:
    found = alerts(CAP, [line()], [made])
    assert codes(found) == [("DOSE-0154", "line-A")]


def test_a_liquid_counts_by_the_millilitre() -> None:
    made = drug(strength="500 mg/ml", units=LIQUID)
    for amount, expected in (("8", []), ("8.000000001", [("DOSE-0153", "line-A")])):
        how = StructuredDosage("ml", daily(dose(amount)).structures)
        assert codes(alerts(CAP, [line(how=how)], [made])) == expected


@pytest.mark.parametrize(("unit", "units"), [("ml", ("tablet", "tabletter")), ("tablet", LIQUID), ("mg", LIQUID)])
def test_another_unit_than_the_products_cannot_be_computed(unit: str, units: tuple[str, str]) -> None:
    how = StructuredDosage(unit, daily(dose("1")).structures)
    made = drug(strength="500 mg", units=units)
    assert codes(alerts(CAP, [line(how=how)], [made])) == [("DOSE-0154", "line-A")]


@pytest.mark.parametrize("unit", ["tabletter", "Tablet", "stk.", "kapsel"])
def test_every_word_for_a_counted_unit_is_one_of_the_product(unit: str) -> None:
    how = StructuredDosage(unit, daily(dose("8.25")).structures)
    assert codes(alerts(CAP, [line(how=how)], [drug()])) == [("DOSE-0153", "line-A")]


def test_a_word_of_the_product_alone_is_its_unit() -> None:
    cap = DayCap(ABOUT, (PARACETAMOL,), Decimal(4), "stk")
    made = drug(strength="500 mg", units=("Plaster", "plastre"))
    how = StructuredDosage("plaster", daily(dose("1")).structures)
    assert alerts(CAP, [line(how=how)], [drug(strength="1 g/plaster", units=("Plaster", "plastre"))]) == []
    assert codes(alerts(cap, [line(how=how)], [made])) == [("DOSE-0154", "line-A")]


@pytest.mark.parametrize(("amount", "parked"), [("4", False), ("4.25", True)])
def test_units_are_counted_whatever_the_strength(amount: str, parked: bool) -> None:  # noqa: FBT001 - a table's column
    cap = DayCap(ABOUT, (PARACETAMOL,), Decimal(4), "stk")
    found = alerts(cap, [line(how=daily(dose(amount)))], [drug(strength="2,5 mg + 573 mg")])
    assert [one[2]["total"] for one in found] == (["4.25"] if parked else [])


def test_only_dates_on_which_lines_meet_are_summed() -> None:
    first = dosage(structure(dosage_day(1, dose("8")), end=week(2) - timedelta(days=1)))
    then = dosage(structure(dosage_day(1, dose("1")), start=week(2)))
    assert alerts(CAP, [line(how=first), line("B", then)], [drug(), drug("B")]) == []
    then = dosage(structure(dosage_day(1, dose("1")), start=week(2) - timedelta(days=1)))
    found = alerts(CAP, [line(how=first), line("B", then)], [drug(), drug("B")])
    assert [(subject, one["total"], one["since"]) for _, subject, one in found] == [
        ("line-A", "4.5", "2026-12-06"),
        ("line-B", "4.5", "2026-12-06"),
    ]


def test_a_treatment_that_ends_first_ends_the_sum() -> None:
    lines = [line(how=FOUR, last=week(1)), line("B", dosage(structure(dosage_day(1, dose("1")), start=week(1))))]
    assert len(alerts(CAP, lines, [drug(), drug("B")])) == 2
    lines[0] = line(how=FOUR, last=week(1) - timedelta(days=1))
    assert alerts(CAP, lines, [drug(), drug("B")]) == []


def test_cycles_meet_on_their_common_days_only() -> None:
    every_other = dosage(structure(dosage_day(1, dose("8")), interval=2))
    odd = dosage(structure(dosage_day(2, dose("8")), interval=2))
    third = dosage(structure(dosage_day(3, dose("1")), interval=3))
    assert alerts(CAP, [line(how=every_other), line("B", odd)], [drug(), drug("B")]) == []
    found = alerts(CAP, [line(how=every_other), line("B", third)], [drug(), drug("B")])
    assert [one[2]["total"] for one in found] == ["4.5", "4.5"]


def test_cycles_of_a_year_are_followed_until_they_meet() -> None:
    long = dosage(structure(dosage_day(364, dose("8")), interval=364))
    other = dosage(structure(dosage_day(3, dose("1")), interval=5))
    found = alerts(CAP, [line(how=long), line("B", other)], [drug(), drug("B")])
    assert [one[2]["total"] for one in found] == ["4.5", "4.5"]


def test_what_is_over_counts_no_more_and_what_comes_does() -> None:
    over = structure(dosage_day(1, dose("9")), start=week(-2), end=MONDAY - timedelta(days=1))
    now = structure(dosage_day(1, dose("8")), end=week(1) - timedelta(days=1))
    later = structure(dosage_day(1, dose("8.25")), start=week(1))
    assert alerts(CAP, [line(how=dosage(over, now))], [drug()]) == []
    assert alerts(CAP, [line(how=dosage(over, now, later))], [drug()])[0][2]["since"] == "2026-11-30"
    assert alerts(CAP, [line(how=dosage(over, now))], [drug()], day=MONDAY - timedelta(days=1)) != []
    assert alerts(CAP, [line(how=dosage(over))], [drug()]) == []
    assert (
        alerts(CAP, [line(how=dosage(over))], [drug()], beside=[line("A", FreeTextDosage(""), "b")], day=MONDAY) == []
    )


def test_a_line_that_gives_nothing_that_day_is_not_in_the_sum() -> None:
    nothing = dosage(structure(dosage_day(1, dose("0")), dosage_day(2, dose("1")), interval=2, end=MONDAY))
    found = alerts(CAP, [line(how=daily(dose("9"))), line("B", nothing)], [drug(), drug("B")])
    assert {(one["total"], one["lines"]) for _, _, one in found} == {("4.5", "Product A 500 mg (line-A): 4.5 g")}


def test_since_when_it_is_so_is_told() -> None:
    long = structure(dosage_day(1, dose("1")), start=week(-9), end=MONDAY - timedelta(days=1))
    short = structure(dosage_day(1, dose("9")), end=MONDAY)
    later = structure(dosage_day(1, dose("1")), start=MONDAY + timedelta(days=1))
    [(_, _, details)] = alerts(CAP, [line(how=dosage(long, short, later))], [drug()])
    assert details["since"] == "2026-11-23"


def test_an_alert_does_not_change_while_the_days_go_by() -> None:
    lines = [line(how=FOUR), line("B", daily(dose("1")))]
    made = [drug(), drug("B")]
    assert alerts(CAP, lines, made) == alerts(CAP, lines, made, day=week(9)) != []


def test_days_that_are_not_iterated_come_once() -> None:
    once = DosageStructure(0, MONDAY, None, (DosageDay(1, (dose("1"),)), DosageDay(40, (dose("9"),))))
    at = MONDAY + timedelta(days=39)
    for day, amount in ((MONDAY, "4.5"), (at, "4.5")):
        assert [one[2]["total"] for one in alerts(CAP, [line(how=dosage(once))], [drug()], day=day)] == [amount]
    assert alerts(CAP, [line(how=dosage(once))], [drug()], day=at + timedelta(days=1)) == []


def test_what_is_tied_to_no_day_counts_from_its_first_day_on() -> None:
    loose = cycle(0, 0, doses=[dose("1")], start=week(1))
    found = alerts(CAP, [line(how=FOUR)], [drug(), drug("B")], beside=[line("B", loose)])
    assert [(one[2]["total"], one[2]["since"]) for one in found] == [("4.5", "2026-11-30")]


def test_fixed_and_as_needed_doses_of_one_line_are_summed() -> None:
    fixed = structure(dosage_day(1, dose("6")))
    needed = structure(dosage_day(1, dose("1", as_needed=True), dose("1", as_needed=True), dose("1", as_needed=True)))
    found = alerts(CAP, [line("B", daily(dose("1")))], [drug(), drug("B")], beside=[line(how=dosage(fixed, needed))])
    assert [one[2]["total"] for one in found] == ["5"]


def test_other_substances_do_not_count() -> None:
    made = [drug(), drug("B", "N02BE51")]
    assert alerts(CAP, [line(how=FOUR), line("B", FOUR)], made) == []
    both = DayCap(ABOUT, (PARACETAMOL, "N02BE51"), Decimal(4), "g")
    assert len(alerts(both, [line(how=FOUR), line("B", FOUR)], made)) == 2
