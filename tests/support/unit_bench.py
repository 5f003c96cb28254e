"""A machine without a journal, its driver and the wire between them in one process, on virtual time."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from hal.driver import Lease
from hal.drivers.pplis.records import Message, Record
from hal.drivers.unit.driver import UnitDriver
from hal.drivers.unit.keeper import Keeper
from hal.drivers.unit.memory import KEPT_ENTRIES
from hal.errors import OutcomeUnknownError, UnreachableError
from hal.journal import NOTHING, START, Cursor, JournalEntry, Mark, chain
from hal.orders import BayPick, CellPick, PackingOrder, PouchOrder
from hal.status import OrderState, capabilities_digest
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.ports.lis_records import Request
from simulator.ports.unit_service import UnitDesk
from simulator.spec import BaySpec, MachineSpec
from simulator.truth import truth_documents

BAYS: Final = (BaySpec(1, "K1", "F1", "28100000001", 5_000), BaySpec(2, "K2", "F2", "28100000002", 5_000))
STEP_MS: Final = 40
LOST, UNANSWERED, DOUBLED, DARK, DARK_AFTER, KILLED = "lost", "unanswered", "doubled", "dark", "dark after", "killed"
MISHAPS: Final = (LOST, UNANSWERED, DOUBLED, DARK, DARK_AFTER)


class KilledError(BaseException):
    """The driver's process ends here: nothing of it runs any more."""


class Clock:
    """Time that passes when somebody sleeps; the machine lives on it too."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 22, 8, 0, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += max(seconds, 0.01)
        await asyncio.sleep(0)


@dataclass
class World:
    """The machine and everything around it; `mishaps` maps the number of a message to what goes wrong with it."""

    spec: MachineSpec
    folder: Path
    mishaps: Mapping[int, str] = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)
    memory: InMemory = field(default_factory=InMemory)
    clock: Clock = field(default_factory=Clock)
    keeps: int = KEPT_ENTRIES
    record: list[JournalEntry] = field(default_factory=list)
    """What the controller has read, and acknowledged."""
    mark: Mark = NOTHING

    def __post_init__(self) -> None:
        self.desk = UnitDesk()
        self.boots = 0
        self.power_up()
        self.keeper = self.fresh()
        self.dead = False

    def power_up(self) -> None:
        self.memory = InMemory(self.memory.lines)
        self.boots += 1
        self.machine = Machine(self.spec, self.memory, f"power-{self.boots}")
        self.origin = self.clock.seconds

    def fresh(self) -> Keeper:
        """The driver's process, begun anew."""
        self.dead = False
        self.keeper = Keeper(self.folder, self.clock, lambda _bell: Direct(self), self.keeps)
        return self.keeper

    def driver(self) -> UnitDriver:
        return UnitDriver(self.keeper)

    def advance(self) -> None:
        self.machine.advance(int((self.clock.seconds - self.origin) * 1_000))
        self.desk.tick(self.machine)

    def truth(self) -> list[dict[str, object]]:
        return list(truth_documents(self.memory.lines))


class Direct:
    """The wire: every message is one call, and mishaps happen to it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._open = False
        self._count = 0

    async def open(self) -> None:
        self._open = True
        await asyncio.sleep(0)

    async def close(self) -> None:
        self._open = False
        await asyncio.sleep(0)

    async def __call__(self, kind: str, body: Sequence[Record]) -> Message:
        world = self._world
        await asyncio.sleep(0)
        if not self._open or world.dead:
            raise UnreachableError("the line is not open")
        world.kinds.append(kind)
        mishap = world.mishaps.get(len(world.kinds), "")
        world.clock.seconds += STEP_MS / 1_000
        world.advance()
        if mishap == DARK:
            world.power_up()
            self._open = False
            raise OutcomeUnknownError("no answer")
        if mishap == LOST:
            self._open = False
            raise OutcomeUnknownError("no answer")
        self._count += 1
        request = Request(f"m.{self._count}", kind, "host", [list(record) for record in body])
        answer = world.desk.answer(world.machine, request)
        if mishap == DOUBLED:
            world.desk.answer(world.machine, request)
        if mishap == KILLED:
            world.dead = True
            raise KilledError
        if mishap == DARK_AFTER:
            world.advance()
            world.power_up()
        if mishap in {DARK_AFTER, UNANSWERED}:
            self._open = False
            raise OutcomeUnknownError("no answer")
        return Message(f"m.{self._count}", "machine", "host", "", "", "ANSWER", tuple(map(tuple, answer)))


def spec_of(personality: str, **changes: object) -> MachineSpec:
    made = MachineSpec("bare", BAYS, wire="serial", personality=personality, warm_up_ms=0, clear_ms=4_000)
    return replace(made, **changes)  # type: ignore[arg-type]  # by name


async def order_for(driver: UnitDriver, number: int, pouches: int, digest: str, first: int = 1) -> PackingOrder:
    bays = await driver.read_bays()
    picks = [BayPick(bay.number, bay.canister_id, bay.fill_code, bay.product, bay.number) for bay in bays]
    made = tuple(
        PouchOrder(
            at, f"S{number}-{at}", ("line",), (*picks, *([CellPick(at, "28100000003", 2)] if at % 5 == 0 else []))
        )
        for at in range(first, first + pouches)
    )
    return PackingOrder(f"o-{number}", number, 1, digest, made)


async def journal(driver: UnitDriver) -> list[JournalEntry]:
    entries: list[JournalEntry] = []
    cursor = START
    while page := await driver.journal_after(cursor, 1_000):
        entries += page
        cursor = Cursor(page[-1].boot_id, page[-1].seq)
    return entries


async def read_on(world: World, driver: UnitDriver) -> list[JournalEntry]:
    """Read and acknowledge what is new, as a controller does; return everything that was ever read."""
    while page := await driver.journal_after(world.mark.cursor, 1_000):
        world.record += page
        head = world.mark.head
        for entry in page:
            head = chain(head, entry)
        world.mark = Mark(Cursor(page[-1].boot_id, page[-1].seq), head)
    if world.mark != NOTHING:
        await driver.acknowledge(world.mark)
    return list(world.record)


async def pack_all(world: World, pouches: int, tries: int = 60) -> list[JournalEntry]:
    """Pack `pouches` as a controller does: after every failure open again, and give what is missing a new number."""
    missing, number = list(range(1, pouches + 1)), 0
    for _ in range(tries):
        driver = world.driver()
        try:
            capabilities = await driver.open(Lease("test", 1))
            for order in world.keeper.memory.live:
                # Loaded before the link was lost: it is still to be packed, under its own number.
                await driver.ensure_packing(order.status.number)
                await _until_over(world, driver, order.status.number)
            entries = await read_on(world, driver)
            missing = [at for at in range(1, pouches + 1) if at not in packed(entries)]
            if not missing:
                await driver.close()
                return entries
            number = (await driver.read_status()).high_water + 1
            whole = await order_for(driver, number, pouches, capabilities_digest(capabilities))
            wanted = replace(whole, pouches=tuple(one for one in whole.pouches if one.number in missing))
            await driver.ensure_loaded(wanted)
            await driver.ensure_packing(number)
            await _until_over(world, driver, number)
            await driver.close()
        except (UnreachableError, OutcomeUnknownError):
            await driver.close()
        except KilledError:
            pass
        if world.dead:
            await bury(world)
    message = f"{missing} were never packed"
    raise AssertionError(message)


async def bury(world: World) -> None:
    """What the end of a process does: its lock is gone, and it runs no more; a new one begins."""
    keeper = world.keeper
    task = keeper._runner  # pyright: ignore[reportPrivateUsage]
    if task is not None:
        task.cancel()
        await asyncio.wait({task})
    folder = keeper._folder  # pyright: ignore[reportPrivateUsage]
    if folder is not None:
        folder.close()
        keeper._folder = None  # pyright: ignore[reportPrivateUsage]
    world.fresh()


async def _until_over(world: World, driver: UnitDriver, number: int) -> None:
    for _ in range(200_000):
        if world.dead:
            raise KilledError
        # Not by asking: every question is a message that something may happen to.
        if world.keeper.lost is not None:
            raise UnreachableError(world.keeper.lost)
        if world.keeper.memory.orders[number].status.state in {OrderState.ENDED, OrderState.INTERRUPTED}:
            await driver.read_status()
            return
        await asyncio.sleep(0)
    raise AssertionError("the order never ends")


def packed(entries: Sequence[JournalEntry]) -> list[int]:
    return [one.pouch for one in entries if one.kind == "PouchClosed" and one.fields["outcome"] == "packed"]


def check_account(world: World, entries: Sequence[JournalEntry], pouches: int) -> None:
    """No pouch is packed twice by record, and every physical one is packed in record with matching truth, or void."""
    count = Counter(packed(entries))
    assert sorted(count) == list(range(1, pouches + 1))
    assert set(count.values()) == {1}
    started = {one.fields["film"] for one in entries if one.kind == "PouchStarted"}
    closed = [one.fields["film"] for one in entries if one.kind == "PouchClosed"]
    assert sorted(closed) == sorted(set(closed))
    assert set(closed) == started
    by_film = {one.fields["film"]: one for one in entries if one.kind == "PouchClosed"}
    void = {one.fields["film"] for one in entries if one.kind == "FilmChanged"}
    symbols: Counter[str] = Counter()
    for pouch in world.truth():
        symbols[str(pouch["symbol"])] += 1
    unknown = sum(one.kind == "PouchClosed" and one.fields["reason"] == "outcome unknown" for one in entries)
    assert symbols["VOID"] >= unknown, "a void pouch without a mark behind it"
    if world.spec.personality == "encoder":
        for pouch in world.truth():
            record = by_film.get(int(str(pouch["film"])))
            if record is None:
                assert pouch["film"] in void, pouch
            elif record.fields["outcome"] == "packed":
                assert pouch["outcome"] == "packed"
                assert str(pouch["symbol"]) == f"S{record.order_number}-{record.pouch}"
    else:
        good = Counter(str(pouch["symbol"]) for pouch in world.truth() if pouch["outcome"] == "packed")
        for one in entries:
            if one.kind == "PouchClosed" and one.fields["outcome"] == "packed":
                assert good[f"S{one.order_number}-{one.pouch}"] == 1


def run(act: Callable[[], object]) -> object:
    """Run an async scene to its end."""
    return asyncio.run(act())  # type: ignore[arg-type]  # a coroutine


def lines(world: World) -> list[object]:
    return [json.loads(line) for line in world.memory.lines]
