"""The second expansion says what it cannot follow."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from dispenser.core.dosage import Dosage, FreeTextDosage
from dispenser.core.expander import Expander, IntakePattern
from dispenser.core.ids import OrdinationId, ProductId
from dispenser.core.moment import Moment
from dispenser.core.pouch import Content, Pouch
from dispenser.core.presence import Absence, Noted, Presence
from dispenser.core.quantity import Quarters
from dispenser.core.roll import Period, Roll
from safety.second_expansion import SecondExpansion
from safety.verifier import NOTHING_NOTED, UnverifiableError, expected_doses, verify_intakes, verify_roll
from tests.support.medicine import (
    EVENING,
    FORTNIGHT,
    MONDAY,
    MORNING,
    NIGHT,
    SLOTS,
    clock,
    daily,
    day,
    dosage,
    dose,
    ordination,
    plan,
    roll,
    structure,
)
from tests.support.told import told


@pytest.mark.parametrize(
    ("how", "why"),
    [
        (FreeTextDosage("ord"), "not structured"),
        (daily(dose("1", as_needed=True)), "as needed"),
        (daily(dose(("1", "2"))), "a range"),
        (daily(dose("-1")), "no amount"),
        (daily(dose("NaN")), "no amount"),
        (daily(*[dose("1", None)] * 5), "no times for 5"),
        (dosage(structure(day(0, dose("1")), interval=0)), "without a number"),
        (dosage(structure(day(1, dose("1"))), structure(day(1, dose("1")))), "two structures"),
    ],
)
def test_what_it_cannot_follow(how: Dosage, why: str) -> None:
    with pytest.raises(UnverifiableError, match=why):
        expected_doses(ordination(how), FORTNIGHT, SLOTS)


def test_a_taper_is_given_once() -> None:
    line = ordination(dosage(structure(day(1, dose("2")), day(3, dose("1")), interval=0)))
    expected = {(MONDAY, MORNING): Fraction(2), (MONDAY + timedelta(days=2), MORNING): Fraction(1)}
    assert expected_doses(line, FORTNIGHT, SLOTS) == expected


def test_what_it_finds() -> None:
    line = ordination(
        dosage(structure(day(2, dose("0.5"), dose("0", EVENING)), interval=2)),
        first=MONDAY + timedelta(days=2),
        last=MONDAY + timedelta(days=6),
    )
    expected = {(MONDAY + timedelta(days=n), MORNING): Fraction(1, 2) for n in (3, 5)}
    assert expected_doses(line, FORTNIGHT, SLOTS) == expected


TWO_DAYS = Period(MONDAY, MONDAY + timedelta(days=1))
PLAN = plan(ordination(daily(dose("1"), dose("0.5", EVENING)), "A"), ordination(daily(dose("2")), "B"))
ROLL = roll(PLAN, TWO_DAYS)
FIRST, SECOND, THIRD, FOURTH = ROLL.pouches
VAGUE = ordination(FreeTextDosage("ord"), "C")
_A, _B = "ordination=ordination-A product=A", "ordination=ordination-B product=B"
_C = "ordination=ordination-C product=C"
_EVENING = "slot=evening expected=1/2 packed=0"


def content(line: str, what: str, quarters: int) -> Content:
    return Content(OrdinationId(f"ordination-{line}"), ProductId(what), Quarters(quarters))


def of(*pouches: Pouch) -> Roll:
    return replace(ROLL, pouches=pouches)


def test_what_packing_made_is_what_is_expected() -> None:
    assert verify_roll(ROLL, PLAN, SLOTS) == ()


@pytest.mark.parametrize(
    ("wrong", "lines"),
    [
        (
            of(FIRST, SECOND, THIRD),
            [
                f"DOSE-0201 0000010001 {_A} date=2026-11-24 {_EVENING}",
                "DOSE-0204 0000010001 ordination=ordination-A expected=3 packed=5/2",
            ],
        ),
        (
            of(replace(FIRST, contents=FIRST.contents[:1]), SECOND, THIRD, FOURTH),
            [
                f"DOSE-0201 0000010001 {_B} date=2026-11-23 slot=morning expected=2 packed=0",
                "DOSE-0204 0000010001 ordination=ordination-B expected=4 packed=2",
            ],
        ),
        (
            of(replace(FIRST, contents=(*FIRST.contents, content("C", "C", 3))), SECOND, THIRD, FOURTH),
            [
                f"DOSE-0202 0000010001 {_C} date=2026-11-23 slot=morning expected=0 packed=3/4",
                "DOSE-0204 0000010001 ordination=ordination-C expected=0 packed=3/4",
            ],
        ),
        (
            of(FIRST, replace(SECOND, contents=(content("A", "A", 1),)), THIRD, FOURTH),
            [
                f"DOSE-0203 0000010001 {_A} date=2026-11-23 slot=evening expected=1/2 packed=1/4",
                "DOSE-0204 0000010001 ordination=ordination-A expected=3 packed=11/4",
            ],
        ),
        (
            of(FIRST, replace(SECOND, slot=NIGHT), THIRD, FOURTH),
            [
                f"DOSE-0201 0000010001 {_A} date=2026-11-23 {_EVENING}",
                f"DOSE-0202 0000010001 {_A} date=2026-11-23 slot=night expected=0 packed=1/2",
            ],
        ),
    ],
)
def test_every_difference_is_told_dose_by_dose_and_in_total(wrong: Roll, lines: list[str]) -> None:
    assert told(verify_roll(wrong, PLAN, SLOTS)) == lines


def test_a_line_that_cannot_be_followed_is_told_and_hides_nothing() -> None:
    vague = replace(PLAN, ordinations=(VAGUE, *PLAN.ordinations))
    assert told(verify_roll(ROLL, vague, SLOTS)) == ["DOSE-0205 0000010001 ordination=ordination-C why=not structured"]


def test_what_was_to_be_taken_before_is_history() -> None:
    since = Moment(TWO_DAYS.last, clock("18:00"))
    assert verify_roll(ROLL, PLAN, SLOTS, (), NOTHING_NOTED, since) == ()
    assert verify_roll(of(FOURTH), PLAN, SLOTS, (), NOTHING_NOTED, since) == ()
    assert told(verify_roll(of(), PLAN, SLOTS, (), NOTHING_NOTED, since)) == [
        f"DOSE-0201 0000010001 {_A} date=2026-11-24 {_EVENING}",
        "DOSE-0204 0000010001 ordination=ordination-A expected=1/2 packed=0",
    ]
    later = replace(since, at=clock("18:01"))
    assert verify_roll(of(), PLAN, SLOTS, (), NOTHING_NOTED, later) == ()


def test_nothing_is_expected_in_an_absence_or_of_what_other_rolls_hold() -> None:
    morning = [
        f"DOSE-0202 0000010001 {_A} date=2026-11-23 slot=morning expected=0 packed=1",
        f"DOSE-0202 0000010001 {_B} date=2026-11-23 slot=morning expected=0 packed=2",
    ]
    away = Noted((Absence(Presence.HOLD, MONDAY, MONDAY),))
    assert told(verify_roll(ROLL, PLAN, SLOTS, (), away)) == [
        *morning,
        f"DOSE-0202 0000010001 {_A} date=2026-11-23 slot=evening expected=0 packed=1/2",
        "DOSE-0204 0000010001 ordination=ordination-A expected=3/2 packed=3",
        "DOSE-0204 0000010001 ordination=ordination-B expected=2 packed=4",
    ]
    assert told(verify_roll(ROLL, PLAN, SLOTS, (of(FIRST),))) == [
        *morning,
        "DOSE-0204 0000010001 ordination=ordination-A expected=2 packed=3",
        "DOSE-0204 0000010001 ordination=ordination-B expected=2 packed=4",
    ]


MADE = Expander(TWO_DAYS, SLOTS).intakes(PLAN.ordinations)
MORNINGS, EVENINGS = MADE
_MISSING = [
    f"DOSE-0201 citizen-1 {_A} date=2026-11-23 slot=morning expected=1 packed=0",
    f"DOSE-0201 citizen-1 {_A} date=2026-11-23 slot=evening expected=1/2 packed=0",
    f"DOSE-0201 citizen-1 {_B} date=2026-11-23 slot=morning expected=2 packed=0",
]


@pytest.mark.parametrize(
    ("intakes", "lines"),
    [
        (MADE, []),
        ([], _MISSING),
        ([MORNINGS._replace(days=0b01), EVENINGS], [line.replace("-23", "-24") for line in _MISSING[::2]]),
        ([MORNINGS._replace(days=0b10), EVENINGS], _MISSING[::2]),
        (
            [*MADE, MORNINGS],
            [
                f"DOSE-0202 citizen-1 {_A} date=2026-11-23 slot=morning expected=0 packed=1",
                f"DOSE-0202 citizen-1 {_B} date=2026-11-23 slot=morning expected=0 packed=2",
            ],
        ),
        (
            [MORNINGS._replace(portions=((PLAN.ordinations[0], Quarters(3)), MORNINGS.portions[1])), EVENINGS],
            [f"DOSE-0202 citizen-1 {_A} date=2026-11-23 slot=morning expected=0 packed=3/4", _MISSING[0]],
        ),
        (
            [*MADE, IntakePattern(clock("07:30"), 0b10, ((ordination(daily(dose("1")), "X"), Quarters(6)),))],
            ["DOSE-0202 citizen-1 ordination=ordination-X product= date=2026-11-24 slot=07:30 expected=0 packed=3/2"],
        ),
    ],
)
def test_intakes_in_bulk(intakes: list[IntakePattern], lines: list[str]) -> None:
    assert told(verify_intakes(intakes, PLAN, SecondExpansion(TWO_DAYS, SLOTS))) == lines


def test_intakes_of_one_slot_on_days_of_their_own_are_one() -> None:
    """A line of two structures gives the same dose on the days of both."""
    first = structure(day(1, dose("1")), end=MONDAY)
    then = structure(day(1, dose("1")), start=TWO_DAYS.last)
    both = plan(ordination(dosage(first, then), "A"))
    second = SecondExpansion(TWO_DAYS, SLOTS)
    assert verify_intakes(Expander(TWO_DAYS, SLOTS).intakes(both.ordinations), both, second) == ()
    assert told(verify_intakes([], both, second)) == [_MISSING[0]]


def test_an_intake_in_bulk_that_cannot_be_followed() -> None:
    vague = replace(PLAN, ordinations=(VAGUE, *PLAN.ordinations))
    assert told(verify_intakes(MADE, vague, SecondExpansion(TWO_DAYS, SLOTS))) == [
        "DOSE-0205 citizen-1 ordination=ordination-C why=not structured"
    ]
