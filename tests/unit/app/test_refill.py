"""Canisters and hand stock are registered pack by pack, in two names, all of a list or nothing."""

from dataclasses import replace
from datetime import date

import pytest

from dispenser.app.refill import (
    FillDraft,
    PackScan,
    RefillError,
    close_fill,
    register_fills,
    register_gtins,
)
from dispenser.core.fills import HAND, FillName, LotName
from dispenser.core.ids import ProductId
from dispenser.store.errors import NotFoundError
from dispenser.store.session import Database
from safety import fill_codes, lot_codes
from safety.findings import Code
from tests.support.fills import CHECKER, EXPIRY, FILLER, draft, gtin, know_gtins, scan
from tests.support.hall import Hall, catalogue
from tests.support.world import VirtualClock

PAMOL, MAGNYL = ProductId("28100000001"), ProductId("28100000002")
ONE = FillName("C-1", "C-1-1")
TODAY = date(2026, 11, 22)


@pytest.fixture
def hall(database: Database) -> Hall:
    hall = Hall(database, VirtualClock(), machines=1)
    know_gtins(hall.services)
    return hall


def codes(error: RefillError) -> list[Code]:
    return [finding.code for finding in error.findings]


def test_a_fill_is_kept_as_it_was_reported(hall: Hall) -> None:
    (registered,) = register_fills(hall.services, [draft(hall.services, ONE, PAMOL, ["L1", "L2"])])
    assert [finding.code for finding in registered.findings] == [fill_codes.LOTS_MIXED]
    with hall.services.database.read() as tx:
        stored = tx.fills.get(ONE)
        audit = tx.audit.newest(1)[0]
    assert stored == registered.fill
    assert stored.lots == (LotName(gtin(0), "L1"), LotName(gtin(0), "L2"))
    assert (stored.opened_on, stored.filled_by, stored.checked_by) == (TODAY, FILLER, CHECKER)
    assert {pack.expiry for pack in stored.packs} == {EXPIRY}
    assert (audit.who, audit.action, audit.subject) == (FILLER, "fill registered", "fill/C-1/C-1-1")
    assert f"checked by {CHECKER}" in audit.detail


def test_hand_stock_takes_the_next_code(hall: Hall) -> None:
    services = hall.services
    first = replace(draft(services, FillName(HAND, "a"), PAMOL), code="")
    second = replace(draft(services, FillName(HAND, "b"), MAGNYL), code=" ")
    made = register_fills(services, [first, second])
    assert [str(one.fill.name) for one in made] == ["hand/H1", "hand/H2"]
    with services.database.read() as tx:
        stock = tx.fills.hand_stock([PAMOL, MAGNYL])
    assert {product: [fill.name.code for fill in fills] for product, fills in stock.items()} == {
        PAMOL: ["H1"],
        MAGNYL: ["H2"],
    }


def refused(hall: Hall, *drafts: FillDraft) -> list[Code]:
    with pytest.raises(RefillError) as told:
        register_fills(hall.services, drafts)
    with hall.services.database.read() as tx:
        assert tx.fills.newest(9) == ()
    return codes(told.value)


def test_one_bad_fill_of_a_list_lets_none_in(hall: Hall) -> None:
    sound = draft(hall.services, ONE, PAMOL)
    assert refused(hall, sound, replace(sound, code="C-1-2", checked_by=FILLER)) == [
        fill_codes.SAME_PERSON,
        fill_codes.SERIAL_USED,
    ]
    assert refused(hall, sound, sound) == [fill_codes.CODE_USED, fill_codes.SERIAL_USED]
    assert refused(hall, replace(sound, code="")) == [fill_codes.NO_CONTAINER]


def test_every_unreadable_code_is_named(hall: Hall) -> None:
    bad = replace(draft(hall.services, ONE, PAMOL), packs=(PackScan("x"), PackScan("(01)1")))
    assert refused(hall, bad) == [
        fill_codes.SCAN_UNREADABLE,
        fill_codes.SCAN_UNREADABLE,
        fill_codes.NO_PACKS,
        fill_codes.SECOND_SCAN_DIFFERS,
    ]


def test_a_pack_is_opened_once_whatever_it_goes_into(hall: Hall) -> None:
    services = hall.services
    register_fills(services, [draft(services, ONE, PAMOL)])
    again = replace(draft(services, ONE, PAMOL), container=HAND, code="")
    with pytest.raises(RefillError, match=r"DOSE-0907 .* was used before, in fill C-1/C-1-1"):
        register_fills(services, [again])
    without = scan(gtin(0), "L1", "").code.removesuffix("(21)")
    nameless = replace(again, packs=(PackScan(without), PackScan(without)))
    (registered,) = register_fills(services, [nameless])
    assert [finding.code for finding in registered.findings] == [fill_codes.NO_SERIAL] * 2
    with services.database.read() as tx:
        assert [pack.serial for pack in tx.fills.get(registered.fill.name).packs] == ["", ""]


def test_a_pack_of_another_product_is_refused(hall: Hall) -> None:
    other = replace(draft(hall.services, ONE, MAGNYL), product_id=PAMOL)
    assert refused(hall, other) == [fill_codes.OTHER_PRODUCT]


@pytest.mark.parametrize("second", [gtin(0), gtin(0).removeprefix("0"), scan(gtin(0), "L9", "X").code])
def test_the_second_scan_is_the_plain_bar_code_or_the_packs_own(hall: Hall, second: str) -> None:
    made = register_fills(hall.services, [replace(draft(hall.services, ONE, PAMOL), second_scan=second)])
    assert made[0].fill.second_scan == gtin(0)


@pytest.mark.parametrize("second", [gtin(1), "x", "123", "(01)1"])
def test_the_second_scan_of_another_pack_is_refused(hall: Hall, second: str) -> None:
    assert refused(hall, replace(draft(hall.services, ONE, PAMOL), second_scan=second)) == [
        fill_codes.SECOND_SCAN_DIFFERS
    ]


def test_strengths_of_one_name_need_a_second_scan(hall: Hall) -> None:
    twins = {number: replace(product, name="Pamol") for number, product in catalogue().products.items()}
    hall.services = replace(hall.services, catalogue=replace(hall.services.catalogue, products=twins))
    assert refused(hall, replace(draft(hall.services, ONE, PAMOL), second_scan="")) == [fill_codes.SECOND_SCAN_MISSING]


def test_an_unknown_gtin_is_refused_and_what_to_do_is_said(hall: Hall) -> None:
    strange = replace(draft(hall.services, ONE, PAMOL), packs=(scan(gtin(77), "L1", "S1"),), second_scan="")
    assert refused(hall, strange) == [fill_codes.GTIN_UNKNOWN]
    with pytest.raises(RefillError, match="dispenser refill gtin GTIN PRODUCT"):
        register_fills(hall.services, [strange])
    register_gtins(hall.services, [(gtin(77), PAMOL, 30)], FILLER, CHECKER)
    (made,) = register_fills(hall.services, [strange])
    assert made.fill.units == 30


def test_a_gtin_is_learned_from_two_people_and_the_last_word_counts(hall: Hall) -> None:
    services = hall.services
    (record,) = register_gtins(services, [(gtin(77).removeprefix("0"), PAMOL, 30)], FILLER, CHECKER)
    assert (record.gtin, record.product_id, record.units) == (gtin(77), PAMOL, 30)
    register_gtins(services, [(gtin(77), MAGNYL, 30)], FILLER, CHECKER)
    with services.database.read() as tx:
        assert tx.fills.gtins()[gtin(77)].product_id == MAGNYL


@pytest.mark.parametrize(
    ("written", "product", "units", "second", "code"),
    [
        ("123", PAMOL, 30, CHECKER, fill_codes.GTIN_WRONG),
        (gtin(77), ProductId("1"), 30, CHECKER, fill_codes.UNKNOWN_PRODUCT),
        (gtin(77), PAMOL, 0, CHECKER, fill_codes.NO_UNITS),
        (gtin(77), PAMOL, 30, FILLER.upper(), fill_codes.SAME_PERSON),
        (gtin(77), PAMOL, 30, "", fill_codes.NO_NAME),
        (gtin(0), PAMOL, 1_000_000, CHECKER, fill_codes.GTIN_KNOWN),
    ],
)
def test_a_gtin_that_cannot_be_learned(
    hall: Hall, written: str, product: ProductId, units: int, second: str, code: Code
) -> None:
    with hall.services.database.read() as tx:
        before = tx.fills.gtins()
    with pytest.raises(RefillError) as told:
        register_gtins(hall.services, [(written, product, units)], FILLER, second)
    assert codes(told.value) == [code]
    with hall.services.database.read() as tx:
        assert tx.fills.gtins() == before


def test_a_fill_is_taken_out_of_use_once_by_somebody_for_a_reason(hall: Hall) -> None:
    services = hall.services
    register_fills(services, [draft(services, ONE, PAMOL)])
    for who, reason, code in ((" ", "tom", fill_codes.NO_NAME), ("Ida", " ", lot_codes.NO_REASON)):
        with pytest.raises(RefillError) as told:
            close_fill(services, ONE, who, reason)
        assert codes(told.value) == [code]
    assert close_fill(services, ONE, "Ida", "tom").ended_at == services.clock.now()
    with pytest.raises(RefillError) as told:
        close_fill(services, ONE, "Ida", "tom")
    assert codes(told.value) == [lot_codes.ALREADY_ENDED]
    with pytest.raises(NotFoundError, match="no fill C-1/C-1-9 is registered"):
        close_fill(services, FillName("C-1", "C-1-9"), "Ida", "tom")
