"""What a failure of the OPC UA stack means for the caller."""

import struct
from typing import Final

from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uaerrors._base import UaError, UaStatusCodeError

from hal.errors import MachineError, OutcomeUnknownError, ProtocolViolationError, UnreachableError

_NO_SESSION: Final = frozenset(
    {StatusCodes.BadSecureChannelIdInvalid, StatusCodes.BadSessionIdInvalid, StatusCodes.BadSessionNotActivated}
)
"""The server looks at the session before it does anything."""
_ENDED: Final = _NO_SESSION | {
    StatusCodes.BadSecureChannelClosed,
    StatusCodes.BadServerHalted,
    StatusCodes.BadSessionClosed,
    StatusCodes.BadShutdown,
}
_NOT_DONE: Final = frozenset(
    {
        StatusCodes.BadArgumentsMissing,
        StatusCodes.BadInvalidArgument,
        StatusCodes.BadMethodInvalid,
        StatusCodes.BadNodeIdInvalid,
        StatusCodes.BadNodeIdUnknown,
        StatusCodes.BadNotExecutable,
        StatusCodes.BadNotSupported,
        StatusCodes.BadNothingToDo,
        StatusCodes.BadServiceUnsupported,
        StatusCodes.BadTooManyArguments,
        StatusCodes.BadTypeMismatch,
        StatusCodes.BadUserAccessDenied,
    }
)
"""The server looks at the call before it does anything."""
UNREADABLE: Final = (
    UaError,
    struct.error,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
"""What the stack raises when it cannot read an answer; it checks little before it takes one apart."""


def failed_read(error: Exception) -> MachineError:
    """Return what to raise when a read ended with `error` of `UNREADABLE`."""
    if isinstance(error, UaStatusCodeError):
        return UnreachableError(str(error)) if error.code in _ENDED else ProtocolViolationError(str(error))
    return ProtocolViolationError(f"an answer that cannot be read: {error!r}")


def failed_command(name: str, error: Exception) -> MachineError:
    """Return what to raise when the command `name` was sent and ended with `error` of `UNREADABLE`."""
    if isinstance(error, UaStatusCodeError):
        message = f"{name}: {error}"
        if error.code in _NO_SESSION:
            return UnreachableError(message)
        if error.code in _NOT_DONE:
            return ProtocolViolationError(message)
        return OutcomeUnknownError(message)
    return OutcomeUnknownError(f"{name}: an answer that cannot be read: {error!r}")
