"""Drivers that break one promise of the level wire each: check id to driver and what the check says of it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from hal.driver import Lease
from hal.errors import RefusedError, UnreachableError
from hal.journal import NOTHING, Cursor, JournalEntry, Mark
from hal.orders import PackingOrder
from hal.status import Capabilities, MachineStatus
from hal.wire import words
from simulator.machine import Machine
from tests.conformance.quick import LoopClock
from tests.conformance.sound import Build
from tests.conformance.twists import Deaf, Twisted, bays, capabilities, journal, status

Result = TypeVar("Result")
CLOCK = LoopClock()


class NeverClosed(Twisted):
    """Goes on reading after close."""

    async def close(self) -> None:
        pass


class OpensOnce(Twisted):
    """Must be closed before it can be opened."""

    async def open(self, lease: Lease) -> Capabilities:
        if self.line >= 0:
            raise UnreachableError("the port is taken, by this very driver")
        return await super().open(lease)


class Stuck(Twisted):
    """Never gets over a call that was cancelled."""

    is_stuck = False

    async def write(self, act: Callable[[Machine], Result], text: str) -> Result:
        if self.is_stuck:
            raise UnreachableError("still waiting for the answer to another question")
        try:
            return await super().write(act, text)
        except asyncio.CancelledError:
            self.is_stuck = True
            raise


class Slow(Twisted):
    """Takes its time to load."""

    async def ensure_loaded(self, order: PackingOrder) -> None:
        await CLOCK.sleep(9)
        await super().ensure_loaded(order)


class Silent(Twisted):
    """Rings once, and never again."""

    async def doorbell(self) -> AsyncIterator[None]:
        yield
        await asyncio.Event().wait()


class Untied(Twisted):
    """Rings on its first connection only."""

    async def doorbell(self) -> AsyncIterator[None]:
        if self.openings == 1:
            async for _ in super().doorbell():
                yield
        await asyncio.Event().wait()


class Endless(Twisted):
    """Goes on waiting at the bell of a closed connection."""

    async def doorbell(self) -> AsyncIterator[None]:
        try:
            async for _ in super().doorbell():
                yield
        except UnreachableError:
            await asyncio.Event().wait()


class Unfenced(Twisted):
    """Takes the highest epoch there is instead of its own."""

    async def open(self, lease: Lease) -> Capabilities:
        try:
            return await super().open(lease)
        except RefusedError:
            return await super().open(Lease(lease.holder, lease.epoch + 1))


class Grabbing(Deaf):
    """Takes a refusal as FENCED for nothing."""

    codes = frozenset({words.FENCED})


class CountsAnew(Twisted):
    """Counts its commands from 1 on every connection."""

    async def open(self, lease: Lease) -> Capabilities:
        found = await super().open(lease)
        self.command = 0
        return found


class CountsHigh(Twisted):
    """Leaves so much room between two commands that it is always the newest."""

    def next_command(self) -> int:
        self.command = 1_000_000 + self.plant.sent
        return self.command


class Ahead(Twisted):
    """Counts a pouch in the status that the journal does not tell."""

    async def read_status(self) -> MachineStatus:
        found = await super().read_status()
        return replace(found, orders=tuple(replace(one, closed=one.closed + 1) for one in found.orders))


class Forgetful(Twisted):
    """Leaves out the first entry of every longer page."""

    since = 0

    async def journal_after(self, cursor: Cursor, limit: int) -> Sequence[JournalEntry]:
        entries = await super().journal_after(cursor, limit)
        return entries[1:] if len(entries) > 1 and self.openings > self.since else entries


class Repeating(Twisted):
    """Tells the newest entry again when there is none newer."""

    async def journal_after(self, cursor: Cursor, limit: int) -> Sequence[JournalEntry]:
        entries = await super().journal_after(cursor, limit)
        return entries or await super().journal_after(Cursor(cursor.boot_id, cursor.seq - 1), limit)


class Careless(Twisted):
    """Acknowledges nothing."""

    async def acknowledge(self, mark: Mark) -> None:
        await super().acknowledge(replace(mark, cursor=NOTHING.cursor, head=NOTHING.head))


class Backward(Twisted):
    """Tells whatever mark it was given last."""

    last: Mark | None = None

    async def acknowledge(self, mark: Mark) -> None:
        await super().acknowledge(mark)
        self.last = mark

    async def read_status(self) -> MachineStatus:
        found = await super().read_status()
        return found if self.last is None else replace(found, acknowledged=self.last)


BROKEN: dict[str, tuple[Build, str]] = {
    "capabilities-stable": (capabilities(lambda me, one: replace(one, firmware=f"{me.plant.sent}")), "firmware"),
    "identity-told": (capabilities(lambda _, one: replace(one, serial_number=" ")), "serial_number is empty"),
    "capability-limits": (capabilities(lambda _, one: replace(one, queue_depth=1)), "queue_depth is 1"),
    "capability-words": (capabilities(lambda _, one: replace(one, charset="ebcdic")), "charset is 'ebcdic'"),
    "alarms-described": (
        capabilities(lambda _, one: replace(one, alarms=tuple(replace(alarm, steps_da="") for alarm in one.alarms))),
        "is empty",
    ),
    "status-consistent": (status(lambda one: replace(one, high_water=0)), "above the high-water mark 0"),
    "bays-consistent": (bays(lambda found: [*found, found[0]]), "stands twice"),
    "closed-and-reopened": (NeverClosed, "closed works"),
    "opened-when-open": (OpensOnce, "by this very driver"),
    "cancelled-calls": (Stuck, "the link is not usable"),
    "answers-in-time": (Slow, "ensure_loaded took 9.0 s"),
    "doorbell-rings": (Silent, "silent"),
    "doorbell-after-reopening": (Untied, "silent"),
    "doorbell-ends": (Endless, "still waits"),
    "lower-epoch-fenced": (Unfenced, "was not refused"),
    "commands-fenced": (Grabbing, "under a lease that was lost was not refused"),
    "commands-after-reopening": (CountsAnew, "command 1 was"),
    "second-session-fences": (CountsHigh, "was not refused"),
    "status-as-journal": (Ahead, "pouches closed"),
    "journal-pages": (Forgetful, "journal entry"),
    "journal-ends": (Repeating, "entries after the newest"),
    "journal-numbered": (journal(lambda _, one: replace(one, boot_number=one.boot_number + one.seq)), "number of boot"),
    "journal-head": (status(lambda one: replace(one, journal_head="0" * 64)), "head of the journal"),
    "journal-kept": (journal(lambda me, one: replace(one, at=f"{me.openings}-{me.plant.sent}")), "entry 1 of boot"),
    "journal-words": (
        journal(lambda _, one: replace(one, kind="PillFell") if one.kind == words.DROPPED else one),
        "the contract does not know",
    ),
    "journal-times": (journal(lambda _, one: replace(one, at=one.at[:19])), "is not in UTC"),
    "acknowledge-kept": (Careless, "acknowledged"),
    "acknowledge-forward": (Backward, "acknowledged"),
    "acknowledge-wrong-head": (Deaf, "was not refused"),
}
