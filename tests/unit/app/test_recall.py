"""A lot that must not be used: no order draws on it, and what is packed of it is found, pouch by pouch."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dispenser.app.dispatch import NotSendableError
from dispenser.app.recall import LotError, Recalled, clear_lot, quarantine_lot, recall_lot
from dispenser.app.refill import close_fill, register_fills
from dispenser.app.release import release_batch
from dispenser.app.tracing import packed_products
from dispenser.app.views_roll import roll_page
from dispenser.core.fills import HAND, FillName, LotName, LotState
from dispenser.core.ids import ProductId, RollId
from dispenser.core.job import JobState
from dispenser.store.session import Database
from hal.documents import entry_of
from safety import fill_codes, lot_codes
from safety.findings import Code
from tests.support.fills import CHECKER, draft, gtin
from tests.support.pharmacy import M1, WHO, Pharmacy, line
from tests.support.world import VirtualClock

ONE, TWO = RollId("0000010001"), RollId("0000010002")
PAMOL = ProductId("28100000001")
WHY = "DKMA 2026-17"
PAMOL_LOT = "LF-101-1"
"""The lot in the canister of the first product."""


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def pharmacy(database: Database, clock: VirtualClock) -> Pharmacy:
    """Two citizens' released rolls: halves of Pamol every morning, one every evening; the other takes Magnyl alone."""
    pharmacy = Pharmacy(database, clock)
    pharmacy.citizen(1, line("A", "0.5"))
    pharmacy.citizen(2, line("B", place=2))
    release_batch(pharmacy.services, pharmacy.batch().batch_id, WHO)
    return pharmacy


def packed(pharmacy: Pharmacy, rolls: int = 2) -> Pharmacy:
    for _ in range(rolls):
        pharmacy.start_next(M1)
        pharmacy.run(M1, 60_000)
    return pharmacy


def recall(pharmacy: Pharmacy, lot: str = PAMOL_LOT, of: str = "") -> Recalled:
    return recall_lot(pharmacy.services, lot, of, WHO, WHY)


def discarded(recalled: Recalled) -> list[tuple[str, int]]:
    return [(one.roll_id, one.number) for one in recalled.discarded]


def test_a_recall_names_every_pouch_of_the_lot_and_discards_it(pharmacy: Pharmacy) -> None:
    recalled = recall(packed(pharmacy))
    assert [(one.roll_id, one.number, one.citizen_id) for one in recalled.pouches] == [
        (ONE, number, "citizen-1") for number in (2, 4, 6)
    ]
    assert discarded(recalled) == [(ONE, 2), (ONE, 4), (ONE, 6)]
    assert [str(fill.name) for fill in recalled.fills] == ["C-101/F-101-1"]
    assert recalled.ended == (ONE,)
    cause = f"lot {PAMOL_LOT} recalled: {WHY}"
    assert {one.cause for one in recalled.discarded} == {cause}
    assert recalled.discarded[0].reason == "28100000001 recalled (1 -> 1)"
    assert pharmacy.void_rolls() == {ONE: cause}
    assert [one.detail for one in pharmacy.audit("lot recalled")] == [WHY]
    with pharmacy.services.database.read() as tx:
        assert [one.is_discarded for one in tx.traces.pouches_of_lot(PAMOL_LOT)] == [True] * 3


@pytest.mark.parametrize("spelt", ["lf-101-1", " LF-101-1 ", "Lf -101 -1"])
def test_a_lot_is_the_same_however_it_is_typed(pharmacy: Pharmacy, spelt: str) -> None:
    services = packed(pharmacy).services
    with services.database.read() as tx:
        assert len(tx.traces.pouches_of_lot(spelt)) == 3
    assert [fill.name.container for fill in quarantine_lot(services, spelt, "", WHO, "misfarvet")] == ["C-101"]
    clear_lot(services, PAMOL_LOT, "", CHECKER, "set efter")
    recalled = recall(pharmacy, spelt)
    assert len(recalled.pouches) == len(recalled.discarded) == 3
    with services.database.read() as tx:
        assert tx.fills.lots().state_of(LotName("05701234567899", PAMOL_LOT)) is LotState.RECALLED
    with pytest.raises(LotError, match="is recalled"):
        quarantine_lot(services, PAMOL_LOT, "", WHO, WHY)


def test_an_order_under_way_is_found_however_its_lot_is_typed(pharmacy: Pharmacy) -> None:
    pharmacy.start_next(M1)
    assert recall(pharmacy, PAMOL_LOT.lower()).ended == (ONE,)


def test_what_a_recall_took_is_packed_again_from_another_lot(pharmacy: Pharmacy) -> None:
    recall(packed(pharmacy))
    again = pharmacy.batch()
    assert (again.rolls, again.pouches) == (1, 3)
    release_batch(pharmacy.services, again.batch_id, WHO)
    with pytest.raises(NotSendableError, match=r"DOSE-0323 .* is recalled"):
        pharmacy.start_next(M1)
    pharmacy.machines[M1]._bays.refill(1)
    packed(pharmacy, 1)
    assert {job.state for job in pharmacy.jobs()} == {JobState.PACKED}


def test_pouches_whose_time_is_over_are_told_but_need_not_be_found(pharmacy: Pharmacy, clock: VirtualClock) -> None:
    packed(pharmacy)
    clock._now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    recalled = recall(pharmacy)
    assert ([one.number for one in recalled.pouches], discarded(recalled)) == ([2, 4, 6], [(ONE, 4), (ONE, 6)])


def test_hand_stock_is_recalled_from_the_tray(pharmacy: Pharmacy) -> None:
    recalled = recall(packed(pharmacy), f"Lhand-{PAMOL}")
    assert discarded(recalled) == [(ONE, 1), (ONE, 3), (ONE, 5)]
    assert [fill.name.container for fill in recalled.fills] == [HAND]


def test_the_lot_of_another_product_is_another_lot(pharmacy: Pharmacy) -> None:
    recalled = recall(packed(pharmacy), of=gtin(1))
    assert recalled == Recalled((), (), (), (), ())
    assert pharmacy.void_rolls() == {}


def test_an_order_under_way_ends_and_what_comes_out_is_discarded(pharmacy: Pharmacy) -> None:
    pharmacy.start_next(M1)
    recalled = recall(pharmacy)
    assert (recalled.pouches, recalled.ended) == ((), (ONE,))
    pharmacy.run(M1, 60_000)
    with pharmacy.services.database.read() as tx:
        gone = {one.number for one in tx.discards.of_rolls([ONE])}
        out = {one.number for one in tx.jobs.pouches_of_roll(ONE) if one.state == "packed"}
        traced = {one.number for one in tx.traces.pouches_of_lot(PAMOL_LOT)}
    assert gone == out
    assert out
    assert traced == out & {2, 4, 6}


def test_an_order_that_waits_is_not_sent(pharmacy: Pharmacy) -> None:
    recalled = recall(pharmacy)
    assert (recalled.pouches, recalled.ended) == ((), ())
    with pytest.raises(NotSendableError, match="DOSE-0323"):
        pharmacy.start_next(M1)
    assert [job.state for job in pharmacy.jobs()] == [JobState.QUEUED] * 2


def test_a_lot_in_quarantine_is_not_used_until_another_clears_it(pharmacy: Pharmacy) -> None:
    services = pharmacy.services
    fills = quarantine_lot(services, PAMOL_LOT, "", WHO, "misfarvet")
    assert [str(fill.name) for fill in fills] == ["C-101/F-101-1"]
    with pytest.raises(NotSendableError, match="DOSE-0324"):
        pharmacy.start_next(M1)
    with pytest.raises(LotError, match="DOSE-0911"):
        clear_lot(services, PAMOL_LOT, "", WHO.lower(), "set efter")
    clear_lot(services, PAMOL_LOT, "", CHECKER, "set efter")
    packed(pharmacy)
    assert [one.action for one in (*pharmacy.audit("lot free"), *pharmacy.audit("lot quarantined"))] == [
        "lot free",
        "lot quarantined",
    ]


def test_what_is_packed_stays_through_a_quarantine(pharmacy: Pharmacy) -> None:
    quarantine_lot(packed(pharmacy).services, PAMOL_LOT, "", WHO, "misfarvet")
    assert pharmacy.void_rolls() == {}
    assert discarded(recall(pharmacy)) == [(ONE, 2), (ONE, 4), (ONE, 6)]


@pytest.mark.parametrize(
    ("lot", "of", "who", "reason", "code"),
    [
        (" ", "", WHO, WHY, lot_codes.UNKNOWN_LOT),
        ("L", "", " ", WHY, fill_codes.NO_NAME),
        ("L", "", WHO, " ", lot_codes.NO_REASON),
        ("L", "123", WHO, WHY, fill_codes.GTIN_WRONG),
    ],
)
def test_an_unsigned_recall_is_none(pharmacy: Pharmacy, lot: str, of: str, who: str, reason: str, code: Code) -> None:
    for decide in (recall_lot, quarantine_lot):
        with pytest.raises(LotError) as told:
            decide(pharmacy.services, lot, of, who, reason)
        assert [finding.code for finding in told.value.findings] == [code]
    with pharmacy.services.database.read() as tx:
        assert tx.fills.notices() == ()


def test_a_recall_is_for_good(pharmacy: Pharmacy) -> None:
    recall(pharmacy)
    for decide in (recall_lot, quarantine_lot, clear_lot):
        with pytest.raises(LotError, match="DOSE-0932"):
            decide(pharmacy.services, PAMOL_LOT, "", CHECKER, WHY)
    with pharmacy.services.database.read() as tx:
        assert [notice.state for notice in tx.fills.notices()] == [LotState.RECALLED]


def test_a_pouch_from_a_fill_that_nobody_registered_is_discarded_and_its_roll_ends(pharmacy: Pharmacy) -> None:
    pharmacy.start_next(M1)
    machine = pharmacy.machines[M1]
    machine.advance(60_000)
    # Somebody has filled the canister anew while the machine worked.
    documents = [text.replace('"fill":"F-101-1"', '"fill":"F-101-X"') for text in machine.journal_after("", 0, 1_000)]
    pharmacy._books[M1].record([entry_of(text) for text in documents])
    with pharmacy.services.database.read() as tx:
        gone = {one.number: one for one in tx.discards.of_rolls([ONE])}
        traced = [(one.fill, one.lot) for one in tx.traces.lots_of_pouch(ONE, 2)]
    assert traced == [(FillName("C-101", "F-101-X"), "")]
    assert "DOSE-0930" in gone[2].cause
    assert gone[2].reason == "28100000001 from an unfit fill (1 -> 1)"
    assert list(pharmacy.void_rolls()) == [ONE]
    assert 1 not in gone


def test_an_expired_fill_is_not_sent_and_a_closed_stock_is_missed(pharmacy: Pharmacy, clock: VirtualClock) -> None:
    services = pharmacy.services
    close_fill(services, FillName(HAND, f"hand-{PAMOL}"), WHO, "brugt op")
    short = draft(services, FillName(HAND, "short"), PAMOL, expiry=clock.now().date() + timedelta(days=1))
    register_fills(services, [replace(short, code="")])
    with pytest.raises(NotSendableError, match=r"DOSE-0322 Pouch 3: .* expires on 2026-11-23.* for 2026-11-24"):
        pharmacy.start_next(M1)


def test_pouches_packed_before_fills_were_registered_are_of_unknown_lots(pharmacy: Pharmacy) -> None:
    services = pharmacy.services
    with services.database.write() as tx:
        (job,) = tx.jobs.of_roll(ONE)
        assert packed_products(tx, ONE, 1) == ()
        for number in (0, 1):
            assert tx.jobs.close_pouch(job.job_id, number, "packed", number, "", services.clock.now())
        assert packed_products(tx, ONE, 1) == (PAMOL,)
        assert packed_products(tx, ONE, 0) == ()
    page = roll_page(services, ONE)
    assert page is not None
    assert [card.lots for card in page.days[0].cards] == [{PAMOL: ("",)}, {}]
    assert recall(pharmacy).untraced == ((ONE, 1),)


def test_a_rolls_page_shows_the_lots_of_each_pouch(pharmacy: Pharmacy) -> None:
    page = roll_page(packed(pharmacy).services, ONE)
    assert page is not None
    morning, evening = page.days[0].cards
    assert morning.lots == {PAMOL: (f"Lhand-{PAMOL}",)}
    assert evening.lots == {PAMOL: (PAMOL_LOT,)}
    assert page.header.lots == {}
