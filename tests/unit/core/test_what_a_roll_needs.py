"""What a roll asks of a machine before one is chosen, and what it takes from the one that is."""

import pytest

from dispenser.core.translate import NotEnoughError, TrayPick, fitting, needs_of, sources
from tests.support.medicine import (
    EVENING,
    FORTNIGHT,
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

HALF_AND_WHOLES = plan(
    ordination(daily(dose("1.5"), dose("1", NOON)), "A"),
    ordination(daily(dose("2"), dose("2", EVENING)), "D"),
    ordination(daily(dose("1", EVENING)), "F"),
)


def test_a_machine_that_holds_a_product_needs_no_cell_for_its_whole_units() -> None:
    needs = needs_of(roll(HALF_AND_WHOLES), catalogue())
    # Every day: half an A by hand; A at noon, two D and an F whole.
    assert needs.tray_cells == 14
    assert dict(needs.cells_without) == {"A": 14, "D": 28, "F": 14}
    assert needs.pouch_cells == {(1, frozenset({"D"})), (0, frozenset({"A"})), (0, frozenset({"D", "F"}))}
    for letters, cells, most in (("", 70, 2), ("A", 56, 2), ("D", 42, 1), ("ADF", 14, 1), ("DF", 28, 1)):
        machine = stock({number: (letter, 99) for number, letter in enumerate(letters, start=1)})
        assert (needs.cells_on(machine), needs.most_cells_on(machine)) == (cells, most)


def test_an_empty_roll_needs_nothing() -> None:
    needs = needs_of(roll(plan()), catalogue())
    assert (needs.tray_cells, dict(needs.cells_without), needs.pouch_units, needs.pouch_volume_mm3) == (0, {}, 0, 0)
    assert (needs.cells_on(stock()), needs.most_cells_on(stock()), needs.unknown) == (0, 0, ())


def test_the_fullest_pouch_counts_by_units_and_by_volume_each_for_itself() -> None:
    products = catalogue(product("A", volume=10), product("B", volume=400))
    two = plan(ordination(daily(dose("5")), "A"), ordination(daily(dose("1.25", NOON)), "B"))
    needs = needs_of(roll(two, products=products), products)
    assert (needs.pouch_units, needs.pouch_volume_mm3) == (5, 800)


def test_products_out_of_the_catalogue_are_named_once_each_and_in_order() -> None:
    three = roll(plan(*(ordination(daily(dose("1"), dose("1", NOON)), letter) for letter in "CAB")))
    needs = needs_of(three, catalogue(product("B")))
    assert (needs.unknown, needs.pouch_volume_mm3) == (("A", "C"), 0)
    with pytest.raises(NotEnoughError) as caught:
        sources(three, [1, 2], stock(), catalogue(product("B")))
    assert caught.value.unknown == ("A", "C")


def test_a_pick_that_one_canister_can_serve_alone_is_not_shared() -> None:
    week = roll(plan(ordination(daily(dose("3")), "A")))
    first, second = sources(week, [1, 2], stock({1: ("A", 4), 2: ("A", 3)}), catalogue())
    assert [(pick.bay, pick.units) for pick in first.picks if not isinstance(pick, TrayPick)] == [(1, 3)]
    assert [(pick.bay, pick.units) for pick in second.picks if not isinstance(pick, TrayPick)] == [(2, 3)]


def test_an_empty_canister_gives_nothing_and_the_last_unit_is_used() -> None:
    one_day = roll(plan(ordination(daily(dose("3")), "A")))
    (pouch,) = sources(one_day, [1], stock({1: ("A", 0), 2: ("A", 2), 3: ("A", 1)}), catalogue())
    assert [(pick.bay, pick.units) for pick in pouch.picks if not isinstance(pick, TrayPick)] == [(2, 2), (3, 1)]


def test_canisters_that_share_a_pick_drop_no_more_than_was_ordered() -> None:
    one_day = roll(plan(ordination(daily(dose("6")), "A")))
    for held, expected in (([4, 1, 5], [4, 1, 1]), ([4, 3], [4, 2]), ([1, 0, 5], [1, 5])):
        machine = stock({bay: ("A", units) for bay, units in enumerate(held, start=1)})
        (pouch,) = sources(one_day, [1], machine, catalogue())
        assert [pick.units for pick in pouch.picks if not isinstance(pick, TrayPick)] == expected


def test_what_is_missing_is_told_by_product_and_need() -> None:
    two = roll(plan(ordination(daily(dose("2")), "B"), ordination(daily(dose("3")), "A")))
    with pytest.raises(NotEnoughError) as caught:
        sources(two, [1, 2], stock({1: ("A", 5), 2: ("B", 4)}), catalogue())
    assert dict(caught.value.units) == {"A": (6, 5)}
    with pytest.raises(NotEnoughError) as caught:
        sources(two, [1, 2], stock({1: ("A", 5), 2: ("B", 3)}), catalogue())
    assert str(caught.value) == "A: 6 units needed, 5 in canisters; B: 4 units needed, 3 in canisters"


def test_cells_that_suffice_are_not_told_with_what_does_not() -> None:
    both = roll(plan(ordination(daily(dose("0.5")), "D"), ordination(daily(dose("2")), "A")))
    with pytest.raises(NotEnoughError, match=r"^A: 2 units needed, 1 in canisters$"):
        sources(both, [1], stock({1: ("A", 1)}, cells=1), catalogue())


def test_what_the_first_pouch_lacks_is_told_alone_when_not_even_it_fits() -> None:
    tray = roll(plan(ordination(daily(dose("0.5")), "A")))
    with pytest.raises(NotEnoughError, match=r"^1 tray cells needed, 0 there$"):
        fitting(tray, [1, 2, 3], stock(cells=0), catalogue())


def test_as_many_cells_as_there_are_is_enough() -> None:
    tray = roll(plan(ordination(daily(dose("0.5")), "A")))
    assert len(sources(tray, range(1, 15), stock(cells=14), catalogue())) == 14
    with pytest.raises(NotEnoughError, match=r"^14 tray cells needed, 13 there$"):
        sources(tray, range(1, 15), stock(cells=13), catalogue())


@pytest.mark.parametrize(("cells", "expected"), [(1, 1), (13, 13), (14, 14), (60, 14)])
def test_the_longest_beginning_that_fits_is_as_long_as_the_tray(cells: int, expected: int) -> None:
    tray = roll(plan(ordination(daily(dose("0.5")), "A")), FORTNIGHT)
    assert fitting(tray, [*range(14, 0, -1), 3], stock(cells=cells), catalogue()) == tuple(range(1, expected + 1))
