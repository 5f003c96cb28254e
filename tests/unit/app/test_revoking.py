"""An override is taken back after its batch was released: what went because of it goes no further."""

from dataclasses import replace
from datetime import date

import pytest

from dispenser.app.batching import plan_batch
from dispenser.app.overriding import override_alert, revoke_override
from dispenser.app.release import release_batch
from dispenser.core.batch import BatchState
from dispenser.core.ids import BatchId, GroupId
from dispenser.core.plan import Disposition
from dispenser.core.roll import Period
from dispenser.store.session import Database
from safety.override_checks import Wish
from tests.support.deciding import ANNA, KIRSTEN, REASON, RISKY, TODAY, Site, open_site
from tests.support.fhir import request
from tests.support.rules import QUIET, against

LATER = Period(date(2026, 12, 10), date(2026, 12, 12))
MISTAKE = "det var en fejltagelse"


@pytest.fixture
def site(database: Database) -> Site:
    """The site, whose rules hold nothing against anybody yet."""
    here = open_site(database, RISKY)
    here.services = replace(here.services, rules=(QUIET,))
    here.push(request("m1"), request("m2"))
    return here


def void_reasons(here: Site, batch_id: BatchId) -> list[str | None]:
    with here.services.database.read() as tx:
        return [roll.void_reason for roll in tx.batches.rolls(batch_id)]


def open_jobs(here: Site, batch_id: BatchId) -> int:
    with here.services.database.read() as tx:
        return tx.jobs.open_count(batch_id)


def decided(here: Site, code: str) -> str:
    """The key of the alert of `code`, set aside by a pharmacist."""
    with here.services.database.read() as tx:
        (key,) = [one.key for one in tx.alerts.standing(TODAY, 9) if one.code == code]
    override_alert(here.services, key, Wish(KIRSTEN, REASON, TODAY))
    return key


def test_a_line_that_only_a_batch_found_waits_again_and_its_roll_ends(site: Site) -> None:
    site.services = replace(site.services, rules=(against(RISKY, "m1", dose="2"),))
    assert site.batch().state is BatchState.HELD
    key = decided(site, "DOSE-0199")
    batch = site.batch()
    assert release_batch(site.services, batch.batch_id, KIRSTEN).state is BatchState.RELEASED
    revoke_override(site.services, key, ANNA, MISTAKE)
    assert [line.disposition for line in site.lines()] == [Disposition.PARKED, Disposition.PACKED]
    (why,) = void_reasons(site, batch.batch_id)
    assert why is not None
    assert why.startswith("plan revision")
    assert open_jobs(site, batch.batch_id) == 0


def test_a_roll_that_went_because_of_an_override_ends_with_it(site: Site) -> None:
    first = site.batch()
    release_batch(site.services, first.batch_id, KIRSTEN)
    assert plan_batch(site.services, GroupId("default"), LATER, KIRSTEN).state is BatchState.HELD
    key = decided(site, "DOSE-0230")
    batch = plan_batch(site.services, GroupId("default"), LATER, KIRSTEN)
    release_batch(site.services, batch.batch_id, KIRSTEN)
    revision = site.line().revision
    revoke_override(site.services, key, ANNA, MISTAKE)
    assert void_reasons(site, batch.batch_id) == ["override revoked"]
    assert open_jobs(site, batch.batch_id) == 0
    assert (void_reasons(site, first.batch_id), open_jobs(site, first.batch_id)) == ([None], 1)
    assert site.line().revision == revision
    assert ("roll void", ANNA) in site.audit("roll void")
    assert plan_batch(site.services, GroupId("default"), LATER, KIRSTEN).state is BatchState.HELD
