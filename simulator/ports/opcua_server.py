"""The one place that makes an OPC UA server, with every limit set; the library's own defaults set few."""

import asyncio
import logging
import threading
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from asyncua.common.connection import TransportLimits
from asyncua.common.utils import ServiceError
from asyncua.crypto.permission_rules import User, UserRole
from asyncua.server.address_space import AddressSpace, AttributeValue, NodeData, NodeManagementService
from asyncua.server.internal_server import InternalServer
from asyncua.server.internal_session import InternalSession
from asyncua.server.server import Server
from asyncua.server.standard_address_space.standard_address_space import fill_address_space
from asyncua.server.user_managers import UserManager
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uaprotocol_auto import (
    ActivateSessionParameters,
    ActivateSessionResult,
    AnonymousIdentityToken,
    ApplicationDescription,
    ApplicationType,
    CreateMonitoredItemsParameters,
    CreateSessionParameters,
    CreateSessionResult,
    CreateSubscriptionParameters,
    CreateSubscriptionResult,
    MonitoredItemCreateResult,
    UserNameIdentityToken,
)
from asyncua.ua.uatypes import SecurityPolicyType
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509 import Certificate as X509Certificate
from cryptography.x509 import load_der_x509_certificate

from hal.wire import opcua as words
from hal.wire.certificates import first, problems
from simulator.keys import Security, Users
from simulator.ports.opcua_guard import BoundedBinaryServer, Gate

_CHUNK_BYTES: Final = 65_535
_CONNECTIONS: Final = 10
"""Each with one session at most."""
_SUBSCRIPTIONS: Final = 20
"""In one session; together no more than a hundred."""
_ALL_SUBSCRIPTIONS: Final = 100
_ITEMS: Final = 500
"""Monitored items that one session may ask for."""
_PENDING_MESSAGES: Final = 100
_ACTIVATION_SECONDS: Final = 5.0
"""How long a connection may last before it has a session."""
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


class NamedUsers(UserManager):
    """Lets in who knows a name and its password; nobody else, and nobody as administrator."""

    def __init__(self, users: Users) -> None:
        self._users = users

    def get_user(
        self,
        iserver: InternalServer,  # noqa: ARG002 - the library's names
        username: str | None = None,
        password: str | None = None,
        certificate: object = None,  # noqa: ARG002
    ) -> User | None:
        """Return the right to browse, read and call, or None."""
        if not username or not isinstance(password, str) or not self._users.may_enter(username, password):
            return None
        return User(role=UserRole.User, name=username)


class BoundedSession(InternalSession):
    """A session that was asked for with the certificate of its own channel, and does not grow without end."""

    _claimed: bytes | None = None
    _subscriptions = 0
    _items = 0

    async def create_session(
        self, params: CreateSessionParameters, sockname: tuple[str, int] | None = None
    ) -> CreateSessionResult:
        """Remember which certificate the client claims to have."""
        self._claimed = params.ClientCertificate
        return await super().create_session(params, sockname)

    def activate_session(
        self, params: ActivateSessionParameters, peer_certificate: bytes | None
    ) -> ActivateSessionResult:
        """Let the user in when the claim was true: the library compares it with nothing."""
        # Without security there is none to compare with, though some clients show theirs.
        if peer_certificate and first(self._claimed or b"") != peer_certificate:
            raise ServiceError(StatusCodes.BadSecurityChecksFailed)
        return super().activate_session(params, peer_certificate)

    async def create_subscription(
        self,
        params: CreateSubscriptionParameters,
        callback: Callable[..., object],
        request_callback: Callable[..., object] | None = None,
    ) -> CreateSubscriptionResult:
        """Give a subscription, as long as there are few."""
        if self.external:
            self._subscriptions += 1
            if self._subscriptions > _SUBSCRIPTIONS:
                raise ServiceError(StatusCodes.BadTooManySubscriptions)
        return await super().create_subscription(params, callback, request_callback)

    async def create_monitored_items(self, params: CreateMonitoredItemsParameters) -> list[MonitoredItemCreateResult]:
        """Watch values, as long as they are few."""
        if self.external:
            self._items += len(params.ItemsToCreate)
            if self._items > _ITEMS:
                raise ServiceError(StatusCodes.BadTooManyMonitoredItems)
        return await super().create_monitored_items(params)


class StandardSpace(InternalServer):
    """Fills the thousands of standard nodes once in a process and copies them for every further server."""

    def create_session(
        self,
        name: str,
        user: User = User(role=UserRole.Anonymous),  # noqa: B008 - as the library; nobody changes it
        external: bool = False,  # noqa: FBT001, FBT002 - its name
    ) -> InternalSession:
        """Return a bounded session."""
        return BoundedSession(self, self.aspace, self.subscription_service, name, user=user, external=external)

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


class BoundedServer(Server):
    """A server whose connections are guarded; `gate` is None when it is spoken to without security."""

    gate: Gate | None = None

    async def start(self) -> None:
        """Listen.

        Raises:
            OSError: the endpoint is taken.
        """
        await self._setup_server_nodes()
        await self.iserver.start()
        self.bserver = BoundedBinaryServer(
            self.iserver, self.endpoint.hostname or "", self.endpoint.port or 0, self.limits, self.gate
        )
        self.bserver.set_policies(self._policies)
        try:
            await self.bserver.start()
        except OSError:
            await self.iserver.stop()
            raise


def _now() -> datetime:
    return datetime.now(UTC)


async def hardened_server(
    endpoint: str, security: Security | None = None, now: Callable[[], datetime] = _now
) -> Server:
    """Return a server for `endpoint`, `opc.tcp://host:port/`, that is not started yet.

    With `security` it demands signing and encryption, a trusted certificate and a user; without, it is for this
    computer alone.

    Raises:
        InsecureEndpointError: no security, and the endpoint is not on this computer.
        ValueError: not such an endpoint, or the own certificate is not valid now.
    """
    parts = urlsplit(endpoint)
    if parts.scheme != words.SCHEME or not parts.hostname or parts.port is None:
        message = f"{endpoint}: an OPC UA endpoint is opc.tcp://host:port/"
        raise ValueError(message)
    if security is None and not words.is_loopback(parts.hostname):
        message = f"{endpoint}: without signing and encryption only on this computer (127.0.0.1, ::1, localhost)"
        raise InsecureEndpointError(message)
    # Below WARNING the stack writes whole requests, and with them printed lines, into the log.
    logging.getLogger("asyncua").setLevel(logging.WARNING)
    # What these log, they raise too, or tell the other side.
    for name in ("asyncua.server.server", "asyncua.server.uaprocessor", "asyncua.server.internal_session"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    users = AnonymousOnly() if security is None else NamedUsers(security.users)
    server = BoundedServer(iserver=StandardSpace(user_manager=users))
    server.set_endpoint(endpoint)
    server.set_server_name("dosisfleet simulated packer")
    server.allow_remote_admin(allow=False)
    server.application_type = ApplicationType.Server
    uri = words.APPLICATION_URI
    if security is None:
        server.set_identity_tokens([AnonymousIdentityToken])
        server.set_security_policy([SecurityPolicyType.NoSecurity])
    else:
        uri = _secure(server, security, now)
    _limit(server)
    await server.init()
    await server.set_application_uri(uri)
    return server


def _secure(server: BoundedServer, security: Security, now: Callable[[], datetime]) -> str:
    """Demand signing, encryption, a trusted certificate and a user; return the application URI."""
    wrong = problems(security.keys.certificate, None, now())
    if wrong:
        message = f"own certificate: {'; '.join(detail for _, detail in wrong)}"
        raise ValueError(message)
    gate = server.gate = Gate(security.keys.trusted, now)

    async def validate(certificate: X509Certificate, description: ApplicationDescription) -> None:
        gate.check(certificate.public_bytes(Encoding.DER), description.ApplicationUri)

    server.iserver.certificate_validator = validate
    server.iserver.certificate = load_der_x509_certificate(security.keys.certificate.der)
    server.iserver.private_key = load_pem_private_key(security.keys.key_pem, password=None)
    server.set_identity_tokens([UserNameIdentityToken])
    server.set_security_policy(
        [
            SecurityPolicyType.Aes256Sha256RsaPss_SignAndEncrypt,
            SecurityPolicyType.Basic256Sha256_SignAndEncrypt,
        ]
    )
    return security.keys.certificate.uris[0] if security.keys.certificate.uris else words.APPLICATION_URI


def _limit(server: Server) -> None:
    server.limits = TransportLimits(
        max_recv_buffer=_CHUNK_BYTES,
        max_send_buffer=_CHUNK_BYTES,
        max_chunk_count=words.LARGEST_CHUNKS,
        max_message_size=words.LARGEST_MESSAGE_BYTES,
    )
    server.iserver.max_connections = _CONNECTIONS
    server.iserver.max_subscriptions = _ALL_SUBSCRIPTIONS
    server.iserver.max_pending_messages_per_connection = _PENDING_MESSAGES
    server.iserver.max_pending_activation_seconds = _ACTIVATION_SECONDS
    server.iserver.max_session_timeout_ms = _SESSION_MILLISECONDS
