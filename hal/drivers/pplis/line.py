"""One open PP-LIS line: the link machine on a real line and a clock, and one exchange at a time over it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from hal.clock import Clock
from hal.drivers.pplis.actions import Action, Delivered, Failed, Send, Sent
from hal.drivers.pplis.alarm import Alarm
from hal.drivers.pplis.link import HostLink, Phase
from hal.drivers.pplis.records import MalformedError, Message, decode
from hal.drivers.pplis.timers import LinkTimers
from hal.errors import OutcomeUnknownError, UnreachableError
from hal.transport.serial import Opener, OpenLine
from hal.wire import pplis

_SILENCE_SECONDS: Final = pplis.HEARTBEAT_SECONDS * pplis.HEARTBEATS_MISSED
_EOT: Final = bytes([pplis.EOT])


class CutShortError(Exception):
    """An exchange has given way to another: the machine never had the whole message, or its answer was cut short."""


class Yields(Enum):
    """How an exchange gives way to another."""

    NEVER = auto()
    UNSENT = auto()
    """As long as its last frame has not left: the machine then has no message."""
    READ = auto()
    """At any time: its answer may be cut short, for it may be asked for again."""


@dataclass(slots=True)
class _Exchange:
    message_id: str
    yields: Yields
    answer: asyncio.Future[Message]
    give_up: float
    give_up_unless_answered: float
    """The same, had nothing come in since our own side last went on: what a bell falls back to."""
    is_cut: bool = False
    """The machine was asked to stop answering."""


class Line:
    """A line, from `open` to its end.

    `patience` is how many seconds an exchange may go without any verified step on the line; `bell` is called for
    every message the machine sent unasked, `ended` once when the line is lost, with the reason. `opener` opens the
    bytes below.
    """

    def __init__(
        self,
        clock: Clock,
        timers: LinkTimers,
        patience: float,
        bell: Callable[[Message], None],
        ended: Callable[[str], None],
        opener: Opener,
    ) -> None:
        self.lost: str | None = None
        self.discarded = 0
        """Messages that did not verify."""
        self._clock = clock
        self._patience = patience
        self._bell = bell
        self._ended = ended
        self._opener = opener
        self._link = HostLink(timers)
        self._alarm = Alarm(clock, self._rang)
        self._serial: OpenLine | None = None
        self._exchange: _Exchange | None = None
        self._heard_at = clock.monotonic()

    async def open(self, url: str, baud: int) -> None:
        """Connect.

        Raises:
            UnreachableError: there is no such line, or it is in use.
        """
        try:
            self._serial = await self._opener(url, baud, self._received, self._break)
        except OSError as error:
            message = f"{url}: {error}"
            raise UnreachableError(message) from error
        self._heard_at = self._clock.monotonic()
        # Whatever session a former host left open at the machine ends here.
        self._act([Send(_EOT)])

    async def close(self) -> None:
        """Disconnect; an exchange under way fails."""
        self._break("the line was closed")
        if self._serial is not None:
            await self._serial.close()

    async def exchange(self, message_id: str, records: Sequence[bytes], yields: Yields = Yields.NEVER) -> Message:
        """Send one message and return the answer to it; never sends it twice.

        Raises:
            UnreachableError: no frame of it was put on the line.
            OutcomeUnknownError: some or all of it was, and no answer came.
            CutShortError: `give_way` was called, and it `yields`.
        """
        if self.lost is not None:
            raise UnreachableError(self.lost)
        now = self._clock.monotonic()
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._exchange = _Exchange(message_id, yields, answer, now + self._patience, now + self._patience)
        self._act(self._link.send(records, now))
        try:
            return await answer
        finally:
            self._exchange = None
            self._link.withdraw()
            self._arm()

    def give_way(self) -> None:
        """Have an exchange that yields end at the next end of a frame, so that another one need not wait for it."""
        exchange = self._exchange
        if exchange is None or exchange.answer.done() or exchange.yields is Yields.NEVER:
            return
        if self._link.give_way():
            exchange.answer.set_exception(CutShortError("the message was not sent to its end"))
        elif exchange.yields is Yields.READ:
            exchange.is_cut = True
            self._link.interrupt()

    # -- events -------------------------------------------------------------------------------------------------

    def _received(self, data: bytes) -> None:
        if self.lost is not None:
            return
        now = self._clock.monotonic()
        verified = self._link.verified
        actions = self._link.feed(data, now)
        if self._link.verified != verified:
            # Only what the link could verify is a sign of life; noise must not keep a dead exchange waiting.
            self._heard_at = now
            if self._exchange is not None:
                self._exchange.give_up = now + self._patience
                if self._link.phase is Phase.SENDING:
                    self._exchange.give_up_unless_answered = self._exchange.give_up
        self._act(actions)

    def _rang(self) -> None:
        now = self._clock.monotonic()
        if now >= self._heard_at + _SILENCE_SECONDS:
            self._break(f"the machine has been silent for {_SILENCE_SECONDS:g} s")
            return
        actions = self._link.tick(now)
        if self._exchange is not None and now >= self._exchange.give_up:
            self._link.withdraw()
            self._fail("the machine does not answer")
        self._act(actions)

    def _act(self, actions: Sequence[Action]) -> None:
        for action in actions:
            match action:
                case Send(data):
                    self._write(data)
                case Delivered(data):
                    self._deliver(data)
                case Failed(reason):
                    self._fail(reason)
                case Sent():
                    pass
        self._arm()

    def _write(self, data: bytes) -> None:
        if self._serial is None or self.lost is not None:
            return
        try:
            self._serial.write(data)
        except OSError as error:
            self._break(f"the line broke: {error}")

    def _deliver(self, data: bytes) -> None:
        try:
            message = decode(data)
        except MalformedError:
            self.discarded += 1
            if self._exchange is not None and self._exchange.is_cut and not self._exchange.answer.done():
                self._exchange.answer.set_exception(CutShortError("the answer was cut short"))
            return
        if message.kind == pplis.BELL:
            # A sign of life, but no step towards the answer: a machine that forgot our message rings on for ever.
            if self._exchange is not None:
                self._exchange.give_up = self._exchange.give_up_unless_answered
            self._bell(message)
            return
        exchange = self._exchange
        answers = message.fields_of(pplis.ANSWER_RECORD)
        # An answer to an exchange that was given up comes late; its sender no longer listens.
        if exchange is not None and not exchange.answer.done() and answers and answers[0][:1] == (exchange.message_id,):
            exchange.answer.set_result(message)

    def _fail(self, reason: str) -> None:
        exchange = self._exchange
        if exchange is None or exchange.answer.done():
            return
        unknown = self._link.started
        exchange.answer.set_exception(OutcomeUnknownError(reason) if unknown else UnreachableError(reason))

    def _break(self, reason: str) -> None:
        if self.lost is not None:
            return
        self.lost = reason
        self._alarm.stop()
        self._fail(reason)
        self._ended(reason)

    def _arm(self) -> None:
        """Set the alarm to whatever comes first."""
        if self.lost is not None:
            return
        moments = [self._heard_at + _SILENCE_SECONDS]
        if self._link.deadline is not None:
            moments.append(self._link.deadline)
        if self._exchange is not None:
            moments.append(self._exchange.give_up)
        self._alarm.set(min(moments))
