"""Machines on a serial line that speak PP-LIS: LIS01-A2 below, our own records with a CRC-32 above."""

from typing import Final

from hal.driver import CONTRACT_VERSION, DriverInfo, MachineDriver, Surroundings
from hal.drivers.pplis.address import SCHEMES, Address
from hal.drivers.pplis.driver import PplisDriver
from hal.drivers.pplis.examine import examine


def build(uri: str, surroundings: Surroundings) -> MachineDriver:
    """Return a driver for the machine at `uri`; connects to nothing.

    Raises:
        ValueError: not a PP-LIS URI.
    """
    return PplisDriver(Address.parse(uri), surroundings.clock)


DRIVER: Final = DriverInfo(name="pplis", contract=CONTRACT_VERSION, schemes=SCHEMES, build=build, examine=examine)
