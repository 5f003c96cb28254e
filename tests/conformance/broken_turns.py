"""Drivers that let an order overtake another, or tell a stop as it was not: check id to driver and what is said."""

from contextlib import suppress
from dataclasses import replace

from hal.errors import GaveWayError, Reason, RefusedError
from hal.orders import PackingOrder, digest_of
from hal.status import MachineStatus, OrderState, OrderStatus
from hal.wire import words
from tests.conformance.broken_links import CLOCK
from tests.conformance.sound import Build, Plant
from tests.conformance.twists import Twisted


class KeepsQueue(Twisted):
    """Keeps the queue itself, and gives the machine the next order whenever it has none, for whatever reason."""

    def __init__(self, plant: Plant) -> None:
        super().__init__(plant)
        self.waiting: list[PackingOrder] = []

    async def ensure_loaded(self, order: PackingOrder) -> None:
        if is_idle(await super().read_status()):
            await super().ensure_loaded(order)
        else:
            self.waiting.append(order)

    async def ensure_packing(self, number: int) -> None:
        if all(order.number != number for order in self.waiting):
            await super().ensure_packing(number)

    async def read_status(self) -> MachineStatus:
        found = await super().read_status()
        if self.waiting and is_idle(found, self.waiting[0].number):
            with suppress(RefusedError):
                await super().ensure_loaded(self.waiting[0])
                await super().ensure_packing(self.waiting[0].number)
                del self.waiting[0]
            found = await super().read_status()
        known = {order.number for order in found.orders}
        kept = [one for one in self.waiting if one.number not in known]
        shown = (OrderStatus(one.number, one.order_id, digest_of(one), OrderState.LOADED, 0) for one in kept)
        return replace(found, orders=(*found.orders, *shown))


def is_idle(status: MachineStatus, but: int = 0) -> bool:
    over = {OrderState.ENDED, OrderState.INTERRUPTED}
    return all(order.state in over for order in status.orders if order.number != but)


class GivesWayInWords(Twisted):
    """Says that a load gave way to a stop, and has loaded the order all the same."""

    stops = 0

    async def ensure_loaded(self, order: PackingOrder) -> None:
        stops = self.stops
        await super().ensure_loaded(order)
        await CLOCK.sleep(1)
        if self.stops != stops:
            raise GaveWayError((Reason(words.GAVE_WAY, "a stop came first"),))

    async def ensure_stopped(self) -> None:
        self.stops += 1
        await super().ensure_stopped()


BROKEN: dict[str, tuple[Build, str]] = dict.fromkeys(
    ("stop-takes-along", "power-cut-takes-along", "abort-takes-along", "refill-takes-along"),
    (KeepsQueue, "order 2 is ended where interrupted was to be"),
)
BROKEN["load-meets-stop"] = (GivesWayInWords, "was refused, and is known")
