"""An order as the driver keeps it for its machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from hal.orders import PackingOrder, document_of, order_of
from hal.status import OrderState, OrderStatus

LIVE: Final = frozenset({OrderState.LOADED, OrderState.RUNNING, OrderState.HELD})


@dataclass(slots=True)
class Order:
    """An order; a finished one keeps its number and digest. `turn` is its place in the queue, 0 before."""

    status: OrderStatus
    order: PackingOrder | None = None
    turn: int = 0

    @property
    def is_live(self) -> bool:
        """It may still be packed."""
        return self.status.state in LIVE


def row_of(order: Order) -> Mapping[str, object]:
    """Return an order as it is kept; its turn is not, because a boot interrupts it."""
    status = order.status
    return {
        "number": status.number,
        "id": status.order_id,
        "digest": status.digest,
        "state": status.state.value,
        "closed": status.closed,
        "order": document_of(order.order) if order.order is not None else "",
    }


def order_kept(row: Mapping[str, Any]) -> Order:
    """Return the order of `row_of`.

    Raises:
        KeyError: not one.
        ValueError: not one.
    """
    status = OrderStatus(row["number"], row["id"], row["digest"], OrderState(row["state"]), row["closed"])
    return Order(status, order_of(row["order"]) if row["order"] else None)
