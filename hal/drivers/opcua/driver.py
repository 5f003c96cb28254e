"""OPC UA driver: the machine contract over one link at a time."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from asyncua.ua.uatypes import Variant, VariantType

from hal.clock import Clock
from hal.documents import bays_of, capabilities_of, entries_of, status_of
from hal.driver import Lease
from hal.drivers.counter import Counter
from hal.drivers.gate import require_fit
from hal.drivers.opcua.answers import check_answer
from hal.drivers.opcua.link import Link
from hal.drivers.opcua.patience import Patience
from hal.drivers.opcua.security import CALM, Timeouts
from hal.errors import OutcomeUnknownError, RefusedError, UnreachableError
from hal.journal import Cursor, JournalEntry, Mark
from hal.orders import PackingOrder, digest_of, document_of
from hal.status import Bay, Capabilities, MachineStatus
from hal.wire import opcua as words
from hal.wire.words import JOURNAL_READ_LIMIT

__all__ = ["CALM", "OpcUaDriver"]


class OpcUaDriver:
    """A machine that speaks OPC UA; see `hal.driver.MachineDriver` for what the methods promise."""

    def __init__(self, uri: str, clock: Clock, timeouts: Timeouts | None = None, folder: Path | None = None) -> None:
        """Prepare; connects to nothing. `folder` holds the driver's keys, if it has any."""
        self._uri = uri
        self._clock = clock
        self._folder = folder
        self._timeouts = timeouts or Timeouts()
        self._link: Link | None = None
        self._lease = Lease("", 0)
        self._capabilities: Capabilities | None = None
        self._counter = Counter()
        self._patience = Patience(clock, folder)

    async def open(self, lease: Lease) -> Capabilities:
        """Connect, take the lease, and return what the machine can do; a former link is closed first.

        Raises:
            UnreachableError: no machine answers.
            RefusedError: a controller with a higher epoch holds the machine, or one side does not trust the other.
            ProtocolViolationError: it does not speak the contract.
        """
        await self.close()
        link = await self._connected()
        try:
            capabilities = capabilities_of(await link.read_text(words.CAPABILITIES))
            check_answer(await link.command(words.JOBS, words.HELLO, _text(lease.holder), _count(lease.epoch)))
            status = status_of(await link.read_text(words.MACHINE_STATUS))
            self._counter = Counter(lease.epoch, status, self._counter)
            self._link = link
            self._lease = lease
            self._capabilities = capabilities
        except OutcomeUnknownError as error:
            # Taking the same lease a second time is no second effect.
            raise UnreachableError(str(error)) from error
        finally:
            if self._link is not link:
                await link.close()
        return capabilities

    async def _connected(self) -> Link:
        self._patience.check()
        try:
            return await Link.connect(self._uri, self._timeouts, self._folder, self._clock)
        except RefusedError as error:
            self._patience.note(error)
            raise

    async def close(self) -> None:
        """Disconnect; the machine goes on with what it has."""
        link, self._link = self._link, None
        if link is not None:
            await link.close()

    async def read_status(self) -> MachineStatus:
        """Return how the machine stands."""
        return status_of(await self._open_link().read_text(words.MACHINE_STATUS))

    async def read_bays(self) -> Sequence[Bay]:
        """Return the bays that hold a canister."""
        return bays_of(await self._open_link().read_text(words.BAYS))

    async def ensure_loaded(self, order: PackingOrder) -> None:
        """Make the machine know `order`; nothing moves.

        Raises:
            RefusedError: also before anything is sent, when the machine as it stands will not take it.
        """
        if self._capabilities is None:
            raise UnreachableError("the driver is not open")
        await require_fit(self, self._capabilities, self._lease, order)
        await self._command(words.STORE, _text(document_of(order)), _text(digest_of(order)))

    async def ensure_packing(self, number: int) -> None:
        """Make the machine pack the loaded order `number`."""
        await self._numbered(words.START, _count(number))

    async def ensure_paused(self) -> None:
        """Stop at the next pouch boundary."""
        await self._numbered(words.PAUSE)

    async def ensure_stopped(self) -> None:
        """End all orders at the next pouch boundary."""
        await self._numbered(words.STOP)

    async def journal_after(self, cursor: Cursor, limit: int) -> Sequence[JournalEntry]:
        """Return at most `limit` entries after `cursor`, and at most `JOURNAL_READ_LIMIT`, oldest first."""
        most = min(limit, JOURNAL_READ_LIMIT)
        if most < 1:
            return ()
        texts = await self._open_link().read_texts(
            words.JOURNAL,
            words.READ,
            _text(cursor.boot_id),
            _count(cursor.seq),
            Variant(most, VariantType.UInt32),
        )
        return entries_of(texts, cursor, most)

    async def acknowledge(self, mark: Mark) -> None:
        """Tell the machine that everything up to `mark` is durably recorded."""
        place = (_text(mark.cursor.boot_id), _count(mark.cursor.seq), _text(mark.head))
        check_answer(
            await self._open_link().command(words.JOURNAL, words.ACKNOWLEDGE, _count(self._lease.epoch), *place)
        )

    async def doorbell(self) -> AsyncIterator[None]:
        """Yield once at first and then whenever there may be news.

        Raises:
            UnreachableError: the link is lost or closed.
        """
        link = self._open_link()
        rings = 0
        while True:
            rings = await link.rung_after(rings)
            yield

    async def _numbered(self, method: str, *arguments: Variant) -> None:
        await self._command(method, _count(self._lease.epoch), _count(self._counter.take()), *arguments)

    async def _command(self, method: str, *arguments: Variant) -> None:
        check_answer(await self._open_link().command(words.JOBS, method, *arguments))

    def _open_link(self) -> Link:
        if self._link is None:
            raise UnreachableError("the driver is not open")
        return self._link


def _text(value: str) -> Variant:
    return Variant(value, VariantType.String)


def _count(value: int) -> Variant:
    return Variant(value, VariantType.UInt64)
