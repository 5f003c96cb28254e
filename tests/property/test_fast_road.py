"""What the fast road takes, the careful road takes with the same result; what that one refuses, it never takes."""

import json
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pharmacy_sync.fhir.fast_road import take_bundle, take_request
from pharmacy_sync.fhir.locate import validated
from pharmacy_sync.fhir.mapping import content_of
from pharmacy_sync.fhir.parse import (
    Bundle,
    parse_bundle,
    parse_bundle_carefully,
)
from pharmacy_sync.fhir.report import Report
from pharmacy_sync.fhir.resources import IGNORED_OF_REQUEST, MedicationRequest
from pharmacy_sync.fhir.strict_json import read
from pharmacy_sync.fhir.submission import SubmittedRequest
from pharmacy_sync.problems import RefusedMessageError
from safety.findings import Finding
from tests.support.fhir import GONE, Json, altered, bundle, encoded, patient, request
from tests.support.roads import same_request

FULL: Json = request() | {
    "meta": {"versionId": "7", "tag": [{"system": "urn:x", "code": "y"}]},
    "identifier": [{"system": "urn:oid:1.2", "value": "17", "type": {"coding": [{"code": "RX"}]}}],
    "note": [{"text": "husk vand"}],
    "reportedBoolean": False,
    "dispenseRequest": {"numberOfRepeatsAllowed": 3},
    "dosageInstruction": [
        {
            "sequence": 1,
            "text": "½ tablet morgen, 1 µg",
            "additionalInstruction": [{"text": "Synkes hele"}],
            "timing": {
                "repeat": {
                    "boundsPeriod": {"start": "2026-11-23", "end": "2027-02-01"},
                    "frequency": 2,
                    "period": 1,
                    "periodUnit": "wk",
                    "dayOfWeek": ["mon", "fri"],
                    "timeOfDay": ["08:00:00"],
                }
            },
            "asNeededBoolean": False,
            "route": {"coding": [{"system": "http://snomed.info/sct", "code": "26643006", "userSelected": True}]},
            "doseAndRate": [
                {"type": {"text": "ordered"}, "doseQuantity": {"value": 0.5, "unit": "tablet", "code": "{tbl}"}}
            ],
        },
        {"text": "Efter skema", "maxDosePerPeriod": {"numerator": {"value": 1.25, "unit": "stk"}}},
    ],
}
BODY = encoded(FULL)


def places(value: object, path: str = "") -> list[str]:
    """Every place in a document, as a path for `altered`."""
    found = [path] if path else []
    if isinstance(value, dict):
        return found + [place for name, item in value.items() for place in places(item, f"{path}.{name}".strip("."))]
    if isinstance(value, list):
        return found + [place for index, item in enumerate(value) for place in places(item, f"{path}[{index}]")]
    return found


Result = SubmittedRequest | Bundle | tuple[Finding, ...]


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
    for name in MedicationRequest.model_fields:
        if name != "note":
            assert _plain(getattr(model, name)) == _plain(getattr(taken.model, name)), name


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
texts = st.text(max_size=6) | st.sampled_from(
    ["", " ", "a b", "a  b", " a", "a ", "\u00a0", "a\u2003b", "\u200b", "\x7f", "\x85", "\n", "\t", '"', "\\", "{}",
     '":1.0}',
     "\ud800", "\U000e0001", "å" * 201, "å" * 4000, "å" * 4001, "x" * 4000, "https://a b", "\uffff", "☃", "😀"]
)  # fmt: skip
scalars = st.none() | st.booleans() | st.integers(-3, 10**19) | st.floats() | texts
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(texts | st.sampled_from(["a", "meta"]), inner, max_size=3)
    ),
    max_leaves=8,
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


def test_ordinary_messages_take_the_fast_road() -> None:
    assert take_request(BODY) is not None
    assert take_request(json.dumps(FULL, indent=2).encode()) is not None
    assert take_bundle(encoded(bundle())) is not None


def roads_of_bundle(body: bytes) -> None:
    results: list[object] = []
    for road in (parse_bundle, parse_bundle_carefully):
        try:
            results.append(road(body).submission)
        except RefusedMessageError as error:
            results.append(error.findings)
    assert results[0] == results[1]
    assert repr(results[0]) == repr(results[1])


WHOLE = bundle(patient() | {"active": True, "gender": "female"}, FULL, request("m2")) | {
    "id": "b1",
    "meta": {"lastUpdated": "2026-11-20T08:00:00Z"},
    "timestamp": "2026-11-20T08:00:00Z",
    "identifier": {"value": "1"},
}


@given(st.sampled_from(places(WHOLE)), anything)
@example("entry[0].resource.identifier[0].value", "31\u200b02481234")
@example("entry[1].request", {})
@example("timestamp", None)
@example("identifier", {})
@example("id", "\u200b")
def test_any_value_in_any_place_of_a_bundle(path: str, value: object) -> None:
    roads_of_bundle(json.dumps(altered(WHOLE, path, value), ensure_ascii=False).encode("utf-8", "surrogatepass"))


@given(st.sampled_from(places(WHOLE)))
def test_anything_left_out_of_a_bundle(path: str) -> None:
    roads_of_bundle(encoded(altered(WHOLE, path, GONE)))


@given(st.data())
def test_any_cut_and_repeat_of_a_bundle(data: st.DataObject) -> None:
    body = encoded(WHOLE)
    start = data.draw(st.integers(0, len(body)))
    piece = data.draw(st.integers(0, 80))
    again = data.draw(st.integers(0, 2))
    roads_of_bundle(body[:start] + body[start : start + piece] * again + body[start + piece :])


def test_a_clean_bundle_has_its_lines_in_order() -> None:
    lines = parse_bundle(encoded(WHOLE)).submission.lines
    assert [line.ordination_id for line in lines] == ["m1", "m2"]
