"""The machine's side of a LIS01-A2 link: the instrument, which goes first when both ask for the line; pure.

Written from the description of the link, without the controller's code, so that each checks the other.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hal.wire import pplis

_NEUTRAL: Final = "neutral"
_ASKING: Final = "asking"
_REFUSED: Final = "refused"
_CONTENDING: Final = "contending"
_SENDING: Final = "sending"
_RECEIVING: Final = "receiving"
_AFTER_TEXT: Final = 4
_LONG_AGO: Final = float("-inf")
_FRAME_NUMBERS: Final = frozenset(b"%d" % number for number in range(8))
_FORBIDDEN: Final = pplis.FORBIDDEN_IN_TEXT


@dataclass(frozen=True, slots=True)
class Timers:
    """The standard's timers, times `factor`; a time-out is never shorter than `least` seconds."""

    factor: float = 1.0
    least: float = 0.0

    def timeout(self, seconds: float) -> float:
        """Return how long to wait for the other side."""
        return max(self.least, seconds * self.factor)

    def pause(self, seconds: float) -> float:
        """Return how long to stay quiet."""
        return seconds * self.factor


class InstrumentLink:
    """One link. Bytes to send gather in `output`, finished messages in `inbox`; `wake` is when to call `on_time`."""

    contention_seconds: float = pplis.INSTRUMENT_CONTENTION_SECONDS
    """How long this side leaves the line alone when both have asked for it."""

    def __init__(self, timers: Timers) -> None:
        self.output: list[bytes] = []
        self.inbox: deque[bytes] = deque()
        self.wake: float | None = None
        self.given_up = 0
        """Messages that could not be sent."""
        self._timers = timers
        self._state = _NEUTRAL
        self._queue: deque[list[bytes]] = deque()
        self._frames: list[bytes] = []
        self._at = 0
        self._refusals = 0
        self._quiet_until = _LONG_AGO
        self._busy_until = _LONG_AGO
        self._gives_up_at = 0.0
        self._owes_answer = False
        self._frame: bytearray | None = None
        self._tail = 0
        self._message = bytearray()
        self._next = 1
        self._is_first = True

    @property
    def idle(self) -> bool:
        """Whether the line is neutral and nothing waits to be sent."""
        return self._state == _NEUTRAL and not self._queue

    def submit(self, records: Sequence[bytes], now: float) -> None:
        """Send a message as soon as the line is ours."""
        self._queue.append(_frames(records))
        self._proceed(now)

    def on_bytes(self, data: bytes, now: float) -> None:
        """Take bytes from the line."""
        for byte in data:
            if self._state == _RECEIVING:
                self._while_receiving(byte, now)
            elif self._state == _SENDING:
                self._while_sending(byte, now)
            else:
                self._while_open(byte, now)
        if self._state == _RECEIVING:
            self._set_wake(now)

    def on_time(self, now: float) -> None:
        """Act when `wake` has come."""
        if self.wake is None or now < self.wake:
            return
        if self._state in (_REFUSED, _CONTENDING, _NEUTRAL):
            self._state = _NEUTRAL
        elif self._state == _RECEIVING and now < self._gives_up_at:
            # Bytes of a frame, and then silence: whatever it was, it is not whole.
            self._frame = None
            self._refuse()
            self._set_wake(now)
            return
        elif self._state == _RECEIVING:
            self._state, self._frame = _NEUTRAL, None
        else:
            self._say(pplis.EOT)
            self._give_up()
        self._proceed(now)

    # -- establishing and sending -------------------------------------------------------------------------------

    def _while_open(self, byte: int, now: float) -> None:
        if byte == pplis.ENQ and self._state == _ASKING:
            self._state = _CONTENDING
            self.wake = now + self._timers.pause(self.contention_seconds)
        elif byte == pplis.ENQ:
            self._begin_receiving(now)
        elif byte == pplis.ACK and self._state == _ASKING:
            self._state, self._frames, self._at = _SENDING, self._queue[0], 0
            self._put_frame(now)
        elif byte == pplis.EOT and self._state in (_ASKING, _CONTENDING):
            # A host that has just come sets the line to neutral; it asked for nothing yet, so let it go first.
            self._state = _NEUTRAL
            self._quiet_until = now + self._timers.pause(pplis.INSTRUMENT_CONTENTION_SECONDS)
            self._proceed(now)
        elif byte == pplis.NAK and self._state == _ASKING:
            self._state = _REFUSED
            self.wake = self._busy_until = now + self._timers.pause(pplis.BUSY_WAIT_SECONDS)

    def _while_sending(self, byte: int, now: float) -> None:
        if byte == pplis.ACK:
            self._at += 1
            self._refusals = 0
            if self._at < len(self._frames):
                self._put_frame(now)
                return
            self._queue.popleft()
        elif byte == pplis.NAK:
            self._refusals += 1
            if self._refusals < pplis.FRAME_TRIES:
                self._put_frame(now)
                return
            self._give_up()
        elif byte == pplis.EOT:
            # The host took the frame and wants the line. What it cut short it no longer wants.
            self._queue.popleft()
            self._refusals = 0
            self._quiet_until = now + self._timers.pause(pplis.INTERRUPT_WAIT_SECONDS)
        else:
            return
        self._say(pplis.EOT)
        self._state = _NEUTRAL
        self._proceed(now)

    def _put_frame(self, now: float) -> None:
        self.output.append(self._frames[self._at])
        self.wake = now + self._timers.timeout(pplis.FRAME_ANSWER_SECONDS)

    def _give_up(self) -> None:
        self._queue.popleft()
        self._refusals = 0
        self.given_up += 1
        self._state = _NEUTRAL

    def _proceed(self, now: float) -> None:
        """Ask for the line when it is neutral and something waits."""
        if self._state != _NEUTRAL:
            return
        self.wake = None
        if not self._queue:
            return
        free_at = max(self._quiet_until, self._busy_until)
        if now < free_at:
            self.wake = free_at
            return
        self._say(pplis.ENQ)
        self._state = _ASKING
        self.wake = now + self._timers.timeout(pplis.ENQ_ANSWER_SECONDS)

    def _say(self, byte: int) -> None:
        self.output.append(bytes([byte]))

    # -- receiving ----------------------------------------------------------------------------------------------

    def _begin_receiving(self, now: float) -> None:
        self._state, self._frame = _RECEIVING, None
        self._message.clear()
        self._next, self._is_first = 1, True
        self._gives_up_at = now + self._timers.timeout(pplis.RECEIVE_SECONDS)
        self._accept()

    def _set_wake(self, now: float) -> None:
        gap = now + self._timers.timeout(pplis.GAP_SECONDS)
        self.wake = min(gap, self._gives_up_at) if self._owes_answer else self._gives_up_at

    def _accept(self) -> None:
        self._owes_answer = False
        self._say(pplis.ACK)

    def _refuse(self) -> None:
        self._owes_answer = False
        self._say(pplis.NAK)

    def _while_receiving(self, byte: int, now: float) -> None:
        self._owes_answer = True
        if byte == pplis.STX:
            self._frame, self._tail = bytearray(), 0
        elif byte == pplis.ENQ:
            self._begin_receiving(now)
        elif byte == pplis.EOT:
            self._end_receiving(now)
        elif self._frame is not None:
            self._frame.append(byte)
            if self._tail:
                self._tail -= 1
                if not self._tail:
                    self._judge(now)
            elif byte in (pplis.ETX, pplis.ETB):
                self._tail = _AFTER_TEXT
            elif byte == pplis.LF or len(self._frame) > pplis.FRAME_BYTES:
                self._frame = None
                self._refuse()

    def _end_receiving(self, now: float) -> None:
        if self._message:
            self.inbox.append(bytes(self._message))
            # The line was left alone for the host's sake, and the host has had it.
            self._quiet_until = _LONG_AGO
        self._message.clear()
        self._state, self._frame = _NEUTRAL, None
        self._proceed(now)

    def _judge(self, now: float) -> None:
        """Answer a frame that is complete: FN, text, ETX or ETB, two digits, CR, LF."""
        frame, self._frame = bytes(self._frame or b""), None
        body, digits, end = frame[:-4], frame[-4:-2], frame[-2:]
        text = body[1:-1]
        whole = end == b"\r\n" and digits == f"{sum(body) % 256:02X}".encode() and len(text) <= pplis.FRAME_TEXT_BYTES
        if not whole or body[:1] not in _FRAME_NUMBERS or not _FORBIDDEN.isdisjoint(text):
            self._refuse()
            return
        number = int(body[:1])
        is_repeat = not self._is_first and number == (self._next - 1) % 8
        is_next = number == self._next and len(self._message) + len(text) <= pplis.LARGEST_MESSAGE_BYTES
        if not is_repeat and not is_next:
            self._refuse()
            return
        if is_next:
            self._message += text
            self._next, self._is_first = (number + 1) % 8, False
        self._gives_up_at = now + self._timers.timeout(pplis.RECEIVE_SECONDS)
        self._accept()


def _frames(records: Sequence[bytes]) -> list[bytes]:
    """Cut records into frames: a record ends its last frame with ETX, its others with ETB."""
    result: list[bytes] = []
    for record in records:
        rest = record
        while rest:
            text, rest = rest[: pplis.FRAME_TEXT_BYTES], rest[pplis.FRAME_TEXT_BYTES :]
            body = str((len(result) + 1) % 8).encode() + text + bytes([pplis.ETB if rest else pplis.ETX])
            result.append(b"\x02" + body + f"{sum(body) % 256:02X}".encode() + b"\r\n")
    return result
