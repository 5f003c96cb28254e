"""Drivers as the product makes them, on the world's wires instead of real ones."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from hal.driver import MachineDriver
from hal.drivers.pplis.address import Address
from hal.drivers.pplis.driver import PplisDriver
from hal.drivers.pplis.line import Yields
from hal.drivers.pplis.records import Message, Record
from hal.errors import OutcomeUnknownError
from hal.transport.serial import CONNECT_SECONDS, Opener
from hal.wire import pplis
from tests.world.controllers import WallClock
from tests.world.machines import TIMERS, Box
from tests.world.net import End, Network

WRITES: Final = frozenset({pplis.LOAD, pplis.START, pplis.PAUSE, pplis.STOP})


def driver_for(box: Box, network: Network, clock: WallClock, resent: list[str]) -> MachineDriver:
    """Return the driver for a machine; `resent` hears of commands that go out a second time."""
    if box.spec.wire == "serial":
        address = Address(f"line-{box.port}", box.spec.baud, TIMERS)
        return _Driver(address, clock, _opener(network, box.port), resent)
    from hal.drivers.opcua.driver import OpcUaDriver  # noqa: PLC0415 - a second to import, for few worlds

    return OpcUaDriver(f"opc.tcp://127.0.0.1:{box.port}/", clock)


def _opener(network: Network, port: int) -> Opener:
    async def open_line(
        _url: str, _baud: int, received: Callable[[bytes], None], lost: Callable[[str], None]
    ) -> "Line":
        async with asyncio.timeout(CONNECT_SECONDS):
            end, _ = await network.connect(lambda: _LineProtocol(received, lost), port)
        return Line(end)

    return open_line


class _Driver(PplisDriver):
    """The real driver, and a note of every command that goes out right after one that got no answer."""

    def __init__(self, address: Address, clock: WallClock, opener: Opener, resent: list[str]) -> None:
        super().__init__(address, clock, opener)
        self._resent = resent
        self._unanswered = False

    async def _exchange(self, kind: str, body: Sequence[Record], yields: Yields = Yields.NEVER) -> Message:
        is_write = kind in WRITES
        if is_write and self._unanswered:
            self._resent.append(f"{kind} after a command without an answer, and nothing was read between them")
        try:
            answer = await super()._exchange(kind, body, yields)
        except OutcomeUnknownError:
            self._unanswered = is_write
            raise
        self._unanswered = False
        return answer


@dataclass
class Line:
    """An open line, as a driver uses it."""

    end: End

    def write(self, data: bytes) -> None:
        if self.end.is_closing():
            raise OSError("the line is closed")
        self.end.write(data)

    async def close(self) -> None:
        self.end.abort()
        await asyncio.sleep(0)


@dataclass
class _LineProtocol(asyncio.Protocol):
    received: Callable[[bytes], None]
    lost: Callable[[str], None]

    def data_received(self, data: bytes) -> None:
        self.received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost(f"the line broke: {exc}")
