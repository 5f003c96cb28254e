"""msgspec structs made from the pydantic models: the same elements, types and limits, decoded at C speed.

Made and not written, so that the two can never say different things. What only the careful road can judge is left out
here and refused: the structs take a part of what the models take, never more.
"""

import types
from decimal import Decimal
from functools import cache
from typing import Annotated, Final, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from annotated_types import Ge, Le, MaxLen
from msgspec import Meta
from pydantic import Strict
from pydantic.fields import FieldInfo

from pharmacy_sync.fhir.elements import Element

_LARGEST: Final = 10**18 - 1
_DEEPEST_IGNORED: Final = 5
"""Deepest nesting inside an element without effect."""

_Text = Annotated[str, Meta(min_length=1)]
_Whole = Annotated[int, Meta(ge=-_LARGEST, le=_LARGEST)]


def _json(depth: int) -> object:
    """Return the type of any JSON value without null, fractions and empty values, nested at most `depth` deep."""
    kinds: tuple[object, ...] = (_Text, _Whole, bool)
    if depth:
        inner = _json(depth - 1)
        kinds += (
            Annotated[types.GenericAlias(list, (inner,)), Meta(min_length=1)],
            Annotated[types.GenericAlias(dict, (_Text, inner)), Meta(min_length=1)],
        )
    return Union[kinds]  # noqa: UP007 - made from a tuple


_IGNORED: Final = _json(_DEEPEST_IGNORED)
_UNREAD: Final = Annotated[types.GenericAlias(tuple, (msgspec.Raw, ...)), Meta(min_length=1)]


@cache
def struct_of(
    model: type[Element], ignored: frozenset[str] = frozenset(), unread: frozenset[str] = frozenset()
) -> type[msgspec.Struct]:
    """Return the struct of `model`, with the elements `ignored` besides; attributes have the model's names.

    A field that is absent has the model's default, so that encoding may leave it out again. Of the lists in the
    attributes `unread` the items are kept as the bytes that they are.

    Raises:
        TypeError: the model says something that has no counterpart here.
    """
    hints = get_type_hints(model, include_extras=True)
    names = {name: field.alias or name for name, field in model.model_fields.items()}
    fields: list[tuple[str, object] | tuple[str, object, object]] = []
    for name, field in model.model_fields.items():
        wanted = _UNREAD if name in unread else _type(hints[name])
        fields.append((name, wanted) if field.is_required() else (name, wanted, field.default))
    for name in ignored:
        names[f"ignored_{name}"] = name
        fields.append((f"ignored_{name}", Union[_IGNORED, None], None))  # noqa: UP007 - made from a value
    return msgspec.defstruct(
        model.__name__,
        sorted(fields, key=lambda field: names[field[0]]),
        rename=names,
        frozen=True,
        forbid_unknown_fields=True,
        omit_defaults=True,
        kw_only=True,
        gc=False,
    )


def _type(hint: object) -> object:
    origin, arguments = get_origin(hint), get_args(hint)
    result = _PLAIN.get(hint)
    if origin is Annotated:
        result = _limited(arguments[0], arguments[1:])
    elif origin is tuple:
        result = Annotated[types.GenericAlias(tuple, (_type(arguments[0]), ...)), Meta(min_length=1)]
    elif origin in (Union, types.UnionType):
        result = Union[tuple(_type(argument) for argument in arguments)]  # noqa: UP007 - made from a tuple
    elif origin is Literal:
        result = hint
    elif isinstance(hint, type) and issubclass(hint, Element):
        result = struct_of(hint)
    if result is None:
        message = f"no counterpart of {hint}"
        raise TypeError(message)
    return result


_PLAIN: Final[dict[object, object]] = {
    str: _Text,
    int: _Whole,
    bool: bool,
    Decimal: Decimal,
    type(None): type(None),
    object: _IGNORED,
    dict[str, object]: msgspec.Raw,
}


def _limited(base: object, notes: tuple[object, ...]) -> object:
    limits = [limit for note in notes for limit in (note.metadata if isinstance(note, FieldInfo) else (note,))]
    limits = [limit for limit in limits if not isinstance(limit, Strict)]
    if not limits:
        return _type(base)
    smallest, largest, longest, pattern = -_LARGEST, _LARGEST, None, None
    for limit in limits:
        match limit:
            case Ge(ge=int(value)):
                smallest = value
            case Le(le=int(value)):
                largest = value
            case MaxLen(max_length=value):
                longest = value
            case _ if isinstance(written := getattr(limit, "pattern", None), str):
                # pydantic writes the end of a text as Rust does.
                pattern = written.replace(r"\z", r"\Z")
            case _:
                message = f"no counterpart of {limit}"
                raise TypeError(message)
    if base is int:
        return Annotated[int, Meta(ge=smallest, le=largest)]
    if base is str:
        return Annotated[str, Meta(min_length=1, max_length=longest, pattern=pattern)]
    message = f"no counterpart of limits of {base}"
    raise TypeError(message)
