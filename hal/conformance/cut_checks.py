"""Level wire: connections that break, and that only seem to stand. All of it needs the tamper hand."""

import asyncio
from collections.abc import Awaitable
from typing import Final

from hal.conformance.bench import Bench
from hal.conformance.breach import ConformanceError, require, same
from hal.conformance.calls import Bell, commands_of, reads_of
from hal.conformance.check import Level, check
from hal.conformance.hands import Hand
from hal.conformance.reading import nothing_open, packed_once, told_once
from hal.conformance.station import Station
from hal.errors import MachineError, OutcomeUnknownError, UnreachableError
from hal.status import OrderState

_CUTS: Final = 4


@check(
    "cut-while-idle",
    Level.WIRE,
    "After a cut the driver says so or has reconnected; reopened, it works",
    "Efter et brud siger driveren det, eller den har forbundet igen; genåbnet virker den",
    Hand.TAMPER,
)
async def cut_while_idle(bench: Bench) -> None:
    """A cut is the commonest fault there is."""
    async with bench.opened() as station:
        bench.wire.cut()
        for name, call in reads_of(station.driver).items():
            await _works_or_tells(call(), name)
        await _recovers(bench, station)


async def _works_or_tells(call: Awaitable[object], name: str) -> None:
    try:
        await call
    except UnreachableError:
        return
    except MachineError as error:
        message = f"after a cut {name} ends with {type(error).__name__}: {error}"
        raise ConformanceError(message) from error


async def _recovers(bench: Bench, station: Station) -> None:
    began = bench.clock.monotonic()
    await bench.again(station)
    same("epoch after reopening", (await station.driver.read_status()).epoch, bench.epoch)
    took = bench.clock.monotonic() - began
    most = station.pace.recover
    require(took <= most, f"it took {took:.1f} s to work again, at most {most:.0f} s are allowed")


@check(
    "machine-gone",
    Level.WIRE,
    "Opening a machine that is not there ends with UnreachableError, in time, and works once it is back",
    "At åbne en maskine, der ikke er der, ender med UnreachableError i tide, og virker når den er tilbage",
    Hand.TAMPER,
)
async def machine_gone(bench: Bench) -> None:
    """The controller is started before its machines."""
    async with bench.opened() as station:
        promised = station.capabilities.answer_seconds + station.pace.slack
        await station.driver.close()
        bench.wire.shut()
        try:
            for _ in range(2):
                await _unreachable_in(station, station.driver.open(bench.lease()), "opening", promised)
        finally:
            bench.wire.heal()
        await _recovers(bench, station)


async def _unreachable_in(station: Station, call: Awaitable[object], name: str, promised: float) -> None:
    """Go on only when `call` finds nobody, within `promised` seconds."""
    began = station.clock.monotonic()
    try:
        async with asyncio.timeout(station.pace.patience):
            await call
    except UnreachableError:
        took = station.clock.monotonic() - began
        require(
            took <= promised, f"{name} took {took:.1f} s to find out that nobody is there, promised {promised:.1f} s"
        )
        return
    except TimeoutError:
        message = f"{name} hangs when nobody answers"
        raise ConformanceError(message) from None
    message = f"{name} works where nobody is"
    raise ConformanceError(message)


@check(
    "half-open-read",
    Level.WIRE,
    "On a connection that swallows everything a read ends with UnreachableError, in time",
    "På en forbindelse, der sluger alt, ender en læsning med UnreachableError i tide",
    Hand.TAMPER,
)
async def half_open_read(bench: Bench) -> None:
    """The other side may vanish without a word (I10)."""
    for name in ("read_status", "read_bays", "journal_after"):
        async with bench.opened() as station:
            promised = station.capabilities.answer_seconds + station.pace.slack
            bench.wire.stall()
            try:
                await _unreachable_in(station, reads_of(station.driver)[name](), name, promised)
            finally:
                bench.wire.heal()
            await _recovers(bench, station)


@check(
    "half-open-command",
    Level.WIRE,
    "On a connection that swallows everything a command ends in time, and has had no effect",
    "På en forbindelse, der sluger alt, ender en kommando i tide og har ingen virkning haft",
    Hand.TAMPER,
)
async def half_open_command(bench: Bench) -> None:
    """The driver must not wait for longer than it promises, and must not send again later (I10)."""
    for name in ("ensure_loaded", "ensure_packing"):
        async with bench.opened() as station:
            first, order = await station.order(2), await station.order(2, ahead=2)
            await station.driver.ensure_loaded(first)
            given = order if name == "ensure_loaded" else first
            bench.wire.stall()
            try:
                await _ends_in_time(station, commands_of(station.driver, given)[name](), name)
            finally:
                bench.wire.heal()
            await _recovers(bench, station)
            status = await station.watch()
            same("high-water mark", status.high_water, first.number)
            same(
                "states of orders",
                {one.state for one in status.orders if one.number == first.number},
                {OrderState.LOADED},
            )


async def _ends_in_time(station: Station, call: Awaitable[object], name: str) -> None:
    promised = station.capabilities.answer_seconds + station.pace.slack
    began = station.clock.monotonic()
    try:
        async with asyncio.timeout(station.pace.patience):
            await call
    except (UnreachableError, OutcomeUnknownError):
        took = station.clock.monotonic() - began
        require(took <= promised, f"{name} took {took:.1f} s to give up, promised {promised:.1f} s")
        return
    except TimeoutError:
        message = f"{name} hangs when nobody answers"
        raise ConformanceError(message) from None
    message = f"{name} claims success, and nobody has answered"
    raise ConformanceError(message)


@check(
    "half-open-bell",
    Level.WIRE,
    "A connection that swallows everything is noticed by the doorbell within 3 seconds, or what `--silence` says",
    "En forbindelse, der sluger alt, opdages af dørklokken inden for 3 sekunder, eller hvad `--silence` siger",
    Hand.TAMPER,
)
async def half_open_bell(bench: Bench) -> None:
    """A machine that is silent and one that is gone look alike to whoever only listens."""
    async with bench.opened() as station:
        bell = Bell(station.driver.doorbell())
        try:
            await station.clock.sleep(station.pace.step)
            bench.wire.stall()
            began, detect = station.clock.monotonic(), station.pace.detect
            while not bell.has_ended and station.clock.monotonic() - began <= detect + station.pace.slack:
                await station.clock.sleep(station.pace.step)
            late = f"the doorbell has not noticed in {detect:g} s (--silence) that nobody is at the other end"
            require(bell.has_ended, late)
        finally:
            bench.wire.heal()
            await bell.stop()
        await _recovers(bench, station)


@check(
    "doorbell-after-cut",
    Level.WIRE,
    "After a cut and reopening the doorbell rings",
    "Efter et brud og genåbning ringer dørklokken",
    Hand.TAMPER,
)
async def doorbell_after_cut(bench: Bench) -> None:
    """The subscription of the former connection is gone."""
    async with bench.opened() as station:
        former = Bell(station.driver.doorbell())
        await station.clock.sleep(station.pace.step)
        bench.wire.cut()
        await former.stop()
        await _recovers(bench, station)
        bell = Bell(station.driver.doorbell())
        try:
            order = await station.order()
            await bell.heard(station, lambda: station.driver.ensure_loaded(order), "an order was loaded after a cut")
        finally:
            await bell.stop()


@check(
    "journal-over-cuts",
    Level.WIRE,
    "A journal that is read over cuts has no gap, and a machine with a journal of its own packs on meanwhile",
    "En journal, der læses hen over brud, har ingen huller, og en maskine med egen journal pakker videre imens",
    Hand.TAMPER,
)
async def journal_over_cuts(bench: Bench) -> None:
    """Nothing that happened while nobody listened may be lost (I1)."""
    async with bench.opened() as station:
        mark = await station.mark()
        order = await station.order(bench.long_pouches)
        await station.start(order)
        for _ in range(_CUTS):
            await station.clock.sleep(station.pace.step)
            bench.wire.cut()
            await bench.again(station)
        if station.capabilities.journal:
            await station.until_order(order.number, OrderState.ENDED)
            _, entries = await station.at_rest(mark)
            packed_once(entries, order)
            return
        # A machine that does one pouch at a time ends where it was left; what is missing gets a new number.
        await station.until_order(order.number, OrderState.ENDED, OrderState.INTERRUPTED)
        _, entries = await station.at_rest(mark)
        told_once(entries)
        nothing_open(entries)
