"""The orders that a machine knows: what is loaded, whose turn it is, how far it got, and what is forever over."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from hal.wire.words import CONFLICT, ORDER_CHANGED, QUEUE_FULL, STALE_JOB, UNKNOWN_ORDER, WRONG_STATE
from simulator.logbook import Logbook
from simulator.orders import BayPick, OrderSpec, PouchSpec, Reason

LOADED: Final = "loaded"
RUNNING: Final = "running"
HELD: Final = "held"
ENDED: Final = "ended"
INTERRUPTED: Final = "interrupted"
LIVE: Final = frozenset({LOADED, RUNNING, HELD})
FINISHED_SHOWN: Final = 16
"""How many finished orders a status names, the newest; their numbers and digests are kept for good."""


@dataclass(slots=True)
class Order:
    """An order in the book.

    `closed` counts its pouches that are packed, `turn` is its place in the queue once it was started (0 before),
    `tries` the films spent on the pouch whose turn it is. A finished order keeps no pouches.
    """

    number: int
    order_id: str
    digest: str
    state: str = LOADED
    closed: int = 0
    pouches: tuple[PouchSpec, ...] = ()
    turn: int = 0
    tries: int = 0

    @property
    def is_live(self) -> bool:
        """The order may still move."""
        return self.state in LIVE

    @property
    def next_pouch(self) -> PouchSpec | None:
        """The first pouch that is not packed."""
        return self.pouches[self.closed] if self.closed < len(self.pouches) else None

    def names_bay(self, bay: int) -> bool:
        """Tell whether a pouch that is not packed yet needs this bay."""
        return any(
            isinstance(pick, BayPick) and pick.bay == bay
            for pouch in self.pouches[self.closed :]
            for pick in pouch.picks
        )

    def document(self) -> dict[str, object]:
        """Return the order as a status names it."""
        return {
            "number": self.number,
            "order_id": self.order_id,
            "digest": self.digest,
            "state": self.state,
            "closed": self.closed,
        }


class OrderBook:
    """Every order ever accepted; numbers at or below `high_water` never come in again.

    `changes` counts the changes of state since power-up.
    """

    def __init__(self, log: Logbook, depth: int, high_water: int = 0, known: Iterable[Order] = ()) -> None:
        self._log = log
        self._depth = depth
        self._orders = {order.number: order for order in known}
        self._live = [order for order in self._orders.values() if order.is_live]
        self._turns = 0
        self.high_water = high_water
        self.changes = 0

    @property
    def current(self) -> Order | None:
        """The order in work."""
        return next((order for order in self._live if order.state != LOADED), None)

    @property
    def wants_to_run(self) -> bool:
        """A started order is not finished."""
        return any(order.turn for order in self._live)

    @property
    def live(self) -> tuple[Order, ...]:
        """Orders that may still move."""
        return tuple(self._live)

    def documents(self) -> list[dict[str, object]]:
        """Return live orders and the newest finished ones, by number."""
        finished = sorted(number for number, order in self._orders.items() if not order.is_live)[-FINISHED_SHOWN:]
        shown = {*finished, *(order.number for order in self._live)}
        return [self._orders[number].document() for number in sorted(shown)]

    def refusals(self, spec: OrderSpec) -> tuple[bool, list[Reason]]:
        """Return whether the order is known with this very content, and why its number or the queue forbids it."""
        known = self._orders.get(spec.number)
        if known is not None:
            if known.digest == spec.digest:
                return True, []
            return False, [(CONFLICT, f"order {spec.number} is known with digest {known.digest}")]
        reasons: list[Reason] = []
        if spec.number <= self.high_water:
            reasons.append((STALE_JOB, f"order {spec.number}, highest accepted is {self.high_water}"))
        if len(self._live) >= self._depth:
            reasons.append((QUEUE_FULL, f"{len(self._live)} orders, at most {self._depth}"))
        return False, reasons

    def load(self, spec: OrderSpec) -> None:
        """Take an order in; nothing moves."""
        order = Order(spec.number, spec.order_id, spec.digest, pouches=spec.pouches)
        self._orders[order.number] = order
        self._live.append(order)
        self.high_water = max(self.high_water, order.number)
        self._changed(order, LOADED, {"order": {"order_id": order.order_id, "digest": order.digest}})

    def unstartable(self, number: int) -> list[Reason]:
        """Return why an order cannot be queued for packing."""
        order = self._orders.get(number)
        if order is None:
            return [(UNKNOWN_ORDER, f"order {number} is not loaded; highest accepted is {self.high_water}")]
        if order.state == INTERRUPTED:
            return [(WRONG_STATE, f"order {number} is interrupted; what is missing needs a new number")]
        return []

    def start(self, number: int) -> None:
        """Queue an order that can be; again, or once it has ended, is no second effect."""
        order = self._orders[number]
        if order.is_live and not order.turn:
            self._turns += 1
            order.turn = self._turns

    def promote(self) -> Order | None:
        """Put the next started order in work."""
        started = [order for order in self._live if order.turn]
        if not started:
            return None
        order = min(started, key=lambda one: one.turn)
        self._changed(order, RUNNING)
        return order

    def hold(self) -> None:
        """The order in work waits."""
        order = self.current
        if order is not None and order.state == RUNNING:
            self._changed(order, HELD)

    def go_on(self) -> None:
        """The waiting order is in work again."""
        order = self.current
        if order is not None and order.state == HELD:
            self._changed(order, RUNNING)

    def end(self, order: Order) -> None:
        """All pouches are packed."""
        self._finish(order, ENDED)

    def interrupt(self, order: Order) -> None:
        """What is not packed never will be under this number, nor what was to come after it, so that none overtakes."""
        behind = sorted((one for one in self._live if one.number > order.number), key=lambda one: one.number)
        for one in (order, *behind):
            if one.is_live:
                self._finish(one, INTERRUPTED)

    def interrupt_all(self, *, started_only: bool = False) -> None:
        """Interrupt every live order, or only the started ones."""
        for order in self.live:
            if order.turn or not started_only:
                self.interrupt(order)

    def _finish(self, order: Order, state: str) -> None:
        self._live.remove(order)
        order.pouches = ()
        self._changed(order, state)

    def _changed(self, order: Order, state: str, beside: dict[str, object] | None = None) -> None:
        order.state = state
        self.changes += 1
        self._log.write(ORDER_CHANGED, order.number, fields={"state": state, "closed": order.closed}, beside=beside)
