"""A machine without a memory, and its driver as that memory: packs one pouch per command, each written down first.

The intent of a pouch is on the disk before its command leaves, its outcome before anybody hears of it. Whatever has no
proven outcome is void, the film behind it is marked, and the order is interrupted; nothing is ever sent a second time.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

from hal.clock import Clock
from hal.drivers.unit.folder import Folder, FolderError
from hal.drivers.unit.memory import Fact, Memory, Order
from hal.drivers.unit.wire import Exchange, Result, UnitWire
from hal.errors import MachineError, OutcomeUnknownError, ProtocolViolationError, RefusedError, UnreachableError
from hal.journal import FieldValue
from hal.orders import PouchOrder
from hal.status import Alarm, Capabilities, OrderState, PackMLState
from hal.wire import unit, words

_POLL_SECONDS: Final = 0.25
_REST_SECONDS: Final = 30.0
QUEUE_DEPTH: Final = 2
JOURNAL_DEPTH: Final = 10_000_000
_VOID_POUCH: Final = PouchOrder(0, unit.VOID_SYMBOL, (unit.VOID_LINE,), ())
_S: Final = PackMLState
_TO_EXECUTE: Final = {
    _S.STOPPED: (_S.RESETTING, _S.IDLE, _S.STARTING, _S.EXECUTE),
    _S.COMPLETE: (_S.RESETTING, _S.IDLE, _S.STARTING, _S.EXECUTE),
    _S.SUSPENDED: (_S.UNSUSPENDING, _S.EXECUTE),
    _S.HELD: (_S.UNHOLDING, _S.EXECUTE),
    _S.EXECUTE: (),
}


class Connection(Exchange, Protocol):
    """An `Exchange` that is opened and closed."""

    async def open(self) -> None:
        """Connect."""
        ...

    async def close(self) -> None:
        """Disconnect."""
        ...


@dataclass(slots=True)
class Wishes:
    """What the controller wants at the next pouch boundary."""

    pause: bool = False
    stop: bool = False
    rest: bool = False


class Keeper:
    """The memory and the hand of one machine; shared by every driver object of this process for the same folder."""

    def __init__(self, path: Path, clock: Clock, connect: Callable[[Callable[[], None]], Connection]) -> None:
        self._path = path
        self._clock = clock
        self._connection = connect(self._rung)
        self.wire = UnitWire(self._connection)
        self._folder: Folder | None = None
        self._memory: Memory | None = None
        self._runner: asyncio.Task[None] | None = None
        self._bell = asyncio.Event()
        self._token = ""
        self._count = 0
        self.users = 0
        self.state = PackMLState.STOPPED
        self.alarms: tuple[Alarm, ...] = ()
        self.capabilities: Capabilities | None = None
        self.lost: str | None = "not connected"
        self.wishes = Wishes()
        self.listeners: set[asyncio.Event] = set()

    @property
    def memory(self) -> Memory:
        """What is kept.

        Raises:
            UnreachableError: the folder is not held.
        """
        if self._memory is None or self._folder is None:
            raise UnreachableError("the driver is not open")
        return self._memory

    def hold(self) -> None:
        """Take the folder, and begin a boot unless this very process left it as it is.

        Raises:
            UnreachableError: somebody else has it, or it cannot be used.
        """
        if self._folder is not None:
            return
        try:
            folder = Folder(self._path)
        except FolderError as error:
            raise UnreachableError(str(error)) from error
        try:
            if self._memory is not None and len(folder.read()) == self._memory.lines:
                self._memory.attach(folder)
            else:
                self._memory = Memory(folder, self._clock)
                self._memory.boot(secrets.token_hex(8))
                self.state = PackMLState.STOPPED
            self._folder = folder
        except FolderError as error:
            raise UnreachableError(str(error)) from error
        finally:
            if self._folder is None:
                self._memory = None
                folder.close()

    async def connect(self) -> Capabilities:
        """Bring the machine under this memory: read what it is, settle what is not known, and go on.

        Raises:
            UnreachableError: it does not answer, or nothing can be kept.
            RefusedError: it does not let itself be armed.
            ProtocolViolationError: it is no such machine.
        """
        if self.lost is None and self.capabilities is not None:
            return self.capabilities
        await self._end_runner()
        await self._connection.close()
        try:
            await self._connection.open()
            told = await self.wire.about()
            if told.journal or told.idempotent_load:
                raise ProtocolViolationError("a machine that keeps a journal itself needs the driver of its own wire")
            if self.memory.open_pouch is not None:
                self._give_up("outcome unknown")
            await self._arm(told)
        except FolderError as error:
            raise UnreachableError(str(error)) from error
        except OutcomeUnknownError as error:
            # Whatever was fed meanwhile is a marked void film, and one is still owed.
            raise UnreachableError(str(error)) from error
        kept = {"queue_depth": QUEUE_DEPTH, "journal_depth": JOURNAL_DEPTH, "journal_keeper": "driver"}
        self.capabilities = replace(told, **kept)  # type: ignore[arg-type]  # by name
        self.lost = None
        self.wishes = Wishes(pause=self.wishes.pause)
        self._runner = asyncio.get_running_loop().create_task(self._run())
        self.wake()
        return self.capabilities

    async def rest(self) -> None:
        """Finish the pouch in work, disconnect, and give the folder free."""
        self.wishes.rest = True
        self.wake()
        if self._runner is not None and self.lost is None:
            await asyncio.wait({self._runner}, timeout=_REST_SECONDS)
        await self._end_runner()
        self.lost = "not connected"
        self.wake()
        await self._connection.close()
        if self._folder is not None:
            self._folder.close()
            self._folder = None

    def wake(self) -> None:
        """Look at wishes and orders again, and let everybody know."""
        self._rung()

    def _rung(self) -> None:
        self._bell.set()
        for listener in self.listeners:
            listener.set()

    async def _end_runner(self) -> None:
        runner, self._runner = self._runner, None
        if runner is not None:
            runner.cancel()
            await asyncio.wait({runner})
        self._bell = asyncio.Event()

    # -- What is not known ------------------------------------------------------------------------------------------

    def _give_up(self, reason: str) -> None:
        """Write the pouch in work off, and every order; a marked film is owed from here on."""
        memory = self.memory
        memory.write([*memory.void(reason), *memory.interruptions(), *self._moves_to_stopped()], owes_mark=True)

    def _moves_to_stopped(self) -> list[Fact]:
        if self.state in {PackMLState.STOPPED, PackMLState.COMPLETE}:
            return []
        return self._moves(PackMLState.STOPPING, PackMLState.STOPPED)

    async def _arm(self, told: Capabilities) -> None:
        """Shut out whatever was sent before, account for every film, and mark what is of no use."""
        self._token, self._count = secrets.token_hex(8), 0
        film = await self.wire.arm(self._token)
        if (film is not None) != told.encoder:
            raise ProtocolViolationError("the machine tells a film index, or none, other than it says that it can")
        self._account(film)
        if self.memory.owes_mark:
            await self._mark()

    def _account(self, film: int | None) -> None:
        memory = self.memory
        if film is None:
            return
        if film < memory.film - memory.owes_mark:
            message = f"the film index is {film}, it was {memory.film}: film indices never go back"
            raise ProtocolViolationError(message)
        unknown = [_void_film(one) for one in range(memory.film + 1, film + 1)]
        if unknown:
            memory.write([*unknown, *memory.interruptions()], owes_mark=True)

    async def _mark(self) -> None:
        memory = self.memory
        self._count += 1
        await self.wire.pack(self._token, self._count, _VOID_POUCH)
        result = await self._result()
        last = memory.film + 1 if result.film is None else result.film
        if result.outcome == unit.NONE:
            raise OutcomeUnknownError("no void film was fed")
        memory.write([_void_film(one) for one in range(memory.film + 1, last + 1)], owes_mark=False)

    async def _result(self) -> Result:
        while True:
            try:
                result = await self.wire.result(self._token, self._count)
            except RefusedError as refused:
                # The machine has forgotten the token: it was without power.
                raise OutcomeUnknownError(str(refused)) from refused
            self._show_alarms(result.alarms)
            if result.outcome:
                return result
            await self._wait(_POLL_SECONDS)

    # -- Packing ------------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        try:
            while not self.wishes.rest:
                await self._work()
                if not self.wishes.rest:
                    await self._wait(None)
        except (MachineError, FolderError) as error:
            self.lost = str(error)
            self._rung()

    async def _wait(self, seconds: float | None) -> None:
        """Wait for a ring, at most `seconds`."""
        works: list[Awaitable[object]] = [self._bell.wait()]
        if seconds is not None:
            works.append(self._clock.sleep(seconds))
        tasks = [asyncio.ensure_future(work) for work in works]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
        self._bell.clear()

    async def _work(self) -> None:
        memory, wishes = self.memory, self.wishes
        while not wishes.rest:
            queue = sorted((order for order in memory.live if order.turn), key=lambda order: order.turn)
            if wishes.stop:
                wishes.stop = wishes.pause = False
                memory.write([*memory.interruptions(), *self._moves_to_stopped()])
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
            self._rung()

    async def _stand(self, order: Order) -> None:
        """Wait until somebody has cleared the alarm."""
        if self.state is PackMLState.EXECUTE:
            self._hold(order, PackMLState.HOLDING, PackMLState.HELD)
        await self._wait(_POLL_SECONDS)
        _, alarms = await self.wire.state()
        self._show_alarms(alarms)

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
            await self.wire.pack(self._token, self._count, pouch)
        except RefusedError as refused:
            await self._settle(f"refused: {', '.join(reason.code for reason in refused.reasons)}")
            return
        result = await self._result()
        if result.outcome == unit.NONE:
            await self._settle(result.reason or "not begun")
        elif result.film not in {None, film}:
            await self._settle("the film index is not what it should be")
        else:
            self._close(order, pouch, film, result)

    async def _settle(self, reason: str) -> None:
        self._give_up(reason)
        if self.capabilities is not None:
            await self._arm(self.capabilities)

    def _close(self, order: Order, pouch: PouchOrder, film: int, result: Result) -> None:
        memory, number = self.memory, order.status.number
        facts: list[Fact] = []
        for fact in result.facts:
            fields = dict(fact.fields)
            if fact.kind != words.DROPPED:
                fields["film"] = film
            facts.append(Fact(fact.kind, number, pouch.number, fields))
        packed = result.outcome == words.PACKED
        end: dict[str, FieldValue] = {
            "film": film,
            "outcome": words.PACKED if packed else words.VOID,
            "reason": "" if packed else result.reason,
        }
        facts.append(Fact(words.POUCH_CLOSED, number, pouch.number, end))
        closed = order.status.closed + packed
        if order.order is not None and closed == len(order.order.pouches):
            facts.append(memory.moved(replace(order.status, closed=closed), OrderState.ENDED))
        memory.write(facts)

    # -- What is told --------------------------------------------------------------------------------------------------

    def _moves(self, *states: PackMLState) -> list[Fact]:
        facts: list[Fact] = []
        for state in states:
            facts.append(Fact(words.STATE_CHANGED, fields={"from": self.state.value, "to": state.value}))
            self.state = state
        return facts

    def _show_alarms(self, alarms: tuple[Alarm, ...]) -> None:
        if alarms == self.alarms:
            return
        former, now = {one.code for one in self.alarms}, {one.code for one in alarms}
        raised = [one for one in alarms if one.code not in former]
        facts = [Fact(words.ALARM_RAISED, fields={"code": one.code, "detail": one.detail}) for one in raised]
        facts += [Fact(words.ALARM_CLEARED, fields={"code": code}) for code in sorted(former - now)]
        self.memory.write(facts)
        self.alarms = alarms


def _void_film(film: int) -> Fact:
    return Fact(words.FILM_CHANGED, fields={"event": words.VOID, "film": film})
