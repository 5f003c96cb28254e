"""A load and a stop that meet on a line in virtual time."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from hal.documents import entries_of, status_of
from hal.driver import Lease
from hal.drivers.pplis.address import Address
from hal.drivers.pplis.driver import PplisDriver
from hal.errors import GaveWayError, MachineError
from hal.journal import START
from hal.orders import BayPick, PackingOrder, PouchOrder, digest_of
from hal.status import OrderState, capabilities_digest
from hal.wire import pplis, words
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.ports.line_session import LineRate
from simulator.ports.wire_faults import TO_HOST, TO_MACHINE, noisy
from simulator.spec import BaySpec, MachineSpec
from tests.support import virtual
from tests.support.memory_line import MemoryLine, loop_time

BAYS = tuple(BaySpec(number, f"C{number}", f"F{number}", "28100000101", 5_000) for number in range(1, 13))
SPEC = MachineSpec(id="S1", wire="serial", bays=BAYS, warm_up_ms=1_000)
AT_WORK, MET = 1, 2
"""Order numbers."""
CONTROL_BYTES = 5
DONE, GAVE_WAY = "done", "gave way"


@dataclass
class Outcome:
    """How it came out. Seconds from the call of the stop until its first frame left, and until its answer was in."""

    load: str
    """`DONE`, `GAVE_WAY`, or what else was raised."""
    was_over: bool
    """The load had ended before the stop was called."""
    stop: str
    until_sent: float
    until_answered: float
    known: OrderState | None
    """State of the order on the machine itself, in the end; None when it does not know it."""
    fed: set[int]
    """Orders for which film was fed."""


@dataclass
class Scene:
    """`come` ends when the stop is to be called; it is given the number of pieces that the controller has written."""

    come: Callable[["Watch"], Awaitable[None]]
    baud: int = 9_600
    pouches: int = 8
    is_at_work: bool = False
    """The machine packs another order meanwhile, and rings."""
    noise: int = 0
    """Bytes of a million that are spoilt."""
    seed: int = 1


class Watch:
    """What passes on the line once the load begins."""

    def __init__(self, scene: Scene) -> None:
        self.written = 0
        self.stop_sent = 0.0
        self.noise = scene.noise
        self._dice = random.Random(scene.seed)
        self._waiting: list[tuple[int, asyncio.Event]] = []

    def to_machine(self, data: bytes) -> bytes:
        self.written += 1
        if b"|STOP\r" in data and not self.stop_sent:
            self.stop_sent = loop_time()
        for count, event in self._waiting:
            if self.written >= count:
                event.set()
        return self.spoilt(data)

    def spoilt(self, data: bytes) -> bytes:
        return noisy(data, self.noise, self._dice) if self.noise else data

    async def piece(self, count: int) -> None:
        """Wait until the controller has written `count` pieces."""
        event = asyncio.Event()
        self._waiting.append((count, event))
        await event.wait()


def after(seconds: float) -> Callable[[Watch], Awaitable[None]]:
    """Call the stop after `seconds`."""
    return lambda _watch: virtual.sleep(seconds)


def at_piece(count: int) -> Callable[[Watch], Awaitable[None]]:
    """Call the stop when the controller has just written its piece number `count`: a control byte or a frame."""
    return lambda watch: watch.piece(count)


def frames(count: int, baud: int) -> float:
    """Return how many seconds `count` of the longest frames take, with the control bytes between them."""
    return count * (pplis.FRAME_BYTES + CONTROL_BYTES) * 10 / baud


def order(digest: str, number: int, pouches: int) -> PackingOrder:
    picks = (BayPick(1, "C1", "F1", "28100000101", 2), BayPick(2, "C2", "F2", "28100000101", 1))
    made = (PouchOrder(at, f"({number}){at}", ("Åse Sørensen", "x" * 60), picks) for at in range(pouches))
    return PackingOrder(f"order-{number}", number, 1, digest, tuple(made))


def met(scene: Scene) -> Outcome:
    """Play `scene` to its end."""
    return virtual.run(_met(scene))


async def _met(scene: Scene) -> Outcome:
    line = MemoryLine(Machine(SPEC, InMemory()), LineRate(scene.baud))
    running = asyncio.create_task(line.run())
    driver = PplisDriver(Address("line", scene.baud), virtual.VirtualClock(), line.opener)
    digest = capabilities_digest(await driver.open(Lease("controller", 1)))
    if scene.is_at_work:
        await driver.ensure_loaded(order(digest, AT_WORK, 30))
        await driver.ensure_packing(AT_WORK)
    watch, wanted = Watch(scene), order(digest, MET, scene.pouches)
    line.tamper = {TO_MACHINE: watch.to_machine, TO_HOST: watch.spoilt}
    loading = asyncio.create_task(_told(driver.ensure_loaded(wanted)))
    await scene.come(watch)
    was_over, began = loading.done(), loop_time()
    stop = await _told(driver.ensure_stopped())
    answered = loop_time() - began
    load = await loading
    watch.noise = 0
    # Time enough for whatever is on the line still.
    await virtual.sleep(40)
    await driver.close()
    running.cancel()
    status = status_of(json.dumps(line.machine.status_document()))
    known = next((one for one in status.orders if one.number == MET), None)
    entries = entries_of(line.machine.journal_after("", 0, 1_000), START, 1_000)
    fed = {entry.order_number for entry in entries if entry.kind == words.POUCH_STARTED}
    if known is not None:
        assert known.digest == digest_of(wanted)
    return Outcome(load, was_over, stop, watch.stop_sent - began, answered, known.state if known else None, fed)


async def _told(call: Awaitable[None]) -> str:
    try:
        await call
    except GaveWayError:
        return GAVE_WAY
    except MachineError as error:
        return type(error).__name__
    return DONE
