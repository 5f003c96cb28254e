"""Whatever is sent, the answer is a submission or a refusal; and what is accepted loses no line and no dose."""

import json
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dispenser.core.dosage import StructuredDosage
from pharmacy_sync.fhir.parse import Bundle, parse_bundle, parse_request
from pharmacy_sync.fhir.vocabulary import WHEN_SLOTS
from pharmacy_sync.problems import RefusedMessageError
from safety.findings import Overriding, Severity
from tests.support.fhir import Json, altered, bundle, encoded, patient, request

START = date(2026, 11, 23)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PLAIN_CODES = ("MORN", "NOON", "EVE", "NIGHT")

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(value: object, path: str = "") -> list[str]:
    """Every place in a document, as a path for `altered`."""
    found = [path] if path else []
    if isinstance(value, dict):
        return found + [place for name, item in value.items() for place in places(item, f"{path}.{name}".strip("."))]
    if isinstance(value, list):
        return found + [place for index, item in enumerate(value) for place in places(item, f"{path}[{index}]")]
    return found


def read(body: bytes) -> Bundle | None:
    """Return what a body is read as, None when it is refused; anything else is a crash."""
    try:
        return parse_bundle(body)
    except RefusedMessageError as error:
        assert any(finding.code.severity is Severity.REFUSE for finding in error.findings)  # noqa: PT017 - both ways are right
        return None


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_reader(body: bytes) -> None:
    assert read(body) is None


@given(
    st.sampled_from([{}, {"resourceType": "Bundle", "type": "transaction"}, {"resourceType": "MedicationRequest"}]),
    st.dictionaries(st.sampled_from(["resourceType", "type", "entry", "x"]), anything),
)
def test_no_json_crashes_the_reader(start: Json, document: Json) -> None:
    body = json.dumps(start | document).encode()
    assert read(body) is None
    try:
        parse_request(body, "m1")
    except RefusedMessageError:
        return
    raise AssertionError(body)


@given(st.sampled_from(places(bundle())), anything)
def test_any_value_in_any_place_is_refused_or_keeps_every_line(path: str, value: object) -> None:
    document = altered(bundle(), path, value)
    accepted = read(json.dumps(document).encode())
    if accepted is not None:
        assert len(accepted.submission.lines) == 2
        for line in accepted.submission.lines:
            assert line.ordination is not None or line.reasons


@given(st.data())
def test_cutting_bytes_out_of_a_good_message_never_crashes(data: st.DataObject) -> None:
    body = encoded(bundle())
    first = data.draw(st.integers(0, len(body)))
    last = data.draw(st.integers(first, len(body)))
    changed = body[:first] + data.draw(st.binary(max_size=4)) + body[last:]
    accepted = read(changed)
    assert accepted is None or len(accepted.submission.lines) <= 2


@st.composite
def dosages(draw: st.DrawFn) -> Json:
    """One dosage of any kind: packable, parkable, or neither."""
    start = START + timedelta(days=draw(st.integers(-400, 400)))
    repeat: Json = {"boundsPeriod": {"start": start.isoformat()}}
    repeat |= draw(
        st.fixed_dictionaries(
            {},
            optional={
                "frequency": st.integers(1, 30),
                "period": st.integers(1, 30) | st.just(0.5),
                "periodUnit": st.sampled_from(["h", "d", "wk", "mo"]),
                "when": st.lists(st.sampled_from([*WHEN_SLOTS, "AFT", "C"]), min_size=1, max_size=4),
                "timeOfDay": st.lists(st.sampled_from(["08:00:00", "20:00:00", "24:00:00"]), min_size=1, max_size=3),
                "dayOfWeek": st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=3),
                "count": st.integers(1, 3),
            },
        )
    )
    value = draw(st.sampled_from([1, 2, 0.5, 0.25, 0.3, 0]))
    unit = draw(st.sampled_from(["tablet", "kapsel", "stk", "ml", "pille"]))
    dosage: Json = {"timing": {"repeat": repeat}, "doseAndRate": [{"doseQuantity": {"value": value, "unit": unit}}]}
    return dosage | draw(st.sampled_from([{}, {"asNeededBoolean": True}, {"text": "kun hvis"}, {"sequence": 1}]))


def plan_of(*parts: list[Json]) -> Json:
    requests = [request(f"m{number}") | {"dosageInstruction": dosage} for number, dosage in enumerate(parts)]
    return bundle(patient(), *requests)


@given(st.lists(st.lists(dosages(), min_size=1, max_size=3), min_size=1, max_size=4))
def test_every_line_is_read_exactly_once_and_parked_only_with_a_reason(parts: list[list[Json]]) -> None:
    accepted = read(encoded(plan_of(*parts)))
    if accepted is None:
        return
    lines = accepted.submission.lines
    assert [line.ordination_id for line in lines] == [f"m{number}" for number in range(len(parts))]
    for line in lines:
        assert line.ordination is not None or line.reasons
        assert all(reason.code.severity in {Severity.PARK, Severity.WARN} for reason in line.reasons)
        never = any(
            reason.code.severity is Severity.PARK and reason.code.overriding is Overriding.NEVER
            for reason in line.reasons
        )
        assert (line.ordination is None) == never


@given(
    st.lists(st.sampled_from(PLAIN_CODES), min_size=1, max_size=4, unique=True),
    st.sets(st.sampled_from(WEEKDAYS)),
    st.integers(0, 6),
    st.sampled_from([1, 2, 0.5, 1.25]),
    st.sampled_from(["counted", "not counted"]),
)
def test_every_named_time_of_every_named_weekday_is_one_dose(
    when: list[str], weekdays: set[str], offset: int, value: float, counting: str
) -> None:
    start = START + timedelta(days=offset)
    repeat: Json = {"boundsPeriod": {"start": start.isoformat()}, "when": when}
    if weekdays:
        repeat |= {"period": 1, "periodUnit": "wk", "dayOfWeek": sorted(weekdays)}
    if counting == "counted":
        repeat |= {"frequency": len(when) * max(len(weekdays), 1)}
        repeat |= {} if weekdays else {"period": 1, "periodUnit": "d"}
    dosage: Json = {
        "timing": {"repeat": repeat},
        "doseAndRate": [{"doseQuantity": {"value": value, "unit": "tablet"}}],
    }
    accepted = read(encoded(plan_of([dosage])))
    assert accepted is not None
    ordination = accepted.submission.lines[0].ordination
    assert ordination is not None
    assert isinstance(ordination.dosage, StructuredDosage)
    (structure,) = ordination.dosage.structures
    assert {WEEKDAYS[(start + timedelta(days=day.number - 1)).weekday()] for day in structure.days} == (
        weekdays or {WEEKDAYS[start.weekday()]}
    )
    for day in structure.days:
        assert [dose.slot for dose in day.doses] == [WHEN_SLOTS[code][0] for code in when]
        assert {dose.amount for dose in day.doses} == {Decimal(str(value))}


@given(
    st.lists(st.sampled_from(PLAIN_CODES), min_size=1, max_size=4, unique=True),
    st.integers(1, 30),
    st.sampled_from(["d", "wk"]),
    st.integers(1, 9),
)
def test_a_frequency_is_never_used_as_a_count_beside_named_times(
    when: list[str], frequency: int, unit: str, period: int
) -> None:
    repeat: Json = {
        "boundsPeriod": {"start": START.isoformat()}, "when": when, "frequency": frequency, "period": period,
        "periodUnit": unit,
    }  # fmt: skip
    dosage: Json = {"timing": {"repeat": repeat}, "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}]}
    accepted = read(encoded(plan_of([dosage])))
    if accepted is None or accepted.submission.lines[0].ordination is None:
        assert frequency != len(when)
        return
    structured = accepted.submission.lines[0].ordination.dosage
    assert isinstance(structured, StructuredDosage)
    assert [len(day.doses) for day in structured.structures[0].days] == [len(when)]
    assert frequency == len(when)
