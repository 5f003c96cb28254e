"""How often a machine's journal is read and recorded: soon after the bell, not again at once, and never twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import pytest

from dispenser.app.bookkeeping import Book
from dispenser.app.doorbell import GLANCE_SECONDS
from dispenser.app.ledger import Ledger
from dispenser.app.supervise import Supervisor
from hal.drivers.opcua.security import CALM
from hal.errors import ProtocolViolationError
from hal.journal import START, Cursor, JournalEntry, chain
from tests.support.small_site import MACHINE, World
from tests.support.world import DirectDriver

Result = TypeVar("Result")
ENTRIES = tuple(JournalEntry("b", 1, seq, "2026-11-22T08:00:00.000+00:00", "StateChanged") for seq in range(1, 8))


def in_world(course: Callable[[World], Awaitable[None]]) -> None:
    async def run() -> None:
        with TemporaryDirectory() as folder:
            world = World(Path(folder), {})
            await course(world)
            world.services.database.close()

    asyncio.run(run())


def recorded(world: World) -> tuple[JournalEntry, ...]:
    with world.services.database.read() as tx:
        return tx.journal.after(MACHINE, START, 100)


def opened(world: World, epoch: int | None = None) -> Book:
    if epoch is None:
        with world.services.database.write() as tx:
            epoch = tx.machines.take_epoch(MACHINE)
    return Book(world.services, MACHINE, epoch)


def test_a_book_goes_on_from_what_it_wrote_itself_and_from_what_others_wrote() -> None:
    async def course(world: World) -> None:
        mine = opened(world)
        other = opened(world, mine.epoch)
        mine.record(ENTRIES[:2])
        mine.record(ENTRIES[2:3])
        other.record(ENTRIES[3:5])
        # What it remembers is not the end any more.
        mark = mine.record(ENTRIES[5:])
        assert recorded(world) == ENTRIES
        head = ""
        for entry in ENTRIES:
            head = chain(head, entry)
        assert (mark.cursor, mark.head) == (Cursor("b", 7), head)
        assert mine.mark() == mark

    in_world(course)


@pytest.mark.parametrize("wrong", [ENTRIES[3:], ENTRIES[1:3]], ids=["gap", "repeated"])
def test_what_does_not_follow_is_not_recorded_and_what_follows_is(wrong: Sequence[JournalEntry]) -> None:
    async def course(world: World) -> None:
        book = opened(world)
        book.record(ENTRIES[:2])
        with pytest.raises(ProtocolViolationError):
            book.record(wrong)
        assert recorded(world) == ENTRIES[:2]
        book.record(ENTRIES[2:])
        assert recorded(world) == ENTRIES

    in_world(course)


def test_what_is_recorded_is_told_with_how_the_work_stands_then() -> None:
    async def course(world: World) -> None:
        await world.release()
        book = opened(world)
        with world.services.database.write() as tx:
            job = tx.jobs.queued_for(MACHINE)[0]
            tx.jobs.set_sent(job.job_id, 1, "{}", "d", book.epoch, world.clock.now())
            tx.batches.void_roll(job.roll_id, "plan changed")
        with world.services.database.read() as tx:
            last = tx.journal.end(MACHINE)[1]
        assert last is not None
        following = JournalEntry(last.boot_id, last.boot_number, last.seq + 1, last.at, "StateChanged")
        _, standing = book.taking_in([following]).alone(world.services.database)
        assert standing == book.standing()
        assert [one.job_id for one in standing.live] == [job.job_id]
        assert standing.is_void

    in_world(course)


class Watched(DirectDriver):
    """Rings when it is told to, and tells when its journal was read."""

    def __init__(self, world: World) -> None:
        super().__init__(world.line)
        self._clock = world.clock
        self.rings: asyncio.Queue[None] = asyncio.Queue()
        self.reads: asyncio.Queue[float] = asyncio.Queue()

    async def doorbell(self) -> AsyncIterator[None]:
        while True:
            await self.rings.get()
            yield

    async def journal_after(self, cursor: Cursor, limit: int) -> Sequence[JournalEntry]:
        self.reads.put_nowait(self._clock.monotonic())
        return await super().journal_after(cursor, limit)

    async def read_after_ring(self) -> float:
        await settled()
        while not self.reads.empty():
            self.reads.get_nowait()
        self.rings.put_nowait(None)
        return await self.reads.get()


async def settled() -> None:
    """Let everybody do what they can before time passes."""
    for _ in range(200):
        await asyncio.sleep(0)


SILENCE = 1.5
"""Virtual seconds."""


async def inline(work: Callable[[], Result]) -> Result:
    return work()


def test_after_a_silence_the_journal_is_read_at_once_and_then_not_at_once_again() -> None:
    async def course(world: World) -> None:
        driver = Watched(world)
        ledger = Ledger(world.services.database, world.clock, inline)
        task = asyncio.create_task(Supervisor(world.services, MACHINE, driver, "test", ledger).run())
        async with asyncio.timeout(10):
            await driver.read_after_ring()
            await settled()
            await world.clock.sleep(SILENCE)
            rung = world.clock.monotonic()
            assert await driver.read_after_ring() == rung
            again = await driver.read_after_ring()
            assert again >= rung + GLANCE_SECONDS / 4
            # All machines of a controller are read at the same moments.
            assert again % GLANCE_SECONDS == pytest.approx(0, abs=1e-6)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    in_world(course)


def test_an_alarm_is_read_within_a_second() -> None:
    # The bell may ring as late as this, and the journal be read as long after the last time; not one after the other.
    assert max(GLANCE_SECONDS, CALM.bell) <= 1.0
