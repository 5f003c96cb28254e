"""What is asked for every machine every second: few columns, few statements, each built once."""

from collections.abc import Iterable

from sqlalchemy import BindParameter, RowMapping, and_, bindparam, literal, or_, select

from dispenser.core.ids import MachineId, RollId
from dispenser.core.job import LIVE_STATES, JobState
from dispenser.store.errors import NotFoundError
from dispenser.store.machine_records import Desk, LiveJob, Standing
from dispenser.store.repository import Repository
from dispenser.store.tables import JOB, MACHINE, ROLL
from hal.journal import Cursor, Mark

_MACHINE: BindParameter[str] = bindparam("machine")
_IS_LIVE = or_(*(JOB.c.state == literal(state.value) for state in JobState if state in LIVE_STATES))
_LIVE_COLUMNS = (JOB.c.job_id, JOB.c.roll_id, JOB.c.order_number, JOB.c.state)
_DESK = (
    select(
        MACHINE.c.epoch, MACHINE.c.cursor_boot_id, MACHINE.c.cursor_seq, MACHINE.c.journal_head.label("head"),
        *_LIVE_COLUMNS,
    )
    .join_from(MACHINE, JOB, and_(JOB.c.machine_id == MACHINE.c.machine_id, _IS_LIVE), isouter=True)
    .where(MACHINE.c.machine_id == _MACHINE)
    .order_by(JOB.c.order_number)
)  # fmt: skip
_QUEUED = select(JOB.c.job_id).where(JOB.c.machine_id == _MACHINE, JOB.c.state == literal(JobState.QUEUED.value))
_ANY_QUEUED = _QUEUED.limit(1)
_LIVE = (
    select(*_LIVE_COLUMNS, ROLL.c.void_reason.is_not(None).label("is_void"), _QUEUED.exists().label("has_queued"))
    .join_from(JOB, ROLL, ROLL.c.roll_id == JOB.c.roll_id)
    .where(JOB.c.machine_id == _MACHINE, _IS_LIVE)
    .order_by(JOB.c.order_number)
)
_VOID_REASON = select(ROLL.c.void_reason).where(ROLL.c.roll_id == bindparam("roll"))


class Desks(Repository):
    """How the work of a machine stands; read-only."""

    def get(self, machine_id: MachineId) -> Desk:
        """Return what whoever writes for a machine must know; whether its rolls are out of use is not asked.

        Raises:
            NotFoundError: no such machine.
        """
        rows = self._all(_DESK, machine=machine_id)
        if not rows:
            message = f"no machine {machine_id}"
            raise NotFoundError(message)
        first = rows[0]
        mark = Mark(Cursor(first["cursor_boot_id"], first["cursor_seq"]), first["head"])
        return Desk(first["epoch"], mark, _jobs(row for row in rows if row["job_id"] is not None))

    def standing(self, machine_id: MachineId) -> Standing:
        """Return how the machine's work stands now."""
        rows = self._all(_LIVE, machine=machine_id)
        if not rows:
            return Standing((), self._one(_ANY_QUEUED, machine=machine_id) is not None)
        return Standing(_jobs(rows), bool(rows[0]["has_queued"]))

    def void_reason(self, roll_id: RollId) -> str | None:
        """Return why a roll is out of use; None when it is in use, or unknown."""
        row = self._one(_VOID_REASON, roll=roll_id)
        return row["void_reason"] if row else None


def _jobs(rows: Iterable[RowMapping]) -> tuple[LiveJob, ...]:
    return tuple(
        LiveJob(
            row["job_id"], row["roll_id"], row["order_number"], JobState(row["state"]), bool(row.get("is_void", False))
        )
        for row in rows
    )
