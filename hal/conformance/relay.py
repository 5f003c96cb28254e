"""A TCP relay before a machine: the kit's own tamper hand for URIs that have a host and a port."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit, urlunsplit

_CHUNK = 65_536
_LOOPBACK = "127.0.0.1"


class Relay:
    """Passes bytes between drivers and a machine, knowing nothing of what they mean; see `hands.Tamper`."""

    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
        self._writers: set[asyncio.StreamWriter] = set()
        self._pairs: set[asyncio.Task[None]] = set()
        self._sent = 0
        self._deaf_from: int | None = None
        self._is_shut = False
        self._is_stalled = False

    @property
    def sent(self) -> int:
        """Bytes that drivers have sent."""
        return self._sent

    def cut(self) -> None:
        """Break every connection."""
        for writer in self._writers:
            writer.transport.abort()

    def shut(self) -> None:
        """Break every connection and take no new one."""
        self._is_shut = True
        self.cut()

    def stall(self) -> None:
        """Swallow both ways."""
        self._is_stalled = True

    def mute(self, after: int = 0) -> None:
        """Swallow what the machine says, from `after` more bytes to it on."""
        self._deaf_from = self._sent + after

    def heal(self) -> None:
        """Let everything through again."""
        self._is_shut = self._is_stalled = False
        self._deaf_from = None

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one driver until either side ends."""
        far: asyncio.StreamWriter | None = None
        task = asyncio.current_task()
        if task is not None:
            self._pairs.add(task)
        try:
            if self._is_shut:
                return
            far_reader, far = await asyncio.open_connection(*self._target)
            self._writers |= {writer, far}
            await asyncio.gather(self._to_machine(reader, far), self._from_machine(far_reader, writer))
        except OSError:
            # Whoever came is turned away, as by the machine's own port.
            return
        finally:
            for one in (writer, far):
                if one is not None:
                    one.transport.abort()
                    self._writers.discard(one)
            if task is not None:
                self._pairs.discard(task)

    async def ended(self) -> None:
        """Break every connection and wait until nothing is left of them."""
        self.shut()
        await asyncio.gather(*self._pairs, return_exceptions=True)

    async def _to_machine(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(_CHUNK):
                self._sent += len(data)
                if not self._is_stalled:
                    writer.write(data)
        self._end(writer)

    async def _from_machine(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(_CHUNK):
                is_deaf = self._deaf_from is not None and self._sent >= self._deaf_from
                if not self._is_stalled and not is_deaf:
                    writer.write(data)
        self._end(writer)

    def _end(self, writer: asyncio.StreamWriter) -> None:
        # Half open means that not even an end is heard.
        if not self._is_stalled:
            writer.close()


def has_port(uri: str) -> bool:
    """Tell whether a URI names a host and a port, so that a relay can stand before it."""
    try:
        parts = urlsplit(uri)
        return bool(parts.hostname) and parts.port is not None
    except ValueError:
        return False


@asynccontextmanager
async def relayed(uri: str) -> AsyncGenerator[tuple[str, Relay]]:
    """Put a relay before the host and port of `uri`, and give the URI of the relay instead.

    Raises:
        ValueError: `uri` has no host and port.
        OSError: no port is free.
    """
    parts = urlsplit(uri)
    if not parts.hostname or parts.port is None:
        message = f"{uri} has no host and port"
        raise ValueError(message)
    relay = Relay(parts.hostname, parts.port)
    server = await asyncio.start_server(relay.connected, _LOOPBACK, 0)
    try:
        port = server.sockets[0].getsockname()[1]
        user, at, _ = parts.netloc.rpartition("@")
        yield urlunsplit(parts._replace(netloc=f"{user}{at}{_LOOPBACK}:{port}")), relay
    finally:
        server.close()
        await relay.ended()
