"""Level wire: who may command the machine, and that no command counts twice."""

from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import replace

from hal.conformance.bench import Bench
from hal.conformance.breach import ConformanceError, exempt_unless, refusal, require, same
from hal.conformance.calls import commands_of
from hal.conformance.check import Level, check
from hal.conformance.reading import packed_once
from hal.conformance.station import Station, find
from hal.driver import Lease
from hal.errors import MachineError, RefusedError, UnreachableError
from hal.journal import NOTHING
from hal.orders import PackingOrder
from hal.status import OrderState
from hal.wire.words import CONFLICT, FENCED, STALE_COMMAND


@check(
    "lower-epoch-fenced",
    Level.WIRE,
    "Once a higher epoch was seen, a lower one can neither open nor load",
    "Når en højere epoke er set, kan en lavere hverken åbne eller lægge ind",
)
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
    await _fenced_at_opening(bench, lower)


async def _fenced_at_opening(bench: Bench, lower: int) -> None:
    late = bench.build()
    try:
        codes = await refusal(bench.open(late, Lease(bench.holder, lower)), f"opening with epoch {lower}")
    finally:
        await late.close()
    require(FENCED in codes, f"opening with epoch {lower} was refused as {codes}")


@check(
    "commands-fenced",
    Level.WIRE,
    "Under a lease that another controller has taken over, every command is refused or reaches nothing",
    "Under et lejemål, som en anden styring har overtaget, afvises hver kommando, eller den når intet",
)
async def commands_fenced(bench: Bench) -> None:
    """Two controllers at one machine pack twice (I12)."""
    async with bench.opened() as station:
        order = await station.order()
        await station.driver.ensure_loaded(order)
        other = bench.build()
        try:
            await other.open(Lease(bench.holder, bench.epoch + 1))
        except UnreachableError:
            # A wire for one at a time lets nobody else in: there is one holder, and it still works.
            await other.close()
            same("epoch", (await station.driver.read_status()).epoch, bench.epoch)
            return
        bench.epoch += 1
        try:
            newer = await bench.station(other)
            await _all_fenced(station, newer, order)
        finally:
            with suppress(MachineError):
                await other.ensure_stopped()
            await other.close()
            await bench.again(station)


async def _all_fenced(former: Station, newer: Station, order: PackingOrder) -> None:
    following = replace(await newer.order(), epoch=order.epoch)
    for name, call in commands_of(former.driver, following).items():
        await _no_effect(call(), name)
    await _no_effect(former.driver.ensure_packing(order.number), "ensure_packing of a loaded order")
    known = await newer.known(order.number)
    same("state of the order", known.state if known else None, OrderState.LOADED)
    same("high-water mark", (await newer.driver.read_status()).high_water, order.number)


async def _no_effect(call: Awaitable[object], name: str) -> None:
    try:
        await call
    except RefusedError as refused:
        codes = [reason.code for reason in refused.reasons]
        require(FENCED in codes, f"{name} under a lease that was lost was refused as {codes}")
    except UnreachableError:
        return
    else:
        message = f"{name} under a lease that was lost was not refused"
        raise ConformanceError(message)


@check(
    "commands-after-reopening",
    Level.WIRE,
    "After reopening under the same lease commands have an effect: they are no repeats of former ones",
    "Efter genåbning under samme lejemål virker kommandoer: de er ikke gentagelser af tidligere",
)
async def commands_after_reopening(bench: Bench) -> None:
    """Command ids rise under an epoch, whoever counts them (I7)."""
    async with bench.opened() as station:
        first = await station.order(2)
        await station.packed(first)
        for _ in range(2):
            await bench.again(station)
            mark = await station.mark()
            order = await station.order(2)
            await station.start(order)
            await station.until_order(order.number, OrderState.ENDED)
            _, entries = await station.at_rest(mark)
            packed_once(entries, order)
        await bench.again(station)
        last = await station.order()
        await station.driver.ensure_loaded(last)
        await station.driver.ensure_stopped()
        known = find(await station.driver.read_status(), last.number)
        same("state of an order that was stopped", known.state if known else None, OrderState.INTERRUPTED)
        await station.driver.acknowledge(NOTHING)


@check(
    "second-session-fences",
    Level.WIRE,
    "When a second connection under the same lease has given commands, those of the first are refused or reach nothing",
    "Når en anden forbindelse under samme lejemål har givet kommandoer, afvises den førstes, eller de når intet",
)
async def second_session_fences(bench: Bench) -> None:
    """A controller that was started twice must not command twice (I7, I12)."""
    async with bench.opened() as station:
        is_own = station.capabilities.journal_keeper == "machine"
        exempt_unless(is_own, "the driver is the machine's memory: all its connections are one")
        order = await station.order()
        await station.driver.ensure_loaded(order)
        other = bench.build()
        try:
            await other.open(bench.lease())
        except UnreachableError:
            # A wire for one at a time lets nobody else in.
            await other.close()
            return
        try:
            for _ in range(3):
                await other.ensure_paused()
            await _not_heard(station.driver.ensure_packing(order.number))
            known = find(await other.read_status(), order.number)
            same("state of the order", known.state if known else None, OrderState.LOADED)
        finally:
            with suppress(MachineError):
                await other.ensure_stopped()
            await other.close()
            await bench.again(station)


async def _not_heard(call: Awaitable[object]) -> None:
    try:
        await call
    except RefusedError as refused:
        codes = {reason.code for reason in refused.reasons}
        allowed = {STALE_COMMAND, CONFLICT, FENCED}
        require(bool(codes & allowed), f"a start of the former connection was refused as {sorted(codes)}")
    except UnreachableError:
        return
    else:
        raise ConformanceError("a start of the former connection was not refused")
