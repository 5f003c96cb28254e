"""Level hardware: what only somebody at the machine can bring about. All of it needs an operator."""

from collections.abc import Callable
from contextlib import suppress

from hal.conformance.bench import Bench
from hal.conformance.breach import ConformanceError, ExemptError, exempt_unless, refusal, require, same
from hal.conformance.check import Check, Level, check
from hal.conformance.evidence_checks import alarms_of
from hal.conformance.hands import Deed, Hand
from hal.conformance.reading import nothing_open, told_once
from hal.conformance.station import LIVE, Station, find
from hal.conformance.turns import first_bay, gone_along, two_started
from hal.errors import MachineError, RefusedError
from hal.journal import JournalEntry
from hal.orders import PackingOrder
from hal.status import MachineStatus, OrderState, PackMLState
from hal.wire import words

_STOPS: dict[str, frozenset[PackMLState]] = {
    words.HOLD: frozenset({PackMLState.HOLDING, PackMLState.HELD}),
    words.SUSPEND: frozenset({PackMLState.SUSPENDING, PackMLState.SUSPENDED}),
    words.ABORT: frozenset({PackMLState.ABORTING, PackMLState.ABORTED}),
}


async def _first_bay(bench: Bench, station: Station) -> int:
    return first_bay(await station.order(bench.long_pouches))


async def _packing(bench: Bench, station: Station) -> tuple[PackingOrder, int]:
    """Start an order; return it with the bay of its first pick."""
    bay = await _first_bay(bench, station)
    order = await station.order(bench.long_pouches)
    await station.start(order)
    await station.until_packing(order.number)
    return order, bay


async def _done(bench: Bench, deed: Deed, bay: int) -> None:
    if not await bench.human.do(deed, bay):
        message = f"cannot be done on this machine: {deed.text(bay)}"
        raise ExemptError(message)


def _stands(codes: frozenset[str]) -> Callable[[MachineStatus], bool]:
    return lambda status: any(alarm.code in codes for alarm in status.alarms)


async def _stopped_by(bench: Bench, station: Station, deed: Deed, codes: frozenset[str]) -> None:
    """Bring `deed` about while an order is packed; go on only when one of the alarms `codes` stops it."""
    mark = await station.mark()
    _, bay = await _packing(bench, station)
    await _done(bench, deed, bay)
    try:
        status = await station.until(f"alarm {' or '.join(sorted(codes))}", _stands(codes))
    except ConformanceError as error:
        raised, _ = alarms_of(await station.news(mark))
        message = f"{error}; raised were {raised}"
        raise ConformanceError(message) from error
    found = next(alarm.code for alarm in status.alarms if alarm.code in codes)
    described = {alarm.code: alarm.category for alarm in station.capabilities.alarms}
    require(found in described, f"alarm {found} is not among the capabilities")
    states = _STOPS.get(described[found])
    if states is not None:
        await station.until(f"state of an alarm that is {described[found]}", lambda one: one.state in states)
    nothing_open(await station.news(mark))


async def _over(bench: Bench, station: Station, deed: Deed, bay: int) -> None:
    """Have it put right, and go on only when the alarms are gone and the machine packs again."""
    await _done(bench, deed, bay)
    await station.until("end of the alarms", lambda status: not status.alarms)
    with suppress(RefusedError):
        await station.driver.ensure_stopped()
    await station.clear()


def _alarming(name: str, deeds: tuple[Deed, Deed], codes: tuple[str, ...], titles: tuple[str, str]) -> Check:
    deed, undo = deeds

    async def body(bench: Bench) -> None:
        async with bench.opened() as station:
            mark = await station.mark()
            bay = await _first_bay(bench, station)
            is_right = False
            try:
                await _stopped_by(bench, station, deed, frozenset(codes))
                is_right = True
            finally:
                if not is_right:
                    # What was found first is told, whatever comes of putting things right.
                    with suppress(MachineError, ExemptError, ConformanceError):
                        await _over(bench, station, undo, bay)
            await _over(bench, station, undo, bay)
            await _as_told(station, await station.news(mark))

    body.__doc__ = "Nothing drops where it should not, and whoever comes reads what to do."
    return check(name, Level.HARDWARE, titles[0], titles[1], Hand.OPERATOR)(body)


async def _as_told(station: Station, entries: list[JournalEntry]) -> None:
    told_once(entries)
    raised, cleared = alarms_of(entries)
    same("alarms raised and cleared", sorted(set(cleared)), sorted(set(raised)))
    same("alarms that still stand", (await station.driver.read_status()).alarms, ())


canister_pulled = _alarming(
    "canister-pulled",
    (Deed.PULL_CANISTER, Deed.RETURN_CANISTER),
    (words.ALARM_BAY_EMPTY, words.ALARM_EMPTY),
    (
        "A canister that is pulled while it is needed stops the machine before the next drop",
        "En beholder, der tages ud under brug, standser maskinen før næste fald",
    ),
)
wrong_canister = _alarming(
    "wrong-canister",
    (Deed.WRONG_CANISTER, Deed.RETURN_CANISTER),
    (words.ALARM_WRONG_CANISTER, words.ALARM_TAG, words.ALARM_BAY_EMPTY),
    (
        "Another canister in a bay that is needed stops the machine before the next drop",
        "En anden beholder i en plads i brug standser maskinen før næste fald",
    ),
)
door_opened = _alarming(
    "door-opened",
    (Deed.OPEN_DOOR, Deed.CLOSE_DOOR),
    (words.ALARM_DOOR,),
    (
        "An open door aborts at once, and the pouch in work is void",
        "En åben dør afbryder straks, og posen i arbejde kasseres",
    ),
)
emergency_stop = _alarming(
    "emergency-stop",
    (Deed.EMERGENCY_STOP, Deed.RELEASE_STOP),
    (words.ALARM_EMERGENCY,),
    (
        "An emergency stop aborts at once, and the pouch in work is void",
        "Et nødstop afbryder straks, og posen i arbejde kasseres",
    ),
)
canister_empty = _alarming(
    "canister-empty",
    (Deed.EMPTY_CANISTER, Deed.RETURN_CANISTER),
    (words.ALARM_EMPTY, words.ALARM_NO_DROP),
    (
        "An empty canister holds the machine, and no pouch is packed with less than was ordered",
        "En tom beholder standser maskinen, og ingen pose pakkes med mindre end bestilt",
    ),
)
film_out = _alarming(
    "film-out",
    (Deed.FILM_OUT, Deed.NEW_FILM),
    (words.ALARM_FILM,),
    ("The end of the film stops the machine between two pouches", "Slut på film standser maskinen mellem to poser"),
)
ribbon_out = _alarming(
    "ribbon-out",
    (Deed.RIBBON_OUT, Deed.NEW_RIBBON),
    (words.ALARM_RIBBON, words.ALARM_PRINT),
    (
        "The end of the ribbon stops the machine, and no blank pouch is packed",
        "Slut på farvebånd standser maskinen, og ingen blank pose pakkes",
    ),
)
take_up_full = _alarming(
    "take-up-full",
    (Deed.BLOCK_TAKE_UP, Deed.FREE_TAKE_UP),
    (words.ALARM_TAKE_UP,),
    (
        "A full take-up suspends the machine between two pouches",
        "En fuld opruller sætter maskinen på pause mellem to poser",
    ),
)


@check(
    "aborted-is-not-resumed",
    Level.HARDWARE,
    "After an emergency stop the order is interrupted for good",
    "Efter et nødstop er ordren afbrudt for altid",
    Hand.OPERATOR,
)
async def aborted_is_not_resumed(bench: Bench) -> None:
    """Whoever had a hand in the machine may have taken a pouch out."""
    async with bench.opened() as station:
        order, bay = await _packing(bench, station)
        await _done(bench, Deed.EMERGENCY_STOP, bay)
        try:
            await station.until_order(order.number, OrderState.INTERRUPTED)
        finally:
            await _over(bench, station, Deed.RELEASE_STOP, bay)
        await refusal(station.driver.ensure_packing(order.number), "starting an order that was aborted")
        known = await station.known(order.number)
        same("state of the order", known.state if known else None, OrderState.INTERRUPTED)


@check(
    "abort-takes-along",
    Level.HARDWARE,
    "An emergency stop interrupts the order in work and the one started behind it, and nothing of the second is packed",
    "Et nødstop afbryder ordren i arbejde og den, der er startet bag den, og intet af den anden pakkes",
    Hand.OPERATOR,
)
async def abort_takes_along(bench: Bench) -> None:
    """Nothing is packed out of turn, and the first has to be packed anew."""
    async with bench.opened() as station:
        mark = await station.mark()
        pair = await two_started(bench, station)
        bay = first_bay(pair[0])
        await _done(bench, Deed.EMERGENCY_STOP, bay)
        try:
            await station.until_order(pair[0].number, OrderState.INTERRUPTED)
        finally:
            await _done(bench, Deed.RELEASE_STOP, bay)
        await station.until("end of the alarms", lambda status: not status.alarms)
        await gone_along(station, pair, mark)


@check(
    "refill-takes-along",
    Level.HARDWARE,
    "An order that ends because its canister was refilled takes along the one behind, which needs another",
    "En ordre, der ender, fordi dens beholder blev fyldt, tager den bagved med, som bruger en anden",
    Hand.OPERATOR,
)
async def refill_takes_along(bench: Bench) -> None:
    """A machine that gives up one order by itself must not go on with the next: its roll would overtake."""
    async with bench.opened() as station:
        mark = await station.mark()
        pair = await two_started(bench, station)
        number, bay = pair[0].number, first_bay(pair[0])
        await _done(bench, Deed.EMPTY_CANISTER, bay)
        try:
            await station.until("alarm of the empty canister", lambda one: bool(one.alarms) or _is_over(one, number))
        finally:
            await _done(bench, Deed.RETURN_CANISTER, bay)
        await station.until(f"end of order {number}", lambda status: _is_over(status, number))
        known = await station.known(number)
        is_interrupted = known is None or known.state is not OrderState.ENDED
        exempt_unless(is_interrupted, "the machine goes on with an order after a refill: nothing is interrupted")
        await gone_along(station, pair, mark)


def _is_over(status: MachineStatus, number: int) -> bool:
    known = find(status, number)
    return known is not None and known.state not in LIVE
