"""Collect what is on record of a packed batch, so that it can be proven: plans, pouches, orders as sent, journals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dispenser.app.noted import noted_from
from dispenser.app.services import Services
from dispenser.app.slot_tables import slots_of_roll
from dispenser.core.change import MadeRoll
from dispenser.core.fills import LotName
from dispenser.core.ids import BatchId, CitizenId, RollId
from dispenser.core.plan import MedicationPlan
from dispenser.core.presence import Noted
from dispenser.core.roll import Roll
from dispenser.store.errors import NotFoundError
from dispenser.store.records import BatchRecord, DiscardRecord, JobRecord, NoteRecord, PouchRecord
from dispenser.store.session import Transaction
from safety.finished import FinishedBatch, FinishedRoll, HeldLot, RecordedPouch, SentOrder
from scheduling.calendar import local_moment


@dataclass(frozen=True, slots=True)
class _Files:
    """Everything of a batch by roll or citizen, read with as few questions as there are kinds of it."""

    record: BatchRecord
    void: Mapping[RollId, str | None]
    jobs: Mapping[RollId, Sequence[JobRecord]]
    pouches: Mapping[RollId, Sequence[PouchRecord]]
    discards: Mapping[RollId, Sequence[DiscardRecord]]
    notes: Mapping[CitizenId, Sequence[NoteRecord]]
    made: Mapping[CitizenId, Sequence[MadeRoll]]


def finished_batch(services: Services, tx: Transaction, batch_id: BatchId) -> FinishedBatch:
    """Return a batch with everything that can be held against it.

    Raises:
        NotFoundError: no such batch.
        DamagedRecordError: a document is not the one that was stored.
    """
    record = tx.batches.get(batch_id)
    batch = tx.batches.load(batch_id)
    files = _files(tx, record, batch.rolls)
    slots = slots_of_roll(services, tx, batch.rolls[0].roll_id) if batch.rolls else services.slots
    return FinishedBatch(
        batch=batch,
        digest=record.digest,
        catalogue=services.catalogue,
        slots=slots,
        planned=local_moment(record.created_at),
        now=local_moment(services.clock.now()),
        rolls=tuple(_finished_roll(tx, roll, files) for roll in batch.rolls),
        notices=tx.fills.lots(),
    )


def _files(tx: Transaction, record: BatchRecord, rolls: Sequence[Roll]) -> _Files:
    citizens = tuple(dict.fromkeys(roll.citizen_id for roll in rolls))
    records = tx.batches.rolls(record.batch_id)
    jobs: dict[RollId, list[JobRecord]] = {}
    for job in tx.jobs.of_batch(record.batch_id):
        jobs.setdefault(job.roll_id, []).append(job)
    pouches: dict[RollId, list[PouchRecord]] = {}
    for pouch in tx.jobs.pouches_of_batch(record.batch_id):
        pouches.setdefault(pouch.roll_id, []).append(pouch)
    discards: dict[RollId, list[DiscardRecord]] = {}
    for discard in tx.discards.of_rolls([roll.roll_id for roll in rolls]):
        discards.setdefault(discard.roll_id, []).append(discard)
    made: dict[CitizenId, list[MadeRoll]] = {}
    own = {roll.roll_id for roll in rolls}
    for one in tx.batches.made_rolls(citizens, record.period):
        if one.roll.roll_id not in own:
            made.setdefault(one.roll.citizen_id, []).append(one)
    void = {roll.roll_id: roll.void_reason for roll in records}
    return _Files(record, void, jobs, pouches, discards, tx.notes.of_citizens(citizens), made)


def _finished_roll(tx: Transaction, roll: Roll, files: _Files) -> FinishedRoll:
    citizen_id = roll.citizen_id
    plan = tx.plans.current(citizen_id)
    notes = files.notes.get(citizen_id, ())
    made = files.made.get(citizen_id, ())
    return FinishedRoll(
        roll=roll,
        identity=tx.citizens.get(citizen_id).identity,
        plan=plan,
        followed=plan if plan and plan.revision == roll.plan_revision else _followed(tx, roll),
        noted=noted_from(notes),
        noted_then=_noted_then(notes, files.record.created_at),
        # Of a roll out of use only what is packed and not discarded is beside this one.
        beside=tuple(live for one in made if (live := one.live()).pouches),
        others=tuple(one.roll for one in made),
        orders=tuple(_sent(tx, job) for job in files.jobs.get(roll.roll_id, ()) if job.order_number is not None),
        pouches=tuple(
            RecordedPouch(pouch.job_id, pouch.number, pouch.state, pouch.film)
            for pouch in files.pouches.get(roll.roll_id, ())
        ),
        discarded={discard.number: discard.cause for discard in files.discards.get(roll.roll_id, ())},
        void=files.void[roll.roll_id],
        lots=tuple(
            HeldLot(one.number, one.product_id, LotName(one.gtin, one.lot) if one.lot else None)
            for one in tx.traces.lots_of_roll(roll.roll_id)
        ),
    )


def _followed(tx: Transaction, roll: Roll) -> MedicationPlan | None:
    try:
        return tx.plans.get(roll.citizen_id, roll.plan_revision)
    except NotFoundError:
        return None


def _noted_then(notes: Sequence[NoteRecord], at: datetime) -> Noted:
    return noted_from(note for note in notes if note.at <= at)


def _sent(tx: Transaction, job: JobRecord) -> SentOrder:
    number = job.order_number or 0
    return SentOrder(
        order_id=job.job_id,
        machine_id=job.machine_id,
        number=number,
        document=job.order_document,
        digest=job.digest,
        entries=tx.journal.of_order(job.machine_id, number),
    )
