"""A plan has changed, or a citizen is away: what is wrong now is taken out of use at once, pouch by pouch."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from dispenser.app.noted import noted_of
from dispenser.app.release import end_batch_if_done
from dispenser.app.services import Services
from dispenser.app.slot_tables import slots_of_roll
from dispenser.core.acute import Acute
from dispenser.core.change import Change, Discard, MadeRoll, changes, stretches
from dispenser.core.ids import RollId
from dispenser.core.job import JobState
from dispenser.core.plan import MedicationPlan, ParkedLine
from dispenser.core.presence import Noted
from dispenser.core.reasons import why_not_packable
from dispenser.core.roll import HEADER_NUMBER, Period
from dispenser.core.slots import SlotTable, slot_word
from dispenser.store.records import DiscardRecord
from dispenser.store.session import Transaction
from scheduling.calendar import local_moment


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something is taken out of use, in whose name, and when."""

    why: str
    who: str
    now: datetime


def supersede(services: Services, tx: Transaction, plan: MedicationPlan, now: datetime) -> tuple[DiscardRecord, ...]:
    """Take out of use what `plan` makes wrong, and return the pouches to discard."""
    return follow(services, tx, plan, Cause(f"plan revision {plan.revision}", "controller", now))


def follow(services: Services, tx: Transaction, plan: MedicationPlan, cause: Cause) -> tuple[DiscardRecord, ...]:
    """Hold the citizen's pouches against `plan` and what is noted, and return those that must be discarded.

    A pouch that is right stays, packed or to come; a roll in which anything is wrong gets no more pouches. What a
    machine is packing just now is packed into a void roll and named when it comes out. What is then missing is left
    to the next batch of the period.
    """
    since = local_moment(cause.now)
    made = tx.batches.made_rolls((plan.citizen_id,), Period(since.day, date.max))
    noted = noted_of(tx, (plan.citizen_id,)).get(plan.citizen_id, Noted())
    discarded: list[DiscardRecord] = []
    for together in stretches(made):
        # Rolls of one period are planned with one slot table; should they differ, the youngest knows best.
        slots = slots_of_roll(services, tx, max(one.roll.roll_id for one in together))
        for change in changes(together, _datable(plan, slots), slots, since, noted.absences):
            discarded.extend(take_out(tx, together, change, cause))
    return tuple(discarded)


def _datable(plan: MedicationPlan, slots: SlotTable) -> MedicationPlan:
    """Return `plan` with those of its lines that cannot be dated with `slots` left to a human: nobody packs them."""
    lines = tuple(line for line in plan.ordinations if not why_not_packable(line.dosage, slots))
    others = tuple(ParkedLine(line.ordination_id, "", ()) for line in plan.ordinations if line not in lines)
    return replace(plan, ordinations=lines, parked=(*plan.parked, *others))


def take_out(tx: Transaction, made: Sequence[MadeRoll], change: Change, cause: Cause) -> list[DiscardRecord]:
    """End the rolls and discard the pouches that `change` names, on record, and return the latter."""
    acute = change.acute or Acute.REPLACEMENT
    discarded: list[DiscardRecord] = []
    for one in made:
        roll_id = one.roll.roll_id
        wrong = [discard for discard in change.discard if discard.roll_id == roll_id]
        if roll_id not in change.end and not wrong:
            continue
        header = roll_id in change.end and one.packed <= {discard.pouch.number for discard in wrong}
        records = _records(wrong, cause, acute)
        if header and _header_packed(tx, roll_id):
            records = [DiscardRecord(roll_id, HEADER_NUMBER, cause.now, cause.why, "no pouch stays", acute), *records]
        tx.discards.add(records)
        discarded.extend(records)
        if roll_id in change.end:
            _end(tx, roll_id, records, cause)
        _tell(tx, wrong, cause)
    if change.acute is not None and change.missing:
        dates = sorted(dose.date for dose in change.missing)
        detail = f"{cause.why}: {change.acute.value}, {len(dates)} doses from {dates[0]} to {dates[-1]}"
        subject = f"citizen/{made[0].roll.citizen_id}"
        tx.audit.append(cause.now, cause.who, "acute packing needed", subject, detail)
    return discarded


def _records(wrong: Sequence[Discard], cause: Cause, acute: Acute) -> list[DiscardRecord]:
    return [
        DiscardRecord(
            discard.roll_id,
            discard.pouch.number,
            cause.now,
            cause.why,
            "; ".join(map(str, discard.faults)),
            acute,
        )
        for discard in wrong
    ]


def _tell(tx: Transaction, wrong: Sequence[Discard], cause: Cause) -> None:
    for discard in wrong:
        pouch = discard.pouch
        faults = "; ".join(map(str, discard.faults))
        detail = f"{cause.why}: {pouch.date} {slot_word(pouch.slot)}: {faults}"
        tx.audit.append(cause.now, cause.who, "discard pouch", f"pouch/{discard.roll_id}/{pouch.number}", detail)


def _end(tx: Transaction, roll_id: RollId, records: Sequence[DiscardRecord], cause: Cause) -> None:
    tx.batches.void_roll(roll_id, cause.why)
    pouches = ", ".join(str(record.number) for record in records)
    detail = f"{cause.why}; discard pouches {pouches}" if pouches else cause.why
    tx.audit.append(cause.now, cause.who, "roll void", f"roll/{roll_id}", detail)
    for job in tx.jobs.of_roll(roll_id):
        if job.state is JobState.QUEUED and tx.jobs.move(job.job_id, JobState.QUEUED, JobState.VOID, cause.now):
            tx.jobs.release_unpacked(job.job_id, cause.why, cause.now)
    end_batch_if_done(tx, tx.batches.roll_record(roll_id).batch_id, cause.who, cause.now)


def _header_packed(tx: Transaction, roll_id: RollId) -> bool:
    return any(pouch.number == HEADER_NUMBER and pouch.state == "packed" for pouch in tx.jobs.pouches_of_roll(roll_id))
