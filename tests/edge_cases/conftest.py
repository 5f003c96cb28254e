"""A pharmacy with an SQLite database of its own for every case."""

from collections.abc import Iterator

import pytest

from dispenser.store.session import Database
from tests.support.counter import Counter, SetClock
from tests.support.pharmacy import Fresh


@pytest.fixture
def counter(fresh: Fresh) -> Iterator[Counter]:
    """The pharmacy on the morning of Sunday 22 November 2026."""
    with fresh("sqlite") as url, Database.open(url) as database:
        yield Counter(database, SetClock())
