"""Sealed pouches that are out of use: what a roll replaces, and that somebody has found and destroyed them."""

from collections.abc import Collection

from dispenser.app.services import Services
from dispenser.core.ids import RollId
from dispenser.core.replaced import Related, related
from dispenser.core.roll import Roll
from dispenser.store.discards import DESTROYED, subject_of
from dispenser.store.errors import NotFoundError
from dispenser.store.session import Transaction


def related_to(tx: Transaction, roll: Roll) -> Related:
    """Return which older rolls an acute roll replaces or supplements, as known when it was planned."""
    if roll.acute is None:
        return Related()
    planned_at = tx.batches.get(tx.batches.roll_record(roll.roll_id).batch_id).created_at
    made = {one.roll.roll_id: one for one in tx.batches.made_rolls((roll.citizen_id,), roll.period)}
    discarded = {
        (record.roll_id, record.number) for record in tx.discards.of_rolls(tuple(made)) if record.at <= planned_at
    }
    pouches = ((name, pouch) for name, one in made.items() for pouch in one.roll.pouches)
    gone = ((name, pouch) for name, pouch in pouches if (name, pouch.number) in discarded)
    return related(roll, gone, (one.live() for one in made.values()))


def note_destroyed(services: Services, roll_id: RollId, numbers: Collection[int], who: str) -> None:
    """Note in the name of `who` that pouches of a roll were found and destroyed; what was noted already stays.

    Raises:
        NotFoundError: one of them is not to be discarded; nothing is noted.
    """
    now = services.clock.now()
    with services.database.write() as tx:
        causes = {record.number: record.cause for record in tx.discards.of_rolls((roll_id,))}
        done = tx.audit.about(DESTROYED, [subject_of(roll_id, number) for number in numbers])
        for number in sorted(numbers):
            if number not in causes:
                message = f"pouch {number} of roll {roll_id} is not to be discarded"
                raise NotFoundError(message)
            if subject_of(roll_id, number) not in done:
                tx.audit.append(now, who, DESTROYED, subject_of(roll_id, number), causes[number])
