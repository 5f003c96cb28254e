"""Bytes over a serial line: a tty or pty by its path, `socket://host:port`, or `rfc2217://host:port`."""

import asyncio
import fcntl
import termios
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import serialx

CONNECT_SECONDS: Final = 5.0


class OpenLine(Protocol):
    """An open line, as a driver uses it."""

    def write(self, data: bytes) -> None:
        """Put `data` on the line, without waiting.

        Raises:
            OSError: the line is gone.
        """
        ...

    async def close(self) -> None:
        """Close the line; bytes not yet written may be dropped."""
        ...


Opener = Callable[[str, int, Callable[[bytes], None], Callable[[str], None]], Awaitable[OpenLine]]
"""What opens a line: `open_line`, or another function with its arguments and its promises."""


class SerialLine:
    """An open line; bytes and the end of the line are told to the functions it was opened with."""

    def __init__(self, transport: serialx.BaseSerialTransport) -> None:
        self._transport = transport

    def write(self, data: bytes) -> None:
        """Put `data` on the line.

        Raises:
            OSError: the line is gone.
        """
        if self._transport.is_closing():
            raise OSError("the line is closed")
        self._transport.write(data)

    async def close(self) -> None:
        """Close the line and wait until it is closed; bytes not yet written are dropped."""
        self._transport.abort()
        await self._transport.wait_closed()


async def open_line(
    url: str,
    baud: int,
    received: Callable[[bytes], None],
    lost: Callable[[str], None],
) -> SerialLine:
    """Open `url` at `baud` 8N1, for us alone where the operating system can promise that.

    `lost` is called once, with a reason, when the line ends, also by `SerialLine.close`.

    Raises:
        OSError: there is no such line, it is in use, or it does not answer within `CONNECT_SECONDS`.
    """
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            transport, _ = await serialx.create_serial_connection(
                loop,
                lambda: _Protocol(received, lost),
                url,
                baudrate=baud,
                exclusive=True,
            )
    except TimeoutError as error:
        message = f"no answer within {CONNECT_SECONDS:.0f} s"
        raise OSError(message) from error
    except serialx.SerialException as error:
        raise OSError(str(error)) from error
    _exclude_others(transport.get_extra_info("serial"))
    return SerialLine(transport)


def _exclude_others(port: object) -> None:
    """Have the kernel refuse whoever opens the terminal from now on.

    The lock that serialx takes is seen only by programs that look for it; a terminal program does not.
    """
    if not isinstance(port, serialx.Serial):
        return
    try:
        fcntl.ioctl(port.fileno(), termios.TIOCEXCL)
    except (OSError, ValueError):
        # A line that is no terminal, as one over TCP.
        return


class _Protocol(asyncio.Protocol):
    def __init__(self, received: Callable[[bytes], None], lost: Callable[[str], None]) -> None:
        self._received = received
        self._lost = lost

    def data_received(self, data: bytes) -> None:
        self._received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost("the line was closed" if exc is None else f"the line broke: {exc}")
