"""OPC UA driver; only `build` brings in the OPC UA stack, which takes a second to import."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hal.clock import Clock
from hal.driver import CONTRACT_VERSION, DriverInfo
from hal.wire import opcua as words

if TYPE_CHECKING:
    from hal.drivers.opcua.driver import OpcUaDriver


def build(uri: str, clock: Clock) -> "OpcUaDriver":
    """Return a driver for the machine at `uri`, `opc.tcp://host:port/`; connects to nothing.

    Raises:
        ValueError: not such a URI, or a plain endpoint that is not on this computer.
    """
    check_uri(uri)
    from hal.drivers.opcua.driver import OpcUaDriver  # noqa: PLC0415 - the one place that loads the OPC UA stack

    return OpcUaDriver(uri, clock)


def check_uri(uri: str) -> None:
    """Check that `uri` names an endpoint that may be spoken to without signing and encryption.

    Raises:
        ValueError: it does not, and why.
    """
    parts = urlsplit(uri)
    if parts.scheme != words.SCHEME or not parts.hostname or parts.port is None:
        message = f"{parts.scheme}://{parts.hostname}: an OPC UA machine is opc.tcp://host:port/"
        raise ValueError(message)
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ValueError("an OPC UA machine's URI carries no credentials, query or fragment")
    if not words.is_loopback(parts.hostname):
        message = (
            f"{parts.hostname}: without signing and encryption only machines on this computer (127.0.0.1, ::1, "
            "localhost) may be spoken to"
        )
        raise ValueError(message)


DRIVER = DriverInfo(name="opcua", contract=CONTRACT_VERSION, schemes=(words.SCHEME,), build=build)
