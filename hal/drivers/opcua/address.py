"""Which machine addresses the OPC UA driver takes."""

from urllib.parse import urlsplit

from hal.wire import opcua as words


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
