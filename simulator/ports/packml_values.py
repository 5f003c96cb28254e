"""PackML's structures as values: written for Admin and Status, read from the arguments of methods.

They are packed and unpacked here, and not registered with the OPC UA stack, whose register belongs to the whole process
while the node ids of a structure belong to one server.
"""

import math
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import struct_from_binary, struct_to_binary
from asyncua.ua.uaerrors._base import UaError
from asyncua.ua.uaprotocol_auto import EUInformation
from asyncua.ua.uatypes import Boolean, ByteString, ExtensionObject, Float, Int32, LocalizedText, NodeId, String
from asyncua.ua.uatypes import DateTime as Moment

from hal.wire.words import ALARM_CATEGORIES, ALARMS
from simulator.ports import packml_types as types
from simulator.ports.opcua_nodes import node_id
from simulator.tally import AlarmRecord

_LARGEST_INT32: Final = 2**31 - 1
_UNREADABLE: Final = (UaError, struct.error, ValueError, TypeError, LookupError, AttributeError)
"""What the stack raises when it cannot read a structure."""
_ALARM_NUMBERS: Final = {code: number for number, code in enumerate(ALARMS, start=1)}
_NEVER: Final = datetime(1601, 1, 1)  # noqa: DTZ001 - the wire's own word for no date, and the stack takes naive ones
_UNIT_SPACE: Final = "http://www.opcfoundation.org/UA/units/un/cefact"
_PIECE: Final = 0x43_36_32
"""UN/CEFACT common code C62, one, as the number that OPC UA makes of it: its letters."""

T = TypeVar("T")


class ValueUnreadableError(ValueError):
    """An argument that is not the array of structures that a method takes."""


def _one() -> EUInformation:
    return EUInformation(_UNIT_SPACE, Int32(_PIECE), LocalizedText("1"), LocalizedText("one"))


@dataclass(slots=True)
class PackMLCountDataType:
    """A count of products or material."""

    ID: Int32 = Int32(0)  # noqa: RUF009 - a whole number
    Name: String = String("")  # noqa: RUF009 - a text
    Unit: EUInformation = field(default_factory=_one)
    Count: Int32 = Int32(0)  # noqa: RUF009
    AccCount: Int32 = Int32(0)  # noqa: RUF009


@dataclass(slots=True)
class PackMLAlarmDataType:
    """An alarm; `Value` is 0, `AckDateTime` the time it was cleared, `Trigger` that it stands."""

    ID: Int32 = Int32(0)  # noqa: RUF009
    Value: Int32 = Int32(0)  # noqa: RUF009
    Message: String = String("")  # noqa: RUF009
    Category: Int32 = Int32(0)  # noqa: RUF009
    DateTime: Moment = _NEVER  # type: ignore[assignment]  # the stack's moments are those of the standard library
    AckDateTime: Moment = _NEVER  # type: ignore[assignment]  # as above
    Trigger: Boolean = False  # type: ignore[assignment]  # and its Boolean a bool


@dataclass(slots=True)
class PackMLDescriptorDataType:
    """A named number of a line: a parameter."""

    ID: Int32 = Int32(0)  # noqa: RUF009
    Name: String = String("")  # noqa: RUF009
    Unit: EUInformation = field(default_factory=EUInformation)
    Value: Float = Float(0.0)  # noqa: RUF009


@dataclass(slots=True)
class PackMLIngredientsDataType:
    """What a product is made of."""

    IngredientID: Int32 = Int32(0)  # noqa: RUF009
    Parameter: list[PackMLDescriptorDataType] = field(default_factory=list)


@dataclass(slots=True)
class PackMLProductDataType:
    """A product of a line."""

    ProductID: Int32 = Int32(0)  # noqa: RUF009
    ProcessVariables: list[PackMLDescriptorDataType] = field(default_factory=list)
    Ingredients: list[PackMLIngredientsDataType] = field(default_factory=list)


class Values:
    """Packs and unpacks structures for a server whose PackML namespace has the index `packml`."""

    def __init__(self, packml: int) -> None:
        self._packml = packml

    def _encoding(self, name: str) -> NodeId:
        return node_id(types.STRUCTURES[name].binary, self._packml)

    def pack(self, values: Iterable[object]) -> list[ExtensionObject]:
        """Return structures of this module as the wire carries them."""
        return [
            ExtensionObject(TypeId=self._encoding(type(value).__name__), Body=ByteString(struct_to_binary(value)))
            for value in values
        ]

    def unpack(self, kind: type[T], value: object) -> list[T]:
        """Return the structures of an argument.

        Raises:
            ValueUnreadableError: it is none, another structure stands in it, or a number that is none.
        """
        if value is None:
            return []
        if not isinstance(value, list):
            raise ValueUnreadableError("not an array")
        return [self._one(kind, item) for item in value]

    def _one(self, kind: type[T], item: object) -> T:
        if not isinstance(item, ExtensionObject) or item.TypeId != self._encoding(kind.__name__):
            message = f"not a {kind.__name__}"
            raise ValueUnreadableError(message)
        rest = Buffer(bytes(item.Body or b""))
        try:
            value = struct_from_binary(kind, rest)
        except _UNREADABLE as error:
            message = f"not a {kind.__name__}: {error!r}"
            raise ValueUnreadableError(message) from error
        if len(rest) or not all(map(math.isfinite, _numbers(value))):
            message = f"{kind.__name__}: more than the structure, or a number that is none"
            raise ValueUnreadableError(message)
        return value


def _numbers(value: object) -> list[float]:
    if isinstance(value, PackMLDescriptorDataType):
        return [value.Value]
    if isinstance(value, PackMLIngredientsDataType):
        return [number for one in value.Parameter or [] for number in _numbers(one)]
    if isinstance(value, PackMLProductDataType):
        return [
            number for one in [*(value.ProcessVariables or []), *(value.Ingredients or [])] for number in _numbers(one)
        ]
    return []


def counts(named: Iterable[tuple[str, int, int]]) -> list[PackMLCountDataType]:
    """Return counts (name, since power-up, ever) as Admin shows them, numbered from 1."""
    return [
        PackMLCountDataType(ID=Int32(number), Name=String(name), Count=_int32(now), AccCount=_int32(ever))
        for number, (name, now, ever) in enumerate(named, start=1)
    ]


def alarm(record: AlarmRecord) -> PackMLAlarmDataType:
    """Return an alarm as Admin shows it: ID is its place among the alarm codes, Category 1 to 4 hold to warn."""
    category = ALARMS.get(record.code)
    return PackMLAlarmDataType(
        ID=Int32(_ALARM_NUMBERS.get(record.code, 0)),
        Message=String(f"{record.code}: {record.detail}" if record.detail else record.code),
        Category=Int32(ALARM_CATEGORIES.index(category) + 1 if category else 0),
        DateTime=_moment(record.raised),  # type: ignore[arg-type]  # as above
        AckDateTime=_moment(record.cleared),  # type: ignore[arg-type]  # as above
        Trigger=not record.cleared,  # type: ignore[arg-type]  # as above
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text) if text else _NEVER


def _int32(count: int) -> Int32:
    return Int32(min(count, _LARGEST_INT32))
