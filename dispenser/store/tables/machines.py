"""Machines as last seen, and their journals; a journal is append-only."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Text, UniqueConstraint
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
