"""Runs a machine in real time: its virtual clock runs `speed` times as fast as ours."""

import asyncio
import math
from collections.abc import Callable
from typing import Final, TypeVar

from simulator.clock import ScaledClock
from simulator.machine import Machine
from simulator.ports.wire_faults import WireFaults

T = TypeVar("T")
_MS: Final = 1_000
_HOUR: Final = 3_600.0

SHORTEST_SLEEP: Final = 0.01
"""Real seconds between two wake-ups at least, so that a fast machine does not eat the processor."""


class Bell:
    """Rings for everyone who waits just now."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    async def wait(self) -> None:
        """Wait for the next ring."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await future
        finally:
            self._waiting.discard(future)

    def ring(self) -> None:
        """Wake everyone who waits."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)


class Host:
    """A machine in real time, for the wires' ports; all on one event loop.

    `changed` rings whenever the journal has grown; `speed` is how many times faster than ours its time runs; `wire`
    holds what is wrong between the machine and its controller.
    """

    def __init__(self, machine: Machine, speed: float = 1.0, clock: ScaledClock | None = None) -> None:
        self.machine = machine
        self.changed = Bell()
        self._clock = clock or ScaledClock(speed)
        self.speed = self._clock.speed
        self.wire = WireFaults(machine.spec.seed, self._seconds)
        self._earlier = asyncio.Event()
        self._armed: int | None = None

    def call(self, function: Callable[[Machine], T]) -> T:
        """Bring the machine to the present, let `function` use it, and ring if the journal has grown.

        What `function` returns is kept in the machine's memory by then, so a port may send it.

        Raises:
            OSError: the machine's memory cannot keep what happened; the machine must not go on.
        """
        machine = self.machine
        before = machine.total_entries
        machine.advance(self._clock.now_ms())
        result = function(machine)
        if machine.total_entries != before:
            self.changed.ring()
        wake = machine.next_wake_ms()
        if wake is not None and (self._armed is None or wake < self._armed):
            self._earlier.set()
        return result

    def real_seconds_until(self, at: float) -> float:
        """Return the real seconds until a moment in seconds of the machine's time, 0 when it has passed.

        Of a moment that never comes it says an hour of the machine's time.
        """
        return self._clock.seconds_until(math.ceil(min(at, self._seconds() + _HOUR) * _MS))

    def _seconds(self) -> float:
        return self._clock.now_ms() / _MS

    async def wait_beyond(self, total: int) -> int:
        """Wait until the journal holds more than `total` entries; return how many it holds."""
        while self.machine.total_entries <= total:
            await self.changed.wait()
        return self.machine.total_entries

    async def run(self) -> None:
        """Wake the machine whenever it wants; ends only by being cancelled.

        Raises:
            OSError: as `call`.
        """
        while True:
            self.call(_nothing)
            self._earlier.clear()
            self._armed = self.machine.next_wake_ms()
            await self._sleep()

    async def _sleep(self) -> None:
        await asyncio.sleep(SHORTEST_SLEEP)
        if self._armed is None:
            await self._earlier.wait()
            return
        delay = self._clock.seconds_until(self._armed)
        if delay > 0:
            try:
                await asyncio.wait_for(self._earlier.wait(), delay)
            except TimeoutError:
                return


def _nothing(_machine: Machine) -> None:
    return
