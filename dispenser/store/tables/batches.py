"""Periods, batches and rolls."""

from datetime import date, datetime

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Text
from sqlmodel import Field

from dispenser.core.batch import BatchState
from dispenser.store.tables.common import Row, UtcTime, holds, one_of

PERIOD_STATES = ("open", "batched")


class PeriodRow(Row, table=True):
    """When a packing group's next batch is due; `reason` says why the period is out of the ordinary (R4)."""

    __table_args__ = (
        one_of("state", PERIOD_STATES),
        holds("last >= first", "ends_after_start"),
        holds("state = 'batched' OR batch_id IS NULL", "open_has_no_batch"),
        holds("(reason IS NULL) = (reason_by IS NULL)", "reason_signed"),
        Index("ix_period_state_deadline", "state", "deadline"),
    )

    group_id: str = Field(sa_column=Column(ForeignKey("packing_group.group_id"), primary_key=True))
    first: date = Field(primary_key=True)
    last: date
    deadline: datetime = Field(sa_type=UtcTime)
    state: str
    batch_id: str | None = Field(
        default=None, sa_column=Column(ForeignKey("batch.batch_id", deferrable=True, initially="DEFERRED"))
    )
    reason: str | None = Field(default=None, sa_column=Column(Text))
    reason_by: str | None = None


class BatchRow(Row, table=True):
    """A batch; its content is its rolls. `findings` is JSON, `pouches` and `rolls` are counts."""

    __table_args__ = (
        one_of("state", BatchState),
        holds("last >= first", "ends_after_start"),
        holds("pouches >= 0 AND rolls >= 0", "content_counted"),
        holds("length(batch_id) = 6", "batch_id_length"),
        holds("state <> 'planned' OR released_at IS NULL", "planned_not_released"),
        holds("state NOT IN ('released', 'packed', 'closed') OR released_at IS NOT NULL", "release_dated"),
        holds("(released_at IS NULL) = (released_by IS NULL)", "release_signed"),
        Index("ix_batch_group_id", "group_id"),
    )

    batch_id: str = Field(primary_key=True)
    group_id: str = Field(sa_column=Column(ForeignKey("packing_group.group_id"), nullable=False))
    first: date
    last: date
    catalogue_version: str
    slot_version: str
    state: str
    digest: str
    findings: str = Field(sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(sa_type=UtcTime)
    released_by: str | None = None
    released_at: datetime | None = Field(default=None, sa_type=UtcTime)
    pouches: int
    rolls: int


class ClosingRow(Row, table=True):
    """The signature under a packed batch, and the proof that was looked at (canonical JSON, and its SHA-256)."""

    __table_args__ = (
        holds("length(closed_by) > 0", "signed"),
        holds("(second IS NULL) = (reason IS NULL)", "second_has_reason"),
        holds("second <> closed_by", "second_is_another"),
    )

    batch_id: str = Field(sa_column=Column(ForeignKey("batch.batch_id"), primary_key=True))
    closed_by: str
    closed_at: datetime = Field(sa_type=UtcTime)
    second: str | None = None
    reason: str | None = Field(default=None, sa_column=Column(Text))
    digest: str
    proof: str = Field(sa_column=Column(Text, nullable=False))


class RollRow(Row, table=True):
    """A roll: its canonical document, never changed, and the SHA-256 of that; the machine may change, void is final."""

    __table_args__ = (
        ForeignKeyConstraint(["citizen_id", "plan_revision"], ["plan.citizen_id", "plan.revision"]),
        holds("last >= first", "ends_after_start"),
        holds("pouches >= 0", "content_counted"),
        Index("ix_roll_batch_id", "batch_id"),
        Index("ix_roll_citizen_id_first", "citizen_id", "first"),
    )

    roll_id: str = Field(primary_key=True)
    batch_id: str = Field(sa_column=Column(ForeignKey("batch.batch_id"), nullable=False))
    citizen_id: str
    plan_revision: int
    first: date
    last: date
    machine_id: str | None = Field(default=None, sa_column=Column(ForeignKey("machine.machine_id")))
    pouches: int
    digest: str
    document: str = Field(sa_column=Column(Text, nullable=False))
    void_reason: str | None = None
