"""The hand of a machine without a memory: one pouch at a time, each written down before and after.

The intent of a pouch is on the disk before its command leaves, its outcome before anybody hears of it. Whatever has no
proven outcome is void, the film behind it is marked, and the order is interrupted; nothing is ever sent a second time.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from hal.clock import Clock
from hal.drivers.unit.facts import pouch_facts, void_films
from hal.drivers.unit.memory import Fact, Memory, Order
from hal.drivers.unit.wire import Result, UnitWire
from hal.errors import OutcomeUnknownError, ProtocolViolationError, RefusedError, UnreachableError
from hal.orders import PouchOrder
from hal.status import Alarm, OrderState, PackMLState
from hal.wire import unit, words

_POLL_SECONDS: Final = 0.25
_LOOK_SECONDS: Final = 1.0
_MARK_SECONDS: Final = 120.0
"""How long a machine may take to end what it was doing, before a void film can be fed."""
_VOID_POUCH: Final = PouchOrder(0, unit.VOID_SYMBOL, (unit.VOID_LINE,), ())
_S: Final = PackMLState
_TO_EXECUTE: Final = {
    _S.STOPPED: (_S.RESETTING, _S.IDLE, _S.STARTING, _S.EXECUTE),
    _S.COMPLETE: (_S.RESETTING, _S.IDLE, _S.STARTING, _S.EXECUTE),
    _S.SUSPENDED: (_S.UNSUSPENDING, _S.EXECUTE),
    _S.HELD: (_S.UNHOLDING, _S.EXECUTE),
    _S.EXECUTE: (),
}


class PowerLostError(UnreachableError):
    """The machine has forgotten what it was armed with: whatever it had is gone with its power."""


@dataclass(slots=True)
class Wishes:
    """What the controller wants at the next pouch boundary."""

    pause: bool = False
    stop: bool = False
    rest: bool = False


class Hand:
    """Packs what `memory` says with the machine behind `wire`; `told` is called whenever there may be news."""

    def __init__(self, wire: UnitWire, clock: Clock, told: Callable[[], None]) -> None:
        self._wire = wire
        self._clock = clock
        self._told = told
        self._token = ""
        self._count = 0
        self._encoder = False
        self.memory_kept: Memory | None = None
        self.bell = asyncio.Event()
        self.alarms: tuple[Alarm, ...] = ()
        self.wishes = Wishes()

    @property
    def memory(self) -> Memory:
        """What is kept.

        Raises:
            UnreachableError: the folder is not held.
        """
        if self.memory_kept is None:
            raise UnreachableError("the driver is not open")
        return self.memory_kept

    @property
    def state(self) -> PackMLState:
        """PackML state, as it was written down last."""
        return self.memory.state

    def begin(self, memory: Memory) -> None:
        """Work with `memory`, which has just begun a boot."""
        self.memory_kept = memory
        self.alarms = ()

    # -- What is not known ------------------------------------------------------------------------------------------

    def give_up(self, reason: str) -> None:
        """Write the pouch in work off, and every order; a marked film is owed from here on."""
        memory = self.memory
        memory.write([*memory.void(reason), *memory.interruptions(), *self._moves_to_stopped()], owes_mark=True)

    def stop(self) -> None:
        """End every order: now, or when the pouch in work is closed."""
        if self.memory.open_pouch is None:
            self._end_all()
        else:
            self.wishes.stop = True
        self._told()

    def _end_all(self) -> None:
        self.wishes.stop = self.wishes.pause = False
        self.memory.write([*self.memory.interruptions(), *self._moves_to_stopped()])

    async def look(self) -> None:
        """Ask the machine how it stands.

        Raises:
            UnreachableError: it does not answer, or it was without power since it was armed.
        """
        token = self._token
        is_armed, alarms = await self._wire.state(token)
        if not is_armed and token == self._token:
            raise PowerLostError("the machine was without power")
        self._show_alarms(alarms)

    async def has_kept_power(self) -> bool:
        """Tell whether the machine still knows what it was armed with last."""
        return bool(self._token) and (await self._wire.state(self._token))[0]

    def _moves_to_stopped(self) -> list[Fact]:
        if self.state in {PackMLState.STOPPED, PackMLState.COMPLETE}:
            return []
        return self._moves(PackMLState.STOPPING, PackMLState.STOPPED)

    async def arm(self, *, encoder: bool) -> None:
        """Shut out whatever was sent before, account for every film, and mark what is of no use."""
        self._encoder = encoder
        film = await self._take()
        if (film is not None) != encoder:
            raise ProtocolViolationError("the machine tells a film index, or none, other than it says that it can")
        self._account(film)
        if self.memory.owes_mark:
            await self._mark()

    async def _take(self) -> int | None:
        self._token, self._count = secrets.token_hex(8), 0
        return await self._wire.arm(self._token)

    def _account(self, film: int | None) -> None:
        memory = self.memory
        if film is None:
            return
        if film < memory.film - memory.owes_mark:
            message = f"the film index is {film}, it was {memory.film}: film indices never go back"
            raise ProtocolViolationError(message)
        unknown = void_films(memory.film, film)
        if unknown:
            memory.write([*unknown, *memory.interruptions()], owes_mark=True)

    async def _mark(self) -> None:
        memory = self.memory
        self._count += 1
        await self._feed_void(self._clock.monotonic() + _MARK_SECONDS)
        result = await self._result()
        last = memory.film + 1 if result.film is None else result.film
        if result.outcome == unit.NONE:
            raise OutcomeUnknownError("no void film was fed")
        memory.write(void_films(memory.film, last), owes_mark=False)

    async def _feed_void(self, until: float) -> None:
        while True:
            try:
                await self._wire.pack(self._token, self._count, _VOID_POUCH)
            except RefusedError as refused:
                # What was in work when the line was lost comes to its end first.
                if self._clock.monotonic() >= until:
                    message = f"no void film can be fed: {refused}"
                    raise UnreachableError(message) from refused
                await self._wait(_POLL_SECONDS)
                # An aborted machine is cleared by being armed, once nothing hinders it.
                await self._take()
                self._count = 1
            else:
                return

    async def _result(self) -> Result:
        while True:
            try:
                result = await self._wire.result(self._token, self._count)
            except RefusedError as refused:
                raise PowerLostError(str(refused)) from refused
            self._show_alarms(result.alarms)
            if result.outcome:
                return result
            await self._wait(_POLL_SECONDS)

    # -- Packing ------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Pack whatever is wanted until it shall rest.

        Raises:
            MachineError: the machine is lost, or says what it may not.
            FolderError: nothing can be kept any more.
        """
        while not self.wishes.rest:
            await self._work()
            if not self.wishes.rest:
                await self._wait(_LOOK_SECONDS)
                # A line that swallows everything says nothing by itself.
                await self.look()

    async def _wait(self, seconds: float) -> None:
        """Wait for a ring, at most `seconds`."""
        works: list[Awaitable[object]] = [self.bell.wait(), self._clock.sleep(seconds)]
        tasks = [asyncio.ensure_future(work) for work in works]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
        self.bell.clear()

    async def _work(self) -> None:
        memory, wishes = self.memory, self.wishes
        while not wishes.rest:
            queue = sorted((order for order in memory.live if order.turn), key=lambda order: order.turn)
            if wishes.stop:
                self._end_all()
            elif not queue:
                if self.state is PackMLState.EXECUTE:
                    memory.write(self._moves(PackMLState.COMPLETING, PackMLState.COMPLETE))
                return
            elif wishes.pause:
                if self.state is PackMLState.EXECUTE:
                    self._hold(queue[0], PackMLState.SUSPENDING, PackMLState.SUSPENDED)
                return
            elif self.alarms:
                await self._stand(queue[0])
            else:
                await self._pack(queue[0])
            self._told()

    async def _stand(self, order: Order) -> None:
        """Wait until somebody has cleared the alarm."""
        if self.state is PackMLState.EXECUTE:
            self._hold(order, PackMLState.HOLDING, PackMLState.HELD)
        await self._wait(_POLL_SECONDS)
        await self.look()

    def _hold(self, order: Order, *states: PackMLState) -> None:
        held = [self.memory.moved(order.status, OrderState.HELD)] if order.status.state is OrderState.RUNNING else []
        self.memory.write([*self._moves(*states), *held])

    async def _pack(self, order: Order) -> None:
        memory, status = self.memory, order.status
        if order.order is None:
            return
        pouch = order.order.pouches[status.closed]
        film = memory.film + 1
        first = [] if status.state is OrderState.RUNNING else [memory.moved(status, OrderState.RUNNING)]
        started = Fact(words.POUCH_STARTED, status.number, pouch.number, {"film": film})
        # On the disk before the command leaves.
        memory.write([*self._moves(*_TO_EXECUTE.get(self.state, ())), *first, started])
        self._count += 1
        try:
            await self._wire.pack(self._token, self._count, pouch)
        except RefusedError as refused:
            await self._settle(f"refused: {', '.join(reason.code for reason in refused.reasons)}")
            return
        result = await self._result()
        if result.outcome == unit.NONE:
            await self._settle(result.reason or "not begun")
        elif result.film != (film if self._encoder else None):
            await self._settle("the film index is not what it should be")
        else:
            self._close(order, pouch, film, result)

    async def _settle(self, reason: str) -> None:
        self.give_up(reason)
        await self.arm(encoder=self._encoder)

    def _close(self, order: Order, pouch: PouchOrder, film: int, result: Result) -> None:
        memory = self.memory
        facts = pouch_facts(order.status.number, pouch.number, film, result)
        closed = order.status.closed + (result.outcome == words.PACKED)
        if order.order is not None and closed == len(order.order.pouches):
            facts.append(memory.moved(replace(order.status, closed=closed), OrderState.ENDED))
        memory.write(facts)

    # -- What is told --------------------------------------------------------------------------------------------------

    def _moves(self, *states: PackMLState) -> list[Fact]:
        return [
            Fact(words.STATE_CHANGED, fields={"from": former.value, "to": state.value})
            for former, state in pairwise((self.state, *states))
        ]

    def _show_alarms(self, alarms: tuple[Alarm, ...]) -> None:
        if alarms == self.alarms:
            return
        former, now = {one.code for one in self.alarms}, {one.code for one in alarms}
        raised = [one for one in alarms if one.code not in former]
        facts = [Fact(words.ALARM_RAISED, fields={"code": one.code, "detail": one.detail}) for one in raised]
        facts += [Fact(words.ALARM_CLEARED, fields={"code": code}) for code in sorted(former - now)]
        self.memory.write(facts)
        self.alarms = alarms
