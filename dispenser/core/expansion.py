"""From a structured dosage to dated doses, and the reasons why a dosage cannot be dated.

All dates are civil dates; nothing here knows of hours, so clock changes cannot add or lose a dose.
"""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from dispenser.core.dosage import DosageDay, DosageStructure, DoseRange, FreeTextDosage, LocalSchemaDosage, Slot
from dispenser.core.ids import OrdinationId
from dispenser.core.plan import Ordination
from dispenser.core.pouch import Dose
from dispenser.core.quantity import QuantityError, Quarters, quarters_of
from dispenser.core.roll import Period
from dispenser.core.slots import SlotTable

FREE_TEXT = "free-text"
LOCAL_SCHEMA = "local-schema"
AS_NEEDED = "as-needed"
RANGE = "range"
DAY_NOT_FIXED = "day-not-fixed"
"""Day 0: not tied to a day."""
DAY_OUTSIDE_CYCLE = "day-outside-cycle"
DAY_TWICE = "day-twice"
DAY_WITHOUT_DOSE = "day-without-dose"
NOT_QUARTERS = "not-quarters"
PLAIN_UNMAPPED = "plain-unmapped"
"""This site has not said when so many plain doses a day are taken."""
NO_STRUCTURE = "no-structure"
INTERVAL_NEGATIVE = "interval-negative"
ENDS_BEFORE_START = "ends-before-start"
OVERLAPPING_STRUCTURES = "overlapping-structures"
GAP_BETWEEN_STRUCTURES = "gap-between-structures"
"""Days without a structure between two structures: a pause must be declared (FMK EmptyStructure)."""

PARK_REASONS = (
    FREE_TEXT,
    LOCAL_SCHEMA,
    AS_NEEDED,
    RANGE,
    DAY_NOT_FIXED,
    DAY_OUTSIDE_CYCLE,
    DAY_TWICE,
    DAY_WITHOUT_DOSE,
    NOT_QUARTERS,
    PLAIN_UNMAPPED,
    NO_STRUCTURE,
    INTERVAL_NEGATIVE,
    ENDS_BEFORE_START,
    OVERLAPPING_STRUCTURES,
    GAP_BETWEEN_STRUCTURES,
)
"""Every reason that `why_not_packable` can give."""


class NotPackableError(ValueError):
    """An ordination that no machine may pack: `ordination_id`, and all `reasons`."""

    def __init__(self, ordination_id: OrdinationId, reasons: tuple[str, ...]) -> None:
        """Keep every one of `reasons`; at least one."""
        super().__init__(f"{ordination_id}: {', '.join(reasons)}")
        self.ordination_id = ordination_id
        self.reasons = reasons


def expand(ordination: Ordination, window: Period, slots: SlotTable) -> tuple[Dose, ...]:
    """Return every dose inside `window` and inside the treatment, by date and slot.

    Doses of the ordination that land on the same date and slot are one dose. A zero quantity gives none.

    Raises:
        NotPackableError: the dosage cannot be dated.

    Source: FMK structured dosage (end inclusive; interval 0 is not iterated; a day without an entry has no dose).
    """
    reasons = why_not_packable(ordination, slots)
    if reasons:
        raise NotPackableError(ordination.ordination_id, reasons)
    first = max(window.first, ordination.first)
    last = window.last if ordination.last is None else min(window.last, ordination.last)
    sums: dict[tuple[int, Slot], int] = {}
    for structure in _structures(ordination):
        for day in structure.days:
            intakes = _intakes(day, slots)
            for at in _ordinals(structure, day.number, first, last):
                for slot, quarters in intakes:
                    sums[at, slot] = sums.get((at, slot), 0) + quarters
    found = sorted(sums.items(), key=lambda item: (item[0][0], slots.order(item[0][1])))
    return tuple(
        Dose(
            ordination_id=ordination.ordination_id,
            product_id=ordination.product_id,
            date=date.fromordinal(at),
            slot=slot,
            quarters=Quarters(quarters),
            instruction=ordination.instruction,
        )
        for (at, slot), quarters in found
        if quarters
    )


def why_not_packable(ordination: Ordination, slots: SlotTable) -> tuple[str, ...]:
    """Return the reasons why a human must decide on this dosage, in the order of `PARK_REASONS`; empty is packable."""
    dosage = ordination.dosage
    if isinstance(dosage, FreeTextDosage):
        return (FREE_TEXT,)
    if isinstance(dosage, LocalSchemaDosage):
        return (LOCAL_SCHEMA,)
    if not dosage.structures:
        return (NO_STRUCTURE,)
    reasons = set(_between(dosage.structures))
    for structure in dosage.structures:
        reasons.update(_inside(structure, slots))
    return tuple(reason for reason in PARK_REASONS if reason in reasons)


def _structures(ordination: Ordination) -> tuple[DosageStructure, ...]:
    dosage = ordination.dosage
    return () if isinstance(dosage, FreeTextDosage | LocalSchemaDosage) else dosage.structures


def _between(structures: tuple[DosageStructure, ...]) -> Iterator[str]:
    for earlier, later in pairwise(sorted(structures, key=lambda structure: structure.start)):
        if earlier.end is None or later.start <= earlier.end:
            yield OVERLAPPING_STRUCTURES
        elif (later.start - earlier.end).days > 1:
            yield GAP_BETWEEN_STRUCTURES


def _inside(structure: DosageStructure, slots: SlotTable) -> Iterator[str]:
    if structure.interval < 0:
        yield INTERVAL_NEGATIVE
    if structure.end is not None and structure.end < structure.start:
        yield ENDS_BEFORE_START
    if len({day.number for day in structure.days}) < len(structure.days):
        yield DAY_TWICE
    for day in structure.days:
        if day.number < 1:
            yield DAY_NOT_FIXED
        if 0 < structure.interval < day.number:
            yield DAY_OUTSIDE_CYCLE
        yield from _of_day(day, slots)


def _of_day(day: DosageDay, slots: SlotTable) -> Iterator[str]:
    if not day.doses:
        yield DAY_WITHOUT_DOSE
    for dose in day.doses:
        if dose.as_needed:
            yield AS_NEEDED
        if isinstance(dose.amount, DoseRange):
            yield RANGE
            continue
        try:
            quarters_of(dose.amount)
        except QuantityError:
            yield NOT_QUARTERS
    plain = sum(dose.slot is None and not dose.as_needed for dose in day.doses)
    if plain != len(slots.plain.get(plain, ())):
        yield PLAIN_UNMAPPED


def _intakes(day: DosageDay, slots: SlotTable) -> tuple[tuple[Slot, Quarters], ...]:
    """Slot and quantity of every dose of a day that `_of_day` has nothing against."""
    plain = iter(slots.plain.get(sum(dose.slot is None for dose in day.doses), ()))
    return tuple(
        (next(plain) if dose.slot is None else dose.slot, quarters_of(dose.amount))
        for dose in day.doses
        if not isinstance(dose.amount, DoseRange)
    )


def _ordinals(structure: DosageStructure, number: int, first: date, last: date) -> range:
    """Day ordinals in first..last on which day `number` of the structure falls."""
    begin = max(first, structure.start).toordinal()
    stop = (last if structure.end is None else min(last, structure.end)).toordinal() + 1
    at = structure.start.toordinal() + number - 1
    if structure.interval == 0:
        return range(at, at + 1) if begin <= at < stop else range(0)
    if at < begin:
        at += -(-(begin - at) // structure.interval) * structure.interval
    return range(at, stop, structure.interval)
