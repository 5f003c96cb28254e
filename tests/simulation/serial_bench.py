"""A simulated machine on a serial line, and what the tests ask of it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from hal.clock import SystemClock
from hal.driver import Lease, Surroundings
from hal.drivers.pplis import DRIVER
from hal.drivers.pplis.driver import PplisDriver
from hal.errors import UnreachableError
from hal.journal import START, Cursor, JournalEntry
from hal.orders import BayPick, CellPick, PackingOrder, PouchOrder
from hal.status import Capabilities, MachineStatus, OrderState, capabilities_digest
from hal.wire import words
from simulator.host import Host
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.ports.line import serve_line
from simulator.spec import BaySpec, MachineSpec

SPEED: Final = 120
TIMERS: Final = 0.02
LEASE: Final = Lease("test", 1)
SPEC: Final = MachineSpec(
    id="S1",
    wire="serial",
    bays=(BaySpec(1, "C1", "F1", "28100000101", 5_000), BaySpec(2, "C2", "F2", "28100000202", 5_000)),
    warm_up_ms=1_000,
    tray_cells=400,
)


@dataclass
class Machines:
    """One simulated machine that can be killed and started again, with its memory kept."""

    where: str
    uri: str
    memory: InMemory = field(default_factory=InMemory)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        # The memory of a former life must not be written by this one.
        self.memory = InMemory(self.memory.lines)
        host = Host(Machine(SPEC, self.memory), SPEED)
        ready = asyncio.Event()
        serving = asyncio.create_task(serve_line(host, self.where, 115_200, TIMERS, ready.set))
        self.tasks = [asyncio.create_task(host.run()), serving]
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({waiting, serving}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            waiting.cancel()
            await serving

    async def kill(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def driver(self) -> PplisDriver:
        driver = DRIVER.build(self.uri, Surroundings(SystemClock()))
        assert isinstance(driver, PplisDriver)
        return driver


@asynccontextmanager
async def running(wire: tuple[str, str]) -> AsyncIterator[tuple[Machines, PplisDriver, Capabilities]]:
    machines = Machines(*wire)
    await machines.start()
    driver = machines.driver()
    try:
        yield machines, driver, await driver.open(LEASE)
    finally:
        await driver.close()
        await machines.kill()
        # Lets both ends of a connection finish closing.
        await asyncio.sleep(0.002)


def order(capabilities: Capabilities, number: int = 1, pouches: int = 5, epoch: int = 1) -> PackingOrder:
    picks = (
        BayPick(1, "C1", "F1", "28100000101", 2),
        BayPick(2, "C2", "F2", "28100000202", 1),
    )
    made = [PouchOrder(0, f"({number})H", ("Åse Sørensen", "hjemmeplejen"), ())]
    made += [
        PouchOrder(at, f"({number}){at}", ("Åse Sørensen", f"pose {at} | 100 %"), (*picks, CellPick(at, "p½", 2)))
        for at in range(1, pouches)
    ]
    return PackingOrder(f"order-{number}", number, epoch, capabilities_digest(capabilities), tuple(made))


async def until(driver: PplisDriver, condition: Callable[[MachineStatus], bool]) -> MachineStatus:
    async with asyncio.timeout(20):
        while not condition(status := await driver.read_status()):  # noqa: ASYNC110  a state has no event
            await asyncio.sleep(0.005)
    return status


async def whole_journal(driver: PplisDriver, step: int = 1_000, cursor: Cursor = START) -> list[JournalEntry]:
    entries: list[JournalEntry] = []
    while piece := await driver.journal_after(cursor, step):
        entries += piece
        cursor = Cursor(piece[-1].boot_id, piece[-1].seq)
    return entries


def packed(entries: Sequence[JournalEntry], number: int) -> list[int]:
    return [
        entry.pouch
        for entry in entries
        if entry.kind == words.POUCH_CLOSED and entry.order_number == number and entry.fields["outcome"] == words.PACKED
    ]


def ended(number: int) -> Callable[[MachineStatus], bool]:
    return lambda status: any(one.number == number and one.state is OrderState.ENDED for one in status.orders)


async def ring_to_the_end(driver: PplisDriver) -> None:
    async for _ in driver.doorbell():
        pass


async def reopened(driver: PplisDriver, lease: Lease) -> Capabilities:
    """Open, again when a former connection is still being taken down."""
    for _ in range(20):
        try:
            return await driver.open(lease)
        except UnreachableError:
            await asyncio.sleep(0.01)
    return await driver.open(lease)
