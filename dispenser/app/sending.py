"""Send a machine its next orders: one in work, one behind it, and none that it or we have just said no to."""

from collections.abc import Sequence

from dispenser.app.bookkeeping import Book
from dispenser.app.dispatch import MachineNow, NotSendableError, left_beside, next_queued, prepare_first
from dispenser.app.machines import stock_of
from dispenser.app.offload import Offload
from dispenser.app.services import Services
from dispenser.app.told import Note, note_of
from dispenser.core.job import MOST_LIVE, JobEvent
from dispenser.store.machine_records import Standing
from dispenser.store.records import JobRecord
from hal.driver import MachineDriver
from hal.errors import RefusedError
from hal.orders import PackingOrder
from hal.status import Bay, Capabilities, capabilities_digest
from hal.wire import words

REFUSED_SECONDS = 30.0
"""Wait after a machine's refusal before it is asked again, unless its canisters or what waits have changed."""
UNSENDABLE_SECONDS = 5.0
"""The same after our own: stock and checks are looked at anew."""

_Situation = tuple[object, ...]


class Sender:
    """Sends orders to one machine; `note` says why one that waits is not sent, `started` which starts it has taken."""

    def __init__(self, services: Services, book: Book, driver: MachineDriver, store: Offload) -> None:
        self._services = services
        self._book = book
        self._driver = driver
        self._store = store
        self._declined: _Situation = ()
        self._declined_until = 0.0
        self.note = Note()
        self.started: set[int] = set()

    async def start(self, number: int) -> None:
        """Have a loaded order packed, once in a session."""
        if number not in self.started:
            await self._driver.ensure_packing(number)
            self.started.add(number)

    async def send_all(self, capabilities: Capabilities, standing: Standing) -> None:
        """Send orders until none waits, or the machine has no room; `standing` tells whether to begin at all."""
        lanes = min(capabilities.queue_depth, MOST_LIVE)
        if not standing.has_room(lanes):
            self.note = Note()
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
        situation = await self._store(lambda: self._situation(queued, bays))
        now = self._services.clock.monotonic()
        if situation == self._declined and now < self._declined_until:
            return False
        order = await self._prepared(queued, bays, capabilities, situation)
        if order is None:
            return False
        self.note = Note()
        try:
            await self._driver.ensure_loaded(order)
        except RefusedError as refused:
            # The same order would be refused again.
            self._decline(refused, situation, REFUSED_SECONDS)
            if any(reason.code == words.FENCED for reason in refused.reasons):
                raise
            await self._store(lambda: self._book.give_up(order.number, JobEvent.REFUSED))
            return False
        # What went out of use while it was sent is not started; the next look stops it.
        if await self._store(lambda: self._book.is_wanted(order.number)):
            await self.start(order.number)
        return True

    async def _prepared(
        self, queued: Sequence[JobRecord], bays: Sequence[Bay], capabilities: Capabilities, situation: _Situation
    ) -> PackingOrder | None:
        whole = stock_of(self._book.machine_id, capabilities, bays)
        stock = await self._store(lambda: left_beside(self._services, whole))
        now = MachineNow(stock, capabilities_digest(capabilities), capabilities.order_pouches, self._book.epoch)
        try:
            return await self._store(lambda: prepare_first(self._services, queued, now))
        except NotSendableError as error:
            self._decline(error, situation, UNSENDABLE_SECONDS)
            return None

    def _decline(self, error: Exception, situation: _Situation, seconds: float) -> None:
        self.note = note_of(error)
        self._declined, self._declined_until = situation, self._services.clock.monotonic() + seconds

    def _situation(self, queued: Sequence[JobRecord], bays: Sequence[Bay]) -> _Situation:
        """Return what must change before what was declined is tried again; units fall all the time and do not count."""
        live = tuple(job.order_number for job in self._book.live())
        fills = tuple((bay.number, bay.canister_id, bay.fill_code) for bay in bays)
        return live, tuple(job.job_id for job in queued), fills
