"""Reading what is certainly clean with msgspec: what is read here, the careful road reads with the same values.

A text is read into a struct and written again as canonical JSON, and of that is asked what the strict rules ask of the
text that was sent:

- Every name and every text has two quotes, and the canonical text can only have lost some: a name that stood twice,
  null, an empty list, a number sent as a text. Equal numbers of quotes mean that nothing was lost. An escaped quote
  decodes to one that the canonical text writes with a backslash, and a text with a backslash is left.
- Fractions are exact decimals from their digits, and there are none but in dosages; those with too many digits or
  trailing zeros are left, and so is what looks like an exponent, for one may leave no trace in the canonical text.
- Control and invisible characters, and empty objects, are looked for in the canonical text; empty texts and lists,
  whole numbers that are too large, and deep nesting fit no type.
"""

import re
from functools import cache
from typing import Final, TypeVar, cast

import msgspec

from pharmacy_sync.fhir.elements import Element
from pharmacy_sync.fhir.resources import Dosage
from pharmacy_sync.fhir.wire_types import struct_of
from pharmacy_sync.strict_json import forbidden_character

ModelT = TypeVar("ModelT", bound=Element)

encode: Final = msgspec.json.Encoder(order="sorted", decimal_format="number").encode
"""Canonical JSON of a struct: sorted names, no spaces, nothing that stands at its default."""
_PLAIN: Final = bytes(byte for byte in range(0x20, 0x7F) if byte != ord("\\"))
_ODD_NUMBER: Final = re.compile(rb'":(?:-|[0-9]{19}|[0-9]+(?:E|\.[0-9]{10}|\.[0-9]*(?:E|0[,}])))')
"""A number that may not be written as it stands, or one below zero; it can only be the value of a name."""
_EXPONENT: Final = re.compile(rb":[ \t\r\n]*-?[0-9]+(?:\.[0-9]+)?[eE][-+]?[0-9]+[ \t\r\n,}]")


def decoded(
    text: bytes, model: type[ModelT], ignored: frozenset[str] = frozenset(), unread: frozenset[str] = frozenset()
) -> ModelT | None:
    """Return `text` as the struct of `model` (see `struct_of`), None when it does not fit."""
    try:
        value = _decoder(model, ignored, unread).decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    # The struct was made from the model and has its attributes.
    return cast("ModelT", value)


def read_dosage(text: bytes) -> tuple[Dosage, bytes] | None:
    """Return one dosageInstruction and its canonical JSON, None in any doubt."""
    value = None if _EXPONENT.search(text) else decoded(text, Dosage)
    if value is None:
        return None
    canonical = encode(value)
    if canonical.count(b'"') != text.count(b'"') or _ODD_NUMBER.search(canonical) or not is_clean(canonical):
        return None
    return value, canonical


def is_clean(text: bytes) -> bool:
    """Return whether canonical JSON holds nothing that the strict rules forbid and the types could not see."""
    if b"{}" in text:
        return False
    odd = text.translate(None, _PLAIN).decode()
    return not odd or ("\\" not in odd and not forbidden_character(odd))


@cache
def _decoder(
    model: type[Element], ignored: frozenset[str], unread: frozenset[str]
) -> msgspec.json.Decoder[msgspec.Struct]:
    return msgspec.json.Decoder(struct_of(model, ignored, unread))
