"""What a machine still knows of an order decides; no combination is left to guessing."""

import pytest

from dispenser.app.reconcile import Found, found_order
from hal.status import MachineStatus, OrderState, OrderStatus, PackMLState


def status(high_water: int, *orders: tuple[int, OrderState]) -> MachineStatus:
    known = tuple(OrderStatus(number, f"job-{number}", "", state, 0) for number, state in orders)
    return MachineStatus(PackMLState.IDLE, "boot", 1, high_water, 0, 1, known, (), 60)


@pytest.mark.parametrize(
    ("state", "found"),
    [
        (OrderState.LOADED, Found.WAITING),
        (OrderState.RUNNING, Found.AT_WORK),
        (OrderState.HELD, Found.AT_WORK),
        (OrderState.ENDED, Found.OVER),
        (OrderState.INTERRUPTED, Found.OVER),
    ],
)
def test_every_state_of_a_known_order_has_an_answer(state: OrderState, found: Found) -> None:
    assert found_order(status(9, (8, OrderState.ENDED), (9, state)), 9) is found


def test_every_order_state_is_covered() -> None:
    for state in OrderState:
        assert found_order(status(9, (9, state)), 9) in Found


def test_an_order_above_the_high_water_mark_was_never_loaded() -> None:
    assert found_order(status(8), 9) is Found.NEVER_LOADED


def test_an_order_at_or_below_the_mark_that_is_forgotten_is_over() -> None:
    assert found_order(status(9), 9) is Found.OVER
    assert found_order(status(12), 9) is Found.OVER
