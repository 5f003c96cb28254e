"""Check a planned batch against the plans it was made from, without the code that packed it.

C1 conservation and C2 exactly-one by `safety.verifier`, C3 one citizen, C4 no overlap with live rolls, C11
suitability, C12 quantities, C13 capacity and parts, C18 versions, C23 units a day.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from dispenser.core.batch import Batch
from dispenser.core.dosage import Slot
from dispenser.core.ids import CitizenId, OrdinationId, ProductId, RollId
from dispenser.core.moment import Moment
from dispenser.core.plan import MedicationPlan
from dispenser.core.presence import Noted
from dispenser.core.product import Catalogue
from dispenser.core.roll import Period, Roll
from dispenser.core.slots import SlotTable, slot_word
from dispenser.core.stock import PouchLimits
from safety import batch_codes
from safety.continuity_checks import NOBODY_NOTED, Known, by_citizen, check_continuity
from safety.day_checks import check_day_totals
from safety.findings import Finding, found
from safety.roll_checks import check_capacity, check_roll, too_large
from safety.roll_proof import RollProof, is_ahead_and_present
from safety.slot_checks import check_slots
from safety.verifier import verify_roll


def check_batch(
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
    proof = RollProof(batch.period, catalogue, slots, limits)
    seen: set[RollId] = set()
    shown: set[CitizenId] = set()
    doubtful: set[CitizenId] = set()
    for roll in batch.rolls:
        if roll.roll_id in seen:
            findings.append(found(batch_codes.ROLL_TWICE, roll.roll_id))
        seen.add(roll.roll_id)
        plan = plans.get(roll.citizen_id)
        if plan is not None and roll.plan_revision != plan.revision:
            details = {"roll": roll.plan_revision, "plan": plan.revision}
            findings.append(found(batch_codes.STALE_REVISION, roll.roll_id, **details))
        if plan is None:
            findings.append(found(batch_codes.NO_PLAN, roll.roll_id))
        elif roll.citizen_id not in shown and _is_shown(roll, plan, known, proof):
            shown.add(roll.citizen_id)
            continue
        else:
            findings.extend(_closely(roll, plan, batch.period, known, limits))
        doubtful.add(roll.citizen_id)
    findings.extend(_missing_rolls(batch, plans, known, proof, limits))
    # Who has one roll, shown to be sound beside no other pouch of its days, has no overlap.
    rolls = [roll for roll in batch.rolls if roll.citizen_id in doubtful]
    findings.extend(_overlaps(rolls, (roll for roll in neighbours if roll.citizen_id in doubtful)))
    findings.extend(check_continuity(batch, plans, known))
    # Two checks that cannot follow the same line say so in the same words.
    return tuple(dict.fromkeys(findings))


def _is_shown(roll: Roll, plan: MedicationPlan, known: Known, proof: RollProof) -> bool:
    """Return whether `roll` is known without a closer look to have no finding of its own."""
    if known.has_pouches_in(roll.citizen_id, roll.period):
        return False
    return is_ahead_and_present(roll, known.of(roll.citizen_id), known.since) and proof.shows(roll, plan)


def _closely(
    roll: Roll, plan: MedicationPlan, period: Period, known: Known, limits: PouchLimits | None
) -> Iterator[Finding]:
    beside, noted = known.rolls_of(roll.citizen_id), known.of(roll.citizen_id)
    yield from verify_roll(roll, plan, known.slots, beside, noted, known.since)
    yield from check_day_totals(roll, plan, beside, noted, known.since)
    yield from check_roll(roll, plan, period, known.catalogue, known.slots)
    if limits is not None:
        yield from check_capacity(roll, known.catalogue, limits)


def _versions(batch: Batch, catalogue: Catalogue, slots: SlotTable) -> Iterator[Finding]:
    pairs = (("catalogue", batch.catalogue_version, catalogue.version), ("slots", batch.slot_version, slots.version))
    for what, planned, now in pairs:
        if planned != now:
            yield found(batch_codes.OTHER_VERSION, batch.batch_id, what=what, batch=planned, now=now)


def _missing_rolls(
    batch: Batch,
    plans: Mapping[CitizenId, MedicationPlan],
    known: Known,
    proof: RollProof,
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
        if batch.period in periods or proof.gives_nothing(plan, known.of(citizen_id)):
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
