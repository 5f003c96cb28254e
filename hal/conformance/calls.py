"""Every call of the contract, by name, to be tried one after the other."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from hal.conformance.breach import ConformanceError, require
from hal.conformance.station import Station
from hal.driver import MachineDriver
from hal.errors import UnreachableError
from hal.journal import NOTHING, START
from hal.orders import PackingOrder

Call = Callable[[], Awaitable[object]]


def reads_of(driver: MachineDriver) -> Mapping[str, Call]:
    """Return the calls that change nothing."""
    return {
        "read_status": driver.read_status,
        "read_bays": driver.read_bays,
        "journal_after": lambda: driver.journal_after(START, 1),
    }


def commands_of(driver: MachineDriver, order: PackingOrder) -> Mapping[str, Call]:
    """Return the calls that change something, for `order`."""
    return {
        "ensure_loaded": lambda: driver.ensure_loaded(order),
        "ensure_packing": lambda: driver.ensure_packing(order.number),
        "ensure_paused": driver.ensure_paused,
        "ensure_stopped": driver.ensure_stopped,
        "acknowledge": lambda: driver.acknowledge(NOTHING),
    }


def calls_of(driver: MachineDriver, order: PackingOrder) -> Mapping[str, Call]:
    """Return every call of an opened driver."""
    return {**reads_of(driver), **commands_of(driver, order)}


async def reaches_nothing(calls: Mapping[str, Call], state: str) -> None:
    """Go on only when every call says that nothing was sent.

    Raises:
        ConformanceError: one works; `state` says what the driver is.
        MachineError: one fails in another way.
    """
    for name, call in calls.items():
        try:
            await call()
        except UnreachableError:
            continue
        message = f"{name} of a driver that is {state} works"
        raise ConformanceError(message)


class Bell:
    """Counts the rings of a doorbell, and tells when it has ended."""

    def __init__(self, doorbell: AsyncIterator[None]) -> None:
        self.rings = 0
        self._doorbell = doorbell
        self._listening = asyncio.ensure_future(self._listen())

    async def _listen(self) -> None:
        async for _ in self._doorbell:
            self.rings += 1

    @property
    def has_ended(self) -> bool:
        """Nothing will ring any more."""
        return self._listening.done()

    def why(self) -> BaseException | None:
        """Return what ended it; None when it ended by itself, or has not ended."""
        if not self._listening.done() or self._listening.cancelled():
            return None
        return self._listening.exception()

    async def stop(self) -> None:
        """Listen no longer."""
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)

    async def heard(self, station: Station, act: Call, what: str) -> None:
        """Go on only when it rings after `act`.

        Raises:
            ConformanceError: it stays silent, or ends; `what` says what was done.
        """
        before, began = self.rings, station.clock.monotonic()
        await act()
        while self.rings == before:
            if self._listening.done():
                await self._listening
                raise ConformanceError("the doorbell ended by itself")
            late = station.clock.monotonic() - began
            require(late <= station.pace.patience, f"{what}, and the doorbell stayed silent for {late:.0f} s")
            # Nothing is read meanwhile: on a line for one at a time, a bell may keep clear of questions.
            await station.clock.sleep(station.pace.step)
