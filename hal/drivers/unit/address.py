"""Where a machine on the wire `unit` is."""

from hal.drivers.pplis.address import Address
from hal.wire import unit


def address_of(uri: str) -> Address:
    """Return the line that `uri` names, as `unit:///dev/ttyUSB0?baud=38400`; its options are those of PP-LIS.

    Raises:
        ValueError: another scheme, no path or host and port, or an option that is unknown or out of range.
    """
    scheme, _, rest = uri.partition("://")
    if scheme not in unit.SCHEMES:
        message = f"{uri}: the scheme is none of {', '.join(unit.SCHEMES)}"
        raise ValueError(message)
    try:
        return Address.parse(f"{scheme.replace('unit', 'pplis', 1)}://{rest}")
    except ValueError as error:
        raise ValueError(str(error).replace("pplis", "unit")) from error
