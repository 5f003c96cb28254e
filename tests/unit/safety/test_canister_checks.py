"""Fills are judged before an order draws on them, and again when a pouch comes out."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dispenser.core.fills import (
    HAND,
    Drop,
    Fill,
    FillName,
    KnownFills,
    LotNotice,
    LotState,
    Pack,
    lots_of,
)
from dispenser.core.ids import ProductId
from dispenser.core.roll import Period
from hal.orders import BayPick, CellPick, PackingOrder, Pick, PouchOrder
from safety import lot_codes
from safety.canister_checks import check_drops, check_fills
from safety.findings import Code, Finding, Severity
from tests.support.medicine import MONDAY, MORNING, catalogue, daily, dose, ordination, plan, product, roll, stock

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
GTIN, OTHER, STRANGE = "07046260281004", "05712345000007", "05712345000014"
A, B, C, TRAY, SOFT = map(ProductId, ("A", "B", "C", "T", "S"))
NAME = FillName("canister-1", "fill-1")
PRODUCTS = catalogue(
    product("A"),
    product("B"),
    product("C"),
    product("T", tray_only=True),
    product("S", solid_oral=False),
    product("D", dispensable=False),
)


def pack(lot: str = "L1", serial: str = "S1", gtin: str = GTIN, expiry: date = date(2028, 6, 30)) -> Pack:
    return Pack(gtin, lot, expiry, serial, 500)


def fill(*packs: Pack, **changes: object) -> Fill:
    made = Fill(NAME, A, packs or (pack(),), TODAY, "Ida Krogh", "Bo Juul", NOW)
    return replace(made, **changes)


def told(findings: tuple[Finding, ...]) -> list[tuple[Code, dict[str, str]]]:
    return [(finding.code, dict(finding.details)) for finding in findings]


# -- Orders ----------------------------------------------------------------------------------------------------------
ROLL = roll(plan(ordination(daily(dose("1", MORNING)), "A")))
LAST = ROLL.period.last
HAND_FILL = fill(product_id=B, name=FillName(HAND, "H1"))


def bay(units: int = 1, code: str = "fill-1", what: str = "A") -> BayPick:
    return BayPick(1, "canister-1", code, what, units)


def order(*picks: Pick, numbers: tuple[int, ...] = (1,)) -> PackingOrder:
    return PackingOrder("job", 1, 1, "c" * 64, tuple(PouchOrder(number, "s", ("l",), picks) for number in numbers))


def known(*fills: Fill, hand: tuple[Fill, ...] = (), **changes: object) -> KnownFills:
    made = KnownFills({one.name: one for one in fills}, {B: hand} if hand else {})
    return replace(made, **changes)


def state(of: LotState, lot: str = "L1") -> object:
    return lots_of([LotNotice(lot, GTIN, of, "Ida", "why", NOW)])


def test_an_order_from_sound_fills_has_no_finding() -> None:
    asked = order(bay(), CellPick(1, "B", 2), numbers=(0, 1, 14))
    assert check_fills(asked, ROLL, known(fill(), hand=(HAND_FILL,)), PRODUCTS, stock()) == ()


AT = {"pouch": "1", "fill": "canister-1/fill-1"}
OLD = date(2026, 10, 1)
ORDER_FAULTS = {
    "unregistered": (order(bay()), known(), [(lot_codes.FILL_UNKNOWN, {**AT, "product": "A 5 mg"})]),
    "another fill code": (
        order(bay(code="fill-2")),
        known(fill()),
        [(lot_codes.FILL_UNKNOWN, {"pouch": "1", "fill": "canister-1/fill-2", "product": "A 5 mg"})],
    ),
    "another product": (
        order(bay(what="B")),
        known(fill()),
        [(lot_codes.FILL_OF_OTHER, {**AT, "registered": "A 5 mg", "product": "B 5 mg"})],
    ),
    "a product that nobody knows": (
        order(bay(what="X")),
        known(fill()),
        [(lot_codes.FILL_OF_OTHER, {**AT, "registered": "A 5 mg", "product": "X"})],
    ),
    "without packs": (
        order(bay()),
        known(fill(packs=())),
        [
            (lot_codes.FILL_EMPTY, AT),
            (lot_codes.MORE_THAN_SCANNED, {"fill": "canister-1/fill-1", "counted": "500", "scanned": "0"}),
        ],
    ),
    "expires before the day": (
        order(bay()),
        known(fill(pack(), pack("L2", "S2", expiry=MONDAY - timedelta(days=1)))),
        [(lot_codes.LOT_EXPIRED, {**AT, "lot": "L2", "expiry": "2026-11-22", "date": "2026-11-23"})],
    ),
    "recalled": (
        order(bay()),
        known(fill(), lots=state(LotState.RECALLED)),
        [(lot_codes.LOT_RECALLED, {**AT, "lot": "L1"})],
    ),
    "in quarantine": (
        order(bay()),
        known(fill(), lots=state(LotState.QUARANTINED)),
        [(lot_codes.LOT_QUARANTINED, {**AT, "lot": "L1"})],
    ),
    "open too long": (
        order(bay()),
        known(fill(opened_on=OLD)),
        [
            (
                lot_codes.OPEN_TOO_LONG,
                {**AT, "opened": "2026-10-01", "until": "2026-11-12", "date": "2026-11-23"},
            )
        ],
    ),
    "open longer than a rule allows": (
        order(bay()),
        known(fill(opened_on=MONDAY - timedelta(days=8)), outside={A: 7}),
        [
            (
                lot_codes.OPEN_TOO_LONG,
                {**AT, "opened": "2026-11-15", "until": "2026-11-22", "date": "2026-11-23"},
            )
        ],
    ),
    "out of use": (order(bay()), known(fill(ended_at=NOW)), [(lot_codes.FILL_ENDED, AT)]),
    "no hand stock": (
        order(CellPick(1, "B", 2)),
        known(fill()),
        [(lot_codes.NO_HAND_STOCK, {"pouch": "1", "product": "B 5 mg"})],
    ),
    "one of two hand stocks too old": (
        order(CellPick(1, "B", 2)),
        known(hand=(HAND_FILL, replace(HAND_FILL, name=FillName(HAND, "H2"), opened_on=OLD))),
        [
            (
                lot_codes.OPEN_TOO_LONG,
                {
                    "pouch": "1",
                    "fill": "hand/H2",
                    "opened": "2026-10-01",
                    "until": "2026-11-12",
                    "date": "2026-11-23",
                },
            )
        ],
    ),
    "hand stock of another product": (
        order(CellPick(1, "B", 2)),
        known(hand=(replace(HAND_FILL, product_id=A),)),
        [
            (
                lot_codes.FILL_OF_OTHER,
                {"pouch": "1", "fill": "hand/H1", "registered": "A 5 mg", "product": "B 5 mg"},
            )
        ],
    ),
    "more than was scanned": (
        order(bay()),
        known(fill(replace(pack(), units=499))),
        [(lot_codes.MORE_THAN_SCANNED, {"fill": "canister-1/fill-1", "counted": "500", "scanned": "499"})],
    ),
}


@pytest.mark.parametrize("fault", ORDER_FAULTS)
def test_each_fault_at_order_is_found(fault: str) -> None:
    asked, fills, expected = ORDER_FAULTS[fault]
    findings = check_fills(asked, ROLL, fills, PRODUCTS, stock())
    assert told(findings) == expected
    wanted = {lot_codes.NO_HAND_STOCK: "B"}
    assert all(finding.subject == wanted.get(finding.code, dict(finding.details).get("fill")) for finding in findings)
    assert all(finding.code.severity is Severity.REFUSE for finding in findings)
    assert "{" not in "".join(finding.text(language) for finding in findings for language in ("da", "en"))


def test_every_pouch_is_judged_by_its_own_day_and_a_problem_is_told_once() -> None:
    short = known(fill(pack(expiry=MONDAY + timedelta(days=3))))
    findings = check_fills(order(bay(), numbers=(1, 4, 5, 6)), ROLL, short, PRODUCTS, stock())
    assert told(findings) == [
        (
            lot_codes.LOT_EXPIRED,
            {"pouch": "5", "fill": "canister-1/fill-1", "lot": "L1", "expiry": "2026-11-26", "date": "2026-11-27"},
        )
    ]
    assert check_fills(order(bay(), numbers=(1, 4)), ROLL, short, PRODUCTS, stock()) == ()


def test_what_keeps_until_the_day_itself_may_be_used() -> None:
    just = known(fill(pack(expiry=LAST), opened_on=LAST - timedelta(days=42)))
    assert check_fills(order(bay(), numbers=(14,)), ROLL, just, PRODUCTS, stock()) == ()


def test_a_pouch_that_is_not_the_rolls_is_judged_by_the_rolls_last_day() -> None:
    short = known(fill(pack(expiry=LAST - timedelta(days=1))))
    findings = check_fills(order(bay(), numbers=(99,)), ROLL, short, PRODUCTS, stock())
    assert [dict(finding.details)["date"] for finding in findings] == [LAST.isoformat()]


def test_a_pouch_after_the_rolls_period_is_judged_by_its_own_day() -> None:
    long = replace(ROLL, period=Period(MONDAY, MONDAY))
    short = known(fill(pack(expiry=MONDAY + timedelta(days=3))))
    assert check_fills(order(bay(), numbers=(4,)), long, short, PRODUCTS, stock()) == ()
    assert check_fills(order(bay()), replace(long, pouches=()), short, PRODUCTS, stock()) == ()
    for asked, day in ((5, "2026-11-27"), (99, LAST.isoformat())):
        (finding,) = check_fills(order(bay(), numbers=(asked,)), long, short, PRODUCTS, stock())
        assert dict(finding.details)["date"] == day


def test_two_problems_of_one_fill_are_both_told() -> None:
    both = known(fill(pack(), pack("L2", "S2")), lots=state(LotState.RECALLED))
    asked = order(bay(), bay(code="fill-2"), numbers=(1, 2))
    codes = [finding.code for finding in check_fills(asked, ROLL, both, PRODUCTS, stock())]
    assert codes == [lot_codes.LOT_RECALLED, lot_codes.FILL_UNKNOWN]


def test_a_canister_that_the_order_leaves_alone_is_not_counted() -> None:
    few = fill(replace(pack(), units=1), name=FillName("canister-2", "fill-2"), product_id=B)
    assert check_fills(order(bay()), ROLL, known(fill(), few), PRODUCTS, stock()) == ()
    assert check_fills(order(CellPick(1, "B", 2)), ROLL, known(few, hand=(HAND_FILL,)), PRODUCTS, stock()) == ()


# -- Pouches -----------------------------------------------------------------------------------------------------------
def test_what_truly_fell_is_judged_again() -> None:
    lost = Drop(A, FillName("canister-1", "fill-2"))
    fell = [Drop(A, NAME), lost, lost, Drop(B, None)]
    fills = known(fill(pack(expiry=TODAY)), lots=state(LotState.RECALLED))
    findings = check_drops(7, MONDAY, fell, fills, PRODUCTS)
    at = {"pouch": "7", "fill": "canister-1/fill-1", "lot": "L1"}
    assert told(findings) == [
        (lot_codes.LOT_EXPIRED, {**at, "expiry": "2026-11-22", "date": "2026-11-23"}),
        (lot_codes.LOT_RECALLED, at),
        (lot_codes.NOT_TRACED, {"pouch": "7", "product": "A 5 mg", "fill": "canister-1/fill-2"}),
        (lot_codes.NO_HAND_STOCK, {"pouch": "7", "product": "B 5 mg"}),
    ]
    assert findings[2].subject == "canister-1/fill-2"


def test_a_sound_pouch_has_no_finding() -> None:
    assert check_drops(7, MONDAY, [Drop(A, NAME), Drop(B, None)], known(fill(), hand=(HAND_FILL,)), PRODUCTS) == ()


def test_a_quarantine_and_an_ended_fill_stop_only_what_is_to_come() -> None:
    later = known(fill(ended_at=NOW), lots=state(LotState.QUARANTINED))
    assert check_drops(7, MONDAY, [Drop(A, NAME)], later, PRODUCTS) == ()
    codes = [finding.code for finding in check_fills(order(bay()), ROLL, later, PRODUCTS, stock())]
    assert codes == [lot_codes.LOT_QUARANTINED, lot_codes.FILL_ENDED]
