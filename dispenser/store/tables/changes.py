"""What happened to citizens and sealed pouches after planning; both append-only."""

from datetime import date, datetime

from sqlalchemy import Column, ForeignKey, Text, text
from sqlmodel import Field

from dispenser.core.acute import Acute
from dispenser.store.tables.common import Row, UtcTime, holds, one_of

NOTE_KINDS = ("hold", "admitted", "moved", "dead", "resumed", "corrected", "phase", "allergy", "tolerated")


class CitizenNoteRow(Row, table=True):
    """What somebody noted of a citizen, in order of number.

    `subject` is the product whose phase was confirmed, or the ATC code of an allergy, which `text` says in words.
    """

    __table_args__ = (
        one_of("kind", NOTE_KINDS),
        holds("number >= 1", "number_counted"),
        holds("last >= first", "ends_after_start"),
        holds("(kind IN ('phase', 'allergy', 'tolerated')) = (subject <> '')", "phase_has_subject"),
        holds("(kind IN ('allergy', 'tolerated')) = (text <> '')", "allergy_has_text"),
        holds("length(who) > 0 AND length(reason) > 0", "signed"),
    )

    citizen_id: str = Field(sa_column=Column(ForeignKey("citizen.citizen_id"), primary_key=True))
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str
    subject: str
    first: date
    last: date | None = None
    who: str
    reason: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_type=UtcTime)
    text: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=text("''")))


class DiscardRow(Row, table=True):
    """A sealed pouch that must be destroyed: since when, for whose change, why, and what a new one would be called."""

    __table_args__ = (
        one_of("acute", Acute),
        holds("number >= 0", "number_counted"),
    )

    roll_id: str = Field(sa_column=Column(ForeignKey("roll.roll_id"), primary_key=True))
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcTime)
    cause: str
    reason: str = Field(sa_column=Column(Text, nullable=False))
    acute: str
