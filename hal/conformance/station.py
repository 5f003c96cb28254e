"""One opened driver on trial: orders, waiting, and the news since a moment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from hal.clock import Clock
from hal.conformance.breach import ConformanceError, require
from hal.driver import MachineDriver
from hal.journal import START, Cursor, JournalEntry
from hal.orders import PackingOrder
from hal.status import Bay, Capabilities, MachineStatus, OrderState, OrderStatus, PackMLState

LIVE: Final = frozenset({OrderState.LOADED, OrderState.RUNNING, OrderState.HELD})
_PAGE: Final = 200
_LOOKS: Final = 5
_PASSING: Final = frozenset(
    {
        PackMLState.RESETTING,
        PackMLState.STARTING,
        PackMLState.STOPPING,
        PackMLState.ABORTING,
        PackMLState.CLEARING,
        PackMLState.HOLDING,
        PackMLState.UNHOLDING,
        PackMLState.SUSPENDING,
        PackMLState.UNSUSPENDING,
        PackMLState.COMPLETING,
    }
)
"""States in which a machine is only on its way to another one."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: how long a machine may take to come to a state, and the pause between two looks at it.

    `detect` is how soon a driver must notice that nobody is at the other end, `recover` how soon it must work again
    once the wire does, `slack` what this computer may add to a promised time.
    """

    patience: float = 120.0
    step: float = 0.1
    detect: float = 3.0
    recover: float = 10.0
    slack: float = 1.0


Orders = Callable[[Capabilities, Sequence[Bay], int, int], PackingOrder]
"""Capabilities, bays, number, pouches to an order under the lease of the bench."""


@dataclass(frozen=True, slots=True)
class Station:
    """An opened `driver`, with what its machine said it can do."""

    driver: MachineDriver
    capabilities: Capabilities
    clock: Clock
    pace: Pace
    orders: Orders

    async def order(self, pouches: int = 4, ahead: int = 1) -> PackingOrder:
        """Return an order that the machine can pack, numbered `ahead` above its high-water mark."""
        status = await self.driver.read_status()
        bays = await self.driver.read_bays()
        return self.orders(self.capabilities, bays, status.high_water + ahead, pouches)

    async def start(self, order: PackingOrder) -> None:
        """Load an order and have it packed."""
        await self.driver.ensure_loaded(order)
        await self.driver.ensure_packing(order.number)

    async def known(self, number: int) -> OrderStatus | None:
        """Return how the machine is with an order; None when it does not know it."""
        return find(await self.driver.read_status(), number)

    async def mark(self) -> Cursor:
        """Return the place of the newest journal entry, as the status tells it."""
        status = await self.driver.read_status()
        return Cursor(status.boot_id, status.last_seq)

    async def whole_journal(self) -> list[JournalEntry]:
        """Return the journal from its first entry on.

        Raises:
            ConformanceError: as `news`.
        """
        return await self.news(START)

    async def news(self, after: Cursor, page: int = _PAGE) -> list[JournalEntry]:
        """Return the journal after a place, read in pages of at most `page` entries.

        Raises:
            ConformanceError: a page is too long, or an entry does not follow the one before it.
        """
        entries: list[JournalEntry] = []
        cursor, boot_number = after, 0
        while True:
            piece = await self.driver.journal_after(cursor, page)
            require(len(piece) <= page, f"{len(piece)} journal entries where at most {page} were asked for")
            if not piece:
                return entries
            for entry in piece:
                if entry.boot_id == cursor.boot_id:
                    follows = entry.seq == cursor.seq + 1
                else:
                    follows = entry.seq == 1 and entry.boot_number > boot_number
                require(follows, f"journal entry {entry.boot_id}/{entry.seq} follows {cursor.boot_id}/{cursor.seq}")
                cursor, boot_number = Cursor(entry.boot_id, entry.seq), entry.boot_number
            entries += piece

    async def until(self, what: str, is_so: Callable[[MachineStatus], bool]) -> MachineStatus:
        """Wait for a status.

        Raises:
            ConformanceError: patience ran out; `what` says what was waited for.
        """
        began = self.clock.monotonic()
        while not is_so(status := await self.driver.read_status()):
            if self.clock.monotonic() - began > self.pace.patience:
                message = f"no {what} within {self.pace.patience} s; the machine is {status.state.value}"
                raise ConformanceError(message)
            await self.clock.sleep(self.pace.step)
        return status

    async def until_order(self, number: int, *states: OrderState) -> OrderStatus:
        """Wait until an order is in one of `states`.

        Raises:
            ConformanceError: patience ran out, or the order came to another end.
        """

        def there(status: MachineStatus) -> bool:
            order = find(status, number)
            return order is not None and (order.state in states or order.state not in LIVE)

        names = " or ".join(state.value for state in states)
        order = find(await self.until(f"order {number} {names}", there), number)
        if order is None or order.state not in states:
            message = f"order {number} is {order.state.value if order else 'unknown'} where {names} was to be"
            raise ConformanceError(message)
        return order

    async def until_packing(self, number: int) -> None:
        """Wait until a pouch of an order is closed.

        Raises:
            ConformanceError: patience ran out.
        """

        def closed(status: MachineStatus) -> bool:
            order = find(status, number)
            return order is not None and order.closed > 0

        await self.until(f"closed pouch of order {number}", closed)

    async def at_rest(self, after: Cursor) -> tuple[MachineStatus, list[JournalEntry]]:
        """Return a status and the journal of the same moment, once nothing moves and nothing happens between two looks.

        Raises:
            ConformanceError: patience ran out.
        """
        began = self.clock.monotonic()
        while self.clock.monotonic() - began <= self.pace.patience:
            before = await self.driver.read_status()
            entries = await self.news(after)
            if await self.driver.read_status() == before and not _is_busy(before):
                return before, entries
            await self.clock.sleep(self.pace.step)
        message = f"the machine is not at rest within {self.pace.patience} s"
        raise ConformanceError(message)

    async def watch(self) -> MachineStatus:
        """Give the machine time to do something that it must not do; return the last of several looks."""
        began, looks = self.clock.monotonic(), 0
        while True:
            await self.clock.sleep(self.pace.step)
            status = await self.driver.read_status()
            looks += 1
            is_late = self.clock.monotonic() - began > self.pace.patience
            # What it is about to do shows only when it has come to a state that lasts.
            if is_late or (looks >= _LOOKS and status.state not in _PASSING):
                return status

    async def packed(self, order: PackingOrder) -> list[JournalEntry]:
        """Load an order, have it packed to its end, and return what the journal tells of that time.

        Raises:
            ConformanceError: it was not packed.
        """
        mark = await self.mark()
        await self.start(order)
        await self.until_order(order.number, OrderState.ENDED)
        _, entries = await self.at_rest(mark)
        return entries

    async def stop_live_orders(self) -> bool:
        """Stop the machine when it has live orders; tell whether it had."""
        has_live = _has_live(await self.driver.read_status())
        if has_live:
            await self.driver.ensure_stopped()
        return has_live

    async def clear(self) -> None:
        """End what a former run left.

        Raises:
            ConformanceError: the machine does not stop.
        """
        if await self.stop_live_orders():
            await self.until("end of the orders that a former run left", lambda status: not _has_live(status))


def find(status: MachineStatus, number: int) -> OrderStatus | None:
    """Return an order as a status tells it; None when it is not there."""
    return next((order for order in status.orders if order.number == number), None)


def _is_busy(status: MachineStatus) -> bool:
    return status.state in _PASSING or any(order.state is OrderState.RUNNING for order in status.orders)


def _has_live(status: MachineStatus) -> bool:
    return any(order.state in LIVE for order in status.orders)
