"""What a citizen is due, and what of that no pouch holds yet.

A packed tablet counts for the product it is, whatever the line was called when it was packed: a renewed line has
another ordination id and is the same medicine.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from dispenser.core.dosage import DosageDay, DosageStructure, OrderedDose, Slot, StructuredDosage
from dispenser.core.expansion import expand
from dispenser.core.ids import OrdinationId, ProductId
from dispenser.core.moment import Moment
from dispenser.core.plan import MedicationPlan, Ordination
from dispenser.core.pouch import Dose, Pouch
from dispenser.core.presence import Absence, present
from dispenser.core.quantity import Quarters, units_of
from dispenser.core.roll import Period, Roll
from dispenser.core.slots import SlotTable

Intake = tuple[ProductId, date, Slot]
"""One product at one time."""
_Line = tuple[OrdinationId, ProductId, date, Slot]


def due(
    plan: MedicationPlan,
    window: Period,
    slots: SlotTable,
    absences: Iterable[Absence] = (),
    since: Moment | None = None,
) -> tuple[Dose, ...]:
    """Return every dose of `plan` in `window`, but those in an absence and those that were due before `since`.

    Raises:
        NotPackableError: an ordination cannot be dated.
    """
    doses = (dose for ordination in plan.ordinations for dose in expand(ordination, window, slots))
    ahead = (dose for dose in doses if since is None or since.is_before(dose.date, dose.slot, slots))
    return present(ahead, absences)


def by_intake(pouches: Iterable[Pouch]) -> Counter[Intake]:
    """Return the quarters that `pouches` hold of each product at each time."""
    held: Counter[Intake] = Counter()
    for pouch in pouches:
        for content in pouch.contents:
            held[content.product_id, pouch.date, pouch.slot] += content.quarters
    return held


def remaining(doses: Iterable[Dose], pouches: Iterable[Pouch]) -> tuple[Dose, ...]:
    """Return what of `doses` is not in `pouches`, in their order.

    A pouch's content first serves the line that it was packed for, then any other of the same product and time.
    """
    wanted = tuple(doses)
    own: Counter[_Line] = Counter()
    for pouch in pouches:
        for content in pouch.contents:
            own[content.ordination_id, content.product_id, pouch.date, pouch.slot] += content.quarters
    left: list[int] = []
    for dose in wanted:
        line = (dose.ordination_id, dose.product_id, dose.date, dose.slot)
        served = min(own[line], dose.quarters)
        own[line] -= served
        left.append(dose.quarters - served)
    spare: Counter[Intake] = Counter()
    for (_, product_id, day, slot), quarters in own.items():
        spare[product_id, day, slot] += quarters
    found: list[Dose] = []
    for dose, quarters in zip(wanted, left, strict=True):
        intake = (dose.product_id, dose.date, dose.slot)
        served = min(spare[intake], quarters)
        spare[intake] -= served
        if quarters > served:
            found.append(
                Dose(
                    dose.ordination_id,
                    dose.product_id,
                    dose.date,
                    dose.slot,
                    Quarters(quarters - served),
                    dose.instruction,
                )
            )
    return tuple(found)


def plan_of(plan: MedicationPlan, doses: Iterable[Dose]) -> MedicationPlan:
    """Return `plan` with exactly these `doses` of its lines, each written out by date, and nothing else."""
    dated: dict[OrdinationId, dict[date, list[OrderedDose]]] = {}
    for dose in doses:
        days = dated.setdefault(dose.ordination_id, {})
        days.setdefault(dose.date, []).append(OrderedDose(dose.slot, units_of(dose.quarters)))
    lines = tuple(
        _written_out(line, dated[line.ordination_id]) for line in plan.ordinations if line.ordination_id in dated
    )
    return MedicationPlan(plan.citizen_id, plan.revision, lines)


def plan_by_product(plan: MedicationPlan) -> MedicationPlan:
    """Return `plan` with every line named after its product, so that it tells what is taken and not who ordered it."""
    lines = tuple(replace(line, ordination_id=OrdinationId(line.product_id)) for line in plan.ordinations)
    return replace(plan, ordinations=lines)


def roll_by_product(roll: Roll) -> Roll:
    """Return `roll` with everything in it named as `plan_by_product` names it."""
    return replace(roll, pouches=tuple(_by_product(pouch) for pouch in roll.pouches))


def _by_product(pouch: Pouch) -> Pouch:
    contents = (replace(content, ordination_id=OrdinationId(content.product_id)) for content in pouch.contents)
    return replace(pouch, contents=tuple(contents))


def _written_out(line: Ordination, days: dict[date, list[OrderedDose]]) -> Ordination:
    first, last = min(days), max(days)
    written = tuple(DosageDay((day - first).days + 1, tuple(doses)) for day, doses in sorted(days.items()))
    structure = DosageStructure(0, first, last, written)
    unit = line.dosage.unit if isinstance(line.dosage, StructuredDosage) else ""
    dosage = StructuredDosage(unit, (structure,))
    return Ordination(line.ordination_id, line.product_id, dosage, first, last, line.instruction)
