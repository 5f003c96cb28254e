"""The form of an expansion that no site has touched: exact quantities, plain doses without a place."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from dispenser.core.dosage import FreeTextDosage, Slot, StructuredDosage
from dispenser.core.expansion import ordered_intakes
from dispenser.core.roll import Period
from tests.support.medicine import EVENING, MONDAY, MORNING, NIGHT, clock, day, dosage, dose, structure

TWO_DAYS = Period(MONDAY, MONDAY + timedelta(days=1))


def told(how: StructuredDosage, window: Period = TWO_DAYS) -> list[tuple[date, Slot | None, str]]:
    return [(one.date, one.slot, str(one.amount)) for one in ordered_intakes(how, window)]


def test_a_day_is_told_by_its_times_and_plain_doses_come_last() -> None:
    how = dosage(structure(day(1, dose("1", None), dose("2", NIGHT), dose("3", clock("07:59")), dose("4", MORNING))))
    assert told(how, Period(MONDAY, MONDAY)) == [
        (MONDAY, clock("07:59"), "3"),
        (MONDAY, MORNING, "4"),
        (MONDAY, NIGHT, "2"),
        (MONDAY, None, "1"),
    ]


def test_one_slot_is_one_intake_and_every_plain_dose_is_one() -> None:
    how = dosage(structure(day(1, *[dose("0.25", EVENING)] * 3, *[dose("0.25", None)] * 2)))
    assert told(how, Period(MONDAY, MONDAY)) == [
        (MONDAY, EVENING, "0.75"),
        (MONDAY, None, "0.25"),
        (MONDAY, None, "0.25"),
    ]


def test_zeros_give_none_and_do_not_hide_what_follows() -> None:
    how = dosage(structure(day(1, dose("0", MORNING), dose("0", None), dose("1", None), dose("1", EVENING))))
    assert told(how, Period(MONDAY, MONDAY)) == [(MONDAY, EVENING, "1"), (MONDAY, None, "1")]


def test_dates_come_before_slots() -> None:
    how = dosage(structure(day(1, dose("1", EVENING)), day(2, dose("2", MORNING)), interval=2))
    assert told(how) == [(MONDAY, EVENING, "1"), (MONDAY + timedelta(days=1), MORNING, "2")]


def test_all_reasons_stand_in_the_refusal() -> None:
    how = dosage(structure(day(1, dose(("2", "1"), as_needed=True))))
    with pytest.raises(ValueError, match=r"^range-reversed, as-needed, range$"):
        ordered_intakes(how, TWO_DAYS)
    with pytest.raises(ValueError, match=r"^free-text$"):
        ordered_intakes(FreeTextDosage("efter behov"), TWO_DAYS)


def test_quantities_are_exact_to_the_last_decimal() -> None:
    how = StructuredDosage("ml", (structure(day(1, *[dose("0.000000001", EVENING), dose("12345.1", EVENING)])),))
    assert [one.amount for one in ordered_intakes(how, Period(MONDAY, MONDAY))] == [Decimal("12345.100000001")]
