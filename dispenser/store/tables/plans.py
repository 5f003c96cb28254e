"""Plan revisions and what became of their lines; both append-only."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Text
from sqlmodel import Field

from dispenser.core.plan import Disposition
from dispenser.store.tables.common import Row, UtcTime, holds, one_of


class PlanRow(Row, table=True):
    """One revision of a citizen's plan: its canonical document and the SHA-256 of that."""

    __table_args__ = (holds("revision >= 1", "revision_counted"),)

    citizen_id: str = Field(sa_column=Column(ForeignKey("citizen.citizen_id"), primary_key=True))
    revision: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    accepted_at: datetime = Field(sa_type=UtcTime)
    inbox_id: str = Field(
        sa_column=Column(ForeignKey("inbox.message_id", deferrable=True, initially="DEFERRED"), nullable=False)
    )
    document: str = Field(sa_column=Column(Text, nullable=False))
    digest: str


class PlanLineRow(Row, table=True):
    """One medication of a revision, in the order it was judged; `reasons` is JSON."""

    __table_args__ = (
        ForeignKeyConstraint(["citizen_id", "revision"], ["plan.citizen_id", "plan.revision"]),
        one_of("disposition", Disposition),
        Index("ix_plan_line_disposition", "disposition"),
    )

    citizen_id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    ordination_id: str
    text: str
    disposition: str
    reasons: str = Field(sa_column=Column(Text, nullable=False))
