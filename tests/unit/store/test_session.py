"""Transactions: one writer, snapshots to read, nothing by halves, and errors that say what to do."""

import os
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from dispenser.store import engines
from dispenser.store.errors import (
    BusyError,
    ConflictError,
    DatabaseMissingError,
    DatabaseUnreachableError,
    DatabaseUnsafeError,
    DatabaseUnwritableError,
    NestedWriteError,
    ReadOnlyError,
    SpoiledTransactionError,
    StoreError,
    UnsupportedUrlError,
)
from dispenser.store.session import Database
from tests.support.stored import GROUP, M1, add_machines, message

Fresh = Callable[[str], AbstractContextManager[str]]
NOBODY = 65534
ORPHAN = (
    "INSERT INTO period VALUES "
    "('nord', '2026-01-01', '2026-01-02', '2026-01-01T00:00:00.000000+00:00', 'batched', '000009', NULL, NULL)"
)
"""A period whose batch is missing, which the database notices at the end of the transaction."""


def test_a_write_is_there_after_the_block_and_not_before(database: Database) -> None:
    with database.write() as writing:
        writing.groups.ensure(GROUP, "Nord")
        with database.read() as reading:
            assert reading.groups.all() == ()
    with database.read() as reading:
        assert [group.name for group in reading.groups.all()] == ["Nord"]


def test_any_exception_rolls_everything_back(database: Database) -> None:
    def fail() -> None:
        with database.write() as tx:
            tx.groups.ensure(GROUP, "Nord")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    with database.write() as tx:
        assert tx.groups.all() == ()


def test_a_reader_sees_one_state_to_the_end(database: Database) -> None:
    with database.read() as reading:
        assert reading.groups.all() == ()
        with database.write() as writing:
            writing.groups.ensure(GROUP, "Nord")
        assert reading.groups.all() == ()


def test_a_reader_cannot_write(database: Database) -> None:
    with database.read() as tx, pytest.raises(ReadOnlyError):
        tx.groups.ensure(GROUP, "Nord")


def test_a_write_inside_a_write_of_the_same_thread_is_an_error(database: Database) -> None:
    with database.write() as outer:
        outer.groups.ensure(GROUP, "Nord")
        for again in (lambda: database.write().__enter__(), database.check, database.migrate):
            with pytest.raises(NestedWriteError):
                again()
    with database.write() as tx:
        assert len(tx.groups.all()) == 1


def test_writers_of_one_process_wait_for_each_other(database: Database) -> None:
    with database.write() as tx:
        tx.machines.configure(M1, "x")
    taken: list[int] = []

    def take() -> None:
        for _ in range(10):
            with database.write() as tx:
                taken.append(tx.machines.take_order_number(M1))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken == list(range(1, 41))


def test_a_swallowed_error_never_becomes_a_commit(database: Database) -> None:
    def swallow() -> None:
        with database.write() as tx:
            tx.inbox.add(message("first"))
            tx.groups.ensure(GROUP, "Nord")
            with suppress(ConflictError):
                tx.inbox.add(message("first"))

    with pytest.raises(SpoiledTransactionError):
        swallow()
    with database.write() as tx:
        assert tx.inbox.newest(9) == ()
        tx.inbox.add(message("first"))


def test_a_closed_database_can_be_used_again(database: Database) -> None:
    database.close()
    with database.write() as tx:
        add_machines(tx)


def test_another_process_that_writes_makes_us_wait_and_then_say_so(tmp_path: Path) -> None:
    with Database(f"sqlite:///{tmp_path / 'x.db'}") as database:
        database.migrate()
        with database._writer.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 10")
        other = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BusyError), database.write():
            pass
        other.execute("COMMIT")
        other.close()
        with database.write() as tx:
            tx.groups.ensure(GROUP, "Nord")


def test_an_error_at_commit_is_the_stores_own(database: Database) -> None:
    def commit_without_batch() -> None:
        with database.write() as tx:
            tx.groups.ensure(GROUP, "Nord")
            tx.plans._connection.execute(text(ORPHAN))

    with pytest.raises(ConflictError):
        commit_without_batch()
    with database.read() as tx:
        assert tx.groups.all() == ()


# -- Durability ------------------------------------------------------------------------------------------------
def test_sqlite_waits_for_the_disk_on_every_connection(tmp_path: Path) -> None:
    with Database(f"sqlite:///{tmp_path / 'x.db'}") as database:
        database.migrate()
        for engine in (database._writer, database._reader):
            with engine.connect() as connection:
                read = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS}
            assert read == PRAGMAS


PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1, "busy_timeout": 10_000}


def test_an_sqlite_without_write_ahead_log_is_refused() -> None:
    connection = sqlite3.connect(":memory:")
    with pytest.raises(DatabaseUnsafeError, match="wal"):
        engines._prepare(connection, query_only=False)
    connection.close()


@pytest.mark.postgres
def test_a_postgresql_that_does_not_wait_for_the_disk_is_refused(postgresql: str, migrated_template: str) -> None:
    url = postgresql.replace("/postgres?", f"/{migrated_template}?")
    assert url != postgresql
    with Database(url) as database:
        database.check()
        with database._writer.begin() as connection:
            connection.exec_driver_sql(f"ALTER DATABASE {migrated_template} SET synchronous_commit = off")
        database.close()
        try:
            with pytest.raises(DatabaseUnsafeError, match="synchronous_commit"):
                database.check()
        finally:
            database.close()
            with psycopg.connect(postgresql, autocommit=True) as connection:
                connection.execute(f"ALTER DATABASE {migrated_template} RESET synchronous_commit".encode())
        database.check()


# -- What `check` and `open` say -------------------------------------------------------------------------------
@pytest.mark.parametrize("url", ["", "x", "sqlite://", "sqlite:///:memory:", "mysql://h/d", "postgresql"])
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(UnsupportedUrlError):
        Database(url)


def test_a_password_is_never_shown() -> None:
    with Database("postgresql://u:secret@h/d") as database:
        assert "secret" not in database.where
        assert database._writer.driver == "psycopg"


def test_open_names_the_command_when_nothing_is_there(empty_url: str) -> None:
    with pytest.raises(DatabaseMissingError, match="dispenser migrate"):
        Database.open(empty_url)


def test_a_file_that_is_no_database_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"not a database at all, " * 100)
    for use in (Database.check, Database.migrate):
        with Database(f"sqlite:///{tmp_path / 'x.db'}") as database, pytest.raises(DatabaseUnreachableError):
            use(database)


def test_a_server_that_does_not_answer_is_told_as_such(tmp_path: Path) -> None:
    with Database(f"postgresql://u@/d?host={tmp_path}") as database, pytest.raises(DatabaseUnreachableError):
        database.check()


@pytest.mark.postgres
def test_connections_that_the_server_cut_are_replaced(fresh: Fresh, postgresql: str) -> None:
    cut = (
        b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test%' AND pid <> pg_backend_pid()"
    )

    def lose_the_server(database: Database) -> None:
        with database.write() as tx, psycopg.connect(postgresql) as server:
            tx.groups.ensure(GROUP, "Nord")
            server.execute(cut)
            tx.machines.configure(M1, "x")

    with fresh("postgresql") as url, Database.open(url) as database:
        with database.read() as tx:
            assert tx.groups.all() == ()
        with psycopg.connect(postgresql) as server:
            server.execute(cut)
        with database.read() as tx:
            assert tx.groups.all() == ()
        with pytest.raises(DatabaseUnreachableError):
            lose_the_server(database)
        with database.write() as tx:
            assert tx.groups.all() == ()


@contextmanager
def as_nobody() -> Iterator[Path]:
    """A folder that anybody may write to, as a user that is not almighty."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        is_root = os.geteuid() == 0
        if is_root:
            os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            if is_root:
                os.seteuid(0)


def _migrated(folder: Path) -> Database:
    folder.mkdir()
    database = Database(f"sqlite:///{folder / 'x.db'}")
    database.migrate()
    return database


def _read_only_file(folder: Path) -> None:
    (folder / "x.db").chmod(0o444)


def _read_only_folder(folder: Path) -> None:
    folder.chmod(0o555)


@pytest.mark.parametrize("spoil", [_read_only_file, _read_only_folder])
def test_a_read_only_database_is_told_as_such(spoil: Callable[[Path], None]) -> None:
    with as_nobody() as folder, _migrated(folder / "data") as database:
        database.check()
        database.close()
        spoil(folder / "data")
        for use in (database.check, database.migrate):
            with pytest.raises(DatabaseUnwritableError, match="not writable"):
                use()
        (folder / "data").chmod(0o755)


def test_a_folder_that_cannot_be_made_is_told_as_such() -> None:
    with as_nobody() as folder:
        (folder / "file").write_text("in the way")
        with Database(f"sqlite:///{folder}/file/deeper/x.db") as database, pytest.raises(DatabaseUnwritableError):
            database.migrate()
        with Database(f"sqlite:///{folder}/file/x.db") as database, pytest.raises(StoreError):
            database.check()
