"""The ends of a line that a simulated machine can offer: a pseudo-terminal under a fixed path, or a TCP port."""

import asyncio
import contextlib
import os
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

_READ_BYTES: Final = 65_536
_LARGEST_BACKLOG_BYTES: Final = 65_536

Receive = Callable[[bytes], None]
Connected = Callable[[], None]


class Wire(Protocol):
    """One end of a line, once opened."""

    def write(self, data: bytes) -> None:
        """Put bytes on the line; nobody may be there to read them."""
        ...

    async def close(self) -> None:
        """Take the line away, as if it were unplugged."""
        ...


class PtyWire:
    """A pseudo-terminal. Bytes that nobody reads are dropped, as on a cable that ends nowhere."""

    def __init__(self, link: Path, receive: Receive) -> None:
        self._link = link
        self._receive = receive
        # Our own hold on the slave keeps the line up while no controller has it open.
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._backlog = bytearray()
        self._target = os.ttyname(self._slave)
        asyncio.get_running_loop().add_reader(self._master, self._readable)
        self._publish()

    def _publish(self) -> None:
        """Point the fixed path at this terminal, in one step, so that no reader ever finds it missing or half done."""
        self._link.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._link.with_name(f".{self._link.name}.{os.getpid()}")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(self._target)
        fresh.replace(self._link)

    def write(self, data: bytes) -> None:
        """Put bytes on the line."""
        if len(self._backlog) > _LARGEST_BACKLOG_BYTES:
            self._backlog.clear()
        self._backlog += data
        self._writable()

    async def close(self) -> None:
        """Take the line away."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._master)
        loop.remove_writer(self._master)
        with contextlib.suppress(OSError):
            if self._link.readlink() == Path(self._target):
                self._link.unlink()
        os.close(self._master)
        os.close(self._slave)

    def _readable(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._receive(os.read(self._master, _READ_BYTES))

    def _writable(self) -> None:
        with contextlib.suppress(BlockingIOError):
            del self._backlog[: os.write(self._master, self._backlog)]
        loop = asyncio.get_running_loop()
        if self._backlog:
            loop.add_writer(self._master, self._writable)
        else:
            loop.remove_writer(self._master)


class TcpWire:
    """A TCP port for one controller at a time; whoever comes while one is there is turned away."""

    def __init__(self, receive: Receive, connected: Connected) -> None:
        self._receive = receive
        self._connected = connected
        self._server: asyncio.Server | None = None
        self._client: asyncio.Transport | None = None

    async def listen(self, host: str, port: int) -> int:
        """Listen, and return the port (chosen by the system when `port` is 0).

        Raises:
            OSError: the port is taken.
        """
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Client(self), host, port)
        return int(self._server.sockets[0].getsockname()[1])

    def write(self, data: bytes) -> None:
        """Put bytes on the line."""
        if self._client is not None and self._client.get_write_buffer_size() <= _LARGEST_BACKLOG_BYTES:
            self._client.write(data)

    async def close(self) -> None:
        """Take the line away."""
        if self._client is not None:
            self._client.abort()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def came(self, client: asyncio.Transport) -> bool:
        """Take a client when there is none; tell whether it was taken."""
        if self._client is not None:
            client.abort()
            return False
        self._client = client
        self._connected()
        return True

    def sent(self, data: bytes) -> None:
        """Take bytes from the client."""
        self._receive(data)

    def went(self) -> None:
        """Note that the client has gone."""
        self._client = None


class _Client(asyncio.Protocol):
    def __init__(self, wire: TcpWire) -> None:
        self._wire = wire
        self._taken = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._taken = self._wire.came(transport)

    def data_received(self, data: bytes) -> None:
        if self._taken:
            self._wire.sent(data)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if self._taken:
            self._wire.went()
