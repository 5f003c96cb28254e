"""Level behaviour: what the machine's own sensors see is never packed. All of it needs the inject hand."""

from typing import Final

from hal.conformance.bench import Bench
from hal.conformance.breach import ExemptError, exempt_unless, require, same
from hal.conformance.check import Check, Level, check
from hal.conformance.evidence_checks import alarms_of
from hal.conformance.hands import Flaw, Hand
from hal.conformance.reading import attempts, packed_once, packed_pouches
from hal.conformance.station import Station
from hal.journal import JournalEntry
from hal.orders import PackingOrder
from hal.status import OrderState
from hal.wire.words import VOID

_SEEN: Final = frozenset({Flaw.REJECT, Flaw.BLANK_PRINT})
"""Flaws that only a camera finds."""


async def _packed_with(bench: Bench, station: Station, flaw: Flaw) -> tuple[PackingOrder, list[JournalEntry]]:
    """Pack an order in which `flaw` happens once, and return it with what the journal tells."""
    mark = await station.mark()
    order = await station.order()
    await station.driver.ensure_loaded(order)
    if not await bench.faults.flaw(flaw):
        message = f"this machine cannot have a {flaw.value}"
        raise ExemptError(message)
    await station.driver.ensure_packing(order.number)
    await station.until_order(order.number, OrderState.ENDED)
    _, entries = await station.at_rest(mark)
    return order, entries


def _voided(name: str, flaw: Flaw, what: tuple[str, str]) -> Check:
    english, danish = what

    async def body(bench: Bench) -> None:
        async with bench.opened() as station:
            has_eyes = station.capabilities.camera or flaw not in _SEEN
            exempt_unless(has_eyes, "the machine has no camera")
            order, entries = await _packed_with(bench, station, flaw)
        packed_once(entries, order)
        void = [attempt for attempt in attempts(entries, order.number) if attempt.outcomes == [VOID]]
        require(bool(void), f"a {flaw.value} was brought about, and no pouch is void")
        require(all(attempt.reason for attempt in void), "a void pouch without a reason")

    body.__doc__ = "Packed means right; what is not right is void, and stands on record (I4)."
    decorate = check(
        name,
        Level.BEHAVIOUR,
        f"A pouch with {english} is void, with its reason, and is packed again on another film",
        f"En pose med {danish} kasseres med grund og pakkes igen på en anden film",
        Hand.INJECT,
    )
    return decorate(body)


fault_miscount = _voided("fault-miscount", Flaw.MISCOUNT, ("a wrong count", "forkert tælling"))
fault_cold_seal = _voided("fault-cold-seal", Flaw.COLD_SEAL, ("a cold seal", "for kold svejsning"))
fault_reject = _voided("fault-reject", Flaw.REJECT, ("a rejected picture", "afvist billede"))
fault_blank_print = _voided("fault-blank-print", Flaw.BLANK_PRINT, ("an unreadable print", "ulæseligt tryk"))


@check(
    "fault-alarm-told",
    Level.BEHAVIOUR,
    "A jam raises a described alarm, holds the order, and goes on when it is cleared",
    "En fastklemning rejser en beskrevet alarm, holder ordren, og den går videre, når den er kvitteret",
    Hand.INJECT,
)
async def fault_alarm_told(bench: Bench) -> None:
    """An alarm that nobody is told of is not mended."""
    async with bench.opened() as station:
        order, entries = await _packed_with(bench, station, Flaw.JAM)
        described = {alarm.code for alarm in station.capabilities.alarms}
        raised, cleared = alarms_of(entries)
        require(bool(raised), "a jam was brought about, and no alarm was raised")
        same("alarms that are not among the capabilities", sorted(set(raised) - described), [])
        same("alarms raised and cleared", sorted(cleared), sorted(raised))
        same("alarms that still stand", (await station.driver.read_status()).alarms, ())
        same("pouches packed", packed_pouches(entries, order.number), [pouch.number for pouch in order.pouches])


@check(
    "clock-orders-nothing",
    Level.BEHAVIOUR,
    "When the machine's clock steps back the journal keeps its order",
    "Når maskinens ur stilles tilbage, beholder journalen sin rækkefølge",
    Hand.INJECT,
)
async def clock_orders_nothing(bench: Bench) -> None:
    """Time is for people, numbers are for order (I13)."""
    async with bench.opened() as station:
        exempt_unless(station.capabilities.journal, "the journal has the time of its driver, not that of the machine")
        order, entries = await _packed_with(bench, station, Flaw.CLOCK_BACK)
        packed_once(entries, order)
        times = [entry.at for entry in entries]
        require(times != sorted(times), "the clock was set back and the journal shows no sign of it")
        numbers = [entry.seq for entry in entries]
        same("numbers of the entries", numbers, list(range(numbers[0], numbers[0] + len(numbers))))
