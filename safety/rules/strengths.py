"""Strengths and amounts, exactly: `62,5 mikrogram`, `667 mg/ml`, `200 mg + 50 mg`; no float, no rounding.

A mass is a whole number: nano-units of the product times billionths of a nanogram, so that every amount and strength
that FMK can write has one.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from dispenser.core.limits import FRACTION_DIGITS

UNITS: Final = {
    "g": ("mass", 9),
    "mg": ("mass", 6),
    "mikrogram": ("mass", 3),
    "nanogram": ("mass", 0),
    "mmol": ("mmol", 0),
    "IE": ("IE", 0),
    "stk": ("count", 0),
}
"""Unit of a cap -> what it measures, and its power of ten above the smallest unit of that."""
_ALIASES: Final = {"µg": "mikrogram", "μg": "mikrogram", "ie": "IE", "mikg": "mikrogram"}
_PART: Final = re.compile(r"([0-9]{1,9}(?:,[0-9]{1,9})?) ?([a-zA-Zµμ]+)(?:/([a-z]+))?")
_SPACES: Final = str.maketrans("\u00a0\u2009\u202f", "   ")
"""Spaces at which no line breaks, and narrow ones, as price lists write them."""
_ZEROS: Final = re.compile(r"\.?0+$")
_ONE: Final[int] = 10**FRACTION_DIGITS


@dataclass(frozen=True, slots=True)
class Strength:
    """How much of what one unit of a product holds: `measure` of UNITS, billionths of its smallest unit, per what.

    `per` is "" for each tablet or capsule, `ml` for a liquid.
    """

    measure: str
    billionths: int
    per: str = ""


@lru_cache(maxsize=4096)
def strengths_of(text: str) -> tuple[Strength, ...]:
    """Return the strength of each substance of a catalogue text; none where it cannot be read exactly."""
    found: list[Strength] = []
    for part in text.translate(_SPACES).split("+"):
        matched = _PART.fullmatch(part.strip())
        if matched is None:
            return ()
        number, word, per = matched.groups()
        unit = UNITS.get(_ALIASES.get(word, word))
        amount = billionths(Decimal(number.replace(",", ".")))
        if unit is None or unit[0] == "count" or amount == 0:
            return ()
        found.append(Strength(unit[0], amount * int(10 ** unit[1]), per or ""))
    return tuple(found)


def billionths(amount: Decimal) -> int:
    """Return an amount of at most nine decimals as a whole number of billionths."""
    sign, digits, exponent = amount.as_tuple()
    # Both hold of every amount that is asked about; a special value has a letter as its exponent.
    power = FRACTION_DIGITS + int(exponent)
    whole = int("".join(map(str, digits))) * int(10**power)
    return -whole if sign else whole


def limit_of(amount: Decimal, unit: str) -> int:
    """Return a cap as a mass, to be compared with nano-units times the billionths of a strength."""
    return billionths(amount) * int(10 ** UNITS[unit][1]) * _ONE


def text_of(mass: int, unit: str) -> str:
    """Return a mass in `unit`, as short as it can be written: `4.5`."""
    power = 2 * FRACTION_DIGITS + UNITS[unit][1]
    whole, rest = divmod(mass, 10**power)
    return shortest(f"{whole}.{rest:0{power}d}")


def shortest(number: str) -> str:
    """Return a number without the zeros that say nothing: `4.50` is `4.5`, and `10.0` is `10`."""
    return _ZEROS.sub("", number) if "." in number else number
