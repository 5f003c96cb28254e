"""Pouches to discard on a screen: found, ticked with a glove, signed for; with script and without."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dispenser.core.ids import CitizenId
from dispenser.store.session import Database
from hal.clock import SystemClock
from tests.support.hall import busy_hall
from tests.support.pharmacy import stop_last_line
from tests.support.screen import Looker, Server, barriers, too_small

BEFORE = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
"""When the plan changed: before the first pouch was to be taken."""
BADGE = '[data-live="fleet.discard_calls"]'


@pytest.fixture(scope="module")
def changed(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A hall of its own in which a packed roll has seven pouches for the night too many."""
    file = tmp_path_factory.mktemp("discards") / "hall.db"
    shutil.copyfile(migrated_file, file)
    with Database.open(f"sqlite:///{file}") as database:
        running = Server(busy_hall(database, SystemClock()))
        stop_last_line(running.hall.services, CitizenId("citizen-2"), BEFORE)
        running.start()
        yield running
        running.stop()


@pytest.mark.parametrize("path", ["/discards", "/rolls/0000010002"])
def test_a_page_with_discards_has_no_barriers_and_fits(
    sit_down: Callable[..., Looker], changed: Server, path: str
) -> None:
    looker = sit_down()
    looker.address = changed.address
    page = looker.open(path)
    assert barriers(page) == []
    for width in (640, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert too_small(page) == [], width
    if path != "/discards":
        expect(page.locator("#pouch-4 .contents")).to_have_css("text-decoration-line", "line-through")
        expect(page.locator("#pouch-3 .contents")).to_have_css("text-decoration-line", "none")
    assert looker.violations() == []


def test_a_technician_signs_for_what_is_destroyed_without_script_and_every_screen_counts_it(
    sit_down: Callable[..., Looker], changed: Server
) -> None:
    wall, tablet = sit_down(), sit_down(script=False)
    wall.address = tablet.address = changed.address
    board = wall.open("/")
    expect(board.locator(BADGE)).to_have_text("7")
    page = tablet.open("/")
    page.get_by_role("link", name="Kasseres").first.click()
    page.get_by_label("Nr. 4 af 28").check()
    page.get_by_label("Dit navn eller dine initialer").fill("Åse Holm")
    page.get_by_role("button", name="Notér som fundet og destrueret").click()
    expect(page.get_by_label("Nr. 4 af 28")).to_have_count(0)
    expect(page.get_by_role("checkbox")).to_have_count(6)
    expect(board.locator(BADGE)).to_have_text("6")
    expect(board.locator('[data-live="fleet.discards"]')).to_have_text("6")
