"""Exact tablet counts: `Decimal` as ordered, whole quarters of a tablet in a pouch, floats nowhere."""

from decimal import Decimal
from typing import NewType

Quarters = NewType("Quarters", int)
"""Tablets in a pouch, counted in quarters: 4 is one tablet, 2 a half."""

QUARTERS_PER_UNIT = 4
LARGEST_DOSE_UNITS = 12
"""Most units of one product in one intake that a machine may pack unasked; more is a finding (C12)."""


class QuantityError(ValueError):
    """A quantity that no pouch can hold exactly."""


def quarters_of(amount: Decimal) -> Quarters:
    """Return `amount` units as whole quarters, never rounded.

    Raises:
        QuantityError: not finite, negative, or not a multiple of a quarter.
    """
    if not amount.is_finite() or amount < 0:
        message = f"{amount} is not a quantity"
        raise QuantityError(message)
    scaled = amount * QUARTERS_PER_UNIT
    if scaled != scaled.to_integral_value():
        message = f"{amount} is not a multiple of 1/4"
        raise QuantityError(message)
    return Quarters(int(scaled))


def units_of(quarters: Quarters) -> Decimal:
    """Return `quarters` as units without trailing zeros: 6 gives `Decimal("1.5")`."""
    whole, rest = divmod(quarters, QUARTERS_PER_UNIT)
    fraction = {0: "", 1: ".25", 2: ".5", 3: ".75"}[rest]
    return Decimal(f"{whole}{fraction}")


def text_of(quarters: Quarters) -> str:
    """Return the printed form with a decimal comma and no trailing zero: `1`, `0,5`, `1,25`."""
    return str(units_of(quarters)).replace(".", ",")


def started_units(quarters: Quarters) -> int:
    """Return how many units `quarters` takes room for: every started one counts, a half as one."""
    return -(-quarters // QUARTERS_PER_UNIT)
