"""Wires between hosts: connections in memory that are slow, stall, go silent, break with bytes under way, or lie."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context
from typing import Final

from tests.world.loop import Host, WorldLoop, current_host, pass_time

_QUICKEST, _SLOWEST = 0.000_5, 0.02
"""Seconds that a piece of bytes is under way on a sound wire."""
_CONNECT_SECONDS: Final = 75.0
"""How long a host tries to connect before it gives up by itself."""
_ENQ, _EOT = b"\x05", b"\x04"
_SESSIONS_KEPT: Final = 40


class Wire:
    """What is between the controllers and one machine, over all connections; everything a fault can do to it."""

    def __init__(self, loop: WorldLoop, name: str) -> None:
        self.name = name
        self.stalled_until = 0.0
        self.delay_until = 0.0
        self.most_delay = _SLOWEST
        self.silent = False
        """Nothing arrives and nobody is told: a half-open connection."""
        self.refusing = False
        self.noise = 0.0
        """Chance that a piece of bytes is changed on its way: one byte lost, doubled, or another."""
        self.ends: list[End] = []
        self._loop = loop
        self._session = bytearray()
        self.sessions: deque[bytes] = deque(maxlen=_SESSIONS_KEPT)
        """Whole link sessions that a controller has sent, oldest first."""

    def heal(self) -> None:
        self.stalled_until = self.delay_until = self.noise = 0.0
        self.silent = self.refusing = False

    def cut(self) -> None:
        """Break every connection; what is under way is lost, and both sides are told."""
        for end in list(self.ends):
            end.break_off(ConnectionResetError("the wire was cut"))

    def delay(self) -> float:
        dice = self._loop.random
        usual = dice.uniform(_QUICKEST, _SLOWEST)
        late = dice.uniform(0.0, self.most_delay) if self._loop.now < self.delay_until else 0.0
        return max(self.stalled_until - self._loop.now, 0.0) + usual + late

    def disturbed(self, data: bytes) -> bytes:
        dice = self._loop.random
        if not self.noise or dice.random() >= self.noise:
            return data
        at = dice.randrange(len(data))
        kind = dice.randrange(3)
        middle = (b"", data[at : at + 1] * 2, bytes([data[at] ^ (1 << dice.randrange(8))]))[kind]
        self._loop.note(f"{self.name} noise {kind} at {at} of {len(data)}")
        return data[:at] + middle + data[at + 1 :]

    def overhear(self, data: bytes) -> None:
        """Remember the sessions of a serial line as they go to the machine, to replay them later."""
        self._session += data
        if data.startswith(_ENQ):
            self._session = bytearray(data)
        if data.endswith(_EOT):
            if len(self._session) > len(_ENQ + _EOT):
                self.sessions.append(bytes(self._session))
            self._session.clear()

    def replay(self, session: bytes) -> None:
        """Put an old session on the line towards the machine once more, as a forgetful buffer does."""
        for end in self.ends:
            if end.is_machine:
                self._loop.note(f"{self.name} replays {len(session)} bytes")
                end.arrive(session)


class End(asyncio.Transport):
    """One end of one connection."""

    def __init__(self, network: "Network", wire: Wire, protocol: asyncio.BaseProtocol, *, is_machine: bool) -> None:
        super().__init__({"peername": (f"{wire.name}", 1), "sockname": (wire.name, 2)})
        self._network = network
        self._loop = network.loop
        self._wire = wire
        self._protocol = protocol
        self._context: Context = copy_context()
        self.host = current_host()
        self.is_machine = is_machine
        self.peer: End | None = None
        self._closing = False
        self._gone = False
        self._free_at = 0.0
        self._under_way = 0
        self._inbox: deque[bytes] = deque()
        wire.ends.append(self)

    def is_alive(self) -> bool:
        return not self._gone and (self.host is None or self.host.alive)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        peer = self.peer
        if self._closing or not data or peer is None:
            return
        if self.host is not None:
            self._network.on_effect(self.host)
        if not self.is_alive():
            return
        wire, loop = self._wire, self._loop
        raw = bytes(data)
        loop.note(f"{wire.name} {'<' if self.is_machine else '>'} {len(raw)}")
        if not self.is_machine:
            wire.overhear(raw)
        if wire.silent:
            return
        if not peer.is_alive():
            # Whoever is there now knows nothing of this connection.
            loop.call_later(wire.delay(), self.break_off, ConnectionResetError("nobody there"), context=Context())
            return
        self._free_at = max(self._free_at, loop.now + wire.delay())
        self._under_way += len(raw)
        loop.call_at(self._free_at, self._deliver, peer, wire.disturbed(raw), len(raw), context=Context())

    def _deliver(self, peer: "End", data: bytes, size: int) -> None:
        self._under_way -= size
        if not self._wire.silent and data:
            peer.arrive(data)

    def arrive(self, data: bytes) -> None:
        if self.is_alive():
            self._inbox.append(data)
            self._loop.call_soon(self._receive, context=self._context)

    def _receive(self) -> None:
        if not self._gone and self._inbox and isinstance(self._protocol, asyncio.Protocol):
            self._protocol.data_received(self._inbox.popleft())

    def break_off(self, error: Exception | None) -> None:
        """End this side: the protocol is told, in its own host."""
        if self._gone:
            return
        self._gone = self._closing = True
        self._inbox.clear()
        if self in self._wire.ends:
            self._wire.ends.remove(self)
        if self.host is None or self.host.alive:
            self._loop.call_soon(self._protocol.connection_lost, error, context=self._context)

    def _hang_up(self) -> None:
        """Tell the other side, when what was written before has arrived."""
        peer = self.peer
        if peer is not None and not self._wire.silent:
            at = max(self._free_at, self._loop.now + self._wire.delay())
            self._loop.call_at(at, peer.break_off, None, context=Context())

    def close(self) -> None:
        if not self._closing:
            self._closing = True
            self._hang_up()
            self.break_off(None)

    def abort(self) -> None:
        self.close()

    def is_closing(self) -> bool:
        return self._closing

    def get_write_buffer_size(self) -> int:
        return self._under_way

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """There is room for everything."""

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self._protocol

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._protocol = protocol

    def pause_reading(self) -> None:
        raise NotImplementedError

    def host_died(self) -> None:
        """A process ended: its system closes the connection. A machine without power says nothing."""
        self._gone = self._closing = True
        if self in self._wire.ends:
            self._wire.ends.remove(self)
        if not self.is_machine:
            self._hang_up()


class _Socket:
    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address

    def getsockname(self) -> tuple[str, int]:
        return self._address


class Listener:
    """A port that a host listens at; what `loop.create_server` returns."""

    def __init__(self, network: "Network", factory: Callable[[], asyncio.BaseProtocol], port: int) -> None:
        self.factory = factory
        self.host = current_host()
        self.context = copy_context()
        self.sockets = [_Socket(("127.0.0.1", port))]
        self._network = network
        self._port = port

    def close(self) -> None:
        if self._network.listeners.get(self._port) is self:
            del self._network.listeners[self._port]

    async def wait_closed(self) -> None:
        await asyncio.sleep(0)

    def is_serving(self) -> bool:
        return self._network.listeners.get(self._port) is self


class Network:
    """All wires by port; a port is a machine's address."""

    def __init__(self, loop: WorldLoop) -> None:
        self.loop = loop
        self.listeners: dict[int, Listener] = {}
        self.wires: dict[int, Wire] = {}
        self.on_effect: Callable[[Host], None] = lambda _host: None

    def wire(self, port: int) -> Wire:
        return self.wires.setdefault(port, Wire(self.loop, f"wire-{port}"))

    def listen(self, factory: Callable[[], asyncio.BaseProtocol], port: int) -> Listener:
        present = self.listeners.get(port)
        if present is not None and present.host is not None and present.host.alive:
            message = f"port {port} is in use"
            raise OSError(message)
        self.listeners[port] = listener = Listener(self, factory, port)
        return listener

    async def connect(self, factory: Callable[[], asyncio.BaseProtocol], port: int) -> tuple[End, asyncio.BaseProtocol]:
        wire = self.wire(port)
        await asyncio.sleep(wire.delay())
        if wire.silent:
            await pass_time(_CONNECT_SECONDS)
            raise TimeoutError("no answer")
        listener = self.listeners.get(port)
        if wire.refusing or listener is None or listener.host is None or not listener.host.alive:
            raise ConnectionRefusedError("nobody listens")
        ours = End(self, wire, protocol := factory(), is_machine=False)
        theirs = listener.context.run(self._accept, listener, wire, ours)
        ours.peer, theirs.peer = theirs, ours
        protocol.connection_made(ours)
        return ours, protocol

    def _accept(self, listener: Listener, wire: Wire, ours: End) -> End:
        theirs = End(self, wire, listener.factory(), is_machine=True)
        theirs.peer = ours
        self.loop.call_soon(theirs.get_protocol().connection_made, theirs, context=theirs._context)
        return theirs

    def host_died(self, host: Host) -> None:
        for wire in self.wires.values():
            for end in [end for end in wire.ends if end.host is host]:
                end.host_died()
        for port in [port for port, one in self.listeners.items() if one.host is host]:
            del self.listeners[port]
