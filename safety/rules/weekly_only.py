"""Rules about medicines that are taken once in so many days and never oftener (C10)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from dispenser.core.days import Days
from dispenser.core.dosage import DosageDay
from dispenser.core.product import Product
from safety import rule_codes
from safety.findings import Code, Finding
from safety.rules.amounts import WINDOW_DAYS, add_days, dose_days, horizon, structures_of, taken_from, units_of
from safety.rules.keys import WHICH_KEYS, WHICH_NAMES, Holds, Key, Values
from safety.rules.rule import About, Asked, Kind, Line, fired
from safety.rules.which import Which, which_of

_SEVERAL: Final = 2


@dataclass(frozen=True, slots=True)
class WeeklyOnly:
    """Products with `days` days at least between two days with doses, over all lines, cycles and structures."""

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
        """Yield findings for all packed lines: doses too close, several in one day, or days that nobody can tell.

        A dose of the last days counts too: the next one must not follow it too soon.
        """
        behind = self.days - 1
        first = asked.day - timedelta(days=behind)
        length = behind + WINDOW_DAYS
        due = [line for line in lines if taken_from(line.ordination, first)]
        known = [(line, dose_days(line.ordination, first, length)) for line in due]
        unknown = [line for line, days in known if days is None]
        if unknown:
            yield from self._for_all(rule_codes.RHYTHM_NOT_CHECKABLE, due, asked, {"lines": _named(unknown)})
        dosed = [line for line, days in known if days]
        shortest = self._shortest([days for _, days in known if days], behind)
        if shortest:
            details = {"shortest": str(shortest), "least": str(self.days), "lines": _named(dosed)}
            yield from self._for_all(rule_codes.TOO_OFTEN, due, asked, details)
        most = _most_doses(dosed, asked)
        if most >= _SEVERAL:
            details = {"doses": str(most), "lines": _named(dosed)}
            yield from self._for_all(rule_codes.SEVERAL_A_DAY, due, asked, details)

    def _shortest(self, each: Sequence[Days], behind: int) -> int:
        """Return the fewest days between two days with doses, if fewer than allowed, else 0."""
        days = 0
        for one in each:
            days |= one
        for gap in range(1, self.days):
            # Bit n: doses on day n and `gap` days later; the later one must not be over yet.
            if (days & days >> gap) >> (behind - gap):
                return gap
        return 0

    def _for_all(
        self, code: Code, lines: Sequence[Line], asked: Asked, details: Mapping[str, str]
    ) -> Iterator[Finding]:
        for line in lines:
            if line.packed and taken_from(line.ordination, asked.day):
                yield fired(code, line, self.about, asked, **details)


def _named(lines: Sequence[Line]) -> str:
    return "; ".join(sorted(line.taken for line in lines))


def _most_doses(lines: Sequence[Line], asked: Asked) -> int:
    """Return the most doses on one day that is not over."""
    if sum(_bound(line) for line in lines) < _SEVERAL:
        return 1
    sums = [0] * horizon((line.ordination for line in lines), asked.day)
    for line in lines:
        add_days(sums, line.ordination, asked.day, _doses)
    return max(sums)


def _bound(line: Line) -> int:
    return sum(max(map(_doses, one.days)) for one in structures_of(line.ordination) if one.days)


def _doses(day: DosageDay) -> int:
    return sum(units_of(dose) != 0 for dose in day.doses)


def _build(about: About, values: Values) -> WeeklyOnly:
    return WeeklyOnly(about, which_of(values), values.number("days"))


KIND: Final = Kind(
    "weekly_only",
    "medicines with so many days at least between two days with doses, over all lines of them: parked, and nobody can "
    "override it; several doses on one day are parked for a pharmacist",
    (*WHICH_KEYS, Key("days", Holds.NUMBER, "fewest days from one day with doses to the next", least=2, most=92)),
    _build,
    WHICH_NAMES,
)
