"""The driver of a machine without a journal: the machine contract, kept by this side."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TypeVar

from hal.driver import Lease
from hal.drivers.gate import require_fit
from hal.drivers.unit.arming import PowerLostError
from hal.drivers.unit.folder import FolderError
from hal.drivers.unit.keeper import Keeper
from hal.drivers.unit.past import ForgottenError
from hal.errors import Reason, RefusedError, UnreachableError
from hal.journal import Cursor, JournalEntry, Mark
from hal.orders import PackingOrder
from hal.status import Bay, Capabilities, MachineStatus, OrderState
from hal.wire import words

Thing = TypeVar("Thing")


class UnitDriver:
    """A `hal.driver.MachineDriver`; drivers of one process for one machine share its `keeper`."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._lease: Lease | None = None
        self._session = 0

    async def open(self, lease: Lease) -> Capabilities:
        """Take the folder, connect, take the lease, and settle what is not known.

        Raises:
            UnreachableError: another process is this machine's memory, or the machine does not answer.
            RefusedError: a controller with a higher epoch holds the machine, or the memory is another machine's.
            ProtocolViolationError: it is no such machine.
        """
        keeper = self._keeper
        await self.close()
        keeper.users += 1
        opened = False
        try:
            keeper.hold()
            if lease.epoch < keeper.memory.epoch:
                raise RefusedError((_fenced(lease, keeper.memory.epoch),))
            capabilities = await keeper.connect()
            _kept(keeper.memory.take_epoch, lease.epoch)
            keeper.sessions += 1
            self._session = keeper.sessions
            opened = True
        finally:
            if not opened:
                await self._leave()
        self._lease = lease
        return capabilities

    async def close(self) -> None:
        """Finish the pouch in work, unless another driver goes on, and disconnect; nothing is packed meanwhile."""
        if self._lease is not None:
            self._lease = None
            await self._leave()

    async def _leave(self) -> None:
        self._keeper.users -= 1
        if self._keeper.users == 0:
            await self._keeper.rest()

    async def read_status(self) -> MachineStatus:
        """Return how the machine stands, as far as it can be known."""
        await self._look()
        keeper, memory = self._keeper, self._keeper.memory
        speed = keeper.capabilities.design_pouches_per_minute if keeper.capabilities is not None else 0
        return MachineStatus(
            state=keeper.hand.state,
            boot_id=memory.boot_id,
            last_seq=memory.seq,
            high_water=memory.high_water,
            film=memory.film,
            epoch=memory.epoch,
            orders=memory.statuses(),
            alarms=keeper.hand.alarms,
            pouches_per_minute=speed,
            journal_head=memory.head,
            acknowledged=memory.acknowledged,
        )

    async def read_bays(self) -> Sequence[Bay]:
        """Return the bays that hold a canister."""
        self._holder()
        return await self._keeper.wire.bays()

    async def ensure_loaded(self, order: PackingOrder) -> None:
        """Keep `order`; nothing moves.

        Raises:
            RefusedError: the machine as it stands cannot pack it; every reason is told.
        """
        lease, capabilities = self._holder(), self._keeper.capabilities
        if capabilities is None:
            raise UnreachableError("the driver is not open")
        await require_fit(self, capabilities, lease, order)
        self._fence()
        if order.number not in self._keeper.memory.orders:
            _kept(self._keeper.memory.load, order)
            self._keeper.wake()

    async def ensure_packing(self, number: int) -> None:
        """Pack the loaded order `number`, now or when the orders before it have ended."""
        await self._command()
        order = self._keeper.memory.orders.get(number)
        if order is None:
            detail = f"order {number} is not loaded; highest accepted is {self._keeper.memory.high_water}"
            raise RefusedError((Reason(words.UNKNOWN_ORDER, detail),))
        if order.status.state is OrderState.INTERRUPTED:
            detail = f"order {number} is interrupted; what is missing needs a new number"
            raise RefusedError((Reason(words.WRONG_STATE, detail),))
        started = [one for one in self._keeper.memory.live if one.turn]
        if min(started, key=lambda one: one.turn, default=order) is order:
            # Whoever queues an order behind another knows nothing of why that one was made to wait.
            self._keeper.hand.wishes.pause = False
        if order.is_live:
            self._keeper.memory.start(number)
        self._keeper.wake()

    async def ensure_paused(self) -> None:
        """Stop at the next pouch boundary; `ensure_packing` goes on."""
        await self._command()
        self._keeper.hand.wishes.pause = any(order.turn for order in self._keeper.memory.live)
        self._keeper.wake()

    async def ensure_stopped(self) -> None:
        """End all orders at the next pouch boundary."""
        await self._command()
        try:
            self._keeper.hand.stop()
        except FolderError as error:
            raise UnreachableError(str(error)) from error

    async def journal_after(self, cursor: Cursor, limit: int) -> Sequence[JournalEntry]:
        """Return at most `limit` entries after `cursor`, oldest first, over boots too.

        Raises:
            RefusedError: what comes after `cursor` was acknowledged, and is not kept any more.
        """
        await self._look()
        try:
            return self._keeper.memory.after(cursor, min(limit, words.JOURNAL_READ_LIMIT))
        except ForgottenError as error:
            raise RefusedError((Reason(words.JOURNAL_FORGOTTEN, str(error)),)) from error

    async def acknowledge(self, mark: Mark) -> None:
        """Keep that everything up to `mark` is recorded."""
        await self._command()
        memory = self._keeper.memory
        own = memory.head_at(mark.cursor)
        if own is None or own != mark.head:
            detail = (
                f"entry {mark.cursor.seq} of boot {mark.cursor.boot_id or 'none'}: "
                f"the head is {own or 'not known'}, not {mark.head}"
            )
            raise RefusedError((Reason(words.WRONG_HEAD, detail),))
        if memory.is_newer(mark.cursor):
            _kept(memory.acknowledge, mark)

    async def doorbell(self) -> AsyncIterator[None]:
        """Yield whenever there may be news.

        Raises:
            UnreachableError: the link is lost or closed.
        """
        self._holder()
        news = asyncio.Event()
        self._keeper.listeners.add(news)
        try:
            while True:
                self._holder()
                await news.wait()
                self._holder()
                news.clear()
                yield
        finally:
            self._keeper.listeners.discard(news)

    def _holder(self) -> Lease:
        if self._lease is None:
            raise UnreachableError("the driver is not open")
        if self._keeper.lost is not None:
            raise UnreachableError(self._keeper.lost)
        return self._lease

    async def _look(self) -> None:
        self._holder()
        try:
            await self._keeper.hand.look()
        except PowerLostError as error:
            self._keeper.lose(str(error))
            raise
        except FolderError as error:
            raise UnreachableError(str(error)) from error
        self._holder()

    async def _command(self) -> None:
        """Return when the machine is there, and this driver may command it still."""
        self._fence()
        await self._look()
        self._fence()

    def _fence(self) -> None:
        lease, highest = self._holder(), self._keeper.memory.epoch
        if lease.epoch < highest:
            raise RefusedError((_fenced(lease, highest),))
        if self._session < self._keeper.commanding:
            detail = "a later connection under the same lease has commanded"
            raise RefusedError((Reason(words.STALE_COMMAND, detail),))
        self._keeper.commanding = self._session


def _fenced(lease: Lease, highest: int) -> Reason:
    return Reason(words.FENCED, f"epoch {lease.epoch}, highest seen is {highest}")


def _kept(keep: Callable[[Thing], None], thing: Thing) -> None:
    try:
        keep(thing)
    except FolderError as error:
        raise UnreachableError(str(error)) from error
