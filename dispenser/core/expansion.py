"""From dosages to dated doses: by interval arithmetic, on civil dates, with exact quantities.

All dates are civil dates; nothing here knows of hours, so clock changes cannot add or lose a dose.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dispenser.core.days import falling_on, offsets
from dispenser.core.dosage import Dosage, DosageDay, Slot, StructuredDosage
from dispenser.core.expander import Expander
from dispenser.core.plan import Ordination
from dispenser.core.pouch import Dose
from dispenser.core.reasons import why_parked, why_refused
from dispenser.core.roll import Period
from dispenser.core.slots import SlotTable


@dataclass(frozen=True, slots=True)
class OrderedIntake:
    """What a dosage says of one date, before any site has placed its plain doses: their `slot` is None."""

    date: date
    slot: Slot | None
    amount: Decimal


def ordered_intakes(dosage: Dosage, window: Period) -> tuple[OrderedIntake, ...]:
    """Return what `dosage` says of every date of `window`, by date and time of day, plain doses last.

    Each plain dose stands for itself; others at the same slot are one. A zero quantity gives none.

    Raises:
        ValueError: the dosage is refused or parked, so that no machine may follow it.

    Source: FMK structured dosage (end inclusive; interval 0 is not iterated; a day without an entry has no dose).
    """
    reasons = (*why_refused(dosage), *why_parked(dosage))
    if reasons or not isinstance(dosage, StructuredDosage):
        raise ValueError(", ".join(reasons))
    found: list[OrderedIntake] = []
    for structure in dosage.structures:
        for day in structure.days:
            amounts = _by_slot(day)
            for offset in offsets(falling_on(structure, day.number, window.first, window.days)):
                at = window.first + timedelta(days=offset)
                found.extend(OrderedIntake(at, slot, amount) for slot, amount in amounts)
    order = SlotTable().order
    return tuple(sorted(found, key=lambda one: (one.date, (1,) if one.slot is None else (0, *order(one.slot)))))


def expand(ordination: Ordination, window: Period, slots: SlotTable) -> tuple[Dose, ...]:
    """Return every dose inside `window` and inside the treatment, by date and slot.

    Doses of the ordination that land on the same date and slot are one dose. A zero quantity gives none.

    Raises:
        NotPackableError: no machine may pack the dosage.
    """
    doses = [
        Dose(
            ordination_id=ordination.ordination_id,
            product_id=ordination.product_id,
            date=window.first + timedelta(days=offset),
            slot=strand.slot,
            quarters=strand.quarters,
            instruction=ordination.instruction,
        )
        for strand in Expander(window, slots).strands(ordination)
        for offset in offsets(strand.days)
    ]
    return tuple(sorted(doses, key=lambda dose: (dose.date, slots.order(dose.slot))))


def _by_slot(day: DosageDay) -> list[tuple[Slot | None, Decimal]]:
    """Amounts of the day: plain doses one by one, named slots and clock times summed, zeros left out."""
    plain: list[tuple[Slot | None, Decimal]] = []
    sums: dict[Slot, Decimal] = {}
    for dose in day.doses:
        if dose.slot is None:
            plain.append((None, dose.units))
        else:
            sums[dose.slot] = sums.get(dose.slot, Decimal(0)) + dose.units
    return [(slot, amount) for slot, amount in [*sums.items(), *plain] if amount]
