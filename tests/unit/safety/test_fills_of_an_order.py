"""An order's fills are judged by the last day that each serves, and every problem is told once, where it begins."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from dispenser.core.fills import HAND, Fill, FillName, KnownFills, Pack
from dispenser.core.ids import ProductId
from dispenser.core.roll import Period
from safety.canister_checks import check_fills
from tests.support.medicine import EVENING, MONDAY, catalogue, daily, dose, ordination, plan, roll, stock
from tests.support.orders import order_for
from tests.support.told import told

A_DAY = timedelta(days=1)
THREE_DAYS = Period(MONDAY, MONDAY + 2 * A_DAY)
PRODUCTS = catalogue()
STOCK = stock({1: ("C", 50), 2: ("B", 50), 3: ("A", 50)})
PLAN = plan(ordination(daily(dose("1"), dose("0.5", EVENING)), "A"), ordination(daily(dose("1")), "B"))
ROLL = roll(PLAN, THREE_DAYS)
ORDER = order_for(ROLL, STOCK, PRODUCTS)


def fill(name: FillName, product: str, expiry: date = date(2029, 6, 30), units: int = 50) -> Fill:
    packs = (Pack("0", "L1", expiry, "", units),)
    return Fill(name, ProductId(product), packs, MONDAY, "Ida", "Bo", datetime(2026, 11, 22, 8, tzinfo=UTC))


def known(*others: Fill) -> KnownFills:
    """Everything registered; `others` instead of what has their name."""
    names = {FillName(one.canister_id, one.fill_code): one.product_id for one in STOCK.canisters}
    fills = {name: fill(name, product) for name, product in names.items()}
    fills.update((one.name, one) for one in others if one.name.container != HAND)
    hand = {ProductId("A"): tuple(one for one in others if one.name.container == HAND) or (fill(HAND_A, "A"),)}
    return KnownFills(fills, hand)


HAND_A, CANISTER_A, CANISTER_B = (
    FillName(HAND, "H1"),
    FillName("canister-3", "fill-3"),
    FillName("canister-2", "fill-2"),
)


def problems(*others: Fill) -> list[str]:
    return told(check_fills(ORDER, ROLL, known(*others), PRODUCTS, STOCK))


def test_registered_fills_may_be_drawn_on() -> None:
    assert problems() == []
    on_the_day = fill(CANISTER_A, "A", THREE_DAYS.last), fill(HAND_A, "A", THREE_DAYS.last)
    assert problems(*on_the_day) == []


def test_a_lot_that_expires_under_way_is_told_where_it_is_first_too_late() -> None:
    (line,) = problems(fill(CANISTER_A, "A", MONDAY))
    assert "pouch=3" in line
    assert f"date={MONDAY + A_DAY}" in line
    (line,) = problems(fill(HAND_A, "A", THREE_DAYS.last - A_DAY))
    assert "pouch=6" in line


def test_two_problems_of_one_fill_are_two() -> None:
    late = replace(fill(CANISTER_A, "B", MONDAY), opened_on=MONDAY - 42 * A_DAY)
    lines = problems(late)
    assert len(lines) == len({line.split(" ", 1)[0] for line in lines}) == 3
    two_lots = (Pack("0", "L1", MONDAY, "", 25), Pack("0", "L2", MONDAY, "", 25))
    assert len(problems(replace(late, product_id=ProductId("A"), opened_on=MONDAY, packs=two_lots))) == 2


def test_more_than_was_scanned_is_told_of_fills_that_are_drawn_on() -> None:
    (line,) = problems(fill(CANISTER_A, "A", units=49))
    assert "counted=50" in line
    assert "scanned=49" in line
    # Nothing is drawn from the first canister, and nothing is said of it.
    assert problems(fill(FillName("canister-1", "fill-1"), "C", units=1)) == []
    assert len(problems(fill(CANISTER_A, "A", units=49), fill(CANISTER_B, "B", units=49))) == 2


def test_a_pouch_of_no_roll_is_judged_by_the_last_day() -> None:
    strange = replace(ORDER, pouches=(replace(ORDER.pouches[1], number=99),))
    expiring = known(fill(CANISTER_A, "A", THREE_DAYS.last - A_DAY))
    (line,) = told(check_fills(strange, ROLL, expiring, PRODUCTS, STOCK))
    assert f"date={THREE_DAYS.last}" in line
