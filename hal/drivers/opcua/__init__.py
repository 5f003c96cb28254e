"""OPC UA driver; only `build` brings in the OPC UA stack, which takes a second to import."""

from typing import TYPE_CHECKING

from hal.driver import CONTRACT_VERSION, DriverInfo, Surroundings
from hal.drivers.opcua.address import check_plain, check_uri
from hal.drivers.opcua.keys import has_keys
from hal.examination import Examination
from hal.wire import opcua as words

if TYPE_CHECKING:
    from hal.drivers.opcua.driver import OpcUaDriver


def build(uri: str, surroundings: Surroundings) -> "OpcUaDriver":
    """Return a driver for the machine at `uri`, `opc.tcp://host:port/`; connects to nothing.

    Raises:
        ValueError: not such a URI, or no keys for a machine that is not on this computer.
    """
    check_uri(uri) if has_keys(surroundings.folder) else check_plain(uri)
    from hal.drivers.opcua.driver import CALM, OpcUaDriver  # noqa: PLC0415 - the one place that loads the OPC UA stack

    return OpcUaDriver(uri, surroundings.clock, CALM, surroundings.folder)


async def examine(uri: str, surroundings: Surroundings) -> Examination:
    """Return what the server at `uri` is and lacks; takes no lease, calls no method, writes nothing."""
    from hal.drivers.opcua.examine import examine as look  # noqa: PLC0415 - as above

    return await look(uri, surroundings)


DRIVER = DriverInfo(name="opcua", contract=CONTRACT_VERSION, schemes=(words.SCHEME,), build=build, examine=examine)
