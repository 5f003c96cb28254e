"""The migrations are the tables: up, down, and no difference to what the row classes say."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from dispenser.core.ids import JobId
from dispenser.store import schema
from dispenser.store.engines import engine_for, url_of
from dispenser.store.errors import DatabaseMissingError, DatabaseNewerError, DatabaseOutdatedError
from dispenser.store.session import Database
from dispenser.store.tables import METADATA
from tests.support.stored import M1, M2, NOW, add_batch, job, roll_id, send


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    with Database(empty_url) as database:
        if database._file is not None:
            database._file.parent.mkdir()
    engine = engine_for(url_of(empty_url), writing=True)
    yield engine
    engine.dispose()


def _shape(engine: Engine) -> dict[str, object]:
    """Everything that the database itself says about its tables."""
    look = inspect(engine)
    return {
        table: {
            "columns": [
                (column["name"], str(column["type"]), column["nullable"]) for column in look.get_columns(table)
            ],
            "key": look.get_pk_constraint(table),
            "checks": sorted((check["name"] or "", check["sqltext"]) for check in look.get_check_constraints(table)),
            "uniques": sorted(str(unique) for unique in look.get_unique_constraints(table)),
            "references": sorted(str(reference) for reference in look.get_foreign_keys(table)),
            "indexes": sorted(
                (index["name"] or "", str(index["column_names"]), bool(index["unique"]), _predicate(index))
                for index in look.get_indexes(table)
            ),
        }
        for table in look.get_table_names()
        if table != "alembic_version"
    }


def _predicate(index: object) -> str:
    options = index.get("dialect_options", {}) if isinstance(index, dict) else {}
    return str(options.get("sqlite_where", options.get("postgresql_where", "")))


def _things(engine: Engine) -> list[object]:
    """Tables, indexes, triggers and functions that are there; of PostgreSQL checks too."""
    sqlite = "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE '%alembic_version%'"
    postgresql = (
        "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' "
        "UNION ALL SELECT indexname::text FROM pg_indexes "
        "WHERE schemaname = 'public' AND tablename <> 'alembic_version' "
        "UNION ALL SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal "
        "UNION ALL SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
        "UNION ALL SELECT conname::text || pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace AND contype = 'c'"
    )
    with engine.connect() as connection:
        return list(connection.exec_driver_sql(sqlite if engine.dialect.name == "sqlite" else postgresql).scalars())


def test_up_makes_every_table_and_down_leaves_nothing(engine: Engine) -> None:
    with engine.begin() as connection:
        schema.migrate(connection)
    assert set(inspect(engine).get_table_names()) == {*METADATA.tables, "alembic_version"}
    with engine.begin() as connection:
        schema.unmake(connection)
    assert _things(engine) == []
    with engine.begin() as connection:
        schema.migrate(connection)
    assert set(METADATA.tables) < set(inspect(engine).get_table_names())


def test_every_step_can_be_taken_up_and_down(engine: Engine) -> None:
    revisions = [script.revision for script in ScriptDirectory.from_config(schema.config_for()).walk_revisions()]
    shapes: dict[str, list[object]] = {}
    for revision in reversed(revisions):
        with engine.begin() as connection:
            schema.migrate(connection, revision)
        shapes[revision] = _things(engine)
    for after, before in pairwise(revisions):
        assert shapes[after] != shapes[before]
        with engine.begin() as connection:
            schema.downgrade(schema.config_for(connection), before)
        assert sorted(map(str, _things(engine))) == sorted(map(str, shapes[before]))


def test_alembic_finds_no_difference_between_migrations_and_rows(engine: Engine) -> None:
    with engine.begin() as connection:
        schema.migrate(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []


def test_checks_and_partial_indexes_are_those_of_the_rows(engine: Engine) -> None:
    # What autogenerate does not compare.
    METADATA.create_all(engine)
    by_rows = _shape(engine)
    METADATA.drop_all(engine)
    with engine.begin() as connection:
        schema.migrate(connection)
    by_migrations = _shape(engine)
    assert set(by_rows) == set(METADATA.tables)
    assert by_migrations == by_rows
    assert "state" in str(by_rows["job"])


def test_a_failed_migration_leaves_nothing_behind(engine: Engine) -> None:
    def fail() -> None:
        with engine.begin() as connection:
            schema.migrate(connection)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert inspect(engine).get_table_names() == []


def test_check_tells_missing_outdated_and_newer_apart(empty_url: str, engine: Engine) -> None:
    with Database(empty_url) as database:
        with pytest.raises(DatabaseMissingError, match="dispenser migrate"):
            database.check()
        with engine.begin() as connection:
            schema.migrate(connection, "0001")
        with pytest.raises(DatabaseOutdatedError, match="dispenser migrate"):
            database.check()
        database.migrate()
        database.check()
        database.migrate()
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        for refused in (database.check, database.migrate):
            with pytest.raises(DatabaseNewerError, match="newer program"):
                refused()


def test_periods_that_are_there_are_kept_and_have_no_reason(engine: Engine) -> None:
    columns = "group_id, first, last, deadline, state, batch_id"
    period = "'nord', '2026-11-30', '2026-12-27', '2026-11-25T11:00:00.000000+00:00', 'open', NULL"
    with engine.begin() as connection:
        schema.migrate(connection, "0003")
        connection.exec_driver_sql("INSERT INTO packing_group VALUES ('nord', 'Nord')")
        connection.exec_driver_sql(f"INSERT INTO period ({columns}) VALUES ({period})")  # noqa: S608 - constants above
        before = connection.exec_driver_sql(f"SELECT {columns} FROM period").all()  # noqa: S608 - constants above
    with engine.begin() as connection:
        schema.migrate(connection, "0004")
        assert connection.exec_driver_sql(f"SELECT {columns} FROM period").all() == before  # noqa: S608 - constants above
        assert connection.exec_driver_sql("SELECT reason, reason_by FROM period").all() == [(None, None)]
    with engine.begin() as connection:
        schema.downgrade(schema.config_for(connection), "0003")
        assert connection.exec_driver_sql("SELECT * FROM period").all() == before


def test_what_lay_packed_in_void_rolls_stays_out_of_use(empty_url: str, engine: Engine) -> None:
    with Database(empty_url) as database:
        database.migrate()
        with database.write() as tx:
            add_batch(tx, rolls=2)
            for number, machine_id in enumerate((M1, M2), start=1):
                name = JobId(f"j{number}")
                tx.jobs.add(job(name, number, machine_id), [1, 2])
                assert send(tx, name, 5)
                assert tx.jobs.close_pouch(name, 1, "packed", 7, "", NOW)
            tx.batches.void_roll(roll_id(1), "plan revision 2")
    with engine.begin() as connection:
        schema.downgrade(schema.config_for(connection), "0004")
        schema.migrate(connection)
        rows = connection.exec_driver_sql("SELECT roll_id, number, cause, reason FROM discard").all()
    assert [tuple(row) for row in rows] == [(roll_id(1), 1, "plan revision 2", "in a void roll")]
