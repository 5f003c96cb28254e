"""Judge a pushed plan: which lines may be packed, which wait for a human, which are refused."""

from collections.abc import Iterator
from decimal import Decimal
from math import gcd
from typing import NamedTuple

from dispenser.core.daily import daily_dose
from dispenser.core.dosage import Dosage, DosageDay, DoseRange, OrderedDose, Slot, StructuredDosage
from dispenser.core.ids import OrdinationId, ProductId
from dispenser.core.limits import EARLIEST, LATEST
from dispenser.core.plan import INSTRUCTION_LENGTH, MedicationPlan, Ordination
from dispenser.core.product import Catalogue, Partable, Product
from dispenser.core.quantity import LARGEST_DOSE_UNITS, QuantityError, quarters_of
from dispenser.core.reasons import why_not_packable, why_parked, why_refused
from dispenser.core.slots import SlotTable
from safety import plan_codes
from safety.findings import Finding, found

_MOST_KNOWN = 50_000
"""Patterns that a checker remembers before it starts afresh."""


def judge(ordination: Ordination, catalogue: Catalogue, slots: SlotTable) -> tuple[Finding, ...]:
    """Return all problems of one line: any REFUSE refuses it, else any PARK parks it, else it is packed."""
    return tuple(_problems(ordination, catalogue, slots))


def judge_dosage(dosage: Dosage, subject: str) -> tuple[Finding, ...]:
    """Return all problems that `dosage` has of itself, whatever the product and the site; subject as given."""
    return tuple(
        found(plan_codes.REASON_CODES[reason], subject) for reason in (*why_refused(dosage), *why_parked(dosage))
    )


def check_plan(plan: MedicationPlan, catalogue: Catalogue, slots: SlotTable) -> tuple[Finding, ...]:
    """Return all problems of a plan: those of every line, and those between lines (C2, C9)."""
    return PlanChecker(catalogue, slots).check(plan)


class _Pattern(NamedTuple):
    """What is known of a day pattern: the quarters that all its amounts are multiples of, and the largest intake."""

    days: tuple[DosageDay, ...]
    finest: int
    largest: Decimal


class PlanChecker:
    """Checks the plans of any number of citizens; a sound day pattern and a suitable product are judged once."""

    def __init__(self, catalogue: Catalogue, slots: SlotTable) -> None:
        """Know nothing yet."""
        self._catalogue = catalogue
        self._slots = slots
        # The days are kept in what is known, so that their identity stays their own.
        self._sound: dict[tuple[int, str, int], _Pattern] = {}
        # Quarters into which a product may be broken; 0 of one that must not be packed.
        self._parts: dict[ProductId, int] = {}

    def check(self, plan: MedicationPlan) -> tuple[Finding, ...]:
        """Return all problems of `plan`, as `check_plan` does."""
        findings: list[Finding] = []
        for ordination in plan.ordinations:
            if not self._is_sound(ordination):
                findings.extend(_problems(ordination, self._catalogue, self._slots))
        findings.extend(_between(plan, self._catalogue))
        return tuple(findings)

    def _is_sound(self, ordination: Ordination) -> bool:
        """Return whether it is known without a closer look that the line has no problem."""
        key = _pattern_of(ordination)
        part = self._part(ordination.product_id)
        if key is None or not part:
            return False
        pattern = self._sound.get(key) or self._learn(key, ordination)
        return pattern is not None and pattern.finest % part == 0 and pattern.largest <= LARGEST_DOSE_UNITS

    def _part(self, product_id: ProductId) -> int:
        part = self._parts.get(product_id)
        if part is None:
            product = self._catalogue.products.get(product_id)
            suits = product is not None and product.dispensable and product.solid_oral
            part = self._parts[product_id] = product.partable.value if product is not None and suits else 0
        return part

    def _learn(self, key: tuple[int, str, int], ordination: Ordination) -> _Pattern | None:
        dosage = ordination.dosage
        if not isinstance(dosage, StructuredDosage) or why_not_packable(dosage, self._slots):
            return None
        days = dosage.structures[0].days
        finest = gcd(*(quarters_of(amount) for day in days for amount in _fixed(day)))
        pattern = _Pattern(days, finest, max((_largest_intake(day, self._slots) for day in days), default=Decimal(0)))
        if len(self._sound) >= _MOST_KNOWN:
            self._sound.clear()
        self._sound[key] = pattern
        return pattern


def _pattern_of(ordination: Ordination) -> tuple[int, str, int] | None:
    """What names the day pattern of the line; None where dates or instruction need a look of their own."""
    dosage = ordination.dosage
    if ordination.instruction or not isinstance(dosage, StructuredDosage) or len(dosage.structures) != 1:
        return None
    structure = dosage.structures[0]
    start, end = structure.start, structure.end
    if start != ordination.first or end != ordination.last or not EARLIEST <= start <= (end or start) <= LATEST:
        return None
    return id(structure.days), dosage.unit, structure.interval


def _between(plan: MedicationPlan, catalogue: Catalogue) -> Iterator[Finding]:
    seen: set[OrdinationId] = set()
    substances: dict[str, list[Ordination]] = {}
    for ordination in plan.ordinations:
        if ordination.ordination_id in seen:
            yield found(plan_codes.ORDINATION_TWICE, ordination.ordination_id)
        seen.add(ordination.ordination_id)
        product = catalogue.products.get(ordination.product_id)
        if product is not None and product.atc:
            substances.setdefault(product.atc, []).append(ordination)
    for atc, ordinations in sorted(substances.items()):
        if len(ordinations) > 1:
            named = sorted(f"{line.ordination_id}: {_units_a_day(line)}" for line in ordinations)
            subject = min(line.ordination_id for line in ordinations)
            yield found(plan_codes.SAME_SUBSTANCE, subject, atc=atc, ordinations="; ".join(named))


def _units_a_day(ordination: Ordination) -> str:
    units = daily_dose(ordination.dosage)
    if units is None:
        return "?"
    low, high = units if isinstance(units, tuple) else (units, units)
    return f"{low.normalize():f}" if low == high else f"{low.normalize():f}-{high.normalize():f}"


def _problems(ordination: Ordination, catalogue: Catalogue, slots: SlotTable) -> Iterator[Finding]:
    subject = ordination.ordination_id
    product = catalogue.products.get(ordination.product_id)
    if product is None:
        yield found(plan_codes.UNKNOWN_PRODUCT, subject, product=ordination.product_id)
    for reason in why_not_packable(ordination.dosage, slots):
        yield found(plan_codes.REASON_CODES[reason], subject)
    if len(ordination.instruction) > INSTRUCTION_LENGTH:
        length = len(ordination.instruction)
        yield found(plan_codes.INSTRUCTION_TOO_LONG, subject, length=length, limit=INSTRUCTION_LENGTH)
    dosage = ordination.dosage
    if isinstance(dosage, StructuredDosage):
        yield from _dates(ordination, dosage)
        if product is not None:
            yield from _amounts(ordination, dosage, product, slots)
    if product is not None and not product.dispensable:
        yield found(plan_codes.NOT_DISPENSABLE, subject, product=product.name)
    if product is not None and not product.solid_oral:
        yield found(plan_codes.NOT_SOLID_ORAL, subject, product=product.name, form=product.form)


def _dates(ordination: Ordination, dosage: StructuredDosage) -> Iterator[Finding]:
    first, last = ordination.first, ordination.last
    if last is not None and last < first:
        yield found(plan_codes.TREATMENT_ENDS_BEFORE_START, ordination.ordination_id, first=first, last=last)
        return
    if not dosage.structures:
        return
    start = min(structure.start for structure in dosage.structures)
    ends = [structure.end for structure in dosage.structures]
    closed = [end for end in ends if end is not None]
    end = max(closed) if len(closed) == len(ends) else None
    too_late = last is not None and (start > last or (end is not None and end > last))
    if start < first or too_late:
        yield found(
            plan_codes.DOSAGE_OUTSIDE_TREATMENT,
            ordination.ordination_id,
            dosage=f"{start} - {end or ''}",
            treatment=f"{first} - {last or ''}",
        )
    elif last is not None and end is not None and end < last:
        yield found(plan_codes.DOSAGE_ENDS_EARLY, ordination.ordination_id, end=end, last=last)


def _amounts(ordination: Ordination, dosage: StructuredDosage, product: Product, slots: SlotTable) -> Iterator[Finding]:
    days = [day for structure in dosage.structures for day in structure.days]
    undivided = {amount for day in days for amount in _fixed(day) if not _divides(amount, product.partable)}
    for amount in sorted(undivided):
        yield found(plan_codes.FRACTION_NOT_ALLOWED, ordination.ordination_id, amount=amount, product=product.name)
    largest = max((_largest_intake(day, slots) for day in days), default=Decimal(0))
    if largest > LARGEST_DOSE_UNITS:
        yield found(
            plan_codes.TOO_MANY_UNITS,
            ordination.ordination_id,
            amount=largest,
            product=product.name,
            limit=LARGEST_DOSE_UNITS,
        )


def _fixed(day: DosageDay) -> Iterator[Decimal]:
    for dose in day.doses:
        if not isinstance(dose.amount, DoseRange) and dose.amount.is_finite():
            yield dose.amount


def _divides(amount: Decimal, partable: Partable) -> bool:
    try:
        return quarters_of(amount) % partable.value == 0
    except QuantityError:
        # A park reason of its own; the producer's mark has no say on it.
        return True


def _largest_intake(day: DosageDay, slots: SlotTable) -> Decimal:
    """Most units that the day gives at one slot, ranges by their high end."""
    plain = [dose for dose in day.doses if dose.slot is None]
    places = iter(slots.plain.get(len(plain), ()))
    sums: dict[Slot | int, Decimal] = {}
    for place, dose in enumerate(day.doses):
        slot = next(places, place) if dose.slot is None else dose.slot
        sums[slot] = sums.get(slot, Decimal(0)) + _most(dose)
    return max(sums.values(), default=Decimal(0))


def _most(dose: OrderedDose) -> Decimal:
    amount = dose.amount.high if isinstance(dose.amount, DoseRange) else dose.amount
    return amount if amount.is_finite() else Decimal(0)
