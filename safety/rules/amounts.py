"""How many units a line gives on one day, at most, in whole billionths; ranges and as needed count in full."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from hashlib import sha256
from math import lcm
from typing import Final

from dispenser.core.days import Days, days_between, falling_on
from dispenser.core.dosage import (
    DosageDay,
    DosageStructure,
    DoseRange,
    FreeTextDosage,
    OrderedDose,
    StructuredDosage,
)
from dispenser.core.limits import FRACTION_DIGITS, LONGEST_WINDOW_DAYS, TOTAL_DIGITS
from dispenser.core.plan import Ordination
from safety.rules.strengths import billionths, shortest

WINDOW_DAYS: Final = LONGEST_WINDOW_DAYS
"""Days ahead that rules look at: ten years, and they are asked again before anything is packed."""
_MOST_KNOWN: Final = 50_000
"""Patterns that are remembered before all are forgotten."""
_SHOWN: Final = 200
"""Characters of a dosage that a finding shows; a longer one is named by its digest."""


def units_of(dose: OrderedDose) -> int | None:
    """Return the most that the dose can be, or None where that is no exact amount."""
    amount = dose.amount.high if isinstance(dose.amount, DoseRange) else dose.amount
    if not amount.is_finite() or amount < 0 or amount.adjusted() >= TOTAL_DIGITS:
        return None
    exponent = amount.as_tuple().exponent
    return None if not isinstance(exponent, int) or exponent < -FRACTION_DIGITS else billionths(amount)


def units_on(day: DosageDay) -> int | None:
    """Return the most that the day gives, or None where a dose of it is no exact amount."""
    total = 0
    for dose in day.doses:
        units = units_of(dose)
        if units is None:
            return None
        total += units
    return total


class Amounts:
    """Knows the most that a day pattern gives; a pattern that comes again is known by its identity."""

    def __init__(self) -> None:
        """Know nothing yet."""
        # The days are kept in what is known, so that their identity stays their own.
        self._known: dict[tuple[int, bool], tuple[tuple[DosageDay, ...], int | None]] = {}

    def most_in(self, structure: DosageStructure) -> int | None:
        """Return the most that the structure gives on any day, or None where it sets no bound.

        Days with number 0 are tied to no day and count on every one. What is as needed and not iterated is unbounded.
        """
        key = id(structure.days), structure.interval < 1
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[key] = structure.days, _most_in(structure)
        return known[1]


def _most_in(structure: DosageStructure) -> int | None:
    loose = most = 0
    for day in structure.days:
        units = units_on(day)
        if units is None or (structure.interval < 1 and units and any(dose.as_needed for dose in day.doses)):
            return None
        if day.number < 1:
            loose += units
        else:
            most = max(most, units)
    return loose + most


def structures_of(ordination: Ordination) -> tuple[DosageStructure, ...]:
    """Return the structures of the line's dosage; free text and a schema that is kept elsewhere have none."""
    dosage = ordination.dosage
    return dosage.structures if isinstance(dosage, StructuredDosage) else ()


def span_of(ordination: Ordination) -> tuple[date, date] | None:
    """Return the first and last day on which the line can give anything; None where there is none."""
    first, last = ordination.first, ordination.last or date.max
    dosage = ordination.dosage
    if isinstance(dosage, StructuredDosage):
        filled = [structure for structure in dosage.structures if structure.days]
        first = max([first, min((structure.start for structure in filled), default=date.max)])
        last = min([last, max((structure.end or date.max for structure in filled), default=date.min)])
    return (first, last) if first <= last else None


def taken_from(ordination: Ordination, day: date) -> bool:
    """Return whether the line can give anything on `day` or later."""
    span = span_of(ordination)
    return span is not None and span[1] >= day


def together(one: Ordination, other: Ordination, day: date) -> bool:
    """Return whether both lines are taken in a stretch of days that is not over on `day`."""
    spans = span_of(one), span_of(other)
    if spans[0] is None or spans[1] is None:
        return False
    return max(spans[0][0], spans[1][0], day) <= min(spans[0][1], spans[1][1])


def horizon(ordinations: Iterable[Ordination], first: date) -> int:
    """Return how many days from `first` on show all that the lines will ever give on one day, ten years at most.

    Once every day of every structure has come, and all have gone round together, what follows is the same or less.
    """
    begun, round_ = 0, 1
    for ordination in ordinations:
        for structure in structures_of(ordination):
            later = max([0, *(day.number - 1 for day in structure.days)])
            start = max(structure.start, ordination.first)
            begun = max(begun, start.toordinal() + later - first.toordinal())
            round_ = lcm(round_, max(structure.interval, 1))
    return min(begun + round_, WINDOW_DAYS)


def add_days(sums: list[int], ordination: Ordination, first: date, worth: Callable[[DosageDay], int]) -> None:
    """Add to `sums`, one entry a day from `first` on, what every day that the line gives is worth."""
    for structure in structures_of(ordination):
        begin = max(structure.start, ordination.first, first).toordinal() - first.toordinal()
        ends = [end.toordinal() - first.toordinal() + 1 for end in (structure.end, ordination.last) if end is not None]
        stop = min([len(sums), *ends])
        for day in structure.days:
            value = worth(day)
            for at in _offsets(structure, day.number, first, begin, stop):
                sums[at] += value


def dose_days(ordination: Ordination, first: date, length: int) -> Days | None:
    """Return the days of the window on which the line gives something; None where it ties its doses to no day."""
    dosage = ordination.dosage
    if not isinstance(dosage, StructuredDosage):
        return None
    days = 0
    for structure in dosage.structures:
        for day in structure.days:
            if units_on(day) == 0:
                continue
            if day.number < 1 or any(dose.as_needed for dose in day.doses):
                return None
            days |= falling_on(structure, day.number, first, length)
    begin = max((ordination.first - first).days, 0)
    stop = length if ordination.last is None else min(length, (ordination.last - first).days + 1)
    return days & days_between(begin, stop)


def _offsets(structure: DosageStructure, number: int, first: date, begin: int, stop: int) -> Iterable[int]:
    """Offsets from `begin` to before `stop` on which day `number` of the structure falls."""
    if number < 1:
        return range(begin, stop)
    at = structure.start.toordinal() - first.toordinal() + number - 1
    if structure.interval < 1:
        return (at,) if begin <= at < stop else ()
    behind = max(0, -(-(begin - at) // structure.interval))
    return range(at + behind * structure.interval, stop, structure.interval)


def dosage_text(ordination: Ordination) -> str:
    """Return the dosage in signs that need no language, `2026-11-23-/7: 1=4+2, 4=1`; a long one by its digest.

    After the dates stands the cycle in days, then for each of its days the doses; `?` marks as needed. Free text is
    itself, and a schema that is kept elsewhere is `?`.
    """
    match ordination.dosage:
        case StructuredDosage() as dosage:
            text = "; ".join(_structures(dosage))
        case FreeTextDosage(words):
            text = f'"{words}"'
        case _:
            text = "?"
    if len(text) <= _SHOWN:
        return text
    return f"{text[:_SHOWN]}... {sha256(text.encode()).hexdigest()[:16]}"


def _structures(dosage: StructuredDosage) -> Iterator[str]:
    for structure in dosage.structures:
        days = ", ".join(f"{day.number}={'+'.join(map(_dose, day.doses))}" for day in structure.days)
        yield f"{structure.start}-{structure.end or ''}/{structure.interval}: {days or '0'}"


def _dose(dose: OrderedDose) -> str:
    amount = dose.amount
    text = f"{_short(amount.low)}-{_short(amount.high)}" if isinstance(amount, DoseRange) else _short(amount)
    return text + "?" if dose.as_needed else text


def _short(amount: Decimal) -> str:
    if not amount.is_finite() or abs(amount.adjusted()) >= TOTAL_DIGITS:
        return str(amount)
    return shortest(f"{amount:f}")
