"""Drivers that break one promise about taking and packing orders each: check id to driver and what the check says."""

from collections.abc import Callable
from dataclasses import replace

from hal.driver import Lease
from hal.errors import Reason, RefusedError
from hal.orders import PackingOrder, PouchOrder
from hal.status import Capabilities, MachineStatus, OrderState, PackMLState, capabilities_digest
from hal.wire import words
from tests.conformance.broken_links import CLOCK, Ahead
from tests.conformance.sound import SPEC, Build, Plant
from tests.conformance.twists import Twisted, bay_pick, cell_pick, deaf, loads, pouches, prints, told


class Doubling(Twisted):
    """Makes a new order of one that it has loaded before."""

    former: PackingOrder | None = None

    async def ensure_loaded(self, order: PackingOrder) -> None:
        again = order == self.former
        self.former = order
        await super().ensure_loaded(replace(order, number=order.number + 1) if again else order)


class Renumbering(Twisted):
    """Gives a number that comes too late a new one."""

    async def ensure_loaded(self, order: PackingOrder) -> None:
        number = max(order.number, (await self.read_status()).high_water + 1)
        await super().ensure_loaded(replace(order, number=number))


class Refusing(Twisted):
    """Tells refusals otherwise."""

    def tells(self, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
        return reasons[:1]

    async def ensure_loaded(self, order: PackingOrder) -> None:
        try:
            await super().ensure_loaded(order)
        except RefusedError as refused:
            raise RefusedError(self.tells(refused.reasons)) from refused


class Coded(Refusing):
    """Has codes of its own."""

    def tells(self, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
        return tuple(replace(reason, code="E42") for reason in reasons)


class Narrow(Twisted):
    """Takes fewer pouches than the machine."""

    async def ensure_loaded(self, order: PackingOrder) -> None:
        if len(order.pouches) > 30:
            raise RefusedError((Reason(words.TOO_MANY_POUCHES, "the buffer of the driver is full"),))
        await super().ensure_loaded(order)


class Helpful(Twisted):
    """Writes the digest that the machine wants to see."""

    digest = ""

    async def open(self, lease: Lease) -> Capabilities:
        found = await super().open(lease)
        self.digest = capabilities_digest(found)
        return found

    async def ensure_loaded(self, order: PackingOrder) -> None:
        await super().ensure_loaded(replace(order, capabilities_digest=self.digest))


class Eager(Twisted):
    """Packs a copy when it is told to pack the same order again."""

    def __init__(self, plant: Plant) -> None:
        super().__init__(plant)
        self.orders: dict[int, PackingOrder] = {}
        self.started: set[int] = set()

    async def ensure_loaded(self, order: PackingOrder) -> None:
        self.orders[order.number] = order
        await super().ensure_loaded(order)

    async def ensure_packing(self, number: int) -> None:
        if number in self.started and number + 1 not in self.orders:
            await self.ensure_loaded(replace(self.orders[number], number=number + 1))
            number += 1
        self.started.add(number)
        await super().ensure_packing(number)


class Restless(Twisted):
    """Does not pause."""

    async def ensure_paused(self) -> None:
        self.guard()


class Unstoppable(Twisted):
    """Pauses when it is told to stop."""

    async def ensure_stopped(self) -> None:
        await self.ensure_paused()


class OneAtATime(Twisted):
    """Starts an order only when nothing else is packed."""

    def __init__(self, plant: Plant) -> None:
        super().__init__(plant)
        self.later: list[int] = []
        self.busy = False

    async def ensure_packing(self, number: int) -> None:
        if self.busy:
            self.later.append(number)
            return
        self.busy = True
        await super().ensure_packing(number)

    async def read_status(self) -> MachineStatus:
        found = await super().read_status()
        if self.later and found.state is PackMLState.COMPLETE:
            await super().ensure_packing(self.later.pop())
        return found


class StartsAll(Twisted):
    """Starts whatever is loaded, lowest number first, up to `beyond` the one it is told to start."""

    beyond = 0

    async def ensure_packing(self, number: int) -> None:
        for one in (await self.read_status()).orders:
            if one.state is OrderState.LOADED and one.number <= number + self.beyond:
                await super().ensure_packing(one.number)


class StartsEverything(StartsAll):
    """Starts what nobody asked for."""

    beyond = 1_000


class PausedForGood(Twisted):
    """Once paused while idle, never starts again."""

    is_paused = False

    async def ensure_paused(self) -> None:
        self.is_paused = True
        await super().ensure_paused()

    async def ensure_packing(self, number: int) -> None:
        if not self.is_paused:
            await super().ensure_packing(number)


class Toggling(Twisted):
    """Goes on at the second pause."""

    last = 0
    is_paused = False

    async def ensure_packing(self, number: int) -> None:
        self.last = number
        await super().ensure_packing(number)

    async def ensure_paused(self) -> None:
        self.is_paused = not self.is_paused
        await (super().ensure_paused() if self.is_paused else super().ensure_packing(self.last))


class GoesOn(Twisted):
    """Makes a held machine go on, whichever order it is told to start."""

    async def ensure_packing(self, number: int) -> None:
        for one in (await self.read_status()).orders:
            if one.state is OrderState.HELD:
                await super().ensure_packing(one.number)
        await super().ensure_packing(number)


class StopsLate(Twisted):
    """Takes its time to stop."""

    async def ensure_stopped(self) -> None:
        await CLOCK.sleep(9)
        await super().ensure_stopped()


class StopsOnly(Twisted):
    """Stops the machine only while an order is in one of `states`."""

    states: frozenset[OrderState] = frozenset({OrderState.RUNNING, OrderState.HELD})

    async def ensure_stopped(self) -> None:
        if any(one.state in self.states for one in (await self.read_status()).orders):
            await super().ensure_stopped()


class StopsRunning(StopsOnly):
    """Leaves what is held."""

    states = frozenset({OrderState.RUNNING, OrderState.LOADED})


def _known_cells(build: int) -> Build:
    return cell_pick(lambda pick: pick if pick.cell <= build else None)


def _each_once(order: PackingOrder) -> PackingOrder:
    return replace(order, pouches=tuple({pouch.number: pouch for pouch in order.pouches}.values()))


def _changed(change: Callable[[PouchOrder], PouchOrder]) -> Build:
    return loads(lambda order: pouches(order, change))


def _latin(text: str) -> str:
    return text.encode("iso-8859-1", "replace").decode("iso-8859-1")


_KNOWN = {bay.number for bay in SPEC.bays}
_NOT_REFUSED = "was not refused"
BROKEN: dict[str, tuple[Build, str]] = {
    "load-twice": (Doubling, "high-water mark"),
    "load-conflict": (deaf(words.CONFLICT), _NOT_REFUSED),
    "stale-number": (Renumbering, _NOT_REFUSED),
    "all-reasons-at-once": (Refusing, "two mistakes"),
    "wrong-capabilities": (Helpful, _NOT_REFUSED),
    "unknown-start": (deaf(words.UNKNOWN_ORDER), _NOT_REFUSED),
    "refused-wrong-canister": (bay_pick(lambda pick: pick if pick.bay in _KNOWN else None), _NOT_REFUSED),
    "refused-unknown-cell": (_known_cells(SPEC.tray_cells), _NOT_REFUSED),
    "refused-too-many-units": (bay_pick(lambda pick: replace(pick, units=min(pick.units, 8))), _NOT_REFUSED),
    "refused-too-many-pouches": (loads(lambda one: replace(one, pouches=one.pouches[:60])), _NOT_REFUSED),
    "refused-label-too-large": (_changed(lambda one: replace(one, lines=one.lines[: SPEC.print_lines])), _NOT_REFUSED),
    "refused-bad-document": (loads(_each_once), _NOT_REFUSED),
    "refused-wrong-fraction": (cell_pick(lambda pick: replace(pick, quarters=2)), _NOT_REFUSED),
    "refused-unprintable": (prints(_latin), _NOT_REFUSED),
    "refused-symbol-too-long": (_changed(lambda one: replace(one, symbol=one.symbol[:40])), _NOT_REFUSED),
    "refused-queue-full": (deaf(words.QUEUE_FULL), _NOT_REFUSED),
    "refused-with-every-reason": (Refusing, "without"),
    "refusals-explained": (Coded, "'E42' is no code"),
    "preflight-agrees": (Coded, "codes of WRONG_CAPABILITIES"),
    "longest-order": (Narrow, "the buffer of the driver is full"),
    "packed-as-ordered": (prints(lambda line: line.encode("ascii", "replace").decode()), "digest of the print"),
    "start-twice": (Eager, "only 1 was started"),
    "pause-and-go-on": (Restless, "held was to be"),
    "stop-is-final": (Unstoppable, "interrupted"),
    "print-unspoiled": (prints(lambda line: line.replace("|", " ")), "digest of the print"),
    "print-longest": (prints(lambda line: line[:20]), "digest of the print"),
    "print-empty": (_changed(lambda one: replace(one, lines=tuple(filter(None, one.lines)))), "digest of the print"),
    "print-read-back": (told(words.INSPECTED, read=""), "symbol read from pouch 0: ''"),
    "halves-in-cells": (cell_pick(lambda pick: replace(pick, quarters=4)), "picks of pouch 1"),
    "two-orders-without-gap": (OneAtATime, "states between two orders"),
    "orders-in-turn": (StartsAll, "orders in turn"),
    "loaded-is-not-started": (StartsEverything, "state of the order that was not started"),
    "pause-when-idle": (PausedForGood, "no order 1 ended"),
    "pause-twice": (Toggling, "held was to be"),
    "start-behind-held": (GoesOn, "state of order 1"),
    "stop-what-is-loaded": (StopsOnly, "interrupted"),
    "stop-while-paused": (StopsRunning, "interrupted"),
    "stop-while-starting": (Ahead, "pouches closed"),
    "stop-while-loading": (StopsLate, "ensure_stopped took 9.0 s"),
    "start-after-end": (Eager, "pouches fed for it again"),
}
