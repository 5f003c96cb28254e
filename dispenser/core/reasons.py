"""Why a dosage cannot become pouches: refused because it contradicts itself, or parked because a human must decide.

Every reason is told, not only the first; the work grows with the size of the dosage and with nothing in it.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

from dispenser.core.dosage import (
    Dosage,
    DosageDay,
    DosageStructure,
    DoseRange,
    FreeTextDosage,
    LocalSchemaDosage,
    OrderedDose,
    StructuredDosage,
)
from dispenser.core.limits import (
    COUNTED_UNITS,
    EARLIEST,
    FRACTION_DIGITS,
    LATEST,
    LONGEST_INTERVAL,
    MOST_COUNTED_UNITS,
    MOST_DAYS,
    MOST_DOSES_A_DAY,
    MOST_STRUCTURES,
    MOST_UNITS,
    TOTAL_DIGITS,
)
from dispenser.core.quantity import QUARTERS_PER_UNIT
from dispenser.core.slots import SlotTable

NO_STRUCTURE = "no-structure"
TOO_MANY_STRUCTURES = "too-many-structures"
INTERVAL_OUT_OF_RANGE = "interval-out-of-range"
ENDS_BEFORE_START = "ends-before-start"
DATE_OUT_OF_RANGE = "date-out-of-range"
OVERLAPPING_STRUCTURES = "overlapping-structures"
"""Two fixed structures, or two as needed, on one day; one of each is allowed."""
TOO_MANY_DAYS = "too-many-days"
DAY_NEGATIVE = "day-negative"
DAY_OUTSIDE_CYCLE = "day-outside-cycle"
DAY_TWICE = "day-twice"
DAY_WITHOUT_DOSE = "day-without-dose"
TOO_MANY_DOSES = "too-many-doses"
NOT_A_QUANTITY = "not-a-quantity"
"""Negative, not finite, or more digits than FMK has."""
RANGE_REVERSED = "range-reversed"
QUANTITY_ABSURD = "quantity-absurd"
NOTHING_ORDERED = "nothing-ordered"
"""There are doses, and all of them are zero."""

REFUSE_REASONS = (
    NO_STRUCTURE,
    TOO_MANY_STRUCTURES,
    INTERVAL_OUT_OF_RANGE,
    ENDS_BEFORE_START,
    DATE_OUT_OF_RANGE,
    OVERLAPPING_STRUCTURES,
    TOO_MANY_DAYS,
    DAY_NEGATIVE,
    DAY_OUTSIDE_CYCLE,
    DAY_TWICE,
    DAY_WITHOUT_DOSE,
    TOO_MANY_DOSES,
    NOT_A_QUANTITY,
    RANGE_REVERSED,
    QUANTITY_ABSURD,
    NOTHING_ORDERED,
)
"""Reasons of `why_refused`: the sender must correct the dosage."""

FREE_TEXT = "free-text"
LOCAL_SCHEMA = "local-schema"
AS_NEEDED = "as-needed"
RANGE = "range"
DAY_NOT_FIXED = "day-not-fixed"
"""Day 0: not tied to a day."""
NOT_QUARTERS = "not-quarters"
GAP_BETWEEN_STRUCTURES = "gap-between-structures"
"""Days without a structure between two structures: a pause must be declared (FMK EmptyStructure)."""
NOT_COUNTED = "not-counted"
"""A unit that no machine can count, such as ml."""
PLAIN_UNMAPPED = "plain-unmapped"
"""This site has not said when so many plain doses a day are taken."""

PARK_REASONS = (
    FREE_TEXT,
    LOCAL_SCHEMA,
    AS_NEEDED,
    RANGE,
    DAY_NOT_FIXED,
    NOT_QUARTERS,
    GAP_BETWEEN_STRUCTURES,
    NOT_COUNTED,
    PLAIN_UNMAPPED,
)
"""Reasons of `why_parked` and, the last two, of `why_not_packable`: a human decides on this line."""


_LARGEST_DIGITS = Decimal(10) ** TOTAL_DIGITS


def why_not_packable(dosage: Dosage, slots: SlotTable) -> tuple[str, ...]:
    """Return every reason why no machine may pack this dosage at a site with `slots`; empty is packable."""
    reasons = set(_reasons(dosage))
    if isinstance(dosage, StructuredDosage):
        if not is_counted(dosage.unit):
            reasons.add(NOT_COUNTED)
        if any(not _mapped(day, slots) for structure in dosage.structures for day in structure.days):
            reasons.add(PLAIN_UNMAPPED)
    return _in_order(reasons, (*REFUSE_REASONS, *PARK_REASONS)) if reasons else ()


def why_refused(dosage: Dosage) -> tuple[str, ...]:
    """Return the contradictions and impossible values of `dosage`, in the order of `REFUSE_REASONS`.

    Source: the rules of FMK's own validator, and the limits of `dispenser.core.limits`.
    """
    return _in_order(set(_reasons(dosage)), REFUSE_REASONS)


def why_parked(dosage: Dosage) -> tuple[str, ...]:
    """Return what a human must decide on in `dosage` wherever it is packed, in the order of `PARK_REASONS`."""
    return _in_order(set(_reasons(dosage)), PARK_REASONS)


def is_counted(unit: str) -> bool:
    """Return whether a machine can count this unit: tablets, capsules, pieces."""
    return unit.casefold() in COUNTED_UNITS


def _in_order(reasons: set[str], order: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(reason for reason in order if reason in reasons)


def _reasons(dosage: Dosage) -> Iterator[str]:
    if isinstance(dosage, FreeTextDosage):
        yield FREE_TEXT
    elif isinstance(dosage, LocalSchemaDosage):
        yield LOCAL_SCHEMA
    else:
        counted = is_counted(dosage.unit)
        for structure in dosage.structures:
            yield from _of_dates(structure)
            yield from _of_days(structure)
            for day in structure.days:
                for dose in day.doses:
                    yield from _of_dose(dose, counted=counted)
        if len(dosage.structures) != 1:
            yield from _between(dosage.structures)
        amounts = [_highest(dose) for structure in dosage.structures for day in structure.days for dose in day.doses]
        if amounts and not any(amounts):
            yield NOTHING_ORDERED


def _of_dates(structure: DosageStructure) -> Iterator[str]:
    start, end = structure.start, structure.end
    if not EARLIEST <= start <= LATEST or (end is not None and not EARLIEST <= end <= LATEST):
        yield DATE_OUT_OF_RANGE
    if end is not None and end < start:
        yield ENDS_BEFORE_START


def _of_days(structure: DosageStructure) -> Iterator[str]:
    interval, days = structure.interval, structure.days
    if not 0 <= interval <= LONGEST_INTERVAL:
        yield INTERVAL_OUT_OF_RANGE
    if len(days) > MOST_DAYS:
        yield TOO_MANY_DAYS
    numbers = {day.number for day in days}
    if len(numbers) < len(days):
        yield DAY_TWICE
    if 0 in numbers:
        yield DAY_NOT_FIXED
    if min(numbers, default=0) < 0:
        yield DAY_NEGATIVE
    if 0 < interval < max(numbers, default=0):
        yield DAY_OUTSIDE_CYCLE
    for day in days:
        if not day.doses:
            yield DAY_WITHOUT_DOSE
        elif len(day.doses) > MOST_DOSES_A_DAY:
            yield TOO_MANY_DOSES


def _of_dose(dose: OrderedDose, *, counted: bool) -> Iterator[str]:
    amount = dose.amount
    if dose.as_needed:
        yield AS_NEEDED
    if isinstance(amount, DoseRange):
        yield RANGE
        if not (_is_quantity(amount.low) and _is_quantity(amount.high)):
            yield NOT_A_QUANTITY
            return
        if amount.high < amount.low:
            yield RANGE_REVERSED
        amount = amount.high
    elif not _is_quantity(amount):
        yield NOT_A_QUANTITY
        return
    elif counted and not _is_quarters(amount):
        yield NOT_QUARTERS
    if amount > (MOST_COUNTED_UNITS if counted else MOST_UNITS):
        yield QUANTITY_ABSURD


def _is_quantity(amount: Decimal) -> bool:
    """Return whether the value, however it is written, is one that FMK can hold."""
    if not amount.is_finite() or not 0 <= amount < _LARGEST_DIGITS:
        return False
    _, digits, exponent = amount.as_tuple()
    fraction, kept = -int(exponent), len(digits)
    while fraction > FRACTION_DIGITS and kept and digits[kept - 1] == 0:
        fraction, kept = fraction - 1, kept - 1
    return fraction <= FRACTION_DIGITS and kept <= TOTAL_DIGITS


def _is_quarters(amount: Decimal) -> bool:
    return amount * QUARTERS_PER_UNIT % 1 == 0


def _highest(dose: OrderedDose) -> Decimal:
    return dose.amount.high if isinstance(dose.amount, DoseRange) else dose.amount


def _between(structures: tuple[DosageStructure, ...]) -> Iterator[str]:
    if not structures:
        yield NO_STRUCTURE
    as_needed = _as_needed(structures)
    fixed = _fixed(structures, pauses=not as_needed)
    for kind in (fixed, as_needed):
        if len(kind) > MOST_STRUCTURES:
            yield TOO_MANY_STRUCTURES
        if any(earlier.end is None or later.start <= earlier.end for earlier, later in pairwise(kind)):
            yield OVERLAPPING_STRUCTURES
    if any(earlier.end and (later.start - earlier.end).days > 1 for earlier, later in pairwise(fixed)):
        yield GAP_BETWEEN_STRUCTURES


def _fixed(structures: tuple[DosageStructure, ...], *, pauses: bool) -> list[DosageStructure]:
    """Structures that fix doses, in order of time, with the declared pauses or without.

    Beside as-needed structures a pause may belong to their list, so nobody can tell what it interrupts.
    """
    fixed = [
        one
        for one in structures
        if (pauses and not one.days) or any(not dose.as_needed for day in one.days for dose in day.doses)
    ]
    return sorted(fixed, key=_start)


def _as_needed(structures: tuple[DosageStructure, ...]) -> list[DosageStructure]:
    found = [one for one in structures if any(dose.as_needed for day in one.days for dose in day.doses)]
    return sorted(found, key=_start)


def _start(structure: DosageStructure) -> date:
    return structure.start


def _mapped(day: DosageDay, slots: SlotTable) -> bool:
    plain = sum(dose.slot is None and not dose.as_needed for dose in day.doses)
    return plain == len(slots.plain.get(plain, ()))
