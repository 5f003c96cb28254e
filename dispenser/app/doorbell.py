"""Waiting for a machine's doorbell, and for the moment at which all machines are read."""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import suppress

from hal.clock import Clock
from hal.errors import UnreachableError

GLANCE_SECONDS = 1.0
"""Time between two moments at which machines are read: the same ones for all, so that one commit serves them all."""


class Bell:
    """A machine's doorbell as something that can be waited for; a bell that breaks ends the wait with its error."""

    def __init__(self, rings: AsyncIterator[None], clock: Clock) -> None:
        """Begin to listen; the machine was read just now."""
        self._rings = rings
        self._clock = clock
        self._news = asyncio.Event()
        self._has_rung = False
        self._read_at = clock.monotonic()
        self._task = asyncio.create_task(self._listen())
        self._task.add_done_callback(lambda _: self._news.set())

    async def _listen(self) -> None:
        async for _ in self._rings:
            self._has_rung = True
            self._news.set()
        raise UnreachableError("the doorbell ended")

    async def wait(self, *, is_busy: bool) -> bool:
        """Wait for the next moment to read the machine, and tell whether there is something to read.

        After a silence it is read as it rings, without delay; one that `is_busy` need not ring.

        Raises:
            MachineError: what broke the bell.
        """
        if not is_busy and not self._has_rung:
            self._news.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._until_reading()):
                    await self._news.wait()
            if not self._has_rung:
                return self._is_read(has_news=False)
        # After a silence, and on a line that takes so long, there is nothing to wait for.
        if self._clock.monotonic() < self._read_at + GLANCE_SECONDS:
            await self._clock.sleep(self._until_reading())
        return self._is_read(has_news=True)

    def _is_read(self, *, has_news: bool) -> bool:
        if self._task.done():
            self._task.result()
        if has_news:
            self._has_rung, self._read_at = False, self._clock.monotonic()
        return has_news

    def _until_reading(self) -> float:
        """Return the seconds until the next common moment, but not right after a reading."""
        now = self._clock.monotonic()
        earliest = max(now, self._read_at + GLANCE_SECONDS / 4)
        # A hair before a moment is that moment: a wait that is shorter than the clock can tell would never end.
        return (math.floor(earliest / GLANCE_SECONDS + 0.001) + 1) * GLANCE_SECONDS - now

    async def close(self) -> None:
        """Listen no more."""
        self._task.cancel()
        # Not awaited itself: that would swallow a cancellation meant for us.
        await asyncio.wait({self._task})
