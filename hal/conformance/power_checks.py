"""Level behaviour: power cuts. All of it needs the power hand.

What the machine had in work ends packed or void, never both and never neither; nothing goes on by itself.
"""

from contextlib import suppress
from dataclasses import replace

from hal.conformance.bench import Bench
from hal.conformance.breach import ConformanceError, refusal, require, same
from hal.conformance.calls import calls_of
from hal.conformance.check import Level, check
from hal.conformance.hands import Hand
from hal.conformance.reading import (
    attempts,
    fed_films,
    nothing_open,
    packed_once,
    packed_pouches,
    started_films,
    told_once,
)
from hal.conformance.station import Station, find
from hal.conformance.turns import gone_along, two_started
from hal.errors import MachineError, OutcomeUnknownError, UnreachableError
from hal.orders import PackingOrder
from hal.status import OrderState


@check(
    "power-lost-is-told",
    Level.BEHAVIOUR,
    "Without power every call ends with UnreachableError or an unknown outcome, and opening with UnreachableError",
    "Uden strøm ender hvert kald med UnreachableError eller ukendt udfald, og åbning med UnreachableError",
    Hand.POWER,
)
async def power_lost_is_told(bench: Bench) -> None:
    """A machine that is dark has not refused."""
    async with bench.opened() as station:
        order = await station.order()
        await bench.cutter.cut()
        try:
            for name, call in calls_of(station.driver, order).items():
                try:
                    await call()
                except (UnreachableError, OutcomeUnknownError):
                    continue
                except MachineError as error:
                    message = f"{name} of a machine without power ends with {type(error).__name__}: {error}"
                    raise ConformanceError(message) from error
                message = f"{name} of a machine without power works"
                raise ConformanceError(message)
            with suppress(UnreachableError):
                await station.driver.open(bench.lease())
                raise ConformanceError("a machine without power can be opened")
        finally:
            await bench.cutter.restore()
        await bench.again(station)
        same("high-water mark", (await station.driver.read_status()).high_water, order.number - 1)


@check(
    "power-cut-before-start",
    Level.BEHAVIOUR,
    "An order that was loaded before a power cut is never packed, and its number never taken again",
    "En ordre, der var lagt ind før et strømsvigt, pakkes aldrig, og dens nummer tages aldrig igen",
    Hand.POWER,
)
async def power_cut_before_start(bench: Bench) -> None:
    """It is interrupted; what is missing gets a new number."""
    async with bench.opened() as station:
        mark = await station.mark()
        order = await station.order()
        await station.driver.ensure_loaded(order)
        await bench.power_cycle(station)
        await _dead(station, order)
        same("pouches fed", started_films(await station.news(mark)), [])


async def _dead(station: Station, order: PackingOrder) -> None:
    """Go on only when an order of before the power cut is over for good."""
    status = await station.watch()
    known = find(status, order.number)
    require(
        known is None or known.state is OrderState.INTERRUPTED, f"order {order.number} is {known and known.state.value}"
    )
    require(status.high_water >= order.number, f"the high-water mark fell to {status.high_water}")
    await refusal(station.driver.ensure_packing(order.number), f"starting order {order.number} of before the power cut")
    other = replace(order, order_id=f"{order.order_id}-other")
    await refusal(station.driver.ensure_loaded(other), f"taking number {order.number} for another order")


@check(
    "power-cut-while-packing",
    Level.BEHAVIOUR,
    "After a power cut while packing, every film has one outcome and the order is never resumed",
    "Efter et strømsvigt under pakning har hver film ét udfald, og ordren genoptages aldrig",
    Hand.POWER,
)
async def power_cut_while_packing(bench: Bench) -> None:
    """The pouch in work is ambiguous, so it is void (I5)."""
    async with bench.opened() as station:
        mark = await station.mark()
        order = await station.order(bench.long_pouches)
        await station.start(order)
        await station.until_packing(order.number)
        await bench.power_cycle(station)
        await _dead(station, order)
        status, entries = await station.at_rest(mark)
        told_once(entries)
        nothing_open(entries)
        same("film counter", status.film, max(fed_films(entries)))
        known = find(status, order.number)
        if known is not None:
            same("pouches closed", known.closed, len(packed_pouches(entries, order.number)))
        following = await station.order(2)
        packed_once(await station.packed(following), following)


@check(
    "power-cut-takes-along",
    Level.BEHAVIOUR,
    "A power cut interrupts the order in work and the one started behind it, and nothing of the second is packed",
    "Et strømsvigt afbryder ordren i arbejde og den, der er startet bag den, og intet af den anden pakkes",
    Hand.POWER,
)
async def power_cut_takes_along(bench: Bench) -> None:
    """What is missing of the first comes before the second, under new numbers."""
    async with bench.opened() as station:
        mark = await station.mark()
        pair = await two_started(bench, station)
        await bench.power_cycle(station)
        await gone_along(station, pair, mark)


@check(
    "power-cut-when-started",
    Level.BEHAVIOUR,
    "A power cut right after a start leaves every film that was fed with one outcome",
    "Et strømsvigt lige efter en start giver hver film, der blev ført frem, ét udfald",
    Hand.POWER,
)
async def power_cut_when_started(bench: Bench) -> None:
    """Before the first pouch is closed nothing is proven."""
    async with bench.opened() as station:
        mark = await station.mark()
        order = await station.order()
        await station.start(order)
        await bench.power_cycle(station)
        await _dead(station, order)
        _, entries = await station.at_rest(mark)
        told_once(entries)
        nothing_open(entries)


@check(
    "power-cut-after-end",
    Level.BEHAVIOUR,
    "An order that had ended before a power cut stays ended, with the same pouches",
    "En ordre, der var sluttet før et strømsvigt, forbliver sluttet, med de samme poser",
    Hand.POWER,
)
async def power_cut_after_end(bench: Bench) -> None:
    """Its roll is in the box already."""
    async with bench.opened() as station:
        mark = await station.mark()
        order = await station.order()
        packed_once(await station.packed(order), order)
        await bench.power_cycle(station)
        status, entries = await station.at_rest(mark)
        packed_once(entries, order)
        known = find(status, order.number)
        if known is not None:
            same("state of the order", (known.state, known.closed), (OrderState.ENDED, len(order.pouches)))
        same("high-water mark", status.high_water, order.number)


@check(
    "power-film-rises",
    Level.BEHAVIOUR,
    "The film index goes on rising over power cuts and is never used twice",
    "Filmindekset stiger videre hen over strømsvigt og bruges aldrig to gange",
    Hand.POWER,
)
async def power_film_rises(bench: Bench) -> None:
    """Two pouches with one index cannot be told apart."""
    async with bench.opened() as station:
        mark = await station.mark()
        for _ in range(2):
            await station.packed(await station.order(2))
            await bench.power_cycle(station)
        await station.packed(await station.order(2))
        _, entries = await station.at_rest(mark)
        films = [attempt.film for attempt in attempts(entries)]
        same("films in the order in which they were fed", films, sorted(set(films)))


@check(
    "power-tombstones",
    Level.BEHAVIOUR,
    "Numbers that were used before several power cuts are refused for good",
    "Numre, der var brugt før flere strømsvigt, afvises for altid",
    Hand.POWER,
)
async def power_tombstones(bench: Bench) -> None:
    """A message may be held up for a long time (I7)."""
    async with bench.opened() as station:
        used = await station.order(2)
        await station.packed(used)
        skipped = await station.order()
        jumped = await station.order(ahead=2)
        await station.driver.ensure_loaded(jumped)
        for _ in range(2):
            await bench.power_cycle(station)
        other = replace(used, order_id=f"{used.order_id}-other")
        for order in (other, skipped):
            await refusal(station.driver.ensure_loaded(order), f"order {order.number} of before two power cuts")
        same("high-water mark", (await station.driver.read_status()).high_water, jumped.number)
