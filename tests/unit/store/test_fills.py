"""Fills come back as they went in; a code, and a pack with a serial number, is there once; lots are found both ways."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispenser.core.acute import Acute
from dispenser.core.fills import HAND, Fill, FillName, LotName, LotNotice, LotState, Pack
from dispenser.core.ids import JobId, ProductId
from dispenser.core.job import JobState
from dispenser.store.errors import ConflictError, NotFoundError
from dispenser.store.fills import GtinRecord
from dispenser.store.records import DiscardRecord
from dispenser.store.session import Database
from dispenser.store.traces import Sent, TracedLot, TracedPouch
from tests.support.stored import LATER, M1, NOW, PERIOD, add_batch, citizen_id, job, roll_id, send

GTIN, OTHER = "07046260281004", "05712345000007"
A, B = ProductId("A"), ProductId("B")
ONE, TWO, BY_HAND = FillName("K1", "K1-1"), FillName("K1", "K1-2"), FillName(HAND, "H1")


def pack(lot: str = "L1", serial: str = "", gtin: str = GTIN) -> Pack:
    return Pack(gtin, lot, PERIOD.last, serial, 100)


def fill(name: FillName = ONE, *packs: Pack, **changes: object) -> Fill:
    made = Fill(name, A, packs or (pack(),), PERIOD.first, "Ida", "Bo", NOW, 28, GTIN)
    return replace(made, **changes)


def test_a_fill_comes_back_as_it_went_in(database: Database) -> None:
    one, two = fill(ONE, pack("L2", "S1"), pack("L1", "S2"), pack("L1")), fill(TWO, product_id=B)
    with database.write() as tx:
        assert tx.fills.next_number() == 1
        tx.fills.add([two, one])
        assert tx.fills.next_number() == 3
    with database.read() as tx:
        assert (tx.fills.get(ONE), tx.fills.get(TWO)) == (one, two)
        assert tx.fills.of_names([TWO, FillName("K9", "x"), ONE, ONE]) == {ONE: one, TWO: two}
        assert tx.fills.newest(9) == (two, one)
        assert tx.fills.newest(1) == (one,)
        assert tx.fills.of_lot("L1") == (two, one)
        assert tx.fills.of_lot("L2", GTIN) == (one,)
        assert tx.fills.of_lot("L2", OTHER) == ()
        with pytest.raises(NotFoundError, match="no fill K1/K1-3 is registered"):
            tx.fills.get(FillName("K1", "K1-3"))


@pytest.mark.parametrize(
    "bad",
    [
        fill(),
        fill(TWO, pack("L2", "S1")),
        fill(TWO, checked_by="Ida"),
        fill(TWO, checked_by=""),
        fill(TWO, days=43),
        fill(TWO, days=0),
        fill(TWO, replace(pack(), units=0)),
        fill(TWO, pack("")),
        fill(TWO, pack(gtin="1")),
        fill(FillName("", "1")),
    ],
)
def test_the_database_itself_refuses_a_bad_fill(database: Database, bad: Fill) -> None:
    with database.write() as tx:
        tx.fills.add([fill(ONE, pack(serial="S1"))])
    with pytest.raises(ConflictError), database.write() as tx:
        tx.fills.add([bad])


def test_packs_are_known_again_by_gtin_and_serial(database: Database) -> None:
    used = [pack(serial=f"S{number}") for number in range(600)]
    with database.write() as tx:
        tx.fills.add([fill(ONE, *used[:-1]), fill(TWO, used[-1], pack(gtin=OTHER))])
        found = tx.fills.used([*used, pack(), pack(serial="S1", gtin=OTHER)])
    assert len(found) == 600
    assert (found[GTIN, "S0"], found[GTIN, "S599"]) == (ONE, TWO)


def test_hand_stock_is_open_until_it_is_ended(database: Database) -> None:
    second = replace(fill(FillName(HAND, "H2")), at=LATER)
    with database.write() as tx:
        tx.fills.add([fill(), fill(BY_HAND), second, fill(FillName(HAND, "H3"), product_id=B)])
        tx.fills.end(BY_HAND, "Ida", "brugt op", LATER)
    ended = replace(fill(BY_HAND), ended_at=LATER)
    with database.read() as tx:
        assert tx.fills.hand_stock([A]) == {A: [second]}
        assert tx.fills.hand_stock([A], LATER) == {A: [ended, second]}
        assert tx.fills.hand_stock([A], LATER + timedelta(seconds=1)) == {A: [second]}
        assert set(tx.fills.hand_stock([A, B])) == {A, B}
        assert tx.fills.hand_stock([]) == {}
        assert tx.fills.get(BY_HAND) == ended
    with pytest.raises(ConflictError), database.write() as tx:
        tx.fills.end(BY_HAND, "Ida", "igen", LATER)


def test_the_last_word_about_a_gtin_counts(database: Database) -> None:
    first = GtinRecord(GTIN, A, 100, "Ida", "Bo", NOW)
    second = replace(first, product_id=B, units=30)
    with database.write() as tx:
        tx.fills.add_gtin(first)
        tx.fills.add_gtin(replace(first, gtin=OTHER))
        assert tx.fills.gtins()[GTIN] == first
        tx.fills.add_gtin(second)
        assert tx.fills.gtins() == {OTHER: replace(first, gtin=OTHER), GTIN: second}
    for bad in (replace(first, second="Ida"), replace(first, units=0), replace(first, gtin="1")):
        with pytest.raises(ConflictError), database.write() as tx:
            tx.fills.add_gtin(bad)


def test_what_is_said_of_lots_comes_back_in_order(database: Database) -> None:
    said = [
        LotNotice("L1", "", LotState.QUARANTINED, "Ida", "misfarvet", NOW),
        LotNotice("L1", "", LotState.FREE, "Bo", "set efter", LATER),
        LotNotice("L1", GTIN, LotState.RECALLED, "Bo", "DKMA", LATER),
    ]
    with database.write() as tx:
        for notice in said:
            tx.fills.add_notice(notice)
    with database.read() as tx:
        assert tx.fills.notices() == tuple(said)
        lots = tx.fills.lots()
    assert lots.state_of(LotName(GTIN, "L1")) is LotState.RECALLED
    assert lots.state_of(LotName(OTHER, "L1")) is LotState.FREE


@pytest.fixture
def packed(database: Database) -> Database:
    """Roll 1: pouch 1 of two fills, pouch 2 of one that nobody registered, pouch 3 void; roll 2 is under way."""
    with database.write() as tx:
        add_batch(tx, rolls=2)
        tx.fills.add([fill(ONE, pack("L1"), pack("L2")), fill(BY_HAND, pack("L1", gtin=OTHER), product_id=B)])
        tx.jobs.add(job("j1", 1), [0, 1, 2, 3])
        assert send(tx, "j1", 1)
        tx.traces.add_order(JobId("j1"), [ONE, BY_HAND], NOW)
        for number, state in ((1, "packed"), (2, "packed"), (3, "void")):
            assert tx.jobs.close_pouch(JobId("j1"), number, state, number, "", LATER)
        tx.traces.add_pouch(JobId("j1"), 1, [(ONE, A), (BY_HAND, B)])
        tx.traces.add_pouch(JobId("j1"), 2, [(FillName("K1", "x"), A)])
        tx.traces.add_pouch(JobId("j1"), 3, [(ONE, A)])
        assert tx.jobs.move(JobId("j1"), JobState.SENT, JobState.PACKED, LATER)
        tx.jobs.add(job("j2", 2), [0, 1])
        assert send(tx, "j2", 2)
        tx.traces.add_order(JobId("j2"), [ONE], LATER)
        tx.discards.add([DiscardRecord(roll_id(), 1, NOW, "a", "b", Acute.LOST)])
    return database


def test_a_lot_leads_to_its_packed_pouches_and_whose_they_are(packed: Database) -> None:
    first = TracedPouch(roll_id(), 1, citizen_id(), M1, ONE, A, GTIN, is_discarded=True)
    by_hand = replace(first, fill=BY_HAND, product_id=B, gtin=OTHER)
    with packed.read() as tx:
        assert tx.traces.pouches_of_lot("L2") == (first,)
        assert tx.traces.pouches_of_lot("L1") == (first, by_hand)
        assert tx.traces.pouches_of_lot("L1", OTHER) == (by_hand,)
        assert tx.traces.pouches_of_lot("L9") == ()


def test_a_pouch_leads_to_its_lots(packed: Database) -> None:
    lots = (
        TracedLot(1, A, ONE, GTIN, "L1", PERIOD.last),
        TracedLot(1, A, ONE, GTIN, "L2", PERIOD.last),
        TracedLot(1, B, BY_HAND, OTHER, "L1", PERIOD.last),
    )
    nobody = TracedLot(2, A, FillName("K1", "x"), "", "", None)
    with packed.read() as tx:
        assert tx.traces.lots_of_pouch(roll_id(), 1) == lots
        assert tx.traces.lots_of_pouch(roll_id(), 2) == (nobody,)
        assert tx.traces.lots_of_pouch(roll_id(), 3) == ()
        assert tx.traces.lots_of_roll(roll_id()) == (*lots, nobody)


def test_a_fill_that_is_registered_late_is_found_all_the_same(packed: Database) -> None:
    with packed.write() as tx:
        tx.fills.add([fill(FillName("K1", "x"), pack("L7"))])
        assert [(one.roll_id, one.number) for one in tx.traces.pouches_of_lot("L7")] == [(roll_id(), 2)]


def test_packed_pouches_of_which_nothing_is_written_are_named(packed: Database) -> None:
    """Packed before fills were registered: of no lot that anybody knows, which is not of no lot."""
    with packed.write() as tx:
        assert tx.traces.untraced(PERIOD.last) == ()
        tx.jobs.add(job("j3", 2), [2, 3, 4])
        for number, state in ((0, "packed"), (1, "packed")):
            assert tx.jobs.close_pouch(JobId("j2"), number, state, number, "", LATER)
        assert tx.traces.untraced(PERIOD.last) == ((roll_id(2), 1),)
        assert tx.traces.untraced(PERIOD.last + timedelta(days=1)) == ()
        tx.discards.add([DiscardRecord(roll_id(2), 1, NOW, "a", "b", Acute.LOST)])
        assert tx.traces.untraced(PERIOD.last) == ()


def test_only_orders_under_way_are_live(packed: Database) -> None:
    with packed.read() as tx:
        assert tx.traces.live_rolls_of("L1") == (roll_id(2),)
        assert tx.traces.live_rolls_of("L1", OTHER) == ()
        assert tx.traces.sent(JobId("j1")) == Sent(NOW, frozenset((ONE, BY_HAND)))
        assert tx.traces.sent(JobId("j2")) == Sent(LATER, frozenset((ONE,)))
        assert tx.traces.sent(JobId("j3")) is None
    with pytest.raises(ConflictError), packed.write() as tx:
        tx.traces.add_order(JobId("j2"), [FillName("K1", "x")], LATER)
