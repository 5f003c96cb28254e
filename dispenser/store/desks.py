"""What is asked for every machine every second: few columns, few statements, each built once."""

from sqlalchemy import BindParameter, and_, bindparam, literal, or_, select

from dispenser.core.ids import MachineId, RollId
from dispenser.core.job import LIVE_STATES, JobState
from dispenser.store.errors import NotFoundError
from dispenser.store.machine_records import Desk, LiveJob, Standing
from dispenser.store.repository import Repository
from dispenser.store.tables import JOB, MACHINE, ROLL
from hal.journal import Cursor, Mark

_MACHINE: BindParameter[str] = bindparam("machine")
_IS_LIVE = or_(*(JOB.c.state == literal(state.value) for state in JobState if state in LIVE_STATES))
_QUEUED = select(JOB.c.job_id).where(JOB.c.machine_id == _MACHINE, JOB.c.state == literal(JobState.QUEUED.value))
_DESK = (
    select(
        MACHINE.c.epoch, MACHINE.c.cursor_boot_id, MACHINE.c.cursor_seq, MACHINE.c.journal_head.label("head"),
        JOB.c.job_id, JOB.c.roll_id, JOB.c.order_number, JOB.c.state,
        ROLL.c.void_reason.is_not(None).label("is_void"), _QUEUED.exists().label("has_queued"),
    )
    .join_from(MACHINE, JOB, and_(JOB.c.machine_id == MACHINE.c.machine_id, _IS_LIVE), isouter=True)
    .join(ROLL, ROLL.c.roll_id == JOB.c.roll_id, isouter=True)
    .where(MACHINE.c.machine_id == _MACHINE)
    .order_by(JOB.c.order_number)
)  # fmt: skip
_VOID_REASON = select(ROLL.c.void_reason).where(ROLL.c.roll_id == bindparam("roll"))


class Desks(Repository):
    """How the work of a machine stands; read-only."""

    def get(self, machine_id: MachineId) -> Desk:
        """Return how the machine stands now.

        Raises:
            NotFoundError: no such machine.
        """
        rows = self._all(_DESK, machine=machine_id)
        if not rows:
            message = f"no machine {machine_id}"
            raise NotFoundError(message)
        first = rows[0]
        mark = Mark(Cursor(first["cursor_boot_id"], first["cursor_seq"]), first["head"])
        live = tuple(
            LiveJob(row["job_id"], row["roll_id"], row["order_number"], JobState(row["state"]), bool(row["is_void"]))
            for row in rows
            if row["job_id"] is not None
        )
        return Desk(first["epoch"], mark, Standing(live, bool(first["has_queued"])))

    def void_reason(self, roll_id: RollId) -> str | None:
        """Return why a roll is out of use; None when it is in use, or unknown."""
        row = self._one(_VOID_REASON, roll=roll_id)
        return row["void_reason"] if row else None
