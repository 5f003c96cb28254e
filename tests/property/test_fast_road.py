"""What the fast road takes, the careful road takes with the same result; what that one refuses, it never takes."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmacy_sync.fhir.clean import read_dosage
from pharmacy_sync.fhir.fast_road import Taken, take_bundle, take_request
from pharmacy_sync.fhir.locate import validated
from pharmacy_sync.fhir.mapping import content_of
from pharmacy_sync.fhir.resources import IGNORED_OF_REQUEST, MedicationRequest
from pharmacy_sync.report import Report
from pharmacy_sync.strict_json import read
from tests.support.fhir import GONE, altered, bundle, encoded, request
from tests.support.roads import FULL, anything, places, same_request

BODY = encoded(FULL)


def of_request(body: bytes) -> None:
    """Compare the two roads on one request, whatever it is."""
    same_request(body)
    # The fast road alone, before anything is read into it: same values, same canonical text, nothing forbidden.
    taken = take_request(body)
    if taken is None:
        return
    report = Report()
    document = read(body, report)
    plain = {name: value for name, value in document.items() if name not in IGNORED_OF_REQUEST}
    model = validated(MedicationRequest, plain, "MedicationRequest", report)
    assert report.findings == []
    assert model is not None
    assert content_of(document) == taken.written()
    for name in set(MedicationRequest.model_fields) - {"note", "dosage_instruction"}:
        assert _plain(getattr(model, name)) == _plain(getattr(taken.model, name)), name
    assert _plain(model.dosage_instruction) == _plain(dosages_of(taken, body))


def dosages_of(taken: Taken[MedicationRequest], body: bytes) -> tuple[object, ...]:
    """Return the dosages that the fast road read, or would have read had it not known them."""
    if taken.known is None:
        return taken.model.dosage_instruction
    read = [read_dosage(encoded(dosage)) for dosage in json.loads(body)["dosageInstruction"]]
    return tuple(dosage for dosage, _ in filter(None, read))


def _plain(value: object) -> str:
    """Write a model of either kind so that equal ones are equal texts, types of numbers included."""
    if isinstance(value, (str, int, Decimal, dict, list)) or value is None:
        return repr(value)
    if isinstance(value, tuple):
        return "(" + ",".join(map(_plain, value)) + ")"
    names = sorted(name for name in dir(value) if name in _FIELDS)
    return ";".join(f"{name}={_plain(getattr(value, name))}" for name in names)


def _fields(model: object, found: set[str]) -> set[str]:
    for name, field in getattr(model, "__pydantic_fields__", {}).items():
        if name not in found:
            found.add(name)
        for kind in _classes(field.annotation):
            _fields(kind, found)
    return found


def _classes(annotation: object) -> list[object]:
    inner = [kind for part in getattr(annotation, "__args__", ()) for kind in _classes(part)]
    return [annotation, *inner] if hasattr(annotation, "__pydantic_fields__") else inner


_FIELDS = _fields(MedicationRequest, set())

NUMBERS = (
    "0", "-0", "-1", "1", "1.0", "0.50", "1e0", "1E0", "10e-1", "15e-1", "1.5e1", "1.5E+0", "1E+2", "1e-7", "0.0000001",
    "0.1234567891", "0.123456789", "123456789012345678", "1234567890123456789", "12345678901234567.5", "0.1", "99.99",
    "1234567890123456789.5", "-0.0", "-0.5", "NaN", "Infinity",
    "01", "1.", ".5", '"1.5"', '"1"', '"NaN"', "true", "null",
)  # fmt: skip
PLACES_OF_NUMBERS = (
    "meta.versionId",
    "dispenseRequest.numberOfRepeatsAllowed",
    "dosageInstruction[0].sequence",
    "dosageInstruction[0].timing.repeat.frequency",
    "dosageInstruction[0].timing.repeat.period",
    "dosageInstruction[0].doseAndRate[0].doseQuantity.value",
    "dosageInstruction[1].maxDosePerPeriod.numerator.value",
    "identifier[0]",
)
ignored = st.sampled_from(sorted(IGNORED_OF_REQUEST))


@given(st.sampled_from(places(FULL)), anything, st.booleans())
def test_any_value_in_any_place(path: str, value: object, ascii_only: bool) -> None:  # noqa: FBT001 - drawn
    text = json.dumps(altered(FULL, path, value), ensure_ascii=ascii_only)
    of_request(text.encode("utf-8", "surrogatepass"))


@given(ignored, anything)
def test_any_value_of_an_element_without_effect(name: str, value: object) -> None:
    of_request(json.dumps(FULL | {name: value}, ensure_ascii=False).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("place", PLACES_OF_NUMBERS)
@pytest.mark.parametrize("space", [b"", b" ", b"\n\t"])
def test_any_way_of_writing_a_number(place: str, space: bytes) -> None:
    body = encoded(altered(FULL, place, "NUMBER"))
    for number in NUMBERS:
        of_request(body.replace(b'"NUMBER"', space + number.encode() + space))


@pytest.mark.parametrize("before", [b'"status"', b'"active"', b'"timing": {', b"[", b"false", b"3"])
def test_any_byte_anywhere(before: bytes) -> None:
    place = BODY.index(before) + len(before)
    for byte in range(256):
        of_request(BODY[:place] + bytes([byte]) + BODY[place:])
        of_request(BODY[: place - 1] + bytes([byte]) + BODY[place - 1 :])


@given(st.sampled_from(places(FULL)))
def test_anything_left_out(path: str) -> None:
    of_request(encoded(altered(FULL, path, GONE)))


@given(
    st.integers(0, len(BODY)), st.integers(0, 40), st.binary(max_size=3) | st.sampled_from([b'"', b"\\u0022", b"{}"])
)
def test_any_cut_and_any_bytes(first: int, length: int, new: bytes) -> None:
    of_request(BODY[:first] + new + BODY[first + length :])


@given(st.data())
def test_a_name_that_stands_twice_anywhere(data: st.DataObject) -> None:
    """Repeat a piece of the message, mostly a name with its value, with or without escaped quotes elsewhere."""
    start = data.draw(st.sampled_from([index for index, byte in enumerate(BODY) if byte in b'{,"']))
    piece = data.draw(st.integers(1, 60))
    twice = BODY[: start + piece] + BODY[start : start + piece] + BODY[start + piece :]
    words = data.draw(st.sampled_from([b"Synkes hele", b"\\u0022\\u0022", b'\\"', b"\\\\"]))
    of_request(twice.replace(b"Synkes hele", words))


@pytest.mark.parametrize("space", [b"", b" ", b"\n\t", b"\r\n"])
def test_a_name_that_stands_twice_is_never_taken_however_it_is_spaced(space: bytes) -> None:
    body = encoded(FULL).replace(
        b'"status": "active"', b'"status"' + space + b':"active" ,"status"' + space + b':"active"'
    )
    assert take_request(body) is None
    of_request(body)


@pytest.mark.parametrize("words", [":~", '":~', '"dosageInstruction":~', "~"])
def test_words_that_look_like_the_gap_for_the_dosages(words: str) -> None:
    of_request(encoded(request() | {"language": words, "basedOn": [{"dosageInstruction": words}]}))
    of_request(encoded(request() | {"basedOn": [{"dosageInstruction": [words]}], "detectedIssue": {words: words}}))


def test_ordinary_messages_take_the_fast_road() -> None:
    assert take_request(BODY) is not None
    assert take_request(json.dumps(FULL, indent=2).encode()) is not None
    assert take_bundle(encoded(bundle())) is not None
