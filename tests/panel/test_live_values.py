"""Values change under the reader's eyes, and nothing else does."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dispenser.core.ids import BatchId, MachineId
from dispenser.store.session import Database
from hal.clock import SystemClock
from tests.support.hall import Hall, busy_hall
from tests.support.screen import Looker, Server

M1, M3 = MachineId("M1"), MachineId("M3")
TABS = 8
"""More than the six connections that a browser keeps to one server."""


def live(page: Page, key: str) -> str:
    return page.locator(f'[data-live="{key}"]').inner_text()


def advance(hall: Hall, machine: MachineId, page: Page, key: str) -> str:
    """Let the machine pack a pouch, and return the text that then stands on the page."""
    before = live(page, key)
    hall.run(machine, 1_100)
    expect(page.locator(f'[data-live="{key}"]')).not_to_have_text(before)
    return live(page, key)


def test_a_field_changes_without_the_page_being_loaded_again(looker: Looker, hall: Hall) -> None:
    page = looker.open("/")
    page.evaluate("window.mark = 'same page'")
    bar = page.locator('progress[data-live-attrs*="machine.M1"]')
    done = advance(hall, M1, page, "machine.M1.done")
    assert bar.get_attribute("value") == done
    assert page.evaluate("window.mark") == "same page"


def test_state_word_shape_and_tone_change_together(looker: Looker, hall: Hall) -> None:
    page = looker.open("/")
    tile = page.locator(".tile", has_text="M5")
    expect(tile).to_have_attribute("data-tone", "attention")
    hall.look(MachineId("M5"), alarms=(("CANISTER_EMPTY", "bay 2"),))
    expect(tile).to_have_attribute("data-tone", "alarm")
    expect(tile.locator(".band use")).to_have_attribute("href", "#shape-alarm")
    expect(tile.locator(".band")).to_have_text("Kassette tom")
    expect(tile.locator(".action")).to_have_text("Fyld kassetten: plads 2 (Hjertemagnyl 75 mg).")
    hall.look(MachineId("M5"))
    expect(tile).to_have_attribute("data-tone", "attention")


def test_focus_and_a_held_button_survive_updates(looker: Looker, hall: Hall) -> None:
    page = looker.open("/")
    link = page.locator('.tile a[href="/rolls/0000010001"]')
    link.focus()
    page.evaluate("window.focused = document.activeElement")
    for _ in range(3):
        advance(hall, M1, page, "machine.M1.done")
    assert page.evaluate("document.activeElement === window.focused && window.focused.isConnected")


def test_every_slow_press_counts(looker: Looker, hall: Hall) -> None:
    page = looker.open("/")
    page.evaluate(
        """() => {
            window.presses = 0;
            document.querySelector('.tile a[href]').addEventListener("click", (event) => {
                event.preventDefault();
                window.presses += 1;
            });
        }"""
    )
    box = page.locator(".tile a[href]").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for _ in range(6):
        page.mouse.down()
        hall.run(M3, 100)
        page.wait_for_timeout(700)
        page.mouse.up()
    assert page.evaluate("window.presses") == 6


def test_tiles_change_places_only_when_nobody_is_at_the_screen(looker: Looker, hall: Hall) -> None:
    page = looker.open("/")
    names = "[...document.querySelectorAll('.tile h2')].map((one) => one.textContent)"
    page.keyboard.press("Shift")
    hall.look(M3, alarms=(("DOOR_OPEN", ""),))
    expect(page.locator(".tile", has_text="M3")).to_have_attribute("data-tone", "alarm")
    assert page.evaluate(names).index("M3") > 1
    expect(page.locator(".tile h2").nth(1)).to_have_text("M3")
    hall.run(M3, 100)


def test_rolls_and_batches_move_on_their_own_pages(looker: Looker, hall: Hall) -> None:
    batch, roll = looker.open("/batches/000001"), looker.open("/rolls/0000010001")
    packed = advance(hall, M1, roll, "roll.0000010001.packed")
    expect(batch.locator('[data-live="roll.0000010001.packed"]')).to_have_text(packed)


def test_more_tabs_than_connections_are_all_live(looker: Looker) -> None:
    for page in [looker.open("/inbox") for _ in range(TABS)]:
        expect(page.locator(".clock")).not_to_have_text(live(page, "frame.clock"))


def test_live_without_a_shared_worker(looker: Looker, hall: Hall) -> None:
    looker.context.add_init_script("delete window.SharedWorker")
    page = looker.open("/")
    assert page.evaluate("'SharedWorker' in window") is False
    advance(hall, M1, page, "machine.M1.done")


@pytest.fixture
def mortal(migrated_file: Path, tmp_path: Path) -> Iterator[Server]:
    file = tmp_path / "hall.db"
    shutil.copyfile(migrated_file, file)
    with Database.open(f"sqlite:///{file}") as database:
        running = Server(busy_hall(database, SystemClock()))
        running.start()
        yield running
        running.stop()


def test_silence_is_shown_and_switches_actions_off_until_there_is_news(
    sit_down: Callable[..., Looker], mortal: Server
) -> None:
    looker = sit_down()
    looker.address = mortal.address
    page = looker.open(f"/batches/{BatchId('000002')}")
    banner, button = page.locator("#stale"), page.locator("[data-action]")
    expect(banner).to_be_hidden()
    expect(button).to_be_enabled()
    mortal.stop()
    expect(banner).to_be_visible(timeout=8_000)
    expect(banner).to_contain_text("Forældede data")
    expect(button).to_be_disabled()
    mortal.start()
    expect(banner).to_be_hidden()
    expect(button).to_be_enabled()
    looker.complaints[:] = [text for text in looker.complaints if "ERR_" not in text]
