"""Level 1: connecting, reading, ringing, fencing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict, replace
from typing import Final

from hal.conformance.bench import Bench
from hal.conformance.breach import ConformanceError, refusal, require, same
from hal.conformance.check import Level, check
from hal.conformance.station import Station, find
from hal.driver import CONTRACT_VERSION, Lease
from hal.errors import UnreachableError
from hal.journal import START
from hal.status import OrderState, capabilities_digest
from hal.wire.words import FENCED, ORDER_CHANGED, PACKED, POUCH_CLOSED, POUCH_STARTED, STATE_CHANGED

_PAGES: Final = (1, 3, 7)
_LEAST_ONE: Final = ("bays", "pouch_units", "print_lines", "order_pouches", "queue_depth")


@check("capabilities-stable", Level.LINK, "Opened twice, the machine is the same, under the same digest")
async def capabilities_stable(bench: Bench) -> None:
    """Every order carries the digest: it must not change as long as the machine does not."""
    async with bench.opened() as station:
        first = station.capabilities
    async with bench.opened() as station:
        second = station.capabilities
    same("capabilities of the second opening", asdict(second), asdict(first))
    same("digest of the second opening", capabilities_digest(second), capabilities_digest(first))
    same("contract", first.contract, CONTRACT_VERSION)
    small = [name for name in _LEAST_ONE if getattr(first, name) < 1]
    require(not small, f"nothing can be packed with {', '.join(small)} below 1")


@check("closed-and-reopened", Level.LINK, "A closed driver reaches nothing, says so, and can be opened again")
async def closed_and_reopened(bench: Bench) -> None:
    """After any failure the controller closes and opens; both must work in any state of the link."""
    driver = bench.build()
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "read_status": driver.read_status,
        "read_bays": driver.read_bays,
        "journal_after": lambda: driver.journal_after(START, 1),
        "ensure_packing": lambda: driver.ensure_packing(1),
        "ensure_paused": driver.ensure_paused,
        "ensure_stopped": driver.ensure_stopped,
    }
    try:
        await driver.close()
        await _reaches_nothing(calls, "never opened")
        for _ in range(2):
            await bench.open(driver, bench.lease())
            same("epoch after opening", (await driver.read_status()).epoch, bench.epoch)
            await driver.close()
            await driver.close()
            await _reaches_nothing(calls, "closed")
    finally:
        await driver.close()


async def _reaches_nothing(calls: dict[str, Callable[[], Awaitable[object]]], state: str) -> None:
    for name, call in calls.items():
        try:
            await call()
        except UnreachableError:
            continue
        message = f"{name} of a driver that is {state} works"
        raise ConformanceError(message)


@check("status-as-journal", Level.LINK, "At rest, the status counts what the journal tells")
async def status_as_journal(bench: Bench) -> None:
    """The status is a shortcut; the journal is the truth."""
    async with bench.opened() as station:
        mark, film = await station.mark(), (await station.driver.read_status()).film
        order = await station.order()
        await station.start(order)
        await station.until_order(order.number, OrderState.ENDED)
        status, entries = await station.at_rest(mark)
        require(bool(entries), "an order was packed and the journal has no news")
        same("newest entry", (status.boot_id, status.last_seq), (entries[-1].boot_id, entries[-1].seq))
        films = [entry for entry in entries if entry.kind == POUCH_STARTED]
        same("pouches fed", status.film - film, len(films))
        packed = [entry for entry in entries if entry.kind == POUCH_CLOSED and entry.fields.get("outcome") == PACKED]
        known = find(status, order.number)
        same("pouches closed", known.closed if known else -1, len(packed))
        states = [entry.fields.get("state") for entry in entries if entry.kind == ORDER_CHANGED]
        same("state of the order in the journal", states[-1:], [OrderState.ENDED.value])
        moves = [entry.fields.get("to") for entry in entries if entry.kind == STATE_CHANGED]
        require(not moves or moves[-1] == status.state.value, f"{status.state.value}, in the journal {moves[-1:]}")


@check("journal-pages", Level.LINK, "The journal is the same in pages of any size, without gaps, and it ends")
async def journal_pages(bench: Bench) -> None:
    """A controller reads on from its cursor after any pause."""
    async with bench.opened() as station:
        mark = await station.mark()
        order = await station.order()
        await station.start(order)
        await station.until_order(order.number, OrderState.ENDED)
        _, entries = await station.at_rest(mark)
        require(bool(entries), "an order was packed and the journal has no news")
        for page in _PAGES:
            again = await station.news(mark, page)
            same(f"journal in pages of {page}", again[: len(entries)], entries)
        oldest = list(await station.driver.journal_after(START, 2))
        longer = list(await station.driver.journal_after(START, 4))
        require(bool(oldest) and longer[: len(oldest)] == oldest, "the oldest entries change with the size of a page")
        same("boots of the oldest entries", oldest[0].seq, 1)


@check("doorbell-rings", Level.LINK, "The doorbell rings when an order is loaded, packed, and loaded again")
async def doorbell_rings(bench: Bench) -> None:
    """It may ring too often; a bell that stays silent makes the controller late."""
    async with bench.opened() as station:
        bell = _Bell()
        listening = asyncio.ensure_future(bell.listen(station.driver.doorbell()))
        try:
            first = await station.order()
            await _heard(station, bell, listening, lambda: station.driver.ensure_loaded(first), "an order was loaded")
            begin = station.driver.ensure_packing
            await _heard(station, bell, listening, lambda: begin(first.number), "it was started")
            await station.until_order(first.number, OrderState.ENDED)
            second = await station.order()
            await _heard(station, bell, listening, lambda: station.driver.ensure_loaded(second), "one more was loaded")
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


class _Bell:
    """Counts rings."""

    def __init__(self) -> None:
        self.rings = 0

    async def listen(self, doorbell: AsyncIterator[None]) -> None:
        async for _ in doorbell:
            self.rings += 1


async def _heard(
    station: Station, bell: _Bell, listening: asyncio.Future[None], act: Callable[[], Awaitable[None]], what: str
) -> None:
    before, began = bell.rings, station.clock.monotonic()
    await act()
    while bell.rings == before:
        if listening.done():
            await listening
            raise ConformanceError("the doorbell ended by itself")
        late = station.clock.monotonic() - began
        require(late <= station.pace.patience, f"{what}, and the doorbell stayed silent for {late:.0f} s")
        # Nothing is read meanwhile: on a line for one at a time, a bell may keep clear of questions.
        await station.clock.sleep(station.pace.step)


@check("lower-epoch-fenced", Level.LINK, "Once a higher epoch was seen, a lower one can neither open nor load")
async def lower_epoch_fenced(bench: Bench) -> None:
    """A controller that was thought dead comes back late."""
    lower = bench.epoch
    async with bench.opened():
        bench.epoch += 1
    async with bench.opened() as station:
        same("epoch in the status", (await station.driver.read_status()).epoch, bench.epoch)
        order = replace(await station.order(), epoch=lower)
        codes = await refusal(station.driver.ensure_loaded(order), f"an order of epoch {lower}")
        require(FENCED in codes, f"an order of epoch {lower} was refused as {codes}")
    late = bench.build()
    try:
        codes = await refusal(bench.open(late, Lease(bench.holder, lower)), f"opening with epoch {lower}")
    finally:
        await late.close()
    require(FENCED in codes, f"opening with epoch {lower} was refused as {codes}")
