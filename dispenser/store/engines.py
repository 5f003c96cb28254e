"""Engines for both databases: durability that is read back, explicit transactions, and errors in the store's words."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import psycopg
from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from dispenser.store.errors import (
    AppendOnlyError,
    BusyError,
    ConflictError,
    DatabaseUnreachableError,
    DatabaseUnsafeError,
    DatabaseUnwritableError,
    ReadOnlyError,
    StoreError,
    UnsupportedUrlError,
)
from safety.findings import Finding
from safety.site_checks import check_postgresql, check_sqlite

BUSY_TIMEOUT_MS = 10_000
MOST_READERS = 60
"""Snapshots open at once: more than the threads that serve the panel."""
SPOILED = "spoiled"
"""Key in a connection's `info`: a statement of the running transaction has failed."""
_SQLITE_ERRORS: tuple[tuple[str, type[StoreError]], ...] = (
    ("SQLITE_CONSTRAINT_TRIGGER", AppendOnlyError),
    ("SQLITE_CONSTRAINT", ConflictError),
    ("SQLITE_BUSY", BusyError),
    ("SQLITE_LOCKED", BusyError),
    # Readers are set to query only; a file that may not be written has already been refused by `check`.
    ("SQLITE_READONLY", ReadOnlyError),
    ("SQLITE_CANTOPEN", DatabaseUnwritableError),
    ("SQLITE_PERM", DatabaseUnwritableError),
    ("SQLITE_FULL", DatabaseUnwritableError),
    ("SQLITE_NOTADB", DatabaseUnreachableError),
    ("SQLITE_CORRUPT", DatabaseUnreachableError),
    ("SQLITE_IOERR", DatabaseUnreachableError),
)
"""First prefix of the driver's error name that fits, and what the store calls it."""
_RESTRICT_VIOLATION = "23001"
_READ_ONLY_TRANSACTION = "25006"


def url_of(text: str) -> URL:
    """Return the URL with the driver that the store uses.

    Raises:
        UnsupportedUrlError: neither `sqlite:///FILE` nor `postgresql://...`.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        message = f"{text!r} is not a database URL"
        raise UnsupportedUrlError(message) from None
    backend = url.get_backend_name()
    if backend == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and url.database and url.database != ":memory:":
        return url.set(drivername="sqlite")
    message = f"{url.render_as_string()} is neither sqlite:///FILE nor postgresql://HOST/DATABASE"
    raise UnsupportedUrlError(message)


def file_of(url: URL) -> Path | None:
    """Return the file of an SQLite URL, None for a server."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def engine_for(url: URL, *, writing: bool) -> Engine:
    """Return an engine whose transactions write, or one whose transactions are snapshots that cannot.

    SQLite: WAL, synchronous FULL, BEGIN IMMEDIATE to write, query_only to read. PostgreSQL: READ COMMITTED to write
    (compare-and-set moves, unique indexes and row locks decide races), REPEATABLE READ READ ONLY to read.
    """
    pool = {"pool_size": 1, "max_overflow": 0} if writing else {"pool_size": 5, "max_overflow": MOST_READERS - 5}
    if file_of(url) is None:
        engine = create_engine(
            url,
            **pool,
            pool_pre_ping=True,
            isolation_level="READ COMMITTED" if writing else "REPEATABLE READ",
            execution_options={"postgresql_readonly": not writing},
            hide_parameters=True,
        )
        event.listen(engine, "connect", _prove_durable_server)
    else:
        engine = create_engine(url, **pool, hide_parameters=True)
        event.listen(engine, "connect", _prepare_writer if writing else _prepare_reader)
        event.listen(engine, "begin", _begin_immediate if writing else _begin_deferred)
    event.listen(engine, "handle_error", _translate)
    return engine


def _prepare_writer(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    _prepare(connection, query_only=False)


def _prepare_reader(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    _prepare(connection, query_only=True)


def _prepare(connection: sqlite3.Connection, *, query_only: bool) -> None:
    # The sqlite3 module must not open transactions by itself: every one is begun in the open, below.
    connection.isolation_level = None
    # SQLite's own knows ASCII only; names have æ, ø and å.
    connection.create_function("lower", 1, str.lower, deterministic=True)
    cursor = connection.cursor()
    try:
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        journal_mode = _answer(cursor, "PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        # INSERT OR REPLACE deletes rows; only with this do the triggers of append-only tables see it.
        cursor.execute("PRAGMA recursive_triggers = ON")
        cursor.execute(f"PRAGMA query_only = {'ON' if query_only else 'OFF'}")
        answers = {name: _answer(cursor, f"PRAGMA {name}") for name in ("synchronous", "foreign_keys")}
    finally:
        cursor.close()
    _require_durable(check_sqlite({"journal_mode": journal_mode, **answers}))


def _require_durable(findings: Sequence[Finding]) -> None:
    if findings:
        raise DatabaseUnsafeError("; ".join(f"{one.code.id} {one.text('en')} {one.fix('en')}" for one in findings))


def _answer(cursor: sqlite3.Cursor, pragma: str) -> str | int | None:
    row: tuple[str | int, ...] | None = cursor.execute(pragma).fetchone()
    return row[0] if row else None


def _prove_durable_server(connection: psycopg.Connection[tuple[str, str]], _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    try:
        cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
        fsync, synchronous_commit = cursor.fetchone() or ("", "")
    finally:
        cursor.close()
        connection.rollback()
    _require_durable(check_postgresql({"fsync": fsync, "synchronous_commit": synchronous_commit}))


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _translate(context: ExceptionContext) -> None:
    """Raise the store's error in place of the driver's, wherever a statement fails."""
    if context.is_pre_ping:
        # A connection that died while idle is replaced by the pool without a word.
        return
    original = context.original_exception
    if context.connection is not None and not context.connection.invalidated:
        context.connection.info[SPOILED] = True
    translated: StoreError | None = None
    if isinstance(original, sqlite3.Error):
        translated = _of_sqlite(original)
    elif isinstance(original, psycopg.Error):
        translated = _of_postgresql(original)
    if translated is not None:
        raise translated from original


def _of_sqlite(error: sqlite3.Error) -> StoreError | None:
    name = getattr(error, "sqlite_errorname", "")
    kind = next((kind for prefix, kind in _SQLITE_ERRORS if name.startswith(prefix)), None)
    return kind(str(error)) if kind else None


def _of_postgresql(error: psycopg.Error) -> StoreError | None:
    # PostgreSQL quotes the whole row in its details, and rows hold civil numbers: no log may see those.
    message = error.diag.message_primary or str(error).strip()
    error.args = (message,)
    state = error.sqlstate or ""
    if state == _RESTRICT_VIOLATION:
        return AppendOnlyError(message)
    if isinstance(error, psycopg.IntegrityError):
        return ConflictError(message)
    if state == _READ_ONLY_TRANSACTION:
        return ReadOnlyError(message)
    if state.startswith(("40", "55P03")):
        return BusyError(message)
    if isinstance(error, psycopg.OperationalError):
        return DatabaseUnreachableError(message)
    return None
