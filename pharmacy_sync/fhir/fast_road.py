"""The fast road from bytes to wire models: it takes what is certainly clean and leaves everything else.

What it takes, the careful road (`strict_json`, then pydantic) takes with the same values and the same canonical
text; what it leaves (None), the careful road judges, with every problem and its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Generic, TypeVar, cast

import msgspec

from pharmacy_sync.fhir.clean import decoded, encode, is_clean, read_dosage
from pharmacy_sync.fhir.elements import Element
from pharmacy_sync.fhir.known import Known, known_dosages
from pharmacy_sync.fhir.resources import (
    IGNORED_OF_BUNDLE,
    IGNORED_OF_PATIENT,
    IGNORED_OF_REQUEST,
    Envelope,
    MedicationRequest,
    Patient,
)
from pharmacy_sync.strict_json import LARGEST_MESSAGE

ModelT = TypeVar("ModelT", bound=Element)

_META: Final = "ignored_meta"
_DOSAGES: Final = "dosage_instruction"
_UNREAD: Final = frozenset({_DOSAGES})
_REQUEST: Final = b'"MedicationRequest"'
_NOTHING: Final = msgspec.Raw(b"0")
_GAP: Final = msgspec.Raw(b"~")
"""No value of JSON begins like this, and no text holds the quotes of a name."""
_NAME: Final = b'"dosageInstruction":'
_WITH_GAP: Final = _NAME + b"~"
_set = msgspec.structs.force_setattr


@dataclass(frozen=True, slots=True)
class Taken(Generic[ModelT]):
    """A resource that was read: its model, its canonical JSON without `meta`, and the quotes in what was sent.

    The model of a request has no dosages when they are `known`.
    """

    model: ModelT
    content: bytes
    quotes: int
    known: Known | None = None

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
    if len(body) > LARGEST_MESSAGE:
        return None
    value = decoded(body, MedicationRequest, IGNORED_OF_REQUEST, _UNREAD)
    if value is None:
        return None
    texts = [bytes(raw) for raw in cast("Sequence[msgspec.Raw]", value.dosage_instruction)]
    known = known_dosages(texts) if texts else None
    if known is not None:
        return _taken(body, value, known.content, known)
    read = [read_dosage(text) for text in texts]
    dosages = [each for each in read if each is not None]
    if len(dosages) < len(texts):
        return None
    taken = _taken(body, value, b"[" + b",".join(canonical for _, canonical in dosages) + b"]" if texts else b"")
    _set(cast("msgspec.Struct", value), _DOSAGES, tuple(dosage for dosage, _ in dosages))
    return taken


def take_bundle(body: bytes) -> TakenBundle | None:
    """Return the Bundle in `body` with its resources, None in any doubt."""
    envelope = None if len(body) > LARGEST_MESSAGE else decoded(body, Envelope, IGNORED_OF_BUNDLE)
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
        elif (patient := _take_patient(raw)) is not None:
            patients[index] = patient
            quotes += patient.quotes
        else:
            return None
        _set(cast("msgspec.Struct", entry), "resource", _NOTHING)
    around = encode(envelope)
    if quotes + around.count(b'"') != body.count(b'"') or not is_clean(around):
        return None
    return TakenBundle(envelope, patients, requests)


def _take_patient(body: bytes) -> Taken[Patient] | None:
    value = decoded(body, Patient, IGNORED_OF_PATIENT)
    return None if value is None else _taken(body, value)


def _taken(body: bytes, value: ModelT, dosages: bytes = b"", known: Known | None = None) -> Taken[ModelT] | None:
    """Return what `value` and `dosages`, which are canonical and clean, make together; None in any doubt."""
    struct = cast("msgspec.Struct", value)
    if dosages:
        _set(struct, _DOSAGES, _GAP)
    meta = b""
    if (read := cast("object", getattr(value, _META))) is not None:
        _set(struct, _META, None)
        meta = encode(read)
    around = encode(struct)
    content = around.replace(_WITH_GAP, _NAME + dosages) if dosages else around
    quotes = body.count(b'"')
    kept = content.count(b'"') + (meta.count(b'"') + len('""') if meta else 0)
    return Taken(value, content, quotes, known) if kept == quotes and is_clean(around + meta) else None
