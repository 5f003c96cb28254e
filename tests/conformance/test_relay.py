"""The kit's own relay: passes everything, and breaks exactly what it is told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from hal.conformance.relay import Relay, has_port, relayed


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1_000):
        writer.write(data)
    writer.close()


@asynccontextmanager
async def echoing() -> AsyncIterator[tuple[str, Relay]]:
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server, relayed(f"toy://user@127.0.0.1:{server.sockets[0].getsockname()[1]}/x?y=1") as pair:
        yield pair
        await asyncio.sleep(0.002)


class Caller:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def of(cls, uri: str) -> "Caller":
        port = int(uri.partition("127.0.0.1:")[2].partition("/")[0])
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def says(self, text: bytes) -> bytes:
        """Return what comes back: "" when the connection has ended, "..." when nothing comes."""
        try:
            async with asyncio.timeout(0.05):
                self._writer.write(text)
                return await self._reader.read(1_000)
        except TimeoutError:
            return b"..."
        except OSError:
            return b""

    def close(self) -> None:
        self._writer.close()


def test_everything_passes_and_is_counted() -> None:
    async def run() -> None:
        async with echoing() as (uri, relay):
            assert uri.startswith("toy://user@127.0.0.1:")
            assert uri.endswith("/x?y=1")
            caller = await Caller.of(uri)
            assert await caller.says(b"abc") == b"abc"
            assert relay.sent == 3
            caller.close()

    asyncio.run(run())


def test_a_cut_ends_what_is_there_and_lets_new_ones_in() -> None:
    async def run() -> None:
        async with echoing() as (uri, relay):
            caller = await Caller.of(uri)
            assert await caller.says(b"a") == b"a"
            relay.cut()
            assert await caller.says(b"b") == b""
            caller.close()
            again = await Caller.of(uri)
            assert await again.says(b"c") == b"c"
            again.close()

    asyncio.run(run())


def test_shut_lets_nobody_in_until_it_is_healed() -> None:
    async def run() -> None:
        async with echoing() as (uri, relay):
            relay.shut()
            caller = await Caller.of(uri)
            assert await caller.says(b"a") == b""
            caller.close()
            relay.heal()
            again = await Caller.of(uri)
            assert await again.says(b"b") == b"b"
            again.close()

    asyncio.run(run())


def test_stalled_swallows_both_ways_and_keeps_the_connection() -> None:
    async def run() -> None:
        async with echoing() as (uri, relay):
            caller = await Caller.of(uri)
            assert await caller.says(b"a") == b"a"
            relay.stall()
            assert await caller.says(b"b") == b"..."
            relay.heal()
            assert await caller.says(b"c") == b"c"
            assert relay.sent == 3
            caller.close()

    asyncio.run(run())


def test_muted_swallows_answers_from_a_certain_byte_on() -> None:
    async def run() -> None:
        async with echoing() as (uri, relay):
            caller = await Caller.of(uri)
            relay.mute(after=2)
            assert await caller.says(b"a") == b"a"
            assert await caller.says(b"b") == b"..."
            relay.heal()
            assert await caller.says(b"c") == b"c"
            caller.close()

    asyncio.run(run())


def test_a_machine_that_is_not_there_is_not_there_through_the_relay() -> None:
    async def run() -> None:
        async with relayed("toy://127.0.0.1:1/") as (uri, _):
            caller = await Caller.of(uri)
            assert await caller.says(b"a") == b""
            caller.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("uri", "is_so"),
    [
        ("opc.tcp://127.0.0.1:4840/", True),
        ("pplis+socket://[::1]:5001?baud=9600", True),
        ("pplis:///dev/ttyUSB0", False),
        ("toy://host", False),
        ("toy://host:many", False),
        ("nothing", False),
    ],
)
def test_a_relay_needs_a_host_and_a_port(uri: str, is_so: bool) -> None:  # noqa: FBT001 - a table
    assert has_port(uri) is is_so


def test_no_relay_without_a_port() -> None:
    async def run() -> None:
        async with relayed("pplis:///dev/ttyUSB0"):
            pass

    with pytest.raises(ValueError, match="no host and port"):
        asyncio.run(run())
