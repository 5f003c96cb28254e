"""How long the host waits on a LIS01-A2 link."""

from dataclasses import dataclass
from typing import Final, Self

from hal.wire import pplis

_SHORTEST_TIMEOUT_SECONDS: Final = 1.0
_TIMEOUT_FRAMES: Final = 3
_BITS_PER_BYTE: Final = 10


@dataclass(frozen=True, slots=True)
class LinkTimers:
    """Seconds to wait; the defaults are the standard's."""

    enquiry_answer: float = pplis.ENQ_ANSWER_SECONDS
    busy_wait: float = pplis.BUSY_WAIT_SECONDS
    contention_wait: float = pplis.HOST_CONTENTION_SECONDS
    frame_answer: float = pplis.FRAME_ANSWER_SECONDS
    receive: float = pplis.RECEIVE_SECONDS
    interrupt_wait: float = pplis.INTERRUPT_WAIT_SECONDS
    gap: float = pplis.GAP_SECONDS

    @classmethod
    def fast(cls, factor: float, baud: int) -> Self:
        """Return the standard's timers times `factor`; no time-out is shorter than a second, nor than three frames.

        Shorter pauses only make a line faster; a time-out that a busy computer can miss loses messages.
        """
        least = max(_SHORTEST_TIMEOUT_SECONDS, _TIMEOUT_FRAMES * pplis.FRAME_BYTES * _BITS_PER_BYTE / baud)
        enquiry_answer = max(least, pplis.ENQ_ANSWER_SECONDS * factor)
        # A machine whose first ENQ we missed must have given up before we ask again, or the two ask past each other.
        after_contention = pplis.HOST_CONTENTION_SECONDS / pplis.ENQ_ANSWER_SECONDS
        return cls(
            enquiry_answer=enquiry_answer,
            busy_wait=pplis.BUSY_WAIT_SECONDS * factor,
            contention_wait=enquiry_answer * after_contention,
            frame_answer=max(least, pplis.FRAME_ANSWER_SECONDS * factor),
            receive=max(least, pplis.RECEIVE_SECONDS * factor),
            interrupt_wait=pplis.INTERRUPT_WAIT_SECONDS * factor,
            gap=max(least / 2, pplis.GAP_SECONDS * factor),
        )
