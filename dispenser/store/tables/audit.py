"""Who did what; append-only and chained by hash."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Text
from sqlmodel import Field

from dispenser.store.tables.common import Row, UtcTime, holds


class AuditRow(Row, table=True):
    """One act; `hash` covers it and the hash before, and no two acts follow the same one."""

    __table_args__ = (
        holds("number >= 1", "number_counted"),
        holds("length(hash) = 64", "hash_length"),
        Index("ix_audit_action_subject", "action", "subject"),
    )

    number: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcTime)
    who: str
    action: str
    subject: str
    detail: str = Field(sa_column=Column(Text, nullable=False))
    previous_hash: str = Field(unique=True)
    hash: str
