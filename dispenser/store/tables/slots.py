"""Slot tables and the signatures under them; both append-only."""

from datetime import date, datetime

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from dispenser.store.tables.common import Row, UtcTime, holds


class SlotTableRow(Row, table=True):
    """One proposed slot table: the site's, or a packing group's own. `document` is canonical JSON."""

    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("version", "author"),
        holds("number >= 1", "number_counted"),
        holds("length(author) > 0 AND length(reason) > 0", "author_and_reason"),
        Index("ix_slot_table_group_id_valid_from", "group_id", "valid_from"),
    )

    version: str = Field(primary_key=True)
    number: int
    group_id: str | None = Field(default=None, sa_column=Column(ForeignKey("packing_group.group_id")))
    valid_from: date
    author: str
    reason: str = Field(sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(sa_type=UtcTime)
    document: str = Field(sa_column=Column(Text, nullable=False))
    digest: str


class SlotSignatureRow(Row, table=True):
    """The signature that puts a slot table in force; never its author's."""

    __table_args__ = (
        ForeignKeyConstraint(["version", "author"], ["slot_table.version", "slot_table.author"]),
        holds("length(signed_by) > 0", "signed_by_somebody"),
        holds("signed_by <> author", "signed_by_another"),
    )

    version: str = Field(primary_key=True)
    author: str
    signed_by: str
    signed_at: datetime = Field(sa_type=UtcTime)
