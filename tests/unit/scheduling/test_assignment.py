"""Which machine packs which roll."""

import time
from collections import Counter
from datetime import timedelta

from dispenser.core.ids import MachineId, RollId
from dispenser.core.product import Catalogue
from dispenser.core.roll import Period, Roll
from hal.errors import Reason
from hal.wire import words
from safety.fit_codes import UNKNOWN_PRODUCT
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
    cells = Reason(words.UNKNOWN_CELL, "2 tray cells needed for a pouch, 1 there")
    assert result.unassignable == {"long": {"m1": (cells,)}}
    assert assign([long], [], catalogue()).unassignable == {"long": {}}


def test_what_is_known_against_a_roll_on_a_machine_counts_beside_its_own_limits() -> None:
    one, other = made("1", "D"), made("2", "D")
    small, large = stock(name="m1", cells=0), stock(name="m2")
    wide = Reason(words.LABEL_TOO_LARGE, "9 lines, at most 8")
    against = {RollId("1"): {MachineId("m2"): (wide,)}, RollId("2"): {MachineId("m1"): (wide,), MachineId("m2"): ()}}
    result = assign([one, other], [small, large], catalogue(), against)
    assert result.machine_of == {"2": "m2"}
    cells = Reason(words.UNKNOWN_CELL, "1 tray cells needed for a pouch, 0 there")
    assert result.unassignable == {"1": {"m1": (cells,), "m2": (wide,)}}


def test_pouch_limits_and_catalogue_are_obstacles() -> None:
    bulky = catalogue(product("A", volume=200))
    full = made("1", "A", amount="6", days=1, products=bulky)
    too_much = words.TOO_MANY_UNITS
    for small, code, why in (
        (stock(units=5), too_much, "a pouch of 6 units, 5 at most"),
        (stock(volume=1000), too_much, "a pouch of 1200 mm3, 1000 at most"),
    ):
        assert assign([full], [small], bulky).unassignable == {"1": {"m1": (Reason(code, why),)}}
    assert assign([full], [stock(volume=1200)], bulky).machine_of == {"1": "m1"}
    unknown = Reason(UNKNOWN_PRODUCT, "A is not in the catalogue")
    assert assign([full], [stock()], catalogue(product("B"))).unassignable == {"1": {"m1": (unknown,)}}


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
