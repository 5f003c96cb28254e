"""The proof and the signature under a packed batch: in both languages, for a finger, and without script."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dispenser.app.release import release_batch
from dispenser.core.acute import Acute
from dispenser.core.batch import BatchState
from dispenser.core.ids import BatchId, RollId
from dispenser.store.records import DiscardRecord
from dispenser.store.session import Database
from hal.clock import SystemClock
from tests.support.packing import pack_all
from tests.support.pharmacy import WHO, Pharmacy, line
from tests.support.screen import Looker, Server, barriers, too_small

WIDTHS = (640, 800, 1280, 1920)


@pytest.fixture
def server(migrated_file: Path, tmp_path: Path) -> Iterator[Server]:
    """A pharmacy with one packed batch of one roll."""
    file = tmp_path / "packed.db"
    shutil.copyfile(migrated_file, file)
    with Database.open(f"sqlite:///{file}") as database:
        pharmacy = Pharmacy(database, SystemClock())
        pharmacy.citizen(1, line("a"))
        release_batch(pharmacy.services, pharmacy.batch().batch_id, WHO)
        pack_all(pharmacy)
        running = Server(pharmacy)
        running.start()
        yield running
        running.stop()


def state(server: Server) -> BatchState:
    with server.hall.services.database.read() as tx:
        return tx.batches.get(BatchId("000001")).state


def discard(server: Server) -> None:
    services = server.hall.services
    with services.database.write() as tx:
        record = DiscardRecord(RollId("0000010001"), 2, services.clock.now(), "recall", "lot X", Acute.CHANGE)
        tx.discards.add([record])


@pytest.mark.parametrize("language", ["da-DK", "en-GB"])
def test_the_proof_has_no_barriers(sit_down: Callable[..., Looker], server: Server, language: str) -> None:
    discard(server)
    looker = sit_down(language=language)
    for path in ("/batches/000001", "/batches/000001/proof"):
        page = looker.open(path)
        assert barriers(page) == []
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert too_small(page) == [], (path, width)
    for box in page.evaluate("[...document.querySelectorAll('.primary')].map((one) => one.offsetHeight)"):
        assert box >= 64
    assert looker.violations() == []


def test_a_batch_is_proven_and_closed_without_script(sit_down: Callable[..., Looker], server: Server) -> None:
    page = sit_down(script=False).open("/batches/000001")
    page.get_by_role("link", name="Udregn beviset").click()
    expect(page.get_by_text("Intet modsiger noget andet.")).to_be_visible()
    page.get_by_label("Dit navn eller dine initialer").fill("Bo Lund")
    page.get_by_label("Jeg har set beviset og dets fund").check()
    page.get_by_role("button", name="Afslut pakkebatch 000001").click()
    expect(page.locator(".lead")).to_have_text("Bevist og afsluttet")
    assert state(server) is BatchState.CLOSED
    page.get_by_role("link", name="Bevis", exact=True).click()
    expect(page.get_by_text("Bo Lund")).to_be_visible()


def test_why_a_batch_was_not_closed_is_said_where_the_eye_goes(looker: Looker, server: Server) -> None:
    page = looker.open("/batches/000001/proof")
    page.get_by_label("Dit navn eller dine initialer").fill(WHO)
    page.get_by_label("Jeg har set beviset og dets fund").check()
    page.get_by_role("button", name="Afslut pakkebatch 000001").click()
    problems = page.locator(".problems")
    expect(problems).to_contain_text("kan ikke også afslutte den")
    expect(problems).to_be_focused()
    assert state(server) is BatchState.PACKED
    looker.complaints[:] = [text for text in looker.complaints if "409" not in text]
