"""The relay before a TCP port: bytes pass as they are, and every fault of a connection happens to them."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from simulator.injection import injection_of, taken_back
from simulator.ports.relay import Relay
from simulator.ports.wire_faults import WireFaults

LONG = 2.0


class Echo(asyncio.Protocol):
    """Answers everything it hears with the same in capitals, and writes down what it heard."""

    heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        Echo.heard += data
        self.transport.write(data.upper())


@asynccontextmanager
async def relayed() -> AsyncIterator[tuple[Relay, WireFaults, int]]:
    Echo.heard = b""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Echo, "127.0.0.1", 0)
    faults = WireFaults(3, time.monotonic)
    relay = Relay("127.0.0.1", server.sockets[0].getsockname()[1], faults, lambda at: max(0.0, at - time.monotonic()))
    port = await relay.listen("127.0.0.1")
    try:
        yield relay, faults, port
    finally:
        await relay.close()
        server.close()
        await server.wait_closed()
        await asyncio.sleep(0.002)


def begin(faults: WireFaults, name: str, **values: int) -> None:
    faults.inject(injection_of(name, {key: str(value) for key, value in values.items()}))


async def connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", port)


async def said(reader: asyncio.StreamReader, count: int, seconds: float = LONG) -> bytes:
    data = b""
    with suppress(TimeoutError, OSError):
        async with asyncio.timeout(seconds):
            while len(data) < count and (piece := await reader.read(count - len(data))):
                data += piece
    return data


def test_bytes_pass_as_they_are() -> None:
    async def check() -> None:
        async with relayed() as (relay, _, port):
            reader, writer = await connected(port)
            data = bytes(range(128)) * 5_000
            writer.write(data)
            assert await said(reader, len(data)) == data.upper()
            assert relay.connections == 1
            writer.close()

    asyncio.run(check())


@pytest.mark.parametrize(("name", "back"), [("reset", True), ("cut", False)])
def test_a_connection_is_ended_and_another_is_possible_when_it_is_over(name: str, *, back: bool) -> None:
    async def check() -> None:
        async with relayed() as (relay, faults, port):
            reader, writer = await connected(port)
            writer.write(b"a")
            assert await said(reader, 1) == b"A"
            begin(faults, name, **({"for_ms": 60_000} if name == "cut" else {}))
            assert await said(reader, 1) == b""
            assert relay.connections == 0
            again, other = await connected(port)
            other.write(b"b")
            assert await said(again, 1) == (b"B" if back else b"")
            if not back:
                faults.inject(taken_back("cut"))
                again, third = await connected(port)
                third.write(b"c")
                assert await said(again, 1) == b"C"
                third.close()
            for one in (writer, other):
                one.close()

    asyncio.run(check())


def test_a_half_open_connection_stays_and_says_nothing() -> None:
    async def check() -> None:
        async with relayed() as (relay, faults, port):
            reader, writer = await connected(port)
            writer.write(b"a")
            assert await said(reader, 1) == b"A"
            begin(faults, "half_open", for_ms=0)
            writer.write(b"b")
            assert await said(reader, 1, 0.05) == b""
            assert Echo.heard == b"a"
            assert relay.connections == 1
            faults.inject(taken_back("half_open"))
            writer.write(b"c")
            assert await said(reader, 1) == b"C"
            writer.close()

    asyncio.run(check())


def test_a_stall_delays_and_loses_nothing() -> None:
    async def check() -> None:
        async with relayed() as (_, faults, port):
            reader, writer = await connected(port)
            begin(faults, "stall", for_ms=80)
            began = time.monotonic()
            writer.write(b"abc")
            assert await said(reader, 3) == b"ABC"
            assert time.monotonic() - began >= 0.07
            writer.close()

    asyncio.run(check())


def test_a_slow_connection_carries_so_many_bytes_a_second() -> None:
    async def check() -> None:
        async with relayed() as (_, faults, port):
            reader, writer = await connected(port)
            begin(faults, "slow", bytes_per_second=20_000)
            began = time.monotonic()
            writer.write(b"a" * 4_000)
            assert await said(reader, 4_000) == b"A" * 4_000
            assert time.monotonic() - began >= 0.17
            writer.close()

    asyncio.run(check())


def test_a_lost_reply_was_executed_and_the_connection_ends() -> None:
    async def check() -> None:
        async with relayed() as (_, faults, port):
            reader, writer = await connected(port)
            begin(faults, "reply_lost")
            writer.write(b"a")
            assert await said(reader, 1) == b""
            assert Echo.heard == b"a"
            writer.close()

    asyncio.run(check())


def test_old_bytes_come_again_after_reconnecting() -> None:
    async def check() -> None:
        async with relayed() as (_, faults, port):
            reader, writer = await connected(port)
            writer.write(b"abcd")
            assert await said(reader, 4) == b"ABCD"
            begin(faults, "replay_old", bytes=2)
            begin(faults, "reset")
            again, other = await connected(port)
            # What the machine said before, and its answer to what it is told again.
            assert await said(again, 4) == b"CDCD"
            for one in (writer, other):
                one.close()

    asyncio.run(check())


def test_a_machine_that_is_not_there_ends_the_connection() -> None:
    async def check() -> None:
        faults = WireFaults(3, time.monotonic)
        relay = Relay("127.0.0.1", 9, faults, lambda _at: 0.0)
        port = await relay.listen("127.0.0.1")
        reader, writer = await connected(port)
        assert await said(reader, 1) == b""
        writer.close()
        await relay.close()
        await asyncio.sleep(0.002)

    asyncio.run(check())
