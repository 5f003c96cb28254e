import re

import pytest
from starlette.testclient import TestClient

from dispenser.app.machines import noted_document
from dispenser.app.services import Services
from dispenser.app.told import Note
from dispenser.app.views_board import live, live_batches
from dispenser.core.ids import BatchId, MachineId, RollId
from dispenser.web.i18n import Texts
from dispenser.web.panel.board_model import live_keys

PAGES = (
    "/",
    "/safety",
    "/batches",
    "/batches/000001",
    "/batches/000002",
    "/rolls/0000010003",
    "/inbox",
    "/discards",
    "/scan",
)
LIVE = re.compile(r'data-live="([^"]+)"')
LIVE_ATTRIBUTES = re.compile(r'data-live-attrs="([^"]+)"')


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["da", "en"])
def test_every_page_is_there_in_both_languages(client: TestClient, path: str, language: str) -> None:
    answer = client.get(path, headers={"accept-language": language})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}">' in answer.text


def test_the_fleet_is_sorted_by_need_and_says_what_to_do(client: TestClient) -> None:
    page = client.get("/").text
    assert re.findall(r"<h2>(M\d)</h2>", page) == ["M2", "M4", "M6", "M5", "M1", "M3"]
    text = text_of(page)
    assert "Fjern det, der sidder fast: plads 3 (Metoprolol 50 mg)." in text
    assert "17 af 35 poser" in text
    assert "for 4 minutter siden" in text


def test_danish_is_the_language_of_those_who_ask_for_none(client: TestClient) -> None:
    assert "Maskinpark" in client.get("/").text
    assert "Maskinpark" in client.get("/", headers={"accept-language": "fr;q=0.9, xx"}).text
    assert "Fleet" in client.get("/", headers={"accept-language": "da;q=0.3, en-GB;q=0.8"}).text


def test_a_batch_page_names_citizens_progress_and_who_released(client: TestClient) -> None:
    text = text_of(client.get("/batches/000001").text)
    for expected in (
        "Åse Sørensen",
        "Frigivet, pakkes",
        "Farmaceut Kirsten Holm",
        "79 af 189",
        "man. 23. nov. – søn. 29. nov. 2026",  # noqa: RUF001
    ):
        assert expected in text
    assert "Frigiv pakkebatch" not in text


def test_only_a_planned_batch_offers_the_release(client: TestClient) -> None:
    page = client.get("/batches/000002").text
    assert 'action="/batches/000002/release" method="post"' in page
    assert "Venter på frigivelse" in page


def test_a_roll_page_shows_contents_with_decimal_comma_and_the_machines_evidence(client: TestClient) -> None:
    text = text_of(client.get("/rolls/0000010003").text)
    assert "0,5 tablet Metoprolol 50 mg" in text
    assert "Mandag 23.11.2026 Morgen kl. 08:00" in text
    assert re.search(r"Svejset \d{2,3},\d °C", text)
    assert "Trykt som bestilt" in text
    assert "ikke som bestilt" not in text
    assert "Metoprolol 50 mg fra bakkefelt" in text
    assert "Pamol 500 mg fra plads 1, kassette C-201, fyldning F-201-1: 2 af 2 talt" in text


def test_english_pages_write_numbers_the_english_way(client: TestClient) -> None:
    text = text_of(client.get("/rolls/0000010003", headers={"accept-language": "en"}).text)
    assert "0.5 tablet Metoprolol 50 mg" in text
    assert re.search(r"Sealed \d{2,3}\.\d °C", text)


def test_the_inbox_gives_reasons_and_fixes_in_the_readers_language(client: TestClient) -> None:
    danish = text_of(client.get("/inbox").text)
    english = text_of(client.get("/inbox", headers={"accept-language": "en"}).text)
    assert "Doseringen er efter behov. Udlever lægemidlet uden for dosisrullen." in danish
    assert "The element doseQuantity is missing. State the dose as a number of units" in english
    assert danish.index("kl. 08.48") < danish.index("kl. 03.5")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["da", "en"])
def test_a_page_holds_the_same_texts_as_the_live_stream(
    services: Services, client: TestClient, path: str, language: str
) -> None:
    """What is on the page when it is loaded is what the first event would put there."""
    page = client.get(path, headers={"accept-language": language}).text
    watched = [RollId(f"000001{number:04d}") for number in range(1, 7)]
    now = live(services, watched)
    batches = live_batches(services, [BatchId("000002")])
    keys = live_keys(now.board, now.rolls, batches, Texts(language))
    named = set(LIVE.findall(page)) | {
        pair.split("=")[1] for pairs in LIVE_ATTRIBUTES.findall(page) for pair in pairs.split()
    }
    unknown = {key for key in named if key not in keys and not key.startswith("roll.000002")}
    assert unknown == set()
    for key, text in re.findall(r'data-live="([^"]+)">([^<]*)<', page):
        assert text == keys.get(key, text).replace("'", "&#39;"), key


def test_an_unknown_thing_is_a_page_that_says_so(client: TestClient) -> None:
    for path in ("/batches/999999", "/rolls/9999999999", "/nowhere", "/rolls/9999999999/labels.pdf"):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert "DOSE-5404" in answer.text
        assert "Det, der blev spurgt om, findes ikke." in answer.text


@pytest.mark.parametrize(
    ("code", "address"),
    [
        ("000002", "/batches/000002"),
        ("0000010003", "/rolls/0000010003"),
        ("]d20105712345000007210000010003012", "/rolls/0000010003#pouch-12"),
        ("0105712345000007210000010003000\x1d", "/rolls/0000010003#pouch-0"),
        ("(01)05712345000007(21)0000010003005", "/rolls/0000010003#pouch-5"),
    ],
)
def test_a_code_leads_to_what_it_names(client: TestClient, code: str, address: str) -> None:
    answer = client.get("/scan", params={"code": code})
    assert (answer.status_code, answer.headers["location"]) == (303, address)


@pytest.mark.parametrize(
    "code",
    [
        "",
        " ",
        "x",
        "123456",
        "9999999999",
        "]d2010571234500000721000001000301",
        "]C10105712345000007210000010003012",
        "<b>",
    ],
)
def test_a_code_that_names_nothing_is_said_and_escaped(client: TestClient, code: str) -> None:
    answer = client.get("/scan", params={"code": code})
    assert answer.status_code == (404 if code else 200)
    assert "<b>" not in answer.text


@pytest.mark.parametrize(
    "path", ["/rolls/0000010003/labels.pdf", "/batches/000001/labels.pdf", "/batches/000001/record.pdf"]
)
def test_papers_are_pdf(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["cache-control"] == "no-store"


def test_tools_see_the_same_as_the_panel(client: TestClient) -> None:
    machines = client.get("/api/machines").json()
    assert [tile["machine_id"] for tile in machines["tiles"]] == ["M2", "M4", "M6", "M5", "M1", "M3"]
    assert machines["tiles"][0] | {"done": 17, "situation": "jam", "detail": "bay 3"} == machines["tiles"][0]
    assert [line["record"]["batch_id"] for line in client.get("/api/batches").json()["batches"]] == ["000002", "000001"]
    batch = client.get("/api/batches/000001").json()
    assert batch["record"]["state"] == "released"
    assert sum(roll["progress"]["packed"] for roll in batch["rolls"]) == batch["progress"]["packed"] == 79
    assert client.get("/healthz").json() == {"status": "ok"}


def test_a_machines_note_is_shown_where_it_has_one(services: Services, client: TestClient) -> None:
    note = Note("venter på Furix <40>", "waits for Furix <40>")
    with services.database.write() as tx:
        noted = noted_document(tx.machines.get(MachineId("M3")).status, note)
        tx.machines.set_link(MachineId("M3"), "online", services.clock.now(), noted)
    assert "venter på Furix &lt;40&gt;" in client.get("/").text
    assert "waits for Furix &lt;40&gt;" in client.get("/", headers={"accept-language": "en"}).text


def test_why_a_machine_that_never_answered_is_not_served_is_shown(services: Services, client: TestClient) -> None:
    with services.database.write() as tx:
        tx.machines.configure(MachineId("M9"), "opc.tcp://10.0.0.9:4840/")
        noted = noted_document(None, Note("har intet kamera", "has no camera"))
        tx.machines.set_link(MachineId("M9"), "offline", None, noted)
    assert "har intet kamera" in client.get("/").text


@pytest.mark.parametrize("document", ["{}", "[]", "not JSON", '{"status": {"state": "Dancing"}}'])
def test_a_snapshot_that_nobody_understands_is_shown_as_lost_contact(
    services: Services, client: TestClient, document: str
) -> None:
    with services.database.write() as tx:
        tx.machines.set_link(MachineId("M3"), "online", services.clock.now(), document)
        tx.machines.set_capabilities(MachineId("M3"), document)
    tiles = {tile["machine_id"]: tile for tile in client.get("/api/machines").json()["tiles"]}
    assert (tiles["M3"]["situation"], tiles["M3"]["model"]) == ("link-lost", "")
