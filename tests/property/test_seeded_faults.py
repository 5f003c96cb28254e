"""A fault of any kind put anywhere into a sound world is caught by a check that is there for it."""

from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dispenser.app.selftest.judge import JUDGES, blocks, catches
from dispenser.app.selftest.kind import Kind
from dispenser.app.selftest.kinds import KINDS
from dispenser.app.selftest.world import World, sound_world
from dispenser.core.plan import MedicationPlan
from dispenser.core.quantity import QUARTERS_PER_UNIT
from dispenser.core.roll import Period
from dispenser.core.translate import fitting, needs_of
from hal.orders import BayPick, CellPick
from safety.order_checks import check_order
from scheduling.assignment import assign
from tests.support.medicine import LIMITS, roll, stock
from tests.support.orders import IDENTITY, order_for
from tests.support.strategies import PRODUCTS, plans, windows

STOCK = stock({1: ("A", 9999), 2: ("B", 9999), 3: ("A", 9999), 4: ("E", 9999)}, cells=5000)
chances = st.randoms(use_true_random=False)
worlds = st.integers(0, 2**32).map(lambda seed: sound_world(Random(seed)))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@given(chance=chances, world=worlds)
@settings(max_examples=5)
def test_a_fault_is_caught(kind: Kind, chance: Random, world: World) -> None:
    fault = kind.seed(chance, world)
    assume(fault is not None)
    assert fault is not None
    findings = JUDGES[kind.part](fault.world)
    assert catches(kind, fault, findings), [(finding.code.id, finding.text("en")) for finding in findings]


@given(world=worlds)
@settings(max_examples=25)
def test_nothing_sound_is_stopped(world: World) -> None:
    stopped = {part.name: [one.text("en") for one in judge(world) if blocks(one)] for part, judge in JUDGES.items()}
    assert {part: texts for part, texts in stopped.items() if texts} == {}


@given(plans(), windows(14))
@settings(deadline=None)
def test_translation_is_exact_and_passes_its_check(plan: MedicationPlan, period: Period) -> None:
    made = roll(plan, period, PRODUCTS)
    order = order_for(made, STOCK, PRODUCTS)
    assert not check_order(order, made, IDENTITY, STOCK, PRODUCTS)
    for pouch, ordered in zip(made.pouches, order.pouches[1:], strict=True):
        for product in {content.product_id for content in pouch.contents}:
            planned = sum(content.quarters for content in pouch.contents if content.product_id == product)
            picked = sum(
                pick.units * QUARTERS_PER_UNIT if isinstance(pick, BayPick) else pick.quarters
                for pick in ordered.picks
                if pick.product == product
            )
            assert picked == planned
    cells = sum(isinstance(pick, CellPick) for pouch in order.pouches for pick in pouch.picks)
    assert needs_of(made, PRODUCTS).cells_on(STOCK) == cells


@given(st.lists(st.tuples(plans(2), windows(14)), max_size=5), st.lists(st.integers(0, 60), min_size=1, max_size=4))
@settings(max_examples=30, deadline=None)
def test_a_roll_is_assigned_exactly_when_some_machine_can_take_it(
    planned: list[tuple[MedicationPlan, Period]], cells: list[int]
) -> None:
    rolls = [
        roll(plan, period, PRODUCTS, limits=LIMITS, name=f"{place:03d}") for place, (plan, period) in enumerate(planned)
    ]
    stocks = {
        f"m{place}": stock({1: ("A", 9999), 2: ("B", 9999)}, name=f"m{place}", cells=count)
        for place, count in enumerate(cells)
    }
    result = assign(rolls, list(stocks.values()), PRODUCTS)
    assert {*result.machine_of, *result.unassignable} == {one.roll_id for one in rolls}
    for one in rolls:
        needs = needs_of(one, PRODUCTS)
        able = {name for name, machine in stocks.items() if needs.most_cells_on(machine) <= machine.tray_cells}
        assert (one.roll_id in result.machine_of) == bool(able)
        if able:
            machine = result.machine_of[one.roll_id]
            assert machine in able
            rest = [pouch.number for pouch in one.pouches]
            while rest:
                ordered = fitting(one, rest, stocks[machine], PRODUCTS)
                order_for(one, stocks[machine], PRODUCTS, ordered)
                rest = rest[len(ordered) :]
