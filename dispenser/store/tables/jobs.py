"""Attempts to pack, and the pouches of each: here the database itself forbids packing anything twice."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from dispenser.core.job import LIVE_STATES, MOST_LIVE, JobState
from dispenser.store.tables.common import Row, UtcTime, holds, one_of

POUCH_STATES = ("planned", "packed", "void", "unknown")
_LIVE = text("state IN ({})".format(", ".join(f"'{state.value}'" for state in JobState if state in LIVE_STATES)))
_NOT_VOID = text("state <> 'void'")


class JobRow(Row, table=True):
    """One attempt to pack one roll on one machine; at most one live per lane of a machine, no order number twice.

    `lane` is the place that an attempt has in the machine's queue once it is sent.
    """

    __table_args__ = (
        one_of("state", JobState),
        UniqueConstraint("job_id", "roll_id"),
        UniqueConstraint("machine_id", "order_number"),
        holds("order_number >= 1", "order_number_counted"),
        holds("epoch >= 0", "epoch_counted"),
        holds("state IN ('queued', 'void') OR order_number IS NOT NULL", "sent_has_number"),
        holds(f"lane >= 0 AND lane < {MOST_LIVE}", "lane_known"),
        Index("ix_job_live", "machine_id", "lane", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_job_machine_id_state", "machine_id", "state"),
        Index("ix_job_roll_id", "roll_id"),
    )

    job_id: str = Field(primary_key=True)
    roll_id: str = Field(sa_column=Column(ForeignKey("roll.roll_id"), nullable=False))
    machine_id: str = Field(sa_column=Column(ForeignKey("machine.machine_id"), nullable=False))
    order_number: int | None = None
    state: str
    digest: str
    order_document: str = Field(sa_column=Column(Text, nullable=False))
    epoch: int
    created_at: datetime = Field(sa_type=UtcTime)
    updated_at: datetime = Field(sa_type=UtcTime)
    lane: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class PouchRow(Row, table=True):
    """One pouch of one attempt; of all attempts at a pouch only one is not void."""

    __table_args__ = (
        ForeignKeyConstraint(["job_id", "roll_id"], ["job.job_id", "job.roll_id"]),
        one_of("state", POUCH_STATES),
        holds("number >= 0", "number_counted"),
        holds("film >= 0", "film_counted"),
        holds("state <> 'packed' OR film IS NOT NULL", "packed_has_film"),
        holds("(state IN ('packed', 'void')) = (closed_at IS NOT NULL)", "closed_dated"),
        Index("ix_pouch_live", "roll_id", "number", unique=True, sqlite_where=_NOT_VOID, postgresql_where=_NOT_VOID),
    )

    job_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    roll_id: str
    state: str
    film: int | None = Field(default=None, sa_type=BigInteger)
    reason: str
    closed_at: datetime | None = Field(default=None, sa_type=UtcTime)
