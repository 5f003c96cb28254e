"""The driver as the machine's memory: leases, orders, acknowledgement, a full disk, and what no machine may say."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hal.clock import SystemClock
from hal.driver import Lease, Surroundings
from hal.drivers.unit import DRIVER
from hal.drivers.unit.driver import UnitDriver
from hal.drivers.unit.examine import examine
from hal.drivers.unit.folder import NAME
from hal.errors import MachineError, ProtocolViolationError, RefusedError, UnreachableError
from hal.journal import NOTHING, Cursor, Mark, chain
from hal.recovery import Recovery, recovery_of
from hal.status import Capabilities, OrderState, PackMLState, capabilities_digest
from simulator.injection import injection_of
from tests.support.full_disk import full_at
from tests.support.unit_bench import World, bury, journal, order_for, packed, spec_of

ONE, TWO = Lease("one", 1), Lease("two", 2)
Scene = Callable[[World, UnitDriver, Capabilities], Awaitable[None]]


def play(folder: Path, act: Scene, personality: str = "encoder", **changes: object) -> World:
    world = World(spec_of(personality, pouches_per_minute=200, **changes), folder)

    async def scene() -> None:
        driver = world.driver()
        await act(world, driver, await driver.open(ONE))
        await driver.close()

    asyncio.run(scene())
    return world


async def until(driver: UnitDriver, *states: OrderState) -> None:
    for _ in range(50_000):
        orders = (await driver.read_status()).orders
        if orders and all(one.state in states for one in orders):
            return
        await asyncio.sleep(0)
    raise AssertionError(states)


async def codes(awaited: Awaitable[None]) -> list[str]:
    with pytest.raises(RefusedError) as refused:
        await awaited
    return [reason.code for reason in refused.value.reasons]


@pytest.mark.parametrize("personality", ["encoder", "dumb"])
def test_it_says_what_it_is_and_keeps_the_journal_itself(tmp_path: Path, personality: str) -> None:
    async def act(_world: World, driver: UnitDriver, told: Capabilities) -> None:
        assert (told.journal, told.idempotent_load, told.journal_keeper) == (False, False, "driver")
        assert recovery_of(told) is (Recovery.ENCODER if personality == "encoder" else Recovery.BLIND)
        order = await order_for(driver, 1, 3, capabilities_digest(told))
        await driver.ensure_loaded(order)
        await driver.ensure_loaded(order)
        await driver.ensure_packing(1)
        await until(driver, OrderState.ENDED)
        entries = await journal(driver)
        assert packed(entries) == [1, 2, 3]
        head = ""
        for entry in entries:
            head = chain(head, entry)
        status = await driver.read_status()
        assert (status.journal_head, status.last_seq, status.film) == (head, entries[-1].seq, 3)

    play(tmp_path, act, personality)


def test_orders_are_refused_with_every_reason(tmp_path: Path) -> None:
    async def act(world: World, driver: UnitDriver, told: Capabilities) -> None:
        order = await order_for(driver, 5, 2, capabilities_digest(told))
        await driver.ensure_loaded(order)
        assert await codes(driver.ensure_loaded(replace(order, order_id="other"))) == ["CONFLICT"]
        assert await codes(driver.ensure_loaded(replace(order, number=4))) == ["STALE_JOB"]
        assert await codes(driver.ensure_packing(9)) == ["UNKNOWN_ORDER"]
        await driver.ensure_loaded(replace(order, number=6))
        assert await codes(driver.ensure_loaded(replace(order, number=7))) == ["QUEUE_FULL"]
        await driver.ensure_stopped()
        await until(driver, OrderState.INTERRUPTED)
        assert await codes(driver.ensure_packing(5)) == ["WRONG_STATE"]
        assert "PACK" not in world.kinds

    play(tmp_path, act)


def test_a_lower_epoch_never_commands_again_and_the_lease_outlives_the_process(tmp_path: Path) -> None:
    async def act(world: World, driver: UnitDriver, _told: Capabilities) -> None:
        second = world.driver()
        await second.open(TWO)
        for command in (driver.ensure_paused(), driver.ensure_stopped(), driver.acknowledge(NOTHING)):
            assert await codes(command) == ["FENCED"]
        await second.close()
        await bury(world)
        with pytest.raises(RefusedError, match="FENCED"):
            await world.driver().open(ONE)

    play(tmp_path, act)


def test_a_pause_lasts_and_an_order_goes_on_after_a_clean_close(tmp_path: Path) -> None:
    async def act(world: World, driver: UnitDriver, told: Capabilities) -> None:
        await driver.ensure_loaded(await order_for(driver, 1, 12, capabilities_digest(told)))
        await driver.ensure_packing(1)
        await until(driver, OrderState.RUNNING)
        await driver.ensure_paused()
        await until(driver, OrderState.HELD)
        assert (await driver.read_status()).state is PackMLState.SUSPENDED
        await driver.ensure_packing(1)
        await until(driver, OrderState.RUNNING)
        await driver.close()
        with pytest.raises(UnreachableError):
            await driver.read_status()
        packed_before = world.kinds.count("PACK")
        await driver.open(ONE)
        await until(driver, OrderState.ENDED)
        assert world.kinds.count("PACK") == 12 > packed_before
        assert packed(await journal(driver)) == list(range(1, 13))

    play(tmp_path, act)


def test_an_order_that_is_queued_behind_does_not_end_a_pause(tmp_path: Path) -> None:
    async def act(_world: World, driver: UnitDriver, told: Capabilities) -> None:
        first = await order_for(driver, 1, 12, capabilities_digest(told))
        await driver.ensure_loaded(first)
        await driver.ensure_packing(1)
        await until(driver, OrderState.RUNNING)
        await driver.ensure_paused()
        await until(driver, OrderState.HELD)
        await driver.ensure_loaded(replace(first, number=2))
        await driver.ensure_packing(2)
        for _ in range(200):
            await asyncio.sleep(0)
            assert (await driver.read_status()).state is PackMLState.SUSPENDED
        await driver.ensure_packing(1)
        await until(driver, OrderState.ENDED)

    play(tmp_path, act)


def test_an_acknowledgement_survives_and_another_story_is_refused(tmp_path: Path) -> None:
    async def act(world: World, driver: UnitDriver, _told: Capabilities) -> None:
        (entry,) = await journal(driver)
        mark = Mark(Cursor(entry.boot_id, entry.seq), chain("", entry))
        await driver.acknowledge(mark)
        await driver.acknowledge(NOTHING)
        assert await codes(driver.acknowledge(replace(mark, head="0" * 64))) == ["WRONG_HEAD"]
        assert await codes(driver.acknowledge(Mark(Cursor("x", 1), mark.head))) == ["WRONG_HEAD"]
        await bury(world)
        again = world.driver()
        await again.open(ONE)
        assert (await again.read_status()).acknowledged == mark
        await again.close()

    play(tmp_path, act)


def test_no_command_leaves_when_its_intent_cannot_be_kept(tmp_path: Path) -> None:
    async def act(world: World, driver: UnitDriver, told: Capabilities) -> None:
        await driver.ensure_loaded(await order_for(driver, 1, 3, capabilities_digest(told)))
        with full_at((tmp_path / NAME).stat().st_size + 10):
            await driver.ensure_packing(1)
            with pytest.raises(UnreachableError, match="cannot be written"):
                await until(driver, OrderState.ENDED)
            with pytest.raises(UnreachableError):
                await driver.open(TWO)
        assert "PACK" not in world.kinds
        await driver.open(TWO)

    assert not play(tmp_path, act).truth()


def test_an_outcome_that_cannot_be_kept_is_void(tmp_path: Path) -> None:
    async def act(world: World, driver: UnitDriver, told: Capabilities) -> None:
        await driver.ensure_loaded(await order_for(driver, 1, 3, capabilities_digest(told)))
        await driver.ensure_packing(1)
        while "PACK" not in world.kinds:  # noqa: ASYNC110 - nothing rings
            await asyncio.sleep(0)
        with full_at((tmp_path / NAME).stat().st_size + 50), pytest.raises(MachineError):
            await until(driver, OrderState.ENDED)
        await driver.open(TWO)
        assert packed(await journal(driver)) == []
        assert [str(pouch["symbol"]) for pouch in world.truth()] == ["S1-1", "VOID"]

    play(tmp_path, act)


def test_a_jam_holds_until_somebody_has_cleared_it(tmp_path: Path) -> None:
    async def act(world: World, driver: UnitDriver, told: Capabilities) -> None:
        await driver.ensure_loaded(await order_for(driver, 1, 6, capabilities_digest(told)))
        await driver.ensure_packing(1)
        assert world.machine.inject(injection_of("jam", {"bay": "1"})).ok
        await until(driver, OrderState.ENDED)
        assert packed(await journal(driver)) == [1, 2, 3, 4, 5, 6]
        kinds = [entry.kind for entry in await journal(driver)]
        assert "AlarmRaised" in kinds
        assert kinds.index("AlarmRaised") < kinds.index("AlarmCleared")
        assert "Held" in [entry.fields.get("to") for entry in await journal(driver)]

    play(tmp_path, act)


def test_an_open_door_interrupts_and_the_machine_is_cleared_for_the_next_order(tmp_path: Path) -> None:
    async def act(world: World, driver: UnitDriver, told: Capabilities) -> None:
        await driver.ensure_loaded(await order_for(driver, 1, 6, capabilities_digest(told)))
        await driver.ensure_packing(1)
        while not packed(await journal(driver)):  # noqa: ASYNC110 - nothing rings
            await asyncio.sleep(0)
        assert world.machine.inject(injection_of("door_open", {"for_ms": "2000"})).ok
        await until(driver, OrderState.INTERRUPTED, OrderState.ENDED)
        assert 0 < len(packed(await journal(driver))) < 6
        await driver.ensure_loaded(await order_for(driver, 2, 2, capabilities_digest(told), first=20))
        await driver.ensure_packing(2)
        await until(driver, OrderState.INTERRUPTED, OrderState.ENDED)
        assert packed(await journal(driver))[-2:] == [20, 21]

    play(tmp_path, act)


def test_a_film_index_that_goes_back_stops_everything(tmp_path: Path) -> None:
    async def act(world: World, driver: UnitDriver, told: Capabilities) -> None:
        await driver.ensure_loaded(await order_for(driver, 1, 3, capabilities_digest(told)))
        await driver.ensure_packing(1)
        await until(driver, OrderState.ENDED)
        await driver.close()
        world.memory.lines.clear()
        world.power_up()
        with pytest.raises(ProtocolViolationError, match="never go back"):
            await driver.open(ONE)

    play(tmp_path, act)


def test_film_that_somebody_else_used_is_written_off_and_marked(tmp_path: Path) -> None:
    async def act(world: World, driver: UnitDriver, told: Capabilities) -> None:
        await driver.close()
        other = World(world.spec, tmp_path / "other", clock=world.clock)
        other.machine, other.desk, other.memory = world.machine, world.desk, world.memory
        stranger = other.driver()
        await stranger.open(ONE)
        await stranger.ensure_loaded(await order_for(stranger, 1, 2, capabilities_digest(told)))
        await stranger.ensure_packing(1)
        await until(stranger, OrderState.ENDED)
        await stranger.close()
        await driver.open(ONE)
        films = [one.fields["film"] for one in await journal(driver) if one.kind == "FilmChanged"]
        assert films == [1, 2, 3]

    play(tmp_path / "own", act)


def test_a_machine_that_keeps_a_journal_is_not_for_this_driver(tmp_path: Path) -> None:
    async def scene() -> None:
        world = World(replace(spec_of("encoder"), personality="journaled"), tmp_path)
        with pytest.raises(ProtocolViolationError, match="journal"):
            await world.driver().open(ONE)

    asyncio.run(scene())


@pytest.mark.parametrize("uri", ["unit://", "unit+socket://x", "opc.tcp://x", "unit:///dev/x?baud=1"])
def test_a_uri_that_is_none_is_refused(tmp_path: Path, uri: str) -> None:
    with pytest.raises(ValueError, match="://"):
        DRIVER.build(uri, Surroundings(SystemClock(), tmp_path))


def test_nothing_is_built_without_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="folder"):
        DRIVER.build("unit:///dev/ttyUSB0", Surroundings(SystemClock()))
    assert DRIVER.build("unit:///dev/ttyUSB0", Surroundings(SystemClock(), tmp_path))
    assert not list(tmp_path.iterdir())


def test_an_examination_of_nothing_says_what_is_missing(tmp_path: Path) -> None:
    for uri, code in (("unit:///nowhere/tty", "PORT"), ("unit://", "ADDRESS"), ("unit+socket://127.0.0.1:1", "PORT")):
        found = asyncio.run(examine(uri, Surroundings(SystemClock(), tmp_path)))
        assert (found.reached, found.is_fit, found.capabilities) == (False, False, None)
        assert [point.code for point in found.points if not point.fulfilled] == [code]
    assert not list(tmp_path.iterdir())
