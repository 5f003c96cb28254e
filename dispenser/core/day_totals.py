"""What a dosage gives on a day, whatever the hour: the one sum that no slot table may change (C23).

Ordered is what the dosage says of each civil date, planned is what the doses or pouches of that date hold. Moving a
dose from 08:00 to morning is free; losing one shows as `4 -> 2`. All sums are exact.

Source: FMK, validation of the day's dose of planned dispensings ("døgndosisvalidering").
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dispenser.core.dosage import DosageDay, DosageStructure, DoseRange, StructuredDosage
from dispenser.core.plan import Ordination
from dispenser.core.roll import Period

DayTotals = Mapping[date, Decimal]
"""Units by civil date; a date without units is not there."""


class NoDayTotalError(ValueError):
    """The dosage does not say exactly how much is taken on which day."""


@dataclass(frozen=True, slots=True)
class DayDifference:
    """A date on which more or fewer units are planned than ordered."""

    date: date
    ordered: Decimal
    planned: Decimal

    def __str__(self) -> str:
        """`2026-11-23: 4 -> 2`."""
        return f"{self.date}: {self.ordered.normalize():f} -> {self.planned.normalize():f}"


def ordered_per_day(ordination: Ordination, period: Period) -> dict[date, Decimal]:
    """Return the units ordered for every date of `period` inside the treatment; what is taken as needed is not in it.

    Raises:
        NoDayTotalError: not structured, a range, a day without a number, or an amount that is none.
    """
    dosage = ordination.dosage
    if not isinstance(dosage, StructuredDosage):
        raise NoDayTotalError("not structured")
    first = max(period.first, ordination.first)
    last = period.last if ordination.last is None else min(period.last, ordination.last)
    totals: dict[date, Decimal] = {}
    for structure in dosage.structures:
        for day in structure.days:
            units = _fixed_units(day)
            for at in _dates(structure, day.number, first, last) if units else ():
                totals[at] = totals.get(at, Decimal(0)) + units
    return dict(sorted(totals.items()))


def day_differences(ordered: DayTotals, planned: DayTotals) -> tuple[DayDifference, ...]:
    """Return every date on which the two differ, in order."""
    if ordered == planned:
        return ()
    pairs = ((at, ordered.get(at, Decimal(0)), planned.get(at, Decimal(0))) for at in sorted({*ordered, *planned}))
    return tuple(DayDifference(at, wanted, got) for at, wanted, got in pairs if wanted != got)


def _fixed_units(day: DosageDay) -> Decimal:
    units = Decimal(0)
    for dose in day.doses:
        if dose.as_needed:
            continue
        if isinstance(dose.amount, DoseRange):
            raise NoDayTotalError("a range")
        if not dose.amount.is_finite() or dose.amount < 0:
            message = f"{dose.amount} is no amount"
            raise NoDayTotalError(message)
        units += dose.amount
    if units and day.number < 1:
        raise NoDayTotalError("a day without a number")
    return units


def _dates(structure: DosageStructure, number: int, first: date, last: date) -> Iterator[date]:
    """Every date of first..last on which day `number` of the structure falls."""
    last = last if structure.end is None else min(last, structure.end)
    at = structure.start.toordinal() + number - 1
    if structure.interval == 0:
        here = range(at, at + 1)
    else:
        behind = max(first.toordinal() - at, 0)
        here = range(
            at + -(-behind // structure.interval) * structure.interval, last.toordinal() + 1, structure.interval
        )
    for ordinal in here:
        if first.toordinal() <= ordinal <= last.toordinal():
            yield date.fromordinal(ordinal)
