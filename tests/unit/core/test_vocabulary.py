"""Quantities, periods, slots and job moves: small values that must refuse nonsense."""

from datetime import date
from decimal import Decimal

import pytest

from dispenser.core.job import TRANSITIONS, IllegalJobMoveError, JobEvent, JobState, advance
from dispenser.core.quantity import QuantityError, Quarters, quarters_of, started_units, text_of, units_of
from dispenser.core.roll import Period
from dispenser.core.slots import slot_of, slot_word
from tests.support.medicine import EVENING, MORNING, SLOTS, clock


@pytest.mark.parametrize(
    ("amount", "quarters", "text"), [("0", 0, "0"), ("0.25", 1, "0,25"), ("1.50", 6, "1,5"), ("12", 48, "12")]
)
def test_quarters_are_exact(amount: str, quarters: int, text: str) -> None:
    assert quarters_of(Decimal(amount)) == quarters
    assert units_of(Quarters(quarters)) == Decimal(amount)
    assert text_of(Quarters(quarters)) == text


@pytest.mark.parametrize("amount", ["0.1", "-0.25", "NaN", "Infinity", "0.2500001"])
def test_other_amounts_are_refused(amount: str) -> None:
    with pytest.raises(QuantityError):
        quarters_of(Decimal(amount))


@pytest.mark.parametrize(("quarters", "units"), [(1, 1), (4, 1), (5, 2), (8, 2)])
def test_started_units(quarters: int, units: int) -> None:
    assert started_units(Quarters(quarters)) == units


def test_period_has_both_ends() -> None:
    assert Period(date(2026, 12, 28), date(2027, 1, 3)).days == 7
    with pytest.raises(ValueError, match="ends 2026-01-01"):
        Period(date(2026, 1, 2), date(2026, 1, 1))


@pytest.mark.parametrize(("hour", "minute"), [(24, 0), (0, 60), (-1, 0)])
def test_no_clock_shows_that(hour: int, minute: int) -> None:
    with pytest.raises(ValueError, match="not a time of day"):
        clock(f"{hour}:{minute}")


def test_slots_have_an_order_and_a_word() -> None:
    eight = clock("08:00")
    assert sorted([EVENING, eight, clock("07:59"), MORNING], key=SLOTS.order) == [
        clock("07:59"),
        MORNING,
        eight,
        EVENING,
    ]
    assert [slot_of(slot_word(slot)) for slot in (MORNING, eight)] == [MORNING, eight]
    with pytest.raises(ValueError, match="noonish"):
        slot_of("noonish")


def test_only_listed_job_moves_are_possible() -> None:
    for state in JobState:
        for event in JobEvent:
            if (state, event) in TRANSITIONS:
                assert advance(state, event) is TRANSITIONS[state, event]
            else:
                with pytest.raises(IllegalJobMoveError, match=event.value):
                    advance(state, event)


def test_unknown_is_left_by_findings_only() -> None:
    ways_out = {event for state, event in TRANSITIONS if state is JobState.UNKNOWN}
    assert ways_out == {
        JobEvent.FOUND_NOT_LOADED,
        JobEvent.FOUND_PACKING,
        JobEvent.FOUND_WAITING,
        JobEvent.ALL_PACKED,
        JobEvent.INTERRUPTED,
    }
