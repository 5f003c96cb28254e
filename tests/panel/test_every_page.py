"""What must hold on every page: no complaint of the browser, no barrier, everything in reach of a finger."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.support.screen import Looker, barriers, too_small

PAGES = {
    "fleet": "/",
    "batches": "/batches",
    "released batch": "/batches/000001",
    "planned batch": "/batches/000002",
    "roll": "/rolls/0000010003#pouch-2",
    "inbox": "/inbox",
    "alerts": "/alerts",
    "safety": "/safety",
    "scan": "/scan",
    "code found nowhere": "/scan?code=xyz",
    "error": "/nowhere",
}
WIDTHS = (640, 800, 1280, 1920)


@pytest.mark.parametrize("language", ["da-DK", "en-GB"])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_has_no_barriers(sit_down: Callable[..., Looker], path: str, language: str) -> None:
    looker = sit_down(language=language)
    page = looker.open(path)
    expect(page.locator(".clock")).not_to_have_text(page.locator(".clock").inner_text())
    assert barriers(page) == []
    assert looker.violations() == []
    looker.complaints[:] = [text for text in looker.complaints if "404" not in text]


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_fits_every_screen_and_is_pressed_with_a_glove(sit_down: Callable[..., Looker], path: str) -> None:
    looker = sit_down()
    page = looker.open(path)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert too_small(page) == [], width
    for box in page.evaluate("[...document.querySelectorAll('.primary')].map((one) => one.offsetHeight)"):
        assert box >= 64
    looker.complaints[:] = [text for text in looker.complaints if "404" not in text]


HINT = """
    () => {
        const field = document.querySelector(".find input");
        const shown = getComputedStyle(field);
        const text = document.createElement("span");
        text.textContent = field.placeholder;
        text.style.cssText = `position: absolute; white-space: pre; font: ${shown.font}`;
        document.body.append(text);
        const room = field.clientWidth - parseFloat(shown.paddingLeft) - parseFloat(shown.paddingRight);
        const missing = text.getBoundingClientRect().width - room;
        text.remove();
        return [Math.max(0, Math.ceil(missing)), document.querySelector(".top").offsetHeight];
    }
"""
"""Pixels of the search field's hint that are cut off, and the height of the bar."""


@pytest.mark.parametrize("language", ["da-DK", "en-GB"])
def test_the_hint_of_the_search_field_is_whole(sit_down: Callable[..., Looker], language: str) -> None:
    page = sit_down(language=language).open("/")
    heights: dict[int, int] = {}
    for width in (640, 800, 1024, 1280, 1440, 1600, 1601, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        missing, heights[width] = page.evaluate(HINT)
        assert missing == 0, width
    # From 1280 px on the bar stays one row.
    assert heights[1280] == heights[1920]


def test_the_board_is_read_from_three_metres(sit_down: Callable[..., Looker]) -> None:
    page = sit_down(width=1920, height=1080).open("/")
    sizes = page.evaluate(
        """[".tile h2", ".band strong", ".amount strong"].map((name) =>
            parseFloat(getComputedStyle(document.querySelector(name)).fontSize))"""
    )
    assert min(sizes) >= 30


def test_a_state_is_told_by_word_and_shape_and_not_by_colour_alone(sit_down: Callable[..., Looker]) -> None:
    page = sit_down().open("/")
    tiles = page.evaluate(
        """[...document.querySelectorAll(".tile")].map((tile) => [
            tile.dataset.tone,
            tile.querySelector(".band use").getAttribute("href"),
            tile.querySelector(".band strong").textContent.trim(),
        ])"""
    )
    assert {tone: shape for tone, shape, _ in tiles} == {
        "alarm": "#shape-alarm",
        "lost": "#shape-lost",
        "attention": "#shape-attention",
        "working": "#shape-working",
    }
    assert all(word for _, _, word in tiles)


def test_nothing_comes_from_elsewhere_and_little_comes_at_all(sit_down: Callable[..., Looker]) -> None:
    looker = sit_down()
    requests: list[str] = []
    looker.context.on("request", lambda request: requests.append(request.url))
    page = looker.open("/")
    page.wait_for_load_state("load")
    assert {url for url in requests if not url.startswith(looker.address)} == set()
    size = page.evaluate(
        """performance.getEntries().filter((one) => one.decodedBodySize)
            .reduce((sum, one) => sum + one.decodedBodySize, 0)"""
    )
    assert 0 < size <= 60 * 1024


def test_every_page_works_from_the_keyboard(sit_down: Callable[..., Looker]) -> None:
    page = sit_down().open("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    reached = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('href')"))
    assert "/rolls/0000010003" in reached
