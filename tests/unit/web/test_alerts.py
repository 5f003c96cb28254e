"""The page of alerts: what waits, who may decide, the forms, what is set aside, and how often."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from dispenser.app.alerts import overrides_in_force, standing_alerts
from dispenser.app.batching import plan_batch
from dispenser.app.decisions import Judged, note_alerts
from dispenser.app.overriding import override_alert, revoke_override
from dispenser.app.services import Services
from dispenser.app.staff import add_staff
from dispenser.core.batch import BatchState
from dispenser.core.ids import CitizenId
from dispenser.store.alerts import in_revision
from dispenser.store.records import AuditRecord
from dispenser.web.i18n import Texts
from dispenser.web.panel.alert_model import _span
from safety.continuity_codes import GAP_AHEAD
from safety.findings import Code, Overriding, Severity, found
from safety.override_checks import Role, Wish
from safety.overrides import alert_key
from scheduling.calendar import local_date
from tests.support.hall import FORTNIGHT, NORTH

PAGE = "/alerts"
RISK = Code(
    "DOSE-0199",
    Severity.PARK,
    "Må vurderes <b>nu</b>",
    "Must be judged",
    "Ring til lægen",
    "Call the prescriber",
    "test",
    Overriding.PHARMACIST,
)
TWO = replace(RISK, id="DOSE-0198", overriding=Overriding.TWO_PERSONS)
NEVER = replace(RISK, id="DOSE-0197", overriding=Overriding.NEVER)
CITIZEN = CitizenId("citizen-2")
KIRSTEN, OLE = "Kirsten Holm", "Ole Bo"


def raise_alert(services: Services, code: Code) -> str:
    finding = found(code, "o-2-0")
    key = alert_key(finding, CITIZEN)
    with services.database.write() as tx:
        note_alerts(tx, [Judged(finding, CITIZEN, key)], in_revision(1), services.clock.now())
    return key


@pytest.fixture
def key(services: Services) -> str:
    add_staff(services, KIRSTEN, Role.PHARMACIST, KIRSTEN)
    add_staff(services, OLE, Role.TECHNICIAN, KIRSTEN)
    return raise_alert(services, RISK)


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def token_of(client: TestClient) -> str:
    found_token = re.search(r'name="token" value="([^"]+)"', client.get(PAGE).text)
    assert found_token is not None
    return found_token[1]


def form(client: TestClient, services: Services, **changes: str) -> dict[str, str]:
    until = (services.clock.now() + timedelta(days=14)).date().isoformat()
    asked = {"token": token_of(client), "who": KIRSTEN, "reason": "Aftalt med lægen", "until": until}
    return asked | changes


def acts(services: Services) -> list[AuditRecord]:
    with services.database.read() as tx:
        return [one for one in tx.audit.newest(50) if one.subject.startswith("alert/")]


def test_an_alert_tells_whose_it_is_what_is_wrong_and_who_may_decide(client: TestClient, key: str) -> None:
    danish = client.get(PAGE).text
    for expected in (
        "Ingrid Østergaard",
        "Må vurderes &lt;b&gt;nu&lt;/b&gt;",
        "Ring til lægen",
        "DOSE-0199 · o-2-0",
        "En farmaceut må tilsidesætte den.",
        f'action="/alerts/{key}/override"',
        "1",
    ):
        assert expected in danish
    assert "<b>nu" not in danish
    english = text_of(client.get(PAGE, headers={"accept-language": "en"}).text)
    for expected in ("Must be judged", "Call the prescriber", "A pharmacist may override it."):
        assert expected in english


def test_a_pharmacist_overrides_and_takes_it_back_without_script(
    services: Services, client: TestClient, key: str
) -> None:
    answer = client.post(f"/alerts/{key}/override", data=form(client, services))
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    page = client.get(PAGE).text
    assert f'action="/alerts/{key}/override"' not in page
    assert f'action="/alerts/{key}/revoke"' in page
    text = text_of(page)
    assert "Kirsten Holm (søn. 22. nov. 2026 kl. 09.00)" in text
    assert "Aftalt med lægen" in text
    assert "søn. 6. dec. 2026" in text
    assert re.search(r"DOSE-0199 . 1 1 100 % 0 minutter", text)
    answer = client.post(f"/alerts/{key}/revoke", data=form(client, services, who=OLE, reason="Forkert borger"))
    assert answer.status_code == 303
    assert f'action="/alerts/{key}/override"' in client.get(PAGE).text
    assert [(one.action, one.who) for one in acts(services)] == [
        ("override revoked", OLE),
        ("alert overridden", KIRSTEN),
    ]


def test_where_two_must_agree_the_page_asks_for_the_second(services: Services, client: TestClient, key: str) -> None:
    del key
    two = raise_alert(services, TWO)
    client.post(f"/alerts/{two}/override", data=form(client, services, who=OLE))
    page = client.get(PAGE).text
    assert f'action="/alerts/{two}/second"' in page
    assert f'action="/alerts/{two}/override"' not in page
    same = client.post(f"/alerts/{two}/second", data=form(client, services, who=OLE))
    assert same.status_code == 409
    assert "DOSE-0705" in same.text
    assert client.post(f"/alerts/{two}/second", data=form(client, services)).status_code == 303
    assert f'action="/alerts/{two}/revoke"' in client.get(PAGE).text


def test_what_nobody_may_override_has_no_form(services: Services, client: TestClient, key: str) -> None:
    del key
    never = raise_alert(services, NEVER)
    assert f"/alerts/{never}/" not in client.get(PAGE).text
    assert "Ingen må tilsidesætte den." in client.get(PAGE).text
    answer = client.post(f"/alerts/{never}/override", data=form(client, services))
    assert answer.status_code == 409
    assert "DOSE-0701" not in [one.detail for one in acts(services)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"who": ""}, "DOSE-0714"),
        ({"who": OLE}, "DOSE-0704"),
        ({"reason": "ok"}, "DOSE-0702"),
        ({"reason": "x" * 501}, "Skriv begrundelsen med færre ord."),
        ({"until": "i morgen"}, "DOSE-0706"),
        ({"until": "2099-01-01"}, "DOSE-0708"),
    ],
)
def test_what_is_missing_is_said_and_what_was_written_stays(
    services: Services, client: TestClient, key: str, changes: dict[str, str], said: str
) -> None:
    answer = client.post(f"/alerts/{key}/override", data=form(client, services, **changes))
    assert answer.status_code == 409
    assert said in answer.text
    assert "<details open>" in answer.text
    for value in form(client, services, **changes).values():
        assert not value or f'value="{value}"' in answer.text
    assert acts(services) == []


def test_nothing_is_done_for_a_strange_alert_or_without_the_browsers_token(
    services: Services, client: TestClient, key: str
) -> None:
    for what in ("override", "second", "revoke"):
        assert client.post(f"/alerts/{'f' * 64}/{what}", data=form(client, services)).status_code == 404
        stolen = form(client, services, token="x" * 32)
        assert client.post(f"/alerts/{key}/{what}", data=stolen).status_code == 403
    assert acts(services) == []
    assert len(standing_alerts(services)) == 1


def test_a_hall_without_alerts_says_so(client: TestClient) -> None:
    text = text_of(client.get(PAGE).text)
    for expected in ("Intet venter på en afgørelse.", "Intet er tilsidesat.", "Ingen advarsel er rejst."):
        assert expected in text


def test_more_alerts_than_the_page_holds_are_not_passed_over_in_silence(
    services: Services, client: TestClient, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del key
    raise_alert(services, TWO)
    monkeypatch.setattr("dispenser.app.alerts.MOST_LISTED", 1)
    text = text_of(client.get(PAGE).text)
    assert "De nyeste 1 vises." in text
    assert "1+" in text


def test_what_was_set_aside_is_on_the_batch_and_on_the_roll(services: Services, client: TestClient, key: str) -> None:
    del key
    held = plan_batch(services, NORTH, FORTNIGHT, KIRSTEN)
    assert held.state is BatchState.HELD
    until = local_date(services.clock.now())
    for alert in standing_alerts(services):
        if alert.record.code == GAP_AHEAD.id:
            override_alert(services, alert.record.key, Wish(KIRSTEN, "Har <b>medicin</b> med", until))
    planned = plan_batch(services, NORTH, FORTNIGHT, KIRSTEN)
    with services.database.read() as tx:
        (roll, *_) = tx.batches.rolls(planned.batch_id)
    told = "Tilsidesat: Kirsten Holm (2026-11-22/2026-11-22): Har &lt;b&gt;medicin&lt;/b&gt; med"
    for path in (f"/batches/{planned.batch_id}", f"/rolls/{roll.roll_id}"):
        assert told in client.get(path).text, path
    english = client.get(f"/rolls/{roll.roll_id}", headers={"accept-language": "en"}).text
    assert "Overridden: Kirsten Holm" in english
    assert "Tilsidesat:" not in client.get("/rolls/0000010002").text
    revoke = next(one for one in overrides_in_force(services))
    revoke_override(services, revoke.record.key, OLE, "Kommer hjem i morgen")
    signing = {"token": token_of(client), "who": KIRSTEN, "reviewed": "yes"}
    refused = client.post(f"/batches/{planned.batch_id}/release", data=signing)
    assert refused.status_code == 409
    assert f"Pakkebatch {planned.batch_id}: tilsidesættelsen af DOSE-0230 er ophørt" in refused.text


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=59), "0 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=23, minutes=59), "23 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=9, hours=23), "9 days"),
    ],
)
def test_a_wait_is_told_in_its_largest_unit(span: timedelta, said: str) -> None:
    assert _span(span, Texts("en")) == said
