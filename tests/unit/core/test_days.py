"""Days as bits say what sets of day numbers say."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dispenser.core.days import days_between, every, falling_on, offsets
from dispenser.core.dosage import DosageStructure
from tests.support.medicine import MONDAY

places = st.integers(-70, 70)
intervals = st.integers(1, 40)


def test_offsets_of_no_days_are_none() -> None:
    assert list(offsets(0)) == []


@given(st.sets(st.integers(0, 400)))
def test_offsets_are_the_days_in_order(days: set[int]) -> None:
    assert list(offsets(sum(1 << day for day in days))) == sorted(days)


@given(places, places)
@example(0, 0)
@example(-5, 0)
@example(3, 4)
def test_between_are_the_days_that_lie_between(first: int, stop: int) -> None:
    assert list(offsets(days_between(first, stop))) == [day for day in range(first, stop) if day >= 0]


@given(intervals, places, places)
@example(7, -14, 1)
@example(7, 0, 0)
@example(7, 0, 7)
@example(7, 0, 8)
def test_every_so_many_days_is_a_range_with_a_step(interval: int, start: int, stop: int) -> None:
    assert list(offsets(every(interval, start, stop))) == [day for day in range(start, stop, interval) if day >= 0]


@pytest.mark.parametrize(
    ("start", "end", "number", "expected"),
    [(0, None, 3, [2]), (0, 2, 3, [2]), (0, 1, 3, []), (-2, None, 3, [0]), (-3, None, 3, []), (11, 30, 3, [13])],
)
def test_a_day_that_is_not_iterated_falls_once_if_at_all(
    start: int, end: int | None, number: int, expected: list[int]
) -> None:
    last = None if end is None else MONDAY + timedelta(days=end)
    once = DosageStructure(0, MONDAY + timedelta(days=start), last, ())
    assert list(offsets(falling_on(once, number, MONDAY, 14))) == expected


def test_no_day_falls_outside_the_window() -> None:
    once = DosageStructure(0, MONDAY, None, ())
    assert falling_on(once, 14, MONDAY, 14) == 1 << 13
    assert falling_on(once, 15, MONDAY, 14) == 0


@given(intervals, places, st.none() | st.integers(0, 70), st.integers(1, 40), st.integers(1, 60))
def test_a_cycle_falls_where_counting_days_says(
    interval: int, start: int, length: int | None, number: int, window: int
) -> None:
    first = MONDAY + timedelta(days=start)
    end = None if length is None else first + timedelta(days=length)
    structure = DosageStructure(interval, first, end, ())

    def falls(day: date) -> bool:
        since = (day - first).days - (number - 1)
        return since >= 0 and since % interval == 0 and (end is None or day <= end)

    counted = [offset for offset in range(window) if falls(MONDAY + timedelta(days=offset))]
    assert list(offsets(falling_on(structure, number, MONDAY, window))) == counted
