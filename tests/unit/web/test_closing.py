"""The proof page and its form: nothing is closed without a name, a look, and another person where one is needed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dispenser.app.release import release_batch
from dispenser.app.services import Services
from dispenser.core.acute import Acute
from dispenser.core.batch import BatchState
from dispenser.core.ids import BatchId, RollId
from dispenser.store.records import DiscardRecord
from dispenser.store.session import Database
from dispenser.web.app import create_app
from tests.support.packing import pack_all
from tests.support.pharmacy import WHO, Pharmacy, line
from tests.support.world import VirtualClock
from tests.unit.web.test_actions import token_of

BATCH = BatchId("000001")
PAGE, PROOF, CLOSE = "/batches/000001", "/batches/000001/proof", "/batches/000001/close"


@pytest.fixture
def services(migrated_file: Path, tmp_path: Path) -> Iterator[Services]:
    """A pharmacy with one packed batch of one roll."""
    file = tmp_path / "packed.db"
    file.write_bytes(migrated_file.read_bytes())
    with Database.open(f"sqlite:///{file}") as database:
        pharmacy = Pharmacy(database, VirtualClock())
        pharmacy.citizen(1, line("a"))
        release_batch(pharmacy.services, pharmacy.batch().batch_id, WHO)
        pack_all(pharmacy)
        yield pharmacy.services


@pytest.fixture
def client(services: Services) -> Iterator[TestClient]:
    app = create_app(services)
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False, follow_redirects=False) as opened:
        yield opened


def state(services: Services) -> BatchState:
    with services.database.read() as tx:
        return tx.batches.get(BATCH).state


def discard(services: Services) -> None:
    with services.database.write() as tx:
        tx.discards.add([DiscardRecord(RollId("0000010001"), 2, services.clock.now(), "recall", "lot X", Acute.CHANGE)])


def test_a_packed_batch_leads_to_its_proof_and_a_signature_closes_it(client: TestClient, services: Services) -> None:
    assert f'href="{PROOF}"' in client.get(PAGE).text
    proof = client.get(PROOF).text
    assert "Bevist" in proof
    assert "Intet modsiger noget andet." in proof
    assert 'name="second"' not in proof
    form = {"token": token_of(client, PROOF), "who": " Bo Lund ", "seen": "yes"}
    answer = client.post(CLOSE, data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert state(services) is BatchState.CLOSED
    page = client.get(PAGE).text
    assert "Bo Lund" in page
    assert "Bevist og afsluttet" in page
    shown = client.get(PROOF).text
    assert 'method="post"' not in shown.partition("<main")[2]
    assert "Bo Lund" in shown
    assert client.post(CLOSE, data=form).status_code == 303


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"who": " "}, "Skriv dit navn eller dine initialer."),
        ({"who": "x" * 81}, "Skriv dit navn eller dine initialer."),
        ({"seen": ""}, "Bekræft, at du har set beviset."),
        ({"who": WHO}, "DOSE-0279"),
    ],
)
def test_an_unsigned_closing_is_none(client: TestClient, services: Services, change: dict[str, str], said: str) -> None:
    form = {"token": token_of(client, PROOF), "who": "Bo Lund", "seen": "yes"} | change
    answer = client.post(CLOSE, data=form)
    assert answer.status_code == 409
    assert said in answer.text
    assert 'role="alert"' in answer.text
    assert state(services) is BatchState.PACKED


def test_what_is_missing_asks_for_another_person(client: TestClient, services: Services) -> None:
    discard(services)
    proof = client.get(PROOF, headers={"accept-language": "en"}).text
    assert "DOSE-0267" in proof
    assert "Not proven" in proof
    assert 'name="second"' in proof
    form = {"token": token_of(client, PROOF), "who": "Bo Lund", "seen": "yes"}
    answer = client.post(CLOSE, data=form | {"second": "<b>Ida</b>", "reason": "for kort"})
    assert answer.status_code == 409
    assert "DOSE-0277" in answer.text
    assert 'value="&lt;b&gt;Ida&lt;/b&gt;"' in answer.text
    answer = client.post(CLOSE, data=form | {"second": "Ida Berg", "reason": "Posen er tabt på gulvet"})
    assert answer.status_code == 303
    shown = client.get(PROOF).text
    assert "Ida Berg" in shown
    assert "Posen er tabt på gulvet" in shown


@pytest.mark.parametrize("change", [{"second": "x" * 81}, {"second": "a\nb"}, {"reason": "x" * 501}])
def test_what_no_form_sends_is_refused(client: TestClient, services: Services, change: dict[str, str]) -> None:
    form = {"token": token_of(client, PROOF), "who": "Bo Lund", "seen": "yes"} | change
    assert client.post(CLOSE, data=form).status_code == 400
    assert state(services) is BatchState.PACKED


def test_strangers_and_batches_that_are_not_packed_have_no_proof(client: TestClient, services: Services) -> None:
    token = token_of(client, PROOF)
    assert client.post(CLOSE, data={"token": "f" * 64, "who": "Bo", "seen": "yes"}).status_code == 403
    assert client.get("/batches/000777/proof").status_code == 404
    assert client.post("/batches/000777/close", data={"token": token, "who": "Bo", "seen": "yes"}).status_code == 404
    assert client.post("/batches/000777/close", data={"token": token, "who": "", "seen": "yes"}).status_code == 404
    assert state(services) is BatchState.PACKED


def test_programs_see_who_closed_it(client: TestClient) -> None:
    assert json.loads(client.get("/api/batches/000001").text)["closing"] is None
    client.post(CLOSE, data={"token": token_of(client, PROOF), "who": "Bo Lund", "seen": "yes"})
    document = json.loads(client.get("/api/batches/000001").text)
    assert (document["record"]["state"], document["closing"]["closed_by"]) == ("closed", "Bo Lund")
