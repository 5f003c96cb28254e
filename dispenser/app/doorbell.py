"""Waiting for a machine's doorbell."""

import asyncio
from collections.abc import AsyncIterator

from hal.errors import UnreachableError


class Bell:
    """A machine's doorbell as something that can be waited for; a bell that breaks ends the wait with its error."""

    def __init__(self, rings: AsyncIterator[None]) -> None:
        self._rings = rings
        self._rung = asyncio.Event()
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for _ in self._rings:
            self._rung.set()
        raise UnreachableError("the doorbell ended")

    async def wait(self, seconds: float) -> bool:
        """Wait until it rings, at most `seconds`; tell whether it rang, raise what broke it."""
        waiter = asyncio.create_task(self._rung.wait())
        await asyncio.wait({waiter, self._task}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        waiter.cancel()
        if self._task.done():
            self._task.result()
        has_rung = self._rung.is_set()
        self._rung.clear()
        return has_rung

    async def close(self) -> None:
        """Listen no more."""
        self._task.cancel()
        # Not awaited itself: that would swallow a cancellation meant for us.
        await asyncio.wait({self._task})
