"""Machines on a serial line that speak PP-LIS: LIS01-A2 below, our own records with a CRC-32 above."""

from typing import Final

from hal.clock import Clock
from hal.driver import CONTRACT_VERSION, DriverInfo, MachineDriver
from hal.drivers.pplis.address import SCHEMES, Address
from hal.drivers.pplis.driver import PplisDriver


def build(uri: str, clock: Clock) -> MachineDriver:
    """Return a driver for the machine at `uri`; connects to nothing.

    Raises:
        ValueError: not a PP-LIS URI.
    """
    return PplisDriver(Address.parse(uri), clock)


DRIVER: Final = DriverInfo(name="pplis", contract=CONTRACT_VERSION, schemes=SCHEMES, build=build)
