"""What was understood about one date is understood alike about any other, alone and beside other dosages."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispenser.core.dosage import StructuredDosage
from pharmacy_sync.fhir import known
from pharmacy_sync.fhir.parse import parse_request
from tests.support.fhir import Json, altered, encoded, request
from tests.support.roads import same_request


def shape(repeat: Json, value: object = 1, unit: str = "tablet", **more: object) -> Json:
    dose = {"doseQuantity": {"value": value, "unit": unit}}
    return {"timing": {"repeat": repeat}, "doseAndRate": [dose], **more}


MORNING: Json = {"when": ["MORN"]}
WEEKLY: Json = {"period": 1, "periodUnit": "wk", "dayOfWeek": ["mon", "fri"]}
SHAPES: list[Json] = [
    shape(MORNING),
    shape({"when": ["EVE"]}, 0.5),
    shape({"when": ["EVE"]}, 1, "kapsel"),
    shape({"when": ["CM"]}, text="1 tablet"),
    shape(MORNING, text="1 tablet, dog ikke søndag"),
    shape(MORNING, sequence=2),
    shape(MORNING, asNeededBoolean=True),
    shape(MORNING, asNeededBoolean=False, id="x", extension=[{"url": "https://a", "valueString": "b"}]),
    shape(WEEKLY),
    shape(WEEKLY | {"dayOfWeek": ["sun"], "when": ["EVE"]}),
    shape(WEEKLY | {"period": 2}),
    shape({"frequency": 1, "period": 2, "periodUnit": "d"}),
    shape({"frequency": 2, "period": 1, "periodUnit": "d", "count": 6}),
    shape(MORNING | {"count": 3}),
    shape(MORNING, 100),
    shape(
        MORNING,
        maxDosePerPeriod={"numerator": {"value": 1, "unit": "tablet"}, "denominator": {"value": 1, "unit": "d"}},
    ),
    {"timing": {"event": ["2026-11-23"]}, "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}]},
    {"text": "Efter skema"},
]
PERIODS: list[Json] = [
    *[Json({"start": f"2026-11-{day}"}) for day in range(22, 30)],
    {"start": "2026-11-23", "end": "2026-11-24"},
    {"start": "2026-11-23", "end": "2026-12-24"},
    {"start": "2026-12-25", "end": "2026-12-31"},
    {"start": "2026-12-30"},
    {"start": "2026-11-24", "end": "2026-11-23"},
    {"start": "1999-11-24"},
    {"start": "2126-12-31", "end": "2127-01-01"},
    {"start": "2026-11-24", "extension": [{"url": "https://a", "valueString": "b"}]},
    {"end": "2026-11-24"},
]
IN_TURN = ((8, 10), (9, 10), (9, 11), (8, 11), (10, 8), (8, 9), (1, 11), (8, 2))
"""Pairs of periods: with a gap, without one, overlapping, the wrong way round, without an end."""


def within(part: Json, period: Json) -> Json:
    timing = part.get("timing")
    return (
        altered(part, "timing.repeat.boundsPeriod", period) if isinstance(timing, dict) and "repeat" in timing else part
    )


@pytest.mark.parametrize("place", range(len(SHAPES)))
def test_every_shape_alone_and_beside_every_other_on_many_dates(place: int) -> None:
    """The same shapes come again and again on other dates, so that most are known when they come."""
    for period in PERIODS:
        first = within(SHAPES[place], period)
        same_request(encoded(request() | {"dosageInstruction": [first]}))
        for other in SHAPES:
            same_request(encoded(request() | {"dosageInstruction": [first, within(other, period)]}))
    for other, (earlier, later) in itertools.product(SHAPES, IN_TURN):
        pair = [within(SHAPES[place], PERIODS[earlier]), within(other, PERIODS[later])]
        same_request(encoded(request() | {"dosageInstruction": pair}))


courses = st.tuples(
    st.integers(1, 9), st.none() | st.integers(0, 5), st.sampled_from([None, None, 1, 2]), st.integers(1, 2)
)


@given(st.lists(courses, min_size=2, max_size=3))
def test_courses_are_put_in_turn_alike(drawn: list[tuple[int, int | None, int | None, int]]) -> None:
    dosages: list[Json] = []
    for first, days, sequence, value in drawn:
        start = date(2026, 11, first)
        end = {} if days is None else {"end": (start + timedelta(days=days)).isoformat()}
        repeat = {"boundsPeriod": {"start": start.isoformat()} | end, "when": ["MORN"]}
        numbered = {} if sequence is None else {"sequence": sequence}
        dose = [{"doseQuantity": {"value": value, "unit": "tablet"}}]
        dosages.append(numbered | {"timing": {"repeat": repeat}, "doseAndRate": dose})
    same_request(encoded(request() | {"dosageInstruction": dosages}))


@pytest.mark.parametrize("count", [5, 6, 10, 11])
def test_as_many_courses_as_a_dosage_may_have(count: int) -> None:
    def course(number: int) -> Json:
        day = date(2026, 1, 1) + timedelta(days=20 * number)
        period = {"start": day.isoformat(), "end": (day + timedelta(days=19 if count > 9 else 9)).isoformat()}
        dose = [{"doseQuantity": {"value": 1, "unit": "tablet"}}]
        return {"timing": {"repeat": {"boundsPeriod": period, "when": ["MORN"]}}, "doseAndRate": dose}

    same_request(encoded(request() | {"dosageInstruction": [course(number) for number in range(count)]}))


def test_equal_patterns_of_days_are_one_object() -> None:
    """What expands in bulk tells equal patterns by identity."""
    known.forget()
    found: list[object] = []
    for start, text in (("2026-11-23", "a"), ("2026-11-24", "b"), ("2026-12-01", "a")):
        pair = [within(SHAPES[place], {"start": start}) | {"text": text} for place in (0, 1)]
        for dosages in (pair, pair[:1]):
            line = parse_request(encoded(request() | {"dosageInstruction": dosages}), "m1").line
            assert line.ordination is not None
            assert isinstance(line.ordination.dosage, StructuredDosage)
            found.append(line.ordination.dosage.structures[0].days)
    assert found[0] is found[2] is found[4]
    assert found[1] is found[3] is found[5]


def test_nothing_but_speed_hangs_on_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "MOST_KEPT", 2)
    known.forget()
    for value in (1, 2, 3, 1, 4, 1):
        same_request(encoded(altered(request(), "dosageInstruction[0].doseAndRate[0].doseQuantity.value", value)))
    known.forget()
