"""Pouches of attempts: of all attempts at one pouch only one is not void."""

from datetime import datetime

from sqlalchemy import ColumnElement, Update, bindparam, func, or_, select, update

from dispenser.core.ids import BatchId, JobId, MachineId, RollId
from dispenser.store.records import PouchRecord, PouchState
from dispenser.store.repository import Repository
from dispenser.store.tables import JOB, POUCH, ROLL

_COLUMNS = (*POUCH.c, JOB.c.machine_id, JOB.c.order_number)
_OPEN = ("planned", "unknown")
OLDEST_FIRST = (JOB.c.created_at, JOB.c.order_number.nulls_last(), JOB.c.job_id)
"""Attempts at one roll: what goes on from an attempt has its time, and is sent after it."""


def _closing(*before: PouchState) -> Update:
    """Return what moves one pouch that is in a state of `before`; built once, for it is run for every pouch."""
    is_before = or_(*(POUCH.c.state == state for state in before))
    return (
        update(POUCH)
        .where(POUCH.c.job_id == bindparam("job"), POUCH.c.number == bindparam("place"), is_before)
        .values(
            state=bindparam("as_state"),
            film=bindparam("as_film"),
            reason=bindparam("as_reason"),
            closed_at=bindparam("at"),
        )
    )


_LOSE = _closing("planned")
_CLOSE = _closing("planned", "unknown")


class Pouches(Repository):
    """What became of each pouch of each attempt."""

    def close_pouch(
        self, job_id: JobId, number: int, state: PouchState, film: int | None, reason: str, at: datetime
    ) -> bool:
        """Say what became of a pouch; False when it is closed already (or unknown, and to be unknown again).

        `packed` and `void` close a pouch that is planned or unknown; `unknown` takes only a planned one and closes
        nothing.

        Raises:
            ConflictError: packed without a film position.
        """
        told = {"job": job_id, "place": number, "as_state": state, "as_film": film, "as_reason": reason}
        if state == "unknown":
            return self._moved(_LOSE, **told, at=None)
        return self._moved(_CLOSE, **told, at=at if state in {"packed", "void"} else None)

    def release_unpacked(self, job_id: JobId, reason: str, at: datetime) -> int:
        """Void every pouch of an attempt that is not closed, so that another attempt may have it; return how many."""
        return self._run(
            update(POUCH)
            .where(POUCH.c.job_id == job_id, POUCH.c.state.in_(_OPEN))
            .values(state="void", film=None, reason=reason, closed_at=at)
        )

    def void_pouch(self, job_id: JobId, number: int, reason: str, at: datetime) -> bool:
        """Take a packed pouch out of use, on record with its film position; False when it was not packed."""
        return self._moved(
            update(POUCH)
            .where(POUCH.c.job_id == job_id, POUCH.c.number == number, POUCH.c.state == "packed")
            .values(state="void", reason=reason, closed_at=at)
        )

    def pouches_of_job(self, job_id: JobId) -> tuple[PouchRecord, ...]:
        """Return the pouches of one attempt, by number."""
        return self._pouches(POUCH.c.job_id == job_id)

    def pouches_of_roll(self, roll_id: RollId) -> tuple[PouchRecord, ...]:
        """Return the pouches of all attempts at a roll, by number, the oldest attempt first."""
        return self._pouches(POUCH.c.roll_id == roll_id)

    def pouches_of_batch(self, batch_id: BatchId) -> tuple[PouchRecord, ...]:
        """Return the pouches of all attempts at all rolls of a batch, by roll and number, the oldest attempt first."""
        rolls = select(ROLL.c.roll_id).where(ROLL.c.batch_id == batch_id)
        return self._pouches(POUCH.c.roll_id.in_(rolls))

    def pouch_counts(self, machine_id: MachineId) -> dict[PouchState, int]:
        """Return how many pouches of a machine's attempts are in each state that occurs."""
        counted = (
            select(POUCH.c.state, func.count().label("pouches"))
            .join(JOB, JOB.c.job_id == POUCH.c.job_id)
            .where(JOB.c.machine_id == machine_id)
            .group_by(POUCH.c.state)
        )
        return {row["state"]: row["pouches"] for row in self._all(counted)}

    def packed_counts(self, batch_id: BatchId) -> dict[RollId, int]:
        """Return how many pouches of each roll of a batch are packed, the header pouch not counted; 0 included."""
        packed = (POUCH.c.roll_id == ROLL.c.roll_id) & (POUCH.c.state == "packed") & (POUCH.c.number > 0)
        rows = self._all(
            select(ROLL.c.roll_id, func.count(POUCH.c.number).label("packed"))
            .outerjoin(POUCH, packed)
            .where(ROLL.c.batch_id == batch_id)
            .group_by(ROLL.c.roll_id)
            .order_by(ROLL.c.roll_id)
        )
        return {row["roll_id"]: row["packed"] for row in rows}

    def _pouches(self, which: ColumnElement[bool]) -> tuple[PouchRecord, ...]:
        rows = self._all(
            select(*_COLUMNS)
            .join(JOB, JOB.c.job_id == POUCH.c.job_id)
            .where(which)
            .order_by(POUCH.c.roll_id, POUCH.c.number, *OLDEST_FIRST)
        )
        return tuple(PouchRecord(**row) for row in rows)
