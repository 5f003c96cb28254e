"""The order of the day, and the words of its slots."""

from dataclasses import replace

import pytest

from dispenser.core.dosage import PartOfDay, shared_days
from dispenser.core.slots import slot_of, slot_word
from tests.support.medicine import EVENING, MORNING, NIGHT, NOON, SLOTS, clock, day, dose

DAY = ["00:00", "00:01", "07:58", "07:59", "08:00", "08:01", "09:00", "23:58", "23:59"]


def test_clock_times_stand_in_their_order_to_the_minute() -> None:
    times = [clock(text) for text in DAY]
    assert sorted({*times}, key=SLOTS.order) == times


def test_a_named_slot_stands_just_before_the_clock_time_that_it_has() -> None:
    assert sorted([clock("08:00"), MORNING, clock("07:59")], key=SLOTS.order) == [
        clock("07:59"),
        MORNING,
        clock("08:00"),
    ]
    early = replace(SLOTS, times={**SLOTS.times, EVENING: clock("00:00"), NIGHT: clock("00:00")})
    assert sorted([clock("00:00"), NIGHT, EVENING], key=early.order) == [EVENING, NIGHT, clock("00:00")]


@pytest.mark.parametrize("word", ["morning", "noon", "evening", "night", "00:00", "07:05", "23:59"])
def test_a_slot_is_its_word_and_back(word: str) -> None:
    slot = slot_of(word)
    assert slot_word(slot) == word
    assert isinstance(slot, PartOfDay) == (":" not in word)
    assert SLOTS.clock(slot) == (slot if ":" in word else SLOTS.times[slot_of(word)])  # type: ignore[index]  # by name


@pytest.mark.parametrize(
    "word",
    ["7:05", "07:5", "007:05", "07:05:00", "07:05 ", " 07:05", "a7:05", ":", "-1:00", "\u0660\u0667:\u0660\u0665"],
)
def test_a_time_is_written_with_two_digits_each_or_not_at_all(word: str) -> None:
    with pytest.raises(ValueError, match=f"^'{word}' is not HH:MM$"):
        slot_of(word)


@pytest.mark.parametrize("word", ["24:00", "00:60", "23:99"])
def test_no_clock_shows_such_a_time(word: str) -> None:
    with pytest.raises(ValueError, match=f"^{word} is not a time of day$"):
        slot_of(word)


@pytest.mark.parametrize(
    ("count", "places"),
    [(1, [MORNING]), (2, [MORNING, EVENING]), (3, [MORNING, NOON, EVENING]), (4, [MORNING, NOON, EVENING, NIGHT])],
)
def test_the_table_of_a_new_site_says_where_one_to_four_plain_doses_go(count: int, places: list[PartOfDay]) -> None:
    assert list(SLOTS.plain[count]) == places
    assert sorted(SLOTS.plain) == [1, 2, 3, 4]


def test_equal_days_become_one_object_and_others_do_not() -> None:
    def days(amount: str) -> tuple[object, ...]:
        return shared_days((day(1, dose(amount)), day(3, dose(amount, None))))

    assert days("1.5") is days("1.5")
    assert days("1.5") == (day(1, dose("1.5")), day(3, dose("1.5", None)))
    assert days("1.5") is not days("2")


@pytest.mark.parametrize(("one", "other"), [("1.25", "1.250"), (("1.25", "7"), ("1.25", "7.0"))])
def test_equal_amounts_that_are_written_in_another_way_stay_as_they_are(
    one: str | tuple[str, str], other: str | tuple[str, str]
) -> None:
    first, second = (day(1, dose(one)),), (day(1, dose(other)),)
    assert first == second
    assert shared_days(first) == shared_days(second)
    assert [str(each.amount) for each in shared_days(second)[0].doses] == [str(second[0].doses[0].amount)]
    assert shared_days(first) is shared_days((day(1, dose(one)),))


def test_a_range_has_no_exact_quantity() -> None:
    assert dose("1.5").units == dose("1.5").amount
    with pytest.raises(TypeError, match=r"^1 to 2 is a range and no quantity$"):
        assert dose(("1", "2")).units
