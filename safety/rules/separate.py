"""Rules about products that must be alone in their pouch (R10)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dispenser.core.product import Product
from safety import rule_codes
from safety.findings import Finding
from safety.rules.keys import WHICH_KEYS, WHICH_NAMES, Values
from safety.rules.rule import About, Asked, Kind, Line, fired
from safety.rules.which import Which, which_of


@dataclass(frozen=True, slots=True)
class Separate:
    """Products that must be alone; the packing does it for those that the catalogue marks so, the others wait."""

    about: About
    which: Which
    needs_two: bool = False

    @property
    def atc(self) -> tuple[str, ...]:
        """Beginnings of the ATC codes it concerns."""
        return self.which.atc

    def concerns(self, product: Product) -> bool:
        """Return whether the product must be alone and would not be."""
        return self.which.fits(product) and not product.separate_pouch

    def check(self, lines: Sequence[Line], asked: Asked) -> Iterator[Finding]:
        """Yield a finding for every line of such a product."""
        for line in lines:
            if line.packed:
                yield fired(rule_codes.NOT_SEPARATE, line, self.about, asked, product=line.product.name)


def _build(about: About, values: Values) -> Separate:
    return Separate(about, which_of(values))


KIND: Final = Kind(
    "separate",
    "products that must be alone in their pouch: the line is parked until the catalogue marks the product so, "
    "and then it is packed alone",
    WHICH_KEYS,
    _build,
    WHICH_NAMES,
)
