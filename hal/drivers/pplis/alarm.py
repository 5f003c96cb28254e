"""One alarm that can be moved, on a clock that can only wait."""

import asyncio
from collections.abc import Callable

from hal.clock import Clock


class Alarm:
    """Calls `ring` once the clock has reached what was last set; moving it later costs nothing."""

    def __init__(self, clock: Clock, ring: Callable[[], None]) -> None:
        self._clock = clock
        self._ring = ring
        self._wanted: float | None = None
        self._waiting_for = 0.0
        self._task: asyncio.Task[None] | None = None
        self._ringing = False

    def set(self, at: float | None) -> None:
        """Ring at `at` on the clock's monotonic scale, or not at all."""
        self._wanted = at
        if at is None or self._ringing:
            return
        if self._task is not None and not self._task.done():
            if at >= self._waiting_for:
                return
            self._task.cancel()
        self._waiting_for = at
        self._task = asyncio.get_running_loop().create_task(self._wait())

    def stop(self) -> None:
        """Never ring again unless set again."""
        self._wanted = None
        if self._task is not None and not self._ringing:
            self._task.cancel()
        self._task = None

    async def _wait(self) -> None:
        while self._wanted is not None:
            self._waiting_for = self._wanted
            await self._clock.sleep(max(0.0, self._waiting_for - self._clock.monotonic()))
            if self._due():
                self._wanted = None
                self._ringing = True
                try:
                    self._ring()
                finally:
                    self._ringing = False

    def _due(self) -> bool:
        return self._wanted is not None and self._clock.monotonic() >= self._wanted
