"""Looks at the arguments of a call before anything is done with them."""

from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uaprotocol_auto import Argument
from asyncua.ua.uatypes import StatusCode, UInt32, Variant, VariantType

from simulator.ports.opcua_nodes import node_id

Types = tuple[tuple[str, VariantType], ...]
"""Names and types of a method's arguments, none of them an array."""


def status(code: int) -> StatusCode:
    """Return a status code as the stack wants it."""
    return StatusCode(UInt32(code))


def wrong_number(least: int, arguments: tuple[Variant, ...]) -> StatusCode | None:
    """Return what to answer when there are not exactly `least` arguments."""
    if len(arguments) < least:
        return status(StatusCodes.BadArgumentsMissing)
    return status(StatusCodes.BadTooManyArguments) if len(arguments) > least else None


def wrong(types: Types, arguments: tuple[Variant, ...]) -> StatusCode | None:
    """Return what to answer when the arguments are not as `types` says."""
    number = wrong_number(len(types), arguments)
    if number is not None:
        return number
    for (_, expected), argument in zip(types, arguments, strict=True):
        if argument.VariantType != expected or argument.is_array or argument.Value is None:
            return status(StatusCodes.BadInvalidArgument)
    return None


def argument(name: str, kind: VariantType, rank: int = -1) -> Argument:
    """Return an argument as a method describes it."""
    return Argument(Name=name, DataType=node_id(kind.value), ValueRank=rank)


def described(types: Types) -> list[Argument]:
    """Return the arguments as a method describes them."""
    return [argument(name, kind) for name, kind in types]
