"""Daily dose and dosage type, quirks of FMK's tools included."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from dispenser.core.daily import ACCORDING_TO_NEED, COMBINED, FIXED, UNSPECIFIED, daily_dose, dosage_type
from dispenser.core.dosage import Dosage, DosageStructure, FreeTextDosage, LocalSchemaDosage
from tests.support.medicine import MONDAY, MORNING, NOON, daily, day, dosage, dose, structure


def pause(start: int, end: int | None) -> DosageStructure:
    """A declared pause from day `start` to day `end` of the treatment, both counted from 0."""
    last = None if end is None else MONDAY + timedelta(days=end)
    return structure(start=MONDAY + timedelta(days=start), end=last)


def stretch(start: int, end: int | None, amount: str = "1", *, as_needed: bool = True) -> DosageStructure:
    """As `pause`, with a dose a day."""
    empty = pause(start, end)
    return structure(day(1, dose(amount, as_needed=as_needed)), start=empty.start, end=empty.end)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (daily(dose("1"), dose("0.5", NOON)), Decimal("1.5")),
        (dosage(structure(day(1, dose("1")), day(4, dose("1")), interval=7)), Decimal("0.285714286")),
        (dosage(structure(day(1, dose("5")), day(3, dose("5")), interval=0)), Decimal("3.333333333")),
        (dosage(structure(day(1, dose("5")), day(3, dose("4")), interval=0)), None),
        (dosage(structure(day(1, dose(("1", "2"))))), (Decimal(1), Decimal(2))),
        (dosage(structure(day(1, dose(("2", "2"))))), Decimal(2)),
        (dosage(structure(day(1, dose("5")), day(2, dose("2"), dose("3", NOON)), interval=0)), None),
        (
            dosage(structure(day(1, dose("1"), dose("2", NOON)), day(2, dose("2", NOON), dose("1")), interval=0)),
            Decimal(3),
        ),
        (dosage(structure(day(1, dose("7")), interval=7, end=MONDAY + timedelta(days=5))), Decimal(7)),
        (dosage(structure(day(1, dose("7")), interval=7, end=MONDAY + timedelta(days=6))), Decimal(1)),
        (dosage(structure(day(1, dose("7")), day(2, dose("1")), interval=7, end=MONDAY + timedelta(days=5))), None),
        (dosage(structure(day(1, dose("7")), interval=-7)), None),
        (dosage(structure(day(1, dose("999999999.999999999")))), Decimal("999999999.999999999")),
        (dosage(structure(day(1, *[dose("999999999999999999")] * 24))), Decimal(23999999999999999976)),
        (daily(dose("NaN")), None),
        (daily(dose("sNaN")), None),
        (daily(dose("Infinity")), None),
        (daily(dose(("1", "Infinity"))), None),
        (daily(dose("1e18")), None),
        (daily(dose("1e-400")), Decimal(0)),
        (dosage(structure(day(1, dose("1"))), structure()), Decimal(1)),
        (dosage(structure(day(1, dose("1"))), structure(day(1, dose("1")))), None),
        (dosage(structure()), None),
        (dosage(structure(day(0, dose("1")), interval=0)), None),
        (daily(dose("1"), dose("1", as_needed=True)), None),
        (FreeTextDosage("ord"), None),
        (LocalSchemaDosage(), None),
    ],
)
def test_daily_dose(how: Dosage, expected: Decimal | tuple[Decimal, Decimal] | None) -> None:
    assert daily_dose(how) == expected


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (daily(dose("1")), FIXED),
        (dosage(structure()), FIXED),
        (daily(dose("1", as_needed=True)), ACCORDING_TO_NEED),
        (daily(dose("2", MORNING), dose(("1", "2"), None, as_needed=True)), COMBINED),
        (dosage(stretch(0, 5), pause(6, 9)), ACCORDING_TO_NEED),
        (dosage(pause(0, 5), stretch(6, 9)), ACCORDING_TO_NEED),
        (dosage(stretch(0, 5), pause(6, 9), pause(10, 11), stretch(12, None)), ACCORDING_TO_NEED),
        (dosage(pause(0, 1), pause(2, 3), stretch(4, None)), ACCORDING_TO_NEED),
        (dosage(stretch(0, 5), pause(7, 9)), COMBINED),
        (dosage(pause(0, 0), pause(2, 4), stretch(5, 5)), COMBINED),
        (dosage(pause(0, None), stretch(0, 5)), COMBINED),
        (dosage(pause(6, None), stretch(0, 5)), ACCORDING_TO_NEED),
        (dosage(stretch(0, 5, as_needed=False), pause(6, 9)), FIXED),
        (dosage(stretch(0, 5, as_needed=False), pause(7, 9)), FIXED),
        (dosage(stretch(0, 5, "0")), FIXED),
        (dosage(stretch(0, 5, "0"), pause(6, 9)), FIXED),
        (dosage(stretch(0, 5, "0"), stretch(6, 9)), ACCORDING_TO_NEED),
        (dosage(stretch(0, 5, "0"), stretch(8, 9)), COMBINED),
        (dosage(stretch(0, 5, "0"), stretch(6, 9, as_needed=False)), COMBINED),
        (dosage(structure(day(1, dose(("0", "0"), as_needed=True)))), ACCORDING_TO_NEED),
        (daily(dose("sNaN", as_needed=True)), ACCORDING_TO_NEED),
        (dosage(structure(start=date.min, end=date.max)), FIXED),
        (dosage(structure(start=date.min, end=date.max), structure(day(1, dose("1")), end=date.max)), FIXED),
        (FreeTextDosage("ord"), UNSPECIFIED),
        (LocalSchemaDosage(), UNSPECIFIED),
    ],
)
def test_dosage_type(how: Dosage, expected: str) -> None:
    assert dosage_type(how) == expected
