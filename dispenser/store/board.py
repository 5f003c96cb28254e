"""Counts for people who look on: aggregates over rows, never whole documents, since boards ask twice a second."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, select

from dispenser.core.batch import BatchState
from dispenser.core.ids import BatchId, CitizenId, GroupId, MachineId, RollId
from dispenser.core.job import LIVE_STATES, JobState
from dispenser.core.roll import HEADER_NUMBER
from dispenser.store.pouches import OLDEST_FIRST
from dispenser.store.repository import Repository, chunks
from dispenser.store.tables.batches import BatchRow, RollRow
from dispenser.store.tables.common import table_of
from dispenser.store.tables.intake import CitizenRow, PackingGroupRow
from dispenser.store.tables.jobs import JobRow, PouchRow
from dispenser.store.tables.machines import JournalRow
from hal.wire import words

_BATCH = table_of(BatchRow)
_ROLL = table_of(RollRow)
_JOB = table_of(JobRow)
_POUCH = table_of(PouchRow)
_JOURNAL = table_of(JournalRow)
_CITIZEN = table_of(CitizenRow)
_GROUP = table_of(PackingGroupRow)
_LIVE = tuple(state.value for state in LIVE_STATES)
_VOID_OUTCOME = f'%"outcome":"{words.VOID}"%'
"""How a canonical journal document writes that the pouch was thrown away."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Pouches `packed` and not yet known (`unknown`), without headers; `void` counts films made and thrown away."""

    packed: int = 0
    unknown: int = 0
    void: int = 0

    def __add__(self, other: "Progress") -> "Progress":
        return Progress(self.packed + other.packed, self.unknown + other.unknown, self.void + other.void)


@dataclass(frozen=True, slots=True)
class Load:
    """What one machine has to do: the job whose turn it is, if any, and how many wait; `total` without the header."""

    roll_id: RollId | None = None
    batch_id: BatchId | None = None
    job_state: JobState | None = None
    total: int = 0
    progress: Progress = Progress()
    queued: int = 0


class Board(Repository):
    """Read-only aggregates over all families of tables."""

    def loads(self) -> Mapping[MachineId, Load]:
        """Return the load of every machine that has a live or queued job."""
        columns = (_JOB.c.machine_id, _JOB.c.roll_id, _JOB.c.state, _ROLL.c.batch_id, _ROLL.c.pouches)
        live = self._all(
            select(*columns).join_from(_JOB, _ROLL).where(_JOB.c.state.in_(_LIVE)).order_by(_JOB.c.order_number.desc())
        )
        waiting = (
            select(_JOB.c.machine_id, func.count().label("jobs"))
            .where(_JOB.c.state == JobState.QUEUED.value)
            .group_by(_JOB.c.machine_id)
        )
        queued = {row["machine_id"]: row["jobs"] for row in self._all(waiting)}
        progress = self.of_rolls([RollId(row["roll_id"]) for row in live])
        loads = {MachineId(name): Load(queued=count) for name, count in queued.items()}
        for row in live:
            # The newest order comes first, so what is there already waits behind this one.
            behind = loads.get(MachineId(row["machine_id"]), Load())
            loads[MachineId(row["machine_id"])] = Load(
                RollId(row["roll_id"]),
                BatchId(row["batch_id"]),
                JobState(row["state"]),
                row["pouches"],
                progress.get(RollId(row["roll_id"]), Progress()),
                behind.queued + (behind.roll_id is not None),
            )
        return loads

    def of_rolls(self, roll_ids: Sequence[RollId]) -> Mapping[RollId, Progress]:
        """Return the progress of each roll that has any."""
        found: dict[RollId, Progress] = {}
        for names in chunks(roll_ids):
            closed = _closed(_POUCH.c.roll_id).where(_POUCH.c.roll_id.in_(names)).group_by(_POUCH.c.roll_id)
            thrown = _thrown(_JOB.c.roll_id).where(_JOB.c.roll_id.in_(names)).group_by(_JOB.c.roll_id)
            found |= {RollId(name): progress for name, progress in self._merged(closed, thrown).items()}
        return found

    def of_rolls_in(self, batch_id: BatchId) -> Mapping[RollId, Progress]:
        """Return the progress of each roll of a batch that has any."""
        closed = _closed(_POUCH.c.roll_id).join_from(_ROLL, _POUCH, _ROLL.c.roll_id == _POUCH.c.roll_id)
        thrown = _thrown(_JOB.c.roll_id).join(_ROLL, _ROLL.c.roll_id == _JOB.c.roll_id)
        merged = self._merged(
            closed.where(_ROLL.c.batch_id == batch_id).group_by(_POUCH.c.roll_id),
            thrown.where(_ROLL.c.batch_id == batch_id).group_by(_JOB.c.roll_id),
        )
        return {RollId(name): progress for name, progress in merged.items()}

    def of_batches(self, batch_ids: Sequence[BatchId]) -> Mapping[BatchId, Progress]:
        """Return pouches packed and unknown of each batch that has any; films thrown away are not counted here."""
        closed = (
            _closed(_ROLL.c.batch_id)
            .join_from(_ROLL, _POUCH, _ROLL.c.roll_id == _POUCH.c.roll_id)
            .where(_ROLL.c.batch_id.in_(batch_ids))
            .group_by(_ROLL.c.batch_id)
        )
        return {BatchId(name): progress for name, progress in self._merged(closed, None).items()}

    def released_batches(self, limit: int) -> Sequence[BatchId]:
        """Return the newest batches that the machines are working on."""
        statement = (
            select(_BATCH.c.batch_id)
            .where(_BATCH.c.state == BatchState.RELEASED.value)
            .order_by(_BATCH.c.batch_id.desc())
            .limit(limit)
        )
        return [BatchId(row["batch_id"]) for row in self._all(statement)]

    def newest_jobs(self, roll_ids: Sequence[RollId]) -> Mapping[RollId, JobState]:
        """Return the state of each roll's newest attempt."""
        found: dict[RollId, JobState] = {}
        for names in chunks(roll_ids):
            statement = select(_JOB.c.roll_id, _JOB.c.state).where(_JOB.c.roll_id.in_(names)).order_by(*OLDEST_FIRST)
            found |= {RollId(row["roll_id"]): JobState(row["state"]) for row in self._all(statement)}
        return found

    def citizen_names(self, citizen_ids: Collection[CitizenId]) -> Mapping[CitizenId, str]:
        """Return the names of citizens."""
        found: dict[CitizenId, str] = {}
        for names in chunks(sorted(citizen_ids)):
            statement = select(_CITIZEN.c.citizen_id, _CITIZEN.c.name).where(_CITIZEN.c.citizen_id.in_(names))
            found |= {CitizenId(row["citizen_id"]): row["name"] for row in self._all(statement)}
        return found

    def group_names(self) -> Mapping[GroupId, str]:
        """Return the names of all packing groups, in their order."""
        statement = select(_GROUP.c.group_id, _GROUP.c.name).order_by(_GROUP.c.name)
        return {GroupId(row["group_id"]): row["name"] for row in self._all(statement)}

    def _merged(self, closed: Select[str, int, int], thrown: Select[str, int] | None) -> dict[str, Progress]:
        found = {
            row["name"]: Progress(packed=row["packed"] or 0, unknown=row["unknown"] or 0) for row in self._all(closed)
        }
        for row in self._all(thrown) if thrown is not None else ():
            found[row["name"]] = found.get(row["name"], Progress()) + Progress(void=row["void"])
        return found


def _closed(name: ColumnElement[str]) -> Select[str, int, int]:
    packed = func.count().filter(_POUCH.c.state == "packed").label("packed")
    unknown = func.count().filter(_POUCH.c.state == "unknown").label("unknown")
    # The first condition is the partial index's own, so that the index can be used.
    return select(name.label("name"), packed, unknown).where(_POUCH.c.state != "void", _POUCH.c.number != HEADER_NUMBER)


def _thrown(name: ColumnElement[str]) -> Select[str, int]:
    same_order = and_(_JOB.c.machine_id == _JOURNAL.c.machine_id, _JOB.c.order_number == _JOURNAL.c.order_number)
    return (
        select(name.label("name"), func.count().label("void"))
        .join_from(_JOB, _JOURNAL, same_order)
        .where(_JOURNAL.c.kind == words.POUCH_CLOSED, _JOURNAL.c.fields.like(_VOID_OUTCOME))
    )
