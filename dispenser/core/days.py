"""Days of a window as the bits of a whole number: bit 0 is the first day, bit n the n-th day after it.

Counting, joining and comparing days are then single operations on exact integers, however long the window is.
"""

from collections.abc import Iterator
from datetime import date

from dispenser.core.dosage import DosageStructure

Days = int
"""A set of days of a window; no bit is set outside the window."""


def days_between(first: int, stop: int) -> Days:
    """Return the days from offset `first` up to, not including, offset `stop`; none when there are none between."""
    first = max(first, 0)
    return (1 << max(first, stop)) - (1 << first)


def every(interval: int, start: int, stop: int) -> Days:
    """Return the days `start`, `start + interval`, ... before `stop`, from offset 0 on; `start` may lie before it."""
    start = max(start, start % interval)
    count = max(0, -((start - stop) // interval))
    # 1 + 2**interval + 2**(2 interval) + ..., as the sum of a geometric series.
    return ((1 << count * interval) - 1) // ((1 << interval) - 1) << start


def falling_on(structure: DosageStructure, number: int, first: date, length: int) -> Days:
    """Return the days of the window of `length` days from `first` on which day `number` of the structure falls.

    Interval 0 is not iterated: the day falls once. Both ends of the structure are inclusive.
    """
    begin = (structure.start - first).days
    stop = length if structure.end is None else min(length, (structure.end - first).days + 1)
    at = begin + number - 1
    if structure.interval:
        return every(structure.interval, at, stop)
    return 1 << at if 0 <= at < stop else 0


def offsets(days: Days) -> Iterator[int]:
    """Return the offsets of `days`, rising."""
    while days:
        lowest = days & -days
        yield lowest.bit_length() - 1
        days ^= lowest
