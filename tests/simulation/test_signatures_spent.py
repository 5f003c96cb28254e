"""A signature speaks of what a machine has made, never of what it makes later."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from dispenser.app.bookkeeping import Book
from dispenser.app.fleet import READMISSION_SECONDS, Fleet
from dispenser.app.readmitting import sign_readmission
from dispenser.app.staff import NotAllowedError
from dispenser.app.supervise import RETURN_SECONDS, Supervisor
from dispenser.app.views_board import board
from dispenser.core.batch import BatchState
from hal.driver import Lease
from hal.errors import UnreachableError
from hal.journal import Mark
from hal.status import Capabilities, MachineStatus
from simulator.machine import Machine
from simulator.memory import InMemory
from tests.support.small_site import MACHINE, World
from tests.support.world import DirectDriver, SimulatedLine

REASON = "Poserne er kasseret og talt op"
TURNS = 60_000


def in_world(course: Callable[[World], Awaitable[None]]) -> None:
    async def run() -> None:
        with TemporaryDirectory() as folder:
            world = World(Path(folder), {})
            await course(world)
            world.services.database.close()

    asyncio.run(run())


class Cut(DirectDriver):
    """A machine whose link can be cut."""

    is_cut = False

    def __init__(self, line: SimulatedLine) -> None:
        super().__init__(line)
        self.opened = 0

    async def open(self, lease: Lease) -> Capabilities:
        self._require_link()
        self.opened += 1
        return await super().open(lease)

    async def read_status(self) -> MachineStatus:
        self._require_link()
        return await super().read_status()

    def _require_link(self) -> None:
        if self.is_cut:
            raise UnreachableError("cut")


async def until(fulfilled: Callable[[], bool], turns: int = TURNS) -> bool:
    for _ in range(turns):
        if fulfilled():
            return True
        await asyncio.sleep(0)
    return False


def sign(world: World) -> None:
    sign_readmission(world.services, MACHINE, "Farmaceut Friis", "Tekniker Toft", REASON)


def link(world: World) -> str:
    with world.services.database.read() as tx:
        return tx.machines.get(MACHINE).link


def is_signed(world: World) -> bool:
    with world.services.database.read() as tx:
        return tx.machines.open_readmission(MACHINE) is not None


def packed(world: World) -> int:
    return sum(1 for line in world.line.truth() if line["outcome"] == "packed")


def twice(world: World) -> list[tuple[str, object]]:
    """Return every pouch of a roll that came out packed more than once."""
    with world.services.database.read() as tx:
        rolls = {job.order_number: str(job.roll_id) for job in tx.jobs.of_batch(world.batch().batch_id)}
    came = [
        (rolls[int(str(line["order"]))], line["pouch"]) for line in world.line.truth() if line["outcome"] == "packed"
    ]
    return [pouch for pouch in came if came.count(pouch) > 1]


def test_a_machine_that_was_at_work_when_it_was_signed_for_waits_for_another_signature() -> None:
    async def course(world: World) -> None:
        await world.release()
        await world.serve(12, until_packed=True)
        with world.services.database.write() as tx:
            tx.machines.set_link(MACHINE, "offline", None, None)
        sign(world)
        driver = Cut(world.line)
        fleet = Fleet(world.services, {MACHINE: driver}, "test")
        await fleet.start()
        assert await until(lambda: driver.opened == 1 and not is_signed(world))
        # It stops, comes to rest, and is left alone: pouches came out after the signature.
        assert not await until(lambda: driver.opened > 1, 6_000)
        (tile,) = board(world.services).tiles
        assert tile.note.english.startswith("DOSE-0621")
        sign(world)
        assert await until(lambda: world.batch().state is BatchState.PACKED)
        await fleet.stop()

    in_world(course)


def test_nobody_signs_for_a_machine_in_service() -> None:
    async def course(world: World) -> None:
        await world.serve(12, until_packed=False)
        with pytest.raises(NotAllowedError, match="m1 is in service") as caught:
            sign(world)
        (finding,) = caught.value.findings
        assert finding.code.id == "DOSE-0625"
        assert finding.text("da").startswith("m1 er i drift;")
        assert not is_signed(world)

    in_world(course)


def test_what_is_signed_while_only_the_link_is_lost_makes_nothing_of_no_pouch() -> None:
    async def course(world: World) -> None:
        await world.release()
        driver = Cut(world.line)
        fleet = Fleet(world.services, {MACHINE: driver}, "test")
        await fleet.start()
        assert await until(lambda: packed(world) > 0)
        driver.is_cut = True
        assert await until(lambda: link(world) == "offline")
        sign(world)
        # Meanwhile the machine packs on, and comes to rest.
        for _ in range(60):
            world.line.call(lambda _: None)
        driver.is_cut = False
        assert await until(lambda: world.batch().state is BatchState.PACKED)
        assert await until(lambda: not is_signed(world))
        await fleet.stop()
        assert twice(world) == []
        world.require_truth()

    in_world(course)


def test_what_is_signed_once_more_while_a_machine_is_taken_back_says_nothing_of_later_pouches() -> None:
    class SignedAgain(Cut):
        async def read_status(self) -> MachineStatus:
            if self.opened == 1 and is_signed(world_of[0]) and len(world_of) == 1:
                world_of.append(world_of[0])
                sign(world_of[0])
            return await super().read_status()

    world_of: list[World] = []

    async def course(world: World) -> None:
        world_of.append(world)
        await world.release()
        with world.services.database.write() as tx:
            tx.machines.set_link(MACHINE, "offline", None, None)
        sign(world)
        fleet = Fleet(world.services, {MACHINE: SignedAgain(world.line)}, "test")
        await fleet.start()
        assert await until(lambda: link(world) == "online" and not is_signed(world))
        await fleet.stop()
        assert len(world_of) == 2

    in_world(course)


def test_a_machine_that_cannot_be_taken_back_is_not_asked_without_a_pause() -> None:
    async def course(world: World) -> None:
        await world.release()
        with world.services.database.write() as tx:
            tx.machines.set_link(MACHINE, "offline", None, None)
            # Somebody else drives it: whatever we say, it turns us away.
            world.line.machine.hello("another", tx.machines.take_epoch(MACHINE) + 1_000)
        sign(world)
        begun, asked = world.clock.monotonic(), len(world.line.refusals)
        fleet = Fleet(world.services, {MACHINE: DirectDriver(world.line)}, "test")
        await fleet.start()
        assert await until(lambda: len(world.line.refusals) >= asked + 5)
        await fleet.stop()
        assert world.clock.monotonic() - begun > 3 * min(RETURN_SECONDS, READMISSION_SECONDS)

    in_world(course)


def told_as(mark: Mark) -> dict[str, object]:
    return {"boot_id": mark.cursor.boot_id, "seq": mark.cursor.seq, "head": mark.head}


def test_a_machine_that_forgot_its_journal_is_served_no_more() -> None:
    async def course(world: World) -> None:
        await world.release()
        supervisor = Supervisor(world.services, MACHINE, DirectDriver(world.line), "test")
        task = asyncio.create_task(supervisor.run())
        assert await until(lambda: world.batch().state is BatchState.PACKED)
        mark = Book(world.services, MACHINE).mark()
        # What is on record is acknowledged too, so that no refusal of an acknowledgement tells.
        assert await until(lambda: world.line.machine.status_document()["acknowledged"] == told_as(mark))
        world.line.memory = InMemory()
        world.line.machine = Machine(world.line.spec, world.line.memory)
        assert await until(task.done)
        (tile,) = board(world.services).tiles
        assert tile.note.english.startswith("DOSE-0620")

    in_world(course)
