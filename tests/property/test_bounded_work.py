"""Judging and expanding take work and memory in proportion to the size of what came in, and to nothing in it.

Work is counted in calls, Python's and the interpreter's own, and memory at its highest; seconds would say more of the
machine than of the code.
"""

import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispenser.core.daily import daily_dose, dosage_type
from dispenser.core.dosage import (
    ClockTime,
    DosageDay,
    DosageStructure,
    DoseRange,
    OrderedDose,
    PartOfDay,
    StructuredDosage,
)
from dispenser.core.expander import NotPackableError
from dispenser.core.expansion import expand, ordered_intakes
from dispenser.core.limits import LONGEST_WINDOW_DAYS
from dispenser.core.reasons import why_not_packable, why_parked, why_refused
from dispenser.core.roll import Period
from tests.support.medicine import MONDAY, MORNING, SLOTS, ordination

CALLS_EACH = 40
CALLS_AT_LEAST = 400
BYTES_EACH = 400
BYTES_AT_LEAST = 20_000
"""For each structure, day, dose and dated dose; about twice what is used."""
LONG_WINDOW = Period(date(2020, 1, 1), date(2020, 1, 1) + timedelta(days=LONGEST_WINDOW_DAYS - 1))
HUGE = ["1E+999999", "-1E+999999", "1E-999999", "9" * 5_000, f"0.{'0' * 5_000}1", "1E+18", "sNaN", "-Infinity"]


@dataclass
class Cost:
    calls: int = 0
    most_bytes: int = 0


def cost_of(work: Callable[[], object]) -> Cost:
    """What `work` costs; a refusal is an answer like any other."""
    cost = Cost()

    def count(_frame: object, event: str, _argument: object) -> None:
        cost.calls += event in {"call", "c_call"}

    def refused_or_done() -> None:
        try:
            work()
        except ValueError:
            return

    tracemalloc.start()
    refused_or_done()
    cost.most_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        refused_or_done()
    finally:
        sys.setprofile(before)
    return cost


def size_of(dosage: StructuredDosage) -> int:
    days = [day for structure in dosage.structures for day in structure.days]
    digits = sum(len(one.as_tuple().digits) for day in days for dose in day.doses for one in amounts_of(dose))
    return len(dosage.structures) + len(days) + sum(len(day.doses) for day in days) + digits // 10


def amounts_of(dose: OrderedDose) -> list[Decimal]:
    return [dose.amount.low, dose.amount.high] if isinstance(dose.amount, DoseRange) else [dose.amount]


def judged_within_bounds(dosage: StructuredDosage, window: Period) -> None:
    """Both forms of the expansion judge first."""
    line = ordination(dosage)
    doses = 0 if why_not_packable(dosage, SLOTS) else len(expand(line, window, SLOTS))
    within(cost_of(lambda: expand(line, window, SLOTS)), size_of(dosage) + doses)
    doses = 0 if why_refused(dosage) or why_parked(dosage) else len(ordered_intakes(dosage, window))
    within(cost_of(lambda: ordered_intakes(dosage, window)), size_of(dosage) + doses)


def within(cost: Cost, size: int) -> None:
    assert cost.calls <= CALLS_EACH * size + CALLS_AT_LEAST
    assert cost.most_bytes <= BYTES_EACH * size + BYTES_AT_LEAST


whole_numbers = st.integers(-(10**12), 10**12) | st.sampled_from([-1, 0, 1, 365, 366, 10**9, -(10**9)])
any_amount = st.sampled_from(HUGE).map(Decimal) | st.decimals() | st.integers(0, 20).map(Decimal)
any_dose = st.builds(
    OrderedDose,
    st.sampled_from([None, *PartOfDay, ClockTime(0, 0), ClockTime(23, 59)]),
    any_amount | st.builds(DoseRange, any_amount, any_amount),
    st.booleans(),
)
any_day = st.builds(DosageDay, whole_numbers, st.lists(any_dose, max_size=27).map(tuple))
any_date = st.dates() | st.sampled_from([date.min, date.max])
any_structure = st.builds(
    DosageStructure, whole_numbers, any_date, st.none() | any_date, st.lists(any_day, max_size=4).map(tuple)
)
any_dosage = st.builds(
    StructuredDosage, st.sampled_from(["tablet", "ml", ""]), st.lists(any_structure, max_size=12).map(tuple)
)
any_window = st.sampled_from(
    [LONG_WINDOW, Period(MONDAY, MONDAY), Period(date.min, date.min), Period(date.max, date.max)]
)


@settings(max_examples=50)
@given(any_dosage, any_window)
def test_whatever_comes_in_is_judged_in_bounded_work(dosage: StructuredDosage, window: Period) -> None:
    judged_within_bounds(dosage, window)


@settings(max_examples=50)
@given(any_dosage)
def test_whatever_comes_in_has_a_type_and_a_daily_dose_or_none_in_bounded_work(dosage: StructuredDosage) -> None:
    within(cost_of(lambda: dosage_type(dosage)), size_of(dosage))
    within(cost_of(lambda: daily_dose(dosage)), size_of(dosage))


ONE = OrderedDose(MORNING, Decimal(1))


def of_days(*days: DosageDay, interval: int = 0, start: date = MONDAY, end: date | None = None) -> StructuredDosage:
    return StructuredDosage("tablet", (DosageStructure(interval, start, end, days),))


LARGEST = {
    "1,000 doses a day": of_days(DosageDay(1, (ONE,) * 1_000), interval=1),
    "100,000 days": of_days(*(DosageDay(number, (ONE,)) for number in range(100_000))),
    "100,000 times the same day": of_days(*(DosageDay(1, (ONE,)),) * 100_000),
    "10,000 structures": StructuredDosage(
        "tablet", tuple(DosageStructure(1, date.min, date.max, (DosageDay(1, (ONE,)),)) for _ in range(10_000))
    ),
    "interval of a billion": of_days(DosageDay(10**9, (ONE,)), interval=10**9),
    "day a billion": of_days(DosageDay(10**9, (ONE,))),
    "all the dates there are": of_days(DosageDay(1, (ONE,)), interval=1, start=date.min, end=date.max),
    **{f"quantity {text[:12]}": of_days(DosageDay(1, (OrderedDose(None, Decimal(text)),))) for text in HUGE},
}


@pytest.mark.parametrize("what", LARGEST)
def test_the_largest_nonsense_is_judged_in_bounded_work(what: str) -> None:
    judged_within_bounds(LARGEST[what], LONG_WINDOW)


@pytest.mark.parametrize("interval", [1, 2, 7, 365])
def test_a_treatment_of_a_century_costs_what_its_doses_in_the_window_cost(interval: int) -> None:
    dosage = of_days(DosageDay(1, (ONE,)), interval=interval, start=date(2000, 1, 1), end=date(2126, 12, 31))
    judged_within_bounds(dosage, LONG_WINDOW)
    judged_within_bounds(dosage, Period(date(2126, 12, 1), date(2126, 12, 31)))


def test_a_refusal_names_the_ordination_however_large_it_is() -> None:
    with pytest.raises(NotPackableError, match="too-many-days"):
        expand(ordination(LARGEST["100,000 days"]), LONG_WINDOW, SLOTS)
