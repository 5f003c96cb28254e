"""What the checks stand on: a way to the driver, the machine on trial, and hands that help."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

from hal.clock import Clock
from hal.conformance.breach import ConformanceError
from hal.conformance.hands import Hand, Inject, Operator, Power, Tamper
from hal.conformance.samples import OrderMaker, order_from_bays
from hal.conformance.station import Pace, Station
from hal.driver import Lease, MachineDriver
from hal.errors import MachineError, UnreachableError
from hal.orders import PackingOrder
from hal.status import Bay, Capabilities

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Endurance:
    """How long the endurance checks go on; `seed` makes their random walks repeatable."""

    orders: int = 20
    reopenings: int = 200
    cuts: int = 20
    power_cuts: int = 5
    commands: int = 200
    seed: int = 1


@dataclass(slots=True)
class Bench:
    """A driver, and one healthy machine that nobody else uses, with canisters in its bays.

    `build` makes a closed driver, every time for the same machine. `epoch` must not be below the highest that the
    machine has seen; it rises while checks run. `long_pouches` is the length of orders that are interrupted: long
    enough that the machine does not end one between two reads. `limit` is in real seconds and cuts off a check that
    hangs; everything else is measured with `clock`. A hand that is None makes the checks that need it exempt.
    """

    build: Callable[[], MachineDriver]
    clock: Clock
    make_order: OrderMaker = order_from_bays
    epoch: int = 1
    long_pouches: int = 30
    pace: Pace = Pace()  # noqa: RUF009 - frozen
    limit: float = 600.0
    holder: str = "conformance"
    power: Power | None = None
    tamper: Tamper | None = None
    operator: Operator | None = None
    inject: Inject | None = None
    endurance: Endurance = Endurance()

    def has(self, hand: Hand) -> bool:
        """Tell whether a hand is there."""
        hands = {
            Hand.POWER: self.power,
            Hand.TAMPER: self.tamper,
            Hand.OPERATOR: self.operator,
            Hand.INJECT: self.inject,
        }
        return hands[hand] is not None

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
            station = await self.station(driver)
            await station.clear()
            try:
                yield station
            finally:
                with suppress(MachineError):
                    await station.stop_live_orders()
        finally:
            await driver.close()

    async def station(self, driver: MachineDriver) -> Station:
        """Open `driver` under the present lease and leave everything on the machine as it is."""
        capabilities = await self.open(driver, self.lease())
        return Station(driver, capabilities, self.clock, self.pace, self._orders)

    async def again(self, station: Station) -> Station:
        """Close the driver of a station and open it again, as the controller does after a failure."""
        await station.driver.close()
        return await self.station(station.driver)

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

    # -- Hands; `Check` sees to it that those which a check names are there ---------------------------------------

    @property
    def cutter(self) -> Power:
        """The power hand."""
        return _there(self.power, Hand.POWER)

    @property
    def wire(self) -> Tamper:
        """The tamper hand."""
        return _there(self.tamper, Hand.TAMPER)

    @property
    def human(self) -> Operator:
        """The operator."""
        return _there(self.operator, Hand.OPERATOR)

    @property
    def faults(self) -> Inject:
        """The inject hand."""
        return _there(self.inject, Hand.INJECT)

    async def power_cycle(self, station: Station) -> Station:
        """Cut power and give it back; return the station on the machine as it came up again."""
        await self.cutter.cut()
        await self.cutter.restore()
        return await self.again(station)

    def _orders(self, capabilities: Capabilities, bays: Sequence[Bay], number: int, pouches: int) -> PackingOrder:
        return self.make_order(capabilities, bays, number=number, epoch=self.epoch, pouches=pouches)


def _there(hand: Found | None, name: Hand) -> Found:
    if hand is None:
        message = f"the {name.name.lower()} hand is not there"
        raise ConformanceError(message)
    return hand
