"""Groups begin on weekdays such that no day has more to pack than it must, and nobody is moved."""

from collections import Counter
from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from dispenser.core.ids import GroupId
from scheduling.stagger import WEEKDAYS, next_on, start_weekdays

names = st.integers(0, 40).map(lambda number: GroupId(f"group-{number}"))
groups = st.dictionaries(names, st.integers(0, 9_000), max_size=25)


def load(pouches: dict[GroupId, int], chosen: dict[GroupId, int]) -> Counter[int]:
    total = Counter(dict.fromkeys(WEEKDAYS, 0))
    for group, weekday in chosen.items():
        total[weekday] += pouches[group]
    return total


@given(groups)
def test_weekdays_differ_by_at_most_one_largest_group(pouches: dict[GroupId, int]) -> None:
    chosen = start_weekdays(pouches, {})
    assert chosen.keys() == pouches.keys()
    assert set(chosen.values()) <= set(WEEKDAYS)
    total = load(pouches, chosen).values()
    assert max(total) - min(total) <= max(pouches.values(), default=0)


@given(groups, st.data())
def test_a_group_keeps_its_day_and_new_ones_never_add_to_the_fullest(
    pouches: dict[GroupId, int], data: st.DataObject
) -> None:
    kept = {group: data.draw(st.integers(1, 7)) for group in pouches if data.draw(st.booleans())}
    chosen = start_weekdays(pouches, kept)
    assert {group: chosen[group] for group in kept} == kept
    before = load(pouches, kept)
    total = load(pouches, chosen)
    new = max((pouches[group] for group in pouches.keys() - kept.keys()), default=0)
    workdays = [total[day] for day in WEEKDAYS]
    assert max(workdays) <= max(*(before[day] for day in WEEKDAYS), min(workdays) + new)


@given(groups, st.randoms())
def test_the_order_of_the_groups_does_not_matter(pouches: dict[GroupId, int], random: Random) -> None:
    shuffled = list(pouches.items())
    random.shuffle(shuffled)
    assert start_weekdays(dict(shuffled), {}) == start_weekdays(pouches, {})


@given(groups, names, st.integers(0, 9_000))
def test_a_new_group_moves_no_old_one(pouches: dict[GroupId, int], name: GroupId, more: int) -> None:
    settled = start_weekdays(pouches, {})
    grown = start_weekdays({**pouches, name: more}, settled)
    assert {group: grown[group] for group in settled} == settled


def test_twenty_equal_groups_are_four_a_day() -> None:
    chosen = start_weekdays({GroupId(f"{number:02d}"): 280 for number in range(20)}, {})
    assert Counter(chosen.values()) == dict.fromkeys(WEEKDAYS, 4)


@given(st.integers(1, 7), st.dates(date(2000, 1, 1), date(2099, 1, 1)))
def test_the_next_such_weekday_is_within_a_week(weekday: int, earliest: date) -> None:
    found = next_on(weekday, earliest)
    assert found.isoweekday() == weekday
    assert earliest <= found < earliest + timedelta(days=7)
