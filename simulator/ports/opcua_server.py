"""The one place that makes an OPC UA server, with every limit set; the library's own defaults set few."""

import asyncio
import logging
import threading
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from asyncua.common.connection import TransportLimits
from asyncua.crypto.permission_rules import User, UserRole
from asyncua.server.address_space import AddressSpace, AttributeValue, NodeData, NodeManagementService
from asyncua.server.internal_server import InternalServer
from asyncua.server.server import Server
from asyncua.server.standard_address_space.standard_address_space import fill_address_space
from asyncua.server.user_managers import UserManager
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.uaprotocol_auto import AnonymousIdentityToken
from asyncua.ua.uatypes import SecurityPolicyType

from hal.wire import opcua as words

_CHUNK_BYTES: Final = 65_535
_CONNECTIONS: Final = 10
_SUBSCRIPTIONS: Final = 100
_PENDING_MESSAGES: Final = 100
_SESSION_MILLISECONDS: Final = 60_000.0
_FILLING: Final = threading.Lock()


class InsecureEndpointError(ValueError):
    """A plain endpoint that others than this computer could reach."""


class AnonymousOnly(UserManager):
    """Lets in who names nobody; whoever names a user is turned away, because there are no users."""

    def get_user(
        self,
        iserver: InternalServer,  # noqa: ARG002 - the library's names
        username: str | None = None,
        password: str | None = None,
        certificate: object = None,
    ) -> User | None:
        """Return the right to browse, read and call, or None."""
        if username is None and password is None and not certificate:
            return User(role=UserRole.User)
        return None


class StandardSpace(InternalServer):
    """Fills the thousands of standard nodes once in a process and copies them for every further server."""

    async def load_standard_address_space(self, shelf_file: Path | None = None) -> None:  # noqa: ARG002 - its name
        """Give this server its own copy of the standard nodes; values are copied too, because servers write them."""
        await asyncio.to_thread(self._copy_standard_space)

    def _copy_standard_space(self) -> None:
        with _FILLING:
            standard = _standard_space()
        for node_id in standard.keys():  # noqa: SIM118 - no mapping
            node = standard[node_id]
            copied = NodeData(node_id)
            copied.call = node.call
            copied.references = list(node.references)
            copied.attributes = {
                attribute: AttributeValue(deepcopy(held.value) if attribute == AttributeIds.Value else held.value)
                for attribute, held in node.attributes.items()
                if held.value is not None
            }
            self.aspace[node_id] = copied


@cache
def _standard_space() -> AddressSpace:
    space = AddressSpace()
    fill_address_space(NodeManagementService(space))  # type: ignore[no-untyped-call]  # it has no types
    return space


async def hardened_server(endpoint: str) -> Server:
    """Return a server for `endpoint`, `opc.tcp://host:port/`, that is not started yet.

    Raises:
        InsecureEndpointError: the endpoint is not on this computer.
        ValueError: not such an endpoint.
    """
    parts = urlsplit(endpoint)
    if parts.scheme != words.SCHEME or not parts.hostname or parts.port is None:
        message = f"{endpoint}: an OPC UA endpoint is opc.tcp://host:port/"
        raise ValueError(message)
    if not words.is_loopback(parts.hostname):
        message = f"{endpoint}: without signing and encryption only on this computer (127.0.0.1, ::1, localhost)"
        raise InsecureEndpointError(message)
    # Below WARNING the stack writes whole requests, and with them printed lines, into the log.
    logging.getLogger("asyncua").setLevel(logging.WARNING)
    # What this one logs, it raises too.
    logging.getLogger("asyncua.server.server").setLevel(logging.CRITICAL)
    server = Server(iserver=StandardSpace(user_manager=AnonymousOnly()))
    server.set_endpoint(endpoint)
    server.set_server_name("dosisfleet simulated packer")
    server.allow_remote_admin(allow=False)
    server.set_identity_tokens([AnonymousIdentityToken])
    server.set_security_policy([SecurityPolicyType.NoSecurity])
    server.limits = TransportLimits(
        max_recv_buffer=_CHUNK_BYTES,
        max_send_buffer=_CHUNK_BYTES,
        max_chunk_count=words.LARGEST_CHUNKS,
        max_message_size=words.LARGEST_MESSAGE_BYTES,
    )
    server.iserver.max_connections = _CONNECTIONS
    server.iserver.max_subscriptions = _SUBSCRIPTIONS
    server.iserver.max_pending_messages_per_connection = _PENDING_MESSAGES
    server.iserver.max_session_timeout_ms = _SESSION_MILLISECONDS
    await server.init()
    await server.set_application_uri(words.APPLICATION_URI)
    return server
