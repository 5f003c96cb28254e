"""When going on would be guessing, a machine is left alone; what a plan change took out of use is not packed on."""

import asyncio
import json
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from dispenser.app.bookkeeping import Book
from dispenser.app.distrust import FencedOffError, StrangePouchError
from dispenser.app.superseding import supersede
from dispenser.app.supervise import Supervisor
from dispenser.app.views_board import board
from dispenser.core.batch import BatchState
from dispenser.core.job import JobEvent, JobState
from dispenser.core.plan import MedicationPlan
from dispenser.store.errors import BusyError
from dispenser.store.session import Transaction
from safety.site_checks import check_under_way
from tests.support.small_site import LOOKS, MACHINE, SPEC, World
from tests.support.world import DirectDriver, SimulatedLine

if TYPE_CHECKING:
    Course = Callable[[World], object]


def in_world(course: "Course") -> None:
    async def run() -> None:
        with TemporaryDirectory() as folder:
            world = World(Path(folder), {})
            await course(world)
            world.services.database.close()

    asyncio.run(run())


def link(world: World) -> str:
    with world.services.database.read() as tx:
        return tx.machines.get(MACHINE).link


def test_a_controller_that_was_taken_over_writes_nothing_more() -> None:
    async def course(world: World) -> None:
        await world.release()
        with world.services.database.write() as tx:
            mine = tx.machines.take_epoch(MACHINE)
            job = tx.jobs.queued_for(MACHINE)[0]
            tx.jobs.set_sent(job.job_id, tx.machines.take_order_number(MACHINE), "{}", "d", mine, world.clock.now())
            tx.machines.take_epoch(MACHINE)
        book = Book(world.services, MACHINE, mine)
        for write in (
            lambda: book.found_packing(1),
            book.lost,
            lambda: book.give_up(1, JobEvent.REFUSED),
            lambda: book.record([]),
        ):
            with pytest.raises(FencedOffError):
                write()
        (live,) = book.live()
        assert live.state is JobState.SENT

    in_world(course)


def test_refusing_one_order_never_ends_another() -> None:
    async def course(world: World) -> None:
        await world.release()
        with world.services.database.write() as tx:
            epoch = tx.machines.take_epoch(MACHINE)
            job = tx.jobs.queued_for(MACHINE)[0]
            tx.jobs.set_sent(job.job_id, tx.machines.take_order_number(MACHINE), "{}", "d", epoch, world.clock.now())
        book = Book(world.services, MACHINE, epoch)
        book.give_up(999, JobEvent.REFUSED)
        (live,) = book.live()
        assert live.state is JobState.SENT

    in_world(course)


def test_a_machine_without_a_camera_is_not_served() -> None:
    async def course(world: World) -> None:
        world.line = SimulatedLine(replace(SPEC, camera=False), {})
        await world.serve(LOOKS, until_packed=False)
        assert world.line.calls < LOOKS
        assert link(world) == "offline"

    in_world(course)


def test_why_a_machine_is_not_served_is_on_the_board() -> None:
    async def course(world: World) -> None:
        world.line = SimulatedLine(replace(SPEC, camera=False), {})
        await world.serve(LOOKS, until_packed=False)
        (tile,) = board(world.services).tiles
        assert tile.note.english.startswith("DOSE-0603 m1 has no camera, so no pouch of it could be proven.")
        assert tile.note.danish.endswith("Få det, der mangler, slået til af leverandøren.")

    in_world(course)


def test_the_reason_joins_the_last_look_at_a_machine_that_was_served() -> None:
    async def course(world: World) -> None:
        await world.release()
        supervisor = Supervisor(world.services, MACHINE, DirectDriver(world.line), "test")
        with world.services.database.read() as tx:
            before = tx.machines.get(MACHINE).status
            supervisor._book.epoch = tx.machines.get(MACHINE).epoch
        await supervisor.leave(StrangePouchError(findings=check_under_way(MACHINE, 5, 2, None)))
        (tile,) = board(world.services).tiles
        assert tile.note.english.startswith("DOSE-0604 m1 packed pouch 2 of order 5, which is not under way.")
        with world.services.database.read() as tx:
            after = tx.machines.get(MACHINE).status
        assert before is not None
        assert after is not None
        assert json.loads(after)["bays"] == json.loads(before)["bays"] != []

    in_world(course)


def test_a_clock_set_back_under_way_sends_nothing_more() -> None:
    async def course(world: World) -> None:
        await world.release()
        world.clock._now -= timedelta(minutes=2)
        await world.serve(30, until_packed=False)
        (tile,) = board(world.services).tiles
        assert "DOSE-0607" in tile.note.english
        assert world.line.truth() == []

    in_world(course)


def test_a_roll_that_goes_void_is_stopped_at_the_next_pouch_and_named_for_discarding() -> None:
    async def course(world: World) -> None:
        await world.release()
        await world.serve(10, until_packed=True)
        with world.services.database.write() as tx:
            live = tx.jobs.live_on(MACHINE)[0]
            roll = tx.batches.roll(live.roll_id)
            plan = MedicationPlan(roll.citizen_id, 2, ())
            tx.plans.append(plan, world.clock.now(), "message-1", ())
            supersede(world.services, tx, plan, world.clock.now())
        fed_before = len(world.line.truth())
        await world.serve(LOOKS, until_packed=True)
        with world.services.database.read() as tx:
            assert tx.batches.roll_record(live.roll_id).void_reason
            packed = [p for p in tx.jobs.pouches_of_roll(live.roll_id) if p.state == "packed"]
            told = [entry for entry in tx.audit.newest(200) if entry.action in {"discard pouch", "roll void"}]
        assert world.batch().state is BatchState.PACKED
        of_the_roll = [line for line in world.line.truth()[fed_before:] if line["order"] == live.order_number]
        assert len(of_the_roll) <= 3
        assert told
        assert len(packed) < len(roll.pouches) + 1

    in_world(course)


def test_a_store_that_is_away_for_a_moment_does_not_end_the_supervisor() -> None:
    async def course(world: World) -> None:
        await world.release()
        real = world.services.database.write
        failures = iter([True] * 6)

        @contextmanager
        def sometimes() -> Generator[Transaction]:
            if next(failures, False):
                raise BusyError("locked")
            with real() as tx:
                yield tx

        write: Callable[[], AbstractContextManager[Transaction]] = sometimes
        world.services.database.write = write  # type: ignore[method-assign]  # a store that is busy, then not
        task = asyncio.create_task(Supervisor(world.services, MACHINE, DirectDriver(world.line), "test").run())
        while world.batch().state is not BatchState.PACKED and not task.done():  # noqa: ASYNC110 - virtual time
            await asyncio.sleep(0)
        assert not task.done()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        world.require_truth()

    in_world(course)


def test_an_order_never_has_more_pouches_than_the_machine_takes() -> None:
    async def course(world: World) -> None:
        world.line = SimulatedLine(replace(SPEC, order_pouches=2), {})
        await world.release()
        await world.serve(2 * LOOKS, until_packed=True)
        assert world.line.refusals == []
        world.require_truth()

    in_world(course)
