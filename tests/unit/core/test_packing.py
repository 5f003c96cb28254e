"""Which doses share a pouch, and what happens when they do not fit."""

import pytest

from dispenser.core.dosage import Slot
from dispenser.core.expander import NotPackableError
from dispenser.core.packing import UNIT_TOO_LARGE, UNKNOWN_PRODUCT, PouchLimits
from dispenser.core.plan import Ordination
from dispenser.core.pouch import Pouch
from dispenser.core.product import Catalogue
from dispenser.core.roll import Period
from tests.support.medicine import (
    CITIZEN,
    EVENING,
    LIMITS,
    MONDAY,
    MORNING,
    catalogue,
    daily,
    dose,
    ordination,
    plan,
    product,
    roll,
)

ONE_DAY = Period(MONDAY, MONDAY)


def line(what: str = "A", amount: str = "1", name: str = "", instruction: str = "", slot: Slot = MORNING) -> Ordination:
    return ordination(daily(dose(amount, slot)), what, name, instruction=instruction)


def packed(*lines: Ordination, products: Catalogue | None = None, limits: PouchLimits = LIMITS) -> tuple[Pouch, ...]:
    return roll(plan(*lines), ONE_DAY, products, limits=limits).pouches


def shown(pouches: tuple[Pouch, ...]) -> list[tuple[int, int, int, str, list[tuple[str, int]]]]:
    return [
        (one.number, one.part, one.parts, one.instruction, [(c.product_id, c.quarters) for c in one.contents])
        for one in pouches
    ]


def test_one_intake_is_one_pouch() -> None:
    assert shown(packed(line("B"), line("A", "0.5"))) == [(1, 1, 1, "", [("A", 2), ("B", 4)])]


def test_roll_carries_citizen_revision_and_period() -> None:
    made = roll(plan(line(), revision=7), ONE_DAY)
    assert (made.citizen_id, made.plan_revision, made.period) == (CITIZEN, 7, ONE_DAY)


def test_slots_are_apart_and_numbered_in_order() -> None:
    pouches = packed(line("A", slot=EVENING), line("B"))
    assert [(one.number, one.slot) for one in pouches] == [(1, MORNING), (2, EVENING)]


def test_blank_instruction_shares_and_two_filled_ones_do_not() -> None:
    assert shown(packed(line("A", instruction="Synkes hele"), line("B"))) == [
        (1, 1, 1, "Synkes hele", [("A", 4), ("B", 4)])
    ]
    assert shown(packed(line("A", instruction="Tygges"), line("B", instruction="Synkes hele"), line("C"))) == [
        (1, 1, 2, "Synkes hele", [("B", 4), ("C", 4)]),
        (2, 2, 2, "Tygges", [("A", 4)]),
    ]


def test_two_strengths_of_one_substance_stay_two_contents() -> None:
    assert shown(packed(line("A", "1"), line("B", "0.5"), line("A", "0.5", name="other"))) == [
        (1, 1, 1, "", [("A", 4), ("A", 2), ("B", 2)])
    ]


def test_separate_products_are_alone() -> None:
    products = catalogue(product("A", separate=True), product("B"), product("C", separate=True))
    assert shown(packed(line("B"), line("C"), line("A"), products=products)) == [
        (1, 1, 3, "", [("B", 4)]),
        (2, 2, 3, "", [("A", 4)]),
        (3, 3, 3, "", [("C", 4)]),
    ]


def test_overflow_is_split_into_marked_parts() -> None:
    pouches = packed(line("A", "5"), line("B", "2.5"), line("C", "1"), limits=PouchLimits(4))
    assert shown(pouches) == [
        (1, 1, 3, "", [("A", 16)]),
        (2, 2, 3, "", [("A", 4), ("B", 10)]),
        (3, 3, 3, "", [("C", 4)]),
    ]


def test_overflow_without_the_instruction_does_not_carry_it() -> None:
    pouches = packed(line("A", "2", instruction="Tygges"), line("B", "3"), limits=PouchLimits(3))
    assert [(one.instruction, len(one.contents)) for one in pouches] == [("Tygges", 1), ("", 1)]


def test_a_half_takes_the_room_of_a_whole() -> None:
    assert len(packed(*[line(letter, "0.5") for letter in "ABC"], limits=PouchLimits(2))) == 2


def test_volume_splits_where_it_is_known() -> None:
    products = catalogue(product("A", volume=400), product("B", volume=0), product("C", volume=300))
    pouches = packed(line("A", "3"), line("B", "2"), line("C"), products=products, limits=PouchLimits(8, 1000))
    assert shown(pouches) == [
        (1, 1, 2, "", [("A", 8), ("B", 8)]),
        (2, 2, 2, "", [("A", 4), ("C", 4)]),
    ]


def test_what_can_never_fit_is_refused() -> None:
    products = catalogue(product("A", volume=1200))
    with pytest.raises(NotPackableError) as caught:
        packed(line("A"), products=products, limits=PouchLimits(8, 1000))
    assert caught.value.reasons == (UNIT_TOO_LARGE,)
    with pytest.raises(NotPackableError) as caught:
        packed(line("X"))
    assert caught.value.reasons == (UNKNOWN_PRODUCT,)


@pytest.mark.parametrize(("units", "volume"), [(0, 0), (1, -1)])
def test_a_pouch_must_hold_something(units: int, volume: int) -> None:
    with pytest.raises(ValueError, match="holds nothing"):
        PouchLimits(units, volume)


def test_nothing_planned_gives_an_empty_roll() -> None:
    assert packed() == ()
