"""A hall with people, machines and batches behind the web application, fresh for every test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dispenser.app.services import Services
from dispenser.store.session import Database
from dispenser.web.app import create_app
from tests.support.hall import busy_hall, services_over
from tests.support.world import VirtualClock


@pytest.fixture(scope="session")
def busy_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("hall") / "busy.db"
    shutil.copyfile(migrated_file, file)
    with Database(f"sqlite:///{file}") as database:
        busy_hall(database, VirtualClock())
    return file


@pytest.fixture
def services(busy_file: Path, tmp_path: Path) -> Iterator[Services]:
    file = tmp_path / "busy.db"
    shutil.copyfile(busy_file, file)
    with Database.open(f"sqlite:///{file}") as database:
        yield services_over(database, VirtualClock())


@pytest.fixture
def client(services: Services) -> Iterator[TestClient]:
    app = create_app(services, hosts=("panel.apotek.example",))
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False, follow_redirects=False) as opened:
        yield opened
