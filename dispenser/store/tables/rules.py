"""Packs of clinical rules and the signatures that put them in force; both append-only."""

from datetime import date, datetime

from sqlalchemy import Column, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from dispenser.store.tables.common import Row, UtcTime, holds


class RulePackRow(Row, table=True):
    """One proposed version of a rule pack; `document` is its file (TOML) as proposed, `digest` the SHA-256 of that."""

    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("name", "author"),
        UniqueConstraint("pack_id", "version"),
        holds("number >= 1", "number_counted"),
        holds("length(pack_id) > 0 AND length(version) > 0", "named"),
        holds("length(author) > 0", "author"),
        holds("valid_to >= valid_from", "ends_after_start"),
        Index("ix_rule_pack_pack_id_valid_from", "pack_id", "valid_from"),
    )

    name: str = Field(primary_key=True)
    number: int
    pack_id: str
    version: str
    title: str
    valid_from: date
    valid_to: date | None = None
    author: str
    created_at: datetime = Field(sa_type=UtcTime)
    document: str = Field(sa_column=Column(Text, nullable=False))
    digest: str


class RuleSignatureRow(Row, table=True):
    """The signature that puts a rule pack in force; never that of who proposed it."""

    __table_args__ = (
        ForeignKeyConstraint(["name", "author"], ["rule_pack.name", "rule_pack.author"]),
        holds("length(signed_by) > 0", "signed_by_somebody"),
        holds("signed_by <> author", "signed_by_another"),
    )

    name: str = Field(primary_key=True)
    author: str
    signed_by: str
    signed_at: datetime = Field(sa_type=UtcTime)
