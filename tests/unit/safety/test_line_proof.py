"""What a line is shown to give, and when nothing is said of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

import safety.line_proof
import safety.second_expansion
from dispenser.core.dosage import Dosage, DosageStructure, FreeTextDosage
from dispenser.core.plan import Ordination
from dispenser.core.roll import Period
from dispenser.core.slots import SlotTable
from safety.line_proof import LineProof, SlotOrders
from safety.second_expansion import SecondExpansion
from tests.support.medicine import (
    EVENING,
    FORTNIGHT,
    MONDAY,
    MORNING,
    SLOTS,
    clock,
    daily,
    day,
    dosage,
    dose,
    ordination,
    structure,
)

WEEK = Period(MONDAY, MONDAY + timedelta(days=6))
AT_MORNING, AT_EVENING = (8 * 60, 0, "morning"), (18 * 60, 0, "evening")


def strands(of: Dosage | Ordination, period: Period = WEEK, slots: SlotTable = SLOTS) -> object:
    line = of if isinstance(of, Ordination) else ordination(of)
    return LineProof(period, slots, SlotOrders(slots)).strands(line)


def test_every_day() -> None:
    assert strands(daily(dose("1.5"), dose("0.25", EVENING))) == {
        (AT_MORNING, 6): 0b1111111,
        (AT_EVENING, 1): 0b1111111,
    }


def test_doses_of_one_slot_are_one_and_zero_is_none() -> None:
    assert strands(daily(dose("1"), dose("1"), dose("0", EVENING))) == {(AT_MORNING, 8): 0b1111111}


def test_days_of_a_cycle_with_equal_doses_are_together() -> None:
    cycle = structure(day(1, dose("1")), day(3, dose("1")), day(4, dose("2")), interval=4)
    assert strands(dosage(cycle)) == {(AT_MORNING, 4): 0b1110101 & ~0b0100000, (AT_MORNING, 8): 0b0001000}


def test_structures_that_follow_each_other() -> None:
    first = structure(day(1, dose("1")), end=MONDAY + timedelta(days=1))
    then = structure(day(1, dose("2")), start=MONDAY + timedelta(days=2))
    assert strands(dosage(first, then)) == {(AT_MORNING, 4): 0b0000011, (AT_MORNING, 8): 0b1111100}


def test_plain_doses_stand_where_the_site_takes_them() -> None:
    assert strands(daily(dose("1", None), dose("1", None))) == {
        (AT_MORNING, 4): 0b1111111,
        (AT_EVENING, 4): 0b1111111,
    }


def test_a_dosage_that_is_not_iterated() -> None:
    assert strands(dosage(structure(day(2, dose("1")), day(9, dose("1")), interval=0))) == {(AT_MORNING, 4): 0b10}


@pytest.mark.parametrize(
    "of",
    [
        FreeTextDosage("en om dagen"),
        daily(dose("1", as_needed=True)),
        daily(dose(("1", "2"))),
        daily(*(dose("1", None) for _ in range(5))),
        daily(dose("0.1")),
        daily(dose("-1")),
        dosage(structure(day(0, dose("1")))),
        dosage(structure(day(1, dose("1"))), structure(day(1, dose("1")))),
        # The two accounts differ: a day that no cycle comes to, and what is taken as needed on it.
        dosage(structure(day(1, dose("1")), day(3, dose("1")), interval=2)),
        dosage(structure(day(1, dose("1"), dose("1", EVENING)), interval=-1)),
    ],
)
def test_nothing_is_said_of_what_cannot_be_followed(of: Dosage) -> None:
    assert strands(of) is None


def test_places_that_are_one_are_summed() -> None:
    same = SlotTable(plain={2: (MORNING, MORNING)})
    assert strands(daily(dose("1", None), dose("1", None)), slots=same) == {(AT_MORNING, 8): 0b1111111}


def test_nothing_is_said_where_the_sum_of_a_day_differs() -> None:
    beyond = structure(day(1, dose("1")), day(3, dose("1")), interval=2, end=MONDAY + timedelta(days=3))
    then = structure(day(1, dose("1")), start=MONDAY + timedelta(days=4))
    assert strands(dosage(beyond, then)) is None
    within = replace(beyond, end=MONDAY + timedelta(days=1))
    after = replace(then, start=MONDAY + timedelta(days=2))
    assert strands(dosage(within, after)) == {(AT_MORNING, 4): 0b1111101}


def test_nothing_is_said_of_a_slot_without_a_time() -> None:
    timeless = SlotTable(times={EVENING: clock("18:00")})
    assert strands(daily(dose("1")), slots=timeless) is None
    assert strands(daily(dose("1", EVENING)), slots=timeless) == {(AT_EVENING, 4): 0b1111111}
    at_seven = daily(dose("1", clock("07:00")))
    assert strands(at_seven, slots=timeless) == {((7 * 60, 1, "07:00"), 4): 0b1111111}


def test_a_day_beyond_its_cycle_is_not_told_by_a_turn() -> None:
    """Two starts that differ by whole cycles are one turn, and yet the sum of a day differs."""
    days = (day(1, dose("1")), day(9, dose("1")))
    proof = LineProof(WEEK, SLOTS, SlotOrders(SLOTS))
    for start in (MONDAY, MONDAY - timedelta(days=7)):
        assert proof.strands(ordination(dosage(DosageStructure(7, start, None, days)))) is None
    last = DosageStructure(7, MONDAY, None, (day(7, dose("1")),))
    assert proof.strands(ordination(dosage(last))) == {(AT_MORNING, 4): 0b1000000}


def test_lines_of_one_turn_are_worked_out_once() -> None:
    days = (day(1, dose("1")),)
    proof = LineProof(WEEK, SLOTS, SlotOrders(SLOTS))
    first = proof.strands(ordination(dosage(DosageStructure(2, MONDAY - timedelta(days=2), None, days)), "A"))
    later = proof.strands(ordination(dosage(DosageStructure(2, MONDAY - timedelta(days=4), None, days)), "B"))
    other = proof.strands(ordination(dosage(DosageStructure(2, MONDAY - timedelta(days=3), None, days)), "C"))
    assert first is later
    assert (first, other) == ({(AT_MORNING, 4): 0b1010101}, {(AT_MORNING, 4): 0b0101010})


def test_what_is_known_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety.line_proof, "_MOST_KNOWN", 2)
    monkeypatch.setattr(safety.second_expansion, "_MOST_KNOWN", 2)
    proof = LineProof(WEEK, SLOTS, SlotOrders(SLOTS))
    lines = [ordination(daily(dose(str(units)))) for units in (1, 2, 3)]
    kept = [proof.strands(line) for line in lines]
    assert kept == [{(AT_MORNING, 4 * units): 0b1111111} for units in (1, 2, 3)]
    assert proof.strands(lines[2]) is kept[2]
    assert proof.strands(lines[0]) is not kept[0]
    assert proof.strands(lines[0]) == kept[0]


def test_the_order_of_a_slot_is_asked_once_and_the_slot_is_kept() -> None:
    orders = SlotOrders(SLOTS)
    first = orders.of(MORNING)
    assert first == AT_MORNING
    assert orders.of(MORNING) is first
    assert {orders.of(clock(f"07:{minute:02d}")) for minute in range(60)} == {
        (7 * 60 + minute, 1, f"07:{minute:02d}") for minute in range(60)
    }


def turn(line: Ordination, period: Period = FORTNIGHT) -> tuple[int, ...]:
    found = SecondExpansion(period, SLOTS).turn(line)
    assert found is not None
    return found[1:]


def test_a_turn_says_cycle_phase_and_days() -> None:
    first, stop = MONDAY.toordinal(), MONDAY.toordinal() + 14
    days = (day(1, dose("1")),)

    def line(interval: int, off: int, end: int | None = None, **treated: int) -> Ordination:
        dates = {name: MONDAY + timedelta(days=by) for name, by in treated.items()}
        ended = None if end is None else MONDAY + timedelta(days=end)
        how = dosage(DosageStructure(interval, MONDAY + timedelta(days=off), ended, days))
        return ordination(how, first=dates.get("first", MONDAY - timedelta(days=99)), last=dates.get("last"))

    assert turn(line(3, -3)) == (3, first % 3, first, stop)
    assert turn(line(3, 2)) == (3, (first + 2) % 3, first + 2, stop)
    assert turn(line(3, 2, first=3)) == (3, (first + 2) % 3, first + 3, stop)
    assert turn(line(1, 0, end=5)) == (1, 0, first, first + 6)
    assert turn(line(1, 0, end=5, last=4)) == (1, 0, first, first + 5)
    assert turn(line(1, 0, end=5, last=6)) == (1, 0, first, first + 6)
    assert turn(line(1, 0, end=99, last=99)) == (1, 0, first, stop)
    assert turn(line(0, -3)) == (0, first - 3, first, stop)
    assert turn(line(-2, -3)) == (-2, first - 3, first, stop)


def test_more_structures_than_one_have_no_turn() -> None:
    one = structure(day(1, dose("1")))
    assert SecondExpansion(WEEK, SLOTS).turn(ordination(dosage(one, one))) is None
    assert SecondExpansion(WEEK, SLOTS).turn(ordination(FreeTextDosage("en"))) is None
