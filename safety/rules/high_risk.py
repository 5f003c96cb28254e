"""Rules about medicines that two persons must agree to pack (C10)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from dispenser.core.plan import Ordination
from dispenser.core.product import Product
from safety import rule_codes
from safety.findings import Finding
from safety.rules.amounts import dosage_text, structures_of, taken_from, units_on
from safety.rules.keys import WHICH_KEYS, WHICH_NAMES, Holds, Key, Values
from safety.rules.rule import About, Asked, Kind, Line, fired
from safety.rules.which import Which, which_of


@dataclass(frozen=True, slots=True)
class HighRisk:
    """Products that wait for two persons; with `intervals`, any other cycle of days is never packed."""

    about: About
    which: Which
    intervals: tuple[int, ...] = ()
    needs_two: bool = False

    @property
    def atc(self) -> tuple[str, ...]:
        """Beginnings of the ATC codes it concerns."""
        return self.which.atc

    def concerns(self, product: Product) -> bool:
        """Return whether the product is one of those."""
        return self.which.fits(product)

    def check(self, lines: Sequence[Line], asked: Asked) -> Iterator[Finding]:
        """Yield a finding for every packed line, and another for each cycle that is not allowed."""
        for line in lines:
            if not line.packed or not taken_from(line.ordination, asked.day):
                continue
            name = line.product.name
            dosage = dosage_text(line.ordination)
            yield fired(rule_codes.HIGH_RISK, line, self.about, asked, product=name, dosage=dosage)
            if self.intervals:
                allowed = ", ".join(map(str, sorted(self.intervals)))
                for interval in sorted(_cycles(line.ordination, asked.day) - set(self.intervals)):
                    details = {"product": name, "found": interval, "allowed": allowed}
                    yield fired(rule_codes.OTHER_INTERVAL, line, self.about, asked, **details)


def _cycles(ordination: Ordination, day: date) -> set[int]:
    """Cycles, in days, of what is given on `day` or later; 0 is not iterated."""
    return {
        structure.interval
        for structure in structures_of(ordination)
        if (structure.end is None or structure.end >= day) and any(units_on(one) != 0 for one in structure.days)
    }


def _build(about: About, values: Values) -> HighRisk:
    return HighRisk(about, which_of(values), values.numbers.get("intervals", ()))


KIND: Final = Kind(
    "high_risk",
    "medicines that are parked until two persons, one of them a pharmacist, have agreed to this dosage",
    (
        *WHICH_KEYS,
        Key(
            "intervals",
            Holds.NUMBERS,
            "the only cycles allowed, in days: [7]; any other is parked, and nobody can override it",
            required=False,
        ),
    ),
    _build,
    WHICH_NAMES,
)
