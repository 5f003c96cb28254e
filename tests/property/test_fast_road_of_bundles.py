"""What the fast road takes of bundles, the careful road takes with the same result, and in the same order."""

import json

from hypothesis import example, given
from hypothesis import strategies as st

from pharmacy_sync.fhir.parse import parse_bundle, parse_bundle_carefully
from pharmacy_sync.problems import RefusedMessageError
from tests.support.fhir import GONE, altered, bundle, encoded, patient, request
from tests.support.roads import FULL, anything, places


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
