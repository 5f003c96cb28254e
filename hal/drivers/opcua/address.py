"""Machine addresses: `opc.tcp://host:port/`."""

from urllib.parse import urlsplit

from hal.wire import opcua as words


def check_uri(uri: str) -> None:
    """Check that `uri` names an OPC UA endpoint.

    Raises:
        ValueError: it does not, and why.
    """
    parts = urlsplit(uri)
    if parts.scheme != words.SCHEME or not parts.hostname or parts.port is None:
        message = f"{parts.scheme}://{parts.hostname or ''}: an OPC UA machine is opc.tcp://host:port/"
        raise ValueError(message)
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ValueError("an OPC UA machine's URI carries no credentials, query or fragment")


def check_plain(uri: str) -> None:
    """Check that the machine at `uri` may be spoken to without signing and encryption.

    Raises:
        ValueError: it is not on this computer.
    """
    check_uri(uri)
    host = urlsplit(uri).hostname or ""
    if not words.is_loopback(host):
        message = (
            f"{host}: without signing and encryption only machines on this computer (127.0.0.1, ::1, localhost) may be "
            "spoken to; make keys for it first"
        )
        raise ValueError(message)
