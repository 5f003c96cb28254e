"""The signed go for a batch: plans still current, a machine for every roll, jobs queued; all or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from dispenser.app.batch_alerts import why_lapsed
from dispenser.app.batch_rules import objections_now
from dispenser.app.discarding import related_to
from dispenser.app.fitting import check_fits, placed
from dispenser.app.noted import noted_of
from dispenser.app.services import Services
from dispenser.app.slot_tables import slots_for
from dispenser.app.told import Note, told
from dispenser.core.batch import Batch, BatchState
from dispenser.core.ids import BatchId, CitizenId, GroupId, JobId, MachineId, RollId
from dispenser.core.job import JobState
from dispenser.core.plan import MedicationPlan
from dispenser.core.remainder import plan_by_product, roll_by_product
from dispenser.core.roll import HEADER_NUMBER, Period, Roll
from dispenser.core.slots import SlotTable
from dispenser.store.batches import PLANNED_ANEW
from dispenser.store.records import BatchRecord, JobRecord
from dispenser.store.session import Transaction
from safety.continuity_checks import Known, by_citizen
from safety.findings import Finding
from safety.guarded import guarded
from safety.roll_checks import check_roll
from safety.verifier import verify_roll
from scheduling.assignment import Assignment
from scheduling.calendar import local_date, local_moment


class NotReleasableError(Exception):
    """The batch cannot go, for all of `notes`; `reasons` are the same in English."""

    def __init__(self, notes: Sequence[Note]) -> None:
        """Keep all `notes`; at least one."""
        self.notes = tuple(notes)
        self.reasons = tuple(note.english for note in notes)
        super().__init__("; ".join(self.reasons))


def release_batch(services: Services, batch_id: BatchId, who: str) -> BatchRecord:
    """Release a planned batch to the machines in `who`'s name; a batch that is released already stays so.

    Raises:
        NotReleasableError: unknown, held, no roll in use, a plan has changed since the snapshot (C18), an override
            counts no more (R18), or a roll fits no machine.
    """
    with services.database.read() as tx:
        record = tx.batches.find(batch_id)
        if record is None:
            unknown = Note(f"Der er ingen pakkebatch {batch_id}.", f"There is no batch {batch_id}.")
            raise NotReleasableError((unknown,))
        if record.state in {BatchState.RELEASED, BatchState.PACKED, BatchState.CLOSED}:
            return record
        batch = tx.batches.load(batch_id)
        rolls = _in_use(tx, batch)
        assignment = _placed(services, tx, rolls, slots_for(services, tx, batch.group_id, batch.period.first))
    with services.database.write() as tx:
        rolls = _in_use(tx, batch)
        reasons = _reasons(services, tx, record, batch, rolls, assignment)
        if reasons:
            raise NotReleasableError(reasons)
        now = services.clock.now()
        if not tx.batches.move(batch_id, BatchState.PLANNED, BatchState.RELEASED, who, now):
            moved = Note(
                f"En anden har netop ændret pakkebatch {batch_id}. Se på den igen.",
                f"Somebody else changed batch {batch_id} just now. Look at it again.",
            )
            raise NotReleasableError((moved,))
        for roll in rolls:
            machine_id = assignment.machine_of[roll.roll_id]
            tx.batches.assign(roll.roll_id, machine_id)
            numbers = (HEADER_NUMBER, *(pouch.number for pouch in roll.pouches))
            queue_job(tx, roll.roll_id, machine_id, numbers, now)
        tx.audit.append(now, who, "batch released", f"batch/{batch_id}", f"digest {record.digest}")
        return tx.batches.get(batch_id)


def _in_use(tx: Transaction, batch: Batch) -> list[Roll]:
    void = {roll.roll_id for roll in tx.batches.rolls(batch.batch_id) if roll.void_reason is not None}
    return [roll for roll in batch.rolls if roll.roll_id not in void]


def _placed(services: Services, tx: Transaction, rolls: Sequence[Roll], slots: SlotTable) -> Assignment:
    """Return which machine takes which of `rolls`, as they and the people are known now."""
    named = {roll.roll_id: (tx.citizens.get(roll.citizen_id).identity, related_to(tx, roll)) for roll in rolls}
    return placed(services, rolls, named, slots, tx.machines.all())


def _reasons(
    services: Services,
    tx: Transaction,
    record: BatchRecord,
    batch: Batch,
    rolls: Sequence[Roll],
    assignment: Assignment,
) -> list[Note]:
    """Return everything that speaks against releasing `batch` with `rolls` in use."""
    slots = slots_for(services, tx, batch.group_id, batch.period.first)
    plans = {plan.citizen_id: plan for plan in tx.plans.current_in_group(batch.group_id)}
    names = {roll.roll_id for roll in rolls}
    unplaced = {name: against for name, against in assignment.unassignable.items() if name in names}
    reasons = [_about(RollId(one.subject), [told(one, "da")], [told(one, "en")]) for one in check_fits(unplaced)]
    reasons += [
        Note(
            f"Doserulle {roll.roll_id}: planen er ændret, siden pakkebatchen blev planlagt. Planlæg perioden igen.",
            f"Roll {roll.roll_id}: the plan has changed since the batch was planned. Plan the period again.",
        )
        for roll in _stale(services, tx, batch, rolls, slots, plans)
    ]
    reasons += _objections(services, tx, rolls, slots, plans).values()
    reasons += _lapsed(services, tx, record, rolls)
    name = batch.batch_id
    if (batch.catalogue_version, batch.slot_version) != (services.catalogue.version, slots.version):
        danish = f"Pakkebatch {name} er planlagt med et andet varekatalog eller andre indtagstider. "
        english = f"Batch {name} was planned with another catalogue or slot table. "
        reasons.append(Note(f"{danish}Planlæg perioden igen.", f"{english}Plan the period again."))
    if record.state is BatchState.HELD:
        danish = f"Pakkebatch {name} er tilbageholdt af sine fund og kan aldrig frigives. "
        english = f"Batch {name} is held by its findings and can never be released. "
        fixes = ("Få dem afklaret, og planlæg perioden igen.", "Settle them and plan the period again.")
        reasons.append(Note(f"{danish}{fixes[0]}", f"{english}{fixes[1]}"))
    elif not rolls:
        danish, english = f"Pakkebatch {name} har ingen doserulle at pakke.", f"Batch {name} has no roll left to pack."
        reasons.append(Note(danish, english))
    return reasons


def withdraw_stale(services: Services, group_id: GroupId, period: Period, who: str) -> None:
    """Take out of use what cannot be released any more of the group's batches over days of `period`.

    Else nobody could be planned again who is in such a batch, and it could not go either. Nothing of it was packed.
    """
    with services.database.write() as tx:
        now = services.clock.now()
        for batch_id in tx.batches.planned(group_id, period):
            batch = tx.batches.load(batch_id)
            rolls = _in_use(tx, batch)
            slots = slots_for(services, tx, group_id, batch.period.first)
            is_old = (batch.catalogue_version, batch.slot_version) != (services.catalogue.version, slots.version)
            is_lapsed = _lapsed(services, tx, tx.batches.get(batch_id), rolls)
            plans = {plan.citizen_id: plan for plan in tx.plans.current_in_group(batch.group_id)}
            wrong = {roll.roll_id for roll in _stale(services, tx, batch, rolls, slots, plans)}
            wrong.update(_objections(services, tx, rolls, slots, plans))
            wrong.update(_placed(services, tx, rolls, slots).unassignable)
            for roll in rolls if is_old or is_lapsed else [roll for roll in rolls if roll.roll_id in wrong]:
                tx.batches.void_roll(roll.roll_id, PLANNED_ANEW)
                tx.audit.append(now, who, "roll void", f"roll/{roll.roll_id}", PLANNED_ANEW)


def _objections(
    services: Services,
    tx: Transaction,
    rolls: Sequence[Roll],
    slots: SlotTable,
    plans: Mapping[CitizenId, MedicationPlan],
) -> dict[RollId, Note]:
    """Return what the clinical rules in force hold against rolls, by roll: rules begin and end while plans stay."""
    concerned = {roll.citizen_id: plans[roll.citizen_id] for roll in rolls if roll.citizen_id in plans}
    found = objections_now(services, tx, concerned, slots)
    return {
        roll.roll_id: _about(
            roll.roll_id,
            (finding.text("da") for finding in found[roll.citizen_id]),
            (finding.text("en") for finding in found[roll.citizen_id]),
        )
        for roll in rolls
        if roll.citizen_id in found
    }


def _about(roll_id: RollId, danish: Iterable[str], english: Iterable[str]) -> Note:
    """Return what is found of a roll, in both languages."""
    return Note(f"Doserulle {roll_id}: " + "; ".join(danish), f"Roll {roll_id}: " + "; ".join(english))


def _stale(
    services: Services,
    tx: Transaction,
    batch: Batch,
    rolls: Sequence[Roll],
    slots: SlotTable,
    plans: Mapping[CitizenId, MedicationPlan],
) -> list[Roll]:
    """Return the rolls that the plans in force contradict; a change that left a roll's doses alone is none (C18)."""
    citizens = tuple(roll.citizen_id for roll in rolls)
    known = Known(
        services.catalogue,
        slots,
        by_citizen(tx.batches.other_rolls(citizens, batch.period, batch.batch_id)),
        noted_of(tx, citizens),
        local_moment(services.clock.now()),
    )
    return [
        roll for roll in rolls if roll.citizen_id not in plans or _contradicted(roll, plans[roll.citizen_id], known)
    ]


def _lapsed(services: Services, tx: Transaction, record: BatchRecord, rolls: Sequence[Roll]) -> tuple[Note, ...]:
    """Return which overrides the batch needs that are over or revoked."""
    return why_lapsed(tx, record, tuple(roll.citizen_id for roll in rolls), local_date(services.clock.now()))


def _contradicted(roll: Roll, plan: MedicationPlan, known: Known) -> bool:
    """Return whether plan, notes, other rolls or catalogue in force hold anything against `roll`."""
    if not _problems(roll, plan, known):
        return False
    # A renewed line is the same medicine under another name: then the pouches are right all the same.
    return bool(_problems(roll_by_product(roll), plan_by_product(plan), known))


def _problems(roll: Roll, plan: MedicationPlan, known: Known) -> tuple[Finding, ...]:
    beside, noted = known.rolls_of(roll.citizen_id), known.of(roll.citizen_id)
    return (
        *guarded(roll.roll_id, verify_roll, roll, plan, known.slots, beside, noted, known.since),
        *guarded(roll.roll_id, check_roll, roll, plan, roll.period, known.catalogue, known.slots),
    )


def leave_for_later(tx: Transaction, job: JobRecord, numbers: Sequence[int], now: datetime) -> None:
    """Move the pouches `numbers` of a `job` just sent to a job of their own, which comes right after it."""
    for number in numbers:
        tx.jobs.close_pouch(job.job_id, number, "void", None, "left for the next order", now)
    queue_job(tx, job.roll_id, job.machine_id, numbers, job.created_at)


def end_batch_if_done(tx: Transaction, batch_id: BatchId, who: str, now: datetime) -> None:
    """Move a released batch to packed when none of its jobs is queued or live any more."""
    if tx.jobs.open_count(batch_id) == 0 and tx.batches.move(
        batch_id, BatchState.RELEASED, BatchState.PACKED, who, now
    ):
        tx.audit.append(now, who, "batch packed", f"batch/{batch_id}", "")


def queue_job(
    tx: Transaction, roll_id: RollId, machine_id: MachineId, numbers: Sequence[int], now: datetime
) -> JobRecord:
    """Queue one attempt to pack the pouches `numbers` of a roll; the store refuses a pouch that is live elsewhere.

    Jobs are taken in the order of `now`: what goes on with a roll is given the time of the attempt it goes on from,
    so that no other citizen's pouches come between.
    """
    job = JobRecord(
        job_id=JobId(uuid4().hex),
        roll_id=roll_id,
        machine_id=machine_id,
        order_number=None,
        state=JobState.QUEUED,
        digest="",
        order_document="",
        epoch=0,
        created_at=now,
        updated_at=now,
    )
    tx.jobs.add(job, numbers)
    return job
