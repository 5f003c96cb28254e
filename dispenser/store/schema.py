"""The shape of the data: which revision it has, which one this program needs, and how it gets there."""

import os
from collections.abc import Mapping
from pathlib import Path

from alembic.command import downgrade, upgrade
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, func, inspect, select, table

from dispenser.store.errors import (
    DatabaseMissingError,
    DatabaseNewerError,
    DatabaseOutdatedError,
    DatabaseUnwritableError,
    RowsLostError,
)
from safety.site_checks import check_upgrade

_SCRIPTS = Path(__file__).parent / "migrations"
_VERSION_TABLE = "alembic_version"
_MIGRATION_LOCK = 7_271_001
"""PostgreSQL advisory lock that lets one process migrate at a time."""


def config_for(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration over the migrations that are packaged beside this file."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def migrate(connection: Connection, revision: str = "head") -> None:
    """Bring the data to `revision` inside the connection's transaction; does nothing when it is there already.

    Raises:
        DatabaseNewerError: the data has a revision that this program does not know.
        RowsLostError: the way there would lose rows; nothing was changed.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
    found = _revision(connection)
    _refuse_newer(found)
    before = _rows(connection) if found is not None and found != _head() else {}
    upgrade(config_for(connection), revision)
    _require_rows_kept(before, _rows(connection) if before else {})


def unmake(connection: Connection) -> None:
    """Take every table away again, inside the connection's transaction: all data is lost."""
    downgrade(config_for(connection), "base")


def check_revision(connection: Connection, where: str) -> None:
    """Return when the data has the shape this program needs.

    Raises:
        DatabaseMissingError: no tables; `where` says at which URL.
        DatabaseOutdatedError: an older shape.
        DatabaseNewerError: a shape from a newer program.
    """
    revision = _revision(connection)
    if revision is None:
        message = f"no data at {where} yet; run `dispenser migrate`"
        raise DatabaseMissingError(message)
    _refuse_newer(revision)
    head = _head()
    if revision != head:
        message = f"the data at {where} has shape {revision}, this program needs {head}; run `dispenser migrate`"
        raise DatabaseOutdatedError(message)


def _head() -> str | None:
    return ScriptDirectory.from_config(config_for()).get_current_head()


def _rows(connection: Connection) -> dict[str, int]:
    """Return how many rows every table has."""
    tables = [name for name in inspect(connection).get_table_names() if name != _VERSION_TABLE]
    return {name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in tables}


def _require_rows_kept(before: Mapping[str, int], after: Mapping[str, int]) -> None:
    findings = check_upgrade(before, after)
    if findings:
        raise RowsLostError("; ".join(f"{one.code.id} {one.text('en')} {one.fix('en')}" for one in findings))


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSION_TABLE):
        return None
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_newer(revision: str | None) -> None:
    if revision is None:
        return
    try:
        ScriptDirectory.from_config(config_for()).get_revision(revision)
    except CommandError:
        message = f"the data has shape {revision}, made by a newer program; install that program or restore a backup"
        raise DatabaseNewerError(message) from None


def check_file(file: Path, *, may_create: bool) -> None:
    """Return when an SQLite file can be opened for writing, with its `-wal` and `-shm` companions beside it.

    Raises:
        DatabaseMissingError: no such file, and it may not be created now.
        DatabaseUnwritableError: file or folder is read-only for this user, or the folder cannot be made.
    """
    if may_create:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"folder {file.parent} cannot be made: {error.strerror}"
            raise DatabaseUnwritableError(message) from error
    try:
        exists = file.exists()
    except OSError as error:
        message = f"{file} cannot be reached: {error.strerror}"
        raise DatabaseUnwritableError(message) from error
    if file.is_dir():
        message = f"{file} is a folder; name a file in it"
        raise DatabaseUnwritableError(message)
    if not exists and not may_create:
        message = f"no data at {file} yet; run `dispenser migrate`"
        raise DatabaseMissingError(message)
    if not _may_write(file.parent):
        message = f"folder {file.parent} is not writable for this user; the database needs files beside its own"
        raise DatabaseUnwritableError(message)
    if exists and not _may_write(file):
        message = f"file {file} is not writable for this user"
        raise DatabaseUnwritableError(message)


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
