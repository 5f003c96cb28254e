"""What happens to one order while the other is being sent."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from dispenser.app.sending import REFUSED_SECONDS
from dispenser.app.supervise import Supervisor
from dispenser.app.views_board import board
from dispenser.core.batch import BatchState
from hal.errors import GaveWayError, Reason, RefusedError
from hal.orders import PackingOrder
from hal.wire import words
from simulator.injection import injection_of
from tests.support.small_site import LOOKS, MACHINE, SPEC, World
from tests.support.world import DirectDriver, SimulatedLine


def in_world(course: Callable[[World], Awaitable[None]]) -> None:
    async def run() -> None:
        with TemporaryDirectory() as folder:
            world = World(Path(folder), {})
            await course(world)
            world.services.database.close()

    asyncio.run(run())


async def serve(world: World, driver: DirectDriver, looks: int) -> bool:
    """Serve with `driver`; tell whether the machine was given up."""
    task = asyncio.create_task(Supervisor(world.services, MACHINE, driver, "test").run())
    start = world.line.calls
    while world.line.calls < start + looks and not task.done():  # noqa: ASYNC110 - virtual time
        await asyncio.sleep(0)
    done = task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return done


class WhileLoading(DirectDriver):
    """Does something else once while it loads the order that comes `nth`."""

    def __init__(self, line: SimulatedLine, nth: int, act: Callable[[PackingOrder], None]) -> None:
        super().__init__(line)
        self._left, self._act = nth, act
        self.done: list[tuple[str, int]] = []

    async def ensure_loaded(self, order: PackingOrder) -> None:
        self._left -= 1
        if not self._left:
            self._act(order)
        self.done.append(("load", order.number))
        await super().ensure_loaded(order)

    async def ensure_stopped(self) -> None:
        self.done.append(("stop", 0))
        await super().ensure_stopped()


def packed_orders(world: World) -> list[int]:
    return [int(str(line["order"])) for line in world.line.truth() if line["outcome"] == "packed"]


def test_nothing_is_sent_behind_an_order_that_went_void_while_it_was_loaded() -> None:
    async def course(world: World) -> None:
        # With a cell for every half, a roll is one order, and the one behind it another citizen's.
        world.line = SimulatedLine(replace(SPEC, tray_cells=4), {})
        await world.release()

        def void(order: PackingOrder) -> None:
            with world.services.database.write() as tx:
                job = next(job for job in tx.jobs.live_on(MACHINE) if job.order_number == order.number)
                tx.batches.void_roll(job.roll_id, "changed")

        driver = WhileLoading(world.line, 1, void)
        assert not await serve(world, driver, LOOKS)
        first, second = driver.done[:2]
        assert first[0] == "load"
        assert second[0] != "load"
        assert first[1] not in packed_orders(world)

    in_world(course)


def test_an_order_is_not_started_when_the_one_before_it_was_interrupted_while_it_was_loaded() -> None:
    async def course(world: World) -> None:
        await world.release()

        def stop(order: PackingOrder) -> None:
            while order.number - 1 not in packed_orders(world):
                world.line.call(lambda _: None)
            assert world.line.machine.command("Stop").ok
            while world.line.machine.state != "Stopped":
                world.line.call(lambda _: None)

        driver = WhileLoading(world.line, 2, stop)
        assert not await serve(world, driver, LOOKS)
        # Also proves that no roll was overtaken by its own second half.
        world.require_truth()
        with world.services.database.read() as tx:
            rolls = {job.order_number: job.roll_id for job in tx.jobs.of_batch(world.batch().batch_id)}
        strip = [rolls[number] for number in packed_orders(world)]
        assert sum(1 for one, other in pairwise(strip) if one != other) == 1

    in_world(course)


def test_an_order_that_is_refused_keeps_no_other_roll_waiting_and_is_not_asked_for_again_at_once() -> None:
    class Picky(DirectDriver):
        asked = 0

        async def ensure_loaded(self, order: PackingOrder) -> None:
            if any("Borger 1" in line for pouch in order.pouches for line in pouch.lines):
                self.asked += 1
                raise RefusedError((Reason(words.UNPRINTABLE, "pouch 0: U+0141 not in iso-8859-1"),))
            await super().ensure_loaded(order)

    async def course(world: World) -> None:
        await world.release()
        driver = Picky(world.line)
        begun = world.clock.monotonic()
        assert not await serve(world, driver, 200)
        (tile,) = board(world.services).tiles
        assert tile.note.english.startswith("UNPRINTABLE")
        assert driver.asked <= (world.clock.monotonic() - begun) / REFUSED_SECONDS + 1
        # The header and four pouches of the other citizen.
        assert len(packed_orders(world)) == 5

    in_world(course)


def test_a_machine_that_refuses_whatever_it_is_sent_is_asked_for_one_order_alone() -> None:
    class NoFilm(DirectDriver):
        asked = 0

        async def ensure_loaded(self, order: PackingOrder) -> None:
            self.asked += 1
            raise RefusedError((Reason(words.NO_FILM, f"order {order.number}: no film is left"),))

    async def course(world: World) -> None:
        await world.release()
        driver = NoFilm(world.line)
        begun = world.clock.monotonic()
        assert not await serve(world, driver, 200)
        assert 1 < driver.asked <= (world.clock.monotonic() - begun) / REFUSED_SECONDS + 1

    in_world(course)


def test_a_machine_that_became_another_while_it_was_served_is_read_anew_and_packs_on() -> None:
    async def course(world: World) -> None:
        world.line = SimulatedLine(replace(SPEC, tray_cells=4), {})
        await world.release()
        driver = DirectDriver(world.line)
        task = asyncio.create_task(Supervisor(world.services, MACHINE, driver, "test").run())
        while not packed_orders(world):  # noqa: ASYNC110 - virtual time
            await asyncio.sleep(0)
        # Somebody puts on another film: what was on the machine is given up, and it can do something else now.
        geometry = injection_of("film_geometry", {"width_mm": "60", "pouch_units": "20"})
        assert world.line.call(lambda machine: machine.inject(geometry)).ok
        start = world.line.calls
        while world.line.calls < start + LOOKS and world.batch().state is not BatchState.PACKED:  # noqa: ASYNC110
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        world.require_truth()

    in_world(course)


class LongLoad(WhileLoading):
    """Takes for ever to load an order, and gives way to a stop."""

    async def ensure_loaded(self, order: PackingOrder) -> None:
        self.stopped = asyncio.Event()
        await super().ensure_loaded(order) if self.done else self.done.append(("load", order.number))
        if len(self.done) == 1:
            self._act(order)
            await self.stopped.wait()
            raise GaveWayError((Reason(words.GAVE_WAY, "a stop came first"),))

    async def ensure_stopped(self) -> None:
        await super().ensure_stopped()
        self.stopped.set()


def test_an_order_that_goes_void_while_it_is_loaded_is_stopped_at_once() -> None:
    async def course(world: World) -> None:
        world.line = SimulatedLine(replace(SPEC, tray_cells=4), {})
        await world.release()

        def void(order: PackingOrder) -> None:
            with world.services.database.write() as tx:
                job = next(job for job in tx.jobs.live_on(MACHINE) if job.order_number == order.number)
                tx.batches.void_roll(job.roll_id, "changed")

        driver = LongLoad(world.line, 0, void)
        assert not await serve(world, driver, LOOKS)
        assert driver.done[:2] == [("load", 1), ("stop", 0)]
        # What is still wanted is packed, under another number; nothing of the first order ever was.
        assert 1 not in packed_orders(world)
        assert packed_orders(world)

    in_world(course)
