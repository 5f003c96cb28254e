"""Serial port of a simulated machine: PP-LIS on a pseudo-terminal, a TCP port or behind an RFC 2217 server."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from hal.wire.unit import PERSONALITIES
from simulator.host import Host
from simulator.machine import Machine
from simulator.ports.line_session import LineRate, Session
from simulator.ports.line_wires import PtyWire, TcpWire, Wire
from simulator.ports.uart import Setting
from simulator.ports.unit_service import UnitDesk
from simulator.ports.wire_faults import TO_HOST, TO_MACHINE

_PTY: Final = "pty"
_TCP: Final = "tcp"
_RFC2217: Final = "rfc2217"
_LONG: Final = 3_600.0
_HIGHEST_PORT: Final = 65_535


async def serve_line(
    host: Host, where: str, baud: int, timers: float = 1.0, ready: Callable[[], None] | None = None
) -> None:
    """Serve the machine of `host` until cancelled.

    `where` is `pty:/path/of/symlink`, `tcp:127.0.0.1:5001` (raw bytes) or `rfc2217:127.0.0.1:5001` (a port behind a
    terminal server); `baud` is what the line carries at the machine's own speed, so it is that much faster when the
    host runs faster; a controller that sets a pty or an RFC 2217 port to another speed reads and writes garbage.
    `timers` scales those of LIS01-A2. `ready` is called once the machine answers. What `host.wire` says goes wrong.

    Raises:
        ValueError: `where` is none of these, or `baud` is not above 0.
        OSError: the place is taken, or the machine's memory cannot keep what happened.
    """
    if baud <= 0 or timers <= 0:
        raise ValueError("baud and timers must be above 0")
    desk = None if host.machine.spec.personality == PERSONALITIES[0] else UnitDesk()
    port = _Port(host, LineRate(baud * host.speed, timers), baud, desk)
    await port.open(where)
    try:
        if ready is not None:
            ready()
        await port.run()
    finally:
        await port.close()


class _Port:
    def __init__(self, host: Host, rate: LineRate, baud: int, desk: UnitDesk | None) -> None:
        self._desk = desk
        self._host = host
        self._rate = rate
        self._baud = baud
        self._wire: Wire | None = None
        self._woken = asyncio.Event()
        self._sleeps_until = 0.0
        self._resets = host.wire.resets
        self._begin()

    def _begin(self) -> None:
        faults = self._host.wire
        service = None if self._desk is None else partial(self._desk.answer, self._host.machine)
        self._session = Session(self._rate, time.monotonic(), faults, service)
        self._in, self._out = faults.pipe(TO_MACHINE), faults.pipe(TO_HOST)

    async def open(self, where: str) -> None:
        kind, _, place = where.partition(":")
        machine = Setting(self._baud)
        if kind == _PTY and place:
            self._wire = PtyWire(Path(place), self._received, machine)
        elif kind in (_TCP, _RFC2217) and place:
            address, port = _address(where, place)
            wire = TcpWire(self._received, self._connected) if kind == _TCP else self._rfc2217(machine)
            await wire.listen(address, port)
            self._wire = wire
        else:
            message = f"{where}: neither pty:/path, tcp:host:port nor rfc2217:host:port"
            raise ValueError(message)
        self._host.wire.changed.append(self._disturbed)

    def _rfc2217(self, machine: Setting) -> TcpWire:
        # Only this kind of place needs pyserial.
        from simulator.ports.rfc2217 import Rfc2217Wire  # noqa: PLC0415

        return Rfc2217Wire(self._received, self._connected, machine)

    async def close(self) -> None:
        if self._wire is not None:
            await self._wire.close()
        if self._disturbed in self._host.wire.changed:
            self._host.wire.changed.remove(self._disturbed)

    async def run(self) -> None:
        """Keep the line going; whatever the machine raises ends it."""
        while True:
            self._woken.clear()
            self._mend()
            self._host.call(self._turn)
            self._flush()
            now = time.monotonic()
            self._sleeps_until = min(self._session.wake(now), now + self._pipes_wake())
            await self._sleep(self._sleeps_until - now)

    def _turn(self, machine: Machine) -> None:
        if self._desk is not None:
            self._desk.tick(machine)
        self._hear()
        self._session.turn(machine, time.monotonic(), datetime.now(UTC))

    def _pipes_wake(self) -> float:
        moments = [pipe.wake() for pipe in (self._in, self._out)]
        if self._host.wire.is_cut:
            moments.append(self._host.wire.ends_at("cut"))
        return min((self._host.real_seconds_until(at) for at in moments if at is not None), default=_LONG)

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await self._woken.wait()
        except TimeoutError:
            return

    def _connected(self) -> None:
        """Begin anew: what was under way with a former controller is gone with its connection."""
        again = self._host.wire.connected()
        self._begin()
        self._in.push(again[TO_MACHINE])
        self._out.push(again[TO_HOST])
        self._woken.set()

    def _disturbed(self) -> None:
        """Let what goes wrong with the connection happen now."""
        faults = self._host.wire
        if faults.resets != self._resets and self._wire is not None:
            self._resets = faults.resets
            self._wire.unplug()
        self._woken.set()

    def _mend(self) -> None:
        """Bring the line back once nothing cuts it."""
        wire = self._wire
        if wire is None or wire.is_plugged or self._host.wire.is_cut:
            return
        wire.plug()
        if isinstance(wire, PtyWire):
            self._connected()

    def _received(self, data: bytes) -> None:
        self._in.put(data)
        self._hear()
        now = time.monotonic()
        self._flush()
        if (
            self._session.has_request
            or self._session.wake(now) < self._sleeps_until
            or self._in.wake() is not None
            or self._out.wake() is not None
        ):
            self._woken.set()

    def _hear(self) -> None:
        data = self._in.take()
        if data:
            self._session.received(data, time.monotonic())

    def _flush(self) -> None:
        self._out.put(self._session.outgoing(time.monotonic()))
        data = self._out.take()
        if data and self._wire is not None:
            self._wire.write(data)


def _address(where: str, place: str) -> tuple[str, int]:
    address, _, port = place.rpartition(":")
    if not (port.isascii() and port.isdecimal()) or int(port) > _HIGHEST_PORT:
        message = f"{where}: the port is a number up to {_HIGHEST_PORT}"
        raise ValueError(message)
    return address, int(port)
