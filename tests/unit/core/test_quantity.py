"""Quantities are exact quarters, and are printed without anything that could be misread."""

from decimal import Decimal

import pytest

from dispenser.core.quantity import QuantityError, Quarters, quarters_of, started_units, text_of, units_of


@pytest.mark.parametrize(
    ("quarters", "units", "text", "started"),
    [
        (0, "0", "0", 0),
        (1, "0.25", "0,25", 1),
        (2, "0.5", "0,5", 1),
        (3, "0.75", "0,75", 1),
        (4, "1", "1", 1),
        (5, "1.25", "1,25", 2),
        (6, "1.5", "1,5", 2),
        (7, "1.75", "1,75", 2),
        (40, "10", "10", 10),
        (396, "99", "99", 99),
    ],
)
def test_quarters_units_and_text_are_one_quantity(quarters: int, units: str, text: str, started: int) -> None:
    assert str(units_of(Quarters(quarters))) == units
    assert quarters_of(Decimal(units)) == quarters
    assert quarters_of(Decimal(f"{units}000" if "." in units else f"{units}.000")) == quarters
    assert text_of(Quarters(quarters)) == text
    assert started_units(Quarters(quarters)) == started


@pytest.mark.parametrize("amount", ["-0.25", "-1", "NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_quantity_is_told_as_it_was_written(amount: str) -> None:
    with pytest.raises(QuantityError) as caught:
        quarters_of(Decimal(amount))
    assert str(caught.value) == f"{amount} is not a quantity"


@pytest.mark.parametrize("amount", ["0.1", "0.3", "0.125", "1.000000001"])
def test_what_no_tablet_breaks_into_is_never_rounded(amount: str) -> None:
    with pytest.raises(QuantityError) as caught:
        quarters_of(Decimal(amount))
    assert str(caught.value) == f"{amount} is not a multiple of 1/4"
