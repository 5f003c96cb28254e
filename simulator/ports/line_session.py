"""What a machine keeps going on its line: link, answers, bell and the time that bytes take; pure."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from hal.wire import pplis, unit
from simulator.ports.line_service import Serviced, answer
from simulator.ports.lis_link import InstrumentLink, Timers
from simulator.ports.lis_records import Request, UnreadableError, read, write

_BITS_PER_BYTE: Final = 10
_SLACK_SECONDS: Final = 0.003
"""How far ahead of the modelled line bytes may leave, because a wait shorter than this cannot be kept."""
_TIMEOUT_FRAMES: Final = 3
_SHORTEST_TIMEOUT_SECONDS: Final = 1.0
Service = Callable[[Request], list[list[str]]]
"""Answers for a machine that keeps no journal, and so tells no boot id either."""
_COMMANDS: Final = frozenset({pplis.LOAD, pplis.START, pplis.PAUSE, pplis.STOP, pplis.ACKNOWLEDGE, unit.PACK})
_BELL_SPACING_SECONDS: Final = 0.1
_BELL_QUIET_SECONDS: Final = 0.03
_BELL_OVERDUE_SECONDS: Final = pplis.HEARTBEAT_SECONDS * 0.8


class Ringing(Serviced, Protocol):
    """A machine that can also say that it has news."""

    @property
    def boot_id(self) -> str:
        """Name of this power-up."""
        ...

    @property
    def last_seq(self) -> int:
        """Newest entry of this boot."""
        ...

    @property
    def total_entries(self) -> int:
        """Entries over all boots."""
        ...


class Losses(Protocol):
    """What gets lost, doubled or out of order on its way to the controller."""

    def rings(self, value: int) -> tuple[int, ...]:
        """Return what to tell when `value` is the news."""
        ...

    def loses_reply(self) -> bool:
        """Tell whether the reply to a command is lost."""
        ...


@dataclass(frozen=True, slots=True)
class LineRate:
    """How fast the line is: `bits_per_second` (8N1, so ten bits a byte) and the factor on the standard's timers."""

    bits_per_second: float
    timers: float = 1.0

    def link_timers(self) -> Timers:
        """Return the link's timers; no time-out is so short that a slow line or a busy computer misses it."""
        frames = _TIMEOUT_FRAMES * pplis.FRAME_BYTES * _BITS_PER_BYTE / self.bits_per_second
        return Timers(self.timers, max(_SHORTEST_TIMEOUT_SECONDS, frames))


class Session:
    """A line from one connect to the next; `faults` tells which bells and answers get lost, `service` who answers."""

    def __init__(
        self, rate: LineRate, now: float, faults: Losses | None = None, service: Service | None = None
    ) -> None:
        self._link = InstrumentLink(rate.link_timers())
        self._service = service
        self._seconds_per_byte = _BITS_PER_BYTE / rate.bits_per_second
        self._free_at = now
        self._pending: deque[bytes] = deque()
        self._count = 0
        self._told = 0
        self.unreadable = 0
        """Messages that did not verify."""
        self._faults = faults
        self._sent_at = now
        self._active_at = now

    def wake(self, now: float) -> float:
        """Return when to call `turn` at the latest."""
        moments = [now + _BELL_QUIET_SECONDS]
        if self._pending:
            moments.append(self._free_at - _SLACK_SECONDS / 2)
        if self._link.wake is not None:
            moments.append(self._link.wake)
        return min(moments)

    def received(self, data: bytes, now: float) -> None:
        """Take bytes from the line; they have used it for as long as they take."""
        self._active_at = now
        self._free_at = max(now, self._free_at) + len(data) * self._seconds_per_byte
        # Time-outs count from when the last byte has left the line.
        self._link.on_bytes(data, max(now, self._free_at))

    @property
    def has_request(self) -> bool:
        """Whether a message waits to be answered."""
        return bool(self._link.inbox)

    def turn(self, machine: Ringing, now: float, utc: datetime) -> None:
        """Answer what came in, ring when it is time, and let timers run out.

        Raises:
            OSError: the machine's memory cannot keep what happened.
        """
        self._link.on_time(now)
        while self._link.inbox:
            self._answer(machine, self._link.inbox.popleft(), now, utc)
        if self._should_ring(machine, now):
            self._told = machine.total_entries
            self._ring(machine, now, utc)

    def outgoing(self, now: float) -> bytes:
        """Return the bytes that may leave now."""
        self._pending.extend(self._link.output)
        self._link.output.clear()
        ready = bytearray()
        while self._pending and self._free_at <= now + _SLACK_SECONDS:
            piece = self._pending.popleft()
            ready += piece
            self._free_at = max(now, self._free_at) + len(piece) * self._seconds_per_byte
            self._active_at = now
        return bytes(ready)

    def _ring(self, machine: Ringing, now: float, utc: datetime) -> None:
        # A bell that is lost was rung all the same: the machine does not know.
        self._sent_at = now
        news = (machine.last_seq,) if self._faults is None else self._faults.rings(machine.last_seq)
        for last_seq in news:
            self._send(machine, pplis.BELL, [[pplis.NEWS_RECORD, str(last_seq)]], now, utc, "host")

    def _answer(self, machine: Ringing, data: bytes, now: float, utc: datetime) -> None:
        try:
            request = read(data)
        except UnreadableError:
            # Nobody knows what was meant; the sender sees no answer and asks again or reads.
            self.unreadable += 1
            return
        said = answer(machine, request) if self._service is None else self._service(request)
        if request.kind in _COMMANDS and self._faults is not None and self._faults.loses_reply():
            return
        self._send(machine, pplis.ANSWER, said, now, utc, request.sender)

    def _send(
        self, machine: Ringing, kind: str, body: list[list[str]], now: float, utc: datetime, receiver: str
    ) -> None:
        self._count += 1
        self._sent_at = now
        boot_id = machine.boot_id if self._service is None else ""
        head = (
            f"{boot_id}.{self._count}",
            "machine",
            receiver,
            boot_id,
            utc.isoformat(timespec="milliseconds"),
            kind,
        )
        self._link.submit(write(head, body), max(now, self._free_at))

    def _should_ring(self, machine: Ringing, now: float) -> bool:
        if not self._link.idle:
            return False
        if now - self._sent_at >= _BELL_OVERDUE_SECONDS:
            return True
        # Right after a message the host may ask the next thing, so the bell keeps clear of it.
        quiet = now - self._active_at >= _BELL_QUIET_SECONDS and now - self._sent_at >= _BELL_SPACING_SECONDS
        return quiet and machine.total_entries > self._told
