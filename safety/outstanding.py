"""What a citizen is still owed, worked out by the second expansion: the plan less notes, history and pouches in use."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from dispenser.core.dosage import Slot
from dispenser.core.ids import OrdinationId, ProductId
from dispenser.core.moment import Moment
from dispenser.core.plan import MedicationPlan
from dispenser.core.presence import Noted
from dispenser.core.roll import Period, Roll
from dispenser.core.slots import SlotTable
from safety.second_expansion import UnverifiableError, expected_doses

DoseKey = tuple[OrdinationId, ProductId, date, Slot]
NOTHING_NOTED = Noted()


@dataclass(frozen=True, slots=True)
class Outstanding:
    """Units that are owed, units in rolls in use that nothing asks for, and lines that nobody can work out."""

    doses: dict[DoseKey, Fraction]
    unasked: dict[tuple[ProductId, date, Slot], Fraction]
    unverifiable: tuple[tuple[OrdinationId, UnverifiableError], ...]


def packed_doses(roll: Roll) -> dict[DoseKey, Fraction]:
    """Return the units that the pouches of `roll` hold, by line, product, date and slot."""
    doses: dict[DoseKey, Fraction] = {}
    for pouch in roll.pouches:
        for content in pouch.contents:
            key = (content.ordination_id, content.product_id, pouch.date, pouch.slot)
            doses[key] = doses.get(key, Fraction(0)) + Fraction(content.quarters, 4)
    return doses


def outstanding(
    plan: MedicationPlan,
    period: Period,
    slots: SlotTable,
    beside: Iterable[Roll] = (),
    noted: Noted = NOTHING_NOTED,
    since: Moment | None = None,
) -> Outstanding:
    """Return what `plan` says for `period` and the rolls `beside` do not hold, by product whatever the line is called.

    Days of absence give nothing, nor does what was to be taken before `since`.
    """
    doses: dict[DoseKey, Fraction] = {}
    unverifiable: list[tuple[OrdinationId, UnverifiableError]] = []
    for ordination in plan.ordinations:
        try:
            expected = expected_doses(ordination, period, slots)
        except UnverifiableError as error:
            unverifiable.append((ordination.ordination_id, error))
            continue
        for (at, slot), units in expected.items():
            if is_ahead(at, slot, since, slots) and not any(absence.covers(at) for absence in noted.absences):
                key = (ordination.ordination_id, ordination.product_id, at, slot)
                doses[key] = doses.get(key, Fraction(0)) + units
    held: dict[tuple[ProductId, date, Slot], Fraction] = {}
    for roll in beside:
        for (line, product, at, slot), units in packed_doses(roll).items():
            if period.first <= at <= period.last and is_ahead(at, slot, since, slots):
                rest = _take(doses, (line, product, at, slot), units)
                held[product, at, slot] = held.get((product, at, slot), Fraction(0)) + rest
    for key in tuple(doses):
        _, product, at, slot = key
        if (product, at, slot) in held:
            held[product, at, slot] = _take(doses, key, held[product, at, slot])
    return Outstanding(doses, {where: units for where, units in held.items() if units}, tuple(unverifiable))


def is_ahead(at: date, slot: Slot, since: Moment | None, slots: SlotTable) -> bool:
    """Return whether an intake is still to come; without `since` all are."""
    return since is None or since.is_before(at, slot, slots)


def _take(doses: dict[DoseKey, Fraction], key: DoseKey, units: Fraction) -> Fraction:
    """Take at most `units` off the dose under `key`, and return what could not be taken."""
    taken = min(doses.get(key, Fraction(0)), units)
    if taken:
        doses[key] -= taken
        if not doses[key]:
            del doses[key]
    return units - taken
