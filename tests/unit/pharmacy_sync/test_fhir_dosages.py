"""FHIR dosages on the core model: what is packed is exact, and what is not certain is parked."""

from datetime import date
from decimal import Decimal
from typing import Final

import pytest

from dispenser.core.dosage import (
    ClockTime,
    DosageDay,
    DosageStructure,
    OrderedDose,
    PartOfDay,
    Slot,
)
from pharmacy_sync.fhir.dosages import MOST_PARTS, read_dosages
from tests.support.fhir_reading import codes_of, plain, read, structures_of
from tests.support.fhir_rows import START, WRITTEN, Json, bare, one, quantity, repeated, step
from tests.support.fhir_timing_rows import DAY, GTS, coded, unbounded

MORNING, _, EVENING, _ = PartOfDay
MONDAY: Final = date(2026, 11, 23)
NEEDED: Final = {"asNeededBoolean": True}


def at(slot: Slot, amount: str = "1") -> OrderedDose:
    return OrderedDose(slot, Decimal(amount))


@pytest.mark.parametrize(
    ("repeat", "last"),
    [
        ({"when": ["MORN", "EVE"], "count": 6}, date(2026, 11, 25)),
        ({"frequency": 2, "count": 2} | DAY, MONDAY),
        ({"period": 3, "periodUnit": "d", "count": 3}, date(2026, 11, 29)),
        ({"dayOfWeek": ["mon", "thu"], "when": ["MORN"], "count": 3}, date(2026, 11, 30)),
        ({"dayOfWeek": ["mon", "thu"], "when": ["MORN"], "count": 4}, date(2026, 12, 3)),
    ],
)
def test_a_count_ends_the_course_with_its_last_dose(repeat: Json, last: date) -> None:
    result = read(*repeated(**repeat))
    assert (structures_of(result)[0].end, codes_of(result)) == (last, set())


@pytest.mark.parametrize(
    "repeat",
    [
        {"when": ["MORN", "EVE"], "count": 3},
        {"when": ["MORN"], "count": 3, "boundsPeriod": {"start": "2026-11-23", "end": "2026-11-24"}},
        {"when": ["MORN", "EVE"], "count": 1},
    ],
)
def test_a_count_that_ends_on_no_certain_day_is_parked(repeat: Json) -> None:
    assert codes_of(read(*repeated(**repeat))) == {"DOSE-1331"}


def test_a_count_within_its_bounds_ends_with_the_count() -> None:
    bounds = {"boundsPeriod": {"start": "2026-11-23", "end": "2026-12-31"}}
    result = read(*repeated(when=["MORN"], count=3, **bounds))
    assert (structures_of(result)[0].end, codes_of(result)) == (date(2026, 11, 25), set())


def test_events_are_days_that_do_not_come_round() -> None:
    moments = ["2026-11-27", "2026-11-24T22:30:00Z", "2026-11-24T08:00:00+01:00"]
    result = read(*bare(event=moments))
    assert structures_of(result) == (
        DosageStructure(
            0,
            date(2026, 11, 24),
            date(2026, 11, 27),
            (DosageDay(1, (at(ClockTime(23, 30)), at(ClockTime(8, 0)))), DosageDay(4, plain(1))),
        ),
    )
    assert codes_of(result) == set()


@pytest.mark.parametrize(
    ("moment", "day", "time"),
    [
        ("2026-07-01T06:00:00Z", date(2026, 7, 1), ClockTime(8, 0)),
        ("2026-11-24T23:30:00Z", date(2026, 11, 25), ClockTime(0, 30)),
        ("2026-10-25T00:30:00Z", date(2026, 10, 25), ClockTime(2, 30)),
        ("2026-10-25T01:30:00Z", date(2026, 10, 25), ClockTime(2, 30)),
        ("2027-03-28T01:30:00Z", date(2027, 3, 28), ClockTime(3, 30)),
    ],
)
def test_the_time_of_an_event_is_a_danish_one_also_in_nights_of_clock_changes(
    moment: str, day: date, time: ClockTime
) -> None:
    (structure,) = structures_of(read(*bare(event=[moment])))
    assert (structure.start, structure.days) == (day, (DosageDay(1, (at(time),)),))


def test_two_moments_of_one_clock_time_in_the_long_night_are_parked() -> None:
    result = read(*bare(event=["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]))
    assert codes_of(result) == {"DOSE-1344"}


@pytest.mark.parametrize(
    ("code", "interval", "doses"),
    [
        ("QD", 1, plain(1)),
        ("BID", 1, plain(2)),
        ("TID", 1, plain(3)),
        ("QID", 1, plain(4)),
        ("AM", 1, (at(MORNING),)),
        ("QOD", 2, plain(1)),
        ("WK", 7, plain(1)),
    ],
)
def test_a_timing_code_says_all_but_the_bounds(code: str, interval: int, doses: tuple[OrderedDose, ...]) -> None:
    result = read(*bare(code=coded(code), repeat=START))
    assert structures_of(result) == (DosageStructure(interval, MONDAY, None, (DosageDay(1, doses),)),)
    assert codes_of(result) == set()


@pytest.mark.parametrize(
    ("code", "repeat", "codes"),
    [
        ("BID", {"when": ["MORN", "EVE"]}, set[str]()),
        ("BID", {"frequency": 2} | DAY, set[str]()),
        ("QOD", {"period": 2, "periodUnit": "d", "when": ["EVE"]}, set[str]()),
        ("WK", {"dayOfWeek": ["thu"], "when": ["MORN"]}, set[str]()),
        ("AM", {"when": ["MORN"]}, set[str]()),
        ("AM", {"timeOfDay": ["08:00:00"]}, {"DOSE-1349"}),
        ("QD", {"dayOfWeek": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "when": ["MORN"]}, {"DOSE-1349"}),
        ("PM", {"when": ["EVE"]}, {"DOSE-1349"}),
        ("TID", {"when": ["MORN", "EVE"]}, {"DOSE-1226"}),
        ("QD", {"period": 2, "periodUnit": "d"}, {"DOSE-1226"}),
        ("WK", {"dayOfWeek": ["mon", "thu"], "when": ["MORN"]}, {"DOSE-1226"}),
    ],
)
def test_a_timing_code_beside_a_repetition_must_say_the_same(code: str, repeat: Json, codes: set[str]) -> None:
    assert codes_of(read(*bare(code=coded(code), repeat=START | repeat))) == codes


def test_words_beside_a_timing_code_are_never_passed_over() -> None:
    concept = coded("BID") | {"text": "BID"}
    assert codes_of(read(*bare(code=concept))) == set()
    assert codes_of(read(*bare(code=concept | {"text": "2 gange daglig, ikke søndag"}))) == {"DOSE-1349"}
    foreign = {"coding": [{"system": "https://example.org", "code": "BID"}, {"system": GTS, "code": "BID"}]}
    assert codes_of(read(*bare(code=foreign))) == {"DOSE-1349"}


def test_steps_follow_each_other_by_their_lengths() -> None:
    week = {"value": 1, "code": "wk"}
    result = read(step(3, 1), step(1, 4, **START, when=["EVE"], count=3), step(2, 2, boundsDuration=week))
    first, second, third = structures_of(result)
    assert codes_of(result) == set()
    assert (first.start, first.end, first.days[0].doses) == (MONDAY, date(2026, 11, 25), (at(EVENING, "4"),))
    assert (second.start, second.end) == (date(2026, 11, 26), date(2026, 12, 2))
    assert (third.start, third.end) == (date(2026, 12, 3), None)


def test_a_cycle_that_begins_with_a_step_has_no_phase_of_its_own() -> None:
    result = read(step(1, 4, boundsDuration={"value": 7, "code": "d"}), step(2, 2, period=2, periodUnit="d"))
    assert codes_of(result) == {"DOSE-1341"}


def test_steps_beside_parts_without_a_number_keep_their_own_dates() -> None:
    assert codes_of(read(step(1, 1, **START), *one())) == {"DOSE-1347"}


def every(days: int, start: str, *, when: str = "MORN", end: str | None = None) -> Json:
    bounds = {"start": start} | ({"end": end} if end else {})
    return unbounded(boundsPeriod=bounds, period=days, periodUnit="d", when=[when])[0]


def test_cycles_that_begin_on_different_days_of_one_cycle_are_one() -> None:
    result = read(every(2, "2026-11-23"), every(2, "2026-11-24", when="EVE"), every(3, "2026-11-25", when="NIGHT"))
    (both,) = structures_of(result)
    assert (codes_of(result), both.interval, both.start, both.end) == (set(), 6, MONDAY, None)
    night = PartOfDay.NIGHT
    slots = {day.number: [dose.slot for dose in day.doses] for day in both.days}
    assert slots == {1: [MORNING], 2: [EVENING], 3: [MORNING, night], 4: [EVENING], 5: [MORNING], 6: [EVENING, night]}


@pytest.mark.parametrize(
    "later",
    [
        every(2, "2026-11-25"),
        every(2, "2026-11-24", end="2026-12-31"),
        unbounded(boundsPeriod={"start": "2026-11-25"}, dayOfWeek=["mon", "thu"], when=["EVE"])[0],
    ],
)
def test_a_cycle_that_begins_later_than_its_first_dose_would_fall_is_parked(later: Json) -> None:
    assert "DOSE-1346" in codes_of(read(every(2, "2026-11-23", when="NIGHT"), later))


def test_parts_that_overlap_are_parked_and_told_stretch_by_stretch() -> None:
    result = read(*repeated(when=["MORN"]), *unbounded(boundsPeriod={"start": "2026-11-30"}, when=["EVE"]))
    assert codes_of(result) == {"DOSE-1346"}
    first, second = structures_of(result)
    assert (first.end, first.days[0].doses) == (date(2026, 11, 29), (at(MORNING),))
    assert (second.end, second.days[0].doses) == (None, (at(MORNING), at(EVENING)))


def test_a_cycle_cut_by_another_part_keeps_its_phase() -> None:
    early = unbounded(boundsPeriod={"start": "2026-11-23"}, period=3, periodUnit="d", when=["MORN"])
    late = unbounded(boundsPeriod={"start": "2026-11-30", "end": "2026-11-30"}, when=["EVE"])
    _, middle, rest = structures_of(read(*early, *late))
    assert [day.number for day in middle.days] == [1, 2, 3]
    assert [day.number for day in rest.days] == [2]
    assert rest.start == date(2026, 12, 1)


def test_dates_and_cycles_do_not_mix() -> None:
    result = read(*bare(event=["2026-11-23"]), *repeated(when=["EVE"], count=1))
    assert (codes_of(result), result.dosage) == ({"DOSE-1346"}, None)
    first, second = read(*bare(event=["2026-11-23"])), read(*bare(event=["2026-11-25", "2026-11-27"]))
    both = read(*bare(event=["2026-11-23"]), *bare(event=["2026-11-25", "2026-11-27"]))
    pause = DosageStructure(0, date(2026, 11, 24), date(2026, 11, 24), ())
    assert structures_of(both) == (*structures_of(first), pause, *structures_of(second))


def test_dates_of_parts_that_overlap_are_told_each_on_its_day() -> None:
    result = read(*bare(event=["2026-11-23", "2026-11-27"]), *bare(event=["2026-11-24", "2026-11-25"]))
    assert codes_of(result) == {"DOSE-1346"}
    first, second, third = structures_of(result)
    assert (first.start, first.end, first.days) == (MONDAY, MONDAY, (DosageDay(1, plain(1)),))
    assert (second.start, second.end, [day.number for day in second.days]) == (
        date(2026, 11, 24),
        date(2026, 11, 25),
        [1, 2],
    )
    assert (third.start, third.end, third.days) == (date(2026, 11, 26), date(2026, 11, 27), (DosageDay(2, plain(1)),))


def test_cycles_that_meet_too_seldom_are_parked() -> None:
    first, second = ({"period": period, "periodUnit": "d"} for period in (50, 51))
    result = read(*repeated(when=["MORN"], **first), *repeated(when=["EVE"], **second))
    assert (codes_of(result), result.dosage) == ({"DOSE-1350"}, None)


def test_more_than_24_moments_of_a_day_are_refused() -> None:
    moments = [f"2026-11-24T{hour:02d}:{minute:02d}:00+01:00" for hour in range(13) for minute in (0, 30)]
    assert codes_of(read(*bare(event=moments))) == {"DOSE-1225"}
    assert codes_of(read(*bare(event=moments[:24]))) == set()


def test_half_days_are_no_length_of_a_treatment() -> None:
    duration = {"value": Decimal("1.5"), "code": "d"}
    assert codes_of(read(*unbounded(when=["MORN"], boundsDuration=duration))) == {"DOSE-1342"}


def test_a_medicine_has_one_unit() -> None:
    assert codes_of(read(*one(), *quantity(unit="kapsel"))) == {"DOSE-1212"}


def test_too_many_parts_are_not_put_together() -> None:
    result = read(*one() * (MOST_PARTS + 1))
    assert (codes_of(result), result.dosage) == ({"DOSE-1348"}, None)


def test_parts_of_more_than_24_doses_a_day_are_refused() -> None:
    parts = [repeated(timeOfDay=[f"{hour:02d}:{minute:02d}:00" for hour in range(20)])[0] for minute in (0, 30)]
    result = read(*parts)
    assert (codes_of(result), result.dosage) == ({"DOSE-1225"}, None)


@pytest.mark.parametrize("document", [{}, "x", None, 1, [1], [{"text": None}], [], [{"timing": {"repeat": {}}}]])
def test_what_is_no_list_of_dosages_is_refused(document: object) -> None:
    result = read_dosages(document, WRITTEN)
    assert result.dosage is None
    assert any(finding.code.severity.name == "REFUSE" for finding in result.findings)
    assert all(finding.subject.startswith("dosageInstruction") for finding in result.findings)


@pytest.mark.parametrize("written", [date.min, date.max])
def test_no_day_of_writing_is_too_early_or_late_for_the_reader(written: date) -> None:
    for dosages in (one(), unbounded(when=["MORN"], boundsDuration={"value": 36_500, "code": "d"})):
        read_dosages(dosages, written)
    read_dosages([step(1, 1, boundsDuration={"value": 1, "code": "d"}), step(2, 1)], written)
