"""The one place of the simulator that makes OPC UA clients: for scenarios, and to this computer only."""

from typing import Final

from asyncua.client.client import Client

LOOPBACK: Final = "127.0.0.1"
_PATIENCE_SECONDS: Final = 30.0
_SESSION_MS: Final = 60_000


def client_at(port: int) -> Client:
    """Return a client, not connected, of the simulated machine at `port` of this computer; nothing is encrypted."""
    client = Client(endpoint_at(port), timeout=_PATIENCE_SECONDS)
    client.session_timeout = _SESSION_MS
    return client


def endpoint_at(port: int) -> str:
    """Return where a machine at `port` of this computer is."""
    return f"opc.tcp://{LOOPBACK}:{port}/"
