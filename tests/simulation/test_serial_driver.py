"""The serial driver and the simulated machine, over a pseudo-terminal and over TCP, from open to unplug."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import pytest

from hal.clock import SystemClock
from hal.driver import Lease
from hal.drivers.pplis import DRIVER
from hal.drivers.pplis.driver import PplisDriver
from hal.errors import MachineError, OutcomeUnknownError, RefusedError, UnreachableError
from hal.journal import START, Cursor, JournalEntry
from hal.orders import BayPick, CellPick, PackingOrder, PouchOrder, digest_of
from hal.status import Bay, Capabilities, MachineStatus, OrderState, PackMLState, capabilities_digest
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
        await ready.wait()

    async def kill(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def driver(self) -> PplisDriver:
        driver = DRIVER.build(self.uri, SystemClock())
        assert isinstance(driver, PplisDriver)
        return driver


@pytest.fixture(params=["pty", "tcp"])
def wire(request: pytest.FixtureRequest, tmp_path: Path, unused_port: Callable[[], int]) -> tuple[str, str]:
    """Where the machine serves, and the URI that leads there."""
    if request.param == "pty":
        return f"pty:{tmp_path}/S1", f"pplis://{tmp_path}/S1?baud=115200&timers={TIMERS}"
    port = unused_port()
    return f"tcp:127.0.0.1:{port}", f"pplis+socket://127.0.0.1:{port}?baud=115200&timers={TIMERS}"


@pytest.fixture
def unused_port() -> Callable[[], int]:
    def find() -> int:
        async def ask() -> int:
            server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
            port = int(server.sockets[0].getsockname()[1])
            server.close()
            await server.wait_closed()
            return port

        return asyncio.run(ask())

    return find


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


def test_an_order_is_packed_and_told_to_the_end(wire: tuple[str, str]) -> None:
    async def check() -> None:
        async with running(wire) as (_, driver, capabilities):
            assert (capabilities.bays, capabilities.journal) == (2, True)
            assert await driver.read_bays() == [
                Bay(1, "C1", "F1", "28100000101", 5_000),
                Bay(2, "C2", "F2", "28100000202", 5_000),
            ]
            wanted = order(capabilities, pouches=8)
            await driver.ensure_loaded(wanted)
            await driver.ensure_loaded(wanted)
            (loaded,) = (await driver.read_status()).orders
            assert (loaded.state, loaded.digest, loaded.closed) == (OrderState.LOADED, digest_of(wanted), 0)
            await driver.ensure_packing(1)
            await driver.ensure_packing(1)
            status = await until(driver, ended(1))
            entries = await whole_journal(driver)
            assert packed(entries, 1) == list(range(8))
            assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
            assert entries[-1].seq >= status.last_seq
            assert await whole_journal(driver, step=7) == entries
            assert await driver.journal_after(Cursor(entries[-1].boot_id, entries[-1].seq), 10) == []

    asyncio.run(check())


def test_the_bell_rings_for_news_and_the_journal_is_read_while_it_grows(wire: tuple[str, str]) -> None:
    async def check() -> None:
        async with running(wire) as (_, driver, capabilities):
            await driver.ensure_loaded(order(capabilities, pouches=50))
            await driver.ensure_packing(1)
            entries: list[JournalEntry] = []
            async with asyncio.timeout(20):
                async for _ in driver.doorbell():
                    cursor = Cursor(entries[-1].boot_id, entries[-1].seq) if entries else START
                    entries += await whole_journal(driver, cursor=cursor)
                    if len(packed(entries, 1)) == 50:
                        break
            assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))

    asyncio.run(check())


def test_pause_goes_on_and_stop_ends(wire: tuple[str, str]) -> None:
    async def check() -> None:
        async with running(wire) as (_, driver, capabilities):
            await driver.ensure_loaded(order(capabilities, pouches=300))
            await driver.ensure_packing(1)
            await until(driver, lambda status: status.orders[0].closed > 2)
            await driver.ensure_paused()
            await driver.ensure_paused()
            paused = await until(driver, lambda status: status.state is PackMLState.SUSPENDED)
            await driver.ensure_packing(1)
            await until(driver, lambda status: status.orders[0].closed > paused.orders[0].closed + 2)
            await driver.ensure_stopped()
            await driver.ensure_stopped()
            stopped = await until(driver, lambda status: status.state is PackMLState.STOPPED)
            assert stopped.orders[0].state is OrderState.INTERRUPTED
            entries = await whole_journal(driver)
            assert packed(entries, 1) == list(range(stopped.orders[0].closed))
            assert stopped.orders[0].closed < 300

    asyncio.run(check())


def test_a_second_controller_with_a_lower_epoch_is_fenced_off(wire: tuple[str, str]) -> None:
    async def check() -> None:
        async with running(wire) as (machines, driver, capabilities):
            await driver.close()
            second = machines.driver()
            await reopened(second, Lease("second", 5))
            await second.close()
            with pytest.raises(RefusedError) as refused:
                await reopened(driver, LEASE)
            assert refused.value.reasons[0].code == words.FENCED
            await reopened(second, Lease("second", 5))
            with pytest.raises(RefusedError) as refused:
                await second.ensure_loaded(order(capabilities, epoch=4))
            assert refused.value.reasons[0].code == words.FENCED
            await second.close()

    asyncio.run(check())


def test_two_controllers_cannot_share_the_line(wire: tuple[str, str]) -> None:
    async def check() -> None:
        async with running(wire) as (machines, driver, _):
            with pytest.raises(UnreachableError):
                await machines.driver().open(Lease("second", 5))
            assert (await driver.read_status()).epoch == 1

    asyncio.run(check())


def test_a_refused_order_has_all_its_reasons(wire: tuple[str, str]) -> None:
    async def check() -> None:
        async with running(wire) as (_, driver, capabilities):
            right = order(capabilities)
            picks = (
                BayPick(1, "C9", "F1", "28100000101", 1),
                BayPick(2, "C2", "F2", "28100000202", 1_000),
                CellPick(9_999, "p½", 2),
            )
            wrong = replace(right, capabilities_digest="0" * 64, pouches=(replace(right.pouches[1], picks=picks),))
            with pytest.raises(RefusedError) as refused:
                await driver.ensure_loaded(wrong)
            codes = {reason.code for reason in refused.value.reasons}
            assert codes >= {
                words.WRONG_CAPABILITIES,
                words.WRONG_CANISTER,
                words.TOO_MANY_UNITS,
                words.UNKNOWN_CELL,
            }
            await driver.ensure_loaded(right)
            with pytest.raises(RefusedError) as refused:
                await driver.ensure_loaded(replace(right, order_id="other"))
            assert {reason.code for reason in refused.value.reasons} == {words.CONFLICT}
            with pytest.raises(RefusedError):
                await driver.ensure_packing(99)

    asyncio.run(check())


def test_a_killed_machine_is_noticed_and_its_journal_goes_on_after_the_restart(wire: tuple[str, str]) -> None:
    async def check() -> None:
        async with running(wire) as (machines, driver, capabilities):
            bell = asyncio.ensure_future(ring_to_the_end(driver))
            await driver.ensure_loaded(order(capabilities, pouches=300))
            await driver.ensure_packing(1)
            await until(driver, lambda status: status.orders[0].closed > 3)
            before = await driver.journal_after(START, 20)
            await machines.kill()
            with pytest.raises(MachineError):
                await driver.read_status()
            with pytest.raises(UnreachableError):
                await bell
            with pytest.raises(UnreachableError):
                await driver.open(LEASE)
            await machines.start()
            await reopened(driver, LEASE)
            after = await whole_journal(driver)
            assert after[: len(before)] == before
            assert {entry.boot_number for entry in after} == {1, 2}
            (interrupted,) = (await driver.read_status()).orders
            assert interrupted.state is OrderState.INTERRUPTED
            assert len(packed(after, 1)) == len(set(packed(after, 1))) < 300

    asyncio.run(check())


def test_a_machine_killed_under_a_command_packs_it_once_or_not_at_all(wire: tuple[str, str]) -> None:
    async def check() -> None:
        async with running(wire) as (machines, driver, capabilities):
            wanted = order(capabilities, pouches=40)
            load = asyncio.create_task(driver.ensure_loaded(wanted))
            await asyncio.sleep(0.004)
            await machines.kill()
            with suppress(OutcomeUnknownError, UnreachableError):
                await load
            await machines.start()
            await reopened(driver, LEASE)
            known = (await driver.read_status()).orders
            assert [one.digest for one in known] in ([], [digest_of(wanted)])

    asyncio.run(check())


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
