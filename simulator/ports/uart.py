"""What a receiver reads from a serial line when it is not set as the sender is; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

NONE: Final = "N"
EVEN: Final = "E"
ODD: Final = "O"
MARK: Final = "M"
SPACE: Final = "S"


@dataclass(frozen=True, slots=True)
class Setting:
    """How a port is set: bits a second, data bits, parity (one of `NEOMS`) and stop bits (1 or 2)."""

    baud: int
    data_bits: int = 8
    parity: str = NONE
    stop_bits: int = 1


def heard(data: bytes, sender: Setting, receiver: Setting) -> bytes:
    """Return what the receiver reads when the sender puts `data` on the line without a pause, and then is silent.

    The receiver waits for a start bit and samples the middle of every bit at its own speed. A character without a
    stop bit reads as NUL, as a tty without IGNPAR and PARMRK reads it (termios(3)).
    """
    if sender == receiver:
        return data
    levels = list(_levels(data, sender))
    result = bytearray()
    at = 0.0
    pace = sender.baud / receiver.baud
    frame = receiver.data_bits + (receiver.parity != NONE) + 1
    while True:
        start = _next_start(levels, at)
        if start is None:
            return bytes(result)
        bits = [_level(levels, start + (place + 0.5) * pace) for place in range(1, frame + 1)]
        byte = sum(bit << place for place, bit in enumerate(bits[: receiver.data_bits]))
        result.append(byte if bits[-1] else 0)
        at = start + (frame + 0.5) * pace


def _levels(data: bytes, sender: Setting) -> Iterator[int]:
    for byte in data:
        bits = [byte >> place & 1 for place in range(sender.data_bits)]
        yield 0
        yield from bits
        if sender.parity != NONE:
            odd = sum(bits) % 2
            yield {EVEN: odd, ODD: 1 - odd, MARK: 1, SPACE: 0}[sender.parity]
        yield from [1] * sender.stop_bits


def _level(levels: list[int], at: float) -> int:
    return levels[int(at)] if int(at) < len(levels) else 1


def _next_start(levels: list[int], at: float) -> float | None:
    """Return when the line next falls from 1 to 0, in bits of the sender; the line counts as 1 before."""
    place = int(at)
    if at > 0 and _level(levels, at) == 0:
        while place < len(levels) and levels[place] == 0:
            place += 1
    while place < len(levels) and levels[place]:
        place += 1
    return float(place) if place < len(levels) else None
