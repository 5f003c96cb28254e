"""Leave `unknown`: what the machine still knows of an order decides, never a timer."""

from enum import Enum

from hal.status import MachineStatus, OrderState


class Found(Enum):
    """What a returned machine knows of an order whose outcome was unknown."""

    WAITING = "loaded, not started"
    AT_WORK = "running or held"
    OVER = "ended, interrupted, or forgotten after it was accepted"
    NEVER_LOADED = "its number was never accepted"


def found_order(status: MachineStatus, number: int) -> Found:
    """Return what `status` tells of order `number`.

    A number above the high-water mark was never accepted, and never will be once a higher one is: the machine
    refuses stale numbers for good, so a late duplicate of the lost message has no effect.
    """
    for order in status.orders:
        if order.number == number:
            match order.state:
                case OrderState.LOADED:
                    return Found.WAITING
                case OrderState.RUNNING | OrderState.HELD:
                    return Found.AT_WORK
                case OrderState.ENDED | OrderState.INTERRUPTED:
                    return Found.OVER
    return Found.OVER if number <= status.high_water else Found.NEVER_LOADED
