"""What came in, of whom, and the resources it carried."""

from datetime import date, datetime

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Text
from sqlmodel import Field

from dispenser.store.tables.common import Row, UtcTime, holds, one_of

OUTCOMES = ("accepted", "refused")


class InboxRow(Row, table=True):
    """One received message; append-only. `findings` and `answer` are JSON."""

    __table_args__ = (
        one_of("outcome", OUTCOMES),
        holds("lines >= 0", "lines_counted"),
        holds("status_code BETWEEN 100 AND 599", "status_http"),
        Index("ix_inbox_digest", "digest"),
        Index("ix_inbox_received_at", "received_at"),
    )

    message_id: str = Field(primary_key=True)
    received_at: datetime = Field(sa_type=UtcTime)
    sender: str
    kind: str
    digest: str
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    outcome: str
    status_code: int
    findings: str = Field(sa_column=Column(Text, nullable=False))
    answer: str = Field(sa_column=Column(Text, nullable=False))
    lines: int
    citizen_id: str | None = None


class PackingGroupRow(Row, table=True):
    """Citizens packed and delivered together."""

    group_id: str = Field(primary_key=True)
    name: str


class CitizenRow(Row, table=True):
    """A citizen; the civil number is here and nowhere else but in messages and resources as they were sent."""

    __table_args__ = (
        holds("version >= 1", "version_counted"),
        holds("length(civil_number) = 10", "civil_number_length"),
        Index("ix_citizen_civil_number", "civil_number"),
        Index("ix_citizen_group_id", "group_id"),
    )

    citizen_id: str = Field(primary_key=True)
    fhir_id: str = Field(unique=True)
    name: str
    civil_number: str
    birth_date: date
    group_id: str = Field(sa_column=Column(ForeignKey("packing_group.group_id"), nullable=False))
    version: int
    digest: str


class ResourceRow(Row, table=True):
    """One version of a resource; append-only, the highest version is the current one."""

    __table_args__ = (
        holds("version >= 1", "version_counted"),
        Index("ix_resource_citizen_id_kind", "citizen_id", "kind"),
    )

    kind: str = Field(primary_key=True)
    resource_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    citizen_id: str = Field(sa_column=Column(ForeignKey("citizen.citizen_id"), nullable=False))
    status: str
    content: str = Field(sa_column=Column(Text, nullable=False))
    digest: str
    updated_at: datetime = Field(sa_type=UtcTime)
