"""Rules about how long a product may be outside its pack, where that is less than six weeks (R6)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dispenser.core.product import Product
from safety import rule_codes
from safety.findings import Finding
from safety.rules.keys import WHICH_KEYS, WHICH_NAMES, Holds, Key, Values
from safety.rules.rule import About, Asked, Kind, Line, fired
from safety.rules.which import Which, which_of

MOST_DAYS: Final = 42
"""Days that any medicine may be outside its pack (Danish Medicines Agency: six weeks)."""


@dataclass(frozen=True, slots=True)
class DaysOutside:
    """Products that may be outside their pack for `days` at most."""

    about: About
    which: Which
    days: int
    needs_two: bool = False

    @property
    def atc(self) -> tuple[str, ...]:
        """Beginnings of the ATC codes it concerns."""
        return self.which.atc

    def concerns(self, product: Product) -> bool:
        """Return whether the product is one of those."""
        return self.which.fits(product)

    def check(self, lines: Sequence[Line], asked: Asked) -> Iterator[Finding]:
        """Yield the limit of every line; it stops nothing; whoever fills must keep it."""
        for line in lines:
            if line.packed:
                details = {"product": line.product.name, "days": self.days}
                yield fired(rule_codes.SHORT_LIFE, line, self.about, asked, **details)


def _build(about: About, values: Values) -> DaysOutside:
    return DaysOutside(about, which_of(values), values.number("days"))


KIND: Final = Kind(
    "days_outside",
    "products that may be outside their pack for fewer than 42 days: told on the line",
    (*WHICH_KEYS, Key("days", Holds.NUMBER, "most days outside the pack", most=MOST_DAYS)),
    _build,
    WHICH_NAMES,
)
