"""What a machine without a memory is asked, and the account of its films: what nobody knows of is void and marked."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from hal.clock import Clock
from hal.drivers.unit.facts import void_films
from hal.drivers.unit.memory import Memory
from hal.drivers.unit.standing import alarm_facts, strictest
from hal.drivers.unit.wire import Result, UnitWire
from hal.errors import OutcomeUnknownError, ProtocolViolationError, RefusedError, UnreachableError
from hal.orders import PouchOrder
from hal.status import Alarm, PackMLState
from hal.wire import unit

POLL_SECONDS: Final = 0.25
_MARK_SECONDS: Final = 120.0
"""How long a machine may take to end what it was doing, before a void film can be fed."""
_VOID_POUCH: Final = PouchOrder(0, unit.VOID_SYMBOL, (unit.VOID_LINE,), ())


class PowerLostError(UnreachableError):
    """The machine has forgotten what it was armed with: whatever it had is gone with its power."""


class Arm:
    """Reaches the machine behind `wire` under a token of its own; `told` is called whenever there may be news."""

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
        self.serial_number = ""
        """That of the machine that may be armed, and of no other."""
        self.categories: Mapping[str, str] = {}
        """What an alarm does to the machine, by its code."""
        self._lacking: tuple[Alarm, ...] = ()
        self._refused: PouchOrder | None = None
        """The pouch that lacks something which the machine has no alarm for."""

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
        return await self._wire.arm(self._token, self.serial_number)

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
                await self._wait(POLL_SECONDS)
                # Whoever puts film in may have switched it off meanwhile.
                await self.look()
                # An aborted machine is cleared by being armed, once nothing hinders it.
                await self._take()
                self._count = 1
            else:
                return

    async def _result(self, *, until_alarm: bool = False) -> Result:
        while True:
            try:
                result = await self._wire.result(self._token, self._count)
            except RefusedError as refused:
                raise PowerLostError(str(refused)) from refused
            self._show_alarms(result.alarms)
            if result.outcome or (until_alarm and strictest(self.alarms, self.categories)):
                return result
            await self._wait(POLL_SECONDS)

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

    def _lack(self, pouch: PouchOrder | None, *alarms: Alarm) -> None:
        self._lacking, self._refused = alarms, pouch if alarms else None

    def _show_alarms(self, told: tuple[Alarm, ...]) -> None:
        codes = {one.code for one in told}
        alarms = (*told, *(one for one in self._lacking if one.code not in codes))
        if alarms != self.alarms:
            self.memory.write(alarm_facts(self.alarms, alarms))
            self.alarms = alarms
