"""A database that is older than what its machines were sent is known by its witness, also while a machine is off."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from dispenser.app.bookkeeping import Book
from dispenser.app.fleet import Fleet
from dispenser.app.readmitting import (
    SIGNED_FOR,
    machine_answered,
    open_readmission,
    sign_readmission,
    use_readmission,
)
from dispenser.app.record_trust import begin_witness
from dispenser.app.site import UnsoundSiteError, require_sound_site
from dispenser.app.views_board import board
from dispenser.core.batch import BatchState
from dispenser.core.ids import MachineId
from dispenser.store.witness import Witness
from hal.journal import NOTHING
from hal.orders import PackingOrder
from tests.support.small_site import LOOKS, MACHINE, World
from tests.support.world import DirectDriver

SILENT = MachineId("m2")
REASON = "Poserne er kasseret og talt op"
TURNS = 60_000


def in_world(course: Callable[[World, Path], Awaitable[None]]) -> None:
    async def run() -> None:
        with TemporaryDirectory() as folder:
            world = World(Path(folder), {})
            object.__setattr__(world.services, "witness", Witness(Path(folder) / "witness"))
            with world.services.database.write() as tx:
                tx.machines.configure(SILENT, "direct:")
            begin_witness(world.services)
            await course(world, Path(folder) / "witness")
            world.services.database.close()

    asyncio.run(run())


def sign(world: World, machine_id: MachineId = SILENT) -> None:
    sign_readmission(world.services, machine_id, "Farmaceut Friis", "Tekniker Toft", REASON)


def was_sent(world: World, machine_id: MachineId, number: int) -> None:
    """Let a newer database have sent this order, of which ours knows nothing."""
    assert world.services.witness is not None
    world.services.witness.note(machine_id, number)


async def high_water(world: World) -> int:
    return (await DirectDriver(world.line).read_status()).high_water


def test_an_older_database_sends_nothing_until_the_silent_machine_has_answered() -> None:
    async def course(world: World, _: Path) -> None:
        await world.release()
        was_sent(world, SILENT, 5)
        with pytest.raises(UnsoundSiteError, match="DOSE-0624 m2 may have had orders up to 5, but the database"):
            require_sound_site(world.services)
        await world.serve(60, until_packed=True)
        assert await high_water(world) == 0
        machine_answered(world.services, SILENT)
        require_sound_site(world.services)
        await world.serve(LOOKS, until_packed=True)
        world.require_truth()
        with world.services.database.write() as tx:
            assert tx.machines.take_order_number(SILENT) > 5

    in_world(course)


def test_two_people_sign_for_a_machine_that_never_comes_back() -> None:
    async def course(world: World, _: Path) -> None:
        was_sent(world, SILENT, 5)
        sign(world)
        require_sound_site(world.services)
        with world.services.database.write() as tx:
            assert tx.machines.take_order_number(SILENT) > 5

    in_world(course)


def test_a_machine_of_which_the_database_does_not_even_know_holds_the_fleet() -> None:
    async def course(world: World, _: Path) -> None:
        was_sent(world, MachineId("m9"), 1)
        with pytest.raises(UnsoundSiteError, match="DOSE-0624 m9"):
            require_sound_site(world.services)

    in_world(course)


def test_an_order_is_kept_before_it_is_sent() -> None:
    class Watched(DirectDriver):
        file: Path
        seen = 0

        async def ensure_loaded(self, order: PackingOrder) -> None:
            # As another process reads it from the disk.
            assert Witness(self.file).sent()[MACHINE] == order.number
            Watched.seen += 1
            await super().ensure_loaded(order)

    async def course(world: World, file: Path) -> None:
        await world.release()
        driver = Watched(world.line)
        driver.file = file
        await packed_by(world, driver)
        assert Watched.seen > 1

    in_world(course)


def lock(file: Path) -> None:
    """Let nothing be written to `file`."""
    file.unlink()
    file.mkdir()


def unlock(file: Path) -> None:
    file.rmdir()


def test_nothing_is_sent_that_cannot_be_kept() -> None:
    async def course(world: World, file: Path) -> None:
        await world.release()
        lock(file)
        await world.serve(200, until_packed=True)
        assert await high_water(world) == 0
        unlock(file)
        await world.serve(LOOKS, until_packed=True)
        world.require_truth()

    in_world(course)


async def packed_by(world: World, driver: DirectDriver) -> None:
    """Serve until everything is packed."""
    fleet = Fleet(world.services, {MACHINE: driver}, "test")
    await fleet.start()
    for _turn in range(TURNS):
        await asyncio.sleep(0)
        if world.batch().state is BatchState.PACKED:
            break
    await fleet.stop()
    assert world.batch().state is BatchState.PACKED


def test_without_a_witness_every_machine_that_had_orders_is_asked_first() -> None:
    async def course(world: World, file: Path) -> None:
        await world.release()
        with world.services.database.write() as tx:
            tx.machines.take_order_number(MACHINE)
        object.__setattr__(world.services, "witness", Witness(file.with_name("other")))
        begin_witness(world.services)
        with pytest.raises(UnsoundSiteError, match="DOSE-0624 m1"):
            require_sound_site(world.services)
        await world.serve(LOOKS, until_packed=True)
        require_sound_site(world.services)
        world.require_truth()

    in_world(course)


def test_a_signature_says_nothing_of_a_machine_that_stayed_out_of_reach() -> None:
    async def course(world: World, _: Path) -> None:
        sign(world)
        for moved, is_open in ((SIGNED_FOR, True), (timedelta(seconds=1), False)):
            world.clock._now += moved
            assert (open_readmission(world.services, SILENT) is not None) is is_open
        # Nor one that was signed in the future: one of the two clocks was wrong.
        world.clock._now -= 3 * SIGNED_FOR
        assert open_readmission(world.services, SILENT) is None
        sign(world)
        assert open_readmission(world.services, SILENT) is not None

    in_world(course)


def test_a_machine_without_any_entry_is_taken_back() -> None:
    async def course(world: World, _: Path) -> None:
        sign(world)
        record = open_readmission(world.services, SILENT)
        assert record is not None
        use_readmission(Book(world.services, SILENT), record, NOTHING, 0)
        assert open_readmission(world.services, SILENT) is None

    in_world(course)


def test_a_machine_that_knew_more_is_not_served_unsigned_once_our_numbers_have_caught_up() -> None:
    async def told(world: World) -> str:
        await world.serve(60, until_packed=True)
        return board(world.services).tiles[0].note.english

    async def course(world: World, _: Path) -> None:
        await world.release()
        with world.services.database.read() as tx:
            epoch = tx.machines.get(MACHINE).epoch
        # A newer database of ours had opened it once more; then an older copy was put back.
        assert world.line.machine.hello("newer", epoch + 2).ok
        assert (await told(world)).startswith("FENCED")
        # The next lease is as high as the one that the machine has seen.
        assert (await told(world)).startswith("DOSE-0623 m1 knows more than the database")
        sign(world, MACHINE)
        await world.serve(LOOKS, until_packed=True)
        require_sound_site(world.services)
        world.require_truth()

    in_world(course)
