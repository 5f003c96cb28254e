"""Values that are read over OPC UA: what is not good and fresh is unknown, and never used."""

from datetime import timedelta
from typing import Final

from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.status_codes import StatusCodes, get_name_and_doc
from asyncua.ua.uaprotocol_auto import ReadParameters, ReadValueId, TimestampsToReturn
from asyncua.ua.uatypes import DataValue, NodeId, Variant

from hal.errors import ProtocolViolationError, UnreachableError
from hal.wire import opcua as words

STALE: Final = timedelta(seconds=10)
"""How much older than the server's own time a value may be that is computed when it is read."""
_COMPUTED: Final = frozenset({words.MACHINE_STATUS, words.BAYS})
_NEVER_THERE: Final = frozenset(
    {
        StatusCodes.BadAttributeIdInvalid,
        StatusCodes.BadNodeIdInvalid,
        StatusCodes.BadNodeIdUnknown,
        StatusCodes.BadNotReadable,
        StatusCodes.BadUserAccessDenied,
    }
)


def request_for(node: NodeId) -> ReadParameters:
    """Return what to ask for to read the value of `node` with its times."""
    return ReadParameters(
        TimestampsToReturn=TimestampsToReturn.Both,
        NodesToRead=[ReadValueId(NodeId=node, AttributeId=AttributeIds.Value)],
    )


def text_in(name: str, values: list[DataValue]) -> str:
    """Return the text that reading the variable `name` gave.

    Raises:
        UnreachableError: its status is Uncertain or Bad, or it is old: what it is now is unknown.
        ProtocolViolationError: no such variable, or no text.
    """
    if len(values) != 1:
        message = f"{name}: {len(values)} values of one variable"
        raise ProtocolViolationError(message)
    value = values[0]
    if value.StatusCode is not None and not value.StatusCode.is_good():
        code = value.StatusCode.value
        message = f"{name}: {get_name_and_doc(code)[0]}"
        if code in _NEVER_THERE:
            raise ProtocolViolationError(message)
        raise UnreachableError(message)
    source, server = value.SourceTimestamp, value.ServerTimestamp
    if value.SourcePicoseconds is not None:
        # The stack (asyncua 2.1) takes the fields in another order than OPC 10000-6 and makes nonsense of the server's
        # time when picoseconds stand before it, as those of node-opcua do.
        server = None
    if name in _COMPUTED and source is not None and server is not None and server - source > STALE:
        message = f"{name}: a value of {source} at {server}"
        raise UnreachableError(message)
    return text_of(name, value.Value)


def text_of(name: str, value: Variant | None) -> str:
    """Return the text in `value`.

    Raises:
        ProtocolViolationError: no text.
    """
    if value is None or not isinstance(value.Value, str):
        message = f"{name}: no text"
        raise ProtocolViolationError(message)
    return value.Value
