"""Whether a cycle goes on where the last pouches left it (C6).

A plan that is saved again with another start date says the same dosage and means other days: "every second day" then
skips two days or none. What was packed last tells the two apart: a cycle is one date after the other, so dates of the
old pouches that no shift of the new cycle explains are another dosage, and dates that only a shift explains are
another phase.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dispenser.core.dosage import DosageStructure, DoseRange, StructuredDosage
from dispenser.core.ids import OrdinationId, ProductId
from dispenser.core.plan import MedicationPlan, Ordination
from dispenser.core.roll import Period


@dataclass(frozen=True, slots=True)
class PhaseShift:
    """A cycle of `interval` days that no longer falls where it did: the next date as packed before, and as planned."""

    ordination_id: OrdinationId
    product_id: ProductId
    interval: int
    last_packed: date
    expected: date
    planned: date


def phase_shifts(
    plan: MedicationPlan, packed: Collection[tuple[ProductId, date]], covered: Period, first: date
) -> tuple[PhaseShift, ...]:
    """Return the cycles of `plan` that fall on other days from `first` on than the packed dates let expect.

    `packed` are dates with a pouch of each product; `covered` is what is known of: on its other dates there was none.
    Two lines of one product are not told apart in pouches, and not looked at.
    """
    products = [line.product_id for line in plan.ordinations]
    found: list[PhaseShift] = []
    for line in plan.ordinations:
        structure = _structure_on(line, first)
        if structure is None or products.count(line.product_id) > 1:
            continue
        taken = frozenset(
            day for product, day in packed if product == line.product_id and covered.first <= day <= covered.last
        )
        if taken:
            found.extend(_shift(line, structure, taken, covered, first))
    return tuple(found)


def _structure_on(line: Ordination, first: date) -> DosageStructure | None:
    """Return the cycle that is in force on `first`, or comes next; None when that is no cycle of several days."""
    if not isinstance(line.dosage, StructuredDosage) or (line.last is not None and line.last < first):
        return None
    later = [one for one in line.dosage.structures if one.days and (one.end is None or one.end >= first)]
    structure = min(later, key=lambda one: one.start, default=None)
    return structure if structure is not None and structure.interval > 1 else None


def _shift(
    line: Ordination, structure: DosageStructure, taken: frozenset[date], covered: Period, first: date
) -> Iterator[PhaseShift]:
    interval = structure.interval
    offsets = frozenset((day.number - 1) % interval for day in structure.days if _has_dose(structure, day.number))
    start = structure.start.toordinal()
    days = range(covered.first.toordinal(), min(covered.last, first - timedelta(days=1)).toordinal() + 1)
    pouches = frozenset(day.toordinal() for day in taken)
    fitting = [
        shift
        for shift in range(interval)
        if all((((day - start - shift) % interval) in offsets) == (day in pouches) for day in days)
    ]
    if not fitting or 0 in fitting or not offsets:
        return
    planned = _next(start, interval, offsets, first.toordinal())
    expected = _next(start + fitting[0], interval, offsets, first.toordinal())
    yield PhaseShift(
        line.ordination_id,
        line.product_id,
        interval,
        max(day for day in taken if day < first),
        date.fromordinal(expected),
        date.fromordinal(planned),
    )


def _has_dose(structure: DosageStructure, number: int) -> bool:
    return any(
        isinstance(dose.amount, DoseRange) or dose.amount > 0
        for day in structure.days
        if day.number == number
        for dose in day.doses
    )


def _next(start: int, interval: int, offsets: frozenset[int], first: int) -> int:
    return min(first + (start + offset - first) % interval for offset in offsets)
