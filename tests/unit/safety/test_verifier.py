"""The second expansion says what it cannot follow."""

from datetime import timedelta
from fractions import Fraction

import pytest

from dispenser.core.dosage import Dosage, FreeTextDosage
from safety.verifier import UnverifiableError, expected_doses
from tests.support.medicine import (
    EVENING,
    FORTNIGHT,
    MONDAY,
    MORNING,
    SLOTS,
    daily,
    day,
    dosage,
    dose,
    ordination,
    structure,
)


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
