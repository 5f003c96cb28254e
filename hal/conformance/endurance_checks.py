"""Level endurance: the same for long, and in random order; every walk is repeatable from the bench's seed."""

import asyncio
import random
from collections.abc import Iterable
from contextlib import suppress

from hal.conformance.bench import Bench
from hal.conformance.breach import require, same
from hal.conformance.check import Level, check
from hal.conformance.hands import Hand
from hal.conformance.reading import head_of, nothing_open, packed_once, packed_pouches, told_once
from hal.conformance.station import LIVE, Station
from hal.errors import MachineError, OutcomeUnknownError, RefusedError, UnreachableError
from hal.journal import START, JournalEntry
from hal.orders import PackingOrder
from hal.status import OrderState
from hal.wire.words import POUCH_STARTED


async def _account(station: Station, entries: list[JournalEntry], tried: Iterable[PackingOrder]) -> None:
    """Go on only when everything that was told fits together, and nothing was packed that nobody ordered."""
    told_once(entries)
    nothing_open(entries)
    numbers = {order.number for order in tried}
    strangers = {entry.order_number for entry in entries if entry.kind == POUCH_STARTED} - numbers
    require(not strangers, f"orders {sorted(strangers)} were packed, and nobody asked for them")
    status, whole = await station.at_rest(START)
    same("head of the journal", status.journal_head, head_of(whole))


@check(
    "many-orders",
    Level.ENDURANCE,
    "Many orders in a row, one always queued, are each packed once",
    "Mange ordrer i træk, altid én i kø, pakkes hver én gang",
)
async def many_orders(bench: Bench) -> None:
    """A day's work."""
    async with bench.opened() as station:
        mark = await station.mark()
        orders: list[PackingOrder] = []
        for _ in range(bench.endurance.orders):
            order = await station.order()
            await station.start(order)
            orders.append(order)
            if len(orders) > 1:
                await station.until_order(orders[-2].number, OrderState.ENDED)
        await station.until_order(orders[-1].number, OrderState.ENDED)
        _, entries = await station.at_rest(mark)
        for order in orders:
            numbers = [pouch.number for pouch in order.pouches]
            same(f"pouches of order {order.number}", packed_pouches(entries, order.number), numbers)
        await _account(station, entries, orders)


@check(
    "many-reopenings",
    Level.ENDURANCE,
    "The driver can be closed and opened many times while an order is packed",
    "Driveren kan lukkes og åbnes mange gange, mens en ordre pakkes",
)
async def many_reopenings(bench: Bench) -> None:
    """A connection that is not given back is missing one day."""
    async with bench.opened() as station:
        mark = await station.mark()
        order = await station.order()
        await station.start(order)
        for _ in range(bench.endurance.reopenings):
            await bench.again(station)
            same("epoch", (await station.driver.read_status()).epoch, bench.epoch)
        await station.until_order(order.number, OrderState.ENDED)
        _, entries = await station.at_rest(mark)
        packed_once(entries, order)


@check(
    "long-journal-twice",
    Level.ENDURANCE,
    "The whole journal, read twice in pages of different size, is the same and has the machine's head",
    "Hele journalen, læst to gange i sider af forskellig størrelse, er den samme og har maskinens hoved",
)
async def long_journal_twice(bench: Bench) -> None:
    """A new controller starts from the first entry."""
    async with bench.opened() as station:
        status, first = await station.at_rest(START)
        second = await station.news(START, 97)
        same("entries", len(second), len(first))
        same("head of the journal", head_of(second), status.journal_head)


@check(
    "random-cuts",
    Level.ENDURANCE,
    "Over cuts at random moments no order is packed twice and no entry is lost",
    "Hen over brud på tilfældige tidspunkter pakkes ingen ordre to gange, og ingen post går tabt",
    Hand.TAMPER,
)
async def random_cuts(bench: Bench) -> None:
    """A cable that is worn breaks at any byte."""
    dice = random.Random(bench.endurance.seed)  # noqa: S311 - repeatable, not secret
    async with bench.opened() as station:
        size = await _bytes_of_load(bench, station)
        mark = await station.mark()
        orders: list[PackingOrder] = []
        tried: list[PackingOrder] = []
        for _ in range(bench.endurance.cuts):
            order = await station.order()
            tried.append(order)
            await _cut_after(bench, station, dice.randrange(size + 1), order)
            await bench.again(station)
            orders += await _settled(station, order)
        _, entries = await station.at_rest(mark)
        for order in orders:
            packed_once([one for one in entries if one.order_number == order.number], order)
        await _account(station, entries, tried)


async def _cut_after(bench: Bench, station: Station, size: int, order: PackingOrder) -> None:
    """Start an order and break the wire once `size` bytes have gone to the machine, of which no answer comes back."""
    end = bench.wire.sent + size
    bench.wire.mute(size)
    starting = asyncio.ensure_future(station.start(order))
    try:
        while bench.wire.sent < end and not starting.done():
            await bench.clock.sleep(station.pace.step)
        # What was sent last is heard by the machine.
        await bench.clock.sleep(station.pace.step)
    finally:
        bench.wire.cut()
        bench.wire.heal()
    with suppress(MachineError):
        await starting


async def _bytes_of_load(bench: Bench, station: Station) -> int:
    before = bench.wire.sent
    await station.start(await station.order())
    await station.clear()
    return bench.wire.sent - before


async def _settled(station: Station, order: PackingOrder) -> list[PackingOrder]:
    """Do as a controller does after an unknown outcome: read, and go on from what is there.

    Return the order when it came to its end. A machine that does one pouch at a time ends where it was left, and may
    have interrupted it.
    """
    known = await station.known(order.number)
    if known is None:
        return []
    if known.state is OrderState.LOADED:
        await station.driver.ensure_packing(order.number)
    ends = [OrderState.ENDED] if station.capabilities.journal else [OrderState.ENDED, OrderState.INTERRUPTED]
    known = await station.until_order(order.number, *ends)
    return [order] if known.state is OrderState.ENDED else []


@check(
    "random-power-cuts",
    Level.ENDURANCE,
    "Over power cuts at random moments every film has one outcome and no pouch is packed twice",
    "Hen over strømsvigt på tilfældige tidspunkter har hver film ét udfald, og ingen pose pakkes to gange",
    Hand.POWER,
)
async def random_power_cuts(bench: Bench) -> None:
    """Before a drop, between drops, before the seal, after it."""
    dice = random.Random(bench.endurance.seed)  # noqa: S311 - repeatable, not secret
    async with bench.opened() as station:
        mark = await station.mark()
        tried: list[PackingOrder] = []
        for _ in range(bench.endurance.power_cuts):
            order = await station.order(bench.long_pouches)
            tried.append(order)
            await station.start(order)
            for _ in range(dice.randrange(1, 20)):
                await station.clock.sleep(station.pace.step * dice.random())
            await bench.power_cycle(station)
            known = await station.known(order.number)
            over = known is None or known.state not in LIVE
            require(over, f"order {order.number} is live after a power cut")
        _, entries = await station.at_rest(mark)
        await _account(station, entries, tried)


@check(
    "random-commands",
    Level.ENDURANCE,
    "Over random commands every order keeps its promises",
    "Hen over tilfældige kommandoer holder hver ordre, hvad den lover",
)
async def random_commands(bench: Bench) -> None:
    """Nobody presses buttons in the order of the manual."""
    dice = random.Random(bench.endurance.seed)  # noqa: S311 - repeatable, not secret
    async with bench.opened() as station:
        mark = await station.mark()
        orders = [await station.order()]
        for _ in range(bench.endurance.commands):
            await _random_command(bench, station, dice, orders)
        await station.driver.ensure_stopped()
        await station.clear()
        _, entries = await station.at_rest(mark)
        status = await station.driver.read_status()
        for one in status.orders:
            if one.number in {order.number for order in orders}:
                same(f"pouches of order {one.number} closed", one.closed, len(packed_pouches(entries, one.number)))
        await _account(station, entries, orders)


async def _random_command(bench: Bench, station: Station, dice: random.Random, orders: list[PackingOrder]) -> None:
    order = dice.choice(orders[-3:])
    what = dice.randrange(8)
    try:
        if what == 0:
            orders.append(await station.order())
            await station.driver.ensure_loaded(orders[-1])
        elif what == 1:
            await station.driver.ensure_loaded(order)
        elif what <= 4:  # noqa: PLR2004 - three in eight
            await station.driver.ensure_packing(order.number)
        elif what == 5:  # noqa: PLR2004 - one in eight
            await station.driver.ensure_paused()
        elif what == 6:  # noqa: PLR2004 - one in eight
            await station.clock.sleep(station.pace.step * dice.random() * 5)
        elif dice.random() < 0.2:  # noqa: PLR2004 - seldom
            await station.driver.ensure_stopped()
        else:
            await bench.again(station)
    except RefusedError as refused:
        require(bool(refused.reasons), "a refusal without reasons")
    except (UnreachableError, OutcomeUnknownError):
        await bench.again(station)
