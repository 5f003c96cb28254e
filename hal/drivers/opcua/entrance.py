"""How a connection begins: with keys, by the best secure endpoint of a trusted machine; without, on this computer."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from asyncua.client.client import Client
from asyncua.ua.status_codes import StatusCodes, get_name_and_doc
from asyncua.ua.uaerrors._base import UaStatusCodeError
from asyncua.ua.uaprotocol_auto import EndpointDescription

from hal.drivers.opcua.address import check_plain
from hal.drivers.opcua.keys import DriverKeys, KeysError, has_keys, load
from hal.drivers.opcua.security import EndpointError, Timeouts, choose, discovery_client, hardened_client, secured_by
from hal.errors import MachineError, Reason, RefusedError, UnreachableError
from hal.wire.certificates import CONTROLLER_REFUSED, KEYS_UNUSABLE, LOGIN_REFUSED, problems

_LOGIN: Final = frozenset(
    {
        StatusCodes.BadIdentityTokenInvalid,
        StatusCodes.BadIdentityTokenRejected,
        StatusCodes.BadUserAccessDenied,
        StatusCodes.BadUserSignatureInvalid,
    }
)
_CERTIFICATE: Final = frozenset(
    {
        StatusCodes.BadApplicationSignatureInvalid,
        StatusCodes.BadCertificateChainIncomplete,
        StatusCodes.BadCertificateHostNameInvalid,
        StatusCodes.BadCertificateInvalid,
        StatusCodes.BadCertificateIssuerTimeInvalid,
        StatusCodes.BadCertificatePolicyCheckFailed,
        StatusCodes.BadCertificateRevoked,
        StatusCodes.BadCertificateTimeInvalid,
        StatusCodes.BadCertificateUntrusted,
        StatusCodes.BadCertificateUriInvalid,
        StatusCodes.BadCertificateUseNotAllowed,
        StatusCodes.BadSecurityChecksFailed,
        StatusCodes.BadSecurityModeInsufficient,
        StatusCodes.BadSecurityModeRejected,
        StatusCodes.BadSecurityPolicyRejected,
    }
)


async def client_for(uri: str, timeouts: Timeouts, folder: Path | None, now: Callable[[], datetime]) -> Client:
    """Return a client for the machine at `uri` that is not connected yet.

    With keys in `folder` the machine is asked for its endpoints first, and judged.

    Raises:
        RefusedError: our keys cannot be used, or the machine must not be spoken to; with every reason.
        OSError: nobody answers.
    """
    if folder is None or not has_keys(folder):
        try:
            check_plain(uri)
        except ValueError as error:
            raise RefusedError((Reason(KEYS_UNUSABLE, str(error)),)) from error
        return hardened_client(uri, timeouts)
    keys = usable_keys(folder, now())
    try:
        endpoint = choose(await endpoints_of(uri, timeouts), keys, now())
    except EndpointError as error:
        raise RefusedError(error.reasons) from error
    return hardened_client(uri, timeouts, secured_by(endpoint, keys, now))


def usable_keys(folder: Path, now: datetime) -> DriverKeys:
    """Return the keys in `folder`.

    Raises:
        RefusedError: a file is missing, damaged or readable by others, or our certificate is not valid now.
    """
    try:
        keys = load(folder)
    except KeysError as error:
        raise RefusedError((Reason(KEYS_UNUSABLE, str(error)),)) from error
    wrong = problems(keys.own.certificate, None, now)
    if wrong:
        raise RefusedError(tuple(Reason(KEYS_UNUSABLE, f"own certificate: {detail}") for _, detail in wrong))
    return keys


async def endpoints_of(uri: str, timeouts: Timeouts) -> list[EndpointDescription]:
    """Return the endpoints that the machine at `uri` says it has; nothing of ours is told and no session is opened.

    Raises:
        OSError: nobody answers.
        UaError: what answers is no OPC UA server.
    """
    client = discovery_client(uri, timeouts)
    try:
        await client.connect_sessionless()
        return await client.get_endpoints()
    finally:
        protocol = client.uaclient.protocol
        transport = None if protocol is None else protocol.transport
        with contextlib.suppress(OSError):
            async with asyncio.timeout(timeouts.close):
                await client.disconnect_sessionless()
        if transport is not None:
            transport.abort()


def turned_away(uri: str, error: UaStatusCodeError) -> MachineError:
    """Return what to raise when the machine at `uri` ended the opening of a link with `error`."""
    name, meaning = get_name_and_doc(error.code)
    if error.code in _LOGIN:
        return RefusedError((Reason(LOGIN_REFUSED, f"{uri}: {name}"),))
    if error.code in _CERTIFICATE:
        return RefusedError((Reason(CONTROLLER_REFUSED, f"{uri}: {name}"),))
    return UnreachableError(f"{uri}: {name}: {meaning}")
