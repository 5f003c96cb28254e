"""Floods of packets, chunks, connections, sessions and nested values: bounded in memory, and the service goes on."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from asyncua.client import ua_client
from asyncua.client.client import Client
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uaerrors._base import UaError, UaStatusCodeError
from asyncua.ua.uaprotocol_auto import (
    CallMethodRequest,
    CreateSubscriptionParameters,
    MonitoredItemCreateRequest,
    ReadValueId,
)
from asyncua.ua.uatypes import NodeId, Variant, VariantType

from hal.drivers.opcua.security import hardened_client

from .opcua_secure import QUICK

MOST_GROWTH = 50_000_000
FLOOD = 200_000_000
HELLO = b"HELF\x1e\x00\x00\x00" + b"\x00" * 4 + b"\xff\xff\x00\x00" * 2 + b"\x00" * 8 + b"\xff" * 4
PACKET = 65_000
SESSIONS = int(os.environ.get("CAMPAIGN_SESSIONS", "2000"))


class Flooded:
    """A process that is flooded."""

    def __init__(self, kind: str, address: str) -> None:
        script = Path(__file__).with_name("opcua_flooded.py")
        self._process = subprocess.Popen(  # noqa: S603 - this very interpreter
            [sys.executable, str(script), kind, address],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )

    def resident(self) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def end(self) -> None:
        self._process.communicate(timeout=20)


class Target(Flooded):
    """A server, spoken to from here."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        super().__init__("server", str(self.port))
        self.before = self.resident()

    def client(self) -> Client:
        return hardened_client(f"opc.tcp://127.0.0.1:{self.port}/", QUICK)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def check(self) -> None:
        """It has not grown much, and serves who comes."""

        async def scene() -> None:
            for _ in range(100):
                with contextlib.suppress(OSError, UaError):
                    async with self.client() as client:
                        assert await client.get_namespace_array()
                        return
                await asyncio.sleep(0.05)
            pytest.fail("nobody is served any more")

        asyncio.run(scene())
        assert self.resident() - self.before < MOST_GROWTH


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    target = Target()
    yield target
    target.end()


def send_until_closed(line: socket.socket, data: bytes, most: int = FLOOD) -> int:
    """Send `data` again and again; return how many bytes went before the other side closed."""
    sent = 0
    with contextlib.suppress(OSError):
        while sent < most:
            line.sendall(data)
            sent += len(data)
    return sent


def chunk(sequence: int, size: int = PACKET) -> bytes:
    """Return a chunk of a message that goes on, of nobody's channel."""
    body = (0).to_bytes(4, "little") * 2 + sequence.to_bytes(4, "little") + (1).to_bytes(4, "little") + b"\x00" * size
    return b"MSGC" + (len(body) + 8).to_bytes(4, "little") + body


def test_a_packet_that_says_it_is_endless_is_not_collected(target: Target) -> None:
    for kind in (b"MSGF", b"OPNF", b"HELF", b"XXXF"):
        with target.connect() as line:
            line.sendall(kind + b"\xff\xff\xff\x7f")
            assert send_until_closed(line, b"\x00" * PACKET) < FLOOD / 10
    target.check()


def test_a_message_of_endless_chunks_is_ended(target: Target) -> None:
    with target.connect() as line:
        line.sendall(HELLO)
        sent = 0
        with contextlib.suppress(OSError):
            for sequence in range(1, FLOOD // PACKET):
                line.sendall(chunk(sequence))
                sent += PACKET
        assert sent < FLOOD / 5
    target.check()


def test_bytes_that_are_no_packets_end_the_connection(target: Target) -> None:
    for noise in (
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x00" * 64,
        b"MSGF\x08\x00\x00\x00",
        b"OPNF\x10\x00\x00\x00" + b"\xff" * 8,
    ):
        with target.connect() as line:
            assert send_until_closed(line, noise, 1_000_000) <= 1_000_000
    target.check()


def test_many_connections_are_turned_away_and_the_idle_ones_end(target: Target) -> None:
    lines = [target.connect() for _ in range(200)]
    open_lines = 0
    for line in lines:
        line.settimeout(0.02)
        try:
            open_lines += line.recv(1) != b""
        except TimeoutError:
            open_lines += 1
        except OSError:
            pass
    assert open_lines <= 10
    # Those who say nothing more hold their place for five seconds, and nobody for longer.
    for line in lines:
        line.close()
    target.check()


def test_thousands_of_sessions_on_one_connection(target: Target) -> None:
    async def scene() -> None:
        client = target.client()
        await client.connect_sessionless()
        await client.create_session()
        refused = 0
        for _ in range(SESSIONS // 100):
            results = await asyncio.gather(*(client.create_session() for _ in range(100)), return_exceptions=True)
            codes = {getattr(result, "code", None) for result in results}
            if codes != {StatusCodes.BadTooManySessions}:
                break
            refused += len(results)
        # All of them refused, or the connection ended for asking too much at once.
        assert refused == SESSIONS or all(isinstance(result, OSError | UaError) for result in results)
        client.disconnect_socket()
        await asyncio.sleep(0)

    asyncio.run(scene())
    target.check()


def test_subscriptions_and_items_are_bounded(target: Target) -> None:
    async def scene() -> None:
        async with target.client() as client:
            for _ in range(20):
                await client.create_subscription(CreateSubscriptionParameters(RequestedPublishingInterval=1000.0))
            with pytest.raises(UaStatusCodeError) as caught:
                await client.create_subscription(CreateSubscriptionParameters(RequestedPublishingInterval=1000.0))
            assert caught.value.code == StatusCodes.BadTooManySubscriptions
        async with target.client() as client:
            subscription = await client.create_subscription(1000)
            request = MonitoredItemCreateRequest(ItemToMonitor=ReadValueId(NodeId=NodeId(2258), AttributeId=13))
            with pytest.raises(UaStatusCodeError) as caught:
                await subscription.create_monitored_items([request] * 10_000)
            assert caught.value.code == StatusCodes.BadTooManyMonitoredItems

    asyncio.run(scene())
    target.check()


def test_variants_inside_variants_are_answered_with_an_error(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    nested = b"\x98\x01\x00\x00\x00" * 10_000 + b"\x01\x01"
    marker = b"\x0f" + (len(nested) - 5).to_bytes(4, "little") + b"\x07" * (len(nested) - 5)
    real = ua_client.struct_to_binary
    monkeypatch.setattr(ua_client, "struct_to_binary", lambda message: real(message).replace(marker, nested))
    bomb = Variant(b"\x07" * (len(nested) - 5), VariantType.ByteString)

    async def scene() -> None:
        async with target.client() as client:
            call = CallMethodRequest(ObjectId=NodeId(2253), MethodId=NodeId(11492), InputArguments=[bomb])
            with pytest.raises((UaError, OSError)):
                await client.uaclient.call([call])

    asyncio.run(scene())
    target.check()


@pytest.mark.parametrize(
    "flood",
    [b"ACKF\xff\xff\xff\x7f", b"HTTP/1.1 200 OK\r\n\r\n"],
    ids=["acknowledge", "another protocol"],
)
def test_a_driver_does_not_collect_what_a_server_pours_out(flood: bytes) -> None:
    async def pour(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        poured.append(0)
        with contextlib.suppress(OSError):
            writer.write(flood)
            while poured[-1] < FLOOD:
                writer.write(b"\x00" * PACKET)
                await writer.drain()
                poured[-1] += PACKET
        writer.close()

    async def scene() -> int:
        async with await asyncio.start_server(pour, "127.0.0.1", 0) as server:
            uri = f"opc.tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
            driver = Flooded("client", uri)
            before = await asyncio.to_thread(driver.resident)
            for _ in range(200):
                if len(poured) > 5:
                    break
                await asyncio.sleep(0.05)
            after = await asyncio.to_thread(driver.resident)
            await asyncio.to_thread(driver.end)
        return after - before

    poured: list[int] = []
    assert asyncio.run(scene()) < MOST_GROWTH
    assert len(poured) > 5
    assert max(poured) < FLOOD / 10
