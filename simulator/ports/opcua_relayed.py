"""The OPC UA port behind a relay, so that what lies between machine and controller can go wrong too."""

import asyncio
import socket
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from hal.wire.opcua import is_loopback
from simulator.host import Host
from simulator.keys import Security
from simulator.ports.opcua import serve_opcua
from simulator.ports.opcua_server import InsecureEndpointError
from simulator.ports.relay import Relay

_BEHIND: Final = "127.0.0.1"
_PORT: Final = 4840


async def serve_opcua_relayed(
    host: Host, endpoint: str, on_ready: Callable[[], None] | None = None, security: Security | None = None
) -> None:
    """Serve the machine of `host` as `serve_opcua`, with what `host.wire` says going wrong on the way.

    The machine itself listens on a port of its own on this computer; a client must connect to `endpoint`, not to the
    address that the server tells.

    Raises:
        InsecureEndpointError: no security, and others than this computer could reach the endpoint.
        OSError: the endpoint is taken.
    """
    parts = urlsplit(endpoint)
    name = parts.hostname or ""
    if security is None and not is_loopback(name):
        message = f"{endpoint}: without security only this computer may reach the machine"
        raise InsecureEndpointError(message)
    behind = _free_port()
    relay = Relay(_BEHIND, behind, host.wire, host.real_seconds_until)
    await relay.listen(name, parts.port or _PORT)
    ready = asyncio.Event()
    inner = urlunsplit(parts._replace(netloc=f"{_BEHIND}:{behind}"))
    serving = asyncio.ensure_future(serve_opcua(host, inner, ready.set, security))
    waiting = asyncio.ensure_future(ready.wait())
    try:
        await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if on_ready is not None and ready.is_set():
            on_ready()
        await serving
    finally:
        for task in (waiting, serving):
            task.cancel()
        await asyncio.gather(waiting, serving, return_exceptions=True)
        await relay.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_BEHIND, 0))
        return int(probe.getsockname()[1])
