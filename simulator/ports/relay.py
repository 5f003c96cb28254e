"""A relay before any TCP port of a simulated machine, for what goes wrong on the way: it knows no protocol."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final

from simulator.ports.wire_faults import TO_HOST, TO_MACHINE, Pipe, WireFaults

_REPLY_HOLE_SECONDS: Final = 0.3
_LONGEST_SECONDS: Final = 3_600.0
_LARGEST_BACKLOG_BYTES: Final = 4_194_304


class Relay:
    """Passes bytes between controllers and the port at `host:port`, as `faults` lets it.

    `real_seconds_until` turns a moment of the faults' time into real seconds from now.
    """

    def __init__(self, host: str, port: int, faults: WireFaults, real_seconds_until: Callable[[float], float]) -> None:
        self._target = (host, port)
        self.faults = faults
        self.real_seconds_until = real_seconds_until
        self._server: asyncio.Server | None = None
        self._links: set[_Link] = set()
        self._resets = faults.resets
        faults.changed.append(self._disturbed)

    async def listen(self, host: str, port: int = 0) -> int:
        """Listen, and return the port (chosen by the system when `port` is 0).

        Raises:
            OSError: the port is taken.
        """
        self._server = await asyncio.get_running_loop().create_server(self._accept, host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop, and end every connection."""
        self.faults.changed.remove(self._disturbed)
        for link in list(self._links):
            link.reset()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    @property
    def connections(self) -> int:
        """How many controllers are connected now."""
        return len(self._links)

    async def reach(self, link: "_Link") -> None:
        """Connect a controller's end with the machine's."""
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: link.machine, *self._target)
        except OSError:
            link.reset()

    def ended(self, link: "_Link") -> None:
        """Forget a connection."""
        self._links.discard(link)

    def _accept(self) -> "_End":
        link = _Link(self)
        self._links.add(link)
        return link.controller

    def _disturbed(self) -> None:
        if self.faults.resets != self._resets:
            self._resets = self.faults.resets
            for link in list(self._links):
                link.reset()
        for link in list(self._links):
            link.flow()


class _Link:
    """One controller's connection and the machine's end of it."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        faults = relay.faults
        self._pipes: dict[str, Pipe] = {one: faults.pipe(one) for one in (TO_MACHINE, TO_HOST)}
        self.controller = _End(self, TO_MACHINE)
        self.machine = _End(self, TO_HOST)
        self._timer: asyncio.TimerHandle | None = None
        self._hole: asyncio.TimerHandle | None = None
        self._reaching: asyncio.Task[None] | None = None

    def began(self, end: "_End") -> None:
        """Note that one end is connected."""
        faults = self._relay.faults
        if faults.is_cut:
            self.reset()
        elif end is self.controller:
            self._reaching = asyncio.get_running_loop().create_task(self._relay.reach(self))
        else:
            for direction, data in faults.connected().items():
                self._pipes[direction].push(data)
            self.flow()

    def sent(self, direction: str, data: bytes) -> None:
        """Take bytes from one end."""
        if direction == TO_MACHINE and self._hole is None and self._relay.faults.loses_reply():
            # What is asked now is done, and nobody hears of it.
            self._hole = asyncio.get_running_loop().call_later(_REPLY_HOLE_SECONDS, self.reset)
        if direction == TO_HOST and self._hole is not None:
            return
        self._pipes[direction].put(data)
        self.flow()

    def flow(self) -> None:
        """Let pass what has arrived, and come again when more will have."""
        if self.machine.transport is None or self.controller.transport is None:
            return
        for direction, end in ((TO_MACHINE, self.machine), (TO_HOST, self.controller)):
            data = self._pipes[direction].take()
            if data and end.transport is not None and not end.transport.is_closing():
                end.transport.write(data)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        moments = [at for at in (pipe.wake() for pipe in self._pipes.values()) if at is not None]
        if moments:
            delay = min(_LONGEST_SECONDS, self._relay.real_seconds_until(min(moments)))
            self._timer = asyncio.get_running_loop().call_later(delay, self.flow)

    def went(self, end: "_End") -> None:
        """Note that one end has gone; a half-open connection keeps the other in the dark."""
        end.transport = None
        if not self._relay.faults.lasts("half_open"):
            self.reset()

    def reset(self) -> None:
        """End both sides at once."""
        for timer in (self._timer, self._hole):
            if timer is not None:
                timer.cancel()
        if self._reaching is not None and not self._reaching.done() and self._reaching is not _current():
            self._reaching.cancel()
        for end in (self.controller, self.machine):
            transport, end.transport = end.transport, None
            if transport is not None:
                transport.abort()
        self._relay.ended(self)


class _End(asyncio.Protocol):
    def __init__(self, link: _Link, direction: str) -> None:
        self._link = link
        self._direction = direction
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self.transport = transport
            transport.set_write_buffer_limits(_LARGEST_BACKLOG_BYTES)
            self._link.began(self)

    def data_received(self, data: bytes) -> None:
        self._link.sent(self._direction, data)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if self.transport is not None:
            self._link.went(self)


def _current() -> asyncio.Task[object] | None:
    with contextlib.suppress(RuntimeError):
        return asyncio.current_task()
    return None
