"""Level behaviour: what is packed, how often, and what never is."""

from collections import Counter
from contextlib import suppress

from hal.conformance.bench import Bench
from hal.conformance.breach import refusal, require, same
from hal.conformance.check import Level, check
from hal.conformance.reading import attempts, drop_of, nothing_open, packed_once, print_digest
from hal.errors import RefusedError
from hal.status import OrderState
from hal.wire.words import ORDER_CHANGED, POUCH_STARTED


@check(
    "packed-as-ordered",
    Level.BEHAVIOUR,
    "Every pouch is packed once, in order, counted and printed as ordered",
    "Hver pose pakkes én gang, i rækkefølge, talt og trykt som bestilt",
)
async def packed_as_ordered(bench: Bench) -> None:
    """The journal alone proves a pouch, so it must tell every drop and the very print."""
    async with bench.opened() as station:
        mark = await station.mark()
        order = await station.order()
        await station.start(order)
        await station.until_order(order.number, OrderState.ENDED)
        _, entries = await station.at_rest(mark)
        packed_once(entries, order)
        packed = {attempt.pouch: attempt for attempt in attempts(entries, order.number) if attempt.is_packed}
        for pouch in order.pouches:
            attempt = packed[pouch.number]
            same(f"picks of pouch {pouch.number}", sorted(attempt.drops), sorted(map(drop_of, pouch.picks)))
            if station.capabilities.tablet_counter:
                same(f"drops of pouch {pouch.number} that were miscounted", attempt.miscounts, 0)
            same(f"digest of the print of pouch {pouch.number}", attempt.printed, print_digest(pouch))


@check(
    "start-twice",
    Level.BEHAVIOUR,
    "An order that is started twice, or after its end, is packed once",
    "En ordre, der startes to gange eller efter sin slutning, pakkes én gang",
)
async def start_twice(bench: Bench) -> None:
    """A start whose answer was lost is made again after a read, and may come twice."""
    async with bench.opened() as station:
        mark = await station.mark()
        order = await station.order()
        await station.start(order)
        await station.driver.ensure_packing(order.number)
        await station.until_order(order.number, OrderState.ENDED)
        with suppress(RefusedError):
            await station.driver.ensure_packing(order.number)
        await station.watch()
        _, entries = await station.at_rest(mark)
        packed_once(entries, order)
        others = {entry.order_number for entry in entries if entry.kind == POUCH_STARTED} - {order.number}
        require(not others, f"orders {sorted(others)} were packed, and only {order.number} was started")
        states = Counter(entry.fields.get("state") for entry in entries if entry.kind == ORDER_CHANGED)
        same("times that the order ended", states[OrderState.ENDED.value], 1)


@check(
    "pause-and-go-on",
    Level.BEHAVIOUR,
    "A pause comes between two pouches, holds, and the order goes on to its end",
    "En pause falder mellem to poser, holder, og ordren går videre til sin slutning",
)
async def pause_and_go_on(bench: Bench) -> None:
    """A pause must leave no open pouch."""
    async with bench.opened() as station:
        mark = await station.mark()
        order = await station.order(bench.long_pouches)
        await station.start(order)
        await station.until_packing(order.number)
        await station.driver.ensure_paused()
        await station.until_order(order.number, OrderState.HELD)
        paused = await station.news(mark)
        nothing_open(paused)
        await station.watch()
        more = [entry for entry in (await station.news(mark))[len(paused) :] if entry.kind == POUCH_STARTED]
        same("pouches fed while the order was held", len(more), 0)
        await station.driver.ensure_packing(order.number)
        await station.until_order(order.number, OrderState.ENDED)
        _, entries = await station.at_rest(mark)
        packed_once(entries, order)


@check(
    "stop-is-final",
    Level.BEHAVIOUR,
    "A stop comes between two pouches, and nothing of the order is packed later",
    "Et stop falder mellem to poser, og intet af ordren pakkes senere",
)
async def stop_is_final(bench: Bench) -> None:
    """What a stop left unpacked gets a new number; under the old one it would be packed twice."""
    async with bench.opened() as station:
        mark = await station.mark()
        order = await station.order(bench.long_pouches)
        await station.start(order)
        await station.until_packing(order.number)
        await station.driver.ensure_stopped()
        await station.until_order(order.number, OrderState.INTERRUPTED)
        before = await station.news(mark)
        nothing_open(before)
        await refusal(station.driver.ensure_packing(order.number), "starting an interrupted order")
        following = await station.order()
        await station.start(following)
        await station.until_order(following.number, OrderState.ENDED)
        _, entries = await station.at_rest(mark)
        later = entries[len(before) :]
        packed_once(later, following)
        fed = [entry.pouch for entry in later if entry.kind == POUCH_STARTED and entry.order_number == order.number]
        same("pouches of the stopped order that were fed later", fed, [])
