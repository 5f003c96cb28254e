"""A simulated machine on a real wire in this process, with every hand: the place at which our own drivers are tried."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from hal.clock import SystemClock
from hal.conformance.bench import Bench, Endurance
from hal.conformance.simulated import SimulatedHands
from hal.conformance.station import Pace
from hal.conformance.trial import Plan, bench_of
from hal.plugins import discover, driver_for
from simulator.host import Host
from simulator.injection import InjectionError, injection_of, taken_back
from simulator.keys import Security
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.ports.line import serve_line
from simulator.ports.opcua import serve_opcua
from simulator.spec import BaySpec, MachineSpec
from tests.simulation.opcua_secure import Keys

BAYS = (BaySpec(1, "C1", "F1", "28100000101", 50_000), BaySpec(2, "C2", "F2", "28100000202", 50_000))
SPEED = 200.0
TIMERS = 0.02
LINE_SILENCE = 15.5
"""Three missed heartbeats of PP-LIS, in real time on any line."""
ENCODER, DUMB = "encoder", "dumb"
"""Machines without a journal, which their driver keeps."""
WIRES = ("serial", "pty", "opcua", "opcua-secure", ENCODER, DUMB)
SPEC = MachineSpec(
    "S1",
    BAYS,
    warm_up_ms=100,
    # Long enough that an alarm is seen on a slow wire by a busy computer.
    clear_ms=50_000,
    refill_ms=50_000,
    pouches_per_minute=100,
    print_columns=60,
    print_lines=8,
    order_pouches=100,
    cell_quarters=(2, 4),
    charset="iso-8859-1",
    symbol_characters=60,
)
TIMES = int(os.environ.get("CONFORM_TIMES", "0"))
"""How many times the endurance checks are as long as they are for a vendor; 0: a short version."""


def endurance() -> Endurance:
    if not TIMES:
        return Endurance(orders=4, reopenings=10, cuts=4, power_cuts=2, commands=30)
    long = Endurance()
    return Endurance(
        long.orders * TIMES,
        long.reopenings * TIMES,
        long.cuts * TIMES,
        long.power_cuts * TIMES,
        long.commands * TIMES,
    )


@dataclass
class Served:
    """One machine on a wire. Power cuts end its tasks between two steps; its memory stays."""

    wire: str
    folder: Path
    spec: MachineSpec = SPEC
    memory: InMemory = field(default_factory=InMemory)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    host: Host | None = None
    keys: Keys | None = None

    def __post_init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        if self.wire == "opcua-secure":
            self.keys = Keys()
        if self.wire in {ENCODER, DUMB}:
            self.spec = replace(self.spec, personality=self.wire, clear_ms=200_000, refill_ms=200_000)

    @property
    def uri(self) -> str:
        line = f"baud=115200&timers={TIMERS}&patience=0.6"
        return {
            "serial": f"pplis+socket://127.0.0.1:{self.port}?{line}",
            "pty": f"pplis://{self.folder}/S1?{line}",
            ENCODER: f"unit+socket://127.0.0.1:{self.port}?{line}",
            DUMB: f"unit+socket://127.0.0.1:{self.port}?{line}",
        }.get(self.wire, f"opc.tcp://127.0.0.1:{self.port}/")

    def plan(self) -> Plan:
        hands = SimulatedHands(self.put, self.press, SystemClock(), 0.01)
        return Plan(
            driver=driver_for(self.uri, discover()),
            uri=self.uri,
            clock=SystemClock(),
            folder=self.keys.folder(self.folder / "keys") if self.keys else self.folder / "driver",
            epoch=1,
            long_pouches=90,
            pace=Pace(20, 0.01, detect=Pace().detect if self.wire.startswith("opcua") else LINE_SILENCE, slack=2.0),
            endurance=endurance(),
            power=self,
            operator=hands,
            inject=hands,
        )

    async def cut(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.tasks, self.host = [], None

    async def restore(self) -> None:
        # The memory of a former life must not be written by this one.
        self.memory = InMemory(self.memory.read())
        self.host = Host(Machine(self.spec, self.memory), SPEED)
        ready = asyncio.Event()
        self.tasks = [asyncio.create_task(self.host.run()), asyncio.create_task(self._serve(self.host, ready))]
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait([waiting, *self.tasks], return_when=asyncio.FIRST_COMPLETED)
        if not ready.is_set():
            waiting.cancel()
            await asyncio.gather(*self.tasks)

    async def _serve(self, host: Host, ready: asyncio.Event) -> None:
        if not self.wire.startswith("opcua"):
            where = f"pty:{self.folder}/S1" if self.wire == "pty" else f"tcp:127.0.0.1:{self.port}"
            await serve_line(host, where, 115_200, TIMERS, ready.set)
        else:
            security: Security | None = self.keys.security if self.keys else None
            await serve_opcua(host, self.uri, ready.set, security)

    async def put(self, name: str, values: Mapping[str, str], is_over: bool) -> bool:  # noqa: FBT001 - see Put
        try:
            injection = taken_back(name) if is_over else injection_of(name, values)
        except InjectionError:
            return False
        return self.host is not None and self.host.call(lambda machine: machine.inject(injection)).ok

    async def press(self, name: str) -> bool:
        return self.host is not None and self.host.call(lambda machine: machine.command(name)).ok


@asynccontextmanager
async def tried(wire: str, folder: Path) -> AsyncIterator[Bench]:
    """Serve a machine and give the bench in front of it."""
    served = Served(wire, folder)
    await served.restore()
    try:
        async with bench_of(served.plan()) as bench:
            yield bench
    finally:
        await served.cut()
        # Lets both ends of a connection finish closing.
        await asyncio.sleep(0.002)
