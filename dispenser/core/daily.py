"""Daily dose and type of a dosage, as FMK's own tools state them; for showing and comparing, never for counting."""

from decimal import ROUND_HALF_UP, Decimal

from dispenser.core.dosage import Dosage, DosageDay, DosageStructure, DoseRange, StructuredDosage

FIXED = "Fixed"
ACCORDING_TO_NEED = "AccordingToNeed"
COMBINED = "Combined"
UNSPECIFIED = "Unspecified"

_NINE_DECIMALS = Decimal("1e-9")


def dosage_type(dosage: Dosage) -> str:
    """Return `Fixed`, `AccordingToNeed`, `Combined` or `Unspecified` (FMK dosage type of schema 1.4.4 and later)."""
    if not isinstance(dosage, StructuredDosage):
        return UNSPECIFIED
    needs = {dose.as_needed for structure in dosage.structures for day in structure.days for dose in day.doses}
    if len(needs) > 1:
        return COMBINED
    return ACCORDING_TO_NEED if True in needs else FIXED


def daily_dose(dosage: Dosage) -> Decimal | tuple[Decimal, Decimal] | None:
    """Return units a day with nine decimals, lowest and highest if they differ, or None where FMK has no average.

    Defined for exactly one structure with days, no dose as needed, no day 0, and either iterated or alike on all
    days. A structure that is not iterated is divided by its last day number, as FMK does: days 1 and 3 of 5 units
    give 3.333333333.
    """
    if not isinstance(dosage, StructuredDosage):
        return None
    filled = [structure for structure in dosage.structures if structure.days]
    if len(filled) != 1 or not _has_average(filled[0]):
        return None
    totals = [_total(day) for day in filled[0].days]
    days = filled[0].interval or max(day.number for day in filled[0].days)
    low = _average(sum((total[0] for total in totals), Decimal(0)), days)
    high = _average(sum((total[1] for total in totals), Decimal(0)), days)
    return low if low == high else (low, high)


def _has_average(structure: DosageStructure) -> bool:
    if any(day.number < 1 or any(dose.as_needed for dose in day.doses) for day in structure.days):
        return False
    return structure.interval > 0 or len({_total(day) for day in structure.days}) == 1


def _total(day: DosageDay) -> tuple[Decimal, Decimal]:
    low = high = Decimal(0)
    for dose in day.doses:
        amount = dose.amount if isinstance(dose.amount, DoseRange) else DoseRange(dose.amount, dose.amount)
        low += amount.low
        high += amount.high
    return low, high


def _average(total: Decimal, days: int) -> Decimal:
    return (total / days).quantize(_NINE_DECIMALS, ROUND_HALF_UP)
