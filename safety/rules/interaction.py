"""Rules about two substances that are not taken together, or only with care (H19)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dispenser.core.product import Product
from safety import rule_codes
from safety.findings import Code, Finding
from safety.rules.keys import Holds, Key, Values
from safety.rules.pairs import fired_in_pairs
from safety.rules.rule import About, Asked, Kind, Line
from safety.rules.which import begins

SEVERITIES: Final[Mapping[str, Code]] = {
    "contraindicated": rule_codes.CONTRAINDICATED,
    "discouraged": rule_codes.DISCOURAGED,
    "caution": rule_codes.CAUTION,
}


@dataclass(frozen=True, slots=True)
class Interaction:
    """A line of `one` and a line of `other`, by beginnings of ATC codes, in the same days."""

    about: About
    one: tuple[str, ...]
    other: tuple[str, ...]
    severity: str
    needs_two: bool = True

    @property
    def atc(self) -> tuple[str, ...]:
        """Beginnings of the ATC codes of both sides."""
        return (*self.one, *self.other)

    def concerns(self, product: Product) -> bool:
        """Return whether the product is on either side."""
        return begins(product.atc, self.atc)

    def check(self, lines: Sequence[Line], asked: Asked) -> Iterator[Finding]:
        """Yield a finding for each packed line of every two that interact."""
        yield from fired_in_pairs(SEVERITIES[self.severity], lines, self.about, asked, self._clash)

    def _clash(self, line: Line, other: Line) -> bool:
        codes = line.product.atc, other.product.atc
        return any(begins(one, self.one) and begins(two, self.other) for one, two in (codes, codes[::-1]))


def _build(about: About, values: Values) -> Interaction:
    return Interaction(about, values.list("one"), values.list("other"), values.text("severity"))


KIND: Final = Kind(
    "interaction",
    "two substances in the same days: contraindicated is parked for two persons, discouraged for a pharmacist, "
    "caution warns",
    (
        Key("one", Holds.ATC, "substances on the one side"),
        Key("other", Holds.ATC, "substances on the other side"),
        Key("severity", Holds.CHOICE, "how bad it is", choices=tuple(SEVERITIES)),
    ),
    _build,
)
