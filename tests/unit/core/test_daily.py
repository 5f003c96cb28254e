"""Daily dose and dosage type, quirks of FMK's tools included."""

from decimal import Decimal

import pytest

from dispenser.core.daily import ACCORDING_TO_NEED, COMBINED, FIXED, UNSPECIFIED, daily_dose, dosage_type
from dispenser.core.dosage import Dosage, FreeTextDosage, LocalSchemaDosage
from tests.support.medicine import MORNING, NOON, daily, day, dosage, dose, structure


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (daily(dose("1"), dose("0.5", NOON)), Decimal("1.5")),
        (dosage(structure(day(1, dose("1")), day(4, dose("1")), interval=7)), Decimal("0.285714286")),
        (dosage(structure(day(1, dose("5")), day(3, dose("5")), interval=0)), Decimal("3.333333333")),
        (dosage(structure(day(1, dose("5")), day(3, dose("4")), interval=0)), None),
        (dosage(structure(day(1, dose(("1", "2"))))), (Decimal(1), Decimal(2))),
        (dosage(structure(day(1, dose(("2", "2"))))), Decimal(2)),
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
        (FreeTextDosage("ord"), UNSPECIFIED),
        (LocalSchemaDosage(), UNSPECIFIED),
    ],
)
def test_dosage_type(how: Dosage, expected: str) -> None:
    assert dosage_type(how) == expected
