"""Every check of a batch, each roll looked at closely by the exact checks alone: slow, and what the product must equal.

Kept as plain as it was before anything was shown without a closer look.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from dispenser.core.batch import Batch
from dispenser.core.dosage import Slot
from dispenser.core.ids import CitizenId, OrdinationId, ProductId, RollId
from dispenser.core.moment import Moment
from dispenser.core.phase import phase_shifts
from dispenser.core.plan import MedicationPlan
from dispenser.core.presence import Noted, why_away
from dispenser.core.product import Catalogue, Product
from dispenser.core.roll import Period, Roll
from dispenser.core.slots import SlotTable, slot_word
from dispenser.core.stock import PouchLimits
from dispenser.core.substitution import brand_changes, courses
from safety import batch_codes, continuity_codes
from safety.continuity_checks import NOBODY_NOTED, Known, by_citizen
from safety.day_checks import check_day_totals
from safety.findings import Finding, found
from safety.outstanding import outstanding
from safety.roll_checks import check_capacity, check_roll, too_large
from safety.slot_checks import check_slots
from safety.verifier import verify_roll

_ONE_DAY = timedelta(days=1)
_USUAL_BRANDS = 2


def every_finding(
    batch: Batch,
    plans: Mapping[CitizenId, MedicationPlan],
    catalogue: Catalogue,
    slots: SlotTable,
    neighbours: Sequence[Roll] = (),
    limits: PouchLimits | None = None,
    noted: Mapping[CitizenId, Noted] = NOBODY_NOTED,
    since: Moment | None = None,
) -> tuple[Finding, ...]:
    """Return everything that keeps `batch` from being released, and what must be shown; empty lets it go.

    `plans` are the plans in force of everyone who belongs in the batch; `neighbours` are their other rolls as far as
    they are in use, those of the weeks before too; `noted` is what people noted of them. What was to be taken before
    `since` is history. Without `limits` the capacity is left to the check of each packing order.
    """
    # Whatever packed and whatever verifies asks the same slot table, so neither can see what is wrong with it.
    findings = [*_versions(batch, catalogue, slots), *check_slots(slots.times, slots.plain)]
    known = Known(catalogue, slots, by_citizen(neighbours), noted, since)
    seen: set[RollId] = set()
    for roll in batch.rolls:
        if roll.roll_id in seen:
            findings.append(found(batch_codes.ROLL_TWICE, roll.roll_id))
        seen.add(roll.roll_id)
        plan = plans.get(roll.citizen_id)
        if plan is None:
            findings.append(found(batch_codes.NO_PLAN, roll.roll_id))
            continue
        if roll.plan_revision != plan.revision:
            details = {"roll": roll.plan_revision, "plan": plan.revision}
            findings.append(found(batch_codes.STALE_REVISION, roll.roll_id, **details))
        beside, of_citizen = known.rolls_of(roll.citizen_id), known.of(roll.citizen_id)
        findings.extend(verify_roll(roll, plan, slots, beside, of_citizen, since))
        findings.extend(check_day_totals(roll, plan, beside, of_citizen, since))
        findings.extend(check_roll(roll, plan, batch.period, catalogue, slots))
        if limits is not None:
            findings.extend(check_capacity(roll, catalogue, limits))
    findings.extend(_missing_rolls(batch, plans, known, limits))
    findings.extend(_overlaps(batch.rolls, neighbours))
    findings.extend(_continuity(batch, plans, known))
    # Two checks that cannot follow the same line say so in the same words.
    return tuple(dict.fromkeys(findings))


def _versions(batch: Batch, catalogue: Catalogue, slots: SlotTable) -> Iterator[Finding]:
    pairs = (("catalogue", batch.catalogue_version, catalogue.version), ("slots", batch.slot_version, slots.version))
    for what, planned, now in pairs:
        if planned != now:
            yield found(batch_codes.OTHER_VERSION, batch.batch_id, what=what, batch=planned, now=now)


def _missing_rolls(
    batch: Batch,
    plans: Mapping[CitizenId, MedicationPlan],
    known: Known,
    limits: PouchLimits | None,
) -> Iterator[Finding]:
    """Doses of citizens without a roll, and doses on days of the period that a citizen's rolls leave out.

    A line whose product is too large for any pouch is named: it is why there is no roll.
    """
    covered: dict[CitizenId, list[Period]] = {}
    for roll in batch.rolls:
        covered.setdefault(roll.citizen_id, []).append(roll.period)
    for citizen_id, plan in sorted(plans.items()):
        periods = covered.get(citizen_id, [])
        if batch.period in periods:
            continue
        owed = known.owed(plan, batch.period)
        for ordination_id, why in owed.unverifiable:
            yield found(batch_codes.NOT_VERIFIABLE, citizen_id, ordination=ordination_id, why=why)
        missing = 0
        for ordination in plan.ordinations:
            left_out = sum(
                line == ordination.ordination_id and not any(period.first <= at <= period.last for period in periods)
                for line, _, at, _ in owed.doses
            )
            missing += left_out
            product = known.catalogue.products.get(ordination.product_id)
            what = too_large(product, limits) if left_out and limits else ""
            if product and what:
                details = {"ordination": ordination.ordination_id, "product": product.name, "what": what}
                yield found(batch_codes.UNIT_TOO_LARGE, citizen_id, **details)
        if missing:
            yield found(batch_codes.MISSING_ROLL, citizen_id, doses=missing)


_Line = tuple[CitizenId, date, Slot, str]


def _overlaps(rolls: Iterable[Roll], neighbours: Iterable[Roll]) -> Iterator[Finding]:
    """Compare by line and by product, so that neither a renewed line nor a changed product hides a double dose."""
    taken: dict[_Line, RollId] = {}
    for roll in neighbours:
        for line in _lines(roll):
            taken.setdefault(line[0], roll.roll_id)
            taken.setdefault(line[1], roll.roll_id)
    for roll in rolls:
        found_here: dict[_Line, RollId] = {}
        for by_ordination, by_product, ordination, product in _lines(roll):
            other = taken.get(by_ordination) or taken.get(by_product)
            if other is not None:
                _, at, slot, _ = by_ordination
                yield found(
                    batch_codes.OVERLAP,
                    roll.roll_id,
                    ordination=ordination,
                    product=product,
                    date=at,
                    slot=slot_word(slot),
                    other=other,
                )
            found_here[by_ordination] = found_here[by_product] = roll.roll_id
        taken.update(found_here)


def _lines(roll: Roll) -> Iterator[tuple[_Line, _Line, OrdinationId, ProductId]]:
    for pouch in roll.pouches:
        for content in pouch.contents:
            by_ordination = (roll.citizen_id, pouch.date, pouch.slot, f"line {content.ordination_id}")
            by_product = (roll.citizen_id, pouch.date, pouch.slot, f"product {content.product_id}")
            yield by_ordination, by_product, content.ordination_id, content.product_id


def _continuity(batch: Batch, plans: Mapping[CitizenId, MedicationPlan], known: Known) -> tuple[Finding, ...]:
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
            findings.extend(_brands(roll, before, batch.period, known.catalogue))
    return tuple(findings)


def _in_absence(roll: Roll, noted: Noted) -> Iterator[Finding]:
    for pouch in roll.pouches:
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
    owed = outstanding(plan, between, known.slots, (), known.of(plan.citizen_id))
    days = {at for _, _, at, _ in owed.doses}
    today = known.since.day if known.since else date.min
    behind = sorted(day for day in days - supplied if day < today)
    # From tomorrow on nothing excuses a day without any pouch, nor does a roll that has ended before or lacks some.
    dated = {pouch.date for roll in before for pouch in roll.pouches} if known.since else supplied
    ahead = sorted(day for day in days - dated if day > today or day in {today} - supplied)
    for code, listed in ((continuity_codes.GAP_BEHIND, behind), (continuity_codes.GAP_AHEAD, ahead)):
        if listed:
            yield found(code, plan.citizen_id, days=len(listed), first=listed[0], last=listed[-1])


def _stale(plan: MedicationPlan, period: Period, known: Known) -> Iterator[Finding]:
    for (product, at, slot), units in sorted(known.owed(plan, period).unasked.items(), key=str):
        details = {"units": units, "product": product, "date": at, "slot": slot_word(slot)}
        yield found(continuity_codes.NOT_DISCARDED, plan.citizen_id, **details)


def _phase(roll: Roll, plan: MedicationPlan, before: Sequence[Roll], known: Known) -> Iterator[Finding]:
    noted = known.of(plan.citizen_id)
    covered = _covered(before, roll.period.first, noted)
    if covered is None:
        return
    packed = {(content.product_id, pouch.date) for one in before for pouch in one.pouches for content in pouch.contents}
    for shift in phase_shifts(plan, packed, covered, roll.period.first):
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
            days.update(roll.period.first + timedelta(days=day) for day in range(roll.period.days))
    return days


def _brands(roll: Roll, before: Sequence[Roll], period: Period, catalogue: Catalogue) -> Iterator[Finding]:
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
    for line, products in sorted(courses((*before, roll), period).items()):
        if len(products) > _USUAL_BRANDS:
            listed = ", ".join(products)
            yield found(continuity_codes.BRAND_TWICE, roll.roll_id, ordination=line, products=listed)


def _looks(product: Product) -> str:
    return "?" if product.appearance_invented else product.appearance
