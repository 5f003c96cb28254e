"""Pouches to discard: on their page, on their roll, counted on every page; signed for by a form."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from dispenser.app.release import PLANNED_ANEW
from dispenser.app.services import Services
from dispenser.core.acute import Acute
from dispenser.core.change import Fault, Why
from dispenser.core.ids import CitizenId, ProductId, RollId
from dispenser.core.presence import ABSENT, Presence
from dispenser.core.quantity import Quarters
from dispenser.store.batches import BATCH_HELD
from dispenser.store.discards import DESTROYED
from dispenser.store.records import DiscardRecord
from dispenser.web.i18n import Texts
from dispenser.web.panel.discard_words import ACUTE_WORDS, PRESENCE_WORDS, WHY_WORDS, cause_text, reason_texts
from tests.support.pharmacy import stop_last_line

PAGE, ROLL, FORM = "/discards", "/rolls/0000010002", "/discards/0000010002"
DANISH, ENGLISH = Texts("da"), Texts("en")


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def token_of(client: TestClient) -> str:
    found = re.search(r'name="token" value="([^"]+)"', client.get(PAGE).text)
    assert found is not None
    return found[1]


def signed(services: Services) -> list[tuple[str, str]]:
    with services.database.read() as tx:
        return sorted((one.subject, one.who) for one in tx.audit.newest(200) if one.action == DESTROYED)


@pytest.fixture
def changed(services: Services, client: TestClient) -> TestClient:
    """The plan of a citizen whose roll is packed has lost its medicine for the night: seven pouches of 28."""
    stop_last_line(services, CitizenId("citizen-2"), services.clock.now())
    return client


def test_every_pouch_is_named_with_all_that_somebody_needs_to_find_it(changed: TestClient) -> None:
    danish = text_of(changed.get(PAGE).text)
    for expected in (
        "Ingrid Østergaard",
        "Doserulle 0000010002",
        "7 poser",
        "Nr. 4 af 28 man. 23. nov. 2026 Nat 22.00",
        "Planen er ændret (revision 2)",
        "Simvastatin 40 mg: seponeret",
        "Hvis den pakkes igen: Akut erstatningspakning for ændret medicinering",
        "styringen",
    ):
        assert expected in danish
    english = text_of(changed.get(PAGE, headers={"accept-language": "en"}).text)
    assert "No. 4 of 28 Mon 23 Nov 2026 Night 22:00" in english
    assert "Simvastatin 40 mg: stopped" in english


def test_the_count_stands_on_every_page_and_nothing_stands_there_for_none(
    services: Services, changed: TestClient
) -> None:
    for path in ("/", "/batches", PAGE):
        assert 'data-live="fleet.discard_calls">7</span>' in changed.get(path).text
    assert 'data-live="fleet.discards">7</span>' in changed.get("/").text
    token = token_of(changed)
    changed.post(FORM, data={"token": token, "who": "KH"} | {f"pouch-{number}": "yes" for number in range(4, 29, 4)})
    assert len(signed(services)) == 7
    assert 'data-live="fleet.discard_calls"></span>' in changed.get("/").text
    assert "Intet at finde." in changed.get(PAGE).text


def test_a_roll_strikes_through_what_must_not_be_used(changed: TestClient) -> None:
    page = changed.get(ROLL).text
    assert re.findall(r'<li class="pouch discarded" id="pouch-(\d+)"', page) == [str(n) for n in range(4, 29, 4)]
    text = text_of(page)
    assert "Ude af brug Planen er ændret (revision 2)" in text
    assert "Simvastatin 40 mg: seponeret" in text
    assert "Void: plan" not in text_of(changed.get("/batches/000001").text)
    changed.post(FORM, data={"token": token_of(changed), "who": "Åse Holm", "pouch-8": "yes"})
    assert re.search(r"Destrueret: søn\. 22\. nov\. 2026 kl\. 09\.00, Åse Holm", text_of(changed.get(ROLL).text))


def test_ticked_pouches_are_signed_for_and_leave_the_page(services: Services, changed: TestClient) -> None:
    form = {"token": token_of(changed), "who": " Åse Holm ", "pouch-4": "yes", "pouch-12": "yes"}
    for _ in range(2):
        answer = changed.post(FORM, data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert signed(services) == [("pouch/0000010002/12", "Åse Holm"), ("pouch/0000010002/4", "Åse Holm")]
    assert re.findall(r'name="pouch-(\d+)"', changed.get(PAGE).text) == ["8", "16", "20", "24", "28"]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"who": "", "pouch-4": "yes"}, "Skriv dit navn eller dine initialer."),
        ({"who": "x" * 81, "pouch-4": "yes"}, "Skriv dit navn eller dine initialer."),
        ({"who": 'K"><b>H', "pouch-x": "yes"}, "Sæt kryds ved de poser, du har destrueret."),
    ],
)
def test_without_name_or_tick_nothing_is_noted(
    services: Services, changed: TestClient, form: dict[str, str], said: str
) -> None:
    answer = changed.post(FORM, data={"token": token_of(changed)} | form)
    assert answer.status_code == 409
    assert said in answer.text
    assert "<b>H" not in answer.text
    assert ("checked" in answer.text) is ("pouch-4" in form)
    assert signed(services) == []


def test_nothing_is_noted_for_a_pouch_in_use_or_without_the_browsers_token(
    services: Services, changed: TestClient
) -> None:
    token = token_of(changed)
    assert changed.post(FORM, data={"token": token, "who": "KH", "pouch-5": "yes"}).status_code == 404
    assert changed.post(FORM, data={"token": "x" * 32, "who": "KH", "pouch-4": "yes"}).status_code == 403
    assert signed(services) == []


def test_more_pouches_than_the_page_holds_are_not_passed_over_in_silence(
    services: Services, changed: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dispenser.app.views_discards.NEWEST_DISCARDS", 5)
    assert "De nyeste 5 vises." in changed.get(PAGE).text
    assert 'data-live="fleet.discard_calls">7</span>' in changed.get(PAGE).text
    del services


def test_who_is_unknown_is_left_out(services: Services, client: TestClient) -> None:
    record = DiscardRecord(
        RollId("0000010002"), 0, services.clock.now(), "plan revision 9", "in a void roll", Acute.LOST
    )
    with services.database.write() as tx:
        tx.discards.add([record])
    text = text_of(client.get(PAGE).text)
    assert "Startpose" in text
    assert "Rullen er taget ud af brug" in text
    assert re.search(r"kl\. 09\.00 (?!,)", text)


def test_every_kind_has_a_word() -> None:
    assert (set(ACUTE_WORDS), set(WHY_WORDS), set(PRESENCE_WORDS)) == (set(Acute), set(Why), set(ABSENT))


@pytest.mark.parametrize("why", Why)
def test_what_the_core_says_of_a_pouch_is_understood(why: Why) -> None:
    said = str(Fault(ProductId("28100000001"), why, Quarters(2), Quarters(4)))
    (danish,), (english,) = reason_texts(said, DANISH), reason_texts(said, ENGLISH)
    assert danish.startswith("28100000001: ")
    assert english.startswith("28100000001: ")
    assert danish != english


def test_two_medicines_of_a_pouch_are_two_lines() -> None:
    reason = "Pamol 500 mg changed (0,5 -> 1); Furix 40 mg instruction changed (1 -> 1)"
    assert reason_texts(reason, ENGLISH) == (
        "Pamol 500 mg: 0.5 in the pouches, 1 ordered now",
        "Furix 40 mg: another instruction",
    )
    assert reason_texts(reason, DANISH)[0] == "Pamol 500 mg: 0,5 i poserne, 1 ordineret nu"


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (f"{Presence.HOLD.value} from {date(2026, 11, 23)}", "Sat i bero fra man. 23. nov. 2026"),
        (f"{Presence.ADMITTED.value} from {date(2026, 11, 23)}", "Indlagt fra man. 23. nov. 2026"),
        (f"{Presence.MOVED.value} from {date(2026, 11, 23)}", "Fraflyttet man. 23. nov. 2026"),
        (f"{Presence.DEAD.value} from {date(2026, 11, 23)}", "Død man. 23. nov. 2026"),
        ("lost: ikke leveret", "Rullen er mistet: ikke leveret"),
        (BATCH_HELD, "Pakkebatchen er tilbageholdt af fund"),
        (PLANNED_ANEW, "Perioden er planlagt igen"),
        ("something new", "something new"),
    ],
)
def test_a_cause_is_told_in_danish(cause: str, said: str) -> None:
    assert cause_text(cause, DANISH) == said


@given(st.text(max_size=60))
def test_what_nobody_knows_is_shown_as_it_was_said(text: str) -> None:
    assert cause_text(text, DANISH) or not text
    assert "; ".join(reason_texts(text, DANISH)) == "; ".join(part for part in text.split("; ") if part)
