"""Packs many pouches through the real driver over a bad line, as a careful controller does, and keeps the evidence."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, TypeVar

from hal.driver import Lease
from hal.drivers.pplis.address import Address
from hal.drivers.pplis.driver import PplisDriver
from hal.errors import OutcomeUnknownError, RefusedError, UnreachableError
from hal.journal import START, Cursor, JournalEntry, Mark, chain
from hal.orders import BayPick, CellPick, PackingOrder, PouchOrder, digest_of
from hal.status import MachineStatus, OrderState, capabilities_digest
from hal.wire import words
from simulator.injection import injection_of, taken_back
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.ports.line_session import LineRate
from simulator.spec import BaySpec, MachineSpec
from simulator.truth import truth_documents
from tests.support import virtual
from tests.support.invariants import Call, Evidence
from tests.support.memory_line import MemoryLine

UNITS: Final = 1_000_000
SPEC: Final = MachineSpec(
    id="N1",
    wire="serial",
    bays=(BaySpec(1, "C1", "F1", "28100000101", UNITS), BaySpec(2, "C2", "F2", "28100000202", UNITS)),
    pouches_per_minute=200,
    tray_cells=400,
    warm_up_ms=1_000,
)
BAUD: Final = 115_200
TIMERS: Final = 0.1
LIMIT_SECONDS: Final = 60.0
STOP_SECONDS: Final = 0.2
ORDER_POUCHES: Final = 100
NAMES: Final = ("Åse Sørensen", "010248-1234")
_OVER: Final = (OrderState.ENDED, OrderState.INTERRUPTED)
T = TypeVar("T")


@dataclass
class Figures:
    """What a run came to."""

    pouches: int = 0
    frames: int = 0
    naks: int = 0
    retransmissions: int = 0
    crc_rejections: int = 0
    unknown: int = 0
    reopened: int = 0
    megabytes: float = 0.0
    virtual_seconds: float = 0.0
    real_seconds: float = 0.0


@dataclass
class Controller:
    """Never says a write twice without a read between, and believes the journal alone."""

    driver: PplisDriver
    lease: Lease = field(default_factory=lambda: Lease("controller-1", 7))
    run: Evidence = field(default_factory=Evidence)
    figures: Figures = field(default_factory=Figures)
    entries: list[JournalEntry] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    orders: list[PackingOrder] = field(default_factory=list)
    digest: str = ""
    head: str = ""
    discarded: int = 0

    async def timed(self, kind: str, call: Callable[[], Awaitable[T]], limit: float = LIMIT_SECONDS) -> T:
        began = asyncio.get_running_loop().time()
        reasons: tuple[tuple[str, str], ...] = ()
        refused = False
        try:
            return await call()
        except RefusedError as error:
            refused, reasons = True, tuple((reason.code, reason.detail) for reason in error.reasons)
            raise
        finally:
            self.calls.append(Call(kind, began, asyncio.get_running_loop().time(), limit, reasons, refused))

    async def opened(self) -> None:
        while True:
            with contextlib.suppress(UnreachableError):
                self.digest = capabilities_digest(await self.timed("open", lambda: self.driver.open(self.lease)))
                return
            await virtual.sleep(0.5)

    async def reopened(self) -> None:
        self.figures.reopened += 1
        self.note_discarded()
        await self.opened()

    def note_discarded(self) -> None:
        if self.driver._line is not None:
            self.discarded += self.driver._line.discarded

    async def status(self) -> MachineStatus:
        while True:
            try:
                return await self.timed("status", self.driver.read_status)
            except UnreachableError:
                await self.reopened()

    async def ensure(
        self, kind: str, call: Callable[[], Awaitable[None]], is_done: Callable[[MachineStatus], bool]
    ) -> None:
        while True:
            try:
                await self.timed(kind, call)
            except OutcomeUnknownError:
                self.figures.unknown += 1
                if is_done(await self.status()):
                    return
            except UnreachableError:
                await self.reopened()
            else:
                return

    async def read_on(self) -> None:
        while True:
            last = self.entries[-1] if self.entries else None
            cursor = START if last is None else Cursor(last.boot_id, last.seq)
            try:
                piece = await self.timed("journal", partial(self.driver.journal_after, cursor, 1_000))
            except UnreachableError:
                await self.reopened()
                continue
            for entry in piece:
                self.head = chain(self.head, entry)
            self.entries += piece
            if not piece:
                return

    async def pack(self, number: int, pouches: list[PouchOrder]) -> None:
        order = PackingOrder(f"order-{number}", number, self.lease.epoch, self.digest, tuple(pouches))
        digest = digest_of(order)
        self.orders.append(order)
        await self.ensure(
            "load",
            lambda: self.driver.ensure_loaded(order),
            lambda status: any(one.digest == digest for one in status.orders),
        )
        await self.ensure(
            "start",
            lambda: self.driver.ensure_packing(number),
            lambda status: any(one.number == number and one.state is not OrderState.LOADED for one in status.orders),
        )
        while True:
            status = await self.status()
            await self.read_on()
            if any(one.number == number and one.state in _OVER for one in status.orders):
                break
            await virtual.sleep(2.0)
        mark = Mark(Cursor(self.entries[-1].boot_id, self.entries[-1].seq), self.head)
        await self.ensure("acknowledge", lambda: self.driver.acknowledge(mark), lambda now: now.acknowledged == mark)

    async def pack_all(self, wanted: list[PouchOrder]) -> None:
        number = 0
        while wanted:
            number += 1
            await self.pack(number, [replace(one, number=at) for at, one in enumerate(wanted[:ORDER_POUCHES], start=1)])
            packed = {
                entry.pouch
                for entry in self.entries
                if entry.kind == words.POUCH_CLOSED
                and entry.order_number == number
                and entry.fields["outcome"] == words.PACKED
            }
            self.figures.pouches += len(packed)
            missing = [one for at, one in enumerate(wanted[:ORDER_POUCHES], start=1) if at not in packed]
            wanted = missing + wanted[ORDER_POUCHES:]

    async def refused(self, call: Callable[[], Awaitable[object]]) -> bool:
        try:
            await self.timed("refused", call)
        except RefusedError:
            return True
        return False


def pouches(count: int) -> list[PouchOrder]:
    return [
        PouchOrder(
            0,
            f"(01)05712345000014(21){at:08d}",
            (NAMES[0], f"CPR {NAMES[1]}", f"pose {at}"),
            (BayPick(1, "C1", "F1", "28100000101", 1 + at % 3), CellPick(at % 400 + 1, "28100000303", 2))
            if at % 10 == 0
            else (BayPick(1, "C1", "F1", "28100000101", 1), BayPick(2, "C2", "F2", "28100000202", 1 + at % 2)),
        )
        for at in range(1, count + 1)
    ]


async def _packed(count: int, per_million: int, seed: int) -> tuple[Evidence, Figures]:
    memory = InMemory()
    machine = Machine(replace(SPEC, seed=seed), memory)
    line = MemoryLine(machine, LineRate(BAUD, TIMERS), seed)
    uri = f"pplis+socket://memory:1?baud={BAUD}&timers={TIMERS}"
    controller = Controller(PplisDriver(Address.parse(uri), virtual.VirtualClock(), line.opener))
    going = asyncio.create_task(line.run())
    try:
        await controller.opened()
        line.faults.inject(injection_of("noise", {"per_million": str(per_million)}))
        await controller.pack_all(pouches(count))
        line.faults.inject(taken_back("noise"))
        run = await _probed(controller)
    finally:
        controller.note_discarded()
        await controller.driver.close()
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)
    run.truth = list(truth_documents(memory.lines))
    figures, traffic = controller.figures, line.traffic
    figures.frames, figures.naks, figures.retransmissions = traffic.frames, traffic.naks, traffic.retransmissions
    figures.crc_rejections = controller.discarded + traffic.unreadable + line.session.unreadable
    figures.megabytes = round(traffic.bytes_sent / 1e6, 1)
    figures.virtual_seconds = round(asyncio.get_running_loop().time())
    return run, figures


async def _probed(controller: Controller) -> Evidence:
    """Ask on a quiet line what must be refused, stop an order in its middle, and gather what there is."""
    driver, number = controller.driver, len(controller.orders) + 1
    await controller.reopened()
    stranger = PackingOrder("x", number, controller.lease.epoch, "0" * 64, tuple(pouches(1)))
    wrong = await controller.refused(lambda: driver.ensure_loaded(stranger))
    last = PackingOrder(
        f"order-{number}", number, controller.lease.epoch, controller.digest, tuple(pouches(10_050)[-50:])
    )
    last = replace(last, pouches=tuple(replace(one, number=at) for at, one in enumerate(last.pouches, start=1)))
    controller.orders.append(last)
    await driver.ensure_loaded(last)
    await driver.ensure_packing(number)
    await virtual.sleep(5.0)
    await controller.timed("stop", driver.ensure_stopped, STOP_SECONDS)
    await virtual.sleep(5.0)
    await controller.read_on()
    bays = await driver.read_bays()
    lower = await controller.refused(lambda: driver.open(Lease("late", controller.lease.epoch - 1)))
    await controller.opened()
    return Evidence(
        entries=controller.entries,
        orders=controller.orders,
        units_before={"C1": UNITS, "C2": UNITS},
        bays_after=bays,
        calls=controller.calls,
        wrong_digest_refused=wrong,
        lower_epoch_refused=lower,
        secrets=NAMES,
    )


def packed(count: int, per_million: int, seed: int) -> tuple[Evidence, Figures]:
    """Pack `count` pouches over a line on which one byte in a million times `per_million` is hit."""
    began = time.monotonic()
    run, figures = virtual.run(_packed(count, per_million, seed))
    figures.real_seconds = round(time.monotonic() - began, 1)
    return run, figures
