"""The one place that makes an OPC UA client, with every limit set; the library's own defaults set none."""

import logging
from dataclasses import dataclass

from asyncua.client.client import Client

from hal.drivers.opcua.address import check_uri
from hal.wire import opcua as words

_SESSION_MILLISECONDS = 60_000


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. A link that answers nothing is given up after at most twice `watchdog`."""

    request: float = 5.0
    open: float = 10.0
    close: float = 1.0
    watchdog: float = 1.25


def hardened_client(uri: str, timeouts: Timeouts) -> Client:
    """Return a new client for `uri`; a client is never used for a second connection.

    Raises:
        ValueError: a plain endpoint that is not on this computer.
    """
    check_uri(uri)
    # Below WARNING the stack writes whole requests, and with them printed lines, into the log; its client part also
    # logs every failure that it raises.
    logging.getLogger("asyncua").setLevel(logging.WARNING)
    logging.getLogger("asyncua.client").setLevel(logging.CRITICAL)
    client = Client(uri, timeout=timeouts.request, watchdog_intervall=timeouts.watchdog, auto_reconnect=False)
    client.name = client.description = "dosisfleet"
    client.application_uri = "urn:dosisfleet:controller"
    client.product_uri = "urn:dosisfleet"
    client.session_timeout = _SESSION_MILLISECONDS
    client.max_messagesize = words.LARGEST_MESSAGE_BYTES
    client.max_chunkcount = words.LARGEST_CHUNKS
    return client


def bound_answers(client: Client) -> None:
    """Hold the connected `client` to our limits: the library takes the server's, and those may be none at all."""
    protocol = client.uaclient.protocol
    if protocol is None:
        return
    limits = protocol._connection._limits  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - there is no other way
    limits.max_message_size = words.LARGEST_MESSAGE_BYTES
    limits.max_chunk_count = words.LARGEST_CHUNKS
