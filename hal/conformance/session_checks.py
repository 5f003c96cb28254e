"""Level wire: connecting, cancelled calls, the doorbell."""

import asyncio
from contextlib import suppress

from hal.conformance.bench import Bench
from hal.conformance.breach import ConformanceError, require, same
from hal.conformance.calls import Bell, Call, calls_of, reaches_nothing
from hal.conformance.check import Level, check
from hal.conformance.station import Station
from hal.errors import MachineError, RefusedError, UnreachableError
from hal.status import OrderState


@check(
    "closed-and-reopened",
    Level.WIRE,
    "A closed driver reaches nothing, says so, and can be opened again",
    "En lukket driver når intet, siger det, og kan åbnes igen",
)
async def closed_and_reopened(bench: Bench) -> None:
    """After any failure the controller closes and opens; both must work in any state of the link."""
    async with bench.opened() as station:
        order = await station.order()
    driver = bench.build()
    calls = calls_of(driver, order)
    try:
        await driver.close()
        await reaches_nothing(calls, "never opened")
        for _ in range(2):
            await bench.open(driver, bench.lease())
            same("epoch after opening", (await driver.read_status()).epoch, bench.epoch)
            await driver.close()
            await driver.close()
            await reaches_nothing(calls, "closed")
    finally:
        await driver.close()


@check(
    "opened-when-open",
    Level.WIRE,
    "An open driver can be opened again and works",
    "En åben driver kan åbnes igen og virker",
)
async def opened_when_open(bench: Bench) -> None:
    """Whoever is not sure opens."""
    async with bench.opened() as station:
        again = await bench.open(station.driver, bench.lease())
        same("capabilities of the second opening", again, station.capabilities)
        same("epoch", (await station.driver.read_status()).epoch, bench.epoch)


@check(
    "cancelled-calls",
    Level.WIRE,
    "A call that is cancelled at any moment leaves the link usable",
    "Et kald, der afbrydes når som helst, efterlader forbindelsen brugbar",
)
async def cancelled_calls(bench: Bench) -> None:
    """The controller cancels what takes too long, and must be able to ask what became of it (I10)."""
    async with bench.opened() as station:
        order = await station.order()
        for turns in (0, 1, 2, 5):
            for name, call in calls_of(station.driver, order).items():
                await _cancelled(station, call, turns)
                status = await _read_on(station, f"{name} was cancelled")
                same(f"epoch after {name} was cancelled", status, bench.epoch)
        await station.driver.ensure_stopped()


async def _cancelled(station: Station, call: Call, turns: int) -> None:
    task = asyncio.ensure_future(call())
    for _ in range(turns):
        await asyncio.sleep(0)
    if turns > 1:
        await station.clock.sleep(station.pace.step / 50)
    task.cancel()
    with suppress(asyncio.CancelledError, RefusedError):
        await task


async def _read_on(station: Station, what: str) -> int:
    try:
        async with asyncio.timeout(station.pace.patience):
            return (await station.driver.read_status()).epoch
    except (MachineError, TimeoutError) as error:
        message = f"{what}, and the link is not usable: {type(error).__name__}: {error}"
        raise ConformanceError(message) from error


@check(
    "answers-in-time",
    Level.WIRE,
    "Every call is answered within the `answer_seconds` of the capabilities",
    "Hvert kald besvares inden for kapabiliteternes `answer_seconds`",
)
async def answers_in_time(bench: Bench) -> None:
    """The controller's own time-outs are made of it."""
    async with bench.opened() as station:
        promised = station.capabilities.answer_seconds
        order = await station.order(bench.long_pouches)
        for name, call in calls_of(station.driver, order).items():
            began = bench.clock.monotonic()
            await call()
            took = bench.clock.monotonic() - began
            require(took <= promised, f"{name} took {took:.1f} s, promised were {promised} s")


@check(
    "doorbell-rings",
    Level.WIRE,
    "The doorbell rings when an order is loaded, packed, and loaded again",
    "Dørklokken ringer, når en ordre lægges ind, pakkes, og lægges ind igen",
)
async def doorbell_rings(bench: Bench) -> None:
    """It may ring too often; a bell that stays silent makes the controller late."""
    async with bench.opened() as station:
        bell = Bell(station.driver.doorbell())
        try:
            first = await station.order()
            await bell.heard(station, lambda: station.driver.ensure_loaded(first), "an order was loaded")
            await bell.heard(station, lambda: station.driver.ensure_packing(first.number), "it was started")
            await station.until_order(first.number, OrderState.ENDED)
            second = await station.order()
            await bell.heard(station, lambda: station.driver.ensure_loaded(second), "one more was loaded")
        finally:
            await bell.stop()


@check(
    "doorbell-after-reopening",
    Level.WIRE,
    "A doorbell of a new connection rings",
    "En dørklokke på en ny forbindelse ringer",
)
async def doorbell_after_reopening(bench: Bench) -> None:
    """A bell that is tied to a dead connection never rings again."""
    async with bench.opened() as station:
        former = Bell(station.driver.doorbell())
        await station.clock.sleep(station.pace.step)
        again = await bench.again(station)
        await former.stop()
        bell = Bell(again.driver.doorbell())
        try:
            order = await again.order()
            await bell.heard(again, lambda: again.driver.ensure_loaded(order), "an order was loaded after reopening")
        finally:
            await bell.stop()


@check(
    "doorbell-ends",
    Level.WIRE,
    "The doorbell of a driver that is closed ends or raises UnreachableError",
    "Dørklokken på en driver, der lukkes, ender eller kaster UnreachableError",
)
async def doorbell_ends(bench: Bench) -> None:
    """Whoever waits at it must not wait for good."""
    async with bench.opened() as station:
        bell = Bell(station.driver.doorbell())
        try:
            await station.clock.sleep(station.pace.step)
            await station.driver.close()
            began = station.clock.monotonic()
            while not bell.has_ended and station.clock.monotonic() - began <= station.pace.detect:
                await station.clock.sleep(station.pace.step)
            require(bell.has_ended, f"the doorbell still waits {station.pace.detect:.0f} s after the driver was closed")
            ended = bell.why()
            require(ended is None or isinstance(ended, UnreachableError), f"the doorbell ended with {ended!r}")
        finally:
            await bell.stop()
            await bench.station(station.driver)
