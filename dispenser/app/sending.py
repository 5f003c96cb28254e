"""Send a machine its next orders: one in work, one behind it, and none that it or we have just said no to."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from dispenser.app.bookkeeping import Book
from dispenser.app.dispatch import MachineNow, NotSendableError, left_beside, next_queued, prepare_first
from dispenser.app.machines import stock_of
from dispenser.app.offload import Offload
from dispenser.app.record_trust import witness_order
from dispenser.app.services import Services
from dispenser.app.told import Note, note_of
from dispenser.core.ids import RollId
from dispenser.core.job import MOST_LIVE, JobEvent
from dispenser.store.machine_records import LiveJob, Standing
from dispenser.store.records import JobRecord
from hal.driver import MachineDriver
from hal.errors import RefusedError
from hal.orders import PackingOrder
from hal.status import Bay, Capabilities, OrderState, capabilities_digest
from hal.wire import words

REFUSED_SECONDS = 30.0
"""Wait after a machine's refusal before it is asked again, unless its canisters or what waits have changed."""
UNSENDABLE_SECONDS = 5.0
"""The same after our own: stock and checks are looked at anew."""
LOADING_SECONDS = 1.0
"""Longest time until it is noticed, while an order is loaded, that it or one before it is of no use any more."""
ABOUT_THE_ORDER = frozenset(
    {
        words.BAD_DOCUMENT,
        words.LABEL_TOO_LARGE,
        words.SYMBOL_TOO_LONG,
        words.TOO_MANY_POUCHES,
        words.TOO_MANY_UNITS,
        words.UNKNOWN_CELL,
        words.UNPRINTABLE,
        words.WRONG_CANISTER,
        words.WRONG_FRACTION,
    }
)
"""Why a machine refuses one order and may take another."""
ABOUT_THE_MACHINE = frozenset({words.WRONG_STATE, words.WRONG_MODE, words.NO_FILM})
"""Why a machine does not start an order that it has, until somebody has been at it."""

_Situation = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Refusal:
    """A machine's no to an order of one roll: until when it is believed, in which canisters, and what is said of it."""

    until: float
    fills: _Situation
    note: Note


class Sender:
    """Sends orders to one machine; `note` says why one that waits is not sent, `started` which starts it has taken."""

    def __init__(self, services: Services, book: Book, driver: MachineDriver, store: Offload) -> None:
        self._services = services
        self._book = book
        self._driver = driver
        self._store = store
        self._declined: _Situation = ()
        self._declined_until = 0.0
        self._refused: dict[RollId, _Refusal] = {}
        self.note = Note()
        self.started: set[int] = set()

    async def start(self, number: int) -> None:
        """Have a loaded order packed, once in a session."""
        if number in self.started:
            return
        try:
            await self._driver.ensure_packing(number)
        except RefusedError as refused:
            if not {reason.code for reason in refused.reasons} <= ABOUT_THE_MACHINE:
                raise
            # It stands still until somebody has been at it; every look asks again, and shows how it stands.
            self.note = note_of(refused)
            return
        self.started.add(number)

    async def send_all(self, capabilities: Capabilities, standing: Standing) -> None:
        """Send orders until none waits, or the machine has no room; `standing` tells whether to begin at all."""
        lanes = min(capabilities.queue_depth, MOST_LIVE)
        if not standing.has_room(lanes):
            self.note = self._refusal_note()
            return
        while await self._send_next(capabilities, lanes):
            pass

    async def _send_next(self, capabilities: Capabilities, lanes: int) -> bool:
        """Send the next order, if there is one and the machine has room for it; tell whether it was sent."""
        queued = await self._store(lambda: next_queued(self._services, self._book.machine_id, lanes))
        if not queued:
            self.note = Note()
            return False
        bays = tuple(await self._driver.read_bays())
        before = await self._store(self._book.live)
        fills = tuple((bay.number, bay.canister_id, bay.fill_code) for bay in bays)
        # Units fall all the time, and what was refused is queued again under another name: neither changes anything.
        situation = (
            tuple(job.order_number for job in before),
            tuple(dict.fromkeys(job.roll_id for job in queued)),
            fills,
        )
        now = self._services.clock.monotonic()
        self._refused = {roll: one for roll, one in self._refused.items() if now < one.until and one.fills == fills}
        if situation == self._declined and now < self._declined_until:
            return False
        order = await self._prepared(queued, bays, capabilities, situation)
        if order is None:
            return False
        self.note = self._refusal_note()
        await self._store(lambda: witness_order(self._services, self._book.machine_id, order.number))
        try:
            may_start = await self._load(order)
        except RefusedError as refused:
            codes = {reason.code for reason in refused.reasons}
            if words.FENCED in codes:
                raise
            # The same order would be refused again.
            if codes <= ABOUT_THE_ORDER:
                roll_id = next(job.roll_id for job in queued if job.job_id == order.order_id)
                self._refused[roll_id] = _Refusal(now + REFUSED_SECONDS, fills, note_of(refused))
            else:
                self._decline(refused, situation, REFUSED_SECONDS)
            await self._store(lambda: self._book.give_up(order.number, JobEvent.REFUSED))
            if words.WRONG_CAPABILITIES in codes:
                # It has become another since it was opened: opening it anew tells what it can do now.
                raise
            return bool(self._refused)
        if may_start and await self._is_to_start(order.number, before):
            await self.start(order.number)
            return True
        return False

    async def _load(self, order: PackingOrder) -> bool:
        """Load `order`, which may take long; tell whether it may be started, for a stop does not wait for it."""
        loading = asyncio.ensure_future(self._driver.ensure_loaded(order))
        may_start = True
        try:
            while may_start and not loading.done():
                pause = asyncio.ensure_future(self._services.clock.sleep(LOADING_SECONDS))
                await asyncio.wait({loading, pause}, return_when=asyncio.FIRST_COMPLETED)
                pause.cancel()
                if not loading.done() and (await self._store(self._book.standing)).is_void:
                    may_start = False
                    await self._driver.ensure_stopped()
            await loading
        finally:
            loading.cancel()
            await asyncio.gather(loading, return_exceptions=True)
        return may_start

    async def _is_to_start(self, number: int, before: Sequence[LiveJob]) -> bool:
        """Return whether order `number`, just loaded, may be packed after those that were live `before` it was sent."""
        if before:
            told = {order.number: order.state for order in (await self._driver.read_status()).orders}
            if any(told.get(job.order_number) is OrderState.INTERRUPTED for job in before):
                # Loaded too late to be taken along: what is missing of that one comes first, so this one goes too.
                await self._driver.ensure_stopped()
                return False
        # What went out of use while it was sent is not started, nor anything behind it; the next look stops it.
        return await self._store(lambda: self._book.is_wanted(number))

    def _refusal_note(self) -> Note:
        """Return what is said of an order that the machine has refused, while others are packed."""
        return next((one.note for one in self._refused.values()), Note())

    async def _prepared(
        self, queued: Sequence[JobRecord], bays: Sequence[Bay], capabilities: Capabilities, situation: _Situation
    ) -> PackingOrder | None:
        whole = stock_of(self._book.machine_id, capabilities, bays)
        stock = await self._store(lambda: left_beside(self._services, whole))
        now = MachineNow(stock, capabilities_digest(capabilities), capabilities.order_pouches, self._book.epoch)
        try:
            order = await self._store(lambda: prepare_first(self._services, queued, now, self._refused))
        except NotSendableError as error:
            self._decline(error, situation, UNSENDABLE_SECONDS)
            return None
        if order is None:
            self.note = self._refusal_note()
        return order

    def _decline(self, error: Exception, situation: _Situation, seconds: float) -> None:
        self.note = note_of(error)
        self._declined, self._declined_until = situation, self._services.clock.monotonic() + seconds
