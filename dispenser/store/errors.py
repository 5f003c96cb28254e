"""What the store can say.

StoreError
+-- DatabaseError                 the database as a whole cannot be used; raised by `check`, `open` and `migrate`
|   +-- UnsupportedUrlError       neither SQLite file nor PostgreSQL
|   +-- DatabaseMissingError      no data there
|   +-- DatabaseOutdatedError     data of an older program: `dispenser migrate`
|   +-- DatabaseNewerError        data of a newer program
|   +-- DatabaseUnwritableError   folder or file may not be written
|   +-- DatabaseUnsafeError       the engine would lose an acknowledged commit in a power cut
|   +-- RowsLostError             an upgrade would lose rows, and was not done
|   +-- DatabaseUnreachableError  no server answers, or the file is no database
+-- ConflictError                 a constraint of the database said no
|   +-- AppendOnlyError           history was to be changed
+-- BusyError                     another process held the write lock for too long
+-- ReadOnlyError                 a write inside `read()`
+-- NestedWriteError              `write()` inside `write()` of the same thread
+-- SpoiledTransactionError       a statement failed, the block went on, and so nothing was committed
+-- NotFoundError                 a name that must exist does not
+-- DamagedRecordError            a stored document is not the one that was hashed
"""


class StoreError(Exception):
    """Anything that the store raises on purpose."""


class DatabaseError(StoreError):
    """The database as a whole cannot be used."""


class UnsupportedUrlError(DatabaseError):
    """The URL names neither an SQLite file nor a PostgreSQL server."""


class DatabaseMissingError(DatabaseError):
    """There is no data at the URL yet."""


class DatabaseOutdatedError(DatabaseError):
    """The data has an older shape than this program works with."""


class DatabaseNewerError(DatabaseError):
    """The data has a shape that this program does not know."""


class DatabaseUnwritableError(DatabaseError):
    """The folder or the file may not be written."""


class DatabaseUnsafeError(DatabaseError):
    """The engine is set so that a power cut loses commits it has acknowledged."""


class RowsLostError(DatabaseError):
    """An upgrade of the data would lose rows, so it was taken back."""


class DatabaseUnreachableError(DatabaseError):
    """No server answers, or what is there is no database."""


class ConflictError(StoreError):
    """A constraint of the database refused a write; nothing of the transaction remains."""


class AppendOnlyError(ConflictError):
    """A row of history was to be changed or deleted."""


class BusyError(StoreError):
    """Another process held the write lock for longer than the time-out; nothing was written."""


class ReadOnlyError(StoreError):
    """A write was tried inside `Database.read()`."""


class NestedWriteError(StoreError):
    """The thread that asks for the write lock holds it already."""


class SpoiledTransactionError(StoreError):
    """A statement had failed and its error was swallowed; the transaction was rolled back, not committed."""


class NotFoundError(StoreError):
    """Nothing is stored under this name."""


class DamagedRecordError(StoreError):
    """A stored document does not give the digest that was stored beside it."""
