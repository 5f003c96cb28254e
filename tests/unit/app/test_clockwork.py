"""Periods follow each other without gap, each is planned exactly once, and clock changes move no deadline."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispenser.app.clockwork import Cycle, open_period, tick
from dispenser.app.site import UnsoundSiteError, confirm_clock
from dispenser.core.batch import BatchState
from dispenser.core.periods import Reason, ReasonMissingError
from dispenser.core.roll import Period
from dispenser.store.errors import ConflictError
from dispenser.store.records import PeriodRecord
from dispenser.store.session import Database
from scheduling.calendar import DeadlineRule, deadline_of, period_from
from tests.support.hall import NORTH, SOUTH
from tests.support.pharmacy import Fresh, Pharmacy, line
from tests.support.world import VirtualClock

FIRST = date(2026, 11, 30)
WEEKLY = Cycle(NORTH, FIRST, 7)


class SetClock(VirtualClock):
    """A clock that is set by hand."""

    def set(self, *when: int) -> None:
        self._now = datetime(*when, tzinfo=UTC)  # type: ignore[arg-type,misc]  # year, month, day, hour, minute

    def advance(self, by: timedelta) -> None:
        self._now += by


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def pharmacy(fresh: Fresh, clock: SetClock) -> Iterator[Pharmacy]:
    with fresh("sqlite") as url, Database.open(url) as database:
        pharmacy = Pharmacy(database, clock)
        pharmacy.citizen(1, line("A"))
        yield pharmacy


def periods(pharmacy: Pharmacy) -> list[PeriodRecord]:
    with pharmacy.services.database.read() as tx:
        return sorted(tx.groups.periods(1_000), key=lambda record: record.period.first)


def test_the_first_tick_opens_the_first_period_and_plans_nothing_early(pharmacy: Pharmacy) -> None:
    assert tick(pharmacy.services, [WEEKLY]) == []
    (opened,) = periods(pharmacy)
    assert (opened.period, opened.state) == (period_from(FIRST, 7), "open")
    assert opened.deadline == datetime(2026, 11, 25, 11, 0, tzinfo=UTC)


def test_a_due_period_is_planned_exactly_once_and_the_next_one_opened(pharmacy: Pharmacy, clock: SetClock) -> None:
    tick(pharmacy.services, [WEEKLY])
    clock.set(2026, 11, 25, 10, 59)
    assert tick(pharmacy.services, [WEEKLY]) == []
    clock.set(2026, 11, 25, 11, 0)
    (batch,) = tick(pharmacy.services, [WEEKLY])
    assert (batch.period.first, batch.state) == (FIRST, BatchState.PLANNED)
    assert [tick(pharmacy.services, [WEEKLY]) for _ in range(3)] == [[], [], []]
    first, second = periods(pharmacy)
    assert (first.state, first.batch_id) == ("batched", batch.batch_id)
    assert (second.period.first, second.state) == (date(2026, 12, 7), "open")


def test_a_group_with_nothing_to_pack_goes_on_to_its_next_period(pharmacy: Pharmacy, clock: SetClock) -> None:
    empty = Cycle(SOUTH, FIRST, 7)
    tick(pharmacy.services, [empty])
    clock.set(2026, 11, 25, 12, 0)
    assert tick(pharmacy.services, [empty]) == []
    tick(pharmacy.services, [empty])
    assert [(record.state, record.batch_id) for record in periods(pharmacy)] == [("batched", None), ("open", None)]


def test_a_group_without_plans_keeps_no_other_group_waiting(pharmacy: Pharmacy, clock: SetClock) -> None:
    cycles = [Cycle(SOUTH, FIRST, 7), WEEKLY]
    tick(pharmacy.services, cycles)
    clock.set(2026, 11, 25, 12, 0)
    assert [batch.group_id for batch in tick(pharmacy.services, cycles)] == [NORTH]


@pytest.mark.parametrize(
    ("first", "deadline"),
    [
        # Noon in Copenhagen is 10:00 UTC while summer time lasts, 11:00 UTC after it.
        (date(2026, 10, 26), datetime(2026, 10, 21, 10, 0, tzinfo=UTC)),
        (date(2026, 11, 2), datetime(2026, 10, 28, 11, 0, tzinfo=UTC)),
        # Easter 2027: Thursday, Friday and Monday are holidays, and the night before Easter Sunday is an hour short.
        (date(2027, 3, 29), datetime(2027, 3, 22, 11, 0, tzinfo=UTC)),
        (date(2027, 4, 5), datetime(2027, 3, 31, 10, 0, tzinfo=UTC)),
    ],
)
def test_clock_changes_move_no_deadline(pharmacy: Pharmacy, clock: SetClock, first: date, deadline: datetime) -> None:
    cycle = Cycle(NORTH, first, 7)
    clock.set(2026, 10, 1)
    confirm_clock(pharmacy.services, "A. Holm", "another day")
    tick(pharmacy.services, [cycle])
    assert periods(pharmacy)[0].deadline == deadline
    clock.set(deadline.year, deadline.month, deadline.day, deadline.hour - 1, 59)
    confirm_clock(pharmacy.services, "A. Holm", "another day")
    assert tick(pharmacy.services, [cycle]) == []
    clock.advance(timedelta(minutes=1))
    assert len(tick(pharmacy.services, [cycle])) == 1


def test_a_cycle_that_began_long_ago_packs_nothing_for_days_that_are_over(pharmacy: Pharmacy) -> None:
    long_ago = Cycle(NORTH, date(2026, 11, 2), 7)
    batches = [batch for _ in range(5) for batch in tick(pharmacy.services, [long_ago])]
    today = pharmacy.services.clock.now().date()
    assert all(batch.period.last >= today for batch in batches)
    assert all((record.period.first - long_ago.first).days % 7 == 0 for record in periods(pharmacy))
    assert periods(pharmacy)[-1].state == "open"


def test_a_controller_that_was_off_for_months_packs_nothing_for_days_that_are_over(
    pharmacy: Pharmacy, clock: SetClock
) -> None:
    tick(pharmacy.services, [WEEKLY])
    clock.set(2026, 11, 25, 12, 0)
    tick(pharmacy.services, [WEEKLY])
    clock.set(2027, 3, 10, 12, 0)
    with pytest.raises(UnsoundSiteError, match="DOSE-0608"):
        tick(pharmacy.services, [WEEKLY])
    confirm_clock(pharmacy.services, "A. Holm", "the pharmacy was closed")
    batches = [batch for _ in range(5) for batch in tick(pharmacy.services, [WEEKLY])]
    assert all(batch.period.last >= date(2027, 3, 10) for batch in batches)


def test_a_holiday_pack_is_followed_by_periods_of_the_usual_length(pharmacy: Pharmacy, clock: SetClock) -> None:
    christmas = Reason("A. Holm", "Jul: ingen udbringning")
    four_weeks = period_from(FIRST, 28, christmas)
    open_period(pharmacy.services, NORTH, four_weeks, deadline_of(four_weeks, DeadlineRule()), christmas)
    clock.set(2026, 11, 25, 12, 0)
    (batch,) = tick(pharmacy.services, [WEEKLY])
    tick(pharmacy.services, [WEEKLY])
    long, usual = periods(pharmacy)
    assert (long.reason, long.period.days, long.batch_id) == (christmas, 28, batch.batch_id)
    assert (usual.period, usual.reason) == (period_from(date(2026, 12, 28), 7), None)


def test_a_long_period_is_not_opened_without_a_reason(pharmacy: Pharmacy) -> None:
    long = Period(FIRST, FIRST + timedelta(days=27))
    with pytest.raises(ReasonMissingError):
        open_period(pharmacy.services, NORTH, long, deadline_of(long, DeadlineRule()))
    assert periods(pharmacy) == []


def test_a_period_is_there_once(pharmacy: Pharmacy) -> None:
    period = period_from(FIRST, 7)
    deadline = deadline_of(period, DeadlineRule())
    open_period(pharmacy.services, NORTH, period, deadline)
    with pytest.raises(ConflictError):
        open_period(pharmacy.services, NORTH, period, deadline)
    assert len(periods(pharmacy)) == 1


@settings(max_examples=15, deadline=None)
@given(days=st.sampled_from([1, 7, 14]), hours=st.lists(st.integers(1, 400), max_size=12))
def test_whenever_it_is_woken_periods_follow_without_gap_and_each_is_planned_once(
    fresh: Fresh, days: int, hours: list[int]
) -> None:
    cycle = Cycle(NORTH, FIRST, days)
    clock = SetClock()
    with fresh("sqlite") as url, Database.open(url) as database:
        pharmacy = Pharmacy(database, clock)
        pharmacy.citizen(1, line("A"))
        made = list(tick(pharmacy.services, [cycle]))
        for some in hours:
            clock.advance(timedelta(hours=some))
            confirm_clock(pharmacy.services, "A. Holm", "awake again")
            made += tick(pharmacy.services, [cycle])
        known = periods(pharmacy)
    batched = [record for record in known if record.state == "batched"]
    # Of a period that was over before anybody woke there is no batch.
    assert [batch.batch_id for batch in made] == [record.batch_id for record in batched if record.batch_id]
    assert all((record.period.first - FIRST).days % days == 0 for record in known)
    assert all(before.period.last < after.period.first for before, after in pairwise(known))
