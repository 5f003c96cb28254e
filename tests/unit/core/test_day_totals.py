"""Ordered and planned units a day are the same sum, exactly, however the day is cut into slots."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispenser.core.day_totals import (
    DayDifference,
    NoDayTotalError,
    day_differences,
    ordered_per_day,
)
from dispenser.core.dosage import ClockTime, FreeTextDosage, LocalSchemaDosage, PartOfDay
from dispenser.core.expansion import expand
from dispenser.core.plan import Ordination
from dispenser.core.pouch import Dose
from dispenser.core.quantity import units_of
from dispenser.core.roll import Period
from dispenser.core.slots import SlotTable
from safety.verifier import expected_doses
from tests.support.medicine import (
    EVENING,
    FORTNIGHT,
    MONDAY,
    MORNING,
    NOON,
    SLOTS,
    daily,
    day,
    dosage,
    dose,
    ordination,
    structure,
)
from tests.support.strategies import ordinations, windows

LATE = SlotTable("late", "", SLOTS.times, {n: tuple(ClockTime(12 + hour, 0) for hour in range(n)) for n in range(1, 9)})


def totals(line: Ordination, period: Period = FORTNIGHT) -> dict[str, str]:
    return {at.isoformat(): f"{units:f}" for at, units in ordered_per_day(line, period).items()}


def planned_per_day(doses: Iterable[Dose]) -> dict[date, Decimal]:
    planned: dict[date, Decimal] = {}
    for one in doses:
        planned[one.date] = planned.get(one.date, Decimal(0)) + units_of(one.quarters)
    return planned


@given(ordinations("A", "line"), windows(), st.sampled_from([SLOTS, LATE]))
def test_what_is_planned_is_what_is_ordered_with_any_slots(line: Ordination, window: Period, slots: SlotTable) -> None:
    planned = planned_per_day(expand(line, window, slots))
    ordered = ordered_per_day(line, window)
    assert day_differences(ordered, planned) == ()
    by_day: Counter[date] = Counter()
    for (at, _slot), units in expected_doses(line, window, slots).items():
        by_day[at] += units
    assert ordered == dict(by_day)


@given(ordinations("A", "line"), windows(shortest=2), st.data())
def test_a_lost_or_doubled_dose_shows_on_its_day_and_nowhere_else(
    line: Ordination, window: Period, data: st.DataObject
) -> None:
    doses = expand(line, window, SLOTS)
    if not doses:
        return
    hit = data.draw(st.sampled_from(doses))
    lost = [one for one in doses if one is not hit]
    ordered = ordered_per_day(line, window)
    for planned in (planned_per_day(lost), planned_per_day([*doses, hit])):
        assert [difference.date for difference in day_differences(ordered, planned)] == [hit.date]


def test_a_difference_reads_like_fmks() -> None:
    line = ordination(daily(dose("2", MORNING), dose("2", EVENING)))
    planned = planned_per_day(one for one in expand(line, FORTNIGHT, SLOTS) if one.slot is MORNING)
    (first, *_) = differences = day_differences(ordered_per_day(line, FORTNIGHT), planned)
    assert str(first) == f"{MONDAY}: 4 -> 2"
    assert len(differences) == 14


@pytest.mark.parametrize(
    ("ordered", "planned", "text"),
    [
        ("1.50", "0", "1.5 -> 0"),
        ("100", "1E+2", None),
        ("0.000000001", "0.1", "0.000000001 -> 0.1"),
        ("0", "1", "0 -> 1"),
    ],
)
def test_differences_are_exact_and_plain(ordered: str, planned: str, text: str | None) -> None:
    pair = ({MONDAY: Decimal(ordered)}, {MONDAY: Decimal(planned)})
    assert [str(one).partition(": ")[2] for one in day_differences(*pair)] == ([text] if text else [])


def test_a_day_that_only_one_of_the_two_knows_is_a_difference() -> None:
    tuesday = MONDAY + timedelta(days=1)
    assert day_differences({MONDAY: Decimal(1)}, {tuesday: Decimal(2)}) == (
        DayDifference(MONDAY, Decimal(1), Decimal(0)),
        DayDifference(tuesday, Decimal(0), Decimal(2)),
    )


def test_moving_a_dose_within_its_day_is_free() -> None:
    at_eight = ordination(daily(dose("1", ClockTime(8, 0)), dose("1", NOON)))
    in_the_morning = ordination(daily(dose("1", MORNING), dose("1", NOON)))
    planned = planned_per_day(expand(in_the_morning, FORTNIGHT, SLOTS))
    assert day_differences(ordered_per_day(at_eight, FORTNIGHT), planned) == ()


def test_treatment_and_structures_bound_the_days() -> None:
    weekly = dosage(
        structure(day(1, dose("1")), day(7, dose("0.5"), dose("0", None)), interval=7, end=MONDAY + timedelta(12))
    )
    line = ordination(weekly, first=MONDAY + timedelta(days=1), last=MONDAY + timedelta(days=20))
    assert totals(line) == {
        (MONDAY + timedelta(days=6)).isoformat(): "0.5",
        (MONDAY + timedelta(days=7)).isoformat(): "1",
    }


def test_a_structure_that_is_not_iterated_gives_each_day_once() -> None:
    taper = dosage(structure(day(1, dose("3")), day(3, dose("2")), day(40, dose("1")), interval=0))
    assert list(totals(ordination(taper)).values()) == ["3", "2"]


def test_what_is_taken_as_needed_is_in_no_days_sum() -> None:
    beside = dosage(structure(day(1, dose("1"), dose(("1", "2"), as_needed=True))))
    assert set(totals(ordination(beside)).values()) == {"1"}


@pytest.mark.parametrize(
    ("how", "why"),
    [
        (FreeTextDosage("1 dgl"), "not structured"),
        (LocalSchemaDosage(), "not structured"),
        (daily(dose(("1", "2"))), "range"),
        (dosage(structure(day(0, dose("1")))), "without a number"),
        (daily(dose("NaN")), "no amount"),
        (daily(dose("Infinity")), "no amount"),
        (daily(dose("-1")), "no amount"),
    ],
)
def test_what_has_no_certain_day_is_refused(how: object, why: str) -> None:
    with pytest.raises(NoDayTotalError, match=why):
        ordered_per_day(ordination(how), FORTNIGHT)  # type: ignore[arg-type]  # one of the three kinds of dosage


def test_slots_of_the_default_table_are_named_ones() -> None:
    assert {slot for slots in SLOTS.plain.values() for slot in slots} == set(PartOfDay)
