"""Every check of the kit can fail: a sound driver passes all, and for each check one broken driver does not."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import replace

import pytest

from hal.conformance.check import Check, CheckResult
from hal.conformance.suite import CHECKS, run_checks
from hal.driver import Lease
from hal.errors import RefusedError
from hal.journal import Cursor, JournalEntry
from hal.orders import PackingOrder
from hal.status import Capabilities, MachineStatus, capabilities_digest
from tests.conformance.sound import Build, Sound, bench
from tests.support.world import SimulatedLine


class Moody(Sound):
    """Tells another firmware at every opening."""

    async def open(self, lease: Lease) -> Capabilities:
        return replace(await super().open(lease), firmware=f"after call {self._line.calls}")


class NeverClosed(Sound):
    """Goes on reading after close."""

    async def close(self) -> None:
        pass


class Ahead(Sound):
    """Counts a pouch in the status that the journal does not tell."""

    async def read_status(self) -> MachineStatus:
        status = await super().read_status()
        return replace(status, orders=tuple(replace(one, closed=one.closed + 1) for one in status.orders))


class Forgetful(Sound):
    """Leaves out the first entry of every longer page."""

    async def journal_after(self, cursor: Cursor, limit: int) -> Sequence[JournalEntry]:
        entries = await super().journal_after(cursor, limit)
        return entries[1:] if len(entries) > 1 else entries


class Silent(Sound):
    """Rings once, and never again."""

    async def doorbell(self) -> AsyncIterator[None]:
        yield
        await asyncio.Event().wait()


class Unfenced(Sound):
    """Takes the highest epoch there is instead of its own."""

    async def open(self, lease: Lease) -> Capabilities:
        try:
            return await super().open(lease)
        except RefusedError:
            return await super().open(Lease(lease.holder, lease.epoch + 1))


class Doubling(Sound):
    """Makes a new order of one that it has loaded before."""

    former: PackingOrder | None = None

    async def ensure_loaded(self, order: PackingOrder) -> None:
        again = order == self.former
        self.former = order
        await super().ensure_loaded(replace(order, number=order.number + 1) if again else order)


class Deaf(Sound):
    """Does not hear a refusal."""

    async def ensure_loaded(self, order: PackingOrder) -> None:
        with suppress(RefusedError):
            await super().ensure_loaded(order)

    async def ensure_packing(self, number: int) -> None:
        with suppress(RefusedError):
            await super().ensure_packing(number)


class Renumbering(Sound):
    """Gives a number that comes too late a new one."""

    async def ensure_loaded(self, order: PackingOrder) -> None:
        number = max(order.number, (await self.read_status()).high_water + 1)
        await super().ensure_loaded(replace(order, number=number))


class Terse(Sound):
    """Passes on the first reason only."""

    async def ensure_loaded(self, order: PackingOrder) -> None:
        try:
            await super().ensure_loaded(order)
        except RefusedError as refused:
            raise RefusedError(refused.reasons[:1]) from refused


class Helpful(Sound):
    """Writes the digest that the machine wants to see."""

    digest = ""

    async def open(self, lease: Lease) -> Capabilities:
        capabilities = await super().open(lease)
        self.digest = capabilities_digest(capabilities)
        return capabilities

    async def ensure_loaded(self, order: PackingOrder) -> None:
        await super().ensure_loaded(replace(order, capabilities_digest=self.digest))


class Ascii(Sound):
    """Loses what is not ASCII on the way to the print."""

    async def ensure_loaded(self, order: PackingOrder) -> None:
        pouches = tuple(
            replace(pouch, lines=tuple(line.encode("ascii", "replace").decode() for line in pouch.lines))
            for pouch in order.pouches
        )
        await super().ensure_loaded(replace(order, pouches=pouches))


class Eager(Sound):
    """Packs a copy when it is told to pack the same order again."""

    def __init__(self, line: SimulatedLine) -> None:
        super().__init__(line)
        self.orders: dict[int, PackingOrder] = {}
        self.started: set[int] = set()

    async def ensure_loaded(self, order: PackingOrder) -> None:
        self.orders[order.number] = order
        await super().ensure_loaded(order)

    async def ensure_packing(self, number: int) -> None:
        if number in self.started and number + 1 not in self.orders:
            await self.ensure_loaded(replace(self.orders[number], number=number + 1))
            number += 1
        self.started.add(number)
        await super().ensure_packing(number)


class Restless(Sound):
    """Does not pause."""

    async def ensure_paused(self) -> None:
        self.guard()


class Unstoppable(Sound):
    """Pauses when it is told to stop."""

    async def ensure_stopped(self) -> None:
        await self.ensure_paused()


BROKEN: dict[str, tuple[Build, str]] = {
    "capabilities-stable": (Moody, "firmware"),
    "closed-and-reopened": (NeverClosed, "closed works"),
    "status-as-journal": (Ahead, "pouches closed"),
    "journal-pages": (Forgetful, "journal entry"),
    "doorbell-rings": (Silent, "silent"),
    "lower-epoch-fenced": (Unfenced, "was not refused"),
    "load-twice": (Doubling, "high-water mark"),
    "load-conflict": (Deaf, "was not refused"),
    "stale-number": (Renumbering, "was not refused"),
    "all-reasons-at-once": (Terse, "two mistakes"),
    "wrong-capabilities": (Helpful, "was not refused"),
    "unknown-start": (Deaf, "was not refused"),
    "packed-as-ordered": (Ascii, "digest of the print"),
    "start-twice": (Eager, "only 1 was started"),
    "pause-and-go-on": (Restless, "held was to be"),
    "stop-is-final": (Unstoppable, "interrupted"),
}


def by_id(results: Sequence[CheckResult]) -> dict[str, str]:
    return {result.id: result.detail for result in results if not result.passed}


def test_a_sound_driver_passes_every_check() -> None:
    results = asyncio.run(run_checks(bench()))
    assert by_id(results) == {}
    assert [result.id for result in results] == [check.id for check in CHECKS]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_check_can_fail(check: Check) -> None:
    build, detail = BROKEN[check.id]
    result = asyncio.run(check(bench(build)))
    assert not result.passed
    assert detail in result.detail


def test_every_check_has_an_id_of_its_own() -> None:
    assert len({check.id for check in CHECKS}) == len(CHECKS)
