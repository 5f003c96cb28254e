"""From a plan to the pouches of one roll.

A pouch is one date and one slot (R8); `filling` says what goes together into it. The result depends on the plan's
content only, never on the order of its lines.
"""

from datetime import date

from dispenser.core.dosage import Slot
from dispenser.core.expansion import expand
from dispenser.core.filling import UNIT_TOO_LARGE, UNKNOWN_PRODUCT, fill
from dispenser.core.ids import CitizenId, RollId
from dispenser.core.plan import MedicationPlan
from dispenser.core.pouch import Dose, Pouch
from dispenser.core.product import Catalogue
from dispenser.core.roll import Period, Roll
from dispenser.core.slots import SlotTable
from dispenser.core.stock import PouchLimits

__all__ = ["UNIT_TOO_LARGE", "UNKNOWN_PRODUCT", "PouchLimits", "pack"]

_Intake = tuple[date, Slot]


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
    intakes: dict[_Intake, list[Dose]] = {}
    for ordination in plan.ordinations:
        for dose in expand(ordination, period, slots):
            intakes.setdefault((dose.date, dose.slot), []).append(dose)
    pouches: list[Pouch] = []
    for at, slot in sorted(intakes, key=lambda intake: (intake[0], slots.order(intake[1]))):
        filled = fill(intakes[at, slot], catalogue, limits)
        for part, one in enumerate(filled, start=1):
            pouches.append(
                Pouch(
                    number=len(pouches) + 1,
                    date=at,
                    slot=slot,
                    part=part,
                    parts=len(filled),
                    contents=one.contents,
                    instruction=one.instruction,
                )
            )
    return Roll(roll_id, citizen_id, plan.revision, period, tuple(pouches))
