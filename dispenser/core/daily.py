"""Daily dose and type of a dosage, as FMK's own tools state them; for showing and comparing, never for counting."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext

from dispenser.core.dosage import Dosage, DosageDay, DosageStructure, DoseRange, OrderedDose, StructuredDosage
from dispenser.core.limits import TOTAL_DIGITS

FIXED = "Fixed"
ACCORDING_TO_NEED = "AccordingToNeed"
COMBINED = "Combined"
UNSPECIFIED = "Unspecified"

_NINE_DECIMALS = Decimal("1e-9")
_WORKING_DIGITS = 60
"""Enough for the sum of every dose of the longest structure, and nine decimals."""


def dosage_type(dosage: Dosage) -> str:
    """Return `Fixed`, `AccordingToNeed`, `Combined` or `Unspecified` (FMK dosage type of schema 1.4.4 and later).

    FMK keeps fixed and as-needed structures in two lists. A pause belongs to the list that it joins without a gap; one
    that joins no as-needed structure is a fixed one, which makes the dosage combined. Structures without days, or with
    doses of 0 alone, are pauses; a dosage without doses as needed is fixed.
    """
    if not isinstance(dosage, StructuredDosage):
        return UNSPECIFIED
    needs = {dose.as_needed for structure in dosage.structures for dose in _doses(structure)}
    if len(needs) > 1:
        return COMBINED
    filled = [structure for structure in dosage.structures if not _is_pause(structure)]
    pauses = [structure for structure in dosage.structures if _is_pause(structure)]
    if not filled or True not in needs:
        return FIXED
    return ACCORDING_TO_NEED if _all_join(pauses, filled) else COMBINED


def daily_dose(dosage: Dosage) -> Decimal | tuple[Decimal, Decimal] | None:
    """Return units a day with nine decimals, lowest and highest if they differ, or None where FMK has no average.

    Defined for exactly one structure with days, no dose as needed, no day 0, and either iterated or alike on all
    days. A structure that ends before its first iteration does counts as not iterated. One that is not iterated is
    divided by its last day number, as FMK does: days 1 and 3 of 5 units give 3.333333333.
    """
    if not isinstance(dosage, StructuredDosage):
        return None
    filled = [structure for structure in dosage.structures if structure.days]
    if len(filled) != 1 or not _has_average(filled[0]):
        return None
    totals = [_total(day) for day in filled[0].days]
    days = filled[0].interval if _is_iterated(filled[0]) else max(day.number for day in filled[0].days)
    low = _average([total[0] for total in totals], days)
    high = _average([total[1] for total in totals], days)
    return low if low == high else (low, high)


def _is_pause(structure: DosageStructure) -> bool:
    return all(not isinstance(dose.amount, DoseRange) and dose.amount.is_zero() for dose in _doses(structure))


def _all_join(pauses: Iterable[DosageStructure], filled: Iterable[DosageStructure]) -> bool:
    """Return whether every pause follows on, or leads up to, a filled structure or a pause that does."""
    left = sorted(pauses, key=lambda pause: pause.start)
    starts = {structure.start.toordinal() for structure in filled}
    stops = {structure.end.toordinal() + 1 for structure in filled if structure.end}
    behind: list[DosageStructure] = []
    for pause in left:
        if pause.start.toordinal() not in stops:
            behind.append(pause)
        elif pause.end:
            stops.add(pause.end.toordinal() + 1)
    for pause in reversed(behind):
        if pause.end is None or pause.end.toordinal() + 1 not in starts:
            return False
        starts.add(pause.start.toordinal())
    return True


def _has_average(structure: DosageStructure) -> bool:
    if structure.interval < 0 or any(day.number < 1 for day in structure.days):
        return False
    if any(dose.as_needed or not _is_measurable(dose) for dose in _doses(structure)):
        return False
    return _is_iterated(structure) or all(
        Counter(day.doses) == Counter(structure.days[0].doses) for day in structure.days
    )


def _is_iterated(structure: DosageStructure) -> bool:
    if structure.interval == 0:
        return False
    return structure.end is None or (structure.end - structure.start).days + 1 >= structure.interval


def _is_measurable(dose: OrderedDose) -> bool:
    """Return whether sums of the amount are exact in the digits we work with."""
    ends = (dose.amount.low, dose.amount.high) if isinstance(dose.amount, DoseRange) else (dose.amount,)
    return all(end.is_finite() and end.adjusted() < TOTAL_DIGITS for end in ends)


def _doses(structure: DosageStructure) -> Iterator[OrderedDose]:
    for day in structure.days:
        yield from day.doses


def _total(day: DosageDay) -> tuple[Decimal, Decimal]:
    ranges = [
        dose.amount if isinstance(dose.amount, DoseRange) else DoseRange(dose.amount, dose.amount) for dose in day.doses
    ]
    with localcontext(prec=_WORKING_DIGITS):
        return sum((one.low for one in ranges), Decimal(0)), sum((one.high for one in ranges), Decimal(0))


def _average(totals: Sequence[Decimal], days: int) -> Decimal:
    with localcontext(prec=_WORKING_DIGITS):
        return (sum(totals, Decimal(0)) / days).quantize(_NINE_DECIMALS, ROUND_HALF_UP)
