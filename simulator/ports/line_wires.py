"""The ends of a line that a simulated machine can offer: a pseudo-terminal under a fixed path, or a TCP port."""

import asyncio
import contextlib
import errno
import os
import termios
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from simulator.ports.uart import Setting, heard

_READ_BYTES: Final = 65_536
_LARGEST_BACKLOG_BYTES: Final = 65_536
_DEVICES: Final = ("/", "dev")
_SPEED_AT: Final = 5
"""Where the speed stands in what `tcgetattr` returns."""
_BAUD_OF: Final = {
    getattr(termios, f"B{baud}"): baud
    for baud in (300, 1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200, 230_400)
}

Receive = Callable[[bytes], None]
Connected = Callable[[], None]


class Wire(Protocol):
    """One end of a line, once opened."""

    @property
    def is_plugged(self) -> bool:
        """Whether the line is there at all."""
        ...

    def write(self, data: bytes) -> None:
        """Put bytes on the line; nobody may be there to read them."""
        ...

    async def close(self) -> None:
        """Take the line away for good."""
        ...

    def unplug(self) -> None:
        """Take the line away until `plug`; whoever uses it notices."""
        ...

    def plug(self) -> None:
        """Bring the line back under its fixed path or port."""
        ...


class PtyWire:
    """A pseudo-terminal under a fixed path, as a USB port is found by its id whatever number it has.

    Bytes that nobody reads are dropped, as on a cable that ends nowhere. With `machine`, bytes are garbled while the
    terminal is set to another speed.

    Raises:
        OSError: something that is no terminal stands under the path, or it cannot be made.
    """

    def __init__(self, link: Path, receive: Receive, machine: Setting | None = None) -> None:
        self._link = link
        self._receive = receive
        self._machine = machine
        self._backlog = bytearray()
        self.is_plugged = False
        self._master = self._slave = -1
        self._target = ""
        self.plug()

    def plug(self) -> None:
        """Bring the line back; the terminal behind the path may have another number."""
        if self.is_plugged:
            return
        self._spare()
        # Our own hold on the slave keeps the line up while no controller has it open.
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        if self._machine is not None:
            _set_speed(self._slave, self._machine.baud)
        os.set_blocking(self._master, False)
        self._target = os.ttyname(self._slave)
        self.is_plugged = True
        asyncio.get_running_loop().add_reader(self._master, self._readable)
        self._publish()

    def unplug(self) -> None:
        """Take the line away; a read on it fails as on a port that was pulled."""
        if not self.is_plugged:
            return
        self.is_plugged = False
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._master)
        loop.remove_writer(self._master)
        self._backlog.clear()
        with contextlib.suppress(OSError):
            if self._link.readlink() == Path(self._target):
                self._link.unlink()
        os.close(self._master)
        os.close(self._slave)

    def _spare(self) -> None:
        """Take over the path of a former terminal, and of nothing else: what is there may be somebody's file."""
        is_terminal = self._link.is_symlink() and self._link.readlink().parts[:2] == _DEVICES
        if not is_terminal and (self._link.is_symlink() or self._link.exists()):
            raise FileExistsError(errno.EEXIST, "something that is no terminal is there already", str(self._link))

    def _publish(self) -> None:
        """Point the fixed path at this terminal, in one step, so that no reader ever finds it missing or half done."""
        self._link.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._link.with_name(f".{self._link.name}.{os.getpid()}")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(self._target)
        fresh.replace(self._link)

    def write(self, data: bytes) -> None:
        """Put bytes on the line."""
        if not self.is_plugged:
            return
        if len(self._backlog) > _LARGEST_BACKLOG_BYTES:
            self._backlog.clear()
        if self._machine is not None:
            data = heard(data, self._machine, self._host_setting(self._machine))
        self._backlog += data
        self._writable()

    async def close(self) -> None:
        """Take the line away."""
        self.unplug()

    def _host_setting(self, machine: Setting) -> Setting:
        """Return how the host has set the terminal; a pseudo-terminal keeps the speed, though it has none itself."""
        speed = termios.tcgetattr(self._slave)[_SPEED_AT]
        same = speed == _speed_of(machine.baud) or not _speed_of(machine.baud)
        return machine if same else Setting(_BAUD_OF.get(speed, 1))

    def _readable(self) -> None:
        with contextlib.suppress(BlockingIOError):
            data = os.read(self._master, _READ_BYTES)
            if self._machine is not None:
                data = heard(data, self._host_setting(self._machine), self._machine)
            self._receive(data)

    def _writable(self) -> None:
        with contextlib.suppress(BlockingIOError):
            del self._backlog[: os.write(self._master, self._backlog)]
        loop = asyncio.get_running_loop()
        if self._backlog:
            loop.add_writer(self._master, self._writable)
        else:
            loop.remove_writer(self._master)


def _speed_of(baud: int) -> int:
    """Return the number by which termios knows a speed; that of no speed for one that it does not know."""
    return int(getattr(termios, f"B{baud}", termios.B0))


def _set_speed(terminal: int, baud: int) -> None:
    attributes = termios.tcgetattr(terminal)
    attributes[_SPEED_AT - 1] = attributes[_SPEED_AT] = _speed_of(baud) or attributes[_SPEED_AT]
    termios.tcsetattr(terminal, termios.TCSANOW, attributes)


class TcpWire:
    """A TCP port for one controller at a time; whoever comes while one is there is turned away."""

    def __init__(self, receive: Receive, connected: Connected) -> None:
        self._receive = receive
        self._connected = connected
        self._server: asyncio.Server | None = None
        self._client: asyncio.Transport | None = None
        self.is_plugged = True

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

    def unplug(self) -> None:
        """Turn everybody away, also the one who is there."""
        self.is_plugged = False
        if self._client is not None:
            self._client.abort()

    def plug(self) -> None:
        """Take a client again."""
        self.is_plugged = True

    def came(self, client: asyncio.Transport) -> bool:
        """Take a client when there is none; tell whether it was taken."""
        if self._client is not None or not self.is_plugged:
            client.abort()
            return False
        self._client = client
        self._connected()
        return True

    def sent(self, data: bytes) -> None:
        """Take bytes from the client."""
        self._receive(data)

    def hang_up(self) -> None:
        """End the connection of the client that is there."""
        if self._client is not None:
            self._client.abort()

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
