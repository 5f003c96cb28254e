"""What stands between an OPC UA server and whoever connects: bounds, certificates, one session for each connection.

The stack's own server lets anybody open an unencrypted session however its endpoints are configured, keeps every
session that was ever asked for, and collects a packet of any size before it looks at it.
"""

import asyncio
import struct
from collections.abc import Callable
from datetime import datetime
from typing import Final

from asyncua.common.connection import TransportLimits
from asyncua.common.utils import Buffer, ServiceError
from asyncua.crypto.uacrypto import InvalidSignature  # type: ignore[attr-defined]  # pyright: ignore[reportPrivateImportUsage] - the stack's own
from asyncua.server.binary_server_asyncio import BinaryServer, OPCUAProtocol
from asyncua.server.internal_server import InternalServer
from asyncua.server.uaprocessor import UaProcessor
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.ua_binary import uatcp_to_binary
from asyncua.ua.uaerrors._base import UaError, UaStatusCodeError
from asyncua.ua.uaprotocol_auto import MessageSecurityMode
from asyncua.ua.uaprotocol_hand import ErrorMessage, Header, MessageType
from asyncua.ua.uatypes import NodeId, StatusCode, UInt32
from cryptography.exceptions import UnsupportedAlgorithm

from hal.wire.certificates import (
    EXPIRED,
    NOT_YET_VALID,
    UNTRUSTED,
    WRONG_URI,
    CertificateError,
    first,
    problems,
    read,
)

_PACKET_HEADER: Final = 8
_NONE_URI: Final = "http://opcfoundation.org/UA/SecurityPolicy#None"
_UNREADABLE: Final = (
    UaError,
    ServiceError,
    InvalidSignature,
    UnsupportedAlgorithm,
    struct.error,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RecursionError,
    OverflowError,
)
"""What the stack raises when it takes a message apart; it checks little before."""
STATUS_OF: Final = {
    UNTRUSTED: StatusCodes.BadCertificateUntrusted,
    EXPIRED: StatusCodes.BadCertificateTimeInvalid,
    NOT_YET_VALID: StatusCodes.BadCertificateTimeInvalid,
    WRONG_URI: StatusCodes.BadCertificateUriInvalid,
}
"""What is wrong with a certificate, as OPC UA says it; anything else is BadCertificateInvalid."""


def _encoded(name: str) -> NodeId:
    return NodeId(getattr(ObjectIds, f"{name}Request_Encoding_DefaultBinary"))


_CREATE: Final = _encoded("CreateSession")
_ACTIVATE: Final = _encoded("ActivateSession")
_DISCOVERY: Final = (_encoded("GetEndpoints"), _encoded("FindServers"), _encoded("CloseSecureChannel"))
_REGISTER: Final = (_encoded("RegisterServer"), _encoded("RegisterServer2"))


def _error(code: int) -> bytes:
    kind: MessageType = MessageType.Error  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType] - bytes
    return uatcp_to_binary(kind, ErrorMessage(StatusCode(UInt32(code))))


class Gate:
    """Whose certificates are let in on a secured server."""

    def __init__(self, trusted: frozenset[bytes], now: Callable[[], datetime]) -> None:
        self._trusted = trusted
        self._now = now

    def check(self, chain: bytes | None, application_uri: str | None = None) -> None:
        """Return when the first certificate of `chain` is trusted, valid now, and made out to `application_uri`.

        Raises:
            ServiceError: it is not; with the status code for the first thing that is wrong.
        """
        der = first(chain or b"")
        if der not in self._trusted:
            raise ServiceError(STATUS_OF[UNTRUSTED])
        try:
            wrong = problems(read(der), application_uri, self._now())
        except CertificateError as error:
            raise ServiceError(StatusCodes.BadCertificateInvalid) from error
        if wrong:
            raise ServiceError(STATUS_OF.get(wrong[0][0], StatusCodes.BadCertificateInvalid))


class GuardedProcessor(UaProcessor):
    """One connection; with a gate it does nothing without signing and encryption but say what endpoints there are."""

    def __init__(
        self, internal_server: InternalServer, transport: asyncio.Transport, limits: TransportLimits, gate: Gate | None
    ) -> None:
        super().__init__(internal_server, transport, limits)
        self._gate = gate

    async def process(self, header: Header, body: Buffer) -> bool:
        """Handle a packet; say what is wrong with one that cannot be read and end the connection."""
        try:
            return bool(await super().process(header, body))  # type: ignore[no-untyped-call]  # it has no types
        except _UNREADABLE as error:
            code = getattr(error, "code", None)
            if not isinstance(error, (ServiceError, UaStatusCodeError)) or not isinstance(code, int):
                code = StatusCodes.BadSecurityChecksFailed
            self._transport.write(_error(code))
            return False

    def open_secure_channel(self, algohdr: object, seqhdr: object, body: Buffer) -> None:
        """Open a channel for a certificate that is let in; one without security serves discovery alone."""
        if self._gate is not None and getattr(algohdr, "SecurityPolicyURI", None) != _NONE_URI:
            self._gate.check(getattr(algohdr, "SenderCertificate", None))
        super().open_secure_channel(algohdr, seqhdr, body)  # type: ignore[no-untyped-call]  # it has no types

    async def _process_message(self, typeid: NodeId, requesthdr: object, seqhdr: object, body: Buffer) -> bool:
        mode = self._connection.security_policy.Mode
        if self._gate is not None and mode != MessageSecurityMode.SignAndEncrypt and typeid not in _DISCOVERY:
            raise ServiceError(StatusCodes.BadSecurityModeInsufficient)
        if typeid in _REGISTER:
            raise ServiceError(StatusCodes.BadServiceUnsupported)
        if typeid == _CREATE and self.session is not None:
            raise ServiceError(StatusCodes.BadTooManySessions)
        if typeid == _ACTIVATE and self.session is None:
            # A session lives and dies with its connection.
            raise ServiceError(StatusCodes.BadSessionIdInvalid)
        goes_on = await super()._process_message(typeid, requesthdr, seqhdr, body)  # type: ignore[no-untyped-call]  # none
        return bool(goes_on)

    def _should_close_session_on_transport_loss(self) -> bool:
        return self.session is not None


class BoundedProtocol(OPCUAProtocol):
    """Bytes of one connection; a packet longer than a chunk may be ends it before it is collected."""

    gate: Gate | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection with a processor of ours."""
        super().connection_made(transport)
        if self.processor is not None and self.transport is not None:
            self.processor = GuardedProcessor(self.iserver, self.transport, self.limits, self.gate)
            self.processor.set_policies(self.policies)  # type: ignore[no-untyped-call]  # it has no types

    def data_received(self, data: bytes) -> None:
        """Take bytes; what remains is the beginning of one packet."""
        super().data_received(data)
        most = self.limits.max_recv_buffer
        rest = self._buffer
        if len(rest) > most or (len(rest) >= _PACKET_HEADER and int.from_bytes(rest[4:8], "little") > most):
            self._buffer = b""
            if self.transport is not None:
                self.transport.write(_error(StatusCodes.BadTcpMessageTooLarge))
                self.transport.close()


class BoundedBinaryServer(BinaryServer):
    """Listens, with a protocol of ours for every connection."""

    def __init__(
        self, internal_server: InternalServer, hostname: str, port: int, limits: TransportLimits, gate: Gate | None
    ) -> None:
        super().__init__(internal_server, hostname, port, limits)
        self._gate = gate

    def _make_protocol(self) -> OPCUAProtocol:
        protocol = BoundedProtocol(self.iserver, self._policies, self.clients, self.closing_tasks, self.limits)
        protocol.gate = self._gate
        return protocol
