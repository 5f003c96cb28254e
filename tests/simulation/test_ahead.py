"""A machine has its next order before the one in work has ended, and a roll is never overtaken."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from dispenser.app.dispatch import left_beside, next_queued
from dispenser.app.machines import stock_of
from dispenser.app.release import queue_job
from dispenser.core.job import JobEvent, JobState
from dispenser.store.errors import ConflictError
from hal.documents import capabilities_of
from hal.journal import Cursor, JournalEntry
from hal.orders import BayPick, order_of
from hal.wire import words
from tests.support.small_site import LOOKS, MACHINE, SPEC, World
from tests.support.world import DirectDriver, SimulatedLine


def in_world(course: Callable[[World], Awaitable[None]], line: SimulatedLine | None = None) -> None:
    async def run() -> None:
        with TemporaryDirectory() as folder:
            world = World(Path(folder), {})
            if line is not None:
                world.line = line
            await course(world)
            world.services.database.close()

    asyncio.run(run())


def entries(world: World) -> Sequence[JournalEntry]:
    with world.services.database.read() as tx:
        return tx.journal.after(MACHINE, Cursor("", 0), 10_000)


def test_the_next_order_waits_in_the_machine_before_the_one_in_work_has_ended() -> None:
    async def course(world: World) -> None:
        await world.release()
        await world.serve(5 * LOOKS, until_packed=True)
        world.require_truth()
        told = [
            (entry.order_number, entry.fields["state"]) for entry in entries(world) if entry.kind == words.ORDER_CHANGED
        ]
        numbers = sorted({number for number, _ in told})
        assert len(numbers) == 4
        # Between two orders the machine never stops: each is loaded while the one before it is still in work.
        for before, after in pairwise(numbers):
            assert told.index((after, "loaded")) < told.index((before, "ended"))
        states = [entry.fields["to"] for entry in entries(world) if entry.kind == words.STATE_CHANGED]
        assert states.count("Execute") == 1

    # Slow enough that the controller has its say between two pouches.
    in_world(course, SimulatedLine(replace(SPEC, pouches_per_minute=6), {}))


def test_a_machine_that_takes_one_order_gets_one_at_a_time() -> None:
    async def course(world: World) -> None:
        await world.release()
        await world.serve(2 * LOOKS, until_packed=True)
        assert world.line.refusals == []
        world.require_truth()
        states = [entry.fields["to"] for entry in entries(world) if entry.kind == words.STATE_CHANGED]
        assert states.count("Execute") == 4

    in_world(course, SimulatedLine(replace(SPEC, queue_depth=1), {}))


def test_units_that_live_orders_still_need_are_not_promised_again() -> None:
    async def course(world: World) -> None:
        await world.release()
        await world.serve(11, until_packed=True)
        with world.services.database.read() as tx:
            live = tx.jobs.live_on(MACHINE)
            machine = tx.machines.get(MACHINE)
        assert live
        assert machine.capabilities is not None
        driver = DirectDriver(world.line)
        bays = await driver.read_bays()
        whole = stock_of(MACHINE, capabilities_of(machine.capabilities), bays)
        left = left_beside(world.services, whole)
        needed: dict[int, int] = {}
        for job in live:
            with world.services.database.read() as tx:
                open_ones = {p.number for p in tx.jobs.pouches_of_job(job.job_id) if p.state == "planned"}
            for pouch in order_of(job.order_document).pouches:
                for pick in pouch.picks:
                    if pouch.number in open_ones and isinstance(pick, BayPick):
                        needed[pick.bay] = needed.get(pick.bay, 0) + pick.units
        assert needed
        for before, after in zip(whole.canisters, left.canisters, strict=True):
            assert after.units == before.units - needed.get(before.bay, 0)

    in_world(course)


def test_nothing_is_sent_while_a_job_is_unknown_or_both_lanes_are_taken() -> None:
    async def course(world: World) -> None:
        await world.release()
        with world.services.database.write() as tx:
            epoch = tx.machines.take_epoch(MACHINE)
            first, second, *_ = (*tx.jobs.queued_for(MACHINE), None)
            assert first is not None
            assert second is not None
            assert tx.jobs.set_sent(first.job_id, 1, "{}", "d", epoch, world.clock.now())
        assert [job.job_id for job in next_queued(world.services, MACHINE)] == [second.job_id]
        assert next_queued(world.services, MACHINE, 1) == ()
        with world.services.database.write() as tx:
            tx.jobs.move(first.job_id, JobState.SENT, JobState.UNKNOWN, world.clock.now())
        assert next_queued(world.services, MACHINE) == ()
        with world.services.database.write() as tx:
            assert tx.jobs.set_sent(second.job_id, 2, "{}", "d", epoch, world.clock.now())
            assert [job.order_number for job in tx.jobs.live_on(MACHINE)] == [1, 2]

    in_world(course)


def test_the_database_refuses_a_third_live_order() -> None:
    async def course(world: World) -> None:
        await world.release()
        with world.services.database.write() as tx:
            jobs = tx.jobs.queued_for(MACHINE)
            assert len(jobs) == 2
            for number, job in enumerate(jobs, start=1):
                assert tx.jobs.set_sent(job.job_id, number, "{}", "d", 1, world.clock.now())
            tx.jobs.release_unpacked(jobs[0].job_id, JobEvent.INTERRUPTED.value, world.clock.now())
            third = queue_job(tx, jobs[0].roll_id, MACHINE, [0], world.clock.now())

        def send() -> None:
            with world.services.database.write() as tx:
                tx.jobs.set_sent(third.job_id, 3, "{}", "d", 1, world.clock.now())

        with pytest.raises(ConflictError):
            send()

    in_world(course)


def test_what_waits_behind_an_interrupted_order_is_not_packed_before_it() -> None:
    async def course(world: World) -> None:
        await world.release()
        await world.serve(13, until_packed=True)
        with world.services.database.read() as tx:
            assert len(tx.jobs.live_on(MACHINE)) == 2
        # Between two pouches, where alone a machine gives an order up.
        assert world.line.machine.moment == ""
        book = world.line.machine._book
        book.interrupt(min((order for order in book.live if order.turn), key=lambda order: order.turn))
        world.line.machine._log.flush()
        await world.serve(LOOKS, until_packed=True)
        # Also proves that every roll came out in its own order.
        world.require_truth()

    # It is still warming up when both orders are there.
    in_world(course, SimulatedLine(replace(SPEC, warm_up_ms=20_000), {}))
