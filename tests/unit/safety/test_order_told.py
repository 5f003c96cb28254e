"""What is told of a packing order that breaks a rule, word by word."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from dispenser.core.citizen import Identity
from dispenser.core.product import Catalogue
from dispenser.core.roll import Period
from dispenser.core.stock import MachineStock
from hal.orders import BayPick, CellPick, PackingOrder, Pick, PouchOrder
from safety.order_checks import check_order
from tests.support.medicine import (
    MONDAY,
    NOON,
    catalogue,
    daily,
    dose,
    ordination,
    plan,
    product,
    roll,
    stock,
)
from tests.support.orders import IDENTITY, order_for
from tests.support.told import told

PRODUCTS = catalogue()
STOCK = stock()
PLAN = plan(ordination(daily(dose("1.5"), dose("1", NOON)), "A"), ordination(daily(dose("2")), "D"))
ROLL = roll(PLAN, Period(MONDAY, MONDAY + timedelta(days=1)))
ORDER = order_for(ROLL, STOCK, PRODUCTS)


def pouch(number: int, change: Callable[[PouchOrder], PouchOrder]) -> PackingOrder:
    return replace(ORDER, pouches=tuple(change(one) if one.number == number else one for one in ORDER.pouches))


def picks(number: int, *wanted: Pick) -> PackingOrder:
    return pouch(number, lambda one: replace(one, picks=wanted))


A_ONE = BayPick(1, "canister-1", "fill-1", "A", 1)
A_HALF = CellPick(1, "A", 2)
D_TWO = CellPick(2, "D", 8)


OTHER = Identity("Børge Kjærgaard", "0203451111", date(1945, 3, 2))


def lines(
    order: PackingOrder, machine: MachineStock = STOCK, products: Catalogue = PRODUCTS, identity: Identity = IDENTITY
) -> list[str]:
    found = told(check_order(order, ROLL, identity, machine, products))
    assert all(" job-1" in line for line in found)
    return [line.replace(" job-1", "") for line in found]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (picks(1, A_ONE, A_HALF), ["DOSE-0303 pouch=1 product=D ordered=0 planned=2"]),
        (
            picks(1, A_ONE, A_HALF, D_TWO, replace(D_TWO, cell=50)),
            ["DOSE-0303 pouch=1 product=D ordered=4 planned=2"],
        ),
        (
            picks(1, A_ONE, replace(A_ONE, units=2), A_HALF, D_TWO),
            ["DOSE-0303 pouch=1 product=A ordered=3,5 planned=1,5"],
        ),
        (
            picks(1, replace(A_ONE, units=0), A_HALF, D_TWO),
            ["DOSE-0310 pouch=1 product=A", "DOSE-0303 pouch=1 product=A ordered=0,5 planned=1,5"],
        ),
        (
            picks(1, A_ONE, replace(A_HALF, quarters=0), D_TWO),
            ["DOSE-0310 pouch=1 product=A", "DOSE-0303 pouch=1 product=A ordered=1 planned=1,5"],
        ),
        (
            picks(1, A_ONE, replace(A_HALF, quarters=-2), D_TWO),
            ["DOSE-0310 pouch=1 product=A", "DOSE-0303 pouch=1 product=A ordered=0,5 planned=1,5"],
        ),
        (
            picks(1, A_ONE, replace(A_HALF, quarters=1), D_TWO),
            ["DOSE-0303 pouch=1 product=A ordered=1,25 planned=1,5"],
        ),
        (
            picks(1, replace(A_ONE, bay=2), A_HALF, D_TWO),
            ["DOSE-0304 pouch=1 bay=2 product=A canister=canister-1 fill=fill-1"],
        ),
        (
            picks(1, replace(A_ONE, bay=9), A_HALF, D_TWO),
            ["DOSE-0304 pouch=1 bay=9 product=A canister=canister-1 fill=fill-1"],
        ),
        (
            picks(1, replace(A_ONE, product="X"), A_HALF, D_TWO),
            [
                "DOSE-0304 pouch=1 bay=1 product=X canister=canister-1 fill=fill-1",
                "DOSE-0303 pouch=1 product=A ordered=0,5 planned=1,5",
                "DOSE-0303 pouch=1 product=X ordered=1 planned=0",
                "DOSE-0315 pouch=1 product=X",
            ],
        ),
        (picks(1, A_ONE, A_HALF, replace(D_TWO, cell=1)), ["DOSE-0306 pouch=1 cell=1"]),
        (picks(1, A_ONE, A_HALF, replace(D_TWO, cell=3)), ["DOSE-0306 pouch=3 cell=3"]),
        (picks(1, A_ONE, A_HALF, replace(D_TWO, cell=60)), []),
        (picks(1, A_ONE, A_HALF, replace(D_TWO, cell=61)), ["DOSE-0305 pouch=1 cell=61"]),
        (picks(1, A_ONE, A_HALF, replace(D_TWO, cell=0)), ["DOSE-0305 pouch=1 cell=0"]),
        (
            picks(1, A_ONE, replace(A_HALF, cell=61), replace(D_TWO, cell=61)),
            ["DOSE-0305 pouch=1 cell=61", "DOSE-0305 pouch=1 cell=61", "DOSE-0306 pouch=1 cell=61"],
        ),
        (picks(0, A_ONE), ["DOSE-0307"]),
        (
            picks(0, replace(A_ONE, product="X")),
            [
                "DOSE-0304 pouch=0 bay=1 product=X canister=canister-1 fill=fill-1",
                "DOSE-0307",
                "DOSE-0315 pouch=0 product=X",
            ],
        ),
        (
            pouch(1, lambda one: replace(one, number=9)),
            [
                *(f"DOSE-0302 pouch={number}" for number in (2, 3, 4)),
                "DOSE-0316 pouch=9 roll=0000010001",
                "DOSE-0301 pouch=9",
            ],
        ),
        (replace(ORDER, pouches=()), ["DOSE-0314"]),
        (
            pouch(2, lambda one: replace(one, lines=("", " "))),
            ["DOSE-0308 pouch=2", "DOSE-0317 pouch=2", "DOSE-0318 pouch=2"],
        ),
        (
            pouch(2, lambda one: replace(one, symbol=" ")),
            ["DOSE-0308 pouch=2", "DOSE-0316 pouch=2 roll=0000010001"],
        ),
        (
            pouch(2, lambda one: replace(one, symbol=ORDER.pouches[0].symbol)),
            ["DOSE-0309 pouch=2", "DOSE-0316 pouch=2 roll=0000010001"],
        ),
        (
            replace(ORDER, pouches=(*ORDER.pouches, replace(ORDER.pouches[2], picks=(A_ONE,)))),
            ["DOSE-0302 pouch=2", "DOSE-0309 pouch=2"],
        ),
        (replace(ORDER, pouches=(ORDER.pouches[1], ORDER.pouches[0], *ORDER.pouches[2:])), ["DOSE-0302 pouch=0"]),
        (
            replace(ORDER, pouches=(ORDER.pouches[2], ORDER.pouches[0], ORDER.pouches[1])),
            ["DOSE-0302 pouch=0", "DOSE-0302 pouch=1"],
        ),
    ],
)
def test_each_fault_is_told_word_by_word(order: PackingOrder, expected: list[str]) -> None:
    assert lines(order) == expected


def test_what_the_machine_cannot_do_is_told_word_by_word() -> None:
    assert lines(ORDER, stock({1: ("A", 3), 2: ("B", 9)})) == ["DOSE-0311 bay=1 ordered=4 units=3"]
    assert lines(ORDER, stock({1: ("A", 4)})) == []
    assert lines(ORDER, stock(units=3)) == [f"DOSE-0312 pouch={number} what=4 > 3" for number in (1, 3)]
    bulky = catalogue(product("A", volume=100), product("D", volume=500))
    assert lines(ORDER, stock(volume=1199), bulky) == [
        f"DOSE-0312 pouch={number} what=1200 mm3 > 1199 mm3" for number in (1, 3)
    ]
    tray_only = catalogue(product("A", tray_only=True), product("D", tray_only=True))
    assert lines(ORDER, products=tray_only) == [f"DOSE-0313 pouch={number} product=Product A" for number in range(1, 5)]
    assert lines(ORDER, products=catalogue(product("A"))) == [
        f"DOSE-0315 pouch={number} product=D" for number in (1, 3)
    ]


def test_bays_are_told_in_their_order_each_by_itself() -> None:
    three = replace(A_ONE, units=3)
    two = BayPick(2, "canister-2", "fill-2", "B", 2)
    order = replace(picks(1, two, three, A_HALF, D_TWO), pouches=picks(1, two, three, A_HALF, D_TWO).pouches[1:2])
    found = [line for line in lines(order, stock({1: ("A", 2), 2: ("B", 1)})) if line.startswith("DOSE-0311")]
    assert found == ["DOSE-0311 bay=1 ordered=3 units=2", "DOSE-0311 bay=2 ordered=2 units=1"]


def test_a_strangers_label_is_told_for_every_pouch() -> None:
    assert lines(ORDER, identity=OTHER) == [
        f"DOSE-{code} pouch={number}" for number in range(5) for code in ("0317", "0318")
    ]


def test_the_right_name_on_one_label_does_not_speak_for_the_next() -> None:
    wrong = ("Børge Kjærgaard", "CPR 020345-1111")
    for number in (1, 4):
        both = [f"DOSE-{code} pouch={number}" for code in ("0317", "0318")]
        assert lines(pouch(number, lambda one: replace(one, lines=wrong))) == both


def test_a_name_over_two_lines_is_looked_for_on_every_label() -> None:
    split = ("Åse", "Sørensen", "CPR 010248-1234")
    over_two = replace(ORDER, pouches=tuple(replace(one, lines=split) for one in ORDER.pouches))
    assert lines(over_two) == []
    last = replace(over_two.pouches[-1], lines=("Åse", "x", "Sørensen", "CPR 010248-1234"))
    assert lines(replace(over_two, pouches=(*over_two.pouches[:-1], last))) == ["DOSE-0318 pouch=4"]


def test_a_pouch_ordered_twice_in_a_row() -> None:
    twice = replace(ORDER, pouches=(*ORDER.pouches, replace(ORDER.pouches[-1], picks=())))
    assert lines(twice)[:2] == ["DOSE-0302 pouch=4", "DOSE-0309 pouch=4"]


def test_a_bay_after_a_cell_is_looked_at() -> None:
    assert lines(picks(1, A_HALF, D_TWO, replace(A_ONE, bay=9))) == [
        "DOSE-0304 pouch=1 bay=9 product=A canister=canister-1 fill=fill-1"
    ]


def test_two_lines_of_a_product_are_one_amount() -> None:
    two = plan(*(ordination(daily(dose("1")), "A", name) for name in ("one", "two")))
    made = roll(two, Period(MONDAY, MONDAY))
    order = order_for(made, STOCK, PRODUCTS)
    assert check_order(order, made, IDENTITY, STOCK, PRODUCTS) == ()
    lost = replace(order, pouches=(order.pouches[0], replace(order.pouches[1], picks=(A_ONE,))))
    assert told(check_order(lost, made, IDENTITY, STOCK, PRODUCTS)) == [
        "DOSE-0303 job-1 pouch=1 product=A ordered=1 planned=2"
    ]
