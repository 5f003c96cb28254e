"""On which weekday each packing group begins, so that no day of the week has more pouches than it must."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from dispenser.core.ids import GroupId

WEEKDAYS = (1, 2, 3, 4, 5)
"""ISO weekdays on which a period may begin. With deadlines in workdays, Saturday and Sunday have Monday's deadline."""


def start_weekdays(
    sizes: Mapping[GroupId, int], kept: Mapping[GroupId, int], weekdays: Sequence[int] = WEEKDAYS
) -> dict[GroupId, int]:
    """Return the ISO weekday on which every group of `sizes` begins; a size is its pouches, or what they follow.

    A group of `kept` stays on its day, whatever comes. Of the others the largest is placed first, each on the day
    with least by then, so that without kept groups two days differ by at most one largest group. The order of the
    groups in `sizes` does not matter.
    """
    load = dict.fromkeys(sorted({*weekdays, *kept.values()}), 0)
    chosen = {group: kept[group] for group in sizes if group in kept}
    for group, weekday in chosen.items():
        load[weekday] += sizes[group]
    for group in sorted(sizes.keys() - kept.keys(), key=lambda group: (-sizes[group], group)):
        weekday = min(weekdays, key=lambda day: (load[day], day))
        load[weekday] += sizes[group]
        chosen[group] = weekday
    return {group: chosen[group] for group in sorted(chosen)}


def next_on(weekday: int, earliest: date) -> date:
    """Return the first date from `earliest` on that is the ISO weekday `weekday`."""
    return earliest + timedelta(days=(weekday - earliest.isoweekday()) % 7)
