"""A machine that was given up comes back when two people have signed; what it made meanwhile counts for nothing."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from dispenser.app.fleet import Fleet
from dispenser.app.readmitting import sign_readmission
from dispenser.app.site import UnsoundSiteError, require_sound_site
from dispenser.app.staff import NotAllowedError
from dispenser.app.supervise import Supervisor
from dispenser.app.views_board import board
from dispenser.core.batch import BatchState
from dispenser.core.ids import MachineId
from dispenser.store.errors import NotFoundError
from dispenser.store.session import Database
from hal.driver import Lease
from hal.journal import NOTHING, Cursor, Mark
from hal.orders import BayPick, PackingOrder, PouchOrder, digest_of, document_of
from hal.status import Capabilities, MachineStatus
from simulator import capabilities
from tests.support.small_site import LOOKS, MACHINE, World
from tests.support.world import DirectDriver

REASON = "Poserne er kasseret og talt op"


def in_world(course: Callable[[World, Path], Awaitable[None]]) -> None:
    async def run() -> None:
        with TemporaryDirectory() as folder:
            world = World(Path(folder), {})
            await course(world, Path(folder))
            world.services.database.close()

    asyncio.run(run())


async def given_up(world: World, driver: DirectDriver | None = None) -> str:
    """Serve until the machine is given up; return what the board says."""
    task = asyncio.create_task(Supervisor(world.services, MACHINE, driver or DirectDriver(world.line), "test").run())
    for _ in range(20_000):
        await asyncio.sleep(0)
        if task.done():
            break
    done = task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert done, "the machine is still served"
    (tile,) = board(world.services).tiles
    return tile.note.english


async def status(world: World) -> MachineStatus:
    return await DirectDriver(world.line).read_status()


def restore(world: World, folder: Path, name: str) -> None:
    """Go on with the copy `name` of the database."""
    world.services.database.close()
    for file in folder.glob("dispenser.db*"):
        file.unlink()
    shutil.copy(folder / name, folder / "dispenser.db")
    object.__setattr__(world.services, "database", Database(f"sqlite:///{folder}/dispenser.db"))


def copy(world: World, folder: Path, name: str) -> None:
    with world.services.database.write() as tx:
        tx.audit.append(world.clock.now(), "test", "copied", "database", "")
    world.services.database.close()
    shutil.copy(folder / "dispenser.db", folder / name)
    object.__setattr__(world.services, "database", Database(f"sqlite:///{folder}/dispenser.db"))


def test_what_is_on_record_is_acknowledged_to_the_machine() -> None:
    async def course(world: World, _: Path) -> None:
        await world.release()
        await world.serve(LOOKS, until_packed=True)
        told = (await status(world)).acknowledged
        assert told != NOTHING
        with world.services.database.read() as tx:
            assert tx.journal.head_at(MACHINE, told.cursor) == told.head

    in_world(course)


def test_a_database_restored_to_an_older_copy_serves_the_machine_no_more() -> None:
    async def course(world: World, folder: Path) -> None:
        await world.serve(12, until_packed=False)
        copy(world, folder, "older.db")
        # No order number tells the two apart: the machine was only switched off and on.
        world.line.cut_power()
        world.clock._now += timedelta(minutes=1)
        await world.serve(40, until_packed=False)
        restore(world, folder, "older.db")
        assert (await given_up(world)).startswith("DOSE-0619 m1 was told by a controller with another database")
        truth = world.line.truth()
        assert (await given_up(world)).startswith("DOSE-0619")
        assert world.line.truth() == truth

    in_world(course)


def test_a_rewritten_journal_ends_the_service_and_stops_the_machine() -> None:
    class OtherHead(DirectDriver):
        stopped = False

        async def read_status(self) -> MachineStatus:
            return replace(await super().read_status(), journal_head="ab" * 32)

        async def ensure_stopped(self) -> None:
            OtherHead.stopped = True
            await super().ensure_stopped()

    async def course(world: World, _: Path) -> None:
        assert (await given_up(world, OtherHead(world.line))).startswith("DOSE-0620 The journal of m1 is not")
        assert OtherHead.stopped

    in_world(course)


def strange_order(world: World, number: int) -> None:
    """Let somebody else have the machine pack an order of which our database knows nothing."""
    machine = world.line.machine
    picks = (BayPick(1, "K1", "K1-1", "A", 1),)
    pouches = (PouchOrder(0, "H", ("h",), ()), PouchOrder(1, "P", ("p",), picks))
    order = PackingOrder("strange", number, 50, capabilities.digest(world.line.spec), pouches)
    assert machine.hello("another", 50).ok
    assert machine.store(document_of(order), digest_of(order)).ok
    assert machine.start(50, 1, number).ok
    world.line.call(lambda one: one.advance(one.now_ms + 600_000))
    assert [line["outcome"] for line in world.line.truth()] == ["packed", "packed"]


def test_two_people_bring_a_machine_back_and_nothing_of_its_past_counts() -> None:
    async def course(world: World, _: Path) -> None:
        await world.release()
        strange_order(world, 7)
        with world.services.database.write() as tx:
            tx.machines.take_epoch(MACHINE, above=60)
        assert "DOSE-0601" in await given_up(world)
        record = sign_readmission(world.services, MACHINE, "Farmaceut Friis", "Tekniker Toft", REASON)
        assert (record.number, record.who, record.second) == (1, "Farmaceut Friis", "Tekniker Toft")
        fleet = Fleet(world.services, {MACHINE: DirectDriver(world.line)}, "test")
        await fleet.start()
        for _turn in range(60_000):
            await asyncio.sleep(0)
            if world.batch().state is BatchState.PACKED:
                break
        await fleet.stop()
        assert world.batch().state is BatchState.PACKED
        with world.services.database.read() as tx:
            assert tx.machines.open_readmission(MACHINE) is None
            numbers = {job.order_number for job in tx.jobs.of_batch(world.batch().batch_id)}
            told = [entry.action for entry in tx.audit.newest(500)]
        assert min(number for number in numbers if number) > 7
        assert {"machine readmitted", "machine in service again"} <= set(told)
        # The strange pouches are in the journal on record, and in nobody's roll.
        packed = [line for line in world.line.truth() if line["outcome"] == "packed"]
        assert len(packed) == 2 + sum(1 for _ in _planned(world))

    in_world(course)


def _planned(world: World) -> list[tuple[str, int]]:
    with world.services.database.read() as tx:
        return [(r.roll_id, n) for r in tx.batches.rolls(world.batch().batch_id) for n in range(r.pouches + 1)]


def test_a_machine_at_work_is_not_taken_back() -> None:
    async def course(world: World, _: Path) -> None:
        await world.release()
        await world.serve(12, until_packed=True)
        with world.services.database.write() as tx:
            tx.machines.set_link(MACHINE, "offline", None, None)
        sign_readmission(world.services, MACHINE, "Farmaceut Friis", "Tekniker Toft", REASON)
        assert (await given_up(world)).startswith("DOSE-0621 m1 is to serve again, but is still at work on order")
        # Nobody has looked at what it made until it stopped: that takes another signature.
        with world.services.database.read() as tx:
            assert tx.machines.open_readmission(MACHINE) is None

    in_world(course)


def test_who_may_not_sign_is_told_all_reasons_and_nothing_is_kept() -> None:
    async def course(world: World, _: Path) -> None:
        with pytest.raises(NotAllowedError) as refused:
            sign_readmission(world.services, MACHINE, "Toft", "toft ", "ok")
        assert len(refused.value.findings) == 2
        with pytest.raises(NotFoundError):
            sign_readmission(world.services, MachineId("m9"), "Friis", "Toft", REASON)
        with world.services.database.read() as tx:
            assert tx.machines.open_readmission(MACHINE) is None
        await asyncio.sleep(0)

    in_world(course)


def test_a_mark_is_kept_once_and_only_of_an_entry_on_record() -> None:
    async def course(world: World, _: Path) -> None:
        await world.serve(8, until_packed=False)
        with world.services.database.write() as tx:
            newest = tx.journal.newest(MACHINE, 1)[0]
            mark = Mark(Cursor(newest.boot_id, newest.seq), "cd" * 32)
            tx.journal.mark(MACHINE, mark)
            tx.journal.mark(MACHINE, mark)
        with world.services.database.read() as tx:
            assert tx.journal.head_at(MACHINE, Cursor("nowhere", 1)) is None

    in_world(course)


def test_a_machine_that_knows_more_than_the_database_stops_the_whole_fleet() -> None:
    async def course(world: World, _: Path) -> None:
        await world.release()
        strange_order(world, 7)
        with world.services.database.write() as tx:
            tx.machines.take_epoch(MACHINE, above=60)
        assert "DOSE-0601" in await given_up(world)
        # Nothing goes to any machine, whatever the other machines say of themselves.
        with pytest.raises(UnsoundSiteError, match="DOSE-0623 m1 knows more than the database"):
            require_sound_site(world.services)
        sign_readmission(world.services, MACHINE, "Farmaceut Friis", "Tekniker Toft", REASON)
        with pytest.raises(UnsoundSiteError):
            require_sound_site(world.services)
        fleet = Fleet(world.services, {MACHINE: DirectDriver(world.line)}, "test")
        await fleet.start()
        for _turn in range(60_000):
            await asyncio.sleep(0)
            if world.batch().state is BatchState.PACKED:
                break
        await fleet.stop()
        require_sound_site(world.services)
        assert world.batch().state is BatchState.PACKED

    in_world(course)


def test_nothing_is_sent_before_every_machine_was_tried() -> None:
    async def course(world: World, _: Path) -> None:
        await world.release()
        calls = world.line.calls
        task = asyncio.create_task(
            Supervisor(world.services, MACHINE, DirectDriver(world.line), "test", may_send=lambda: False).run()
        )
        while world.line.calls < calls + 60 and not task.done():  # noqa: ASYNC110 - virtual time
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert (await status(world)).high_water == 0

    in_world(course)


def test_a_machine_fenced_by_another_database_holds_the_fleet_until_two_people_take_it_back() -> None:
    async def course(world: World, _: Path) -> None:
        await world.release()
        assert world.line.machine.hello("another", 90).ok
        assert (await given_up(world)).startswith("FENCED")
        with pytest.raises(UnsoundSiteError, match="DOSE-0623"):
            require_sound_site(world.services)
        sign_readmission(world.services, MACHINE, "Farmaceut Friis", "Tekniker Toft", REASON)
        with world.services.database.write() as tx:
            tx.machines.take_epoch(MACHINE, above=85)
        fleet = Fleet(world.services, {MACHINE: DirectDriver(world.line)}, "test")
        await fleet.start()
        for _turn in range(60_000):
            await asyncio.sleep(0)
            if world.batch().state is BatchState.PACKED:
                break
        await fleet.stop()
        require_sound_site(world.services)
        assert world.batch().state is BatchState.PACKED

    in_world(course)


def test_a_machine_taken_over_by_a_controller_of_this_database_holds_nothing() -> None:
    async def course(world: World, _: Path) -> None:
        await world.release()

        class TakenOver(DirectDriver):
            async def open(self, lease: Lease) -> Capabilities:
                with world.services.database.write() as tx:
                    newer = tx.machines.take_epoch(MACHINE)
                assert world.line.machine.hello("another", newer).ok
                return await super().open(lease)

        await given_up(world, TakenOver(world.line))
        require_sound_site(world.services)

    in_world(course)
