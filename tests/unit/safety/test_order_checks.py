"""A packing order with one thing made wrong at a time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from dispenser.core.citizen import Identity
from dispenser.core.ids import RollId
from dispenser.core.product import Catalogue
from dispenser.core.roll import HEADER_NUMBER, Period
from dispenser.core.stock import MachineStock
from hal.orders import BayPick, CellPick, PackingOrder, Pick, PouchOrder
from safety import order_codes
from safety.findings import Code
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
from tests.support.orders import IDENTITY, label, order_for

PRODUCTS = catalogue()
STOCK = stock()
PLAN = plan(ordination(daily(dose("1.5"), dose("1", NOON)), "A"), ordination(daily(dose("2")), "D"))
ROLL = roll(PLAN, Period(MONDAY, MONDAY + timedelta(days=1)))
ORDER = order_for(ROLL, STOCK, PRODUCTS)


def codes(
    order: PackingOrder, machine: MachineStock = STOCK, products: Catalogue = PRODUCTS, identity: Identity = IDENTITY
) -> set[Code]:
    findings = check_order(order, ROLL, identity, machine, products)
    assert all("{" not in finding.text("da") + finding.text("en") for finding in findings)
    return {finding.code for finding in findings}


def pouch(number: int, change: Callable[[PouchOrder], PouchOrder]) -> PackingOrder:
    return replace(ORDER, pouches=tuple(change(one) if one.number == number else one for one in ORDER.pouches))


def picks(number: int, *wanted: Pick) -> PackingOrder:
    return pouch(number, lambda one: replace(one, picks=wanted))


A_ONE = BayPick(1, "canister-1", "fill-1", "A", 1)
A_HALF = CellPick(1, "A", 2)
D_TWO = CellPick(2, "D", 8)


def test_what_translation_made_passes() -> None:
    assert codes(ORDER) == set()
    assert ORDER.pouches[0].picks == ()
    assert ORDER.pouches[1].picks == (A_ONE, A_HALF, D_TWO)
    assert codes(order_for(ROLL, STOCK, PRODUCTS, [2, 4])) == set()


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (picks(1, A_ONE, A_HALF), {order_codes.PICKS_DIFFER}),
        (picks(1, A_ONE, A_HALF, D_TWO, replace(D_TWO, cell=50)), {order_codes.PICKS_DIFFER}),
        (picks(1, replace(A_ONE, units=2), A_HALF, D_TWO), {order_codes.PICKS_DIFFER}),
        (picks(1, A_ONE, replace(A_HALF, quarters=1), D_TWO), {order_codes.PICKS_DIFFER}),
        (picks(1, replace(A_ONE, units=0), A_HALF, D_TWO), {order_codes.PICKS_DIFFER, order_codes.NOT_POSITIVE}),
        (picks(1, replace(A_ONE, bay=2), A_HALF, D_TWO), {order_codes.WRONG_CANISTER}),
        (picks(1, replace(A_ONE, bay=9), A_HALF, D_TWO), {order_codes.WRONG_CANISTER}),
        (picks(1, replace(A_ONE, canister_id="x"), A_HALF, D_TWO), {order_codes.WRONG_CANISTER}),
        (picks(1, replace(A_ONE, fill_code="x"), A_HALF, D_TWO), {order_codes.WRONG_CANISTER}),
        (
            picks(1, BayPick(2, "canister-2", "fill-2", "B", 1), A_HALF, D_TWO),
            {order_codes.PICKS_DIFFER},
        ),
        (
            picks(1, replace(A_ONE, product="X"), A_HALF, D_TWO),
            {order_codes.PICKS_DIFFER, order_codes.WRONG_CANISTER, order_codes.UNKNOWN_PRODUCT_ORDERED},
        ),
        (picks(1, A_ONE, A_HALF, replace(D_TWO, cell=1)), {order_codes.CELL_TWICE}),
        (picks(1, A_ONE, A_HALF, replace(D_TWO, cell=61)), {order_codes.UNKNOWN_CELL}),
        (picks(1, A_ONE, A_HALF, replace(D_TWO, cell=0)), {order_codes.UNKNOWN_CELL}),
        (picks(0, A_ONE), {order_codes.HEADER_NOT_EMPTY}),
        (
            pouch(1, lambda one: replace(one, number=9)),
            {order_codes.NOT_IN_ROLL, order_codes.OUT_OF_ORDER, order_codes.OTHER_SYMBOL},
        ),
        (replace(ORDER, pouches=()), {order_codes.NOTHING_ORDERED}),
        (
            pouch(2, lambda one: replace(one, lines=("", " "))),
            {order_codes.LABEL_EMPTY, order_codes.OTHER_CIVIL_NUMBER, order_codes.OTHER_NAME},
        ),
        (pouch(2, lambda one: replace(one, symbol=" ")), {order_codes.LABEL_EMPTY, order_codes.OTHER_SYMBOL}),
        (
            pouch(2, lambda one: replace(one, symbol=ORDER.pouches[0].symbol)),
            {order_codes.SYMBOL_TWICE, order_codes.OTHER_SYMBOL},
        ),
    ],
)
def test_each_fault_is_found(order: PackingOrder, expected: set[Code]) -> None:
    assert codes(order) == expected


def test_a_pouch_ordered_twice() -> None:
    twice = replace(ORDER, pouches=(*ORDER.pouches, ORDER.pouches[2]))
    assert {order_codes.OUT_OF_ORDER, order_codes.SYMBOL_TWICE} <= codes(twice)


def test_canister_that_does_not_hold_enough() -> None:
    assert codes(ORDER, stock({1: ("A", 3), 2: ("B", 9), 3: ("C", 9)})) == {order_codes.OVERDRAWN}


def test_pouch_that_is_too_small() -> None:
    assert codes(ORDER, stock(units=3)) == {order_codes.TOO_FULL}
    bulky = catalogue(product("A", volume=100), product("D", volume=500))
    assert codes(ORDER, stock(volume=1199), bulky) == {order_codes.TOO_FULL}
    assert codes(ORDER, stock(volume=1200), bulky) == set()


def test_hand_filled_products_never_drop() -> None:
    assert codes(ORDER, products=catalogue(product("A", tray_only=True), product("D"))) == {order_codes.TRAY_ONLY}


OTHER = Identity("Børge Kjærgaard", "0203451111", date(1945, 3, 2))
NUMBERS = [HEADER_NUMBER, 1, len(ROLL.pouches)]


@pytest.mark.parametrize("number", NUMBERS)
def test_the_label_of_another_citizen(number: int) -> None:
    both = {order_codes.OTHER_CIVIL_NUMBER, order_codes.OTHER_NAME}
    assert codes(pouch(number, lambda one: label(one, ROLL, number, OTHER))) == both
    namesake = replace(OTHER, name=IDENTITY.name)
    assert codes(pouch(number, lambda one: label(one, ROLL, number, namesake))) == {order_codes.OTHER_CIVIL_NUMBER}
    renamed = replace(IDENTITY, name=OTHER.name)
    assert codes(pouch(number, lambda one: label(one, ROLL, number, renamed))) == {order_codes.OTHER_NAME}
    assert codes(ORDER, identity=OTHER) == both


@pytest.mark.parametrize("number", NUMBERS)
def test_the_label_of_another_pouch(number: int) -> None:
    assert codes(pouch(number, lambda one: label(one, ROLL, 3))) == {order_codes.OTHER_SYMBOL, order_codes.SYMBOL_TWICE}
    assert codes(order_for(ROLL, STOCK, PRODUCTS, [number])) == set()
    alone = replace(ORDER, pouches=tuple(label(one, ROLL, 3) for one in ORDER.pouches if one.number == number))
    assert codes(alone) == {order_codes.OTHER_SYMBOL}


@pytest.mark.parametrize("number", NUMBERS)
def test_the_label_of_another_roll(number: int) -> None:
    last_weeks = replace(ROLL, roll_id=RollId("0000009001"))
    assert codes(pouch(number, lambda one: label(one, last_weeks, number))) == {order_codes.OTHER_SYMBOL}


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(
    "issuer",
    [
        "(01)02000000000015",  # another's
        "(01)02000000000007",  # no GTIN: its check digit is 8
        "(01)2000000000008",
        "02000000000008",
        "(02)02000000000008",
        "",
    ],
)
def test_the_symbol_of_another_issuer(number: int, issuer: str) -> None:
    other = pouch(number, lambda one: replace(one, symbol=f"{issuer}{one.symbol[18:]}"))
    told = [finding.details for finding in check_order(other, ROLL, IDENTITY, STOCK, PRODUCTS)]
    assert codes(other) == {order_codes.OTHER_SYMBOL}
    wrong = [number]
    if number == ORDER.pouches[0].number and issuer == "(01)02000000000015":
        # The first label of an order that names an issuer says which one the others must name.
        wrong = [one.number for one in ORDER.pouches[1:]]
    assert told == [(("pouch", str(one)), ("roll", ROLL.roll_id)) for one in wrong]


def test_a_label_says_who_in_any_way_of_writing_it() -> None:
    lines = ("Åse  Marie", "Sørensen", "CPR 01 02 48-1234")
    spelled = replace(IDENTITY, name=" Åse Marie Sørensen")
    assert (
        codes(replace(ORDER, pouches=tuple(replace(one, lines=lines) for one in ORDER.pouches)), identity=spelled)
        == set()
    )


@pytest.mark.parametrize(
    "lines", [("Åse Sørensen", "nr. 1 af 9, rulle 0102481234"), ("Åse Sørensen", "CPR 010248-123")]
)
def test_other_digits_are_no_civil_number(lines: tuple[str, ...]) -> None:
    assert codes(pouch(1, lambda one: replace(one, lines=lines))) == {order_codes.OTHER_CIVIL_NUMBER}


def test_part_of_another_word_is_no_name() -> None:
    short = replace(IDENTITY, name="Åse Søren")
    assert codes(ORDER, identity=short) == {order_codes.OTHER_NAME}


def test_who_has_no_usable_identity_gets_nothing_sent() -> None:
    assert codes(ORDER, identity=replace(IDENTITY, civil_number="")) == {order_codes.OTHER_CIVIL_NUMBER}
    assert codes(ORDER, identity=replace(IDENTITY, name=" ")) == {order_codes.OTHER_NAME}
