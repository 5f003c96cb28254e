import json
import re

import pytest
from starlette.testclient import TestClient

from dispenser.app.services import Services
from dispenser.core.batch import BatchState
from dispenser.core.ids import BatchId, CitizenId
from dispenser.store.records import BatchRecord
from dispenser.web.panel.frame import LANGUAGE_COOKIE, TOKEN_COOKIE

PAGE, ACTION = "/batches/000002", "/batches/000002/release"


def token_of(client: TestClient, path: str = PAGE) -> str:
    found = re.search(r'name="token" value="([^"]+)"', client.get(path).text)
    assert found is not None
    return found[1]


def batch(services: Services) -> BatchRecord:
    with services.database.read() as tx:
        return tx.batches.get(BatchId("000002"))


def test_a_signed_release_goes_to_the_machines(client: TestClient, services: Services) -> None:
    form = {"token": token_of(client), "who": " Farmaceut Åse Holm ", "reviewed": "yes"}
    answer = client.post(ACTION, data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert (batch(services).state, batch(services).released_by) == (BatchState.RELEASED, "Farmaceut Åse Holm")
    again = client.post(ACTION, data=form)
    assert again.status_code == 303
    page = client.get(PAGE).text
    assert "Farmaceut Åse Holm" in page
    assert ACTION not in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"who": ""}, "Skriv dit navn eller dine initialer."),
        ({"who": "   "}, "Skriv dit navn eller dine initialer."),
        ({"who": "x" * 81}, "Skriv dit navn eller dine initialer."),
        ({"who": "a\nb"}, "Skriv dit navn eller dine initialer."),
        ({"reviewed": ""}, "Bekræft, at fund og doseruller er gennemgået."),
    ],
)
def test_an_unsigned_release_is_no_release(
    client: TestClient, services: Services, change: dict[str, str], said: str
) -> None:
    form = {"token": token_of(client), "who": "KH", "reviewed": "yes"} | change
    answer = client.post(ACTION, data=form)
    assert answer.status_code == 409
    assert said in answer.text
    assert 'role="alert"' in answer.text
    assert batch(services).state is BatchState.PLANNED


def test_what_was_typed_is_kept_and_escaped(client: TestClient) -> None:
    answer = client.post(ACTION, data={"token": token_of(client), "who": 'K"><b>H'})
    assert 'value="K&#34;&gt;&lt;b&gt;H"' in answer.text


@pytest.mark.parametrize("token", ["", "x" * 32])
def test_a_form_without_the_browsers_token_does_nothing(client: TestClient, services: Services, token: str) -> None:
    token_of(client)
    answer = client.post(ACTION, data={"token": token, "who": "KH", "reviewed": "yes"})
    assert answer.status_code == 403
    assert "DOSE-5403" in answer.text
    assert batch(services).state is BatchState.PLANNED


def test_a_token_without_its_cookie_does_nothing(client: TestClient, services: Services) -> None:
    token = token_of(client)
    client.cookies.clear()
    assert client.post(ACTION, data={"token": token, "who": "KH", "reviewed": "yes"}).status_code == 403
    assert batch(services).state is BatchState.PLANNED


def test_the_token_cookie_is_out_of_reach_for_scripts_and_other_sites(client: TestClient) -> None:
    cookie = client.get("/").headers["set-cookie"]
    assert cookie.startswith(f"{TOKEN_COOKIE}=")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "set-cookie" not in client.get("/").headers


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain"])
def test_only_a_plain_form_is_read(client: TestClient, kind: str) -> None:
    token_of(client)
    assert client.post(ACTION, content=b"{}", headers={"content-type": kind}).status_code == 415


@pytest.mark.parametrize("body", [b"\xff=1", b"&".join(b"a=1" for _ in range(40))])
def test_a_form_that_cannot_be_read_is_said_so(client: TestClient, body: bytes) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post(ACTION, content=body, headers=kind).status_code == 400


def test_every_reason_against_a_release_is_shown(client: TestClient, services: Services) -> None:
    with services.database.write() as tx:
        plan = tx.plans.current(CitizenId("citizen-7"))
        assert plan is not None
        newer = type(plan)(plan.citizen_id, plan.revision + 1, plan.ordinations[:-1], plan.parked)
        tx.plans.append(newer, services.clock.now(), "m7", ())
    answer = client.post(ACTION, data={"token": token_of(client), "who": "KH", "reviewed": "yes"})
    assert answer.status_code == 409
    assert "Doserulle 0000020001: planen er ændret" in answer.text
    assert batch(services).state is BatchState.PLANNED


def test_tools_release_with_json_and_learn_every_reason(client: TestClient, services: Services) -> None:
    path = "/api" + ACTION
    kind = {"content-type": "application/json"}
    for body in (b"", b"[]", b"{}", b'{"who": 1}', b'{"who": " "}', b"\xff"):
        answer = client.post(path, content=body, headers=kind)
        assert (answer.status_code, answer.json()["code"]) == (400, "DOSE-5400"), body
    assert client.post(path, data={"who": "KH"}).status_code == 415
    unknown = client.post("/api/batches/999999/release", json={"who": "KH"})
    assert unknown.status_code == 409
    assert "999999" in unknown.json()["detail"]
    done = client.post(path, content=json.dumps({"who": "KH"}), headers=kind)
    assert (done.status_code, done.json()["state"], done.json()["released_by"]) == (200, "released", "KH")
    assert batch(services).state is BatchState.RELEASED


@pytest.mark.parametrize(
    ("after", "address"),
    [("/inbox", "/inbox"), ("//evil.example", "/"), ("https://evil.example", "/"), ("/\\evil", "/"), ("", "/")],
)
def test_the_language_is_kept_and_leads_back_to_our_own_pages(client: TestClient, after: str, address: str) -> None:
    answer = client.post("/language", data={"token": token_of(client), "language": "en", "next": after})
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    assert client.cookies[LANGUAGE_COOKIE] == "en"
    assert "Fleet" in client.get("/", headers={"accept-language": "da"}).text


def test_only_our_languages_can_be_chosen(client: TestClient) -> None:
    answer = client.post("/language", data={"token": token_of(client), "language": "../x", "next": "/"})
    assert answer.status_code == 400
