"""Alerts of plans: raised, set aside by who may, followed at once, taken back, over one day; all of it on record."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta

import pytest

from dispenser.app.alerts import alert_page, overrides_in_force, rates, standing_alerts
from dispenser.app.overriding import override_alert, revoke_override, sign_second
from dispenser.app.release import NotReleasableError, release_batch
from dispenser.app.staff import NotAllowedError
from dispenser.core.batch import BatchState
from dispenser.core.plan import Disposition
from dispenser.store.errors import NotFoundError
from dispenser.store.session import Database
from safety.findings import Code, Overriding
from safety.override_checks import Wish
from tests.support.deciding import ANNA, KIRSTEN, NEVER, OLE, REASON, RISKY, TODAY, TWO, Site, open_site
from tests.support.fhir import request
from tests.support.rules import QUIET, against

Open = Callable[[Code], Site]


@pytest.fixture
def site(database: Database) -> Open:
    """Open the site with rules that find a code in the line `m1`."""
    return lambda code: open_site(database, code)


def test_a_line_waits_until_a_pharmacist_decides_and_is_packed_at_once(site: Open) -> None:
    here = site(RISKY)
    (alert,) = standing_alerts(here.services)
    assert (alert.record.code, alert.record.subject, alert.overriding) == ("DOSE-0199", "m1", Overriding.PHARMACIST)
    assert (here.line().disposition, here.line().reasons[0].alert) == (Disposition.PARKED, alert.record.key)
    key = here.override()
    line = here.line()
    assert (line.revision, line.disposition) == (2, Disposition.PACKED)
    (reason,) = line.reasons
    assert (reason.severity, reason.alert) == ("WARN", key)
    assert reason.override == f"{KIRSTEN} (2026-11-22/2026-12-06): {REASON}"
    assert standing_alerts(here.services) == ()
    (one,) = overrides_in_force(here.services)
    assert (one.record.who, one.alert.key, one.name) == (KIRSTEN, key, alert.name)
    assert here.audit("alert overridden", "plan judged anew") == [
        ("alert overridden", KIRSTEN),
        ("plan judged anew", KIRSTEN),
    ]


def test_where_two_must_agree_the_line_waits_for_the_second(site: Open) -> None:
    here = site(TWO)
    key = here.override(OLE)
    (alert,) = standing_alerts(here.services)
    assert (alert.waiting is not None, here.line().disposition) == (True, Disposition.PARKED)
    with pytest.raises(NotAllowedError, match="DOSE-0705"):
        sign_second(here.services, key, "ole bo")
    assert here.line().revision == 1
    record = sign_second(here.services, key, "anna lund")
    assert (record.second, here.line().disposition) == (ANNA, Disposition.PACKED)
    assert here.line().reasons[0].override.startswith(f"{OLE} + {ANNA} (")
    assert here.audit("alert overridden", "override signed") == [("alert overridden", OLE), ("override signed", ANNA)]
    with pytest.raises(NotAllowedError, match="DOSE-0711"):
        sign_second(here.services, key, KIRSTEN)


@pytest.mark.parametrize(
    ("code", "wish", "told"),
    [
        (NEVER, Wish(KIRSTEN, REASON, TODAY), "DOSE-0701"),
        (RISKY, Wish(KIRSTEN, "ok", TODAY), "DOSE-0702"),
        (RISKY, Wish("Eva", REASON, TODAY), "DOSE-0703"),
        (RISKY, Wish(OLE, REASON, TODAY), "DOSE-0704"),
        (RISKY, Wish(KIRSTEN, REASON, None), "DOSE-0706"),
        (RISKY, Wish(KIRSTEN, REASON, TODAY - timedelta(days=1)), "DOSE-0707"),
        (RISKY, Wish(KIRSTEN, REASON, TODAY + timedelta(days=93)), "DOSE-0708"),
    ],
)
def test_what_may_not_be_overridden_stands(site: Open, code: Code, wish: Wish, told: str) -> None:
    here = site(code)
    with pytest.raises(NotAllowedError, match=told):
        override_alert(here.services, here.key(), wish)
    assert (here.line().revision, here.line().disposition) == (1, Disposition.PARKED)
    assert here.audit("alert overridden") == []


def test_an_alert_is_overridden_once_at_a_time(site: Open) -> None:
    here = site(RISKY)
    key = here.override()
    with pytest.raises(NotAllowedError, match="DOSE-0709"):
        override_alert(here.services, key, Wish(ANNA, REASON, TODAY))


def test_nothing_is_signed_or_revoked_that_is_not_there(site: Open) -> None:
    here = site(TWO)
    with pytest.raises(NotFoundError):
        override_alert(here.services, "f" * 64, Wish(KIRSTEN, REASON, TODAY))
    with pytest.raises(NotFoundError):
        sign_second(here.services, here.key(), KIRSTEN)
    with pytest.raises(NotFoundError):
        revoke_override(here.services, here.key(), KIRSTEN, REASON)


def test_a_revoked_override_parks_the_line_again_and_takes_its_roll_out_of_use(site: Open) -> None:
    here = site(RISKY)
    key = here.override()
    batch = here.batch()
    assert (batch.state, batch.rolls) == (BatchState.PLANNED, 1)
    record = revoke_override(here.services, key[:12], OLE, "gjaldt en anden borger")
    assert (record.revoked_by, record.revoked_why) == (OLE, "gjaldt en anden borger")
    assert here.line().disposition is Disposition.PARKED
    with here.services.database.read() as tx:
        assert [roll.void_reason for roll in tx.batches.rolls(batch.batch_id)] == ["plan revision 3"]
    with pytest.raises(NotReleasableError):
        release_batch(here.services, batch.batch_id, KIRSTEN)
    assert here.key() == key
    with pytest.raises(NotAllowedError, match="DOSE-0713"):
        revoke_override(here.services, key, OLE, "gjaldt en anden borger")
    here.override(ANNA)
    assert here.line().disposition is Disposition.PACKED


def test_an_override_ends_with_what_it_was_made_for(site: Open) -> None:
    here = site(RISKY)
    key = here.override()
    here.services = replace(here.services, rules=(against(RISKY, "m1", dose="3"),))
    here.push(request("m1"), request("m2"))
    assert here.line().disposition is Disposition.PARKED
    assert here.key() != key


def test_an_override_that_is_over_holds_the_next_batch_and_the_release(site: Open) -> None:
    here = site(RISKY)
    key = here.override(days=2)
    planned = here.batch()
    assert planned.state is BatchState.PLANNED
    here.clock.later = timedelta(days=3)
    with pytest.raises(NotReleasableError, match="the override of DOSE-0199 is over or revoked"):
        release_batch(here.services, planned.batch_id, KIRSTEN)
    held = here.batch()
    assert held.state is BatchState.HELD
    assert "DOSE-0720" in {finding.code for finding in held.findings}
    again = Wish(ANNA, REASON, TODAY + timedelta(days=20))
    override_alert(here.services, key, again)
    last = here.batch()
    assert (last.state, last.rolls) == (BatchState.PLANNED, 1)
    assert release_batch(here.services, last.batch_id, KIRSTEN).state is BatchState.RELEASED


def test_an_override_that_is_over_can_be_taken_back_so_that_the_line_waits(site: Open) -> None:
    here = site(RISKY)
    key = here.override(days=0)
    here.clock.later = timedelta(days=1)
    revoke_override(here.services, key, ANNA, "ikke afklaret endnu")
    assert here.line().disposition is Disposition.PARKED


def test_rates_tell_what_is_overridden_blindly(site: Open) -> None:
    here = site(RISKY)
    (rate,) = rates(here.services)
    assert (rate.check, rate.code, rate.raised, rate.overridden, rate.waited, rate.percent) == (
        "",
        "DOSE-0199",
        1,
        0,
        None,
        0,
    )
    here.clock.later = timedelta(hours=2)
    here.override()
    (rate,) = rates(here.services)
    assert (rate.raised, rate.overridden, rate.waited, rate.percent) == (1, 1, timedelta(hours=2), 100)
    here.clock.later = timedelta(days=91)
    assert rates(here.services) == ()
    assert len(rates(here.services, 92)) == 1
    page = alert_page(here.services, 92)
    assert (page.rates[0].percent, page.more, page.days) == (100, False, 92)
    # It is over, so it stands again.
    assert ([one.waiting for one in page.standing], page.in_force) == ([None], ())


def test_a_first_signature_alone_counts_in_no_rate(site: Open) -> None:
    here = site(TWO)
    key = here.override()
    assert rates(here.services)[0].overridden == 0
    sign_second(here.services, key, OLE)
    assert rates(here.services)[0].overridden == 1


def test_a_note_beside_a_dosage_is_read_by_a_pharmacist_and_packed(site: Open) -> None:
    here = site(RISKY)
    here.services = replace(here.services, rules=(QUIET,))
    noted = request("m1") | {"note": [{"text": "Pas på nyrerne"}]}
    here.push(noted)
    (alert,) = standing_alerts(here.services)
    assert (alert.record.code, alert.overriding) == ("DOSE-1312", Overriding.PHARMACIST)
    assert alert.medicine == here.line().text != ""
    here.override()
    assert [one.medicine for one in overrides_in_force(here.services)] == [alert.medicine]
    assert here.line().disposition is Disposition.PACKED
    # Another line before it moves its place in the message, and nothing else.
    here.push(request("a1"), noted)
    assert [line.disposition for line in here.lines()] == [Disposition.PACKED] * 2
    twice = deepcopy(noted)
    twice["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]["value"] = 2
    for changed in (noted | {"note": [{"text": "Stop"}]}, twice):
        here.push(request("a1"), changed)
        assert [line.disposition for line in here.lines()] == [Disposition.PACKED, Disposition.PARKED]


def test_a_note_that_was_let_go_for_a_time_holds_the_next_batch_when_that_is_over(site: Open) -> None:
    here = site(RISKY)
    here.services = replace(here.services, rules=(QUIET,))
    here.push(request("m1") | {"note": [{"text": "Pas på nyrerne"}]})
    (alert,) = standing_alerts(here.services)
    assert alert.record.subject == "m1"
    here.override(days=2)
    planned = here.batch()
    assert planned.state is BatchState.PLANNED
    here.clock.later = timedelta(days=3)
    with pytest.raises(NotReleasableError, match="the override of DOSE-1312 is over or revoked"):
        release_batch(here.services, planned.batch_id, KIRSTEN)
    held = here.batch()
    assert (held.state, [finding.code for finding in held.findings]) == (BatchState.HELD, ["DOSE-0720"])
