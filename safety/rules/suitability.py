"""Rules about products that no machine may pack."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dispenser.core.product import Product
from safety import rule_codes
from safety.findings import Finding
from safety.rules.keys import WHICH_KEYS, WHICH_NAMES, Holds, Key, Values
from safety.rules.rule import About, Asked, Kind, Line, fired
from safety.rules.which import Which, which_of


@dataclass(frozen=True, slots=True)
class Suitability:
    """Products that must not be packed by machine.

    With `unmarked` only those without the producer's D-mark, with `unless_tray` only those that are not kept out of
    the canisters by the catalogue.
    """

    about: About
    which: Which
    unmarked: bool = False
    unless_tray: bool = False
    needs_two: bool = False

    @property
    def atc(self) -> tuple[str, ...]:
        """Beginnings of the ATC codes it concerns."""
        return self.which.atc

    def concerns(self, product: Product) -> bool:
        """Return whether the product must not be packed."""
        excused = (self.unmarked and product.dispensable) or (self.unless_tray and product.tray_only)
        return self.which.fits(product) and not excused

    def check(self, lines: Sequence[Line], asked: Asked) -> Iterator[Finding]:
        """Yield a finding for every line of such a product."""
        for line in lines:
            if line.packed:
                yield fired(rule_codes.UNSUITABLE, line, self.about, asked, product=line.product.name)


def _build(about: About, values: Values) -> Suitability:
    return Suitability(about, which_of(values), values.flag("unmarked"), values.flag("unless_tray"))


KIND: Final = Kind(
    "suitability",
    "products that must not be packed by machine: the line is parked, and nobody can override it",
    (
        *WHICH_KEYS,
        Key("unmarked", Holds.FLAG, "true: only products without the producer's D-mark", required=False),
        Key("unless_tray", Holds.FLAG, "true: products that only a tray is filled with may be packed", required=False),
    ),
    _build,
    (*WHICH_NAMES, "unmarked"),
)
