"""Who works here, what somebody must look at, and who has set which of it aside; all append-only."""

from datetime import date, datetime

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from dispenser.store.tables.common import Row, UtcTime, holds, one_of

ROLES = ("pharmacist", "technician")
OVERRIDING = ("never", "pharmacist", "two persons")


class StaffRow(Row, table=True):
    """A person who is put on the list of staff, numbered from 1."""

    __table_args__ = (
        one_of("role", ROLES),
        holds("number >= 1", "number_counted"),
        holds("length(name) > 0 AND length(added_by) > 0", "signed"),
    )

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    name: str
    role: str
    added_by: str
    added_at: datetime = Field(sa_type=UtcTime)


class StaffEndRow(Row, table=True):
    """That the person is on the list no more."""

    __table_args__ = (holds("length(ended_by) > 0", "signed"),)

    number: int = Field(
        sa_column=Column(ForeignKey("staff.number"), primary_key=True, autoincrement=False, nullable=False)
    )
    ended_by: str
    ended_at: datetime = Field(sa_type=UtcTime)


class AlertRow(Row, table=True):
    """Something that was found about a citizen and stops something; the texts are those of the first time."""

    __table_args__ = (
        one_of("overriding", OVERRIDING),
        Index("ix_alert_citizen_id", "citizen_id"),
    )

    key: str = Field(primary_key=True)
    code: str
    severity: str
    overriding: str
    citizen_id: str = Field(sa_column=Column(ForeignKey("citizen.citizen_id"), nullable=False))
    subject: str
    danish: str = Field(sa_column=Column(Text, nullable=False))
    english: str = Field(sa_column=Column(Text, nullable=False))
    fix_danish: str = Field(sa_column=Column(Text, nullable=False))
    fix_english: str = Field(sa_column=Column(Text, nullable=False))
    first_seen: datetime = Field(sa_type=UtcTime)


class AlertSightingRow(Row, table=True):
    """That it was found in one plan revision (`revision 3`) or batch (`batch 000012`)."""

    __table_args__ = (Index("ix_alert_sighting_place", "place"),)

    key: str = Field(sa_column=Column(ForeignKey("alert.key"), primary_key=True))
    place: str = Field(primary_key=True)
    seen_at: datetime = Field(sa_type=UtcTime)


class OverrideRow(Row, table=True):
    """A person's decision that an alert stops nothing until the end of a civil date; numbered for each alert."""

    __table_args__ = (
        UniqueConstraint("key", "number", "who"),
        holds("number >= 1", "number_counted"),
        holds("length(who) > 0 AND length(reason) > 0", "signed"),
    )

    key: str = Field(sa_column=Column(ForeignKey("alert.key"), primary_key=True))
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    who: str
    at: datetime = Field(sa_type=UtcTime)
    reason: str = Field(sa_column=Column(Text, nullable=False))
    expires: date


class OverrideSecondRow(Row, table=True):
    """The other person's signature under an override; never that of the first."""

    __table_args__ = (
        ForeignKeyConstraint(["key", "number", "who"], ["override.key", "override.number", "override.who"]),
        holds("length(second) > 0", "signed"),
        holds("second <> who", "signed_by_another"),
    )

    key: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    who: str
    second: str
    at: datetime = Field(sa_type=UtcTime)


class OverrideRevocationRow(Row, table=True):
    """That an override counts no more."""

    __table_args__ = (
        ForeignKeyConstraint(["key", "number"], ["override.key", "override.number"]),
        holds("length(who) > 0 AND length(reason) > 0", "signed"),
    )

    key: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    who: str
    reason: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_type=UtcTime)
