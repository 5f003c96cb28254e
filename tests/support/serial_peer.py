"""A machine on a TCP port that answers what a test tells it to."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict, dataclass, field
from typing import Final

from hal.clock import SystemClock
from hal.driver import CONTRACT_VERSION, Lease
from hal.drivers.pplis.address import Address
from hal.drivers.pplis.driver import PplisDriver
from hal.status import Capabilities
from simulator.ports.lis_link import InstrumentLink, Timers
from simulator.ports.lis_records import Request, UnreadableError, read, write

Records = list[list[str]]

LEASE: Final = Lease("controller", 7)
CAPABILITIES: Final = Capabilities(
    contract=CONTRACT_VERSION,
    vendor="test",
    model="peer",
    serial_number="1",
    firmware="1",
    bays=1,
    tray_cells=1,
    pouch_units=8,
    pouch_volume_mm3=0,
    print_lines=1_000,
    print_columns=0,
    order_pouches=10,
    queue_depth=2,
    journal_depth=100,
    design_pouches_per_minute=60,
    journal=True,
    idempotent_load=True,
    encoder=True,
    tablet_counter=True,
    reject_gate=False,
    camera=False,
)
STATUS: Final[dict[str, object]] = {
    "state": "Idle",
    "boot_id": "b1",
    "last_seq": 3,
    "high_water": 0,
    "film": 0,
    "epoch": 1,
    "orders": [],
    "alarms": [],
    "pouches_per_minute": 60,
    "mode": 1,
    "journal_head": "",
    "acknowledged": {"boot_id": "", "seq": 0, "head": ""},
    "consumables": [],
    "command": 0,
}


def usual(request: Request) -> Records | None:
    """Answer as a machine without orders does."""
    ok = ["A", request.message_id, "OK"]
    match request.kind:
        case "HELLO":
            return [ok, ["K", json.dumps(asdict(CAPABILITIES))]]
        case "STATUS":
            return [ok, ["S", json.dumps(STATUS)]]
        case _:
            return [ok]


@dataclass
class Peer:
    """The machine's end. Everything a test may change is a public attribute."""

    reply: Callable[[Request], Records | None] = usual
    """The body of the answer; None for no answer."""
    garble: Callable[[list[bytes]], list[bytes]] = list
    """Changes the records of an answer on their way."""
    hear: Callable[[bytes], bytes] = bytes
    """Changes what the link hears."""
    deaf: bool = False
    requests: list[Request] = field(default_factory=list)
    heard: bytearray = field(default_factory=bytearray)
    connections: int = 0
    port: int = 0
    link: InstrumentLink = field(default_factory=lambda: InstrumentLink(Timers(0.01, 1.0)))
    transport: asyncio.Transport | None = None

    @property
    def uri(self) -> str:
        return f"pplis+socket://127.0.0.1:{self.port}?timers=0.01&patience=0.5"

    @property
    def kinds(self) -> list[str]:
        return [request.kind for request in self.requests]

    def impatient(self, seconds: float = 0.05) -> str:
        return self.uri.replace("patience=0.5", f"patience={seconds}")

    def send(self, kind: str, body: Records) -> None:
        records = write((f"p.{len(self.requests)}", "peer", "host", "b1", "", kind), body)
        self.link.submit(self.garble(records), time.monotonic())
        self.flush()

    def took(self, data: bytes) -> None:
        self.heard += data
        if self.deaf:
            return
        self.link.on_bytes(self.hear(data), time.monotonic())
        self.flush()
        while self.link.inbox:
            try:
                request = read(self.link.inbox.popleft())
            except UnreadableError:
                continue
            self.requests.append(request)
            body = self.reply(request)
            if body is not None:
                self.send("ANSWER", body)

    def flush(self) -> None:
        data = b"".join(self.link.output)
        self.link.output.clear()
        if data and self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)

    def hang_up(self) -> None:
        if self.transport is not None:
            self.transport.abort()

    def connected(self, transport: asyncio.Transport) -> None:
        self.connections += 1
        self.link = InstrumentLink(Timers(0.01, 1.0))
        self.transport = transport

    async def keep_time(self) -> None:
        while True:
            await asyncio.sleep(0.005)
            self.link.on_time(time.monotonic())
            self.flush()


class Wire(asyncio.Protocol):
    def __init__(self, peer: Peer) -> None:
        self.peer = peer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.peer.connected(transport)

    def data_received(self, data: bytes) -> None:
        self.peer.took(data)


@asynccontextmanager
async def serving() -> AsyncIterator[Peer]:
    peer = Peer()
    server = await asyncio.get_running_loop().create_server(lambda: Wire(peer), "127.0.0.1", 0)
    peer.port = server.sockets[0].getsockname()[1]
    timer = asyncio.create_task(peer.keep_time())
    try:
        yield peer
    finally:
        timer.cancel()
        peer.hang_up()
        server.close()
        await server.wait_closed()
        # Lets both ends of the connection finish closing.
        await asyncio.sleep(0.001)


Machine = Callable[[], AbstractAsyncContextManager[Peer]]


@asynccontextmanager
async def opened(uri: str) -> AsyncIterator[PplisDriver]:
    """A driver that holds the machine."""
    driver = PplisDriver(Address.parse(uri), SystemClock())
    await driver.open(LEASE)
    try:
        yield driver
    finally:
        await driver.close()
