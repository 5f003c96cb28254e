"""The fast road from bytes to wire models: it takes what is certainly clean and leaves everything else.

What it takes, the careful road (`strict_json`, then pydantic) takes with the same values and the same canonical
text; what it leaves (None), the careful road judges, with every problem and its place. It reads with msgspec, writes
what it read as canonical JSON, and asks of that text what the strict rules ask of the message:

- Every name and every text of the message has two quotes, and the canonical text can only have lost some: a name that
  stood twice, null, an empty list, a number sent as a text. Equal numbers of quotes mean that nothing was lost. An
  escaped quote decodes to one that the canonical text writes with a backslash, and a text with a backslash is left.
- Fractions are exact decimals from their digits; those with too many digits or trailing zeros are left, and so is what
  looks like an exponent anywhere in the message, for an exponent may leave no trace in the canonical text.
- Control and invisible characters, and empty objects, are looked for in the canonical text; empty texts and lists,
  whole numbers that are too large, and deep nesting fit no type.
"""

import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Final, Generic, TypeVar, cast

import msgspec

from pharmacy_sync.fhir.elements import Element
from pharmacy_sync.fhir.resources import (
    IGNORED_OF_BUNDLE,
    IGNORED_OF_PATIENT,
    IGNORED_OF_REQUEST,
    Envelope,
    MedicationRequest,
    Patient,
)
from pharmacy_sync.fhir.strict_json import LARGEST_MESSAGE, forbidden_character
from pharmacy_sync.fhir.wire_types import struct_of

ModelT = TypeVar("ModelT", bound=Element)

_META: Final = "ignored_meta"
_ENCODER: Final = msgspec.json.Encoder(order="sorted", decimal_format="number")
_PLAIN: Final = bytes(byte for byte in range(0x20, 0x7F) if byte != ord("\\"))
_ODD_NUMBER: Final = re.compile(rb'":(?:-|[0-9]{19}|[0-9]+(?:E|\.[0-9]{10}|\.[0-9]*(?:E|0[,}])))')
"""A number that may not be written as it stands, or one below zero; it can only be the value of a name."""
_EXPONENT: Final = re.compile(rb":[ \t\r\n]*-?[0-9]+(?:\.[0-9]+)?[eE][-+]?[0-9]+[ \t\r\n,}]")
_REQUEST: Final = b'"MedicationRequest"'
_NOTHING: Final = msgspec.Raw(b"0")


@dataclass(frozen=True, slots=True)
class Taken(Generic[ModelT]):
    """A resource that was read: its model, its canonical JSON without `meta`, and the quotes in what was sent."""

    model: ModelT
    content: bytes
    quotes: int

    def written(self) -> tuple[str, str]:
        """Return the canonical JSON as text, and its SHA-256 in hex."""
        return self.content.decode(), sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class TakenBundle:
    """A bundle that was read: its resources by their places among the entries, which no longer hold them."""

    envelope: Envelope
    patients: dict[int, Taken[Patient]]
    requests: dict[int, Taken[MedicationRequest]]


def take_request(body: bytes) -> Taken[MedicationRequest] | None:
    """Return the MedicationRequest in `body`, None in any doubt."""
    return _take(body, MedicationRequest, IGNORED_OF_REQUEST)


def take_bundle(body: bytes) -> TakenBundle | None:
    """Return the Bundle in `body` with its resources, None in any doubt."""
    envelope = _decoded(body, Envelope, IGNORED_OF_BUNDLE)
    if envelope is None:
        return None
    patients: dict[int, Taken[Patient]] = {}
    requests: dict[int, Taken[MedicationRequest]] = {}
    quotes = 0
    for index, entry in enumerate(envelope.entry):
        raw = bytes(cast("msgspec.Raw", entry.resource))
        if (request := take_request(raw) if _REQUEST in raw else None) is not None:
            requests[index] = request
            quotes += request.quotes
        elif (patient := _take(raw, Patient, IGNORED_OF_PATIENT)) is not None:
            patients[index] = patient
            quotes += patient.quotes
        else:
            return None
        msgspec.structs.force_setattr(cast("msgspec.Struct", entry), "resource", _NOTHING)
    around = _ENCODER.encode(envelope)
    if quotes + around.count(b'"') != body.count(b'"') or not _is_clean(around):
        return None
    return TakenBundle(envelope, patients, requests)


def _take(body: bytes, model: type[ModelT], ignored: frozenset[str]) -> Taken[ModelT] | None:
    value = _decoded(body, model, ignored)
    if value is None:
        return None
    quotes = body.count(b'"')
    meta = cast("object", getattr(value, _META))
    if meta is None:
        content = _ENCODER.encode(value)
        kept, read = content.count(b'"'), content
    else:
        msgspec.structs.force_setattr(cast("msgspec.Struct", value), _META, None)
        content = _ENCODER.encode(value)
        read = content + _ENCODER.encode(meta)
        kept = read.count(b'"') + len('""')
    return Taken(value, content, quotes) if kept == quotes and _is_clean(read) else None


def _decoded(body: bytes, model: type[ModelT], ignored: frozenset[str]) -> ModelT | None:
    if len(body) > LARGEST_MESSAGE or _EXPONENT.search(body):
        return None
    try:
        value = _decoder(model, ignored).decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    # The struct was made from the model and has its attributes.
    return cast("ModelT", value)


@cache
def _decoder(model: type[Element], ignored: frozenset[str]) -> msgspec.json.Decoder[msgspec.Struct]:
    return msgspec.json.Decoder(struct_of(model, ignored))


def _is_clean(text: bytes) -> bool:
    """Return whether canonical JSON holds nothing that the strict rules forbid and the types could not see."""
    if b"{}" in text or _ODD_NUMBER.search(text):
        return False
    odd = text.translate(None, _PLAIN).decode()
    return not odd or ("\\" not in odd and not forbidden_character(odd))
