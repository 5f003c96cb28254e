"""Whatever happens between intake and hand-over: each dose ahead is in exactly one pouch, or something says why not."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from dispenser.app.absence import declare_lost, note_presence
from dispenser.app.batching import NothingToPackError, plan_batch
from dispenser.app.dispatch import NotSendableError
from dispenser.app.missing import missing
from dispenser.app.release import NotReleasableError, release_batch
from dispenser.app.superseding import supersede
from dispenser.core.batch import BatchState
from dispenser.core.change import Why
from dispenser.core.dosage import DosageDay, DosageStructure, OrderedDose, Slot, StructuredDosage
from dispenser.core.ids import BatchId, CitizenId, GroupId, OrdinationId, ProductId
from dispenser.core.plan import MedicationPlan, Ordination, ParkedLine
from dispenser.core.presence import Presence, PresenceError, PresenceNote
from dispenser.core.roll import HEADER_NUMBER, Period
from dispenser.store.records import DiscardRecord
from dispenser.store.session import Database
from safety.findings import Severity
from scheduling.calendar import local_date
from tests.support.account import Account
from tests.support.hall import EVENING, MONDAY, MORNING, NORTH, SOUTH
from tests.support.pharmacy import M1, WHO, Fresh, Pharmacy
from tests.support.world import VirtualClock

FIRST = Period(MONDAY, MONDAY + timedelta(days=3))
ACROSS = Period(MONDAY + timedelta(days=2), MONDAY + timedelta(days=5))
SECOND = Period(MONDAY + timedelta(days=4), MONDAY + timedelta(days=7))
CITIZENS = (CitizenId("citizen-1"), CitizenId("citizen-2"))
WHOM = st.sampled_from([*CITIZENS, CITIZENS[0]])
EXPLAINED = {"DOSE-0230", "DOSE-0232", "DOSE-0236"}
"""What may hold a batch here: days that nobody has planned yet, a cycle in another phase, one brand too many."""
_CLAIM = re.compile(r"(?P<product>\d{11}) (?P<why>.*) \((?P<was>.*) -> (?P<becomes>.*)\)")
_DOSES: Sequence[Sequence[tuple[Slot, str]]] = (
    ((MORNING, "1"),),
    ((MORNING, "1"), (EVENING, "1")),
    ((MORNING, "2"), (EVENING, "1")),
    ((EVENING, "2"),),
    ((MORNING, "10"),),
)
"""Ten tablets need two pouches."""


@st.composite
def lines(draw: st.DrawFn, at_least: int = 0) -> tuple[Ordination, ...]:
    chosen = draw(st.lists(st.integers(1, 3), unique=True, min_size=at_least, max_size=3))
    return tuple(draw(_line(place)) for place in chosen)


@st.composite
def _line(draw: st.DrawFn, place: int) -> Ordination:
    interval, name = draw(st.sampled_from([1, 1, 1, 2])), draw(st.sampled_from(["", "", "-renewed"]))
    start = date(2026, 11, 1) + timedelta(days=draw(st.sampled_from([0, 0, 1])))
    doses = tuple(OrderedDose(slot, Decimal(units)) for slot, units in draw(st.sampled_from(_DOSES)))
    dosage = StructuredDosage("tablet", (DosageStructure(interval, start, None, (DosageDay(1, doses),)),))
    return Ordination(
        OrdinationId(f"line-{place}{name}"),
        ProductId(f"2810000000{place}"),
        dosage,
        date(2026, 11, 1),
        draw(st.sampled_from([None, None, MONDAY + timedelta(days=2)])),
        draw(st.sampled_from(["", "", "Med måltid"])),
    )


class Changes(RuleBasedStateMachine):
    """One pharmacy with one machine and two citizens; everybody changes everything at any time."""

    def __init__(self, fresh: Fresh) -> None:
        super().__init__()
        self._fresh = fresh("sqlite")
        self.clock = VirtualClock()
        self.database = Database.open(self._fresh.__enter__())
        self.pharmacy = Pharmacy(self.database, self.clock)
        self.account = Account(self.pharmacy)

    def teardown(self) -> None:
        self.database.close()
        self._fresh.__exit__(None, None, None)

    @initialize(first=lines(1), second=lines(1), seconds=st.sampled_from([0, 8, 9, 10, 12, 30, 60]))
    def begin(self, first: tuple[Ordination, ...], second: tuple[Ordination, ...], seconds: int) -> None:
        """Two citizens, whose first period is released and packed in part."""
        for number, chosen in enumerate((first, second), start=1):
            self.pharmacy.citizen(number, *chosen)
        with self.database.write() as tx:
            tx.groups.ensure(SOUTH, "Syd")
        self.plan_batch(NORTH, FIRST)
        self.release()
        self.start()
        self.run(seconds)

    @rule(whom=WHOM, chosen=lines())
    def another_plan(self, whom: CitizenId, chosen: tuple[Ordination, ...]) -> None:
        self._revise(whom, chosen)

    @rule(whom=WHOM, extra=_line(4))
    def one_line_more(self, whom: CitizenId, extra: Ordination) -> None:
        self._revise(
            whom, (*(one for one in self.account.plan(whom).ordinations if one.product_id != extra.product_id), extra)
        )

    @rule(whom=WHOM, place=st.integers(0, 2), is_parked=st.booleans())
    def one_line_less(self, whom: CitizenId, place: int, *, is_parked: bool) -> None:
        """A line is stopped, or changes to what a human must decide on."""
        ordered = self.account.plan(whom).ordinations
        if place < len(ordered):
            gone = ordered[place]
            parked = (ParkedLine(gone.ordination_id, "", ("DOSE-1310",)),) if is_parked else ()
            records = self._revise(whom, tuple(one for one in ordered if one is not gone), parked)
            wrong = Why.STOPPED if is_parked else Why.PARKED
            assert not any(f"{gone.product_id} {wrong.value}" in record.reason for record in records)

    @rule(
        whom=WHOM,
        what=st.sampled_from(Presence),
        ahead=st.integers(0, 5),
        length=st.sampled_from([None, None, 0, 1, 3]),
    )
    def note(self, whom: CitizenId, what: Presence, ahead: int, length: int | None) -> None:
        first = local_date(self.clock.now()) + timedelta(days=ahead)
        last = None if length is None else first + timedelta(days=length)
        try:
            records = note_presence(self.pharmacy.services, whom, PresenceNote(what, first, last), WHO, "ringet")
        except PresenceError:
            return
        self._require_true(whom, records)

    @rule(place=st.integers(0, 5))
    def lost(self, place: int) -> None:
        with self.database.read() as tx:
            rolls = [roll for one in CITIZENS for roll in tx.batches.rolls_of_citizen(one, 50)]
        if place < len(rolls):
            declare_lost(self.pharmacy.services, rolls[place].roll_id, WHO, "ikke leveret")

    @rule(whom=WHOM, group=st.sampled_from([NORTH, SOUTH]))
    def moves(self, whom: CitizenId, group: GroupId) -> None:
        with self.database.write() as tx:
            tx.citizens.put(replace(tx.citizens.get(whom), group_id=group))

    @rule(group=st.sampled_from([NORTH, NORTH, NORTH, SOUTH]), period=st.sampled_from([FIRST, FIRST, ACROSS, SECOND]))
    def plan_batch(self, group: GroupId, period: Period) -> None:
        """What is planned is all that is missing, and is held for no reason of ours."""
        try:
            record = plan_batch(self.pharmacy.services, group, period, WHO)
        except NothingToPackError:
            held = set()
        else:
            held = {finding.code for finding in record.findings if finding.severity != Severity.WARN.name}
            assert (record.state is BatchState.HELD) == bool(held)
            assert held <= EXPLAINED, record.findings
        if not held:
            for citizen_id in self.account.in_group(group):
                assert self.account.live(citizen_id, period) == self.account.wanted(citizen_id, period)

    @rule()
    def release(self) -> None:
        """Release everything; what cannot go is planned again, and then all that is left can."""
        for batch_id in self._planned():
            try:
                release_batch(self.pharmacy.services, batch_id, WHO)
            except NotReleasableError:
                self._plan_again_and_release(batch_id)

    @rule()
    def start(self) -> None:
        with self.database.read() as tx:
            ready = not tx.jobs.live_on(M1) and tx.jobs.queued_for(M1)
        if ready:
            try:
                self.pharmacy.start_next(M1)
            except NotSendableError:
                return

    @rule(seconds=st.sampled_from([3, 8, 20, 200]))
    def run(self, seconds: int) -> None:
        self.pharmacy.run(M1, seconds * 1000)

    @rule()
    def lose_link(self) -> None:
        self.pharmacy.lose_link(M1)

    @rule(hours=st.sampled_from([1, 7, 12, 23]))
    def later(self, hours: int) -> None:
        self.clock._now += timedelta(hours=hours)

    @invariant()
    def nothing_is_in_hand_that_nobody_orders_and_what_is_not_is_listed(self) -> None:
        listed = {(one.citizen_id, one.group_id, one.period) for one in missing(self.pharmacy.services)}
        with self.database.read() as tx:
            planned = tx.batches.planned_periods(local_date(self.clock.now()))
        groups = {group: self.account.in_group(group) for group in (NORTH, SOUTH)}
        for citizen_id in self.account.citizens():
            live, wanted = self.account.live(citizen_id), self.account.wanted(citizen_id)
            assert not {intake: units for intake, units in live.items() if units > wanted.get(intake, 0)}
            assert not self.account.misprinted(citizen_id)
            lacking = {day for (_, day, _), units in (wanted.items() - live.items())}
            for group, period in planned:
                if citizen_id in groups[group]:
                    lacks = any(period.first <= day <= period.last for day in lacking)
                    assert ((citizen_id, group, period) in listed) == lacks

    def _revise(
        self, whom: CitizenId, chosen: Sequence[Ordination], parked: tuple[ParkedLine, ...] = ()
    ) -> tuple[DiscardRecord, ...]:
        now, revision = self.clock.now(), self.account.plan(whom).revision + 1
        plan = MedicationPlan(whom, revision, tuple(chosen), parked)
        with self.database.write() as tx:
            tx.plans.append(plan, now, f"m{whom[-1]}", ())
            records = supersede(self.pharmacy.services, tx, plan, now)
        self._require_true(whom, records)
        return records

    def _require_true(self, whom: CitizenId, records: Sequence[DiscardRecord]) -> None:
        """Every claim of a discard names what is in the pouch, and what is ordered in its place."""
        wanted = self.account.wanted(whom)
        for record in records:
            if record.number != HEADER_NUMBER:
                pouch = self.account.pouch(record)
                for claim in record.reason.split("; "):
                    said = _CLAIM.fullmatch(claim)
                    assert said is not None
                    assert Fraction(said["becomes"]) == wanted.get((said["product"], pouch.date, pouch.slot), 0)
                    assert said["product"] in {content.product_id for content in pouch.contents}
                    assert (said["was"] == said["becomes"]) == (
                        said["why"] in {"instruction changed", "in another pouch too"}
                    )

    def _plan_again_and_release(self, batch_id: BatchId) -> None:
        with self.database.read() as tx:
            record = tx.batches.get(batch_id)
        self.plan_batch(record.group_id, record.period)
        with self.database.read() as tx:
            is_left = any(roll.void_reason is None for roll in tx.batches.rolls(batch_id))
        if is_left:
            release_batch(self.pharmacy.services, batch_id, WHO)

    def _planned(self) -> list[BatchId]:
        return [record.batch_id for record in self.pharmacy.batches() if record.state is BatchState.PLANNED]


def test_every_dose_ahead_is_in_one_pouch_or_something_says_why_not(fresh: Fresh) -> None:
    """Examples are not shrunk: every step asks a real database, and fourteen steps are few enough to read."""
    few = settings(
        max_examples=25, stateful_step_count=14, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate]
    )

    class Here(Changes):
        def __init__(self) -> None:
            super().__init__(fresh)

    run_state_machine_as_test(Here, settings=few)
