"""What holds a batch is set aside and it goes; another finding holds it all the same; an end holds it again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dispenser.app.alerts import standing_alerts
from dispenser.app.batch_alerts import overridden_in
from dispenser.app.batching import NothingToPackError, plan_batch
from dispenser.app.overriding import override_alert, revoke_override
from dispenser.app.printing import batch_record
from dispenser.app.release import NotReleasableError, release_batch
from dispenser.app.staff import NotAllowedError, add_staff
from dispenser.app.views_roll import roll_page
from dispenser.core.batch import BatchState
from dispenser.core.roll import Period
from dispenser.store.records import BatchRecord
from dispenser.store.session import Database
from safety.override_checks import Role, Wish
from tests.support.deciding import TODAY, MovingClock
from tests.support.hall import MONDAY, NORTH
from tests.support.pharmacy import DAYS, WHO, Pharmacy, line

REASON = "Borgeren er på ferie og har medicin med"
GAP = "DOSE-0230"


def after(days: int, length: int = 3) -> Period:
    first = MONDAY + timedelta(days=days)
    return Period(first, first + timedelta(days=length - 1))


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
def pharmacy(database: Database, clock: MovingClock) -> Pharmacy:
    """Two citizens who have pouches for three days, and a pharmacist."""
    pharmacy = Pharmacy(database, clock)
    pharmacy.citizen(1, line("A"))
    pharmacy.citizen(2, line("B"))
    add_staff(pharmacy.services, WHO, Role.PHARMACIST, WHO)
    release_batch(pharmacy.services, pharmacy.batch(DAYS).batch_id, WHO)
    return pharmacy


def plan(pharmacy: Pharmacy, period: Period) -> BatchRecord:
    return plan_batch(pharmacy.services, NORTH, period, WHO)


def gaps(record: BatchRecord) -> list[tuple[str, str]]:
    return [(found.severity, found.subject) for found in record.findings if found.code == GAP]


def override_all(pharmacy: Pharmacy, until: date = TODAY + timedelta(days=14)) -> list[str]:
    keys = [alert.record.key for alert in standing_alerts(pharmacy.services)]
    for key in keys:
        override_alert(pharmacy.services, key, Wish(WHO, REASON, until))
    return keys


def test_a_held_batch_goes_when_it_is_planned_again_after_the_decision(pharmacy: Pharmacy) -> None:
    held = plan(pharmacy, after(7))
    assert (held.state, gaps(held)) == (BatchState.HELD, [("HOLD", "citizen-1"), ("HOLD", "citizen-2")])
    assert len(override_all(pharmacy)) == 2
    assert standing_alerts(pharmacy.services) == ()
    again = plan(pharmacy, after(7))
    assert (again.state, gaps(again)) == (BatchState.PLANNED, [("WARN", "citizen-1"), ("WARN", "citizen-2")])
    assert again.findings[0].override == f"{WHO} (2026-11-22/2026-12-06): {REASON}"
    assert release_batch(pharmacy.services, again.batch_id, WHO).state is BatchState.RELEASED


def test_one_citizens_override_lets_nobody_else_go(pharmacy: Pharmacy) -> None:
    plan(pharmacy, after(7))
    first = standing_alerts(pharmacy.services)[0].record
    override_alert(pharmacy.services, first.key, Wish(WHO, REASON, TODAY))
    again = plan(pharmacy, after(7))
    assert (again.state, sorted(severity for severity, _ in gaps(again))) == (BatchState.HELD, ["HOLD", "WARN"])
    assert [alert.record.citizen_id for alert in standing_alerts(pharmacy.services)] != [first.citizen_id]


def test_another_gap_is_another_alert(pharmacy: Pharmacy) -> None:
    plan(pharmacy, after(7))
    override_all(pharmacy)
    other = plan(pharmacy, after(8))
    assert (other.state, {severity for severity, _ in gaps(other)}) == (BatchState.HELD, {"HOLD"})


def test_the_release_asks_whether_the_override_still_counts(pharmacy: Pharmacy, clock: MovingClock) -> None:
    plan(pharmacy, after(7))
    override_all(pharmacy, TODAY)
    again = plan(pharmacy, after(7))
    clock.later = timedelta(days=1)
    with pytest.raises(NotReleasableError, match=f"Batch {again.batch_id}: the override of {GAP} is over or revoked"):
        release_batch(pharmacy.services, again.batch_id, WHO)
    last = plan(pharmacy, after(7))
    assert last.state is BatchState.HELD
    assert set(pharmacy.void_rolls().values()) >= {"planned anew"}


def test_a_revoked_override_keeps_a_planned_batch_from_its_release(pharmacy: Pharmacy) -> None:
    plan(pharmacy, after(7))
    keys = override_all(pharmacy)
    again = plan(pharmacy, after(7))
    with pytest.raises(NotAllowedError, match="DOSE-0702"):
        revoke_override(pharmacy.services, keys[0], WHO, "nej")
    revoke_override(pharmacy.services, keys[0], WHO, "ferien er aflyst")
    with pytest.raises(NotReleasableError, match="over or revoked"):
        release_batch(pharmacy.services, again.batch_id, WHO)


def test_what_is_planned_and_counts_is_not_planned_twice(pharmacy: Pharmacy) -> None:
    plan(pharmacy, after(7))
    override_all(pharmacy)
    plan(pharmacy, after(7))
    with pytest.raises(NothingToPackError):
        plan(pharmacy, after(7))


def test_an_override_is_on_the_roll_and_in_the_record(pharmacy: Pharmacy) -> None:
    plan(pharmacy, after(7))
    override_all(pharmacy)
    again = plan(pharmacy, after(7))
    with pharmacy.services.database.read() as tx:
        rolls = tx.batches.rolls(again.batch_id)
        assert len(overridden_in(tx, rolls, again.findings)) == 2
    page = roll_page(pharmacy.services, rolls[0].roll_id)
    assert page is not None
    assert [(one.code, one.subject) for one in page.overridden] == [(GAP, "citizen-1")]
    with_override = batch_record(pharmacy.services, again.batch_id)
    assert with_override.startswith(b"%PDF")


def test_a_finding_that_nobody_may_override_holds_for_good(pharmacy: Pharmacy) -> None:
    services = replace(pharmacy.services, rules=())
    held = plan_batch(services, NORTH, after(3), WHO)
    assert held.state is BatchState.HELD
    (alert, *_) = [one for one in standing_alerts(services) if one.record.severity == "HOLD"]
    with pytest.raises(NotAllowedError, match="DOSE-0701"):
        override_alert(services, alert.record.key, Wish(WHO, REASON, TODAY))
