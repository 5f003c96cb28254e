"""Rules about products that are mistaken for each other (C8)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dispenser.core.product import Product
from safety import rule_codes
from safety.findings import Finding
from safety.rules.keys import Holds, Key, Values
from safety.rules.pairs import fired_in_pairs
from safety.rules.rule import About, Asked, Kind, Line
from safety.rules.which import Which


@dataclass(frozen=True, slots=True)
class LookAlike:
    """Products whose name and strength begin with different ones of `names`."""

    about: About
    names: tuple[str, ...]
    needs_two: bool = True
    atc: tuple[str, ...] = ()

    def concerns(self, product: Product) -> bool:
        """Return whether the product is one of those."""
        return bool(self._entries(product))

    def alike(self, product: Product, other: Product) -> bool:
        """Return whether one can be mistaken for the other."""
        one, two = self._entries(product), self._entries(other)
        return bool(one and two) and one != two

    def check(self, lines: Sequence[Line], asked: Asked) -> Iterator[Finding]:
        """Yield a finding for each packed line of every two that look alike."""
        yield from fired_in_pairs(rule_codes.LOOK_ALIKE, lines, self.about, asked, self._clash)

    def _clash(self, line: Line, other: Line) -> bool:
        return self.alike(line.product, other.product)

    def _entries(self, product: Product) -> tuple[str, ...]:
        return tuple(name for name in self.names if Which(names=(name,)).fits(product))


def _build(about: About, values: Values) -> LookAlike:
    return LookAlike(about, values.list("names"))


KIND: Final = Kind(
    "look_alike",
    "products that are mistaken for each other: a warning if a citizen gets two of them",
    (Key("names", Holds.WORDS, "beginnings of name and strength, two or more: `Furix 20 mg`"),),
    _build,
)
