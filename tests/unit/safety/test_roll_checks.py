"""What is told of one roll that breaks a rule, word by word."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispenser.core.ids import OrdinationId, ProductId
from dispenser.core.plan import MedicationPlan
from dispenser.core.pouch import Content, Pouch
from dispenser.core.product import Catalogue, Partable
from dispenser.core.quantity import Quarters
from dispenser.core.roll import Period, Roll
from dispenser.core.stock import PouchLimits
from dispenser.core.volume import Dimensions, Shape
from safety.roll_checks import check_capacity, check_roll, overfull, space_mm3, too_large
from tests.support.medicine import (
    EVENING,
    MONDAY,
    SLOTS,
    catalogue,
    daily,
    dose,
    ordination,
    plan,
    product,
    roll,
)
from tests.support.told import told

A_DAY = timedelta(days=1)
TWO_DAYS = Period(MONDAY, MONDAY + A_DAY)
MONDAY_ALONE, TUESDAY_ALONE = Period(MONDAY, MONDAY), Period(MONDAY + A_DAY, MONDAY + A_DAY)
PLAN = plan(
    ordination(daily(dose("1"), dose("0.5", EVENING)), "A"),
    ordination(daily(dose("2")), "B", instruction="Synkes hele"),
)
ROLL = roll(PLAN, TWO_DAYS)
FIRST, SECOND, *REST = ROLL.pouches
OUTSIDE_MONDAY = ["DOSE-0207 0000010001 pouch=3 date=2026-11-24", "DOSE-0207 0000010001 pouch=4 date=2026-11-24"]
OUTSIDE_TUESDAY = ["DOSE-0207 0000010001 pouch=1 date=2026-11-23", "DOSE-0207 0000010001 pouch=2 date=2026-11-23"]


def of(*pouches: Pouch) -> Roll:
    return replace(ROLL, pouches=pouches)


def content(line: str, what: str, quarters: int) -> Content:
    return Content(OrdinationId(f"ordination-{line}"), ProductId(what), Quarters(quarters))


def problems(
    made: Roll, period: Period = TWO_DAYS, products: Catalogue | None = None, whose: MedicationPlan = PLAN
) -> list[str]:
    return told(check_roll(made, whose, period, products or catalogue(), SLOTS))


def test_what_packing_made_is_sound() -> None:
    assert problems(ROLL) == []


def test_dates_must_be_the_rolls_and_the_batchs() -> None:
    assert problems(of(replace(FIRST, date=MONDAY - A_DAY), SECOND, *REST)) == [
        "DOSE-0207 0000010001 pouch=1 date=2026-11-22"
    ]
    assert problems(ROLL, MONDAY_ALONE) == problems(replace(ROLL, period=MONDAY_ALONE)) == OUTSIDE_MONDAY
    assert problems(ROLL, TUESDAY_ALONE) == problems(replace(ROLL, period=TUESDAY_ALONE)) == OUTSIDE_TUESDAY


@pytest.mark.parametrize(
    ("wrong", "lines"),
    [
        (of(replace(FIRST, number=7), SECOND, *REST), ["DOSE-0216 0000010001 pouch=7"]),
        (of(replace(FIRST, number=0), SECOND, *REST), ["DOSE-0216 0000010001 pouch=0"]),
        (of(replace(SECOND, number=1), replace(FIRST, number=2), *REST), ["DOSE-0216 0000010001 pouch=2"]),
        (
            of(FIRST, replace(FIRST, number=2), *REST),
            ["DOSE-0216 0000010001 pouch=2", "DOSE-0215 0000010001 date=2026-11-23 slot=morning parts=2"],
        ),
        (
            of(replace(FIRST, parts=2), SECOND, *REST),
            ["DOSE-0215 0000010001 date=2026-11-23 slot=morning parts=1"],
        ),
        (
            of(replace(FIRST, part=0), SECOND, *REST),
            ["DOSE-0215 0000010001 date=2026-11-23 slot=morning parts=1"],
        ),
        (
            of(replace(FIRST, part=2, parts=2), replace(FIRST, number=2, parts=2), *REST),
            ["DOSE-0216 0000010001 pouch=2"],
        ),
        (of(replace(FIRST, parts=2), replace(FIRST, number=2, part=2, parts=2), *REST), []),
        (
            of(replace(FIRST, parts=3), replace(FIRST, number=2, part=2, parts=3), *REST),
            ["DOSE-0215 0000010001 date=2026-11-23 slot=morning parts=2"],
        ),
        (
            of(replace(FIRST, parts=2), replace(FIRST, number=2, part=3, parts=2), *REST),
            ["DOSE-0215 0000010001 date=2026-11-23 slot=morning parts=2"],
        ),
    ],
)
def test_sequence_and_parts(wrong: Roll, lines: list[str]) -> None:
    assert problems(wrong) == lines


@pytest.mark.parametrize(
    ("wrong", "lines"),
    [
        (of(replace(FIRST, instruction=""), SECOND, *REST), ["pouch=1 ordination=ordination-B"]),
        (
            of(replace(FIRST, instruction="Tygges"), SECOND, *REST),
            ["pouch=1 ordination=ordination-B", "pouch=1 ordination=ordination-A, ordination-B"],
        ),
        (of(FIRST, replace(SECOND, instruction="Tygges"), *REST), ["pouch=2 ordination=ordination-A"]),
        (
            of(replace(FIRST, contents=(content("A", "A", 4), content("C", "C", 4))), SECOND, *REST),
            ["pouch=1 ordination=ordination-A, ordination-C"],
        ),
    ],
)
def test_instructions(wrong: Roll, lines: list[str]) -> None:
    assert problems(wrong) == [f"DOSE-0217 0000010001 {line}" for line in lines]


@pytest.mark.parametrize(
    "contents", [(), (content("A", "A", 0),), (content("A", "A", -2),), (content("A", "A", 4), content("A", "A", 0))]
)
def test_a_pouch_with_nothing_in_it(contents: tuple[Content, ...]) -> None:
    assert problems(of(FIRST, replace(SECOND, contents=contents), *REST)) == ["DOSE-0221 0000010001 pouch=2"]


def test_the_least_that_a_pouch_can_hold() -> None:
    assert problems(of(FIRST, replace(SECOND, contents=(content("A", "A", 1),)), *REST)) == []


@pytest.mark.parametrize(
    ("products", "lines"),
    [
        (catalogue(product("A")), ["DOSE-0211 pouch=1 product=B", "DOSE-0211 pouch=3 product=B"]),
        (
            catalogue(product("A", dispensable=False), product("B")),
            [f"DOSE-0211 pouch={number} product=Product A" for number in range(1, 5)],
        ),
        (
            catalogue(product("A"), product("B", solid_oral=False)),
            [f"DOSE-0211 pouch={number} product=Product B" for number in (1, 3)],
        ),
        (
            catalogue(product("A", partable=Partable.INDIVISIBLE), product("B")),
            [f"DOSE-0212 pouch={number} product=Product A amount=0,5" for number in (2, 4)],
        ),
        (catalogue(product("A", partable=Partable.HALVES), product("B", partable=Partable.INDIVISIBLE)), []),
        (
            catalogue(product("A", separate=True), product("B", separate=True)),
            [f"DOSE-0218 pouch={number} product=Product {name}" for number in (1, 3) for name in "AB"],
        ),
    ],
)
def test_products(products: Catalogue, lines: list[str]) -> None:
    assert problems(ROLL, products=products) == [line.replace(" ", " 0000010001 ", 1) for line in lines]


def test_all_that_is_wrong_with_a_product_is_told() -> None:
    bad = product("A", dispensable=False, separate=True, partable=Partable.INDIVISIBLE)
    half = of(replace(FIRST, contents=(content("A", "A", 2), FIRST.contents[1])), SECOND, *REST)
    assert problems(half, products=catalogue(bad, product("B")))[:3] == [
        "DOSE-0211 0000010001 pouch=1 product=Product A",
        "DOSE-0212 0000010001 pouch=1 product=Product A amount=0,5",
        "DOSE-0218 0000010001 pouch=1 product=Product A",
    ]


def test_at_most_twelve_units_of_a_product_at_once() -> None:
    for second, lines in (
        ("5", []),
        (
            "5.25",
            [f"DOSE-0213 0000010001 product=A date=2026-11-{on} slot=morning amount=12,25 limit=12" for on in (23, 24)],
        ),
    ):
        two = plan(ordination(daily(dose("7")), "A", "one"), ordination(daily(dose(second)), "A", "two"))
        assert problems(roll(two, TWO_DAYS), whose=two) == lines
    apart = plan(ordination(daily(dose("7"), dose("7", EVENING)), "A"), ordination(daily(dose("7")), "B"))
    assert problems(roll(apart, TWO_DAYS), whose=apart) == []


def test_room_in_a_pouch() -> None:
    products = catalogue(product("A", volume=100), product("B", volume=200))
    assert told(check_capacity(ROLL, products, PouchLimits(2))) == [
        f"DOSE-0214 0000010001 pouch={number} what=3 > 2" for number in (1, 3)
    ]
    assert check_capacity(ROLL, products, PouchLimits(3)) == ()
    assert told(check_capacity(ROLL, products, PouchLimits(3, 499))) == [
        f"DOSE-0214 0000010001 pouch={number} what=500 mm3 > 499 mm3" for number in (1, 3)
    ]
    assert check_capacity(ROLL, products, PouchLimits(3, 500)) == ()


@pytest.mark.parametrize(("quarters", "units"), [(1, 1), (2, 1), (4, 1), (5, 2), (8, 2), (9, 3)])
def test_a_started_unit_takes_the_room_of_a_whole_one(quarters: int, units: int) -> None:
    full = replace(FIRST, contents=(content("A", "A", quarters), content("X", "X", 4)))
    assert overfull(full, catalogue(), PouchLimits(units + 1)) == ""
    assert overfull(full, catalogue(), PouchLimits(units)) == f"{units + 1} > {units}"
    # A product that nobody knows takes no known room.
    products = catalogue(product("A", volume=10))
    assert overfull(full, products, PouchLimits(9, 10 * units)) == ""
    assert overfull(full, products, PouchLimits(9, 10 * units - 1)) == f"{10 * units} mm3 > {10 * units - 1} mm3"


def test_a_unit_takes_two_thirds_of_its_box_at_least() -> None:
    """19 x 9 x 6 mm: a box of 1026 mm3."""
    boxed = replace(product("A", volume=700), dimensions=Dimensions(Shape.OBLONG, 19_000, 9_000, 6_000))
    assert space_mm3(boxed) == 700
    assert space_mm3(replace(boxed, volume_mm3=0)) == 684
    assert space_mm3(product("A", volume=5)) == 5


@pytest.mark.parametrize(
    ("volume", "limit", "why"), [(100, 100, ""), (101, 100, "101 mm3 > 100 mm3"), (2, 1, "2 mm3 > 1 mm3"), (9, 0, "")]
)
def test_a_unit_that_no_pouch_can_hold(volume: int, limit: int, why: str) -> None:
    assert too_large(product("A", volume=volume), PouchLimits(1, limit)) == why
    assert too_large(None, PouchLimits(1, limit)) == ""
