"""The host's side of a LIS01-A2 link as a state machine without I/O: bytes and time in, actions out.

The machine is the instrument: when both enquire at once it wins, and the host waits to be enquired.
Source: CLSI LIS01-A2 (ASTM E1381), data link layer.
"""

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from typing import Final

from hal.drivers.pplis import frames
from hal.drivers.pplis.actions import Action, Delivered, Failed, Send, Sent
from hal.drivers.pplis.timers import LinkTimers
from hal.wire import pplis

_ACK: Final = bytes([pplis.ACK])
_NAK: Final = bytes([pplis.NAK])
_ENQ: Final = bytes([pplis.ENQ])
_EOT: Final = bytes([pplis.EOT])
_NEVER: Final = float("-inf")
_REPLY: Final = re.compile(rb"[\x04\x05\x06\x15]")
"""EOT, ENQ, ACK, NAK."""


class Phase(Enum):
    """Where the link stands."""

    IDLE = auto()
    ENQUIRING = auto()
    """ENQ is out, no answer yet."""
    BUSY = auto()
    """The machine answered NAK to ENQ, or EOT to our last frame; ENQ when the wait is over."""
    YIELDING = auto()
    """Both enquired; the machine goes first."""
    SENDING = auto()
    """A frame is out, no answer yet."""
    RECEIVING = auto()


class HostLink:
    """One link.

    `deadline` is when `tick` wants to be called, `None` for never; `verified` counts frames taken and frames
    acknowledged, so that a caller can see whether the machine is alive.
    """

    def __init__(self, timers: LinkTimers) -> None:
        self.deadline: float | None = None
        self.phase = Phase.IDLE
        self.verified = 0
        self.started = False
        self._timers = timers
        self._waiting: Iterator[bytes] | None = None
        self._frames: Iterator[bytes] = iter(())
        self._frame = self._following = b""
        self._tries = 0
        self._withdrawn = False
        self._quiet_until = _NEVER
        self._interrupted = False
        self._interrupts = False
        self._gives_up_at = 0.0
        self._buffer = bytearray()
        self._texts: list[bytes] = []
        self._size = 0
        self._last_number: int | None = None

    def send(self, records: Sequence[bytes], now: float) -> list[Action]:
        """Take one message to send as soon as the line is free.

        Raises:
            ValueError: another message still waits.
        """
        if self._waiting is not None:
            raise ValueError("a message waits already")
        self._waiting = frames.frames_of(records)
        self.started = False
        return self._free(now) if self.phase is Phase.IDLE else []

    def give_way(self) -> bool:
        """Withdraw the message unless its last frame has left; tell whether, for then the machine has no message."""
        if self._waiting is None and not (self.phase is Phase.SENDING and self._following):
            return False
        self.withdraw()
        return True

    def interrupt(self) -> None:
        """Ask the machine to stop what it sends, now or next: EOT in place of ACK, until `withdraw`."""
        self._interrupts = True

    def withdraw(self) -> None:
        """Give up the message being sent: no further frame of it leaves, and nothing is reported about it."""
        self._waiting = None
        self._interrupts = False
        self._withdrawn = self.phase is Phase.SENDING
        if self.phase is Phase.BUSY:
            self._rest()

    def feed(self, data: bytes, now: float) -> list[Action]:
        """Take bytes from the line."""
        self._buffer += data
        actions: list[Action] = []
        while self._buffer:
            if self.phase is Phase.RECEIVING:
                found = frames.take(self._buffer)
                if found is None:
                    # Bytes that ask for an answer; if nothing makes a frame of them, silence will.
                    self.deadline = min(self._gives_up_at, now + self._timers.gap)
                    break
                actions += self._received(found, now)
            else:
                reply = _REPLY.search(self._buffer)
                if reply is None:
                    self._buffer.clear()
                    break
                byte = self._buffer[reply.start()]
                del self._buffer[: reply.end()]
                actions += self._replied(byte, now)
        return actions

    def tick(self, now: float) -> list[Action]:
        """Act on a deadline that has come."""
        if self.deadline is None or now < self.deadline:
            return []
        match self.phase:
            case Phase.BUSY | Phase.YIELDING:
                return self._free(now)
            case Phase.ENQUIRING:
                return self._fail("the machine does not answer", now)
            case Phase.SENDING:
                return self._fail("the machine does not acknowledge", now)
            case Phase.RECEIVING:
                return self._fell_silent(now)
            case Phase.IDLE:
                self.deadline = None
                return []

    # -- sending ------------------------------------------------------------------------------------------------

    def _replied(self, byte: int, now: float) -> list[Action]:
        """Act on a control byte outside a message from the machine."""
        match self.phase, byte:
            case Phase.SENDING, _:
                return self._frame_answered(byte, now)
            case Phase.ENQUIRING, pplis.ENQ:
                self.phase, self.deadline = Phase.YIELDING, now + self._timers.contention_wait
            case Phase.YIELDING, pplis.EOT:
                # The machine that was to go first has given up.
                return self._free(now)
            case _, pplis.ENQ:
                return self._listen(now)
            case Phase.ENQUIRING, pplis.ACK:
                return self._granted(now)
            case Phase.ENQUIRING, pplis.NAK:
                self._quiet_until, self._interrupted = now + self._timers.busy_wait, False
                return self._free(now)
            case _:
                pass
        return []

    def _granted(self, now: float) -> list[Action]:
        if self._waiting is None:
            return [Send(_EOT), *self._free(now)]
        self.verified += 1
        self._frames, self._waiting = self._waiting, None
        self._following = next(self._frames, b"")
        self.phase, self._withdrawn, self.started = Phase.SENDING, False, True
        return self._next_frame(now)

    def _frame_answered(self, byte: int, now: float) -> list[Action]:
        if byte == pplis.ENQ:
            return []
        if self._withdrawn:
            return [Send(_EOT), *self._free(now)]
        if byte == pplis.NAK:
            if self._tries >= pplis.FRAME_TRIES:
                return self._fail("the machine refused a frame too often", now)
            return self._put(now)
        # EOT in place of ACK accepts the frame and asks for the line; the standard lets the sender go on.
        self.verified += 1
        actions = self._next_frame(now)
        if byte == pplis.EOT and self.phase is not Phase.SENDING:
            self._quiet_until, self._interrupted = now + self._timers.interrupt_wait, True
        return actions

    def _next_frame(self, now: float) -> list[Action]:
        self._frame, self._following = self._following, next(self._frames, b"")
        self._tries = 0
        if self._frame:
            return self._put(now)
        return [Send(_EOT), Sent(), *self._free(now)]

    def _put(self, now: float) -> list[Action]:
        self._tries += 1
        self.deadline = now + self._timers.frame_answer
        return [Send(self._frame)]

    def _fail(self, reason: str, now: float) -> list[Action]:
        started = self.phase is Phase.SENDING
        told = self._withdrawn if started else self._waiting is None
        if not started:
            self._waiting = None
        failed: list[Action] = [] if told else [Failed(reason, started)]
        return [Send(_EOT), *failed, *self._free(now)]

    def _enquire(self, now: float) -> list[Action]:
        self.phase, self.deadline = Phase.ENQUIRING, now + self._timers.enquiry_answer
        return [Send(_ENQ)]

    def _free(self, now: float) -> list[Action]:
        """Return to neutral, and go on with a message that waits, now or when the line may be asked for."""
        self._rest()
        if self._waiting is None:
            return []
        if now < self._quiet_until:
            self.phase, self.deadline = Phase.BUSY, self._quiet_until
            return []
        return self._enquire(now)

    def _rest(self) -> None:
        self.phase, self.deadline = Phase.IDLE, None
        self._withdrawn = False
        self._texts.clear()

    # -- receiving ----------------------------------------------------------------------------------------------

    def _listen(self, now: float) -> list[Action]:
        self.phase = Phase.RECEIVING
        self._wait_on(now)
        self._texts.clear()
        self._size = 0
        self._last_number = None
        return [Send(_ACK)]

    def _fell_silent(self, now: float) -> list[Action]:
        """Give the message up, or, when bytes came that were no frame, ask for them again."""
        self._buffer.clear()
        if now >= self._gives_up_at:
            return self._free(now)
        self.deadline = self._gives_up_at
        return [Send(_NAK)]

    def _received(self, found: frames.Frame | frames.Mark, now: float) -> list[Action]:
        match found:
            case frames.Mark.ENQUIRY:
                # The machine began anew, so what came before is incomplete.
                return self._listen(now)
            case frames.Mark.END:
                data = b"".join(self._texts)
                delivered: list[Action] = [Delivered(data)] if data else []
                if data and self._interrupted:
                    self._quiet_until, self._interrupted = _NEVER, False
                return [*delivered, *self._free(now)]
            case frames.Mark.BAD:
                self.deadline = self._gives_up_at
                return [Send(_NAK)]
            case frames.Frame():
                return [Send(self._taken(found, now))]

    def _wait_on(self, now: float) -> None:
        self._gives_up_at = self.deadline = now + self._timers.receive

    def _taken(self, frame: frames.Frame, now: float) -> bytes:
        """Keep a frame and return the answer to it."""
        if frame.number == self._last_number:
            self._wait_on(now)
            return _ACK
        expected = 1 if self._last_number is None else (self._last_number + 1) % 8
        if frame.number != expected or self._size + len(frame.text) > pplis.LARGEST_MESSAGE_BYTES:
            self.deadline = self._gives_up_at
            return _NAK
        self._wait_on(now)
        self.verified += 1
        self._last_number = frame.number
        self._size += len(frame.text)
        self._texts.append(frame.text)
        return _EOT if self._interrupts else _ACK
