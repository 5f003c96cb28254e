"""The memory is one machine's: another one at the same place is refused before anything of it moves."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from hal.driver import Lease
from hal.drivers.unit.folder import NAME, FolderError
from hal.drivers.unit.identity import remembered_in
from hal.errors import ProtocolViolationError, RefusedError, UnreachableError
from hal.refusals import meaning_of
from hal.status import OrderState, capabilities_digest
from simulator.injection import injection_of
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.ports.unit_service import UnitDesk
from tests.support.unit_bench import World, bury, order_for, spec_of

ONE = Lease("one", 1)


@pytest.mark.parametrize("is_same_process", [True, False])
def test_another_machine_at_the_same_place_is_refused_and_does_nothing(tmp_path: Path, is_same_process: bool) -> None:  # noqa: FBT001 - a case
    world = World(spec_of("encoder", pouches_per_minute=200), tmp_path)

    async def scene() -> None:
        driver = world.driver()
        told = await driver.open(ONE)
        await driver.ensure_loaded(await order_for(driver, 1, 3, capabilities_digest(told)))
        await driver.close()
        if not is_same_process:
            await bury(world)
        right = world.machine, world.desk
        world.machine, world.desk = Machine(replace(world.spec, id="B-2"), InMemory(), "power-b"), UnitDesk()
        world.kinds.clear()
        driver = world.driver()
        with pytest.raises(RefusedError) as refused:
            await driver.open(ONE)
        (reason,) = refused.value.reasons
        assert reason.code == "OTHER_MACHINE"
        assert "B-2, remembered is" in reason.detail
        assert reason.detail.endswith("bare")
        assert meaning_of(reason.code) is not None
        assert world.kinds == ["ABOUT"]
        world.machine, world.desk = right
        await driver.open(ONE)
        (order,) = (await driver.read_status()).orders
        assert order.state is (OrderState.LOADED if is_same_process else OrderState.INTERRUPTED)
        await driver.close()

    asyncio.run(scene())
    assert remembered_in(tmp_path)[-1] == "bare"


@pytest.mark.parametrize("field", ["vendor", "model"])
def test_the_same_number_of_another_make_is_another_machine(tmp_path: Path, field: str) -> None:
    async def scene() -> None:
        world = World(spec_of("dumb"), tmp_path)
        await world.driver().open(ONE)
        await bury(world)
        world.machine = Machine(replace(world.spec, **{field: "X"}), world.memory, "power-b")
        with pytest.raises(RefusedError, match="OTHER_MACHINE"):
            await world.driver().open(ONE)

    asyncio.run(scene())


def test_a_machine_without_a_serial_number_is_never_armed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(spec_of("encoder"), tmp_path)
    told = world.machine.capabilities_document()
    monkeypatch.setattr(world.machine, "capabilities_document", lambda: {**told, "serial_number": ""})

    async def scene() -> None:
        with pytest.raises(ProtocolViolationError, match="no serial number"):
            await world.driver().open(ONE)

    asyncio.run(scene())
    assert world.kinds == ["ABOUT"]
    assert remembered_in(tmp_path) == ()


def test_whose_a_folder_is_can_be_read_without_taking_it(tmp_path: Path) -> None:
    assert remembered_in(tmp_path / "none") == ()

    async def scene() -> None:
        driver = World(spec_of("encoder"), tmp_path).driver()
        told = await driver.open(ONE)
        # While somebody works with it.
        assert remembered_in(tmp_path) == (told.vendor, told.model, told.serial_number)
        await driver.close()

    asyncio.run(scene())
    path = tmp_path / NAME
    path.write_bytes(path.read_bytes().replace(b"bare", b"bore"))
    with pytest.raises(FolderError, match="was changed"):
        remembered_in(tmp_path)


class Kinds(list[str]):
    """Messages as they come; at the `at`th of a `kind` the cable is moved, before the message arrives."""

    def __init__(self, kind: str, at: int, move: Callable[[], None]) -> None:
        super().__init__()
        self.wanted, self.at, self.move = kind, at, move

    def append(self, kind: str) -> None:
        super().append(kind)
        if kind == self.wanted and self.count(kind) == self.at:
            self.move()


@pytest.mark.parametrize("personality", ["encoder", "dumb"])
@pytest.mark.parametrize("kind", ["PACK", "RESULT", "STATE", "ARM"])
@pytest.mark.parametrize("at", range(1, 6))
@pytest.mark.parametrize("flaw", ["", "film_out"])
def test_a_cable_that_is_moved_at_any_message_moves_nothing_at_the_other_machine(
    tmp_path: Path, personality: str, kind: str, at: int, flaw: str
) -> None:
    world = World(spec_of(personality, pouches_per_minute=200, refill_ms=10**9), tmp_path)
    other = Machine(replace(world.spec, id="B-2"), InMemory(), "power-b")

    def move() -> None:
        world.machine, world.desk = other, UnitDesk()

    async def scene() -> None:
        driver = world.driver()
        told = await driver.open(ONE)
        await driver.ensure_loaded(await order_for(driver, 1, 6, capabilities_digest(told)))
        if flaw:
            assert world.machine.inject(injection_of(flaw, {})).ok
        world.kinds = Kinds(kind, at, move)
        with suppress(UnreachableError):
            await driver.ensure_packing(1)
        for _ in range(5_000):
            if world.keeper.lost is not None:
                break
            with suppress(UnreachableError):
                await driver.read_status()
            await asyncio.sleep(0)
        await driver.close()
        if world.machine is other:
            with pytest.raises(RefusedError, match="OTHER_MACHINE"):
                await driver.open(ONE)

    asyncio.run(scene())
    assert other.status_document()["film"] == 0
    assert other.status_document()["high_water"] == 0
