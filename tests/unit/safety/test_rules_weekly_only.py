"""Medicines with a week between two days with doses."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispenser.core.dosage import Dosage, FreeTextDosage, LocalSchemaDosage
from safety.findings import Overriding, Severity
from safety.rule_codes import RHYTHM_NOT_CHECKABLE, SEVERAL_A_DAY, TOO_OFTEN
from safety.rules.weekly_only import WeeklyOnly
from safety.rules.which import Which
from tests.support.clinical import ABOUT, alerts, codes, cycle, drug, line
from tests.support.medicine import EVENING, MONDAY, daily, dosage, dose, structure
from tests.support.medicine import day as dosage_day

ALENDRONATE = "M05BA04"
RULE = WeeklyOnly(ABOUT, Which(atc=(ALENDRONATE,), strengths=("70 mg",)), 7)
PRODUCTS = [drug("A", ALENDRONATE, "70 mg"), drug("B", ALENDRONATE, "70 mg"), drug("C", ALENDRONATE, "10 mg")]


def after(days: int) -> timedelta:
    return timedelta(days=days)


def test_nobody_can_override_a_daily_dose() -> None:
    assert TOO_OFTEN.severity is RHYTHM_NOT_CHECKABLE.severity is SEVERAL_A_DAY.severity is Severity.PARK
    assert TOO_OFTEN.overriding is RHYTHM_NOT_CHECKABLE.overriding is Overriding.NEVER
    assert SEVERAL_A_DAY.overriding is Overriding.PHARMACIST


@pytest.mark.parametrize(
    ("how", "shortest"),
    [
        (daily(dose("1")), "1"),
        (cycle(7, 1), None),
        (cycle(6, 1), "6"),
        (cycle(14, 1, 8), None),
        (cycle(14, 1, 9), "6"),
        (cycle(14, 1, 7), "6"),
        (cycle(28, 1, 8, 16, 22), "6"),
        (cycle(30, 1, 8, 15, 22, 29), "2"),
        (cycle(0, 1, 8, 15), None),
        (cycle(0, 1, 8, 14), "6"),
        (cycle(7, 1, 4), "3"),
    ],
)
def test_the_fewest_days_between_two_doses_count(how: Dosage, shortest: str | None) -> None:
    found = alerts(RULE, [line(how=how)], PRODUCTS)
    assert [one[2]["shortest"] for one in found] == ([] if shortest is None else [shortest])
    assert codes(found) == ([] if shortest is None else [("DOSE-0155", "line-A")])


def test_a_finding_names_the_least_and_the_lines() -> None:
    assert alerts(RULE, [line(how=cycle(6, 1))], PRODUCTS) == [
        (
            "DOSE-0155",
            "line-A",
            {"shortest": "6", "least": "7", "lines": "Product A 70 mg (line-A): 2026-11-23-/6: 1=1"},
        )
    ]


def test_a_day_of_no_dose_is_no_dose_day() -> None:
    how = dosage(structure(dosage_day(1, dose("1")), *(dosage_day(n, dose("0")) for n in range(2, 8)), interval=7))
    assert alerts(RULE, [line(how=how)], PRODUCTS) == []


@pytest.mark.parametrize(("gap", "parked"), [(6, True), (7, False)])
def test_the_border_between_two_structures_counts(gap: int, parked: bool) -> None:  # noqa: FBT001 - a table's column
    first = structure(dosage_day(1, dose("1")), interval=7, end=MONDAY + after(gap - 1))
    then = structure(dosage_day(1, dose("1")), interval=7, start=MONDAY + after(gap))
    assert bool(alerts(RULE, [line(how=dosage(first, then))], PRODUCTS)) is parked


@pytest.mark.parametrize(("gap", "parked"), [(4, False), (5, True), (6, True), (7, False)])
def test_a_dose_of_the_last_days_counts_too(gap: int, parked: bool) -> None:  # noqa: FBT001 - a table's column
    over = dosage(structure(dosage_day(1, dose("1")), interval=7, start=MONDAY - after(68), end=MONDAY - after(1)))
    lines = [line(how=over), line("B", cycle(7, 1, start=MONDAY - after(5) + after(gap)))]
    found = alerts(RULE, lines, PRODUCTS)
    assert codes(found) == ([("DOSE-0155", "line-B")] if parked else [])


@pytest.mark.parametrize(("ago", "shortest"), [(6, ["6"]), (7, []), (1, ["1"])])
def test_a_dose_of_today_comes_days_after_the_last(ago: int, shortest: list[str]) -> None:
    past = dosage(structure(dosage_day(1, dose("1")), interval=7, start=MONDAY - after(ago), end=MONDAY - after(1)))
    found = alerts(RULE, [line(how=past), line("B", cycle(7, 1))], PRODUCTS)
    assert [one[2]["shortest"] for one in found] == shortest


def test_doses_that_are_both_over_do_not_count() -> None:
    over = structure(dosage_day(1, dose("1")), start=MONDAY - after(70), end=MONDAY - after(7))
    then = structure(dosage_day(1, dose("1")), interval=7)
    assert alerts(RULE, [line(how=dosage(over, then))], PRODUCTS) == []
    earlier = alerts(RULE, [line(how=dosage(over, then))], PRODUCTS, day=MONDAY - after(7))
    assert [one[2]["shortest"] for one in earlier] == ["1"]


def test_all_lines_count_together() -> None:
    lines = [line(how=cycle(7, 1)), line("B", cycle(7, 4))]
    found = alerts(RULE, lines, PRODUCTS)
    named = "Product A 70 mg (line-A): 2026-11-23-/7: 1=1; Product B 70 mg (line-B): 2026-11-23-/7: 4=1"
    assert {one[2]["lines"] for one in found} == {named}
    assert codes(found) == [("DOSE-0155", "line-A"), ("DOSE-0155", "line-B")]
    assert {one[2]["shortest"] for one in found} == {"3"}
    assert codes(alerts(RULE, lines[:1], PRODUCTS, beside=lines[1:])) == [("DOSE-0155", "line-A")]
    assert alerts(RULE, [lines[0], line("C", cycle(7, 4))], PRODUCTS) == []


def test_lines_of_cycles_that_meet_only_after_years_are_seen() -> None:
    found = alerts(RULE, [line(how=cycle(364, 363)), line("B", cycle(85, 80))], PRODUCTS)
    assert codes(found) == [("DOSE-0155", "line-A"), ("DOSE-0155", "line-B")]


@pytest.mark.parametrize(
    "how",
    [
        FreeTextDosage("en om ugen"),
        LocalSchemaDosage(),
        cycle(7, 1, doses=[dose("1", as_needed=True)]),
        cycle(7, 0),
    ],
)
def test_doses_tied_to_no_day_are_told(how: Dosage) -> None:
    found = alerts(RULE, [line(how=cycle(7, 1))], PRODUCTS, beside=[line("B", how)])
    assert codes(found) == [("DOSE-0157", "line-A")]
    assert found[0][2]["lines"].startswith("Product B 70 mg (line-B): ")


def test_what_ended_long_ago_is_told_no_more() -> None:
    beside = [line("B", FreeTextDosage("x"), last=MONDAY - after(7))]
    assert alerts(RULE, [line(how=cycle(7, 1))], PRODUCTS, beside=beside) == []
    beside = [line("B", FreeTextDosage("x"), last=MONDAY - after(6))]
    assert codes(alerts(RULE, [line(how=cycle(7, 1))], PRODUCTS, beside=beside)) == [("DOSE-0157", "line-A")]


def test_several_doses_on_the_day_are_told() -> None:
    found = alerts(RULE, [line(how=cycle(7, 1, doses=[dose("1"), dose("2", EVENING), dose("0")]))], PRODUCTS)
    lines = "Product A 70 mg (line-A): 2026-11-23-/7: 1=1+2+0"
    assert found == [("DOSE-0156", "line-A", {"doses": "2", "lines": lines})]


def test_two_lines_on_one_day_are_several_doses() -> None:
    found = alerts(RULE, [line(how=cycle(7, 1)), line("B", cycle(14, 8))], PRODUCTS)
    assert codes(found) == [("DOSE-0156", "line-A"), ("DOSE-0156", "line-B")]
    assert alerts(RULE, [line(how=cycle(14, 1)), line("B", cycle(14, 8))], PRODUCTS) == []


def test_a_pause_before_or_behind_changes_nothing() -> None:
    pause = structure(start=MONDAY + after(7), end=MONDAY + after(13))
    weekly = structure(dosage_day(1, dose("1")), interval=7, end=MONDAY + after(6))
    again = structure(dosage_day(1, dose("1")), interval=7, start=MONDAY + after(14))
    assert alerts(RULE, [line(how=dosage(weekly, pause, again))], PRODUCTS) == []
    twice = structure(dosage_day(1, dose("1"), dose("1")), interval=7, start=MONDAY + after(14))
    assert codes(alerts(RULE, [line(how=dosage(weekly, pause, twice))], PRODUCTS)) == [("DOSE-0156", "line-A")]


def test_several_doses_on_days_that_are_over_are_not_told() -> None:
    twice = structure(dosage_day(1, dose("1"), dose("1")), interval=7, start=MONDAY - after(14), end=MONDAY - after(1))
    once = structure(dosage_day(1, dose("1")), interval=7)
    assert alerts(RULE, [line(how=dosage(twice, once))], PRODUCTS) == []


def test_a_line_that_is_over_is_not_parked() -> None:
    how = cycle(1, 1, start=MONDAY - after(5))
    assert alerts(RULE, [line(how=how, last=MONDAY - after(1))], PRODUCTS) == []
    assert len(alerts(RULE, [line(how=how, last=MONDAY)], PRODUCTS)) == 1


def test_the_days_are_the_rules_own() -> None:
    fortnight = WeeklyOnly(ABOUT, Which(atc=(ALENDRONATE,)), 14)
    assert alerts(fortnight, [line(how=cycle(14, 1))], PRODUCTS) == []
    assert alerts(fortnight, [line(how=cycle(13, 1))], PRODUCTS)[0][2]["shortest"] == "13"
    assert fortnight.atc == (ALENDRONATE,)


@given(
    st.integers(1, 40).flatmap(lambda cycle_: st.tuples(st.just(cycle_), st.sets(st.integers(1, cycle_), min_size=1)))
)
def test_the_shortest_distance_is_that_of_the_days_written_out(drawn: tuple[int, set[int]]) -> None:
    interval, numbers = drawn
    days = sorted(base + number for base in range(0, 4 * interval, interval) for number in numbers)
    shortest = min(later - earlier for earlier, later in pairwise(days))
    found = alerts(RULE, [line(how=cycle(interval, *sorted(numbers)))], PRODUCTS)
    assert [one[2]["shortest"] for one in found] == ([str(shortest)] if shortest < 7 else [])
