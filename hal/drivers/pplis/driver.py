"""The PP-LIS driver: one machine on a serial line."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import Final

from hal.clock import Clock
from hal.documents import capabilities_of, entries_of
from hal.driver import Lease
from hal.drivers.counter import Counter
from hal.drivers.gate import require_fit
from hal.drivers.pplis.address import Address
from hal.drivers.pplis.answers import Looks, accept, only, single
from hal.drivers.pplis.line import CutShortError, Line, Yields
from hal.drivers.pplis.pace import Pace
from hal.drivers.pplis.records import Message, Record, encode
from hal.drivers.pplis.timers import LinkTimers
from hal.errors import (
    GaveWayError,
    OutcomeUnknownError,
    Reason,
    RefusedError,
    UnreachableError,
)
from hal.journal import Cursor, JournalEntry, Mark
from hal.orders import PackingOrder, digest_of, document_of
from hal.status import Bay, Capabilities, MachineStatus, capabilities_digest
from hal.transport.serial import Opener, open_line
from hal.wire import pplis, words

_READ_TRIES: Final = 2
_RECEIVER: Final = "machine"
_GAVE_WAY: Final = (Reason(words.GAVE_WAY, "a stop came first"),)


class PplisDriver:
    """A `hal.driver.MachineDriver` over one PP-LIS line; `opener` opens the line itself."""

    def __init__(self, address: Address, clock: Clock, opener: Opener = open_line) -> None:
        self._address = address
        self._clock = clock
        self._opener = opener
        self._line: Line | None = None
        self._lease = Lease("", 0)
        self._turn = asyncio.Lock()
        self._stops = 0
        self._pace = Pace(address.baud)
        self._capabilities: Capabilities | None = None
        self._session = ""
        self._count = 0
        self._counter = Counter()
        self._listeners: set[asyncio.Event] = set()

    async def open(self, lease: Lease) -> Capabilities:
        """Connect, take the lease, and return what the machine can do."""
        await self.close()
        # A late answer to an earlier session on the same wire must never match a message of this one.
        self._session = secrets.token_hex(4)
        self._lease = lease
        timers = LinkTimers.fast(self._address.timers, self._address.baud)
        line = Line(self._clock, timers, self._address.patience, self._rung, self._ended, self._opener)
        held = False
        try:
            await line.open(self._address.url, self._address.baud)
            self._line = line
            self._capabilities = capabilities = await self._hello(self._capabilities)
            self._counter = Counter(lease.epoch, await self.read_status(), self._counter)
            held = True
        finally:
            if not held:
                self._line = None
                await line.close()
        return capabilities

    async def close(self) -> None:
        """Disconnect; the machine goes on with what it has."""
        line, self._line = self._line, None
        if line is not None:
            await line.close()

    async def read_status(self) -> MachineStatus:
        """Return how the machine stands."""
        return await Looks(self._ask).read_status()

    async def read_bays(self) -> Sequence[Bay]:
        """Return the bays that hold a canister."""
        return await Looks(self._ask).read_bays()

    async def ensure_loaded(self, order: PackingOrder) -> None:
        """Make the machine know `order`; nothing moves. The same number and digest again is no second effect.

        It gives way to a stop as long as its last frame has not left.
        """
        if self._capabilities is None:
            raise UnreachableError("the line is not open")
        stops = self._stops

        def unless_stopped() -> None:
            if self._stops != stops:
                raise GaveWayError(_GAVE_WAY)

        await require_fit(Looks(partial(self._ask, go_on=unless_stopped)), self._capabilities, self._lease, order)
        document = document_of(order)
        step = pplis.DOCUMENT_PIECE_CHARACTERS
        pieces = [(pplis.DOCUMENT_RECORD, document[at : at + step]) for at in range(0, len(document), step)]
        async with self._turn:
            unless_stopped()
            try:
                await self._exchange(pplis.LOAD, [(pplis.ORDER_RECORD, digest_of(order)), *pieces], Yields.UNSENT)
            except CutShortError as error:
                raise GaveWayError(_GAVE_WAY) from error

    async def ensure_packing(self, number: int) -> None:
        """Make the machine pack the loaded order `number`, now or when the orders before it have ended."""
        await self._command(pplis.START, str(number))

    async def ensure_paused(self) -> None:
        """Stop at the next pouch boundary; `ensure_packing` goes on."""
        await self._command(pplis.PAUSE)

    async def ensure_stopped(self) -> None:
        """End all orders at the next pouch boundary; what was not packed never will be under its number.

        Whatever reads or loads meanwhile gives way within a frame.
        """
        self._stops += 1
        if self._line is not None:
            self._line.give_way()
        await self._command(pplis.STOP)

    async def journal_after(self, cursor: Cursor, limit: int) -> Sequence[JournalEntry]:
        """Return at most `limit` entries after `cursor`, oldest first, over boots too; empty when none are newer.

        It asks in pieces, so that a command never waits for the line longer than about a second, and returns early,
        with what it has, on a slow line.
        """
        entries: list[JournalEntry] = []
        began = self._clock.monotonic()
        while len(entries) < limit and not self._pace.long_enough(self._clock.monotonic() - began):
            wanted = min(limit - len(entries), self._pace.entries)
            asked = self._clock.monotonic()
            try:
                piece = await self._journal_piece(cursor, wanted)
            except UnreachableError:
                if entries:
                    break
                raise
            entries += piece
            self._pace.learn(len(piece), self._clock.monotonic() - asked)
            if len(piece) < wanted:
                break
            cursor = Cursor(piece[-1].boot_id, piece[-1].seq)
        return entries

    async def acknowledge(self, mark: Mark) -> None:
        """Tell the machine that everything up to `mark` is durably recorded."""
        place = (mark.cursor.boot_id, str(mark.cursor.seq), mark.head)
        async with self._turn:
            await self._exchange(pplis.ACKNOWLEDGE, [(pplis.COMMAND, str(self._lease.epoch), *place)])

    async def doorbell(self) -> AsyncIterator[None]:
        """Yield whenever there may be news; only a hint, the journal is the truth."""
        news = asyncio.Event()
        self._listeners.add(news)
        try:
            while True:
                self._open_line()
                await news.wait()
                self._open_line()
                news.clear()
                yield
        finally:
            self._listeners.discard(news)

    async def _hello(self, known: Capabilities | None) -> Capabilities:
        """Take the lease and return what the machine can do; that is long, and not told again when it is as `known`."""
        lease = (pplis.COMMAND, self._lease.holder, str(self._lease.epoch))
        if known is not None:
            try:
                answer = await self._ask(pplis.HELLO, [(*lease, capabilities_digest(known))])
            except RefusedError as refused:
                # A machine that knows no third field; it has done nothing.
                if {reason.code for reason in refused.reasons} != {words.BAD_DOCUMENT}:
                    raise
            else:
                if not answer.fields_of(pplis.CAPABILITY_RECORD):
                    return known
                return capabilities_of(only(answer, pplis.CAPABILITY_RECORD))
        return capabilities_of(only(await self._ask(pplis.HELLO, [lease]), pplis.CAPABILITY_RECORD))

    # -- exchanges ----------------------------------------------------------------------------------------------

    async def _journal_piece(self, cursor: Cursor, limit: int) -> tuple[JournalEntry, ...]:
        query = (pplis.QUERY_RECORD, cursor.boot_id, str(cursor.seq), str(limit))
        answer = await self._ask(pplis.JOURNAL, [query])
        texts = [single(fields) for fields in answer.fields_of(pplis.EVENT_RECORD)]
        return entries_of(texts, cursor, limit)

    async def _command(self, kind: str, *fields: str) -> None:
        ids = (str(self._lease.epoch), str(self._counter.take()))
        async with self._turn:
            await self._exchange(kind, [(pplis.COMMAND, *ids, *fields)])

    async def _ask(self, kind: str, body: Sequence[Record] = (), go_on: Callable[[], None] = lambda: None) -> Message:
        """Read, once more when the answer stays away: a read has no effect that could happen twice.

        `go_on` is called before each question and raises what ends it.
        """
        left = _READ_TRIES
        while True:
            try:
                # Whoever cuts it short waits for the turn already, and has it first.
                async with self._turn:
                    go_on()
                    return await self._exchange(kind, body, Yields.READ)
            except CutShortError:
                continue
            except OutcomeUnknownError as error:
                left -= 1
                if not left:
                    raise UnreachableError(str(error)) from error

    async def _exchange(self, kind: str, body: Sequence[Record], yields: Yields = Yields.NEVER) -> Message:
        """Send one message, once, and return the answer when it is OK; the turn is the caller's."""
        line = self._open_line()
        self._count += 1
        message_id = f"{self._session}.{self._count}"
        utc = self._clock.now().isoformat(timespec="milliseconds")
        message = Message(message_id, self._lease.holder, _RECEIVER, "", utc, kind, tuple(body))
        records = encode(message)
        if sum(map(len, records)) > pplis.LARGEST_MESSAGE_BYTES:
            raise RefusedError((Reason(words.BAD_DOCUMENT, "the message is too large for the line"),))
        answer = await line.exchange(message_id, records, yields)
        accept(answer)
        return answer

    def _open_line(self) -> Line:
        if self._line is None:
            raise UnreachableError("the line is not open")
        if self._line.lost is not None:
            raise UnreachableError(self._line.lost)
        return self._line

    def _rung(self, _message: Message) -> None:
        for news in self._listeners:
            news.set()

    def _ended(self, _reason: str) -> None:
        for news in self._listeners:
            news.set()
