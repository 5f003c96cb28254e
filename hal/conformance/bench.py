"""What the checks stand on: a way to the driver and the machine on trial."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from hal.clock import Clock
from hal.conformance.samples import OrderMaker, order_from_bays
from hal.conformance.station import Pace, Station
from hal.driver import Lease, MachineDriver
from hal.errors import MachineError, UnreachableError
from hal.orders import PackingOrder
from hal.status import Bay, Capabilities


@dataclass(slots=True)
class Bench:
    """A driver, and one healthy machine that nobody else uses, with canisters in its bays.

    `build` makes a closed driver, every time for the same machine. `epoch` must not be below the highest that the
    machine has seen; it rises while checks run. `long_pouches` is the length of orders that are interrupted: long
    enough that the machine does not end one between two reads. `limit` is in real seconds and cuts off a check that
    hangs; everything else is measured with `clock`.
    """

    build: Callable[[], MachineDriver]
    clock: Clock
    make_order: OrderMaker = order_from_bays
    epoch: int = 1
    long_pouches: int = 30
    pace: Pace = Pace()  # noqa: RUF009 - frozen
    limit: float = 600.0
    holder: str = "conformance"

    def lease(self) -> Lease:
        """Return the lease that the checks hold now."""
        return Lease(self.holder, self.epoch)

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[Station]:
        """Open a new driver on a machine without live orders; leave none behind.

        Raises:
            MachineError: it cannot be opened.
            ConformanceError: the machine does not come to rest.
        """
        driver = self.build()
        try:
            capabilities = await self.open(driver, self.lease())
            station = Station(driver, capabilities, self.clock, self.pace, self._orders)
            await station.clear()
            try:
                yield station
            finally:
                with suppress(MachineError):
                    await station.stop_live_orders()
        finally:
            await driver.close()

    async def open(self, driver: MachineDriver, lease: Lease) -> Capabilities:
        """Open `driver`, again while the machine is still taking down a former connection."""
        began = self.clock.monotonic()
        while True:
            try:
                return await driver.open(lease)
            except UnreachableError:
                if self.clock.monotonic() - began > self.pace.patience:
                    raise
            await self.clock.sleep(self.pace.step)

    def _orders(self, capabilities: Capabilities, bays: Sequence[Bay], number: int, pouches: int) -> PackingOrder:
        return self.make_order(capabilities, bays, number=number, epoch=self.epoch, pouches=pouches)
