"""Bays and tray cells of one machine for the contents of a roll."""

import pytest

from dispenser.core.ids import ProductId
from dispenser.core.product import Catalogue
from dispenser.core.roll import Period, Roll
from dispenser.core.translate import CanisterPick, NotEnoughError, TrayPick, fitting, needs_of, sources
from tests.support.medicine import (
    FORTNIGHT,
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

ONE_DAY = Period(MONDAY, MONDAY)


def made(*amounts: tuple[str, str], period: Period = ONE_DAY, products: Catalogue | None = None) -> Roll:
    lines = [
        ordination(daily(dose(amount)), what, f"{number}") for number, (what, amount) in enumerate(amounts, start=1)
    ]
    return roll(plan(*lines), period, products)


def bay(number: int, letter: str, units: int) -> CanisterPick:
    return CanisterPick(number, f"canister-{number}", f"fill-{number}", ProductId(letter), units)


def test_whole_units_drop_from_the_canister() -> None:
    (pouch,) = sources(made(("A", "2"), ("B", "1")), [1], stock(), catalogue())
    assert pouch.number == 1
    assert pouch.picks == (bay(1, "A", 2), bay(2, "B", 1))


def test_fractions_and_products_without_a_canister_come_from_the_tray() -> None:
    (pouch,) = sources(made(("A", "1.5"), ("D", "2"), ("E", "0.25")), [1], stock(), catalogue())
    assert pouch.picks == (bay(1, "A", 1), TrayPick(1, "A", 2), TrayPick(2, "D", 8), TrayPick(3, "E", 1))


def test_two_halves_of_two_lines_are_not_one_tablet() -> None:
    (pouch,) = sources(made(("A", "0.5"), ("A", "0.5")), [1], stock(), catalogue())
    assert pouch.picks == (TrayPick(1, "A", 4),)


def test_tray_only_products_never_drop_from_a_canister() -> None:
    products = catalogue(product("A", tray_only=True))
    (pouch,) = sources(made(("A", "2"), products=products), [1], stock(), products)
    assert pouch.picks == (TrayPick(1, "A", 8),)


def test_header_has_no_picks_and_numbers_come_in_order() -> None:
    two = roll(plan(ordination(daily(dose("1"), dose("1", NOON)))), ONE_DAY)
    assert [(one.number, len(one.picks)) for one in sources(two, [2, 0, 2], stock(), catalogue())] == [(0, 0), (2, 1)]
    with pytest.raises(ValueError, match=r"no pouch \[9\]"):
        sources(two, [1, 9], stock(), catalogue())


def test_every_cell_is_used_once() -> None:
    fortnight = made(("D", "1"), period=Period(MONDAY, MONDAY.replace(day=29)))
    cells = [pick.cell for one in sources(fortnight, range(1, 8), stock(), catalogue()) for pick in one.picks]
    assert cells == list(range(1, 8))


def test_canisters_of_one_product_are_used_in_bay_order_while_they_last() -> None:
    week = made(("A", "2"), period=Period(MONDAY, MONDAY.replace(day=26)))
    picks = [one.picks for one in sources(week, range(1, 5), stock({7: ("A", 3), 2: ("A", 5)}), catalogue())]
    assert picks == [(bay(2, "A", 2),), (bay(2, "A", 2),), (bay(7, "A", 2),), (bay(2, "A", 1), bay(7, "A", 1))]


def test_everything_missing_is_named() -> None:
    roll_ = made(("A", "6"), ("D", "1"), ("E", "1"))
    with pytest.raises(NotEnoughError) as caught:
        sources(roll_, [1], stock({1: ("A", 2), 2: ("A", 3), 3: ("A", 0)}, cells=1), catalogue())
    assert str(caught.value) == "A: 6 units needed, 5 in canisters; 2 tray cells needed, 1 there"
    assert (caught.value.cells_needed, caught.value.cells_available) == (2, 1)
    assert caught.value.units == {"A": (6, 5)}


def test_a_product_that_left_the_catalogue_is_missing() -> None:
    with pytest.raises(NotEnoughError) as caught:
        sources(made(("A", "1"), ("B", "1")), [1], stock(), catalogue(product("A")))
    assert caught.value.unknown == ("B",)
    assert str(caught.value) == "B: not in the catalogue"


def test_needs_say_the_same_as_the_translation() -> None:
    products = catalogue(product("A", volume=10), product("B"), product("C", tray_only=True), product("D"))
    lines = made(("A", "1.5"), ("B", "1"), ("C", "1"), ("D", "2"), products=products)
    needs = needs_of(lines, products)
    assert (needs.tray_cells, dict(needs.cells_without)) == (2, {"B": 1, "D": 1})
    assert (needs.pouch_units, needs.pouch_volume_mm3, needs.unknown) == (6, 20, ())
    cells = [p for p in sources(lines, [1], stock(), products)[0].picks if isinstance(p, TrayPick)]
    assert needs.cells_on(stock()) == len(cells) == 3
    assert needs_of(made(("A", "1")), catalogue(product("B"))).unknown == ("A",)


def test_halves_of_two_lines_are_two_started_units() -> None:
    products = catalogue(product("A", volume=10))
    twice = plan(*(ordination(daily(dose("0.5")), "A", name) for name in ("one", "other")))
    needs = needs_of(roll(twice, ONE_DAY, products), products)
    assert (needs.pouch_units, needs.pouch_volume_mm3, needs.tray_cells) == (2, 20, 1)


def test_a_roll_that_needs_the_tray_twice_is_begun_with_what_fits() -> None:
    roll = made(("E", "1"), period=FORTNIGHT)
    assert fitting(roll, [0, *range(1, 15)], stock(cells=10), catalogue()) == (0, *range(1, 11))
    assert fitting(roll, range(11, 15), stock(cells=10), catalogue()) == (11, 12, 13, 14)
    assert fitting(roll, [], stock(cells=10), catalogue()) == ()


def test_a_pouch_that_never_fits_names_what_is_missing() -> None:
    with pytest.raises(NotEnoughError, match="tray cells needed"):
        fitting(made(("E", "1"), period=FORTNIGHT), [1, 2], stock(cells=0), catalogue())
