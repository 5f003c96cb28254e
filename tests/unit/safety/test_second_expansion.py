"""What the second expansion says of each day, and in which words it says that it cannot."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

import safety.second_expansion
from dispenser.core.dosage import Dosage, DosageStructure, FreeTextDosage
from dispenser.core.plan import Ordination
from dispenser.core.roll import Period
from safety.second_expansion import GivenDose, SecondExpansion, UnverifiableError, expected_doses
from tests.support.medicine import (
    EVENING,
    MONDAY,
    MORNING,
    NOON,
    SLOTS,
    clock,
    daily,
    day,
    dosage,
    dose,
    ordination,
    structure,
)

WEEK = Period(MONDAY, MONDAY + timedelta(days=6))
ONE = GivenDose(MORNING, Fraction(1), "morning 1")
TWO = GivenDose(MORNING, Fraction(2), "morning 2")


def on(number: int) -> date:
    return MONDAY + timedelta(days=number - 1)


def given(of: Dosage | Ordination, period: Period = WEEK) -> list[tuple[tuple[GivenDose, ...], int]]:
    line = of if isinstance(of, Ordination) else ordination(of)
    return list(SecondExpansion(period, SLOTS).given(line))


def test_a_day_gives_every_dose_by_slot_under_its_name() -> None:
    many = daily(dose("0.5"), dose("1", clock("07:30")), dose("0.25"), dose("0", NOON), dose("2", EVENING))
    doses = (
        GivenDose(MORNING, Fraction(3, 4), "morning 3/4"),
        GivenDose(clock("07:30"), Fraction(1), "07:30 1"),
        GivenDose(EVENING, Fraction(2), "evening 2"),
    )
    assert given(many) == [(doses, 0b1111111)]


def test_plain_doses_come_first_and_stand_at_the_sites_times() -> None:
    assert given(daily(dose("1", NOON), dose("2", None), dose("1", None))) == [
        ((TWO, GivenDose(EVENING, Fraction(1), "evening 1"), GivenDose(NOON, Fraction(1), "noon 1")), 0b1111111)
    ]


def test_both_ends_of_structure_and_treatment_are_inside() -> None:
    how = dosage(structure(day(1, dose("1")), start=on(2), end=on(5)))
    assert given(how) == [((ONE,), 0b0011110)]
    assert given(ordination(how, first=on(3), last=on(4))) == [((ONE,), 0b0001100)]
    assert given(ordination(daily(dose("1")), first=on(7))) == [((ONE,), 0b1000000)]
    assert given(ordination(daily(dose("1")), first=on(8))) == []
    assert given(ordination(daily(dose("1")), last=on(1))) == [((ONE,), 0b0000001)]
    assert given(ordination(daily(dose("1")), last=on(0))) == []


def test_a_cycle_counts_from_its_start() -> None:
    days = (day(1, dose("1")), day(3, dose("2")))
    assert given(dosage(DosageStructure(3, on(0), None, days))) == [
        ((), 0b1001001),
        ((TWO,), 0b0010010),
        ((ONE,), 0b0100100),
    ]


def test_a_dosage_that_is_not_iterated_is_given_once() -> None:
    days = (day(1, dose("1")), day(3, dose("2")))
    listed = [(doses, when) for doses, when in given(dosage(DosageStructure(0, MONDAY, None, days))) if doses]
    assert listed == [((ONE,), 0b0000001), ((TWO,), 0b0000100)]


def test_structures_follow_each_other() -> None:
    first = structure(day(1, dose("1")), end=on(3))
    then = structure(day(1, dose("2")), start=on(4), end=on(5))
    assert given(dosage(then, first)) == [((ONE,), 0b0000111), ((TWO,), 0b0011000)]


@pytest.mark.parametrize(
    ("of", "why"),
    [
        (FreeTextDosage("en om dagen"), "not structured"),
        (daily(dose("1", as_needed=True)), "as needed"),
        (daily(dose(("1", "2"))), "a range"),
        (daily(dose("-0.25")), "-0.25 is no amount"),
        (daily(dose("NaN")), "NaN is no amount"),
        (daily(dose("Infinity")), "Infinity is no amount"),
        (daily(*(dose("1", None) for _ in range(5))), "no times for 5 doses a day"),
        (dosage(structure(day(0, dose("1")))), "a day without a number"),
        (dosage(structure(day(1, dose("1")), day(-1, dose("1")))), "a day without a number"),
        (
            dosage(structure(day(1, dose("1")), end=on(3)), structure(day(1, dose("1")), start=on(3))),
            "two structures on 2026-11-25",
        ),
    ],
)
def test_why_it_cannot_be_followed(of: Dosage, why: str) -> None:
    with pytest.raises(UnverifiableError) as caught:
        given(of)
    assert str(caught.value) == why


def test_what_no_day_asks_for_is_no_error() -> None:
    assert given(dosage(structure(day(1, dose("1", as_needed=True)), start=on(8)))) == []


def test_lines_of_one_turn_are_walked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety.second_expansion, "_MOST_KNOWN", 2)
    second = SecondExpansion(WEEK, SLOTS)
    lines = [ordination(daily(dose(str(units)))) for units in (1, 2, 3)]
    first = second.given(lines[0])
    assert second.given(ordination(lines[0].dosage, "B")) is first
    second.given(lines[1])
    assert second.given(lines[0]) is first
    # What is remembered is bounded: a third begins it afresh.
    third = second.given(lines[2])
    assert second.given(lines[2]) is third
    assert second.given(lines[0]) is not first
    assert second.given(lines[0]) == first


def test_doses_by_date_and_slot() -> None:
    line = ordination(dosage(structure(day(2, dose("1"), dose("0.5", EVENING)), interval=3)))
    assert expected_doses(line, WEEK, SLOTS) == {
        (on(2), MORNING): Fraction(1),
        (on(2), EVENING): Fraction(1, 2),
        (on(5), MORNING): Fraction(1),
        (on(5), EVENING): Fraction(1, 2),
    }
