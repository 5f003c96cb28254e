"""Machines on a serial line that pack one pouch per command and remember nothing: their driver is their memory."""

from pathlib import Path
from typing import Final

from hal.driver import CONTRACT_VERSION, DriverInfo, MachineDriver, Surroundings
from hal.drivers.unit.address import address_of
from hal.drivers.unit.driver import UnitDriver
from hal.drivers.unit.examine import examine
from hal.drivers.unit.keeper import Keeper
from hal.drivers.unit.wire import SerialExchange
from hal.wire import unit

_keepers: dict[tuple[Path, str], Keeper] = {}
"""By folder and URI: a machine has one memory, whoever asks for a driver."""


def build(uri: str, surroundings: Surroundings) -> MachineDriver:
    """Return a driver for the machine at `uri`, as `unit:///dev/ttyUSB0?baud=38400`; connects to nothing.

    Raises:
        ValueError: not such a URI, or there is no folder to keep the machine's memory in.
    """
    address = address_of(uri)
    if surroundings.folder is None:
        message = f"{uri}: a machine without a journal needs a folder of its own on this computer"
        raise ValueError(message)
    folder, clock = surroundings.folder.absolute(), surroundings.clock
    keeper = _keepers.get((folder, uri))
    if keeper is None:
        keeper = _keepers[folder, uri] = Keeper(folder, clock, lambda bell: SerialExchange(address, clock, bell))
    return UnitDriver(keeper)


DRIVER: Final = DriverInfo(name="unit", contract=CONTRACT_VERSION, schemes=unit.SCHEMES, build=build, examine=examine)
