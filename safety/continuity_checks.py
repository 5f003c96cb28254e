"""Check that a batch goes on where earlier pouches end: gaps (C5), phase (C6), what is stale (C7), brands (R11)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from dispenser.core.batch import Batch
from dispenser.core.dosage import StructuredDosage
from dispenser.core.ids import CitizenId, OrdinationId, ProductId
from dispenser.core.moment import Moment
from dispenser.core.phase import phase_shifts
from dispenser.core.plan import MedicationPlan
from dispenser.core.presence import Noted, why_away
from dispenser.core.product import Catalogue, Product
from dispenser.core.roll import Period, Roll
from dispenser.core.slots import SlotTable, slot_word
from dispenser.core.substitution import brand_changes, courses
from safety import continuity_codes
from safety.findings import Finding, found
from safety.outstanding import NOTHING_NOTED, Outstanding, outstanding

NOBODY_NOTED: Final[Mapping[CitizenId, Noted]] = MappingProxyType({})
_ONE_DAY = timedelta(days=1)
_USUAL_BRANDS = 2


@dataclass(frozen=True, slots=True)
class Known:
    """What a batch is held against besides plans: catalogue, slots, other rolls in use, notes, and what is history."""

    catalogue: Catalogue
    slots: SlotTable
    neighbours: Mapping[CitizenId, Sequence[Roll]]
    noted: Mapping[CitizenId, Noted]
    since: Moment | None = None
    _dates: dict[CitizenId, frozenset[date]] = field(default_factory=dict[CitizenId, frozenset[date]], compare=False)

    def of(self, citizen_id: CitizenId) -> Noted:
        """Return what people noted of a citizen."""
        return self.noted.get(citizen_id, NOTHING_NOTED)

    def rolls_of(self, citizen_id: CitizenId) -> Sequence[Roll]:
        """Return the citizen's other rolls in use."""
        return self.neighbours.get(citizen_id, ())

    def dates_of(self, citizen_id: CitizenId) -> frozenset[date]:
        """Return the dates of the pouches in the citizen's other rolls in use."""
        dates = self._dates.get(citizen_id)
        if dates is None:
            rolls = self.rolls_of(citizen_id)
            dates = self._dates[citizen_id] = frozenset(pouch.date for roll in rolls for pouch in roll.pouches)
        return dates

    def has_pouches_in(self, citizen_id: CitizenId, period: Period) -> bool:
        """Return whether any pouch of the citizen's other rolls in use is dated in `period`."""
        return any(period.first <= at <= period.last for at in self.dates_of(citizen_id))

    def owed(self, plan: MedicationPlan, period: Period) -> Outstanding:
        """Return what the citizen is still owed in `period`."""
        rolls = self.rolls_of(plan.citizen_id)
        return outstanding(plan, period, self.slots, rolls, self.of(plan.citizen_id), self.since)


def by_citizen(rolls: Iterable[Roll]) -> dict[CitizenId, tuple[Roll, ...]]:
    """Return the rolls of each citizen, in their order."""
    found: dict[CitizenId, list[Roll]] = {}
    for roll in rolls:
        found.setdefault(roll.citizen_id, []).append(roll)
    return {citizen_id: tuple(of_citizen) for citizen_id, of_citizen in found.items()}


def check_continuity(batch: Batch, plans: Mapping[CitizenId, MedicationPlan], known: Known) -> tuple[Finding, ...]:
    """Return what does not fit between the rolls of `batch` and what the same citizens have already."""
    findings: list[Finding] = []
    for citizen_id, before in sorted(known.neighbours.items()):
        plan = plans.get(citizen_id)
        if plan is not None:
            findings.extend(_gap(plan, before, batch.period, known))
            findings.extend(_stale(plan, batch.period, known))
    for roll in batch.rolls:
        findings.extend(_in_absence(roll, known.of(roll.citizen_id)))
        plan, before = plans.get(roll.citizen_id), known.rolls_of(roll.citizen_id)
        if plan is not None and before:
            findings.extend(_phase(roll, plan, before, known))
            findings.extend(_brands(roll, before, batch.period, known))
    return tuple(findings)


def _in_absence(roll: Roll, noted: Noted) -> Iterator[Finding]:
    for pouch in roll.pouches if noted.absences else ():
        why = why_away(noted.absences, pouch.date)
        if why is not None:
            details = {"pouch": pouch.number, "date": pouch.date, "why": why.value}
            yield found(continuity_codes.DURING_ABSENCE, roll.roll_id, **details)


def _gap(plan: MedicationPlan, before: Sequence[Roll], period: Period, known: Known) -> Iterator[Finding]:
    """Look at every day from the first roll that we know of to the period: one with doses and no roll is a gap."""
    supplied = _days_of(before)
    if not supplied or min(supplied) >= period.first:
        return
    between = Period(min(supplied), period.first - _ONE_DAY)
    today = known.since.day if known.since else date.min
    days = _dates(between)
    behind = {day for day in days - supplied if day < today}
    # From tomorrow on nothing excuses a day without any pouch, nor does a roll that has ended before or lacks some.
    dated = known.dates_of(plan.citizen_id) if known.since else supplied
    ahead = {day for day in days - dated if day > today or day in {today} - supplied}
    if not behind and not ahead:
        return
    owed = outstanding(plan, between, known.slots, (), known.of(plan.citizen_id))
    owing = {at for _, _, at, _ in owed.doses}
    for code, without in ((continuity_codes.GAP_BEHIND, behind), (continuity_codes.GAP_AHEAD, ahead)):
        listed = sorted(owing & without)
        if listed:
            yield found(code, plan.citizen_id, days=len(listed), first=listed[0], last=listed[-1])


def _stale(plan: MedicationPlan, period: Period, known: Known) -> Iterator[Finding]:
    if not known.has_pouches_in(plan.citizen_id, period):
        return
    for (product, at, slot), units in sorted(known.owed(plan, period).unasked.items(), key=str):
        details = {"units": units, "product": product, "date": at, "slot": slot_word(slot)}
        yield found(continuity_codes.NOT_DISCARDED, plan.citizen_id, **details)


def _phase(roll: Roll, plan: MedicationPlan, before: Sequence[Roll], known: Known) -> Iterator[Finding]:
    cycles = _with_cycles(plan)
    noted = known.of(plan.citizen_id)
    covered = _covered(before, roll.period.first, noted) if cycles.ordinations else None
    if covered is None:
        return
    products = {line.product_id for line in cycles.ordinations}
    packed = {
        (content.product_id, pouch.date)
        for one in before
        for pouch in one.pouches
        for content in pouch.contents
        if content.product_id in products
    }
    for shift in phase_shifts(cycles, packed, covered, roll.period.first):
        if (shift.product_id, shift.planned) in noted.phases:
            continue
        product = known.catalogue.products.get(shift.product_id)
        yield found(
            continuity_codes.PHASE_SHIFT,
            roll.roll_id,
            product=product.short_name if product else shift.product_id,
            interval=shift.interval,
            last_packed=shift.last_packed,
            expected=shift.expected,
            planned=shift.planned,
        )


def _with_cycles(plan: MedicationPlan) -> MedicationPlan:
    """Return `plan` with the lines of those products alone that have a cycle of several days in some line."""
    products = {
        line.product_id
        for line in plan.ordinations
        if isinstance(line.dosage, StructuredDosage) and any(one.interval > 1 for one in line.dosage.structures)
    }
    return replace(plan, ordinations=tuple(line for line in plan.ordinations if line.product_id in products))


def _covered(before: Sequence[Roll], first: date, noted: Noted) -> Period | None:
    """Return the latest unbroken run of days before `first` of which the rolls say whether anything was packed."""
    days = {day for day in _days_of(before) if day < first and why_away(noted.absences, day) is None}
    if not days:
        return None
    start = max(days)
    while start - _ONE_DAY in days:
        start -= _ONE_DAY
    return Period(start, max(days))


def _days_of(rolls: Iterable[Roll]) -> set[date]:
    """Return the days for which the citizen has all that these rolls were to hold."""
    days: set[date] = set()
    for roll in rolls:
        if roll.pouches:
            days |= _dates(roll.period)
    return days


def _dates(period: Period) -> set[date]:
    return {period.first + timedelta(days=day) for day in range(period.days)}


def _brands(roll: Roll, before: Sequence[Roll], period: Period, known: Known) -> Iterator[Finding]:
    here = _held(roll)
    if not _goes_on(before, {product for _, product in here}, known.catalogue):
        yield from _changed(roll, before, known.catalogue)
    # One product for each line, and none for it in other pouches of these days, is one brand.
    if len(here) > len({line for line, _ in here}) or known.has_pouches_in(roll.citizen_id, period):
        yield from _twice(roll, before, period)


def _held(roll: Roll) -> set[tuple[OrdinationId, ProductId]]:
    """Return the lines of which `roll` holds something, with the products; contents that pouches share count once."""
    contents = {id(pouch.contents): pouch.contents for pouch in roll.pouches}
    return {(content.ordination_id, content.product_id) for one in contents.values() for content in one}


def _goes_on(before: Sequence[Roll], packed: Collection[ProductId], catalogue: Catalogue) -> bool:
    """Return whether everything that could have been substituted is packed again."""
    held = {content.product_id for roll in before for pouch in roll.pouches for content in pouch.contents}
    products = (catalogue.products.get(product) for product in held.difference(packed))
    return not any(product is not None and product.substitution_group for product in products)


def _changed(roll: Roll, before: Sequence[Roll], catalogue: Catalogue) -> Iterator[Finding]:
    earlier = [
        (content.product_id, pouch.date)
        for one in before
        for pouch in one.pouches
        if pouch.date < roll.period.first
        for content in pouch.contents
    ]
    for change in brand_changes(earlier, roll, catalogue.products):
        yield found(
            continuity_codes.BRAND_CHANGED,
            roll.roll_id,
            before=change.before.short_name,
            before_looks=_looks(change.before),
            after=change.after.short_name,
            after_looks=_looks(change.after),
            since=change.since,
        )


def _twice(roll: Roll, before: Sequence[Roll], period: Period) -> Iterator[Finding]:
    for line, products in sorted(courses((*before, roll), period).items()):
        if len(products) > _USUAL_BRANDS:
            listed = ", ".join(products)
            yield found(continuity_codes.BRAND_TWICE, roll.roll_id, ordination=line, products=listed)


def _looks(product: Product) -> str:
    return "?" if product.appearance_invented else product.appearance
