"""A simulated machine on OPC UA behind a relay that a test can cut, swallow and heal."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from hal.clock import SystemClock
from hal.driver import Lease
from hal.drivers.opcua.driver import OpcUaDriver
from hal.drivers.opcua.security import Timeouts
from hal.journal import Cursor, JournalEntry
from hal.orders import BayPick, PackingOrder, PouchOrder
from hal.status import Capabilities, OrderState, capabilities_digest
from simulator.host import Host
from simulator.keys import Security
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.ports.opcua import serve_opcua
from simulator.spec import BaySpec, MachineSpec

SPEC = MachineSpec(
    "m1", (BaySpec(1, "C1", "F1", "28100000001", 100_000),), vendor="Værk", queue_depth=4, warm_up_ms=100, print_lines=4
)
SPEED = 400.0


class Wire:
    """A TCP relay to the machine: `swallow` drops both ways, `cut` closes every connection."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._writers: set[asyncio.StreamWriter] = set()
        self.swallow = False
        self.from_machine = True
        self.lost_after = b""
        """Once this went to the machine, nothing comes back from it."""
        self.swallowed = asyncio.Event()
        self.heard: bytearray | None = None
        """What went to the machine, when somebody listens."""

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()
        self.cut()
        await asyncio.sleep(0)

    def cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            # The machine is off: whoever came is turned away, as by the machine's own port.
            writer.transport.abort()
            return
        self._writers |= {writer, far_writer}
        try:
            await asyncio.gather(self._pump(reader, far_writer, back=False), self._pump(far_reader, writer, back=True))
        finally:
            for one in (writer, far_writer):
                one.transport.abort()
                self._writers.discard(one)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, back: bool) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                if self.heard is not None and not back:
                    self.heard += data
                if not back and self.lost_after and self.lost_after in data:
                    self.from_machine = False
                if not self.swallow and (self.from_machine or not back):
                    writer.write(data)
                else:
                    self.swallowed.set()
        writer.close()


@dataclass
class Bench:
    runner: asyncio.Runner
    wire: Wire
    endpoint: str
    memory: InMemory = field(default_factory=InMemory)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    epoch: int = 0
    security: Security | None = None
    folder: Path | None = None
    timeouts: Timeouts | None = None

    def driver(self) -> OpcUaDriver:
        return OpcUaDriver(f"opc.tcp://127.0.0.1:{self.wire.port}/", SystemClock(), self.timeouts, self.folder)

    def lease(self) -> Lease:
        self.epoch += 1
        return Lease("test", self.epoch)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[tuple[OpcUaDriver, Capabilities]]:
        driver = self.driver()
        try:
            yield driver, await driver.open(self.lease())
        finally:
            await driver.close()

    async def order(self, driver: OpcUaDriver, capabilities: Capabilities, pouches: int = 3) -> PackingOrder:
        status = await driver.read_status()
        picks = (BayPick(1, "C1", "F1", "28100000001", 2),)
        content = tuple(
            PouchOrder(number, f"S{number}", ("Æble",), picks if number else ()) for number in range(pouches)
        )
        return PackingOrder(
            f"order-{status.high_water + 1}",
            status.high_water + 1,
            self.epoch,
            capabilities_digest(capabilities),
            content,
        )

    async def serve(self) -> None:
        """Power the machine up, with what its memory holds."""
        up = asyncio.Event()
        host = Host(Machine(SPEC, self.memory), SPEED)
        self.tasks = [
            asyncio.ensure_future(host.run()),
            asyncio.ensure_future(serve_opcua(host, self.endpoint, up.set, self.security)),
        ]
        waiting = asyncio.ensure_future(up.wait())
        await asyncio.wait([waiting, *self.tasks], return_when=asyncio.FIRST_COMPLETED)
        assert up.is_set()

    async def halt(self) -> None:
        """Cut the machine's power."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def read_on(driver: OpcUaDriver, cursor: Cursor, limit: int = 7) -> list[JournalEntry]:
    entries: list[JournalEntry] = []
    while batch := await driver.journal_after(cursor, limit):
        entries += batch
        cursor = Cursor(batch[-1].boot_id, batch[-1].seq)
    return entries


async def until(driver: OpcUaDriver, number: int, state: OrderState) -> None:
    """Wait for an order's state by the doorbell, as the controller does."""
    bell = driver.doorbell()
    async with asyncio.timeout(20):
        async for _ in bell:
            orders = (await driver.read_status()).orders
            if any(order.number == number and order.state is state for order in orders):
                break
    await bell.aclose()
