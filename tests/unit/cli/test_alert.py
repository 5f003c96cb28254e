"""`dispenser staff` and `dispenser alert`: from an alert to its override and back, as rows and as exit codes."""

from datetime import UTC, datetime, timedelta

import pytest

from dispenser.app.decisions import Judged, note_alerts
from dispenser.store.alerts import in_revision
from dispenser.store.session import Database
from safety.findings import Code, Overriding, Severity, found
from safety.overrides import alert_key
from tests.support.cli import Command
from tests.support.stored import NOW

REASON = ("--reason", "aftalt med lægen")
UNTIL = ("--until", "2099-01-01")
RISK = Code("DOSE-0199", Severity.PARK, "Risiko", "Risk", "Ring", "Call", "test", Overriding.PHARMACIST)


@pytest.fixture
def alert(store: Database) -> str:
    """Key of an alert that stands."""
    with store.write() as tx:
        (group,) = [group for group in tx.groups.all() if group.group_id == "default"]
        (citizen,) = tx.citizens.in_group(group.group_id)
        finding = found(RISK, "m1")
        key = alert_key(finding, citizen.citizen_id)
        place = in_revision(tx.plans.revision(citizen.citizen_id))
        note_alerts(tx, [Judged(finding, citizen.citizen_id, key)], place, NOW)
    return key


def test_staff_are_added_listed_and_ended(dispenser: Command, site: object) -> None:
    add = ("staff", "add", "Kirsten Holm", "--role", "pharmacist", "--who", "Kirsten Holm", "--config", site, "--json")
    (row,) = dispenser(*add).rows
    assert (row["name"], row["role"], row["added_by"], row["ended_by"]) == (
        "Kirsten Holm",
        "pharmacist",
        "Kirsten Holm",
        None,
    )
    ended = dispenser(*add)
    assert (ended.code, ended.out) == (3, "")
    assert "DOSE-0715" in ended.err
    (row,) = dispenser("staff", "end", "kirsten holm", "--who", "Kirsten Holm", "--config", site, "--json").rows
    assert row["ended_by"] == "Kirsten Holm"
    assert [row["name"] for row in dispenser("staff", "list", "--config", site, "--json").rows] == ["Kirsten Holm"]
    assert dispenser("staff", "add", "Eva", "--role", "boss", "--who", "Eva", "--config", site).code == 2


def staffed(dispenser: Command, site: object) -> None:
    for name, role in (("Kirsten Holm", "pharmacist"), ("Ole Bo", "technician")):
        assert dispenser("staff", "add", name, "--role", role, "--who", "Kirsten Holm", "--config", site).code == 0


def test_an_alert_is_listed_overridden_and_revoked(dispenser: Command, site: object, alert: str) -> None:
    staffed(dispenser, site)
    common = ("--config", site, "--json")
    (row,) = dispenser("alert", "list", *common).rows
    assert (row["key"], row["code"], row["severity"], row["overriding"]) == (alert, "DOSE-0199", "park", "pharmacist")
    assert dispenser("alert", "list", "--config", site).out.count(alert[:12]) == 1
    too_far = dispenser("alert", "override", alert, "--who", "Kirsten Holm", *REASON, *UNTIL, *common)
    assert (too_far.code, "DOSE-0708" in too_far.err) == (3, True)
    until = ("--until", (datetime.now(UTC) + timedelta(days=7)).date().isoformat())
    (row,) = dispenser("alert", "override", alert[:8], "--who", "kirsten holm", *REASON, *until, *common).rows
    assert (row["key"], row["who"], row["reason"], row["revoked_by"]) == (alert, "Kirsten Holm", REASON[1], None)
    assert dispenser("alert", "list", *common).rows == []
    (row,) = dispenser("alert", "list", "--overridden", *common).rows
    assert row["key"] == alert
    (row,) = dispenser("alert", "statistics", "--days", "3660", *common).rows
    assert (row["code"], row["raised"], row["overridden"], row["percent"]) == ("DOSE-0199", 1, 1, 100)
    (row,) = dispenser("alert", "revoke", alert, "--who", "Ole Bo", "--reason", "gjaldt en anden", *common).rows
    assert (row["revoked_by"], row["revoked_why"]) == ("Ole Bo", "gjaldt en anden")
    assert len(dispenser("alert", "list", *common).rows) == 1


def test_nothing_else_can_be_asked(dispenser: Command, site: object, alert: str) -> None:
    staffed(dispenser, site)
    unknown = ("alert", "second", "f" * 12, "--who", "Kirsten Holm", "--config", site)
    assert dispenser(*unknown).code == 3
    assert dispenser("alert", "second", alert, "--who", "Kirsten Holm", "--config", site).code == 3
    assert dispenser("alert", "override", alert, "--who", "Kirsten Holm", *REASON, "--config", site).code == 2
    assert dispenser("alert", "statistics", "--days", "0", "--config", site).code == 2
