"""For any history of fills, refills and drops: a lot is found in every pouch that may hold it, and both ways agree."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispenser.app.fold import PouchOutcome
from dispenser.app.refill import close_fill, register_fills
from dispenser.app.release import release_batch
from dispenser.app.tracing import Shelf, note_pouch
from dispenser.core.fills import HAND, Drop, FillName
from dispenser.core.ids import ProductId
from dispenser.core.roll import Period
from dispenser.store.session import Database
from tests.support.fills import CHECKER, draft, know_gtins
from tests.support.hall import MONDAY
from tests.support.pharmacy import M1, WHO, Pharmacy, line
from tests.support.world import VirtualClock

LOTS = ("L1", "L2", "L3")
PRODUCTS = tuple(ProductId(f"2810000000{place}") for place in (1, 2))
CANISTERS = {"K1": PRODUCTS[0], "K2": PRODUCTS[1]}

some_lots = st.lists(st.sampled_from(LOTS), min_size=1, max_size=3, unique=True)
refills = st.tuples(st.just("refill"), st.sampled_from(sorted(CANISTERS)), some_lots)
openings = st.tuples(st.just("open"), st.sampled_from(PRODUCTS), some_lots)
closings = st.tuples(st.just("close"), st.integers(0, 9))
jumps = st.tuples(st.just("back"), st.integers(1, 600))
drops = st.lists(
    st.tuples(st.sampled_from(["K1", "K2"]), st.just(0)) | st.tuples(st.sampled_from(PRODUCTS), st.integers(0, 9)),
    min_size=1,
    max_size=3,
)
pouches = st.tuples(st.just("pouch"), drops)
histories = st.tuples(
    st.lists(refills | openings | closings | jumps, max_size=5),
    st.lists(refills | openings | closings | jumps | pouches | pouches, max_size=14),
)


@dataclass
class Course:
    """A pharmacy, and beside it what truly happened: which tablet, of which lot, fell into which pouch."""

    pharmacy: Pharmacy
    clock: VirtualClock
    held: dict[str, FillName] = field(default_factory=dict)
    on_hand: dict[ProductId, list[FillName]] = field(default_factory=lambda: defaultdict(list))
    lots: dict[FillName, list[str]] = field(default_factory=dict)
    may_hold: dict[int, set[str]] = field(default_factory=dict)
    """Lots of every fill that a pouch took from: what the machine's journal and the technician together know."""
    by_hand: set[int] = field(default_factory=set)
    since_sent: set[str] = field(default_factory=set)
    """Lots of everything that lay in canisters or was open by hand at any time since the order was sent."""
    shelf: Shelf = field(default_factory=Shelf)

    def step(self, *what: object) -> None:
        self.clock._now += timedelta(minutes=1)
        match what:
            case ("refill", str(canister), list(lots)):
                name = FillName(canister, f"{canister}-{len(self.lots)}")
                self.held[canister] = name
                self._register(name, CANISTERS[canister], lots)
            case ("open", str(product), list(lots)):
                name = FillName(HAND, f"H{len(self.lots)}")
                self.on_hand[ProductId(product)].append(name)
                self._register(name, ProductId(product), lots)
            case ("close", int(which)):
                names = [name for stock in self.on_hand.values() for name in stock]
                if names:
                    name = names[which % len(names)]
                    close_fill(self.pharmacy.services, name, CHECKER, "brugt op")
                    for stock in self.on_hand.values():
                        stock[:] = [one for one in stock if one != name]
            case ("back", int(seconds)):
                self.clock._now -= timedelta(seconds=60 + seconds)
            case ("pouch", list(fell)):
                self._pack(fell)
            case _:
                raise AssertionError(what)

    def _register(self, name: FillName, product: ProductId, lots: list[str]) -> None:
        self.lots[name] = lots
        self.since_sent.update(lots)
        register_fills(self.pharmacy.services, [draft(self.pharmacy.services, name, product, lots)])

    def _pack(self, fell: list[tuple[str, int]]) -> None:
        number = len(self.may_hold) + 1
        took: list[FillName] = []
        named: list[Drop] = []
        for source, which in fell:
            if source in CANISTERS and source in self.held:
                took.append(self.held[source])
                named.append(Drop(CANISTERS[source], self.held[source]))
            elif source not in CANISTERS and self.on_hand[ProductId(source)]:
                stock = self.on_hand[ProductId(source)]
                took.append(stock[which % len(stock)])
                named.append(Drop(ProductId(source), None))
                self.by_hand.add(number)
        services = self.pharmacy.services
        with services.database.write() as tx:
            (job,) = tx.jobs.of_batch(tx.batches.newest(1)[0].batch_id)
            assert tx.jobs.close_pouch(job.job_id, number, "packed", number, "", services.clock.now())
            outcome = PouchOutcome(number, number, packed=True, reason="", findings=(), drops=tuple(named))
            assert note_pouch(services, tx, job, tx.batches.roll(job.roll_id), outcome, self.shelf) == ()
        self.may_hold[number] = {lot for name in took for lot in self.lots[name]}


@contextmanager
def course() -> Iterator[Course]:
    with TemporaryDirectory() as folder, Database(f"sqlite:///{Path(folder)}/dispenser.db") as database:
        database.migrate()
        clock = VirtualClock()
        pharmacy = Pharmacy(database, clock)
        pharmacy.citizen(1, line("A"))
        release_batch(pharmacy.services, pharmacy.batch(Period(MONDAY, MONDAY + timedelta(days=13))).batch_id, WHO)
        know_gtins(pharmacy.services)
        with database.write() as tx:
            for stock in tx.fills.hand_stock(PRODUCTS).values():
                for fill in stock:
                    tx.fills.end(fill.name, WHO, "test", clock.now())
        yield Course(pharmacy, clock)


def send(course: Course) -> None:
    """The order is sent, with whatever hand stock is open now."""
    course.clock._now += timedelta(minutes=1)
    services = course.pharmacy.services
    with services.database.write() as tx:
        (job,) = tx.jobs.queued_for(M1)
        names = [*course.held.values(), *(name for stock in course.on_hand.values() for name in stock)]
        course.since_sent = {lot for name in names for lot in course.lots[name]}
        now = services.clock.now()
        assert tx.jobs.set_sent(job.job_id, tx.machines.take_order_number(M1), "{}", "a" * 64, 1, now)
        tx.traces.add_order(job.job_id, names, now)


@settings(max_examples=20, deadline=None)
@given(histories)
def test_a_lot_is_found_in_every_pouch_that_may_hold_it(
    history: tuple[list[tuple[object, ...]], list[tuple[object, ...]]],
) -> None:
    before, after = history
    with course() as what:
        for step in before:
            what.step(*step)
        send(what)
        for step in after:
            what.step(*step)
        with what.pharmacy.services.database.read() as tx:
            roll_id = tx.batches.rolls(tx.batches.newest(1)[0].batch_id)[0].roll_id
            found = {lot: {one.number for one in tx.traces.pouches_of_lot(lot)} for lot in LOTS}
            back = {number: {one.lot for one in tx.traces.lots_of_pouch(roll_id, number)} for number in what.may_hold}
            together = {(one.number, one.lot) for one in tx.traces.lots_of_roll(roll_id)}
        for lot in LOTS:
            truth = {number for number, lots in what.may_hold.items() if lot in lots}
            assert truth <= found[lot]
            assert truth - what.by_hand == found[lot] - what.by_hand
            # Nothing is named that was closed before the order was sent, whatever the clock showed.
            assert not found[lot] or lot in what.since_sent
            assert found[lot] == {number for number, lots in back.items() if lot in lots}
        assert together == {(number, lot) for number, lots in back.items() for lot in lots}


def test_hand_stock_that_was_closed_before_the_order_is_not_named() -> None:
    with course() as what:
        what.step("open", PRODUCTS[0], ["L1"])
        what.step("close", 0)
        what.step("open", PRODUCTS[0], ["L2"])
        send(what)
        what.step("open", PRODUCTS[0], ["L3"])
        what.step("pouch", [(PRODUCTS[0], 0)])
        with what.pharmacy.services.database.read() as tx:
            found = [lot for lot in LOTS if tx.traces.pouches_of_lot(lot)]
        assert found == ["L2", "L3"]


@pytest.mark.parametrize("back", [0, 1, 61, 3_600])
def test_a_clock_that_is_set_back_hides_no_hand_stock_and_names_none_that_was_closed(back: int) -> None:
    with course() as what:
        what.step("open", PRODUCTS[0], ["L1"])
        what.step("close", 0)
        what.step("back", back)
        what.step("open", PRODUCTS[0], ["L2"])
        send(what)
        what.step("back", back)
        what.step("close", 0)
        what.step("open", PRODUCTS[0], ["L3"])
        what.step("back", back)
        # Filled by hand from L2 before it was closed, or from L3; nothing of it is discarded.
        what.step("pouch", [(PRODUCTS[0], 0)])
        with what.pharmacy.services.database.read() as tx:
            found = [lot for lot in LOTS if tx.traces.pouches_of_lot(lot)]
        assert found == ["L2", "L3"]
