"""What all repositories do with a connection."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Connection, Delete, Executable, Insert, RowMapping, Select, Update

Name = TypeVar("Name")
CHUNK = 500
"""Names in one `IN` list; SQLite and PostgreSQL both bound the number of parameters."""


class Repository:
    """Statements on the transaction's connection; every subclass is one family of tables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _one(self, statement: Executable, **values: object) -> RowMapping | None:
        """Return the only row, or None; `values` are those of the statement's named parameters."""
        return self._connection.execute(statement, values or None).mappings().one_or_none()

    def _all(self, statement: Executable, **values: object) -> Sequence[RowMapping]:
        return self._connection.execute(statement, values or None).mappings().all()

    def _count(self, statement: Select[int]) -> int:
        return self._connection.execute(statement).scalar_one()

    def _run(self, statement: Insert | Update | Delete, **values: object) -> int:
        """Run and return how many rows it changed."""
        return self._connection.execute(statement, values or None).rowcount

    def _moved(self, statement: Update, **values: object) -> bool:
        """Run a compare-and-set and return whether it was this caller who moved the row."""
        return self._run(statement, **values) == 1

    def _bulk(self, statement: Insert, rows: Sequence[Mapping[str, object]]) -> None:
        """Insert all `rows` with one executemany; no rows, no statement."""
        if rows:
            self._connection.execute(statement, rows)


def chunks(names: Sequence[Name]) -> Iterator[Sequence[Name]]:
    """Yield `names` in pieces that fit into one statement."""
    for start in range(0, len(names), CHUNK):
        yield names[start : start + CHUNK]
