"""The machine behind an RFC 2217 server: our driver and pyserial's own client, at the right speed and at others."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Self

import pytest
import serial
from serial import rfc2217

from hal.clock import SystemClock
from hal.driver import Lease
from hal.drivers.pplis.actions import Delivered, Send
from hal.drivers.pplis.address import Address
from hal.drivers.pplis.driver import PplisDriver
from hal.drivers.pplis.link import HostLink
from hal.drivers.pplis.records import Message, decode, encode
from hal.drivers.pplis.timers import LinkTimers
from hal.errors import UnreachableError
from simulator.host import Host
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.ports.line import serve_line
from simulator.spec import BaySpec, MachineSpec

BAUD = 38_400
# What pyserial 3.5 calls on its reader thread.
pytestmark = pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")
SPEC = MachineSpec(id="S1", wire="serial", bays=(BaySpec(1, "C1", "F1", "28100000101", 50),))


def unused_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """A machine behind an RFC 2217 port, on a loop of its own."""

    def __init__(self) -> None:
        self.port = unused_port()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))

    async def _serve(self) -> None:
        self._task = asyncio.current_task()
        host = Host(Machine(SPEC, InMemory()), speed=60)
        running = asyncio.create_task(host.run())
        try:
            await serve_line(host, f"rfc2217:127.0.0.1:{self.port}", BAUD, 0.02, self._ready.set)
        except asyncio.CancelledError:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._task is not None
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(10)
        self._loop.close()


@pytest.fixture
def served() -> Iterator[Served]:
    with Served() as one:
        yield one


def uri(served: Served, baud: int, patience: float = 5) -> str:
    return f"pplis+rfc2217://127.0.0.1:{served.port}?baud={baud}&timers=0.02&patience={patience}"


def test_our_driver_sets_the_speed_and_reads_the_machine(served: Served) -> None:
    async def check() -> None:
        driver = PplisDriver(Address.parse(uri(served, BAUD)), SystemClock())
        assert (await driver.open(Lease("c", 1))).bays == 1
        assert [bay.canister_id for bay in await driver.read_bays()] == ["C1"]
        await driver.close()

    asyncio.run(check())


@pytest.mark.parametrize("baud", [9_600, 115_200])
def test_at_another_speed_nothing_verifies(served: Served, baud: int) -> None:
    async def check() -> None:
        driver = PplisDriver(Address.parse(uri(served, baud, 0.5)), SystemClock())
        with pytest.raises(UnreachableError):
            await driver.open(Lease("c", 1))
        # The port itself is well: at the right speed the same machine answers.
        right = PplisDriver(Address.parse(uri(served, BAUD)), SystemClock())
        await right.open(Lease("c", 1))
        await right.close()

    asyncio.run(check())


def client(served: Served, **settings: object) -> rfc2217.Serial:
    return rfc2217.Serial(f"rfc2217://127.0.0.1:{served.port}", timeout=0.01, **settings)


def ask(port: serial.SerialBase, kind: str, seconds: float = 5.0) -> list[tuple[str, ...]] | None:
    """Ask one thing as a host does, but with pyserial below; None when the machine does not understand."""
    link = HostLink(LinkTimers.fast(0.02, BAUD))
    records = encode(Message("h.1", "host", "machine", "", "", kind, ()))
    actions = link.send(records, time.monotonic())
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for action in actions:
            match action:
                case Send(data):
                    port.write(data)
                case Delivered(data):
                    message = decode(data)
                    if message.kind == "ANSWER":
                        return list(message.body)
                case _:
                    pass
        actions = link.feed(port.read(max(1, port.in_waiting)), time.monotonic())
        actions += link.tick(time.monotonic())
    return None


def test_pyserials_client_reads_the_machine(served: Served) -> None:
    with closing(client(served, baudrate=BAUD)) as port:
        records = ask(port, "BAYS")
        assert records == [("A", "h.1", "OK"), ("B", "1", "C1", "F1", "28100000101", "50")]


@pytest.mark.parametrize("wrong", [{"baudrate": 9_600}, {"parity": serial.PARITY_EVEN}, {"bytesize": serial.SEVENBITS}])
def test_pyserials_client_reads_garbage_with_another_setting(served: Served, wrong: dict[str, object]) -> None:
    with closing(client(served, **{"baudrate": BAUD, **wrong})) as port:
        assert ask(port, "BAYS", 0.3) is None


def test_a_second_client_is_turned_away_and_the_first_goes_on(served: Served) -> None:
    with closing(client(served, baudrate=BAUD)) as port:
        with closing(socket.create_connection(("127.0.0.1", served.port))) as second:
            assert second.recv(100) == b""
        assert ask(port, "BAYS") is not None
