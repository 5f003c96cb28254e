"""Level behaviour: every reason for which an order is refused. Nothing is packed here."""

from contextlib import suppress
from dataclasses import replace
from typing import Final

from hal.conformance.bench import Bench
from hal.conformance.breach import ExemptError, refusal, require, same
from hal.conformance.check import Check, Level, check
from hal.conformance.mistakes import Mistake, all_at_once, mistakes_of
from hal.conformance.station import Station, find
from hal.errors import RefusedError
from hal.orders import PackingOrder, PouchOrder
from hal.preflight import refusals
from hal.status import OrderState
from hal.wire import words

_TITLES: Final = {
    words.WRONG_CANISTER: ("A pick from a bay without that canister", "Et pluk fra en plads uden den beholder"),
    words.UNKNOWN_CELL: ("A tray cell that is not there", "En bakkecelle, der ikke findes"),
    words.TOO_MANY_UNITS: ("More units than a pouch may hold", "Flere enheder end en pose må rumme"),
    words.TOO_MANY_POUCHES: ("More pouches than an order may have", "Flere poser end en ordre må have"),
    words.LABEL_TOO_LARGE: ("More lines than are printed", "Flere linjer end der trykkes"),
    words.BAD_DOCUMENT: ("An order in which a pouch stands twice", "En ordre, hvor en pose står to gange"),
    words.WRONG_FRACTION: ("More or fewer quarters than a cell may hold", "Andre kvarte end en celle må rumme"),
    words.UNPRINTABLE: ("A character that cannot be printed", "Et tegn, der ikke kan trykkes"),
    words.SYMBOL_TOO_LONG: ("A longer symbol than is printed", "Et længere symbol end der trykkes"),
}


def _refused(code: str) -> Check:
    english, danish = _TITLES[code]

    async def body(bench: Bench) -> None:
        async with bench.opened() as station:
            await _refused_as(station, code)

    body.__doc__ = "What cannot be packed as it is ordered must not be taken, and not be mended."
    name = f"refused-{code.lower().replace('_', '-')}"
    decorate = check(name, Level.BEHAVIOUR, f"{english} is refused as {code}", f"{danish} afvises som {code}")
    return decorate(body)


async def _refused_as(station: Station, code: str) -> None:
    order = await station.order()
    mistake = mistakes_of(order, station.capabilities, await station.driver.read_bays())[code]
    if mistake.order is None:
        raise ExemptError(mistake.why)
    codes = await refusal(station.driver.ensure_loaded(mistake.order), f"an order that is {code}")
    same("codes of the refusal", sorted(set(codes)), [code])
    await took_nothing(station, mistake.order, order.number - 1)
    await station.driver.ensure_loaded(order)
    known = await station.known(order.number)
    same("state of the mended order", known.state if known else None, OrderState.LOADED)


async def took_nothing(station: Station, order: PackingOrder, high_water: int) -> None:
    """Go on only when a refused order has left no trace.

    Raises:
        ConformanceError: its number is taken, or it is known.
    """
    status = await station.driver.read_status()
    same("high-water mark after a refusal", status.high_water, high_water)
    require(find(status, order.number) is None, f"order {order.number} was refused and is known all the same")


refused_wrong_canister = _refused(words.WRONG_CANISTER)
refused_unknown_cell = _refused(words.UNKNOWN_CELL)
refused_too_many_units = _refused(words.TOO_MANY_UNITS)
refused_too_many_pouches = _refused(words.TOO_MANY_POUCHES)
refused_label_too_large = _refused(words.LABEL_TOO_LARGE)
refused_bad_document = _refused(words.BAD_DOCUMENT)
refused_wrong_fraction = _refused(words.WRONG_FRACTION)
refused_unprintable = _refused(words.UNPRINTABLE)
refused_symbol_too_long = _refused(words.SYMBOL_TOO_LONG)


@check(
    "refused-queue-full",
    Level.BEHAVIOUR,
    "The queue takes as many orders as it says, and the next is refused as QUEUE_FULL",
    "Køen tager så mange ordrer, som den oplyser, og den næste afvises som QUEUE_FULL",
)
async def refused_queue_full(bench: Bench) -> None:
    """Less is a gap between two rolls, more is an order that is lost."""
    async with bench.opened() as station:
        for _ in range(station.capabilities.queue_depth):
            await station.driver.ensure_loaded(await station.order(2))
        order = await station.order(2)
        codes = await refusal(station.driver.ensure_loaded(order), "one order more than the queue is deep")
        same("codes of the refusal", codes, (words.QUEUE_FULL,))
        await took_nothing(station, order, order.number - 1)


@check(
    "refused-with-every-reason",
    Level.BEHAVIOUR,
    "An order with five kinds of mistakes is refused with all five reasons",
    "En ordre med fem slags fejl afvises med alle fem grunde",
)
async def refused_with_every_reason(bench: Bench) -> None:
    """Whoever mends an order must see everything that is wrong with it."""
    async with bench.opened() as station:
        order = await station.order()
        wrong, codes = all_at_once(order, station.capabilities)
        found = await refusal(station.driver.ensure_loaded(wrong), "an order with five kinds of mistakes")
        missing = sorted(codes - set(found))
        require(not missing, f"refused as {sorted(set(found))}, without {', '.join(missing)}")
        await took_nothing(station, wrong, order.number - 1)


@check(
    "refusals-explained",
    Level.BEHAVIOUR,
    "Every reason of a refusal has a code of the contract and says what it concerns",
    "Hver grund til en afvisning har en af kontraktens koder og siger, hvad det drejer sig om",
)
async def refusals_explained(bench: Bench) -> None:
    """A person has to mend it."""
    async with bench.opened() as station:
        order = await station.order()
        mistakes = mistakes_of(order, station.capabilities, await station.driver.read_bays())
        for mistake in mistakes.values():
            await _explained(station, mistake)


async def _explained(station: Station, mistake: Mistake) -> None:
    if mistake.order is None:
        return
    try:
        await station.driver.ensure_loaded(mistake.order)
    except RefusedError as refused:
        for reason in refused.reasons:
            require(reason.code in words.REFUSALS, f"{reason.code!r} is no code of the contract")
            require(bool(reason.detail.strip()), f"{reason.code} does not say what it concerns")
        require(bool(refused.reasons), "a refusal without reasons")


@check(
    "preflight-agrees",
    Level.BEHAVIOUR,
    "Every refusal has the codes that are told before anything is sent",
    "Hver afvisning har de koder, der oplyses, før noget sendes",
)
async def preflight_agrees(bench: Bench) -> None:
    """The controller tells people why before it asks the machine; both must say the same."""
    async with bench.opened() as station:
        order = await station.order()
        bays = await station.driver.read_bays()
        for mistake in mistakes_of(order, station.capabilities, bays).values():
            if mistake.order is not None:
                status = await station.driver.read_status()
                told = refusals(mistake.order, station.capabilities, bays, status, bench.lease())
                codes = await refusal(station.driver.ensure_loaded(mistake.order), f"an order that is {mistake.code}")
                same(f"codes of {mistake.code}", sorted(set(codes)), sorted({reason.code for reason in told}))
        status = await station.driver.read_status()
        same("reasons against a right order", refusals(order, station.capabilities, bays, status, bench.lease()), ())


@check(
    "longest-order",
    Level.BEHAVIOUR,
    "An order of as many pouches as the machine says is taken",
    "En ordre med så mange poser, som maskinen oplyser, tages",
)
async def longest_order(bench: Bench) -> None:
    """A month for one citizen must fit."""
    async with bench.opened() as station:
        order = await station.order()
        pouch = order.pouches[1]
        rest = (
            PouchOrder(number, f"({number})", pouch.lines, ())
            for number in range(2, station.capabilities.order_pouches)
        )
        longest = replace(order, pouches=(*order.pouches[:2], *rest))
        await station.driver.ensure_loaded(longest)
        known = await station.known(order.number)
        same("state of the longest order", known.state if known else None, OrderState.LOADED)
        with suppress(RefusedError):
            await station.driver.ensure_stopped()
