"""LIS01-A2 frames: `<STX> FN text <ETB|ETX> C1 C2 <CR> <LF>`; pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from hal.wire import pplis

_OPENING: Final = re.compile(rb"[\x02\x04\x05]")
_CLOSING: Final = re.compile(rb"[\x02\x04\x05\x03\x17\n]")
_TRAILER_BYTES: Final = 4
_TEXT_AT: Final = 2
_NUMBERS: Final = b"01234567"
_FORBIDDEN: Final = re.compile(b"[%b]" % re.escape(bytes(sorted(pplis.FORBIDDEN_IN_TEXT))))


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame whose checksum is right: its number 0..7, its text, and whether it ends a record (ETX)."""

    number: int
    text: bytes
    last: bool


class Mark(Enum):
    """What else a receiver may find in the stream."""

    BAD = auto()
    """A frame that cannot be read."""
    ENQUIRY = auto()
    END = auto()


def checksum(body: bytes | bytearray) -> bytes:
    """Return the sum of `body` modulo 256 as two upper-case hex digits; `body` is FN to ETB or ETX inclusive."""
    return b"%02X" % (sum(body) & 0xFF)


def frames_of(records: Sequence[bytes]) -> Iterator[bytes]:
    """Yield the frames of one message, numbered from 1 modulo 8; each record starts a frame and ends one with ETX.

    Source: CLSI LIS01-A2, 8.3.
    """
    number = 1
    for record in records:
        for start in range(0, len(record), pplis.FRAME_TEXT_BYTES):
            text = record[start : start + pplis.FRAME_TEXT_BYTES]
            last = start + pplis.FRAME_TEXT_BYTES >= len(record)
            body = b"%d%b%c" % (number, text, pplis.ETX if last else pplis.ETB)
            yield b"\x02%b%b\r\n" % (body, checksum(body))
            number = (number + 1) % 8


def take(buffer: bytearray) -> Frame | Mark | None:
    """Take the next frame or mark out of `buffer`, with everything before it; `None` when more bytes are needed.

    Bytes outside a frame are dropped. A frame that is cut off by a new STX gives way to the new one.
    """
    while True:
        opening = _OPENING.search(buffer)
        if opening is None:
            buffer.clear()
            return None
        del buffer[: opening.start()]
        if buffer[0] != pplis.STX:
            return _control(buffer)
        closing = _CLOSING.search(buffer, 1, pplis.FRAME_BYTES)
        if closing is None:
            if len(buffer) < pplis.FRAME_BYTES:
                return None
            del buffer[: pplis.FRAME_BYTES]
            return Mark.BAD
        if buffer[closing.start()] not in (pplis.STX, pplis.ENQ, pplis.EOT):
            return _closed(buffer, closing.start())
        del buffer[: closing.start()]


def _control(buffer: bytearray) -> Mark:
    mark = Mark.ENQUIRY if buffer[0] == pplis.ENQ else Mark.END
    del buffer[0]
    return mark


def _closed(buffer: bytearray, at: int) -> Frame | Mark | None:
    """Take the frame that starts `buffer` and whose ETB, ETX or stray LF stands at `at`."""
    if buffer[at] != pplis.LF and len(buffer) <= at + _TRAILER_BYTES:
        return None
    body = bytes(buffer[1 : at + 1])
    trailer = bytes(buffer[at + 1 : at + 1 + _TRAILER_BYTES])
    good = (
        buffer[at] != pplis.LF
        and _TEXT_AT <= at <= pplis.FRAME_TEXT_BYTES + _TEXT_AT
        and body[0] in _NUMBERS
        and trailer == checksum(body) + b"\r\n"
        and _FORBIDDEN.search(body, 0, at - 1) is None
    )
    if not good:
        # What follows may be the beginning of a frame, so only the unreadable part goes.
        del buffer[: at + 1]
        return Mark.BAD
    del buffer[: at + 1 + _TRAILER_BYTES]
    return Frame(_NUMBERS.index(body[0]), body[1:-1], last=body[-1] == pplis.ETX)
