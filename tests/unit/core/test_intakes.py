"""What one citizen takes together: which medicines meet at which slot on which days."""

import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest

from dispenser.core import expander as module
from dispenser.core import reasons
from dispenser.core.days import offsets
from dispenser.core.dosage import PartOfDay, Slot
from dispenser.core.expander import Expander, NotPackableError
from dispenser.core.limits import EARLIEST, LATEST
from dispenser.core.plan import Ordination
from dispenser.core.slots import SlotTable
from tests.support.medicine import (
    EVENING,
    FORTNIGHT,
    MONDAY,
    MORNING,
    NIGHT,
    NOON,
    SLOTS,
    clock,
    daily,
    day,
    dosage,
    dose,
    ordination,
    structure,
)

Found = list[tuple[Slot, list[int], list[tuple[str, int]]]]


def intakes(*lines: Ordination, slots: SlotTable = SLOTS) -> Found:
    """Slot, days from 0, and products with quarters."""
    return [
        (one.slot, list(offsets(one.days)), [(line.product_id, count) for line, count in one.portions])
        for one in Expander(FORTNIGHT, slots).intakes(lines)
    ]


def between(what: str, first: int, last: int) -> Ordination:
    """One unit of `what` every morning from day `first` to day `last`."""
    return ordination(daily(dose("1")), what, first=on(first), last=on(last))


def on(number: int) -> date:
    return MONDAY + timedelta(days=number)


def test_intakes_follow_the_day_and_named_slots_stand_before_clock_times() -> None:
    eight = clock("08:00")
    placed: list[tuple[Slot, str]] = [(NIGHT, "A"), (eight, "B"), (MORNING, "C")]
    lines = [ordination(daily(dose("1", slot)), name) for slot, name in placed]
    assert [slot for slot, _, _ in intakes(*lines)] == [MORNING, eight, NIGHT]


def test_named_slots_at_one_time_stand_in_the_order_of_their_words() -> None:
    noon = clock("12:00")
    together = replace(SLOTS, times=dict.fromkeys(PartOfDay, noon))
    line = ordination(daily(*(dose("1", slot) for slot in (noon, NOON, NIGHT, MORNING, EVENING))))
    order = [slot for slot, _, _ in intakes(line, slots=together)]
    assert order == [EVENING, MORNING, NIGHT, NOON, noon]
    assert order == sorted(order, key=together.order)


def test_times_a_minute_apart_are_two_intakes() -> None:
    line = ordination(daily(dose("1", clock("08:01")), dose("2", clock("07:59")), dose("3", clock("23:59"))))
    assert [(slot, count) for slot, _, ((_, count),) in intakes(line)] == [
        (clock("07:59"), 8),
        (clock("08:01"), 4),
        (clock("23:59"), 12),
    ]


def test_what_is_taken_on_the_same_days_is_one_pattern() -> None:
    whole = list(range(14))
    assert intakes(between("A", 0, 13), between("B", -9, 99), between("C", 0, 13)) == [
        (MORNING, whole, [("A", 4), ("B", 4), ("C", 4)])
    ]


def test_a_treatment_within_another_divides_it() -> None:
    assert sorted(intakes(between("A", 0, 13), between("B", 4, 6)), key=lambda one: one[1]) == [
        (MORNING, [0, 1, 2, 3, 7, 8, 9, 10, 11, 12, 13], [("A", 4)]),
        (MORNING, [4, 5, 6], [("B", 4), ("A", 4)]),
    ]


def test_treatments_that_meet_on_some_days_are_three_patterns() -> None:
    assert sorted(intakes(between("A", 0, 6), between("B", 5, 9)), key=lambda one: one[1]) == [
        (MORNING, [0, 1, 2, 3, 4], [("A", 4)]),
        (MORNING, [5, 6], [("A", 4), ("B", 4)]),
        (MORNING, [7, 8, 9], [("B", 4)]),
    ]


def test_three_treatments_meet_in_every_combination_of_their_days() -> None:
    lines = [between("A", 0, 9), between("B", 2, 6), between("C", 5, 12)]
    taken = {
        number: {product for _, days, portions in intakes(*lines) if number in days for product, _ in portions}
        for number in range(14)
    }
    assert ["".join(sorted(taken[number])) for number in range(14)] == [
        "A", "A", "AB", "AB", "AB", "ABC", "ABC", "AC", "AC", "AC", "C", "C", "C", "",
    ]  # fmt: skip


def test_what_meets_the_first_pattern_alone_leaves_the_second_alone() -> None:
    early = ordination(dosage(structure(day(1, dose("1")), end=on(1))), "A")
    middle = ordination(dosage(structure(day(1, dose("1")), start=on(2), end=on(2))), "B")
    both = ordination(dosage(structure(day(1, dose("1")), day(10, dose("1")), interval=0)), "C")
    found = intakes(early, middle, both)
    assert sorted(found, key=lambda one: one[1]) == [
        (MORNING, [0], [("A", 4), ("C", 4)]),
        (MORNING, [1], [("A", 4)]),
        (MORNING, [2], [("B", 4)]),
        (MORNING, [9], [("C", 4)]),
    ]


def test_what_is_taken_whenever_either_of_two_others_is_has_no_pattern_of_its_own() -> None:
    first = ordination(dosage(structure(day(1, dose("1")), end=on(1))), "A")
    second = ordination(dosage(structure(day(1, dose("1")), start=on(9), end=on(9))), "B")
    either = ordination(dosage(structure(day(1, dose("1")), day(2, dose("1")), day(10, dose("1")), interval=0)), "C")
    assert intakes(first, second, either) == [
        (MORNING, [0, 1], [("A", 4), ("C", 4)]),
        (MORNING, [9], [("B", 4), ("C", 4)]),
    ]


def test_the_first_minute_of_the_day_is_a_slot_like_others() -> None:
    midnight = replace(SLOTS, times={**SLOTS.times, EVENING: clock("00:00")})
    lines = [ordination(daily(dose("1", slot)), name) for slot, name in ((EVENING, "A"), (clock("00:00"), "B"))]
    whole = list(range(14))
    assert intakes(*lines, slots=midnight) == [(EVENING, whole, [("A", 4)]), (clock("00:00"), whole, [("B", 4)])]


def test_named_slots_a_minute_apart_stand_in_order() -> None:
    close = replace(SLOTS, times={**SLOTS.times, NOON: clock("12:00"), EVENING: clock("12:01")})
    line = ordination(daily(dose("1", EVENING), dose("2", clock("12:00")), dose("3", NOON)))
    assert [slot for slot, _, _ in intakes(line, slots=close)] == [NOON, clock("12:00"), EVENING]


def test_slots_are_divided_each_for_itself() -> None:
    evening = ordination(daily(dose("1", EVENING)), "B", first=on(3))
    assert intakes(between("A", 0, 1), evening) == [
        (MORNING, [0, 1], [("A", 4)]),
        (EVENING, list(range(3, 14)), [("B", 4)]),
    ]


def test_quantities_of_one_line_that_differ_by_the_day_are_patterns_of_their_own() -> None:
    line = ordination(dosage(structure(day(1, dose("1")), day(2, dose("2")), interval=2)))
    assert intakes(line) == [
        (MORNING, list(range(0, 14, 2)), [("A", 4)]),
        (MORNING, list(range(1, 14, 2)), [("A", 8)]),
    ]


def test_nothing_in_the_window_is_no_intake() -> None:
    assert intakes() == []
    assert intakes(between("A", -5, -1), between("B", 14, 20)) == []


def test_one_line_that_cannot_be_packed_is_named_with_every_reason() -> None:
    bad = ordination(dosage(structure(day(1, dose(("1", "2"), as_needed=True)))), "B", "line-7")
    with pytest.raises(NotPackableError) as caught:
        intakes(between("A", 0, 3), bad)
    assert (caught.value.ordination_id, caught.value.reasons) == ("line-7", (reasons.AS_NEEDED, reasons.RANGE))
    assert str(caught.value) == "line-7: as-needed, range"


def test_strands_of_a_line_are_its_doses_by_slot_and_quantity() -> None:
    line = ordination(daily(dose("1"), dose("0.5", EVENING)), first=on(12), last=on(13))
    assert [(one.slot, one.quarters, list(offsets(one.days))) for one in Expander(FORTNIGHT, SLOTS).strands(line)] == [
        (MORNING, 4, [12, 13]),
        (EVENING, 2, [12, 13]),
    ]


def test_equal_days_are_worked_out_once_in_every_phase_that_is_the_same() -> None:
    days = (day(1, dose("1")), day(3, dose("2")))
    expander = Expander(FORTNIGHT, SLOTS)

    def kept(start: int, end: int | None = None, interval: int = 7, unit: str = "tablet") -> int:
        how = replace(dosage(structure(interval=interval, start=on(start))), unit=unit)
        (one,) = how.structures
        last = None if end is None else on(end)
        expander.strands(ordination(replace(how, structures=(replace(one, days=days, end=last),)), first=on(-99)))
        return len(expander._known)

    assert kept(-1) == 1
    assert [kept(-8), kept(-15), kept(-1, 13), kept(-1, 40)] == [1, 1, 1, 1]
    assert [kept(-2), kept(0), kept(1), kept(-1, 12), kept(-1, interval=14), kept(-1, unit="kapsel")] == [
        2, 3, 4, 5, 6, 7,
    ]  # fmt: skip
    assert [kept(-1, interval=0), kept(-2, interval=0), kept(-8, interval=0)] == [8, 9, 10]


def test_what_is_given_every_day_is_worked_out_once_whenever_it_began() -> None:
    every_day = (day(1, dose("1")),)
    expander = Expander(FORTNIGHT, SLOTS)
    for start in (0, -1, -2, -999):
        assert len(expander.strands(ordination(dosage(replace(structure(start=on(start)), days=every_day))))) == 1
    assert len(expander._known) == 1


def test_a_treatment_that_was_over_does_not_excuse_one_that_ends_before_it_starts() -> None:
    weekly = structure(day(1, dose("1")), interval=7, start=on(-7), end=on(-1))
    expander = Expander(FORTNIGHT, SLOTS)
    assert expander.strands(ordination(dosage(weekly))) == ()
    with pytest.raises(NotPackableError, match=reasons.ENDS_BEFORE_START):
        expander.strands(ordination(dosage(replace(weekly, start=on(0)))))


def test_what_is_known_is_not_worked_out_again() -> None:
    many = (day(1, *(dose("1", clock(f"{hour:02d}:00")) for hour in range(24))),)
    line = ordination(dosage(structure(*many)))
    expander = Expander(FORTNIGHT, SLOTS)

    def calls() -> int:
        count = 0

        def tell(*_: object) -> None:
            nonlocal count
            count += 1

        sys.setprofile(tell)
        try:
            expander.intakes([line])
        finally:
            sys.setprofile(None)
        return count

    first = calls()
    assert calls() < first / 3


def test_memory_is_bounded_and_forgetting_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_KNOWN", 3)
    expander = Expander(FORTNIGHT, SLOTS)
    lines = [ordination(dosage(structure(day(1, dose("1")), interval=cycle)), "A") for cycle in range(1, 9)]
    for _ in range(2):
        for line in lines:
            assert expander.strands(line) == Expander(FORTNIGHT, SLOTS).strands(line)
            assert 1 <= len(expander._known) <= 3


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [
        (on(0), on(-1), reasons.ENDS_BEFORE_START),
        (EARLIEST - timedelta(days=1), None, reasons.DATE_OUT_OF_RANGE),
        (on(0), LATEST + timedelta(days=1), reasons.DATE_OUT_OF_RANGE),
    ],
)
def test_days_that_are_known_do_not_excuse_wrong_dates(start: date, end: date | None, reason: str) -> None:
    days = (day(1, dose("1")),)
    expander = Expander(FORTNIGHT, SLOTS)
    good = structure(start=on(-1))
    expander.strands(ordination(dosage(replace(good, days=days))))
    bad = replace(good, days=days, start=start, end=end)
    with pytest.raises(NotPackableError) as caught:
        expander.strands(ordination(dosage(bad)))
    assert caught.value.reasons == (reason,)
