"""The hand of a machine without a memory: one pouch at a time, each written down before and after.

The intent of a pouch is on the disk before its command leaves, its outcome before anybody hears of it. Whatever has no
proven outcome is void, the film behind it is marked, and the order is interrupted; nothing is ever sent a second time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from hal.clock import Clock
from hal.drivers.unit.arming import POLL_SECONDS, Arm
from hal.drivers.unit.book import Order
from hal.drivers.unit.facts import pouch_facts
from hal.drivers.unit.memory import Fact
from hal.drivers.unit.standing import missing, moves, stopped_by, strictest, to_execute, to_rest, to_stopped
from hal.drivers.unit.wire import Result, UnitWire
from hal.errors import RefusedError
from hal.orders import PouchOrder
from hal.status import Alarm, OrderState, PackMLState
from hal.wire import unit, words

_LOOK_SECONDS: Final = 1.0
_CURABLE: Final = frozenset({words.WRONG_CANISTER, words.NO_FILM})
"""Refusals of a pouch that somebody at the machine can put right."""


@dataclass(slots=True)
class Wishes:
    """What the controller wants at the next pouch boundary."""

    pause: bool = False
    stop: bool = False
    rest: bool = False


class Hand(Arm):
    """Packs what `memory` says."""

    def __init__(self, wire: UnitWire, clock: Clock, told: Callable[[], None]) -> None:
        super().__init__(wire, clock, told)
        self.wishes = Wishes()

    # -- What is not known ------------------------------------------------------------------------------------------

    def give_up(self, reason: str) -> None:
        """Write the pouch in work off, and every order; a marked film is owed from here on."""
        memory = self.memory
        self._lack(None)
        memory.write(
            [*memory.void(reason), *memory.interruptions(), *moves(self.state, to_stopped(self.state))], owes_mark=True
        )

    def stop(self) -> None:
        """End every order: now, or when the pouch in work is closed."""
        if self.memory.open_pouch is None:
            self._end_all()
        else:
            self.wishes.stop = True
        self._told()

    def _end_all(self) -> None:
        self.wishes.stop = self.wishes.pause = False
        self._lack(None)
        self.memory.write([*self.memory.interruptions(), *moves(self.state, to_stopped(self.state))])

    # -- Packing ------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Pack whatever is wanted until it shall rest.

        Raises:
            MachineError: the machine is lost, or says what it may not.
            FolderError: nothing can be kept any more.
        """
        while not self.wishes.rest:
            if self.state is PackMLState.ABORTED and not strictest(self.alarms, self.categories):
                await self.arm(encoder=self._encoder)
                self.memory.write(moves(self.state, (PackMLState.CLEARING, PackMLState.STOPPED)))
            await self._work()
            if not self.wishes.rest:
                await self._wait(_LOOK_SECONDS)
                # A line that swallows everything says nothing by itself.
                await self.look()

    async def _work(self) -> None:
        memory, wishes = self.memory, self.wishes
        while not wishes.rest:
            queue = sorted((order for order in memory.live if order.turn), key=lambda order: order.turn)
            category = strictest(self.alarms, self.categories)
            if wishes.stop:
                self._end_all()
            elif category == words.ABORT:
                self._abort()
                return
            elif not queue:
                memory.write(moves(self.state, to_rest(self.state)))
                return
            elif wishes.pause:
                if self.state is PackMLState.EXECUTE:
                    self._hold(queue[0], words.SUSPEND)
                return
            elif category:
                await self._stand(queue[0], category)
            else:
                await self._pack(queue[0])
            self._told()

    def _abort(self) -> None:
        """Be aborted, as the machine is; nothing of what it had is packed any more."""
        memory = self.memory
        if self.state is not PackMLState.ABORTED:
            self._lack(None)
            facts = [*memory.void("aborted"), *memory.interruptions(), *moves(self.state, stopped_by(words.ABORT))]
            memory.write(facts, owes_mark=memory.owes_mark or memory.open_pouch is not None)
            self._told()

    async def _stand(self, order: Order, category: str) -> None:
        """Wait until somebody has cleared the alarm."""
        if self.state is PackMLState.EXECUTE:
            self._hold(order, category)
        await self._wait(POLL_SECONDS)
        if self._refused is not None:
            self._lack(self._refused, *missing(self._refused, await self._wire.bays()))
        await self.look()

    def _hold(self, order: Order, category: str) -> None:
        held = [self.memory.moved(order.status, OrderState.HELD)] if order.status.state is OrderState.RUNNING else []
        self.memory.write([*moves(self.state, stopped_by(category)), *held])

    async def _pack(self, order: Order) -> None:
        memory, status = self.memory, order.status
        if order.order is None:
            return
        if memory.owes_mark:
            await self.arm(encoder=self._encoder)
            return
        pouch = order.order.pouches[status.closed]
        film = memory.film + 1
        first = [] if status.state is OrderState.RUNNING else [memory.moved(status, OrderState.RUNNING)]
        started = Fact(words.POUCH_STARTED, status.number, pouch.number, {"film": film})
        # On the disk before the command leaves.
        memory.write([*moves(self.state, to_execute(self.state)), *first, started])
        self._count += 1
        try:
            await self._wire.pack(self._token, self._count, pouch)
        except RefusedError as refused:
            codes = [reason.code for reason in refused.reasons]
            # A machine that was without power refuses everything.
            await self.look()
            await self._end_or_wait(order, pouch, f"refused: {', '.join(codes)}", codes)
            return
        result = await self._result(until_alarm=True)
        if not result.outcome:
            await self._set_aside(order)
        elif result.outcome == unit.NONE:
            await self._end_or_wait(order, pouch, result.reason or "not begun")
        elif result.film != (film if self._encoder else None):
            await self._settle("the film index is not what it should be")
        else:
            self._close(order, pouch, film, result)

    async def _end_or_wait(self, order: Order, pouch: PouchOrder, reason: str, codes: Sequence[str] = ()) -> None:
        """Hold the order while `pouch` lacks what somebody can bring; end it when it can never be packed."""
        memory = self.memory
        is_film = words.NO_FILM in codes
        lacks = (Alarm(words.ALARM_FILM, ""),) if is_film else missing(pouch, await self._wire.bays())
        if not lacks or not _CURABLE.issuperset(codes):
            await self._settle(reason)
            return
        memory.write(memory.void(reason), owes_mark=True)
        self._lack(pouch, *lacks)
        self._show_alarms(self.alarms)
        self._hold(order, words.HOLD)
        self._told()
        if is_film:
            # There is film again as soon as a void one can be fed.
            await self.arm(encoder=self._encoder)
            self._lack(None)

    async def _set_aside(self, order: Order) -> None:
        """Stop where the machine stops: its pouch is void, and tried again once the alarm is cleared."""
        memory, category = self.memory, strictest(self.alarms, self.categories)
        if category == words.ABORT:
            self._abort()
            return
        memory.write(memory.void(f"stopped: {', '.join(one.code for one in self.alarms)}"), owes_mark=True)
        self._hold(order, category)
        self._told()
        # What the machine has ends at the pouch boundary; whatever it becomes lies before the film that is marked.
        await self._take()

    async def _settle(self, reason: str) -> None:
        if strictest(self.alarms, self.categories) == words.ABORT:
            self._abort()
            return
        self.give_up(reason)
        await self.arm(encoder=self._encoder)

    def _close(self, order: Order, pouch: PouchOrder, film: int, result: Result) -> None:
        memory = self.memory
        facts = pouch_facts(order.status.number, pouch.number, film, result)
        closed = order.status.closed + (result.outcome == words.PACKED)
        if order.order is not None and closed == len(order.order.pouches):
            facts.append(memory.moved(replace(order.status, closed=closed), OrderState.ENDED))
        memory.write(facts)
