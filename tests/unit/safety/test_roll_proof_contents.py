"""What a pouch of a sound roll may hold: to the last unit it is shown, and one more and nothing is said."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from dispenser.core.ids import OrdinationId, ProductId
from dispenser.core.plan import MedicationPlan
from dispenser.core.pouch import Content, Pouch
from dispenser.core.product import Catalogue, Partable, Product
from dispenser.core.quantity import Quarters
from dispenser.core.roll import Period, Roll
from dispenser.core.stock import PouchLimits
from safety.roll_proof import RollProof
from tests.support.medicine import (
    EVENING,
    FORTNIGHT,
    LIMITS,
    MONDAY,
    SLOTS,
    catalogue,
    daily,
    day,
    dosage,
    dose,
    ordination,
    plan,
    product,
    roll,
    structure,
)

A_DAY = timedelta(days=1)
A = ordination(daily(dose("1"), dose("0.5", EVENING)), "A")
B = ordination(daily(dose("2")), "B", instruction="Synkes hele")
PLAN = plan(A, B)
ROLL = roll(PLAN)
WEEK = Period(MONDAY, MONDAY + 6 * A_DAY)


def shows(
    made: Roll,
    of: MedicationPlan = PLAN,
    products: Catalogue | None = None,
    limits: PouchLimits | None = LIMITS,
    period: Period = FORTNIGHT,
) -> bool:
    return RollProof(period, products or catalogue(), SLOTS, limits).shows(made, of)


def with_pouch(number: int, change: Callable[[Pouch], Pouch], made: Roll = ROLL) -> Roll:
    return replace(made, pouches=tuple(change(one) if one.number == number else one for one in made.pouches))


def content(line: str, what: str, quarters: int) -> Content:
    return Content(OrdinationId(f"ordination-{line}"), ProductId(what), Quarters(quarters))


def renumbered(*pouches: Pouch) -> Roll:
    return replace(ROLL, pouches=tuple(replace(one, number=place) for place, one in enumerate(pouches, start=1)))


@pytest.mark.parametrize(
    ("other", "sound"),
    [
        (product("A"), True),
        (product("A", dispensable=False), False),
        (product("A", solid_oral=False), False),
        (product("A", partable=Partable.HALVES), True),
        (product("A", partable=Partable.INDIVISIBLE), False),
        (product("A", separate=True), False),
    ],
)
def test_a_product_that_may_be_packed_so(other: Product, sound: bool) -> None:  # noqa: FBT001 - a column of the table
    products = catalogue()
    assert shows(ROLL, products=replace(products, products={**products.products, ProductId("A"): other})) is sound


def test_a_product_that_is_alone_may_be_alone() -> None:
    alone = plan(ordination(daily(dose("1")), "A"), ordination(daily(dose("1", EVENING)), "B"))
    products = catalogue(product("A", separate=True), product("B", separate=True))
    assert shows(roll(alone, products=products), alone, products)
    together = plan(ordination(daily(dose("1")), "A"), ordination(daily(dose("1")), "B"))
    for first, second in ((True, False), (False, True)):
        now = catalogue(product("A", separate=first), product("B", separate=second))
        assert not shows(roll(together), together, now)
        assert shows(roll(together, products=now), together, now)


def test_an_unknown_product() -> None:
    assert not shows(ROLL, products=catalogue(product("B")))


def test_room_is_used_to_the_last() -> None:
    assert ROLL.pouches[0].contents == (content("A", "A", 4), content("B", "B", 8))
    assert shows(ROLL, limits=PouchLimits(3))
    assert not shows(ROLL, limits=PouchLimits(2))
    products = catalogue(product("A", volume=100), product("B", volume=70))
    assert shows(ROLL, products=products, limits=PouchLimits(3, 240))
    assert not shows(ROLL, products=products, limits=PouchLimits(3, 239))
    assert shows(ROLL, products=products, limits=PouchLimits(3))
    # Half a tablet takes the room of a whole one.
    halves = plan(ordination(daily(dose("0.25"), dose("1.25", EVENING)), "A"))
    assert shows(roll(halves), halves, limits=PouchLimits(2))
    assert not shows(roll(halves), halves, limits=PouchLimits(1))


def test_twelve_units_at_once_and_no_more() -> None:
    for units, sound in (("12", True), ("12.25", False)):
        much = plan(ordination(daily(dose(units)), "A"))
        assert shows(roll(much, limits=PouchLimits(20)), much, limits=PouchLimits(20)) is sound
    for units, sound in (("6", True), ("6.25", False)):
        two = plan(ordination(daily(dose(units)), "A", "one"), ordination(daily(dose("6")), "A", "two"))
        assert shows(roll(two, limits=PouchLimits(20)), two, limits=PouchLimits(20)) is sound
    apart = plan(ordination(daily(dose("9")), "A"), ordination(daily(dose("9")), "B"))
    assert shows(roll(apart, limits=PouchLimits(20)), apart, limits=PouchLimits(20))


def split(a: str = "3", b: str = "3") -> tuple[MedicationPlan, Roll]:
    of = plan(
        ordination(daily(dose(a), dose("1", EVENING)), "A", instruction="Tygges"),
        ordination(daily(dose(b)), "B", instruction="Synkes hele"),
    )
    return of, roll(of)


def test_parts_of_an_intake() -> None:
    of, made = split()
    first, second, evening, *rest = made.pouches
    assert [(one.part, one.parts) for one in made.pouches[:3]] == [(1, 2), (2, 2), (1, 1)]
    assert shows(made, of)
    assert not shows(renumbered(first, evening, *rest), of)
    assert not shows(renumbered(second, evening, *rest), of)
    assert not shows(renumbered(second, first, evening, *rest), of)
    assert not shows(renumbered(first, evening, second, *rest), of)
    assert not shows(renumbered(first, replace(second, slot=EVENING), evening, *rest), of)
    assert not shows(renumbered(first, replace(second, date=second.date + A_DAY), evening, *rest), of)
    assert not shows(renumbered(first, replace(second, part=3), evening, *rest), of)
    assert not shows(renumbered(first, replace(second, parts=3), evening, *rest), of)
    assert not shows(renumbered(replace(first, parts=3), second, evening, *rest), of)
    assert not shows(renumbered(replace(first, part=0, parts=1), replace(second, part=1, parts=1), evening, *rest), of)


def test_a_last_part_that_is_missing() -> None:
    of = plan(
        ordination(daily(dose("3", EVENING)), "A", instruction="Tygges"),
        ordination(dosage(structure(day(1, dose("1", EVENING)), end=FORTNIGHT.last - A_DAY)), "B", instruction="x"),
    )
    made = roll(of)
    assert shows(made, of)
    assert not shows(with_pouch(len(made.pouches), lambda pouch: replace(pouch, parts=2), made), of)


def test_parts_may_hold_their_share_of_what_may_be_taken_at_once() -> None:
    of, made = split("6", "6")
    assert shows(made, of)
    of, made = split("6.25", "6")
    assert not shows(made, of)


def test_two_doses_of_a_line_at_once_are_looked_at_closely() -> None:
    of = plan(ordination(daily(dose("10")), "A"))
    cut = roll(of, limits=PouchLimits(5))
    assert [one.contents[0].quarters for one in cut.pouches[:2]] == [20, 20]
    assert not shows(cut, of, limits=PouchLimits(20))


def test_the_right_instruction_among_blank_ones() -> None:
    told = plan(ordination(daily(dose("1")), "A"), ordination(daily(dose("1")), "B", instruction="Tygges"))
    made = roll(told)
    assert made.pouches[0].instruction == "Tygges"
    assert shows(made, told)
    assert not shows(made, plan(told.ordinations[0], replace(told.ordinations[1], instruction="Synkes")))
    assert not shows(made, plan(told.ordinations[0], replace(told.ordinations[1], instruction="")))
    assert not shows(made, plan(replace(told.ordinations[0], instruction="Synkes"), told.ordinations[1]))
