"""Rules that one roll must keep by itself: dates, numbers, parts, instructions, suitability, quantities, capacity."""

from collections.abc import Iterator, Mapping
from datetime import date

from dispenser.core.dosage import Slot
from dispenser.core.ids import OrdinationId, ProductId
from dispenser.core.plan import MedicationPlan
from dispenser.core.pouch import Pouch
from dispenser.core.product import Catalogue, Product
from dispenser.core.quantity import LARGEST_DOSE_UNITS, Quarters, text_of
from dispenser.core.roll import Period, Roll
from dispenser.core.slots import SlotTable, slot_word
from dispenser.core.stock import PouchLimits
from safety import batch_codes
from safety.findings import Finding, found


def check_roll(
    roll: Roll, plan: MedicationPlan, period: Period, catalogue: Catalogue, slots: SlotTable
) -> tuple[Finding, ...]:
    """Return what is wrong with `roll` by C3, C11, C12, R8, R10 and the numbering; `period` is the batch's."""
    return (
        *_dates(roll, period),
        *_sequence(roll, slots),
        *_parts(roll),
        *_instructions(roll, plan),
        *_products(roll, catalogue),
        *_intakes(roll),
    )


def check_capacity(roll: Roll, catalogue: Catalogue, limits: PouchLimits) -> tuple[Finding, ...]:
    """Return the pouches of `roll` that hold more than `limits` (C13)."""
    findings: list[Finding] = []
    for pouch in roll.pouches:
        what = overfull(pouch, catalogue, limits)
        if what:
            findings.append(found(batch_codes.OVER_CAPACITY, roll.roll_id, pouch=pouch.number, what=what))
    return tuple(findings)


def overfull(pouch: Pouch, catalogue: Catalogue, limits: PouchLimits) -> str:
    """Return why `pouch` cannot hold its contents, empty when it can; a started unit counts as a whole one."""
    units = volume = 0
    for content in pouch.contents:
        product = catalogue.products.get(content.product_id)
        started = (content.quarters + 3) // 4
        units += started
        volume += started * (space_mm3(product) if product else 0)
    if units > limits.units:
        return f"{units} > {limits.units}"
    if limits.volume_mm3 and volume > limits.volume_mm3:
        return f"{volume} mm3 > {limits.volume_mm3} mm3"
    return ""


def too_large(product: Product | None, limits: PouchLimits) -> str:
    """Return why no pouch can hold even one unit of `product`, empty when it can or when its size is unknown."""
    space = space_mm3(product) if product else 0
    return f"{space} mm3 > {limits.volume_mm3} mm3" if 0 < limits.volume_mm3 < space else ""


def space_mm3(product: Product) -> int:
    """Return the space of one unit: as the catalogue says, and never less than two thirds of the box around it.

    Tablets and capsules take more than that however tightly they are stacked, so a figure that was lost between
    dimensions and volume is noticed without the code that derives it.
    """
    size = product.dimensions
    if size is None:
        return product.volume_mm3
    box_mm3 = size.length_um * size.width_um * size.height_um // 10**9
    return max(product.volume_mm3, box_mm3 * 2 // 3)


def _dates(roll: Roll, period: Period) -> Iterator[Finding]:
    for pouch in roll.pouches:
        inside = roll.period.first <= pouch.date <= roll.period.last and period.first <= pouch.date <= period.last
        if not inside:
            yield found(batch_codes.OUTSIDE_PERIOD, roll.roll_id, pouch=pouch.number, date=pouch.date)


def _sequence(roll: Roll, slots: SlotTable) -> Iterator[Finding]:
    before: tuple[date, tuple[int, int, str], int] | None = None
    for place, pouch in enumerate(roll.pouches, start=1):
        here = (pouch.date, slots.order(pouch.slot), pouch.part)
        if pouch.number != place or (before is not None and here <= before):
            yield found(batch_codes.BAD_ORDER, roll.roll_id, pouch=pouch.number)
        before = here


def _parts(roll: Roll) -> Iterator[Finding]:
    intakes: dict[tuple[date, Slot], list[Pouch]] = {}
    for pouch in roll.pouches:
        intakes.setdefault((pouch.date, pouch.slot), []).append(pouch)
    for (at, slot), pouches in intakes.items():
        marked = sorted((pouch.part, pouch.parts) for pouch in pouches)
        if marked != [(part, len(pouches)) for part in range(1, len(pouches) + 1)]:
            yield found(batch_codes.BAD_PARTS, roll.roll_id, date=at, slot=slot_word(slot), parts=len(pouches))


def _instructions(roll: Roll, plan: MedicationPlan) -> Iterator[Finding]:
    ordered: Mapping[OrdinationId, str] = {line.ordination_id: line.instruction for line in plan.ordinations}
    for pouch in roll.pouches:
        wanted = {content.ordination_id: ordered.get(content.ordination_id, "") for content in pouch.contents}
        for ordination, instruction in wanted.items():
            if instruction and instruction != pouch.instruction:
                yield found(batch_codes.BAD_INSTRUCTION, roll.roll_id, pouch=pouch.number, ordination=ordination)
        if pouch.instruction and pouch.instruction not in wanted.values():
            named = ", ".join(wanted)
            yield found(batch_codes.BAD_INSTRUCTION, roll.roll_id, pouch=pouch.number, ordination=named)


def _products(roll: Roll, catalogue: Catalogue) -> Iterator[Finding]:
    for pouch in roll.pouches:
        if not pouch.contents or any(content.quarters <= 0 for content in pouch.contents):
            yield found(batch_codes.EMPTY_POUCH, roll.roll_id, pouch=pouch.number)
        for content in pouch.contents:
            product = catalogue.products.get(content.product_id)
            at = {"pouch": pouch.number, "product": product.name if product else content.product_id}
            if product is None or not product.dispensable or not product.solid_oral:
                yield found(batch_codes.UNSUITABLE, roll.roll_id, **at)
            if product is not None and content.quarters % product.partable.value:
                yield found(batch_codes.BAD_FRACTION, roll.roll_id, **at, amount=text_of(content.quarters))
            if product is not None and product.separate_pouch and len(pouch.contents) > 1:
                yield found(batch_codes.NOT_ALONE, roll.roll_id, **at)


def _intakes(roll: Roll) -> Iterator[Finding]:
    sums: dict[tuple[date, Slot, ProductId], int] = {}
    for pouch in roll.pouches:
        for content in pouch.contents:
            key = (pouch.date, pouch.slot, content.product_id)
            sums[key] = sums.get(key, 0) + content.quarters
    for (at, slot, product_id), quarters in sums.items():
        if quarters > LARGEST_DOSE_UNITS * 4:
            yield found(
                batch_codes.TOO_MANY_AT_ONCE,
                roll.roll_id,
                product=product_id,
                date=at,
                slot=slot_word(slot),
                amount=text_of(Quarters(quarters)),
                limit=LARGEST_DOSE_UNITS,
            )
