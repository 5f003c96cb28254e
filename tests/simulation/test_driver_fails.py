"""A driver of others may fail in any way: its machine is left alone and says so, and can be brought back."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from dispenser.app.fleet import Fleet
from dispenser.app.readmitting import sign_readmission
from dispenser.app.views_board import board
from dispenser.core.batch import BatchState
from hal.status import Bay
from tests.support.small_site import MACHINE, World
from tests.support.world import DirectDriver, SimulatedLine


class Fails(DirectDriver):
    """Raises what no contract knows of, as long as it is broken."""

    def __init__(self, line: SimulatedLine) -> None:
        super().__init__(line)
        self.is_broken = True

    async def read_bays(self) -> Sequence[Bay]:
        if self.is_broken:
            raise AttributeError("'NoneType' object has no attribute 'bays'")
        return await super().read_bays()


async def until(fulfilled: Callable[[], bool]) -> bool:
    for _ in range(60_000):
        if fulfilled():
            return True
        await asyncio.sleep(0)
    return False


def test_a_driver_that_fails_as_nobody_foresaw_leaves_its_machine_unserved_on_the_board() -> None:
    async def course(world: World) -> None:
        await world.release()
        driver = Fails(world.line)
        fleet = Fleet(world.services, {MACHINE: driver}, "test")
        await fleet.start()

        def is_left() -> bool:
            (tile,) = board(world.services).tiles
            return tile.note.english == "AttributeError: 'NoneType' object has no attribute 'bays'"

        assert await until(is_left)
        with world.services.database.read() as tx:
            assert tx.machines.get(MACHINE).link == "offline"
        driver.is_broken = False
        sign_readmission(world.services, MACHINE, "Farmaceut Friis", "Tekniker Toft", "Driveren er rettet")
        assert await until(lambda: world.batch().state is BatchState.PACKED)
        await fleet.stop()
        world.require_truth()

    async def run() -> None:
        with TemporaryDirectory() as folder:
            world = World(Path(folder), {})
            await course(world)
            world.services.database.close()

    asyncio.run(run())
