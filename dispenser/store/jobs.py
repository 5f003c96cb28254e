"""Attempts to pack: every move is a compare-and-set, and the database refuses two live ones."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, func, insert, select, update

from dispenser.core.ids import BatchId, JobId, MachineId, RollId
from dispenser.core.job import LIVE_STATES, MOST_LIVE, TRANSITIONS, IllegalJobMoveError, JobState
from dispenser.store.errors import NotFoundError
from dispenser.store.pouches import OLDEST_FIRST, Pouches
from dispenser.store.records import JobRecord
from dispenser.store.tables import JOB, POUCH, ROLL

_MOVES = frozenset((before, after) for (before, _), after in TRANSITIONS.items())
_LIVE = [state.value for state in LIVE_STATES]


class Jobs(Pouches):
    """Attempts to pack and their pouches."""

    def add(self, record: JobRecord, pouch_numbers: Sequence[int]) -> None:
        """Add an attempt with a planned row for each of its pouches.

        Raises:
            ConflictError: a pouch is live in another attempt, or a name is unknown.
        """
        self.add_all([(record, pouch_numbers)])

    def add_all(self, attempts: Sequence[tuple[JobRecord, Sequence[int]]]) -> None:
        """Add many attempts with their pouch numbers, in two statements.

        Raises:
            ConflictError: as `add`; nothing of the transaction remains.
        """
        self._bulk(insert(JOB), [_values(record) for record, _ in attempts])
        self._bulk(
            insert(POUCH),
            [
                {
                    "job_id": record.job_id,
                    "number": number,
                    "roll_id": record.roll_id,
                    "state": "planned",
                    "film": None,
                    "reason": "",
                    "closed_at": None,
                }
                for record, numbers in attempts
                for number in numbers
            ],
        )

    def get(self, job_id: JobId) -> JobRecord:
        """Return an attempt.

        Raises:
            NotFoundError: no such attempt.
        """
        record = self.find(job_id)
        if record is None:
            message = f"no job {job_id}"
            raise NotFoundError(message)
        return record

    def find(self, job_id: JobId) -> JobRecord | None:
        """Return an attempt, or None."""
        row = self._one(select(JOB).where(JOB.c.job_id == job_id))
        return _record(row) if row else None

    def live_on(self, machine_id: MachineId) -> tuple[JobRecord, ...]:
        """Return the machine's live attempts (sent, packing, unknown or held) by order number: next in turn first."""
        rows = self._all(
            select(JOB).where(JOB.c.machine_id == machine_id, JOB.c.state.in_(_LIVE)).order_by(JOB.c.order_number)
        )
        return tuple(_record(row) for row in rows)

    def queued_for(self, machine_id: MachineId) -> tuple[JobRecord, ...]:
        """Return the machine's queued attempts: oldest first, of the same age by roll, of one roll by first pouch."""
        first_pouch = (
            select(func.min(POUCH.c.number))
            .where(POUCH.c.job_id == JOB.c.job_id, POUCH.c.state != "void")
            .scalar_subquery()
        )
        rows = self._all(
            select(JOB)
            .where(JOB.c.machine_id == machine_id, JOB.c.state == JobState.QUEUED.value)
            .order_by(JOB.c.created_at, JOB.c.roll_id, first_pouch, JOB.c.job_id)
        )
        return tuple(_record(row) for row in rows)

    def of_roll(self, roll_id: RollId) -> tuple[JobRecord, ...]:
        """Return all attempts at a roll, oldest first."""
        rows = self._all(select(JOB).where(JOB.c.roll_id == roll_id).order_by(*OLDEST_FIRST))
        return tuple(_record(row) for row in rows)

    def of_batch(self, batch_id: BatchId) -> tuple[JobRecord, ...]:
        """Return all attempts at all rolls of a batch, by roll, oldest first."""
        rows = self._all(
            select(JOB)
            .join(ROLL, ROLL.c.roll_id == JOB.c.roll_id)
            .where(ROLL.c.batch_id == batch_id)
            .order_by(JOB.c.roll_id, *OLDEST_FIRST)
        )
        return tuple(_record(row) for row in rows)

    def open_count(self, batch_id: BatchId) -> int:
        """Return how many attempts of a batch are queued or live."""
        open_states = [JobState.QUEUED.value, *_LIVE]
        return self._count(
            select(func.count())
            .select_from(JOB)
            .join(ROLL, ROLL.c.roll_id == JOB.c.roll_id)
            .where(ROLL.c.batch_id == batch_id, JOB.c.state.in_(open_states))
        )

    def by_order(self, machine_id: MachineId, order_number: int) -> JobRecord | None:
        """Return the attempt that was sent to the machine under this order number, or None."""
        row = self._one(select(JOB).where(JOB.c.machine_id == machine_id, JOB.c.order_number == order_number))
        return _record(row) if row else None

    def move(self, job_id: JobId, before: JobState, after: JobState, at: datetime) -> bool:
        """Move an attempt from `before` to `after`; False when it was not in `before`.

        Raises:
            IllegalJobMoveError: the table of `dispenser.core.job` has no such move.
            ConflictError: the attempt's lane of the machine has another live attempt.
        """
        if (before, after) not in _MOVES:
            message = f"a job never goes from {before.value} to {after.value}"
            raise IllegalJobMoveError(message)
        return self._moved(
            update(JOB)
            .where(JOB.c.job_id == job_id, JOB.c.state == before.value)
            .values(state=after.value, updated_at=at)
        )

    def set_sent(self, job_id: JobId, order_number: int, document: str, digest: str, epoch: int, at: datetime) -> bool:
        """Move a queued attempt to sent with the order it is sent as; False when it was not queued.

        Raises:
            ConflictError: every lane of the machine has a live attempt, or the order number was used before.
        """
        return self._moved(
            update(JOB)
            .where(JOB.c.job_id == job_id, JOB.c.state == JobState.QUEUED.value)
            .values(
                state=JobState.SENT.value,
                order_number=order_number,
                lane=self._free_lane(job_id),
                order_document=document,
                digest=digest,
                epoch=epoch,
                updated_at=at,
            )
        )

    def _free_lane(self, job_id: JobId) -> int:
        """Return the first lane that no live attempt has on the machine of `job_id`; the last when all are taken."""
        machine_id = select(JOB.c.machine_id).where(JOB.c.job_id == job_id).scalar_subquery()
        rows = self._all(select(JOB.c.lane).where(JOB.c.machine_id == machine_id, JOB.c.state.in_(_LIVE)))
        taken = {row["lane"] for row in rows}
        # Of two that take the same lane at once, the database refuses one.
        return next((lane for lane in range(MOST_LIVE) if lane not in taken), MOST_LIVE - 1)


def _values(record: JobRecord) -> dict[str, object]:
    return {
        "job_id": record.job_id,
        "roll_id": record.roll_id,
        "machine_id": record.machine_id,
        "order_number": record.order_number,
        "state": record.state.value,
        "digest": record.digest,
        "order_document": record.order_document,
        "epoch": record.epoch,
        "created_at": record.created_at,
        "updated_at": record.updated_at,
    }


def _record(row: RowMapping) -> JobRecord:
    return JobRecord(
        job_id=row["job_id"],
        roll_id=row["roll_id"],
        machine_id=row["machine_id"],
        order_number=row["order_number"],
        state=JobState(row["state"]),
        digest=row["digest"],
        order_document=row["order_document"],
        epoch=row["epoch"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
