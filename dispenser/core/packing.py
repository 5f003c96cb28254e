"""From a plan to the pouches of one roll.

A pouch is one date and one slot (R8); `filling` says what goes together into it. The result depends on the plan's
content only, never on the order of its lines.
"""

from datetime import timedelta

from dispenser.core.days import Days
from dispenser.core.dosage import Slot
from dispenser.core.expander import Expander, IntakePattern
from dispenser.core.filling import UNIT_TOO_LARGE, UNKNOWN_PRODUCT, Filled, fill
from dispenser.core.ids import CitizenId, RollId
from dispenser.core.plan import MedicationPlan
from dispenser.core.pouch import Dose, Pouch
from dispenser.core.product import Catalogue
from dispenser.core.roll import Period, Roll
from dispenser.core.slots import SlotTable
from dispenser.core.stock import PouchLimits

__all__ = ["UNIT_TOO_LARGE", "UNKNOWN_PRODUCT", "PouchLimits", "pack", "pack_with"]


def pack(
    roll_id: RollId,
    citizen_id: CitizenId,
    plan: MedicationPlan,
    period: Period,
    catalogue: Catalogue,
    slots: SlotTable,
    limits: PouchLimits,
) -> Roll:
    """Return the roll of `plan` over `period`: pouches numbered from 1, by date and slot.

    Raises:
        NotPackableError: an ordination cannot be dated, its product is unknown, or one unit is larger than a pouch.
    """
    return pack_with(Expander(period, slots), roll_id, citizen_id, plan, catalogue, limits)


def pack_with(
    expander: Expander,
    roll_id: RollId,
    citizen_id: CitizenId,
    plan: MedicationPlan,
    catalogue: Catalogue,
    limits: PouchLimits,
) -> Roll:
    """Return the roll of `plan` over the expander's window, as `pack` does; one expander serves a whole batch.

    Raises:
        NotPackableError: as `pack`.
    """
    period = expander.window
    pouches: list[Pouch] = []
    filled = [_filled(pattern, period, catalogue, limits) for pattern in expander.intakes(plan.ordinations)]
    for offset in range(period.days):
        at = period.first + timedelta(days=offset)
        for slot, days, contents in filled:
            if days >> offset & 1:
                for part, one in enumerate(contents, start=1):
                    number = len(pouches) + 1
                    pouches.append(Pouch(number, at, slot, part, len(contents), one.contents, one.instruction))
    return Roll(roll_id, citizen_id, plan.revision, period, tuple(pouches))


def _filled(
    pattern: IntakePattern, period: Period, catalogue: Catalogue, limits: PouchLimits
) -> tuple[Slot, Days, tuple[Filled, ...]]:
    """Fill the pouches of an intake once, for all its days."""
    doses = (
        Dose(line.ordination_id, line.product_id, period.first, pattern.slot, quarters, line.instruction)
        for line, quarters in pattern.portions
    )
    return pattern.slot, pattern.days, fill(doses, catalogue, limits)
