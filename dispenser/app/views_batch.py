"""Batches, and one batch with its rolls."""

from dataclasses import dataclass

from dispenser.app.services import Services
from dispenser.core.batch import BatchState, Closing
from dispenser.core.ids import BatchId, MachineId, RollId
from dispenser.core.job import JobState
from dispenser.store.board import Progress
from dispenser.store.records import BatchRecord, PeriodRecord

NEWEST_BATCHES = 50


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch with its packing group's name and its progress in pouches."""

    record: BatchRecord
    group: str
    progress: Progress


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """The newest period of a packing group, which may not have become a batch yet."""

    group: str
    record: PeriodRecord


@dataclass(frozen=True, slots=True)
class BatchList:
    """The newest batches, newest first, and each group's period to come."""

    batches: tuple[BatchLine, ...]
    periods: tuple[PeriodLine, ...]


@dataclass(frozen=True, slots=True)
class RollLine:
    """One roll of a batch: whose it is, where it is packed, how far; `job` is the newest attempt."""

    roll_id: RollId
    name: str
    machine_id: MachineId | None
    pouches: int
    progress: Progress
    job: JobState | None
    void_reason: str | None


@dataclass(frozen=True, slots=True)
class BatchPage:
    """A batch with everything that a pharmacist looks at before and after the release; `closing` signs it off."""

    record: BatchRecord
    group: str
    progress: Progress
    rolls: tuple[RollLine, ...]
    closing: Closing | None = None

    @property
    def releasable(self) -> bool:
        """Whether the next step is the pharmacist's release."""
        return self.record.state is BatchState.PLANNED

    @property
    def closable(self) -> bool:
        """Whether the next step is the proof, and the pharmacist's signature under it."""
        return self.record.state is BatchState.PACKED


def batch_list(services: Services) -> BatchList:
    """Return the newest batches and the periods to come."""
    with services.database.read() as tx:
        records = tx.batches.newest(NEWEST_BATCHES)
        progress = tx.board.of_batches([record.batch_id for record in records])
        names = tx.board.group_names()
        latest = [(group_id, tx.groups.latest(group_id)) for group_id in names]
    return BatchList(
        tuple(
            BatchLine(record, names.get(record.group_id, record.group_id), progress.get(record.batch_id, Progress()))
            for record in records
        ),
        tuple(
            PeriodLine(names[group_id], period)
            for group_id, period in latest
            if period is not None and period.state == "open"
        ),
    )


def batch_page(services: Services, batch_id: BatchId) -> BatchPage | None:
    """Return one batch, or None when there is no such batch."""
    with services.database.read() as tx:
        record = tx.batches.find(batch_id)
        if record is None:
            return None
        rolls = tx.batches.rolls(batch_id)
        closing = tx.closings.find(batch_id)
        progress = tx.board.of_rolls_in(batch_id)
        names = tx.board.citizen_names({roll.citizen_id for roll in rolls})
        jobs = tx.board.newest_jobs([roll.roll_id for roll in rolls])
        group = tx.board.group_names().get(record.group_id, record.group_id)
    lines = tuple(
        RollLine(
            roll.roll_id,
            names[roll.citizen_id],
            roll.machine_id,
            roll.pouches,
            progress.get(roll.roll_id, Progress()),
            jobs.get(roll.roll_id),
            roll.void_reason,
        )
        for roll in rolls
    )
    return BatchPage(record, group, sum((line.progress for line in lines), Progress()), lines, closing)
