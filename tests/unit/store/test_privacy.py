"""Errors name constraints, never what was in the row."""

import traceback

import pytest

from dispenser.core.citizen import Identity
from dispenser.store.errors import ConflictError
from dispenser.store.session import Database
from tests.support.stored import GROUP, NOW, citizen, message


def test_a_refused_row_is_not_quoted(database: Database) -> None:
    secret = citizen(identity=Identity("Ingeborg Geheim", "123", NOW.date()))

    def put() -> None:
        with database.write() as tx:
            tx.groups.ensure(GROUP, "Nord")
            tx.citizens.put(secret)

    with pytest.raises(ConflictError) as caught:
        put()
    told = "".join(traceback.format_exception(caught.value))
    assert "civil_number_length" in told
    assert "Geheim" not in told


def test_a_value_that_no_column_takes_is_not_quoted(database: Database) -> None:
    def add() -> None:
        with database.write() as tx:
            tx.inbox.add(message(received_at=NOW.replace(tzinfo=None), body=b"Geheim"))

    with pytest.raises(Exception, match="time zone") as caught:
        add()
    assert "Geheim" not in str(caught.value)
