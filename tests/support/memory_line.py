"""A simulated machine at the end of a line in memory, in virtual time, with every fault a wire can have."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hal.transport.serial import OpenLine
from simulator.machine import Machine
from simulator.ports.line_session import LineRate, Session
from simulator.ports.wire_faults import TO_HOST, TO_MACHINE, Pipe, WireFaults

LONG = 3_600.0
UTC_NOW = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)


def loop_time() -> float:
    return asyncio.get_running_loop().time()


@dataclass
class Traffic:
    """What both sides put on the line; `unreadable`: messages of former sessions that the machine did not believe."""

    bytes_sent: int = 0
    frames: int = 0
    naks: int = 0
    retransmissions: int = 0
    unreadable: int = 0
    last: dict[str, bytes] = field(default_factory=dict)

    def count(self, side: str, data: bytes) -> None:
        self.bytes_sent += len(data)
        self.naks += data.count(b"\x15")
        for piece in data.split(b"\x02")[1:]:
            self.frames += 1
            frame = piece[: piece.find(b"\n") + 1]
            self.retransmissions += frame == self.last.get(side)
            self.last[side] = frame


@dataclass
class MemoryLine:
    """The machine's end; `opener` is for a driver, one at a time. Give it `run` as a task."""

    machine: Machine
    rate: LineRate = field(default_factory=lambda: LineRate(115_200, 0.1))
    seed: int = 1
    traffic: Traffic = field(default_factory=Traffic)
    tamper: dict[str, Callable[[bytes], bytes]] = field(default_factory=dict)
    """What else changes the bytes of a direction."""
    make_session: Callable[[LineRate, float, WireFaults], Session] = Session

    def __post_init__(self) -> None:
        self.faults = WireFaults(self.seed, loop_time)
        self.faults.changed.append(self._disturbed)
        self._woken = asyncio.Event()
        self._sleeps_until = 0.0
        self._host: _HostEnd | None = None
        self.session = self.make_session(self.rate, loop_time(), self.faults)

    async def opener(
        self, url: str, baud: int, received: Callable[[bytes], None], lost: Callable[[str], None]
    ) -> OpenLine:
        del baud
        if self._host is not None or self.faults.is_cut:
            message = f"{url}: there is no such line, or it is in use"
            raise OSError(message)
        self._host = _HostEnd(self, received, lost)
        self.traffic.unreadable += self.session.unreadable
        self.session = self.make_session(self.rate, loop_time(), self.faults)
        for direction, data in self.faults.connected().items():
            self._host.pipes[direction].push(data)
        self._woken.set()
        return self._host

    def hear(self) -> None:
        """Give the machine what has arrived, and the host what the machine says."""
        host, now = self._host, loop_time()
        if host is None:
            self.session.outgoing(now)
            return
        data = self.tampered(TO_MACHINE, host.pipes[TO_MACHINE].take())
        if data:
            self.session.received(data, now)
        said = self.session.outgoing(now)
        self.traffic.count(TO_HOST, said)
        host.pipes[TO_HOST].put(said)
        arrived = self.tampered(TO_HOST, host.pipes[TO_HOST].take())
        if arrived:
            asyncio.get_running_loop().call_soon(host.deliver, arrived)
        if self.session.has_request or self.session.wake(now) < self._sleeps_until:
            self._woken.set()

    def tampered(self, direction: str, data: bytes) -> bytes:
        return self.tamper[direction](data) if direction in self.tamper and data else data

    def echo(self, data: bytes) -> None:
        """Let the host hear what it said itself."""
        if self._host is not None:
            asyncio.get_running_loop().call_soon(self._host.deliver, data)

    def wrote(self, end: "_HostEnd", data: bytes) -> None:
        if end is self._host:
            self.traffic.count(TO_MACHINE, data)
            end.pipes[TO_MACHINE].put(data)
            # How long they are on the line is the session's to know.
            asyncio.get_running_loop().call_soon(self.hear)

    def left(self, end: "_HostEnd") -> None:
        if end is self._host:
            self._host = None

    async def run(self) -> None:
        """Keep machine and line going."""
        while True:
            self._woken.clear()
            now = loop_time()
            self.machine.advance(int(now * 1_000))
            self.session.turn(self.machine, now, UTC_NOW)
            self.hear()
            moments = [self.session.wake(now)]
            machine = self.machine.next_wake_ms()
            if machine is not None:
                moments.append(machine / 1_000)
            if self._host is not None:
                moments += [at for at in (pipe.wake() for pipe in self._host.pipes.values()) if at is not None]
            self._sleeps_until = max(now + 0.000_5, min(moments))
            try:
                async with asyncio.timeout(min(LONG, self._sleeps_until - now)):
                    await self._woken.wait()
            except TimeoutError:
                continue

    def _disturbed(self) -> None:
        host = self._host
        if host is not None and host.resets != self.faults.resets:
            host.broke("the line was cut")
        self._woken.set()


class _HostEnd:
    def __init__(self, line: MemoryLine, received: Callable[[bytes], None], lost: Callable[[str], None]) -> None:
        self._line = line
        self._received = received
        self._lost = lost
        self._is_open = True
        self.resets = line.faults.resets
        self.pipes: dict[str, Pipe] = {one: line.faults.pipe(one) for one in (TO_MACHINE, TO_HOST)}

    def write(self, data: bytes) -> None:
        if not self._is_open:
            raise OSError("the line is closed")
        self._line.wrote(self, data)

    def deliver(self, data: bytes) -> None:
        if self._is_open:
            self._received(data)

    def broke(self, reason: str) -> None:
        if self._is_open:
            self._is_open = False
            self._line.left(self)
            self._lost(reason)

    async def close(self) -> None:
        self.broke("the line was closed")
