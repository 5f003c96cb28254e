"""Machines as last seen, their journals, and who took them into service again; all but the first append-only."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from dispenser.store.tables.common import Row, UtcTime, holds


class MachineRow(Row, table=True):
    """One machine; `capabilities` and `status` are JSON."""

    __table_args__ = (
        holds("epoch >= 0", "epoch_counted"),
        holds("next_order_number >= 1", "order_number_counted"),
        holds("cursor_seq >= 0", "cursor_counted"),
    )

    machine_id: str = Field(primary_key=True)
    uri: str
    epoch: int
    next_order_number: int
    cursor_boot_id: str
    cursor_seq: int = Field(sa_type=BigInteger)
    journal_head: str
    capabilities: str | None = Field(default=None, sa_column=Column(Text))
    status: str | None = Field(default=None, sa_column=Column(Text))
    link: str
    seen_at: datetime | None = Field(default=None, sa_type=UtcTime)


class JournalRow(Row, table=True):
    """One entry of a machine's journal; `position` rises by one per machine over all its boots."""

    __table_args__ = (
        UniqueConstraint("machine_id", "boot_id", "seq"),
        holds("position >= 1", "position_counted"),
        holds("seq >= 1 AND boot_number >= 0", "seq_counted"),
        Index("ix_journal_machine_id_order_number_pouch", "machine_id", "order_number", "pouch"),
    )

    machine_id: str = Field(sa_column=Column(ForeignKey("machine.machine_id"), primary_key=True))
    position: int = Field(primary_key=True, sa_type=BigInteger)
    boot_id: str
    boot_number: int
    seq: int = Field(sa_type=BigInteger)
    at: str
    kind: str
    order_number: int
    pouch: int
    fields: str = Field(sa_column=Column(Text, nullable=False))


class JournalMarkRow(Row, table=True):
    """The hash head of a machine's journal after one of its entries: up to there we have told it that we know it."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["machine_id", "boot_id", "seq"], ["journal.machine_id", "journal.boot_id", "journal.seq"]
        ),
        holds("length(head) > 0", "head_given"),
    )

    machine_id: str = Field(primary_key=True)
    boot_id: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    head: str


class ReadmissionRow(Row, table=True):
    """Two people sign that a machine may serve again."""

    __table_args__ = (
        holds("number >= 1", "number_counted"),
        holds("length(who) > 0 AND length(second) > 0 AND who <> second", "signed_by_two"),
        holds("length(reason) > 0", "reason_given"),
    )

    machine_id: str = Field(sa_column=Column(ForeignKey("machine.machine_id"), primary_key=True))
    number: int = Field(primary_key=True)
    who: str
    second: str
    reason: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_type=UtcTime)


class ReadmissionUseRow(Row, table=True):
    """A readmission took effect: the journal up to an entry, if there is any, is on record, and counts for nothing."""

    __table_args__ = (
        ForeignKeyConstraint(["machine_id", "number"], ["readmission.machine_id", "readmission.number"]),
        holds("(seq >= 1) = (boot_id <> '') AND seq >= 0", "seq_counted"),
    )

    machine_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    boot_id: str
    seq: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_type=UtcTime)
