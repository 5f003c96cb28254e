"""What a new revision of a plan means for rolls that were made from an older one."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from dispenser.core.ids import RollId
from dispenser.core.plan import MedicationPlan
from dispenser.core.roll import Roll


@dataclass(frozen=True, slots=True)
class Effect:
    """Rolls that no longer follow the plan.

    `void` rolls have no packed pouch and are simply not packed. `discard` names, by roll, the pouch numbers that are
    packed already and must be found and discarded; the rest of such a roll is not packed either.
    """

    void: tuple[RollId, ...]
    discard: Mapping[RollId, tuple[int, ...]]


def effect(rolls: Iterable[Roll], packed: Mapping[RollId, Collection[int]], plan: MedicationPlan) -> Effect:
    """Return what `plan` makes stale among `rolls` (not yet released), given the pouch numbers `packed` by roll.

    A roll is stale when it is the same citizen's, and made from a lower revision.
    """
    stale = [roll for roll in rolls if roll.citizen_id == plan.citizen_id and roll.plan_revision < plan.revision]
    discard = {roll.roll_id: tuple(sorted(packed[roll.roll_id])) for roll in stale if packed.get(roll.roll_id)}
    return Effect(tuple(roll.roll_id for roll in stale if roll.roll_id not in discard), discard)
