"""The one place that makes an OPC UA client, with every limit set; the library's own defaults set none."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from asyncua.client.client import Client
from asyncua.client.ua_client import UaClient, UASocketProtocol
from asyncua.common.shortcuts import Shortcuts
from asyncua.crypto.security_policies import (
    SecurityPolicy,
    SecurityPolicyAes256Sha256RsaPss,
    SecurityPolicyBasic256Sha256,
)
from asyncua.ua.uaprotocol_auto import ApplicationDescription, EndpointDescription, MessageSecurityMode, UserTokenType
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509 import Certificate as X509Certificate
from cryptography.x509 import load_der_x509_certificate

from hal.drivers.opcua.address import check_plain
from hal.drivers.opcua.keys import APPLICATION_URI, DriverKeys
from hal.errors import Reason
from hal.wire import opcua as words
from hal.wire.certificates import (
    BAD,
    NO_SECURE_ENDPOINT,
    UNTRUSTED,
    CertificateError,
    fingerprint,
    first,
    problems,
    read,
)

_SESSION_MILLISECONDS: Final = 60_000
_PACKET_HEADER: Final = 8
_LARGEST_PACKET: Final = 2 * 65_536
"""A chunk is at most 64 KiB; what says that it is longer is not waited for."""
POLICIES: Final[tuple[type[SecurityPolicy], ...]] = (SecurityPolicyAes256Sha256RsaPss, SecurityPolicyBasic256Sha256)
"""Security policies that we speak, the best first."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. A link that answers nothing is given up after at most twice `watchdog`."""

    request: float = 5.0
    step: float = 3.0
    """One step of opening a link, never more than `request`: a wire that has just healed is soon tried again."""
    open: float = 10.0
    close: float = 1.0
    watchdog: float = 1.25
    bell: float = 0.05
    """The doorbell rings no oftener."""


CALM = Timeouts(bell=0.9)
"""Those of a driver in service: a ring costs as much as a question, and a controller asks about once a second."""


@dataclass(frozen=True, slots=True)
class Secured:
    """An endpoint that was judged and may be spoken to: its policy, its certificate, and our keys for it."""

    policy: type[SecurityPolicy]
    certificate: bytes
    keys: DriverKeys
    now: Callable[[], datetime]


def hardened_client(uri: str, timeouts: Timeouts, secured: Secured | None = None) -> Client:
    """Return a new client for `uri`; a client is never used for a second connection.

    Without `secured` it sends no identity at all, so that no password ever goes over a plain channel.

    Raises:
        ValueError: not secured, and the machine is not on this computer.
    """
    if secured is None:
        check_plain(uri)
    client = _client(uri, timeouts)
    if secured is not None:
        _secure(client, secured)
    return client


def discovery_client(uri: str, timeouts: Timeouts) -> Client:
    """Return a new client that only asks the server at `uri` for its endpoints: without security, and no session."""
    return _client(uri, timeouts)


def _client(uri: str, timeouts: Timeouts) -> Client:
    # Below WARNING the stack writes whole requests, and with them printed lines, into the log; its client part also
    # logs every failure that it raises.
    logging.getLogger("asyncua").setLevel(logging.WARNING)
    for name in ("asyncua.client", "asyncua.uaprotocol"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    client = _BoundedClient(uri, timeouts)
    client.name = client.description = "dosisfleet"
    client.application_uri = APPLICATION_URI
    client.product_uri = "urn:dosisfleet"
    client.session_timeout = _SESSION_MILLISECONDS
    client.max_messagesize = words.LARGEST_MESSAGE_BYTES
    client.max_chunkcount = words.LARGEST_CHUNKS
    return client


def choose(endpoints: list[EndpointDescription], keys: DriverKeys, now: datetime) -> EndpointDescription:
    """Return the best endpoint that signs and encrypts, asks for a user, and shows a certificate that is trusted.

    Raises:
        EndpointError: there is none; with every reason.
    """
    fit = [
        one
        for policy in POLICIES
        for one in endpoints
        if one.SecurityMode == MessageSecurityMode.SignAndEncrypt
        and one.SecurityPolicyUri == policy.URI
        and one.ServerCertificate
    ]
    if not fit:
        offered = ", ".join(sorted({str(one.SecurityPolicyUri).rpartition("#")[2] for one in endpoints})) or "nothing"
        raise EndpointError((Reason(NO_SECURE_ENDPOINT, f"it offers {offered}"),))
    named = [one for one in fit if any(token.TokenType == UserTokenType.UserName for token in one.UserIdentityTokens)]
    if not named:
        raise EndpointError((Reason(NO_SECURE_ENDPOINT, "it takes no user name"),))
    best = named[0]
    reasons = judge(best.ServerCertificate, best.Server.ApplicationUri, keys.own.trusted, now)
    if reasons:
        raise EndpointError(reasons)
    return best


def judge(
    chain: bytes | None, application_uri: str | None, trusted: frozenset[bytes], now: datetime
) -> tuple[Reason, ...]:
    """Return everything that is wrong with a machine's certificate; empty when it is trusted and valid now."""
    der = first(chain or b"")
    try:
        certificate = read(der)
    except CertificateError as error:
        return (Reason(BAD, str(error)),)
    reasons = [Reason(code, detail) for code, detail in problems(certificate, application_uri or "", now)]
    if der not in trusted:
        reasons.insert(0, Reason(UNTRUSTED, fingerprint(der)))
    return tuple(reasons)


class EndpointError(Exception):
    """A server that must not be spoken to, with every reason."""

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        """Keep all `reasons`; at least one."""
        super().__init__("; ".join(f"{reason.code}: {reason.detail}" for reason in reasons))
        self.reasons = reasons


def secured_by(endpoint: EndpointDescription, keys: DriverKeys, now: Callable[[], datetime]) -> Secured:
    """Return how to speak to the `endpoint` that was chosen."""
    policy = next(one for one in POLICIES if endpoint.SecurityPolicyUri == one.URI)
    return Secured(policy, first(endpoint.ServerCertificate), keys, now)


def opened(client: Client, timeouts: Timeouts) -> None:
    """Give the requests of the connected `client` their own time from now on."""
    if client.uaclient.protocol is not None:
        client.uaclient.protocol.timeout = timeouts.request


def _secure(client: Client, secured: Secured) -> None:
    own = secured.keys.own
    client.application_uri = own.certificate.uris[0] if own.certificate.uris else APPLICATION_URI
    policy = secured.policy(
        load_der_x509_certificate(secured.certificate),
        load_der_x509_certificate(own.certificate.der),
        load_pem_private_key(own.key_pem, password=None),
        MessageSecurityMode.SignAndEncrypt,
    )
    client.security_policy = policy  # type: ignore[assignment]  # the library says a narrower type than it takes
    client.uaclient.set_security(policy)
    client.certificate_validator = _validator(secured)
    client.set_user(secured.keys.identity.user)
    client.set_password(secured.keys.identity.password)


def _validator(secured: Secured) -> Callable[[X509Certificate, ApplicationDescription], Awaitable[None]]:
    """Return the look at what the server says of itself once its signature is known to be true."""

    async def validate(certificate: X509Certificate, description: ApplicationDescription) -> None:
        reasons = judge(
            certificate.public_bytes(Encoding.DER),
            description.ApplicationUri,
            secured.keys.own.trusted,
            secured.now(),
        )
        if reasons:
            raise EndpointError(reasons)

    return validate


class _BoundedProtocol(UASocketProtocol):
    """Holds the server to our limits: the library takes the server's, and those may be none at all."""

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        limits = self._connection._limits  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - there is no other way
        limits.max_message_size = words.LARGEST_MESSAGE_BYTES
        limits.max_chunk_count = words.LARGEST_CHUNKS
        rest = self.receive_buffer or b""
        if len(rest) > _LARGEST_PACKET or (
            len(rest) >= _PACKET_HEADER and int.from_bytes(rest[4:8], "little") > _LARGEST_PACKET
        ):
            self.receive_buffer = None
            if self.transport is not None:
                self.transport.abort()


class _BoundedUaClient(UaClient):
    """Makes the protocol above for its connection."""

    def _make_protocol(self) -> UASocketProtocol:
        protocol = _BoundedProtocol(self._timeout, security_policy=self.security_policy)
        protocol.pre_request_hook = self._pre_request_hook
        protocol.on_connection_lost = self._on_transport_lost
        protocol.is_session_closing = self._is_session_closing
        self.protocol = protocol
        return protocol


class _BoundedClient(Client):
    """A client with that protocol."""

    def __init__(self, uri: str, timeouts: Timeouts) -> None:
        step = min(timeouts.step, timeouts.request)
        super().__init__(uri, timeout=step, watchdog_intervall=timeouts.watchdog, auto_reconnect=False)
        self.uaclient = _BoundedUaClient(step)
        self.uaclient.pre_request_hook = self._wait_until_ready
        self.nodes = Shortcuts(self.uaclient.session)
