"""Periods of a group neither overlap nor leave out days without a word, and long ones have a reason (R4, C4, C5)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dispenser.app.batching import plan_batch, plan_due
from dispenser.app.clockwork import Cycle, Start, next_period, open_period, starts, tick
from dispenser.core.batch import BatchState
from dispenser.core.ids import GroupId
from dispenser.core.periods import PeriodLengthError, Reason, ReasonMissingError
from dispenser.core.roll import Period
from dispenser.store.errors import ConflictError, NotFoundError
from dispenser.store.records import PeriodRecord
from dispenser.store.session import Database
from scheduling.calendar import period_from
from tests.support.hall import MONDAY, NORTH, SOUTH
from tests.support.pharmacy import WHO, Pharmacy, line

PAST = datetime(2026, 11, 1, tzinfo=UTC)
REASON = Reason("A. Holm", "Julelukket")
LONG = Period(MONDAY, MONDAY + timedelta(days=27))
WEEK = period_from(MONDAY, 7)


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    pharmacy = Pharmacy(database)
    pharmacy.citizen(1, line("A"))
    return pharmacy


def opened(pharmacy: Pharmacy, period: Period, reason: Reason | None = None) -> PeriodRecord:
    return open_period(pharmacy.services, NORTH, period, PAST, reason)


def test_a_long_period_is_opened_and_packed_for_its_reason_only(pharmacy: Pharmacy) -> None:
    with pytest.raises(ReasonMissingError):
        opened(pharmacy, LONG)
    assert opened(pharmacy, LONG, REASON).reason == REASON
    (batch,) = plan_due(pharmacy.services)
    assert (batch.state, batch.period) == (BatchState.PLANNED, LONG)
    (audit,) = pharmacy.audit("batch planned")
    assert "28 days: Julelukket (A. Holm)" in audit.detail


def test_a_long_batch_at_once_needs_a_reason_too(pharmacy: Pharmacy) -> None:
    with pytest.raises(ReasonMissingError):
        plan_batch(pharmacy.services, NORTH, LONG, WHO)
    with pytest.raises(ReasonMissingError):
        plan_batch(pharmacy.services, NORTH, LONG, WHO, " ")
    assert pharmacy.batches() == ()
    assert plan_batch(pharmacy.services, NORTH, LONG, WHO, "Julelukket").state is BatchState.PLANNED
    assert f"Julelukket ({WHO})" in pharmacy.audit("batch planned")[0].detail


def test_nothing_is_longer_than_the_law_allows(pharmacy: Pharmacy) -> None:
    too_long = Period(MONDAY, MONDAY + timedelta(days=28))
    with pytest.raises(PeriodLengthError):
        opened(pharmacy, too_long, REASON)
    with pytest.raises(PeriodLengthError):
        plan_batch(pharmacy.services, NORTH, too_long, WHO, "Julelukket")


def test_a_long_period_from_before_reasons_were_kept_waits_and_no_other_group_with_it(pharmacy: Pharmacy) -> None:
    pharmacy.people(SOUTH, "Syd", 5, 1)
    with pharmacy.services.database.write() as tx:
        tx.groups.add_period(PeriodRecord(NORTH, LONG, PAST, "open", None))
        tx.groups.add_period(PeriodRecord(SOUTH, WEEK, PAST, "open", None))
    with pytest.raises(ExceptionGroup) as caught:
        plan_due(pharmacy.services)
    assert caught.group_contains(ReasonMissingError)
    assert [batch.group_id for batch in pharmacy.batches()] == [SOUTH]


@pytest.mark.parametrize("other", [(0, 7), (6, 1), (-3, 4), (-1, 14), (3, 1)])
def test_a_day_is_in_one_period_of_its_group(pharmacy: Pharmacy, other: tuple[int, int]) -> None:
    opened(pharmacy, WEEK)
    with pytest.raises(ConflictError, match=f"{WEEK.first} to {WEEK.last}"):
        opened(pharmacy, period_from(MONDAY + timedelta(days=other[0]), other[1]), REASON)


def test_periods_may_meet_on_both_sides_and_another_group_has_its_own(pharmacy: Pharmacy) -> None:
    opened(pharmacy, WEEK)
    opened(pharmacy, period_from(MONDAY + timedelta(days=7), 7))
    opened(pharmacy, period_from(MONDAY - timedelta(days=7), 7))
    open_period(pharmacy.services, SOUTH, period_from(MONDAY + timedelta(days=3), 7), PAST)


def test_days_to_come_are_left_out_for_a_reason_only(pharmacy: Pharmacy) -> None:
    opened(pharmacy, WEEK)
    later = period_from(MONDAY + timedelta(days=8), 7)
    with pytest.raises(ReasonMissingError, match="2026-11-30 to 2026-11-30"):
        opened(pharmacy, later)
    assert opened(pharmacy, later, REASON).reason == REASON


def test_days_that_are_over_are_left_out_without_a_word(pharmacy: Pharmacy) -> None:
    opened(pharmacy, period_from(date(2026, 10, 1), 7))
    with pytest.raises(ReasonMissingError, match="2026-11-22"):
        opened(pharmacy, WEEK)
    opened(pharmacy, period_from(date(2026, 11, 22), 8))


def test_the_next_period_follows_at_once(pharmacy: Pharmacy) -> None:
    services = pharmacy.services
    with pytest.raises(NotFoundError, match="nord"):
        next_period(services, NORTH, None, None)
    opened(pharmacy, LONG, REASON)
    assert next_period(services, NORTH, None, None) == period_from(MONDAY + timedelta(days=28), 14)
    with pytest.raises(ReasonMissingError):
        next_period(services, NORTH, 28, None)
    assert next_period(services, NORTH, 28, REASON) == period_from(MONDAY + timedelta(days=28), 28, REASON)
    assert next_period(services, NORTH, 7, None) == period_from(MONDAY + timedelta(days=28), 7)


def test_a_cycle_goes_back_to_its_length_after_one_long_period(pharmacy: Pharmacy) -> None:
    opened(pharmacy, LONG, REASON)
    plan_due(pharmacy.services)
    tick(pharmacy.services, [Cycle(NORTH, MONDAY, 14)])
    with pharmacy.services.database.read() as tx:
        latest = tx.groups.latest(NORTH)
    assert latest is not None
    assert (latest.period, latest.reason) == (period_from(MONDAY + timedelta(days=28)), None)


def test_groups_are_staggered_and_who_has_periods_keeps_the_day(pharmacy: Pharmacy) -> None:
    pharmacy.people(SOUTH, "Syd", 5, 3)
    with pharmacy.services.database.write() as tx:
        tx.groups.ensure(GroupId("øst"), "Øst")
    opened(pharmacy, period_from(MONDAY + timedelta(days=2), 7))
    assert starts(pharmacy.services) == [
        Start(NORTH, 3, 1, settled=True),
        Start(SOUTH, 1, 3, settled=False),
        Start(GroupId("øst"), 2, 0, settled=False),
    ]
