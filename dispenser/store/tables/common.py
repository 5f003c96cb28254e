"""What all row classes share: the metadata, names of constraints, and two column types."""

import re
from datetime import UTC, datetime
from enum import Enum

from sqlalchemy import TIMESTAMP, CheckConstraint, Dialect, MetaData, String, Table
from sqlalchemy.orm import declared_attr
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)
INSTANT_LENGTH = 32
"""Characters of an instant as text: `2027-03-28T01:00:00.000000+00:00`."""


def utc(instant: datetime) -> datetime:
    """Return `instant` in UTC.

    Raises:
        ValueError: it has no time zone.
    """
    if instant.tzinfo is None:
        message = f"{instant} has no time zone"
        raise ValueError(message)
    return instant.astimezone(UTC)


class UtcTime(TypeDecorator[datetime]):
    """An instant: UTC in and out, `timestamptz` in PostgreSQL, fixed-width ISO text (which sorts by time) in SQLite."""

    impl = String(INSTANT_LENGTH).with_variant(TIMESTAMP(timezone=True), "postgresql")
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """Return what the driver stores.

        Raises:
            ValueError: `value` has no time zone.
        """
        if value is None:
            return None
        instant = utc(value)
        return instant if dialect.name == "postgresql" else instant.isoformat(timespec="microseconds")

    def process_result_value(self, value: datetime | str | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC."""
        del dialect
        if value is None:
            return None
        return (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(UTC)


class Row(SQLModel):
    """Base of all row classes: `PlanLineRow` defines table `plan_line`; rows define tables and nothing else."""

    metadata = METADATA

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805  # pyright: ignore[reportIncompatibleVariableOverride] - SQLAlchemy's way
        """Name of the table, from the name of the class."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__.removesuffix("Row")).lower()


def table_of(row: type[Row]) -> Table:
    """Return the Core table of a row class; everything but the definition is done with that."""
    return METADATA.tables[str(row.__tablename__)]


def one_of(column: str, words: type[Enum] | tuple[str, ...]) -> CheckConstraint:
    """Return the constraint that `column` holds one of `words`."""
    values = words if isinstance(words, tuple) else tuple(str(word.value) for word in words)
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def holds(condition: str, name: str) -> CheckConstraint:
    """Return the constraint that `condition` is never false; `name` says what it keeps out."""
    return CheckConstraint(condition, name=name)
