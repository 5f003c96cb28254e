"""Batches that are there when closing comes, and when it is taken away again."""

from collections.abc import Iterator

import pytest
from alembic.command import downgrade
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from dispenser.core.batch import BatchState, Closing
from dispenser.store import schema
from dispenser.store.engines import engine_for, url_of
from dispenser.store.errors import ConflictError
from dispenser.store.session import Database
from tests.support.stored import BATCH, NOW, add_batch


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    with Database(empty_url) as database:
        database.migrate()
        with database.write() as tx:
            add_batch(tx, rolls=2)
            assert tx.batches.move(BATCH, BatchState.PLANNED, BatchState.RELEASED, "anna", NOW)
            assert tx.batches.move(BATCH, BatchState.RELEASED, BatchState.PACKED, "M1", NOW)
            assert tx.batches.move(BATCH, BatchState.PACKED, BatchState.CLOSED, "bo", NOW)
            tx.closings.add(BATCH, Closing("bo", NOW), "{}")
    engine = engine_for(url_of(empty_url), writing=True)
    yield engine
    engine.dispose()


def state(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.exec_driver_sql("SELECT state FROM batch").scalar_one())


def test_what_was_closed_is_packed_where_nothing_can_be_closed(engine: Engine, empty_url: str) -> None:
    with engine.begin() as connection:
        downgrade(schema.config_for(connection), "0009")
    assert state(engine) == "packed"
    with (
        pytest.raises((ConflictError, IntegrityError), match="state_known"),
        engine.begin() as connection,
    ):
        connection.exec_driver_sql("UPDATE batch SET state = 'closed'")
    with engine.begin() as connection:
        schema.migrate(connection)
    with Database(empty_url) as database, database.write() as tx:
        assert [len(roll.pouches) > 0 for roll in tx.batches.load(BATCH).rolls] == [True, True]
        assert tx.closings.find(BATCH) is None
        assert tx.batches.move(BATCH, BatchState.PACKED, BatchState.CLOSED, "bo", NOW)
    assert state(engine) == "closed"


def test_a_closed_batch_was_released_and_stays_closed(engine: Engine) -> None:
    for change, why in (
        ("state = 'packed'", "stays closed"),
        ("released_at = NULL, released_by = NULL", "ck_batch_release_dated|release_dated"),
    ):
        with pytest.raises(Exception, match=why), engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE batch SET {change}")  # noqa: S608 - constants above
    for change in ("UPDATE closing SET closed_by = 'eve'", "DELETE FROM closing"):
        with pytest.raises(Exception, match=r"append-only|ever deleted"), engine.begin() as connection:
            connection.exec_driver_sql(change)


@pytest.mark.parametrize(
    ("closing", "why"),
    [
        (Closing("", NOW), "signed"),
        (Closing("bo", NOW, "bo", "because"), "second_is_another"),
        (Closing("bo", NOW, "ida"), "second_has_reason"),
        (Closing("bo", NOW, None, "because"), "second_has_reason"),
    ],
)
def test_a_signature_is_whole(empty_url: str, closing: Closing, why: str) -> None:
    with Database(empty_url) as database:
        database.migrate()
        with database.write() as tx:
            add_batch(tx)
        with pytest.raises(ConflictError, match=why), database.write() as tx:
            tx.closings.add(BATCH, closing, "{}")
