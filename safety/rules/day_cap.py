"""Rules about how much of a substance may be taken in a day, whatever the lines (C22)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from dispenser.core.dosage import StructuredDosage
from dispenser.core.limits import COUNTED_UNITS
from dispenser.core.product import Product
from safety import rule_codes
from safety.findings import Finding
from safety.rules.amounts import add_days, horizon, structures_of, taken_from, units_on
from safety.rules.keys import Holds, Key, Values
from safety.rules.rule import About, Asked, Kind, Line, fired
from safety.rules.strengths import UNITS, limit_of, strengths_of, text_of
from safety.rules.which import begins

_COUNT: Final = 10**9
"""Billionths in one unit of a product, for a cap that counts units."""


@dataclass(frozen=True, slots=True)
class DayCap:
    """At most `most` of `unit` a day, summed over all lines whose ATC code begins with one of `atc`."""

    about: About
    atc: tuple[str, ...]
    most: Decimal
    unit: str
    needs_two: bool = False

    def concerns(self, product: Product) -> bool:
        """Return whether the product holds the substance."""
        return begins(product.atc, self.atc)

    def check(self, lines: Sequence[Line], asked: Asked) -> Iterator[Finding]:
        """Yield a finding for every packed line if some day's sum is over the cap, or cannot be computed."""
        taken = [line for line in lines if taken_from(line.ordination, asked.day)]
        bounds = [(line, self._bound(line, asked)) for line in taken]
        known = [(line, *bound) for line, bound in bounds if bound is not None]
        unknown = [line for line, bound in bounds if bound is None]
        packed = [line for line in taken if line.packed]
        if unknown:
            names = "; ".join(sorted(line.taken for line in unknown))
            for line in packed:
                details = {"most": self.most, "unit": self.unit, "lines": names}
                yield fired(rule_codes.CAP_NOT_CHECKABLE, line, self.about, asked, **details)
        limit = limit_of(self.most, self.unit)
        # A sum that no day can reach is not looked for day by day.
        if sum(times * most for _, times, most in known) > limit:
            yield from self._over([(line, times) for line, times, _ in known], packed, limit, asked)

    def _over(
        self, known: Sequence[tuple[Line, int]], packed: Sequence[Line], limit: int, asked: Asked
    ) -> Iterator[Finding]:
        length = horizon((line.ordination for line, _ in known), asked.day)
        each = [(line, _days(line, times, asked.day, length)) for line, times in known]
        sums = [sum(days[offset] for _, days in each) for offset in range(length)]
        total = max(sums)
        if total <= limit:
            return
        worst = sums.index(total)
        at = date.fromordinal(asked.day.toordinal() + worst)
        parts = sorted(
            f"{line.name}: {text_of(days[worst], self.unit)} {self.unit}" for line, days in each if days[worst]
        )
        since = max(_since(line, at) for line, days in each if days[worst])
        details = {"total": text_of(total, self.unit), "unit": self.unit, "most": self.most, "since": since}
        for line in packed:
            yield fired(rule_codes.OVER_CAP, line, self.about, asked, **details, lines="; ".join(parts))

    def _bound(self, line: Line, asked: Asked) -> tuple[int, int] | None:
        """What one unit is worth, and the most units on a day; None where either cannot be told."""
        times, most = self._times(line), _most(line, asked)
        return None if times is None or most is None else (times, most)

    def _times(self, line: Line) -> int | None:
        """Billionths of the cap's smallest unit in one unit of the product; None where that cannot be told."""
        dosage, product = line.ordination.dosage, line.product
        if not isinstance(dosage, StructuredDosage):
            return None
        word, own = dosage.unit.casefold(), product.units[0].casefold()
        counted = word in COUNTED_UNITS and own in COUNTED_UNITS
        if not counted and word not in {unit.casefold() for unit in product.units}:
            return None
        measure = UNITS[self.unit][0]
        if measure == "count":
            return _COUNT if counted else None
        strengths = strengths_of(product.strength)
        if len(strengths) != 1 or strengths[0].measure != measure or strengths[0].per != ("" if counted else own):
            return None
        return strengths[0].billionths


def _most(line: Line, asked: Asked) -> int | None:
    """Most units on a day that is not over, as a bound; None where there is none."""
    structures = [one for one in structures_of(line.ordination) if one.end is None or one.end >= asked.day]
    each = [asked.amounts.most_in(structure) for structure in structures]
    known = [most for most in each if most is not None]
    return sum(known) if len(known) == len(each) else None


def _days(line: Line, times: int, day: date, length: int) -> list[int]:
    sums = [0] * length
    # Every amount of a line that comes here is known to be exact.
    add_days(sums, line.ordination, day, lambda one: (units_on(one) or 0) * times)
    return sums


def _since(line: Line, at: date) -> date:
    """Return since when the line is as it is on `at`; it does not move while the days go by."""
    structures = structures_of(line.ordination)
    starts = [one.start for one in structures if one.start <= at and (one.end is None or one.end >= at)]
    return max([line.ordination.first, *starts])


def _build(about: About, values: Values) -> DayCap:
    return DayCap(about, values.list("atc"), values.amount("most"), values.text("unit"))


KIND: Final = Kind(
    "day_cap",
    "most of a substance in a day, summed over all lines and the dates on which they overlap; "
    "the lines are parked for a pharmacist, also where the sum cannot be computed",
    (
        Key("atc", Holds.ATC, "the substance, and combinations that hold it"),
        Key("most", Holds.AMOUNT, "most a day"),
        Key("unit", Holds.CHOICE, "the unit of `most`; `stk` counts tablets and capsules", choices=tuple(UNITS)),
    ),
    _build,
)
