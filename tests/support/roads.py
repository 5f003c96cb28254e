"""The fast and the careful road from bytes to a plan line, side by side."""

from typing import Final

from hypothesis import strategies as st

from pharmacy_sync.fhir.parse import parse_request, parse_request_carefully
from pharmacy_sync.fhir.submission import SubmittedRequest
from pharmacy_sync.problems import RefusedMessageError
from safety.findings import Finding
from tests.support.fhir import Json, request

FULL: Final[Json] = request() | {
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
"""A message with something of everything."""
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
"""Any JSON value, and what Python writes like one."""


def same_request(body: bytes) -> None:
    """Compare the two roads on a request put to the address of m1, whatever it is."""
    fast: SubmittedRequest | tuple[Finding, ...]
    careful: SubmittedRequest | tuple[Finding, ...]
    try:
        fast = parse_request(body, "m1")
    except RefusedMessageError as error:
        fast = error.findings
    try:
        careful = parse_request_carefully(body, "m1")
    except RefusedMessageError as error:
        careful = error.findings
    assert fast == careful
    assert repr(fast) == repr(careful), "equal but not the same, such as 1 and 1.0"


def places(value: object, path: str = "") -> list[str]:
    """Every place in a document, as a path for `altered`."""
    found = [path] if path else []
    if isinstance(value, dict):
        return found + [place for name, item in value.items() for place in places(item, f"{path}.{name}".strip("."))]
    if isinstance(value, list):
        return found + [place for index, item in enumerate(value) for place in places(item, f"{path}[{index}]")]
    return found
