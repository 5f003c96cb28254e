"""One database, and transactions on it: many readers on snapshots, one writer."""

import shutil
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from sqlalchemy import Connection

from dispenser.store import schema
from dispenser.store.alerts import Alerts
from dispenser.store.audit import Audit
from dispenser.store.batches import Batches
from dispenser.store.board import Board
from dispenser.store.citizens import Citizens
from dispenser.store.closings import Closings
from dispenser.store.desks import Desks
from dispenser.store.discards import Discards
from dispenser.store.engines import SPOILED, engine_for, file_of, url_of
from dispenser.store.errors import NestedWriteError, SpoiledTransactionError
from dispenser.store.fills import Fills
from dispenser.store.groups import Groups
from dispenser.store.inbox import Inbox
from dispenser.store.jobs import Jobs
from dispenser.store.journal import Journal
from dispenser.store.machines import Machines
from dispenser.store.notes import Notes
from dispenser.store.overrides import Overrides
from dispenser.store.plans import Plans
from dispenser.store.resources import Resources
from dispenser.store.rule_packs import RulePacks
from dispenser.store.slot_tables import SlotTables
from dispenser.store.staff import Staff
from dispenser.store.traces import Traces


class Transaction:
    """One transaction, seen through one repository per family; of no use after its block has ended."""

    def __init__(self, connection: Connection) -> None:
        self.inbox = Inbox(connection)
        self.citizens = Citizens(connection)
        self.resources = Resources(connection)
        self.plans = Plans(connection)
        self.groups = Groups(connection)
        self.slot_tables = SlotTables(connection)
        self.rule_packs = RulePacks(connection)
        self.notes = Notes(connection)
        self.staff = Staff(connection)
        self.alerts = Alerts(connection)
        self.overrides = Overrides(connection)
        self.batches = Batches(connection)
        self.rolls = self.batches
        """Rolls live in their batches: the same repository under the other name."""
        self.closings = Closings(connection)
        self.jobs = Jobs(connection)
        self.discards = Discards(connection)
        self.fills = Fills(connection)
        self.traces = Traces(connection)
        self.machines = Machines(connection)
        self.journal = Journal(connection)
        self.desks = Desks(connection)
        self.audit = Audit(connection)
        self.board = Board(connection)


class Database:
    """Connections to one database; safe to share between threads.

    `url` is `sqlite:///FILE` or `postgresql://...`. Nothing is opened before the first use; `open` also checks.

    Raises:
        UnsupportedUrlError: any other URL.
    """

    def __init__(self, url: str) -> None:
        self._url = url_of(url)
        self._file = file_of(self._url)
        self._writer = engine_for(self._url, writing=True)
        self._reader = engine_for(self._url, writing=False)
        self._lock = threading.Lock()
        self._owner: int | None = None

    @classmethod
    def open(cls, url: str) -> Self:
        """Return the database at `url` after `check`.

        Raises:
            DatabaseError: whatever `check` found; nothing stays open.
        """
        database = cls(url)
        try:
            database.check()
        except BaseException:
            database.close()
            raise
        return database

    @property
    def where(self) -> str:
        """The URL, with a password blotted out."""
        return self._url.render_as_string(hide_password=True)

    def check(self) -> None:
        """Return when the data is there, has this program's shape, can be written, and survives a power cut.

        Raises:
            DatabaseMissingError: nothing there yet.
            DatabaseOutdatedError: run `dispenser migrate`.
            DatabaseNewerError: written by a newer program.
            DatabaseUnwritableError: folder or file is read-only.
            DatabaseUnsafeError: the engine does not wait for the disk.
            DatabaseUnreachableError: no server, or no database in the file.
        """
        if self._file is not None:
            schema.check_file(self._file, may_create=False)
        with self._exclusive(), self._writer.begin() as connection:
            schema.check_revision(connection, self.where)

    def migrate(self) -> None:
        """Bring the data to the shape this program needs, in one transaction; makes the file and its folder.

        Raises:
            DatabaseNewerError: written by a newer program.
            DatabaseUnwritableError: folder or file is read-only.
            DatabaseUnsafeError: the engine does not wait for the disk.
            DatabaseUnreachableError: no server, or no database in the file.
        """
        if self._file is not None:
            schema.check_file(self._file, may_create=True)
        with self._exclusive(), self._writer.begin() as connection:
            schema.migrate(connection)

    def free_bytes(self) -> int | None:
        """Return the room that is left where the file lies; None for a server, or while there is no folder yet."""
        folder = self._file.parent if self._file is not None else None
        return shutil.disk_usage(folder).free if folder is not None and folder.is_dir() else None

    def damage(self) -> str | None:
        """Return the first thing that the database finds wrong with its own file, None when it is whole, or a server.

        Reads all of the file.
        """
        if self._file is None:
            return None
        with self._reader.connect() as connection:
            answer = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
        return None if answer == "ok" else answer

    @contextmanager
    def read(self) -> Generator[Transaction]:
        """Give a transaction that sees one unchanging state of the data and can write nothing."""
        with self._reader.connect() as connection, connection.begin():
            yield Transaction(connection)

    @contextmanager
    def write(self) -> Generator[Transaction]:
        """Give a transaction that is committed at the end of the block, or rolled back by any exception.

        Threads of this process write one after the other; other processes are kept apart by the database.

        Raises:
            NestedWriteError: this thread writes already.
            BusyError: another process held the lock too long.
            SpoiledTransactionError: the block swallowed an error of the store.
        """
        with self._exclusive(), self._writer.connect() as connection:
            connection.info.pop(SPOILED, None)
            with connection.begin():
                yield Transaction(connection)
                if connection.info.get(SPOILED):
                    # PostgreSQL turns the commit of a failed transaction into a rollback without a word.
                    raise SpoiledTransactionError("a statement failed in this transaction; nothing was written")

    def close(self) -> None:
        """Close all connections; the object can be used again."""
        self._writer.dispose()
        self._reader.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _exclusive(self) -> Generator[None]:
        me = threading.get_ident()
        if self._owner == me:
            raise NestedWriteError("this thread holds the write lock already")
        with self._lock:
            self._owner = me
            try:
                yield
            finally:
                self._owner = None
