"""Machines of the world: the simulator's own, behind their own ports, with power that can be cut at any step."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Final

from simulator.clock import ScaledClock
from simulator.host import Host as MachineHost
from simulator.injection import Injection
from simulator.machine import Answer, Machine
from simulator.ports.line import serve_line
from simulator.spec import MachineSpec
from simulator.truth import truth_documents
from tests.world.loop import Host, WorldLoop
from tests.world.net import Network
from tests.world.patches import START

TIMERS: Final = 0.02
"""Factor on the waits of the serial link, so that a collision costs no minute of virtual time."""


class HostDied(BaseException):
    """The host dies in the middle of a step; nothing of it is ever scheduled again."""


@dataclass
class Memory:
    """A machine's memory; `hook` sees every line before it is kept, and may cut the power there."""

    hook: Callable[[str], None]
    lines: list[str] = field(default_factory=list)

    def read(self) -> Sequence[str]:
        return tuple(self.lines)

    def append(self, lines: Sequence[str]) -> None:
        for line in lines:
            self.hook(line)
            self.lines.append(line)


@dataclass(frozen=True)
class Effect:
    """A command that a machine has taken: `epoch` of who gave it, `highest` seen before."""

    machine: str
    kind: str
    epoch: int
    highest: int
    at: float


class WatchedMachine(Machine):
    """The simulator's machine, with an observer who notes which commands it takes from whom."""

    box: "Box"

    def hello(self, holder: str, epoch: int) -> Answer:
        answer = super().hello(holder, epoch)
        return self.box.saw("hello", epoch, answer)

    def store(self, document: str, digest: str) -> Answer:
        answer = super().store(document, digest)
        if answer.ok:
            self.box.took(document)
        return answer

    def start(self, epoch: int, *arguments: int) -> Answer:
        return self.box.saw("start", epoch, super().start(epoch, *arguments))

    def pause(self, epoch: int, *arguments: int) -> Answer:
        return self.box.saw("pause", epoch, super().pause(epoch, *arguments))

    def stop(self, epoch: int, *arguments: int) -> Answer:
        return self.box.saw("stop", epoch, super().stop(epoch, *arguments))


def _injected(injection: Injection, machine: Machine) -> None:
    machine.inject(injection)


def _pressed(name: str, machine: Machine) -> None:
    machine.command(name)


class Box:
    """One machine in its place: what survives a power cut, and the power switch."""

    def __init__(self, loop: WorldLoop, network: Network, spec: MachineSpec, port: int) -> None:
        self.spec = spec
        self.port = port
        self.wire = network.wire(port)
        self.memory = Memory(self._keeping)
        self.host: Host | None = None
        self.machine: WatchedMachine | None = None
        self.effects: list[Effect] = []
        self.starts: list[tuple[float, int, int]] = []
        """When a pouch was started: loop time, order, pouch."""
        self.films: list[tuple[int, int]] = []
        """Film and order of every pouch that was started."""
        self.highest = 0
        """Highest fencing token that came, whatever the machine remembers of it."""
        self.documents: dict[int, str] = {}
        self.orders: dict[int, dict[int, list[str]]] = {}
        """Printed lines by order and pouch."""
        self.symbols: dict[tuple[int, int], str] = {}
        self.citizens: dict[int, int] = {}
        self.stored_at: dict[int, float] = {}
        self.off_until = 0.0
        """Loop time before which nobody but whoever mends the world switches it on."""
        self.dies_at_append = 0
        """Number of the appended line before which the power goes; 0 for never."""
        self.appended = 0
        self.on_effect: Callable[[Host], None] = lambda _host: None
        self._running: MachineHost | None = None
        self._loop = loop
        self._network = network

    def power_on(self) -> None:
        self.host = self._loop.host(self.spec.id)
        self._loop.run_on(self.host, self._serve())

    def power_off(self) -> None:
        host, self.host, self.machine, self._running = self.host, None, None, None
        if host is not None:
            self._loop.kill(host)
            self._network.host_died(host)

    @property
    def is_on(self) -> bool:
        return self.host is not None

    def truth(self) -> list[dict[str, object]]:
        return list(truth_documents(self.memory.read()))

    def _keeping(self, line: str) -> None:
        self.appended += 1
        self._loop.note(f"{self.spec.id} keeps {line}")
        if self.host is not None:
            self.on_effect(self.host)
        if self.host is None or self.appended == self.dies_at_append:
            self.power_off()
            raise HostDied
        if '"kind":"PouchStarted"' in line:
            entry = json.loads(line)["entry"]
            self.starts.append((self._loop.now, entry["order"], entry["pouch"]))
            self.films.append((entry["fields"]["film"], entry["order"]))

    def saw(self, kind: str, epoch: int, answer: Answer) -> Answer:
        """Note a command that was taken."""
        if answer.ok:
            self._loop.note(f"{self.spec.id} {kind} under {epoch}")
            self.effects.append(Effect(self.spec.id, kind, epoch, self.highest, self._loop.now))
        self.highest = max(self.highest, epoch)
        return answer

    def took(self, document: str) -> None:
        """Note an order that was taken."""
        order = json.loads(document)
        number = order["number"]
        self.saw("store", order["epoch"], Answer(ok=True))
        self.documents[number] = document
        self.orders[number] = {pouch["number"]: pouch["lines"] for pouch in order["pouches"]}
        self.symbols.update({(number, pouch["number"]): pouch["symbol"] for pouch in order["pouches"]})
        self.citizens[number] = int(order["pouches"][0]["lines"][0].rsplit(" ", 1)[1])
        self.stored_at.setdefault(number, self._loop.now)

    @staticmethod
    def store_unwatched(machine: Machine, document: str, digest: str) -> Answer:
        """Bring an order to a machine without noting it."""
        return Machine.store(machine, document, digest)

    def inject(self, *injections: Injection) -> None:
        """Let faults begin or end in the machine, if it is on."""
        self._do([partial(_injected, injection) for injection in injections])

    def press(self, name: str) -> None:
        """Do a PackML command at the machine's own panel, if it is on."""
        self._do([partial(_pressed, name)])

    def _do(self, what: Sequence[Callable[[Machine], None]]) -> None:
        if self.host is not None:
            self._loop.run_on(self.host, self._done(what))

    async def _done(self, what: Sequence[Callable[[Machine], None]]) -> None:
        try:
            for one in what:
                if self._running is not None:
                    self._running.call(one)
        except HostDied:
            await self._loop.create_future()

    async def _serve(self) -> None:
        loop = self._loop
        try:
            machine = WatchedMachine(self.spec, self.memory, powered_up_at=START + timedelta(seconds=int(loop.now)))
            machine.box = self
            self.machine = machine
            host = MachineHost(machine, clock=ScaledClock(1.0, loop.time))
            self._running = host
            await asyncio.gather(host.run(), self._on_wire(host))
        except HostDied:
            await loop.create_future()

    async def _on_wire(self, host: MachineHost) -> None:
        if self.spec.wire == "serial":
            await serve_line(host, f"tcp:127.0.0.1:{self.port}", self.spec.baud, TIMERS)
            return
        from simulator.ports.opcua import serve_opcua  # noqa: PLC0415 - a second to import, for few worlds

        await serve_opcua(host, f"opc.tcp://127.0.0.1:{self.port}/")
