"""What a fill is good for, what is said of lots, and which fills a pouch may hold."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispenser.core.fills import (
    ANY_GTIN,
    HAND,
    LONGEST_OUTSIDE_DAYS,
    Drop,
    Fill,
    FillName,
    KnownFills,
    LotName,
    LotNotice,
    Lots,
    LotState,
    Pack,
    drawn_from,
    gtin_of,
    lots_of,
    with_check_digit,
)
from dispenser.core.ids import ProductId

GTIN = "07046260281004"
OTHER = "05712345000007"
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
A, B = ProductId("A"), ProductId("B")


def pack(lot: str = "L1", gtin: str = GTIN, units: int = 100) -> Pack:
    return Pack(gtin, lot, date(2028, 6, 30), "S1", units)


def fill(*packs: Pack) -> Fill:
    return Fill(FillName("K1", "K1-1"), A, packs, date(2026, 11, 22), "Ida", "Bo", NOW)


def notice(state: LotState, gtin: str = ANY_GTIN, lot: str = "L1") -> LotNotice:
    return LotNotice(lot, gtin, state, "Ida", "why", NOW)


def test_a_fill_holds_the_units_and_lots_of_all_its_packs() -> None:
    mixed = fill(pack("L2"), pack("L1", OTHER, 30), pack("L1"), pack("L2"))
    assert mixed.units == 330
    assert mixed.lots == (LotName(OTHER, "L1"), LotName(GTIN, "L1"), LotName(GTIN, "L2"))
    assert (fill().units, fill().lots, str(mixed.name)) == (0, (), "K1/K1-1")


@pytest.mark.parametrize(
    ("days", "limit", "kept"), [(42, 42, 42), (28, 42, 28), (42, 7, 7), (28, 30, 28), (60, 60, 42), (1, 1, 1)]
)
def test_contents_keep_for_the_fewest_of_all_days(days: int, limit: int, kept: int) -> None:
    opened = replace(fill(pack()), days=days)
    assert opened.open_until(limit) == date(2026, 11, 22) + timedelta(days=kept)


def test_contents_keep_for_six_weeks_when_nobody_says_otherwise() -> None:
    opened = fill(pack())
    assert LONGEST_OUTSIDE_DAYS == 42
    assert (opened.days, opened.open_until()) == (42, date(2027, 1, 3))
    known = KnownFills({}, {}, outside={B: 5})
    assert known.open_until(opened) == date(2027, 1, 3)
    assert replace(known, outside={A: 5}).open_until(opened) == date(2026, 11, 27)
    assert known.lots.state_of(LotName(GTIN, "L1")) is LotState.FREE


FREE, HELD, GONE = LotState


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ([], FREE),
        ([notice(HELD)], HELD),
        ([notice(GONE)], GONE),
        ([notice(HELD, GTIN)], HELD),
        ([notice(GONE, OTHER)], FREE),
        ([notice(GONE, lot="L2")], FREE),
        ([notice(HELD), notice(FREE)], FREE),
        ([notice(FREE), notice(HELD)], HELD),
        ([notice(HELD), notice(FREE, GTIN)], HELD),
        ([notice(HELD, GTIN), notice(GONE)], GONE),
        ([notice(GONE, GTIN), notice(HELD)], GONE),
        # A recall is for good, whatever is said after it.
        ([notice(GONE), notice(FREE)], GONE),
        ([notice(GONE, GTIN), notice(HELD, GTIN), notice(FREE, GTIN)], GONE),
    ],
)
def test_the_newest_word_about_a_lot_counts_but_a_recall_is_for_good(said: list[LotNotice], state: LotState) -> None:
    assert lots_of(said).state_of(LotName(GTIN, "L1")) is state


@pytest.mark.parametrize("printed", ["ab/12", "AB/12", " Ab /12"])
@pytest.mark.parametrize("told", ["AB/12", "ab/12", "aB/1 2\t"])
def test_a_lot_is_the_same_in_small_letters_and_with_spaces(printed: str, told: str) -> None:
    said = [notice(FREE, lot=printed), notice(GONE, lot=told), notice(FREE, lot=printed)]
    assert lots_of(said).state_of(LotName(GTIN, printed)) is GONE
    assert lots_of(said).state_of(LotName(GTIN, "AB12")) is FREE


def test_of_a_lot_that_nobody_spoke_about_nothing_is_known() -> None:
    assert Lots().state_of(LotName(GTIN, "L1")) is FREE
    assert lots_of([notice(HELD, GTIN)]).notices == {(GTIN, "L1"): notice(HELD, GTIN)}


NAMES = st.builds(FillName, st.sampled_from(["K1", "K2"]), st.sampled_from(["1", "2"]))
DROPS = st.lists(st.builds(Drop, st.sampled_from([A, B]), st.none() | NAMES), max_size=8)
STOCK = st.dictionaries(
    st.sampled_from([A, B]), st.lists(st.sampled_from([FillName(HAND, code) for code in "123"]), max_size=3)
)


@given(DROPS, STOCK)
def test_a_pouch_may_hold_every_fill_that_a_drop_names_and_all_hand_stock_of_a_cells_product(
    drops: list[Drop], stock: dict[ProductId, list[FillName]]
) -> None:
    drawn = drawn_from(drops, stock)
    assert len(set(drawn)) == len(drawn)
    named = {drop.fill for drop in drops if drop.fill is not None}
    by_hand = {name for drop in drops if drop.fill is None for name in stock.get(drop.product_id, [])}
    assert set(drawn) == named | by_hand


def test_fills_come_in_the_order_of_their_first_drop() -> None:
    one, two, three = FillName("K1", "1"), FillName("K2", "1"), FillName(HAND, "1")
    drops = [Drop(A, two), Drop(B, None), Drop(A, one), Drop(A, two)]
    assert drawn_from(drops, {B: [three]}) == (two, three, one)


@pytest.mark.parametrize(
    ("written", "gtin"),
    [
        ("7046260281004", GTIN),
        (GTIN, GTIN),
        ("96385074", "00000096385074"),
        ("036000291452", "00036000291452"),
    ],
)
def test_a_gtin_has_fourteen_digits_however_it_is_written(written: str, gtin: str) -> None:
    assert gtin_of(written) == gtin


@pytest.mark.parametrize("written", ["", "704626028100", "070462602810044", "0704626028100A", "٠٧٠٤٦٢٦٠٢٨١٠٠٤", " "])
def test_what_is_no_gtin_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"is not a GTIN of 8, 12, 13 or 14 digits|check digit"):
        gtin_of(written)


def test_a_gtin_that_was_misread_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^GTIN 07046260281005 ends with 5, its check digit is 4$"):
        gtin_of("07046260281005")
    with pytest.raises(ValueError, match=r"^'12345' is not a GTIN of 8, 12, 13 or 14 digits$"):
        gtin_of("12345")


@given(st.text("0123456789", min_size=13, max_size=13), st.integers(0, 13), st.integers(1, 9))
def test_every_single_misread_digit_is_noticed(digits: str, place: int, by: int) -> None:
    gtin = with_check_digit(digits)
    assert gtin_of(gtin) == gtin
    misread = gtin[:place] + str((int(gtin[place]) + by) % 10) + gtin[place + 1 :]
    with pytest.raises(ValueError, match="check digit"):
        gtin_of(misread)
