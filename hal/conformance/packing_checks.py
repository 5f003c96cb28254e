"""Level 2, second part: what is packed, how often, and what never is."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from hal.conformance.bench import Bench
from hal.conformance.breach import refusal, require, same
from hal.conformance.check import Level, check
from hal.errors import RefusedError
from hal.journal import JournalEntry
from hal.orders import BayPick, PackingOrder, Pick, PouchOrder
from hal.status import OrderState
from hal.wire.words import DROPPED, ORDER_CHANGED, PACKED, POUCH_CLOSED, POUCH_STARTED, PRINTED


@check("packed-as-ordered", Level.BEHAVIOUR, "Every pouch is packed once, in order, counted and printed as ordered")
async def packed_as_ordered(bench: Bench) -> None:
    """The journal alone proves a pouch, so it must tell every drop and the very print."""
    async with bench.opened() as station:
        mark = await station.mark()
        order = await station.order()
        await station.start(order)
        await station.until_order(order.number, OrderState.ENDED)
        _, entries = await station.at_rest(mark)
        _packed_once(entries, order)
        attempts = {attempt.pouch: attempt for attempt in _attempts(entries, order.number) if attempt.is_packed}
        for pouch in order.pouches:
            attempt = attempts[pouch.number]
            same(f"picks of pouch {pouch.number}", sorted(attempt.drops), sorted(map(_drop, pouch.picks)))
            if station.capabilities.tablet_counter:
                same(f"drops of pouch {pouch.number} that were miscounted", attempt.miscounts, 0)
            same(f"digest of the print of pouch {pouch.number}", attempt.printed, _print_digest(pouch))


@check("start-twice", Level.BEHAVIOUR, "An order that is started twice, or after its end, is packed once")
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
        _packed_once(entries, order)
        others = {entry.order_number for entry in entries if entry.kind == POUCH_STARTED} - {order.number}
        require(not others, f"orders {sorted(others)} were packed, and only {order.number} was started")
        states = Counter(entry.fields.get("state") for entry in entries if entry.kind == ORDER_CHANGED)
        same("times that the order ended", states[OrderState.ENDED.value], 1)


@check("pause-and-go-on", Level.BEHAVIOUR, "A pause comes between two pouches, holds, and the order goes on to its end")
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
        _nothing_open(paused)
        await station.watch()
        more = [entry for entry in (await station.news(mark))[len(paused) :] if entry.kind == POUCH_STARTED]
        same("pouches fed while the order was held", len(more), 0)
        await station.driver.ensure_packing(order.number)
        await station.until_order(order.number, OrderState.ENDED)
        _, entries = await station.at_rest(mark)
        _packed_once(entries, order)


@check("stop-is-final", Level.BEHAVIOUR, "A stop comes between two pouches, and nothing of the order is packed later")
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
        _nothing_open(before)
        await refusal(station.driver.ensure_packing(order.number), "starting an interrupted order")
        following = await station.order()
        await station.start(following)
        await station.until_order(following.number, OrderState.ENDED)
        _, entries = await station.at_rest(mark)
        later = entries[len(before) :]
        _packed_once(later, following)
        fed = [entry.pouch for entry in later if entry.kind == POUCH_STARTED and entry.order_number == order.number]
        same("pouches of the stopped order that were fed later", fed, [])


# -- The journal, read as pouches ------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Attempt:
    """One film of one pouch; drops are (kind of source, its number, product, commanded)."""

    pouch: int
    film: object
    drops: list[tuple[str, int, str, int]] = field(default_factory=list[tuple[str, int, str, int]])
    miscounts: int = 0
    printed: object = ""
    is_packed: bool = False


def _attempts(entries: Sequence[JournalEntry], number: int) -> list[_Attempt]:
    attempts: list[_Attempt] = []
    for entry in entries:
        if entry.order_number != number:
            continue
        if entry.kind == POUCH_STARTED:
            attempts.append(_Attempt(entry.pouch, entry.fields.get("film")))
        elif entry.pouch < 0:
            continue
        else:
            started = bool(attempts) and attempts[-1].pouch == entry.pouch
            require(started, f"{entry.kind} of pouch {entry.pouch}, for which no film was fed")
            _tell(attempts[-1], entry)
    return attempts


def _tell(attempt: _Attempt, entry: JournalEntry) -> None:
    fields = entry.fields
    if entry.kind == DROPPED:
        source = "bay" if "bay" in fields else "cell"
        commanded = int(fields.get("commanded", -1))
        attempt.drops.append((source, int(fields.get(source, -1)), str(fields.get("product")), commanded))
        attempt.miscounts += fields.get("counted") != commanded
    elif entry.kind == PRINTED:
        attempt.printed = fields.get("digest")
    elif entry.kind == POUCH_CLOSED:
        attempt.is_packed = fields.get("outcome") == PACKED


def _drop(pick: Pick) -> tuple[str, int, str, int]:
    if isinstance(pick, BayPick):
        return "bay", pick.bay, pick.product, pick.units
    return "cell", pick.cell, pick.product, pick.quarters


def _print_digest(pouch: PouchOrder) -> str:
    return hashlib.sha256("\n".join((pouch.symbol, *pouch.lines)).encode()).hexdigest()


def _packed_once(entries: Sequence[JournalEntry], order: PackingOrder) -> None:
    closed = [
        entry.pouch
        for entry in entries
        if entry.kind == POUCH_CLOSED and entry.order_number == order.number and entry.fields.get("outcome") == PACKED
    ]
    same(f"pouches of order {order.number} packed", closed, [pouch.number for pouch in order.pouches])
    films = [attempt.film for attempt in _attempts(entries, order.number)]
    same("films used", len(set(films)), len(films))
    _nothing_open(entries)


def _nothing_open(entries: Sequence[JournalEntry]) -> None:
    started = Counter(entry.fields.get("film") for entry in entries if entry.kind == POUCH_STARTED)
    closed = Counter(entry.fields.get("film") for entry in entries if entry.kind == POUCH_CLOSED)
    same("films started and closed", closed, started)
