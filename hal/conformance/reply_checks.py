"""Level wire: answers that get lost. All of it needs the tamper hand.

Whatever a driver raises must be true: after `UnreachableError` the command has had no effect, after success it has had
one, after `OutcomeUnknownError` one or none; and never does a driver send a command a second time.
"""

from collections.abc import Awaitable
from typing import Final

from hal.conformance.bench import Bench
from hal.conformance.breach import ConformanceError, require, same
from hal.conformance.check import Level, check
from hal.conformance.hands import Hand
from hal.conformance.journal_checks import newest
from hal.conformance.reading import packed_once, started_films
from hal.conformance.station import Station
from hal.errors import OutcomeUnknownError, UnreachableError
from hal.orders import digest_of
from hal.status import OrderState
from hal.wire.words import ORDER_CHANGED, STATE_CHANGED

_PLACES: Final = (0.0, 0.3, 0.6, 0.9, 0.98)
"""From which share of a command's bytes on the machine is not heard any more."""
_AGAIN: Final = 1.5
"""More than this share of the bytes of one command is a command that was sent again."""

UNKNOWN: Final = "unknown"
NOTHING_SENT: Final = "nothing sent"
DONE: Final = "done"


async def _outcome(call: Awaitable[object]) -> str:
    try:
        await call
    except UnreachableError:
        return NOTHING_SENT
    except OutcomeUnknownError:
        return UNKNOWN
    return DONE


def _agree(what: str, outcome: str, effects: int) -> None:
    """Go on only when as many `effects` are found as a driver's word allows."""
    allowed = {NOTHING_SENT: {0}, UNKNOWN: {0, 1}, DONE: {1}}[outcome]
    told = {NOTHING_SENT: "that nothing was sent", UNKNOWN: "that the outcome is unknown", DONE: "that it is done"}
    require(effects in allowed, f"the driver says of {what} {told[outcome]}, and it took effect {effects} times")


async def _muted(bench: Bench, call: Awaitable[object], after: int) -> str:
    bench.wire.mute(after)
    try:
        return await _outcome(call)
    finally:
        bench.wire.cut()
        bench.wire.heal()


async def _load_bytes(bench: Bench, station: Station) -> int:
    """Return how many bytes it takes to load an order of the length that is used here."""
    before = bench.wire.sent
    await station.driver.ensure_loaded(await station.order(bench.long_pouches))
    await station.driver.ensure_stopped()
    return bench.wire.sent - before


@check(
    "load-reply-lost",
    Level.WIRE,
    "Wherever the answer to a load is lost, what the driver says is true, and the order is there once or not at all",
    "Hvor end svaret på en indlægning tabes, er det, driveren siger, sandt, og ordren er der én gang eller slet ikke",
    Hand.TAMPER,
)
async def load_reply_lost(bench: Bench) -> None:
    """The commonest way to pack twice is to repeat what was done already."""
    async with bench.opened() as station:
        size = await _load_bytes(bench, station)
        for place in _PLACES:
            order = await station.order(bench.long_pouches)
            mark = await station.mark()
            outcome = await _muted(bench, station.driver.ensure_loaded(order), int(size * place))
            await bench.again(station)
            entries = await station.news(mark)
            loads = [one for one in entries if one.kind == ORDER_CHANGED and one.fields.get("state") == "loaded"]
            _agree(f"loading order {order.number}", outcome, len(loads))
            known = await station.known(order.number)
            same("order is known", known is not None, bool(loads))
            require(known is None or known.digest == digest_of(order), "another order than the one sent is known")
            same("pouches fed", len(started_films(entries)), 0)
            await station.clear()


@check(
    "load-not-sent-again",
    Level.WIRE,
    "A load without an answer is not sent a second time",
    "En indlægning uden svar sendes ikke igen",
    Hand.TAMPER,
)
async def load_not_sent_again(bench: Bench) -> None:
    """A write is never repeated; the next step is a read."""
    async with bench.opened() as station:
        size = await _load_bytes(bench, station)
        order = await station.order(bench.long_pouches)
        before = bench.wire.sent
        bench.wire.mute(int(size * _PLACES[-1]))
        try:
            await _outcome(station.driver.ensure_loaded(order))
            for _ in range(3):
                await station.clock.sleep(station.pace.step)
            during = bench.wire.sent - before
        finally:
            bench.wire.cut()
            bench.wire.heal()
        require(during <= size * _AGAIN, f"{during} bytes were sent for an order that takes {size}")
        await bench.again(station)


@check(
    "start-reply-lost",
    Level.WIRE,
    "When the answer to a start is lost, the driver says so, and the order is packed once or not at all",
    "Når svaret på en start tabes, siger driveren det, og ordren pakkes én gang eller slet ikke",
    Hand.TAMPER,
)
async def start_reply_lost(bench: Bench) -> None:
    """A start that is made again after a read must not pack again (I7)."""
    async with bench.opened() as station:
        mark = await station.mark()
        order = await station.order()
        await station.driver.ensure_loaded(order)
        outcome = await _muted(bench, station.driver.ensure_packing(order.number), 0)
        require(outcome != DONE, "the answer to a start was lost, and the driver claims to have it")
        await bench.again(station)
        await station.watch()
        has_begun = any(entry.kind == STATE_CHANGED for entry in await station.news(mark))
        _agree(f"starting order {order.number}", outcome, int(has_begun))
        await station.driver.ensure_packing(order.number)
        await station.until_order(order.number, OrderState.ENDED)
        _, entries = await station.at_rest(mark)
        packed_once(entries, order)


@check(
    "stop-reply-lost",
    Level.WIRE,
    "When the answer to a stop is lost, what the driver says is true, and a stop after a read ends everything",
    "Når svaret på et stop tabes, er det, driveren siger, sandt, og et stop efter en læsning ender alt",
    Hand.TAMPER,
)
async def stop_reply_lost(bench: Bench) -> None:
    """Whoever stops must be able to be sure."""
    async with bench.opened() as station:
        order = await station.order()
        await station.driver.ensure_loaded(order)
        outcome = await _muted(bench, station.driver.ensure_stopped(), 0)
        await bench.again(station)
        known = await station.known(order.number)
        _agree("stopping", outcome, int(known is not None and known.state is OrderState.INTERRUPTED))
        await station.driver.ensure_stopped()
        await station.until_order(order.number, OrderState.INTERRUPTED)


@check(
    "acknowledge-reply-lost",
    Level.WIRE,
    "When the answer to an acknowledgement is lost, it stands or does not, and can be made again",
    "Når svaret på en kvittering tabes, står den eller ej, og den kan gentages",
    Hand.TAMPER,
)
async def acknowledge_reply_lost(bench: Bench) -> None:
    """It is made again with the next piece of the journal."""
    async with bench.opened() as station:
        await station.packed(await station.order(2))
        mark = await newest(station)
        before = (await station.driver.read_status()).acknowledged
        outcome = await _muted(bench, station.driver.acknowledge(mark), 0)
        await bench.again(station)
        found = (await station.driver.read_status()).acknowledged
        if found not in {before, mark}:
            message = f"acknowledged is {found}, neither {before} nor {mark}"
            raise ConformanceError(message)
        _agree("acknowledging", outcome, int(found == mark))
        await station.driver.acknowledge(mark)
        same("acknowledged", (await station.driver.read_status()).acknowledged, mark)


@check(
    "open-reply-lost",
    Level.WIRE,
    "Opening without an answer ends with UnreachableError, and works afterwards",
    "Åbning uden svar ender med UnreachableError, og virker bagefter",
    Hand.TAMPER,
)
async def open_reply_lost(bench: Bench) -> None:
    """Taking the same lease again is no second effect."""
    async with bench.opened() as station:
        await station.driver.close()
        outcome = await _muted(bench, station.driver.open(bench.lease()), 0)
        same("outcome of opening", outcome, NOTHING_SENT)
        await bench.again(station)
        same("epoch", (await station.driver.read_status()).epoch, bench.epoch)
