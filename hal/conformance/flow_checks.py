"""Level behaviour: orders one after the other, pausing, stopping."""

import asyncio
from contextlib import suppress
from typing import Final

from hal.conformance.bench import Bench
from hal.conformance.breach import refusal, require, same
from hal.conformance.check import Level, check
from hal.conformance.reading import nothing_open, packed_once, packed_pouches, started_films
from hal.conformance.station import Station, find
from hal.conformance.turns import gone_along, two_started
from hal.errors import RefusedError
from hal.orders import PackingOrder
from hal.status import OrderState, PackMLState
from hal.wire.words import POUCH_CLOSED, POUCH_STARTED, STATE_CHANGED, UNKNOWN_ORDER, WRONG_STATE

_LONG: Final = 30
_STARTS: Final = 2
"""A start whose answer was lost is made again."""
_WAITING: Final = frozenset({PackMLState.HELD, PackMLState.SUSPENDED})


async def _two_queued(station: Station, pouches: int = 4) -> tuple[PackingOrder, PackingOrder]:
    first, second = await station.order(pouches), await station.order(4, ahead=2)
    await station.driver.ensure_loaded(first)
    await station.driver.ensure_loaded(second)
    return first, second


@check(
    "two-orders-without-gap",
    Level.BEHAVIOUR,
    "A queued order follows the one before it without leaving Execute",
    "En ordre i kø følger den foregående uden at forlade Execute",
)
async def two_orders_without_gap(bench: Bench) -> None:
    """The machine must not wait for the controller."""
    async with bench.opened() as station:
        mark = await station.mark()
        # Long enough that a busy computer starts the second before the first has ended.
        first, second = await _two_queued(station, min(bench.long_pouches, _LONG))
        await station.driver.ensure_packing(first.number)
        await station.driver.ensure_packing(second.number)
        await station.until_order(second.number, OrderState.ENDED)
        _, entries = await station.at_rest(mark)
        for order in (first, second):
            same(f"pouches of order {order.number}", len(packed_pouches(entries, order.number)), len(order.pouches))
        places = [at for at, one in enumerate(entries) if one.kind == POUCH_CLOSED and one.order_number == first.number]
        begins = [
            at for at, one in enumerate(entries) if one.kind == POUCH_STARTED and one.order_number == second.number
        ]
        between = [one.fields.get("to") for one in entries[places[-1] : begins[0]] if one.kind == STATE_CHANGED]
        same("states between two orders", between, [])


@check(
    "orders-in-turn",
    Level.BEHAVIOUR,
    "Orders are packed whole, and in the order in which they were started",
    "Ordrer pakkes hele, og i den rækkefølge, de blev startet",
)
async def orders_in_turn(bench: Bench) -> None:
    """Pouches of two citizens must not be mixed on a roll."""
    async with bench.opened() as station:
        mark = await station.mark()
        first, second = await _two_queued(station)
        await station.driver.ensure_packing(second.number)
        await station.driver.ensure_packing(first.number)
        await station.until_order(first.number, OrderState.ENDED)
        await station.until_order(second.number, OrderState.ENDED)
        _, entries = await station.at_rest(mark)
        fed = [entry.order_number for entry in entries if entry.kind == POUCH_STARTED]
        turns = [number for at, number in enumerate(fed) if at == 0 or fed[at - 1] != number]
        same("orders in turn", turns, [second.number, first.number])


@check(
    "loaded-is-not-started",
    Level.BEHAVIOUR,
    "An order that is loaded and not started is not packed, also when others are",
    "En ordre, der er lagt ind og ikke startet, pakkes ikke, heller ikke når andre pakkes",
)
async def loaded_is_not_started(bench: Bench) -> None:
    """The technician may not be ready for it."""
    async with bench.opened() as station:
        mark = await station.mark()
        first, second = await _two_queued(station)
        await station.driver.ensure_packing(first.number)
        await station.until_order(first.number, OrderState.ENDED)
        status = await station.watch()
        known = find(status, second.number)
        same("state of the order that was not started", known.state if known else None, OrderState.LOADED)
        same("its pouches", packed_pouches(await station.news(mark), second.number), [])


@check(
    "pause-when-idle",
    Level.BEHAVIOUR,
    "Pausing and stopping a machine that does nothing harms nothing",
    "At holde pause og standse en maskine, der intet laver, skader intet",
)
async def pause_when_idle(bench: Bench) -> None:
    """Commands name an end state; that it is there already is no mistake."""
    async with bench.opened() as station:
        for command in (station.driver.ensure_paused, station.driver.ensure_stopped):
            with suppress(RefusedError):
                await command()
            order = await station.order(2)
            packed_once(await station.packed(order), order)


@check(
    "pause-twice",
    Level.BEHAVIOUR,
    "A second pause changes nothing, and one start goes on",
    "En pause til ændrer intet, og én start går videre",
)
async def pause_twice(bench: Bench) -> None:
    """A pause whose answer was lost is made again."""
    async with bench.opened() as station:
        mark = await station.mark()
        order = await station.order(bench.long_pouches)
        await station.start(order)
        await station.until_packing(order.number)
        await station.driver.ensure_paused()
        await station.driver.ensure_paused()
        await station.until_order(order.number, OrderState.HELD)
        await station.driver.ensure_paused()
        await station.driver.ensure_packing(order.number)
        await station.until_order(order.number, OrderState.ENDED)
        _, entries = await station.at_rest(mark)
        packed_once(entries, order)


@check(
    "start-behind-held",
    Level.BEHAVIOUR,
    "Starting the order behind a held one makes nothing go on: the held one stays held until it is started itself",
    "At starte ordren bag en, der holder pause, får intet til at gå videre: den bliver ved, til den selv startes",
)
async def start_behind_held(bench: Bench) -> None:
    """Whoever queues an order knows nothing of why the machine waits: somebody may have a hand in it."""
    async with bench.opened() as station:
        mark = await station.mark()
        first = await station.order(bench.long_pouches)
        await station.start(first)
        await station.until_packing(first.number)
        await station.driver.ensure_paused()
        held = await station.until_order(first.number, OrderState.HELD)
        _, before = await station.at_rest(mark)
        second = await station.order(2)
        await station.driver.ensure_loaded(second)
        for _ in range(_STARTS):
            await station.driver.ensure_packing(second.number)
            status = await station.watch()
            same(f"state of order {first.number}", find(status, first.number), held)
            known = find(status, second.number)
            same(f"state of order {second.number}, behind it", known.state if known else None, OrderState.LOADED)
            require(status.state in _WAITING, f"the machine is {status.state.value} and was to wait")
        same("pouches fed meanwhile", started_films((await station.news(mark))[len(before) :]), [])
        await station.driver.ensure_packing(first.number)
        await station.until_order(first.number, OrderState.RUNNING, OrderState.ENDED)
        await station.driver.ensure_stopped()
        _, entries = await station.at_rest(mark)
        nothing_open(entries)


@check(
    "stop-what-is-loaded",
    Level.BEHAVIOUR,
    "A stop ends what is loaded and was never started; it is never packed",
    "Et stop ender det, der er lagt ind og aldrig startet; det pakkes aldrig",
)
async def stop_what_is_loaded(bench: Bench) -> None:
    """After a stop nothing may come out of the queue."""
    async with bench.opened() as station:
        mark = await station.mark()
        first, second = await _two_queued(station)
        await station.driver.ensure_stopped()
        for order in (first, second):
            await station.until_order(order.number, OrderState.INTERRUPTED)
            codes = await refusal(station.driver.ensure_packing(order.number), "starting an order that was stopped")
            require(WRONG_STATE in codes or UNKNOWN_ORDER in codes, f"starting an order that was stopped: {codes}")
        await station.watch()
        same("pouches fed", started_films(await station.news(mark)), [])


@check(
    "stop-takes-along",
    Level.BEHAVIOUR,
    "A stop interrupts the order in work and the one started behind it, and nothing of the second is packed",
    "Et stop afbryder ordren i arbejde og den, der er startet bag den, og intet af den anden pakkes",
)
async def stop_takes_along(bench: Bench) -> None:
    """No roll overtakes another, nor the second half of its own."""
    async with bench.opened() as station:
        mark = await station.mark()
        pair = await two_started(bench, station)
        await station.driver.ensure_stopped()
        await gone_along(station, pair, mark)


@check(
    "stop-while-paused",
    Level.BEHAVIOUR,
    "A stop ends an order that is held, and leaves no open pouch",
    "Et stop ender en ordre, der holder pause, og efterlader ingen åben pose",
)
async def stop_while_paused(bench: Bench) -> None:
    """A pause is often the step before a stop."""
    async with bench.opened() as station:
        mark = await station.mark()
        order = await station.order(bench.long_pouches)
        await station.start(order)
        await station.until_packing(order.number)
        await station.driver.ensure_paused()
        await station.until_order(order.number, OrderState.HELD)
        await station.driver.ensure_stopped()
        await station.until_order(order.number, OrderState.INTERRUPTED)
        _, entries = await station.at_rest(mark)
        nothing_open(entries)
        following = await station.order(2)
        packed_once(await station.packed(following), following)


@check(
    "stop-while-starting",
    Level.BEHAVIOUR,
    "A stop right after a start ends the order, and what was packed until then is told",
    "Et stop lige efter en start ender ordren, og det, der nåede at blive pakket, fortælles",
)
async def stop_while_starting(bench: Bench) -> None:
    """The person at the panel presses both."""
    async with bench.opened() as station:
        mark = await station.mark()
        order = await station.order(bench.long_pouches)
        await station.start(order)
        await station.driver.ensure_stopped()
        known = await station.until_order(order.number, OrderState.INTERRUPTED)
        _, entries = await station.at_rest(mark)
        nothing_open(entries)
        same("pouches closed", known.closed, len(packed_pouches(entries, order.number)))


@check(
    "stop-while-loading",
    Level.BEHAVIOUR,
    "A stop is taken in time while the longest order is being loaded, and nothing of it is packed",
    "Et stop tages i tide, mens den længste ordre lægges ind, og intet af den pakkes",
)
async def stop_while_loading(bench: Bench) -> None:
    """Whoever stops does not wait for a long message (I9)."""
    async with bench.opened() as station:
        mark = await station.mark()
        order = await station.order(min(bench.long_pouches, station.capabilities.order_pouches))
        loading = asyncio.ensure_future(station.driver.ensure_loaded(order))
        try:
            await asyncio.sleep(0)
            began, promised = bench.clock.monotonic(), station.capabilities.answer_seconds
            await station.driver.ensure_stopped()
            took = bench.clock.monotonic() - began
            require(took <= promised, f"ensure_stopped took {took:.1f} s while an order was loaded")
        finally:
            await asyncio.gather(loading, return_exceptions=True)
        await station.driver.ensure_stopped()
        status = await station.watch()
        known = find(status, order.number)
        require(known is None or known.state is OrderState.INTERRUPTED, f"order {order.number} is live after a stop")
        same("pouches fed", started_films(await station.news(mark)), [])


@check(
    "start-after-end",
    Level.BEHAVIOUR,
    "An order that has ended stays ended, whoever starts it",
    "En ordre, der er sluttet, forbliver sluttet, hvem der end starter den",
)
async def start_after_end(bench: Bench) -> None:
    """Its pouches lie in the box."""
    async with bench.opened() as station:
        order = await station.order(2)
        await station.packed(order)
        mark = await station.mark()
        for _ in range(2):
            with suppress(RefusedError):
                await station.driver.ensure_packing(order.number)
        with suppress(RefusedError):
            await station.driver.ensure_loaded(order)
        with suppress(RefusedError):
            await station.driver.ensure_packing(order.number)
        status = await station.watch()
        known = find(status, order.number)
        require(known is None or known.state is OrderState.ENDED, "an order that has ended is live again")
        same("pouches fed for it again", started_films(await station.news(mark)), [])
