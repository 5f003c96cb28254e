"""Services over a real database of either kind, with a clock that stands still."""

import pytest

from dispenser.app.services import Services
from dispenser.store.session import Database
from labels.content import LabelSite
from tests.support.medicine import SLOTS, catalogue, product
from tests.support.rules import QUIET
from tests.support.world import VirtualClock

ELTROXIN = "28100020455"


@pytest.fixture
def services(database: Database) -> Services:
    medicines = catalogue(product(ELTROXIN), product("28100009555"))
    site = LabelSite("Apotek", "70 00 00 00", "02000000000008")
    return Services(database, medicines, SLOTS, VirtualClock(), site, (QUIET,))
