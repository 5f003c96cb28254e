"""`dispenser expand`: every line has its answer, nothing stops the next, and what is told is exact."""

import json
import os
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispenser.app.questions import answer, answer_line, shortest
from dispenser.cli.expand import expand_stream
from dispenser.core.limits import LONGEST_WINDOW_DAYS
from pharmacy_sync.strict_json import LARGEST_MESSAGE

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples" / "questions.ndjson"
NATIONAL = Path(__file__).parents[4] / "shared" / "data" / "national_516.json"

Json = dict[str, Any]


def question(dosage: object, wire: str = "fmk-json", first: str = "2026-11-23", last: str = "2026-12-06") -> Json:
    return {"id": "q", "format": wire, "dosage": dosage, "from": first, "to": last}


def told(asked: object) -> Json:
    found: Json = json.loads(answer_line(json.dumps(asked).encode()))
    return found


def fmk(*doses: Json, interval: int = 1, unit: str = "tablet", **more: object) -> Json:
    structure = {
        "iterationInterval": interval,
        "startDate": "2026-11-01",
        "days": [{"dayNumber": 1, "allDoses": doses}],
    }
    return {"structures": {"unitOrUnits": {"unit": unit}, "structures": [structure | more]}}


def dose(kind: str, quantity: float, *, as_needed: bool = False) -> Json:
    return {"type": f"{kind}DoseWrapper", "doseQuantity": quantity, "isAccordingToNeed": as_needed}


def codes(found: Json) -> list[str]:
    return [finding["code"] for finding in found["findings"]]


def test_doses_come_by_date_and_time_of_day_and_plain_ones_stand_alone() -> None:
    doses = [dose("Plain", 1), dose("Night", 2), dose("Morning", 0.5), dose("Plain", 1), dose("Morning", 1)]
    found = told(question(fmk(*doses), last="2026-11-23"))
    assert found == {
        "id": "q",
        "outcome": "packed",
        "doses": [
            ["2026-11-23", "morning", "1.5"],
            ["2026-11-23", "night", "2"],
            ["2026-11-23", "unmapped", "1"],
            ["2026-11-23", "unmapped", "1"],
        ],
        "daily": "5.5",
        "type": "Fixed",
        "findings": [],
    }


def test_type_and_daily_dose_are_told_when_a_human_must_decide() -> None:
    range_of_doses = dose("Morning", 0) | {"minimalDoseQuantity": 0.5, "maximalDoseQuantity": 1}
    del range_of_doses["doseQuantity"]
    found = told(question(fmk(range_of_doses)))
    assert (found["outcome"], found["doses"], found["daily"], found["type"]) == ("parked", [], ["0.5", "1"], "Fixed")
    found = told(question(fmk(dose("Morning", 1), dose("Plain", 1, as_needed=True))))
    assert (found["outcome"], found["doses"], found["daily"], found["type"]) == ("parked", [], None, "Combined")


def test_what_the_reader_parks_is_not_said_again_without_its_place() -> None:
    asked = {"asNeededBoolean": True, "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}]}
    found = told(question([asked], "fhir"))
    assert (found["outcome"], found["type"], codes(found)) == ("parked", "AccordingToNeed", ["DOSE-1301"])
    assert found["findings"][0]["place"] == "dosageInstruction[0].asNeededBoolean"


def test_all_that_is_wrong_is_told_at_once() -> None:
    found = told({"id": 7, "format": "fmk", "dosage": 1, "from": "2026-02-30", "to": "soon", "extra": True})
    assert (found["id"], found["outcome"], found["daily"], found["type"]) == (7, "refused", None, "Unspecified")
    places = [(finding["code"], finding["place"]) for finding in found["findings"]]
    assert places == [
        ("DOSE-1801", "format"),
        ("DOSE-1802", "extra"),
        ("DOSE-1801", "from"),
        ("DOSE-1801", "to"),
        ("DOSE-1801", "dosage"),
    ]
    assert all(finding["text"] and finding["text_en"] for finding in found["findings"])


def test_a_wrong_window_does_not_hide_a_wrong_dosage() -> None:
    found = told(question(fmk(dose("Morning", -1), interval=400), first="2026-12-06", last="2026-11-23"))
    assert (found["outcome"], codes(found)) == ("refused", ["DOSE-1803", "DOSE-0131", "DOSE-0140"])


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        ("2026-11-23", "2026-11-22", "DOSE-1803"),
        ("2000-01-01", "2010-01-09", "DOSE-1804"),
        ("1999-12-31", "2000-01-01", "DOSE-1805"),
        ("2126-12-31", "2127-01-01", "DOSE-1805"),
        ("20261123", "2026-11-23", "DOSE-1801"),
        ("2026-W48-1", "2026-11-23", "DOSE-1801"),
    ],
)
def test_windows_that_are_not_taken(first: str, last: str, code: str) -> None:
    found = told(question(fmk(dose("Morning", 1)), first=first, last=last))
    assert (found["outcome"], codes(found)) == ("refused", [code])


def test_the_longest_window_is_taken() -> None:
    last = date(2026, 11, 23) + timedelta(days=LONGEST_WINDOW_DAYS - 1)
    assert len(told(question(fmk(dose("Morning", 1)), last=last.isoformat()))["doses"]) == LONGEST_WINDOW_DAYS


@pytest.mark.parametrize(
    ("dosage", "code"),
    [
        (fmk(dose("Morning", 0)), "DOSE-0143"),
        (fmk(dose("Morning", -1)), "DOSE-0140"),
        (fmk(dose("Morning", 100)), "DOSE-0142"),
        (fmk(*[dose("Plain", 1)] * 1000), "DOSE-0139"),
        (fmk(dose("Morning", 1), interval=366), "DOSE-0131"),
        (fmk(dose("Morning", 1), endDate="2026-10-31"), "DOSE-0132"),
        (fmk(dose("Morning", 1), startDate="1999-12-31"), "DOSE-0136"),
        (fmk(dose("Morning", 1), startDate="2127-01-01"), "DOSE-0136"),
    ],
)
def test_contradictory_and_impossible_dosages_are_refused(dosage: Json, code: str) -> None:
    found = told(question(dosage))
    assert (found["outcome"], found["doses"], found["daily"], codes(found)) == ("refused", [], None, [code])


def test_quantities_are_exact_to_nine_decimals() -> None:
    asked = json.dumps(question(fmk(dose("Morning", 1), unit="ml"), last="2026-11-23"))
    line = asked.replace('"doseQuantity": 1,', '"doseQuantity": 123456789.123456789,')
    assert json.loads(answer_line(line.encode()))["outcome"] == "refused"
    line = asked.replace('"doseQuantity": 1,', '"doseQuantity": 12345.123456789,')
    assert json.loads(answer_line(line.encode()))["doses"] == [["2026-11-23", "morning", "12345.123456789"]]


@pytest.mark.parametrize(
    ("amount", "text"), [("1.50", "1.5"), ("10", "10"), ("1E+1", "10"), ("0", "0"), ("0.000000001", "0.000000001")]
)
def test_quantities_are_written_shortest(amount: str, text: str) -> None:
    assert shortest(Decimal(amount)) == text


def test_a_bad_line_is_answered_and_stops_nothing() -> None:
    good = json.dumps(question(fmk(dose("Morning", 1)), last="2026-11-23")).encode()
    lines = [good, b"", b"{", b"\xff", b"[1]", b'{"id": NaN}', b"x" * (LARGEST_MESSAGE + 5_000), good]
    answers = BytesIO()
    expand_stream(BytesIO(b"\n".join(lines)), answers)
    found = [json.loads(line) for line in answers.getvalue().splitlines()]
    assert [one["outcome"] for one in found] == ["packed", *["refused"] * 6, "packed"]
    assert [one["id"] for one in found] == ["q", *[None] * 6, "q"]
    assert codes(found[6]) == ["DOSE-1004"]


@pytest.mark.parametrize("name", ["id", "format", "dosage", "from", "to"])
def test_a_field_that_stands_twice_is_refused(name: str) -> None:
    asked = question(fmk(dose("Morning", 1)))
    line = json.dumps(asked)[:-1] + f", {json.dumps(name)}: {json.dumps(asked[name])}}}"
    found = json.loads(answer_line(line.encode()))
    assert (found["id"], found["outcome"], codes(found)) == ("q", "refused", ["DOSE-1006"])


def test_an_overlong_last_line_without_an_end_is_answered_once() -> None:
    answers = BytesIO()
    expand_stream(BytesIO(b"x" * (3 * LARGEST_MESSAGE)), answers)
    assert [codes(json.loads(line)) for line in answers.getvalue().splitlines()] == [["DOSE-1004"]]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "id": values,
            "format": st.sampled_from(["fmk-json", "fmk-xml", "fhir"]) | values,
            "dosage": values,
            "from": st.dates().map(str) | values,
            "to": st.dates().map(str) | values,
        },
    )
)
@settings(deadline=None)
def test_any_line_has_an_answer(asked: Json) -> None:
    found = told(asked)
    assert set(found) == {"id", "outcome", "doses", "daily", "type", "findings"}
    assert found["outcome"] in {"packed", "parked", "refused"}
    assert found["outcome"] == "packed" or found["findings"]


@given(st.binary(max_size=60))
def test_any_bytes_have_an_answer(line: bytes) -> None:
    assert answer(line).outcome.value == "refused"


def test_every_example_of_the_docs_says_something_else() -> None:
    found = [json.loads(answer_line(line)) for line in EXAMPLES.read_bytes().splitlines()]
    assert {one["outcome"] for one in found} == {"packed", "parked", "refused"}
    assert {one["type"] for one in found} == {"Fixed", "AccordingToNeed", "Combined", "Unspecified"}
    assert len({one["id"] for one in found}) == len(found)


@pytest.mark.skipif(
    not NATIONAL.exists() and os.environ.get("CI") != "true",
    reason="national dosage proposals (../shared/data/national_516.json) are not beside the project",
)
def test_national_proposals_keep_their_average_to_the_last_decimal() -> None:
    packed = 0
    for one in json.loads(NATIONAL.read_bytes(), parse_float=Decimal):
        structures = one["dosage"].get("structures", {}).get("structures", [])
        cycle = max((structure["iterationInterval"] for structure in structures), default=0) or 1
        first = date(2026, 11, 23)
        asked = question(one["dosage"], last=str(first + timedelta(days=cycle - 1)))
        found = json.loads(answer_line(json.dumps(asked, default=float).encode()))
        assert found["type"] == one["oracle"]["type144"]
        expected = one["oracle"]["daily"].get("value")
        if expected is None:
            continue
        assert abs(Decimal(found["daily"]) - Decimal(expected)) <= Decimal("2e-9")
        if structures[0]["iterationInterval"]:
            assert found["outcome"] == "packed", found
            total = sum(Decimal(units) for _, _, units in found["doses"])
            assert abs(total - Decimal(expected) * cycle) <= Decimal("2e-9") * cycle
            packed += 1
    assert packed == 410
