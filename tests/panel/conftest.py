"""A hall behind a real server on a free port, and Chromium looking at it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from dispenser.core.ids import BatchId, GroupId
from dispenser.store.session import Database
from hal.clock import SystemClock
from tests.support.hall import WEEK, Hall, busy_hall
from tests.support.screen import PATIENCE_MS, Looker, Server

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
VIOLATIONS = """
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def server(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    file = tmp_path_factory.mktemp("panel") / "hall.db"
    shutil.copyfile(migrated_file, file)
    with Database.open(f"sqlite:///{file}") as database:
        running = Server(busy_hall(database, SystemClock()))
        running.start()
        yield running
        running.stop()


@pytest.fixture
def hall(server: Server) -> Hall:
    return server.hall


_groups = iter(range(1, 1_000))


@pytest.fixture
def planned(hall: Hall) -> BatchId:
    """A batch of its own that waits for release."""
    number = next(_groups)
    group = GroupId(f"group-{number}")
    hall.people(group, f"Gruppe {number}", 100 + 10 * number, 2)
    return hall.plan(group, WEEK)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(SWITCHES))
        yield browser
        browser.close()


@pytest.fixture
def sit_down(chromium: Browser, server: Server) -> Iterator[Callable[..., Looker]]:
    """Give a fresh browser profile; what it complains about fails the test at the end."""
    lookers: list[Looker] = []

    def begin(*, width: int = 1280, height: int = 900, language: str = "da-DK", script: bool = True) -> Looker:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale=language, java_script_enabled=script
        )
        context.add_init_script(VIOLATIONS)
        lookers.append(Looker(context, server.address))
        return lookers[-1]

    yield begin
    for looker in lookers:
        complaints = looker.complaints
        looker.context.close()
        assert complaints == []


@pytest.fixture
def looker(sit_down: Callable[..., Looker]) -> Looker:
    return sit_down()
