"""The command as a user runs it: arguments in, exit code and words out; a site with data, a controller that answers."""

import json
import shutil
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn

from dispenser.app.intake import accept_bundle
from dispenser.app.machines import capabilities_document
from dispenser.app.site import confirm_clock
from dispenser.cli import run
from dispenser.config import load
from dispenser.main import services_of
from dispenser.store.session import Database
from dispenser.web.app import create_app
from tests.support.cli import Command, Ended, settings
from tests.support.fhir import bundle, patient, request
from tests.support.pharmacy import M1, Pharmacy
from tests.support.world import VirtualClock


@pytest.fixture
def dispenser(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run `dispenser` with some arguments."""

    def call(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["dispenser", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            run()
        out, err = capsys.readouterr()
        code = ended.value.code
        assert code is None or isinstance(code, int)
        return Ended(code or 0, out, err)

    return call


@pytest.fixture(scope="session")
def supplied_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with one machine that has answered and one citizen who takes a tablet morning and evening."""
    folder = tmp_path_factory.mktemp("supplied")
    file = folder / "supplied.db"
    shutil.copyfile(migrated_file, file)
    with Database.open(f"sqlite:///{file}") as database:
        pharmacy = Pharmacy(database, VirtualClock())
        # Catalogue and rules of these settings are for demonstration, so the machine is a simulated one.
        simulated = replace(pharmacy.capabilities(M1), vendor="dosisfleet")
        with database.write() as tx:
            tx.machines.set_capabilities(M1, capabilities_document(simulated))
    services = services_of(load(settings(folder, f"sqlite:///{file}")))
    with services.database:
        body = json.dumps(bundle(patient(), request())).encode()
        assert accept_bundle(services, body, "test").status == 200
        confirm_clock(services, "A. Holm", "what is above was recorded in a time of its own")
    return file


@pytest.fixture
def site(supplied_file: Path, tmp_path: Path) -> Path:
    """Settings of a site with a citizen in group `default`, ready to be planned."""
    shutil.copyfile(supplied_file, tmp_path / "dispenser.db")
    return settings(tmp_path, f"sqlite:///{tmp_path / 'dispenser.db'}")


@pytest.fixture
def store(site: Path) -> Iterator[Database]:
    """The site's database, for a look behind the command."""
    with Database.open(f"sqlite:///{site.parent / 'dispenser.db'}") as database:
        yield database


@pytest.fixture
def controller(site: Path) -> Iterator[str]:
    """URL of a controller of the site that answers."""
    services = services_of(load(site))
    server = uvicorn.Server(uvicorn.Config(create_app(services), log_level="warning", access_log=False))
    with services.database, socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
