"""A plan has changed: what was made from the older one and says something else now is taken out of use at once."""

from datetime import date, datetime

from dispenser.app.release import contradictions, end_batch_if_done
from dispenser.app.services import Services
from dispenser.app.slot_tables import slots_of_roll
from dispenser.core.ids import BatchId, RollId
from dispenser.core.job import JobState
from dispenser.core.plan import MedicationPlan
from dispenser.core.roll import Period
from dispenser.core.supersede import effect
from dispenser.store.session import Transaction
from scheduling.calendar import local_date

_NO_BATCH = BatchId("")


def supersede(services: Services, tx: Transaction, plan: MedicationPlan, now: datetime) -> None:
    """Void every roll of the citizen that `plan` contradicts from today on, and name the pouches to discard.

    A roll that says the same under the new plan stays. What a machine is packing just now is packed into a void roll.
    """
    rolls = tx.batches.other_rolls((plan.citizen_id,), Period(local_date(now), date.max), _NO_BATCH)
    contradicted = [
        roll for roll in rolls if contradictions(services, roll, plan, slots_of_roll(services, tx, roll.roll_id))
    ]
    packed = {
        roll.roll_id: [pouch.number for pouch in tx.jobs.pouches_of_roll(roll.roll_id) if pouch.state == "packed"]
        for roll in contradicted
    }
    stale = effect(contradicted, packed, plan)
    reason = f"plan revision {plan.revision}"
    for roll_id in (*stale.void, *stale.discard):
        tx.batches.void_roll(roll_id, reason)
        _unqueue(tx, roll_id, reason, now)
        pouches = ", ".join(str(number) for number in stale.discard.get(roll_id, ()))
        detail = f"{reason}; discard pouches {pouches}" if pouches else reason
        tx.audit.append(now, "controller", "roll void", f"roll/{roll_id}", detail)
        end_batch_if_done(tx, tx.batches.roll_record(roll_id).batch_id, "controller", now)


def _unqueue(tx: Transaction, roll_id: RollId, reason: str, now: datetime) -> None:
    for job in tx.jobs.of_roll(roll_id):
        if job.state is JobState.QUEUED and tx.jobs.move(job.job_id, JobState.QUEUED, JobState.VOID, now):
            tx.jobs.release_unpacked(job.job_id, reason, now)
