"""Serial port of a simulated machine: PP-LIS on a pseudo-terminal or a TCP port."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from simulator.host import Host
from simulator.machine import Machine
from simulator.ports.line_session import LineRate, Session
from simulator.ports.line_wires import PtyWire, TcpWire, Wire

_PTY: Final = "pty"
_TCP: Final = "tcp"


async def serve_line(
    host: Host, where: str, baud: int, timers: float = 1.0, ready: Callable[[], None] | None = None
) -> None:
    """Serve the machine of `host` until cancelled.

    `where` is `pty:/path/of/symlink` or `tcp:127.0.0.1:5001`; `baud` is what the line carries at the machine's own
    speed, so it is that much faster when the host runs faster; `timers` scales those of LIS01-A2. `ready` is called
    once the machine answers.

    Raises:
        ValueError: `where` is neither, or `baud` is not above 0.
        OSError: the place is taken, or the machine's memory cannot keep what happened.
    """
    if baud <= 0 or timers <= 0:
        raise ValueError("baud and timers must be above 0")
    port = _Port(host, LineRate(baud * host.speed, timers))
    await port.open(where)
    try:
        if ready is not None:
            ready()
        await port.run()
    finally:
        await port.close()


class _Port:
    def __init__(self, host: Host, rate: LineRate) -> None:
        self._host = host
        self._rate = rate
        self._session = Session(rate, time.monotonic())
        self._wire: Wire | None = None
        self._woken = asyncio.Event()
        self._sleeps_until = 0.0

    async def open(self, where: str) -> None:
        kind, _, place = where.partition(":")
        if kind == _PTY and place:
            self._wire = PtyWire(Path(place), self._received)
        elif kind == _TCP and place:
            address, _, port = place.rpartition(":")
            wire = TcpWire(self._received, self._connected)
            await wire.listen(address, int(port))
            self._wire = wire
        else:
            message = f"{where}: neither pty:/path nor tcp:host:port"
            raise ValueError(message)

    async def close(self) -> None:
        if self._wire is not None:
            await self._wire.close()

    async def run(self) -> None:
        """Keep the line going; whatever the machine raises ends it."""
        while True:
            self._woken.clear()
            self._host.call(self._turn)
            self._flush()
            self._sleeps_until = self._session.wake(time.monotonic())
            await self._sleep(self._sleeps_until - time.monotonic())

    def _turn(self, machine: Machine) -> None:
        self._session.turn(machine, time.monotonic(), datetime.now(UTC))

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await self._woken.wait()
        except TimeoutError:
            return

    def _connected(self) -> None:
        """Begin anew: what was under way with a former controller is gone with its connection."""
        self._session = Session(self._rate, time.monotonic())

    def _received(self, data: bytes) -> None:
        now = time.monotonic()
        self._session.received(data, now)
        self._flush()
        if self._session.has_request or self._session.wake(now) < self._sleeps_until:
            self._woken.set()

    def _flush(self) -> None:
        data = self._session.outgoing(time.monotonic())
        if data and self._wire is not None:
            self._wire.write(data)
