"""Which machine packs which roll."""

import time
from collections import Counter
from datetime import timedelta

from dispenser.core.product import Catalogue
from dispenser.core.roll import Period, Roll
from scheduling.assignment import assign
from tests.support.medicine import (
    EVENING,
    LIMITS,
    MONDAY,
    MORNING,
    NIGHT,
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


def made(name: str, *letters: str, days: int = 14, amount: str = "1", products: Catalogue | None = None) -> Roll:
    lines = [ordination(daily(dose(amount)), letter) for letter in letters]
    return roll(plan(*lines), Period(MONDAY, MONDAY + timedelta(days=days - 1)), products, limits=LIMITS, name=name)


def test_work_is_spread_over_all_machines() -> None:
    rolls = [made(f"{number:02d}", "A") for number in range(8)]
    result = assign(rolls, [stock(name="m1"), stock(name="m2"), stock(name="m3")], catalogue())
    assert sorted(Counter(result.machine_of.values()).values()) == [2, 3, 3]
    assert not result.unassignable


def test_equal_load_goes_to_the_fewest_tray_cells() -> None:
    stocks = [stock({1: ("A", 100)}, name="m1"), stock({1: ("D", 100)}, name="m2")]
    assert assign([made("1", "D"), made("2", "A")], stocks, catalogue()).machine_of == {"1": "m2", "2": "m1"}


def test_only_able_machines_are_chosen_and_obstacles_named() -> None:
    long = made("long", "D", "E", days=14)
    small, large = stock(name="m1", cells=1), stock(name="m2", cells=2)
    assert assign([long], [small, large], catalogue()).machine_of == {"long": "m2"}
    result = assign([long], [small], catalogue())
    assert result.unassignable == {"long": ("m1: 2 tray cells needed for a pouch, 1 there",)}
    assert assign([long], [], catalogue()).unassignable == {"long": ("there is no machine",)}


def test_pouch_limits_and_catalogue_are_obstacles() -> None:
    bulky = catalogue(product("A", volume=200))
    full = made("1", "A", amount="6", days=1, products=bulky)
    assert assign([full], [stock(units=5)], bulky).unassignable == {"1": ("m1: a pouch of 6 units, 5 at most",)}
    assert assign([full], [stock(volume=1000)], bulky).unassignable == {"1": ("m1: a pouch of 1200 mm3, 1000 at most",)}
    assert assign([full], [stock(volume=1200)], bulky).machine_of == {"1": "m1"}
    assert assign([full], [stock()], catalogue(product("B"))).unassignable == {"1": ("m1: A is not in the catalogue",)}


def test_order_of_the_arguments_does_not_matter() -> None:
    rolls = [made(f"{number:02d}", "ABCDEF"[number % 6], days=number % 9 + 1) for number in range(30)]
    stocks = [stock(name=f"m{number}") for number in range(4)]
    assert assign(rolls, stocks, catalogue()) == assign(rolls[::-1], stocks[::-1], catalogue())


def test_the_largest_load_stays_near_the_mean() -> None:
    rolls = [made(f"{number:03d}", "ABCDEF"[number % 6], days=number % 14 + 1) for number in range(60)]
    stocks = [stock(name=f"m{number}") for number in range(6)]
    machine_of = assign(rolls, stocks, catalogue()).machine_of
    load = Counter()
    for one in rolls:
        load[machine_of[one.roll_id]] += len(one.pouches)
    assert max(load.values()) <= 1.1 * sum(load.values()) / 6 + 1


def test_a_large_batch_is_quick() -> None:
    lines = [
        ordination(daily(*[dose("1", slot) for slot in (MORNING, NOON, EVENING, NIGHT)]), letter) for letter in "ABCD"
    ]
    rolls = [roll(plan(*lines), name=f"{number:03d}") for number in range(120)]
    assert {len(one.pouches) for one in rolls} == {56}
    began = time.process_time()
    assert len(assign(rolls, [stock(name=f"m{number}") for number in range(6)], catalogue()).machine_of) == 120
    assert time.process_time() - began < 2
