"""Rules about two medicines of a kind (H17)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dispenser.core.product import Product
from safety import rule_codes
from safety.findings import Finding
from safety.rules.keys import Holds, Key, Values
from safety.rules.pairs import fired_in_pairs
from safety.rules.rule import About, Asked, Kind, Line
from safety.rules.which import ATC_LENGTHS, begins


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two lines of a group in the same days, alike in their first `alike` characters of the ATC code.

    Two lines of the very same code count only with `same`: two strengths of one substance are common, and told anyway.
    """

    about: About
    atc: tuple[str, ...]
    alike: int = 0
    same: bool = False
    needs_two: bool = True

    def concerns(self, product: Product) -> bool:
        """Return whether the product is of the group."""
        return begins(product.atc, self.atc)

    def check(self, lines: Sequence[Line], asked: Asked) -> Iterator[Finding]:
        """Yield a finding for each packed line of every two of a kind."""
        yield from fired_in_pairs(rule_codes.DUPLICATE, lines, self.about, asked, self._clash)

    def _clash(self, line: Line, other: Line) -> bool:
        one, two = line.product.atc, other.product.atc
        return one[: self.alike] == two[: self.alike] and (self.same or one != two)


def _build(about: About, values: Values) -> Duplicate:
    alike = ATC_LENGTHS[values.number("level") - 1] if "level" in values.numbers else 0
    return Duplicate(about, values.list("atc"), alike, values.flag("same_substance"))


KIND: Final = Kind(
    "duplicate",
    "two lines of a group in the same days: parked for a pharmacist",
    (
        Key("atc", Holds.ATC, "the group"),
        Key(
            "level",
            Holds.NUMBER,
            "only lines alike at this level of the ATC code: 4 is the first five characters",
            required=False,
            most=len(ATC_LENGTHS),
        ),
        Key("same_substance", Holds.FLAG, "true: two lines of the very same ATC code count too", required=False),
    ),
    _build,
)
