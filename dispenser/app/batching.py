"""Turn a due period into a batch: a frozen snapshot of everyone's plan, checked before anything may go."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from dispenser.app.batch_alerts import check_lapsed, judged_batch
from dispenser.app.batch_rules import Answers, answers, objections
from dispenser.app.decisions import decisions_of, note_alerts, standing
from dispenser.app.fitting import check_fits, placed
from dispenser.app.machines import known_stocks, limits_of
from dispenser.app.needs import Need, needs
from dispenser.app.release import withdraw_stale
from dispenser.app.rules_in_force import rules_for
from dispenser.app.services import Services
from dispenser.app.site import require_sound_site
from dispenser.app.slot_tables import slots_for
from dispenser.core.batch import Batch, BatchState
from dispenser.core.digest import batch_digest
from dispenser.core.expander import Expander, NotPackableError
from dispenser.core.ids import BatchId, CitizenId, GroupId, RollId
from dispenser.core.moment import Moment
from dispenser.core.packing import PouchLimits, pack_with
from dispenser.core.periods import USUAL_PERIOD_DAYS, PeriodError, Reason, check_length
from dispenser.core.plan import MedicationPlan
from dispenser.core.replaced import Related
from dispenser.core.roll import Period, Roll
from dispenser.core.slots import SlotTable
from dispenser.store.alerts import in_batch
from dispenser.store.batches import BATCH_HELD
from dispenser.store.errors import StoreError
from dispenser.store.records import BatchRecord
from dispenser.store.session import Transaction
from safety.batch_checks import check_batch
from safety.findings import Finding, Verdict, verdict_of
from safety.guarded import guarded
from scheduling.calendar import local_moment

_TRIES = 3
LARGEST_BATCH_ROLLS = 9_999


class NothingToPackError(Exception):
    """Nobody in the group has anything that a machine can pack in the period."""


class PeriodOverError(NothingToPackError):
    """The period is over; nothing is packed for days that are."""


class PlansMovingError(Exception):
    """Plans kept changing while the batch was made; nothing was stored."""


def plan_due(services: Services) -> list[BatchRecord]:
    """Make a batch of every period whose deadline has passed; safe to call any number of times.

    Raises:
        ExceptionGroup: what went wrong with some groups, which stay due; all others have their batch.
        NoMachineKnownError: no machine has answered yet, so nothing can be planned for anyone.
    """
    now = services.clock.now()
    with services.database.read() as tx:
        due = tx.groups.due(now)
    made: list[BatchRecord] = []
    failures: list[StoreError | PlansMovingError | PeriodError] = []
    for period in due:
        try:
            made.append(plan_batch(services, period.group_id, period.period, "clock"))
        except NothingToPackError as nothing:
            with services.database.write() as tx:
                tx.groups.mark_batched(period.group_id, period.period, None)
                if isinstance(nothing, PeriodOverError):
                    detail = f"{period.period.first} to {period.period.last} was over when its batch was planned"
                    tx.audit.append(now, "clock", "period missed", f"group/{period.group_id}", detail)
        except (StoreError, PlansMovingError, PeriodError) as error:
            error.add_note(f"group {period.group_id}, period from {period.period.first}")
            failures.append(error)
    if failures:
        message = f"{len(failures)} of {len(due)} due periods could not be planned"
        raise ExceptionGroup(message, failures)
    return made


def plan_batch(services: Services, group_id: GroupId, period: Period, who: str, why: str | None = None) -> BatchRecord:
    """Plan `group_id`'s rolls over `period` from the plans as they are now, check them, and store the snapshot.

    A batch with a holding finding that nobody has overridden is stored as held, so that a human sees it; it can never
    be released, and its rolls are void, so that everybody in it can be planned again. It may have no rolls at all:
    nobody whose medicine cannot be packed is passed over in silence. What was planned before and can go no more is
    withdrawn. The slot table is the one in force on the first day, for all of the period. `why` is the reason for more
    than `USUAL_PERIOD_DAYS` (R4), unless the period was opened with one.

    Raises:
        PeriodLengthError: longer than the law allows.
        ReasonMissingError: longer than usual, and nobody has given a reason.
        NothingToPackError: no pouches, and nothing that should have given any; or the period is over.
        PlansMovingError: plans changed during the work, several times.
        NoMachineKnownError: no machine has answered yet, so pouch limits are unknown.
        UnsoundSiteError: clock or disk cannot be trusted, or what is made up is mixed with what is real.
    """
    require_sound_site(services)
    since = local_moment(services.clock.now())
    withdraw_stale(services, group_id, period, who)
    for _ in range(_TRIES):
        with services.database.read() as tx:
            reason = _reason(tx, group_id, period, who, why)
            if period.last < since.day:
                raise PeriodOverError
            slots = slots_for(services, tx, group_id, period.first)
            needed = needs(tx, group_id, period, slots, since)
            rules = rules_for(services, tx, tuple(needed), services.clock.now())
            machines = tx.machines.all()
            limits = limits_of(known_stocks(machines))
            people = {record.citizen_id: record.identity for record in tx.citizens.in_group(group_id)}
            batch_id = tx.batches.next_id()
        rolls = _rolls(services, batch_id, needed, slots, limits)
        batch = Batch(batch_id, group_id, period, services.catalogue.version, slots.version, rolls)
        # What an acute roll replaces is worked out when it is stored; the release asks the machines again with it.
        told = {roll.roll_id: (people[roll.citizen_id], Related()) for roll in rolls}
        unplaced = placed(services, rolls, told, slots, machines).unassignable
        findings = (*_check(services, batch, needed, slots, limits, since), *check_fits(unplaced))
        if not rolls and not findings:
            raise NothingToPackError
        asked = answers(services, rules, {roll.citizen_id: needed[roll.citizen_id].plan for roll in rolls}, slots)
        with services.database.write() as tx:
            now_slots = slots_for(services, tx, group_id, period.first)
            now_needed = needs(tx, group_id, period, now_slots, since, look_back=False)
            unchanged = now_slots.version == slots.version and now_needed == needed
            now_rules = rules_for(services, tx, tuple(now_needed), services.clock.now())
            if tx.batches.next_id() != batch_id or not unchanged or now_rules != rules:
                continue
            plans = {citizen_id: need.plan for citizen_id, need in needed.items()}
            return _store(tx, batch, plans, findings, asked, who, reason, services.clock.now())
    raise PlansMovingError


def _reason(tx: Transaction, group_id: GroupId, period: Period, who: str, why: str | None) -> Reason | None:
    """Return why the period may be as long as it is: as given now, else as it was opened."""
    opened = tx.groups.find(group_id, period)
    reason = Reason(who, why) if why is not None else opened.reason if opened else None
    check_length(period.days, reason)
    return reason


def _rolls(
    services: Services, batch_id: BatchId, needed: Mapping[CitizenId, Need], slots: SlotTable, limits: PouchLimits
) -> tuple[Roll, ...]:
    rolls: list[Roll] = []
    # One for all, so that a day pattern which many citizens share is worked out once.
    expanders = {window: Expander(window, slots) for window in {need.window for need in needed.values()}}
    for citizen_id, need in sorted(needed.items()):
        roll_id = RollId(f"{batch_id}{len(rolls) + 1:04d}")
        plan = need.plan if need.part is None else need.part
        try:
            roll = pack_with(expanders[need.window], roll_id, citizen_id, plan, services.catalogue, limits)
        except NotPackableError:
            # One plan that can no longer be packed stops nobody else silently: the checks miss its roll and hold.
            continue
        if roll.pouches:
            rolls.append(replace(roll, acute=need.acute))
    return tuple(rolls)


def _check(
    services: Services,
    batch: Batch,
    needed: Mapping[CitizenId, Need],
    slots: SlotTable,
    limits: PouchLimits,
    since: Moment,
) -> tuple[Finding, ...]:
    return guarded(
        batch.batch_id,
        check_batch,
        batch,
        {citizen_id: need.plan for citizen_id, need in needed.items()},
        services.catalogue,
        slots,
        tuple(roll for need in needed.values() for roll in need.others),
        limits,
        {citizen_id: need.noted for citizen_id, need in needed.items()},
        since,
    )


def _store(
    tx: Transaction,
    batch: Batch,
    plans: Mapping[CitizenId, MedicationPlan],
    findings: Sequence[Finding],
    asked: Answers,
    who: str,
    reason: Reason | None,
    now: datetime,
) -> BatchRecord:
    decisions = decisions_of(tx, tuple(plans), now)
    lapsed = check_lapsed(tx, tuple(plans), decisions.day)
    alerts = asked.judged(decisions)
    objected = tuple(finding for found in objections(alerts).values() for finding in found)
    # What lets a line pass stays with the batch, so that it is looked at again before the release.
    passed = tuple(one for one in alerts if one.override is not None)
    judged = (*judged_batch((*findings, *lapsed, *objected), batch, plans, decisions), *passed)
    state = BatchState.PLANNED if verdict_of(standing(judged)) is Verdict.PASS else BatchState.HELD
    digest = batch_digest(batch)
    tx.batches.add(batch, digest, tuple(one.record() for one in judged), state, now)
    note_alerts(tx, (*judged, *alerts), in_batch(batch.batch_id), now)
    if state is BatchState.HELD:
        for roll in batch.rolls:
            tx.batches.void_roll(roll.roll_id, BATCH_HELD)
    tx.groups.mark_batched(batch.group_id, batch.period, batch.batch_id)
    detail = f"digest {digest}"
    if batch.period.days > USUAL_PERIOD_DAYS and reason is not None:
        detail += f"; {batch.period.days} days: {reason.why} ({reason.who})"
    tx.audit.append(now, who, f"batch {state.value}", f"batch/{batch.batch_id}", detail)
    return tx.batches.get(batch.batch_id)
