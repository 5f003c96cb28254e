"""The release: by hand, by glove, by keyboard, without script; never by a scanner."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from dispenser.core.batch import BatchState
from dispenser.core.ids import BatchId
from tests.support.hall import Hall
from tests.support.screen import Looker

POUCH = "0105712345000007210000010003012"


def state(hall: Hall, batch_id: BatchId) -> BatchState:
    with hall.services.database.read() as tx:
        return tx.batches.get(batch_id).state


def sign(page: Page) -> None:
    page.get_by_label("Dit navn eller dine initialer").fill("Kirsten Holm")
    page.get_by_label("Jeg har gennemgået fund og doseruller").check()


def scan(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_slow_press_releases(looker: Looker, hall: Hall, planned: BatchId) -> None:
    page = looker.open(f"/batches/{planned}")
    sign(page)
    box = page.get_by_role("button", name=f"Frigiv pakkebatch {planned}").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.wait_for_timeout(700)
    page.mouse.up()
    expect(page.locator(".lead")).to_have_text("Frigivet, pakkes")
    assert state(hall, planned) is BatchState.RELEASED


def test_a_persons_enter_releases(looker: Looker, hall: Hall, planned: BatchId) -> None:
    page = looker.open(f"/batches/{planned}")
    sign(page)
    page.get_by_role("button", name="Frigiv pakkebatch").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".lead")).to_have_text("Frigivet, pakkes")
    assert state(hall, planned) is BatchState.RELEASED


@pytest.mark.parametrize("prefix", [("F9",), ("F9", "]", "d", "2"), ("]", "d", "2")], ids="-".join)
@pytest.mark.parametrize("end", ["Enter", "Tab"])
def test_a_scanners_enter_presses_nothing_and_leads_to_the_pouch(
    looker: Looker, hall: Hall, planned: BatchId, prefix: tuple[str, ...], end: str
) -> None:
    page = looker.open(f"/batches/{planned}")
    sign(page)
    page.get_by_role("button", name="Frigiv pakkebatch").focus()
    scan(page, *prefix, *POUCH, end)
    page.wait_for_url("**/rolls/0000010003#pouch-12")
    expect(page.locator("#pouch-12 details")).to_have_attribute("open", "")
    assert state(hall, planned) is BatchState.PLANNED


def test_a_scan_into_a_field_leaves_no_trace_there(looker: Looker, planned: BatchId) -> None:
    page = looker.open(f"/batches/{planned}")
    field = page.get_by_label("Dit navn eller dine initialer")
    field.fill("KH")
    scan(page, "F9", *POUCH[:10])
    assert field.input_value() == "KH"
    expect(page.locator("#scanned")).to_have_text("Scanningen blev afbrudt. Scan igen.")
    assert page.url.endswith(f"/batches/{planned}")


def test_what_a_person_types_stays(looker: Looker, planned: BatchId) -> None:
    page = looker.open(f"/batches/{planned}")
    field = page.get_by_label("Dit navn eller dine initialer")
    field.focus()
    page.keyboard.type("Å]", delay=30)
    page.wait_for_timeout(200)
    page.keyboard.type("]dx[", delay=30)
    expect(field).to_have_value("Å]]dx[")
    expect(page.locator("#scanned")).to_be_hidden()


def test_a_code_that_is_none_of_ours_is_said(looker: Looker) -> None:
    page = looker.open("/")
    scan(page, "F9", *"12345", "Enter")
    expect(page.get_by_role("alert")).to_contain_text("Intet her har denne kode.")
    looker.complaints[:] = [text for text in looker.complaints if "404" not in text]


def test_everything_works_without_script(sit_down: Callable[..., Looker], hall: Hall, planned: BatchId) -> None:
    page = sit_down(script=False).open(f"/batches/{planned}")
    page.get_by_label("Dit navn eller dine initialer").fill("KH")
    page.get_by_label("Jeg har gennemgået fund og doseruller").check()
    page.get_by_role("button", name="Frigiv pakkebatch").click()
    expect(page.locator(".lead")).to_have_text("Frigivet, pakkes")
    assert state(hall, planned) is BatchState.RELEASED
    page.get_by_role("button", name="English").click()
    expect(page.locator(".lead")).to_have_text("Released, being packed")
    page.get_by_role("searchbox").fill("0000010003")
    page.get_by_role("button", name="Find").click()
    page.get_by_text("Evidence").first.click()
    expect(page.locator(".evidence").first).to_be_visible()
    page.get_by_role("link", name="Fleet", exact=False).first.click()
    expect(page.locator(".tile h2").first).to_be_visible()


def test_why_a_batch_was_not_released_is_said_where_the_eye_goes(looker: Looker, hall: Hall, planned: BatchId) -> None:
    page = looker.open(f"/batches/{planned}")
    page.evaluate("document.querySelector('.release form').noValidate = true")
    page.get_by_role("button", name="Frigiv pakkebatch").click()
    problems = page.locator(".problems")
    expect(problems).to_contain_text("Skriv dit navn eller dine initialer.")
    expect(problems).to_be_focused()
    assert state(hall, planned) is BatchState.PLANNED
    looker.complaints[:] = [text for text in looker.complaints if "409" not in text]
