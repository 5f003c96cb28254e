"""What was noted of a citizen, and the dates without pouches that follow from it."""

from datetime import date, timedelta

import pytest

from dispenser.core.presence import (
    Absence,
    Presence,
    PresenceError,
    PresenceNote,
    absences,
    present,
    require_sense,
    why_away,
)
from dispenser.core.remainder import due
from tests.support.medicine import FORTNIGHT, MONDAY, SLOTS, daily, dose, ordination, plan

HOLD, ADMITTED, MOVED, DEAD = Presence.HOLD, Presence.ADMITTED, Presence.MOVED, Presence.DEAD
RESUMED, CORRECTED = Presence.RESUMED, Presence.CORRECTED


def on(number: int) -> date:
    return MONDAY + timedelta(days=number - 1)


def note(presence: Presence, first: int, last: int | None = None) -> PresenceNote:
    return PresenceNote(presence, on(first), None if last is None else on(last))


def test_an_absence_stays_open_until_the_citizen_is_back() -> None:
    assert absences([note(ADMITTED, 3)]) == (Absence(ADMITTED, on(3)),)
    assert absences([note(ADMITTED, 3), note(RESUMED, 6)]) == (Absence(ADMITTED, on(3), on(5)),)


def test_a_return_shortens_an_absence_whose_end_was_known() -> None:
    assert absences([note(HOLD, 3, 9), note(RESUMED, 6)]) == (Absence(HOLD, on(3), on(5)),)


def test_an_absence_that_is_called_off_on_its_first_day_never_was() -> None:
    assert absences([note(HOLD, 3, 9), note(RESUMED, 3)]) == ()


def test_a_return_leaves_later_and_earlier_absences_alone() -> None:
    notes = [note(HOLD, 1, 2), note(HOLD, 12, 13), note(ADMITTED, 4), note(RESUMED, 6)]
    assert absences(notes) == (
        Absence(HOLD, on(1), on(2)), Absence(HOLD, on(12), on(13)), Absence(ADMITTED, on(4), on(5)),
    )  # fmt: skip


def test_a_return_ends_every_absence_it_falls_in() -> None:
    assert [one.last for one in absences([note(HOLD, 1), note(ADMITTED, 2), note(RESUMED, 5)])] == [on(4), on(4)]


def test_only_a_correction_brings_back_the_dead() -> None:
    assert absences([note(DEAD, 3), note(RESUMED, 5)]) == (Absence(DEAD, on(3)),)
    assert absences([note(DEAD, 3), note(CORRECTED, 3)]) == ()


def test_a_death_that_was_a_mistake_leaves_what_was_noted_beside_it() -> None:
    away = [note(ADMITTED, 1), note(HOLD, 9)]
    assert absences([*away, note(DEAD, 3), note(CORRECTED, 3)]) == absences(away)
    # With nobody dead, a correction ends what a return ends.
    assert absences([note(ADMITTED, 1), note(CORRECTED, 1)]) == ()


def test_who_was_dead_by_mistake_can_be_away_again() -> None:
    require_sense([note(DEAD, 3), note(CORRECTED, 5)], note(HOLD, 7))


@pytest.mark.parametrize(
    ("known", "new", "why"),
    [
        ([], note(HOLD, 3, 2), "before it begins"),
        ([], note(DEAD, 3, 4), "no last day"),
        ([note(HOLD, 1)], note(RESUMED, 3, 4), "no last day"),
        ([], note(RESUMED, 3), "not away"),
        ([note(HOLD, 1, 2)], note(RESUMED, 3), "not away"),
        ([note(DEAD, 1)], note(RESUMED, 3), "dead"),
        ([note(DEAD, 1)], note(HOLD, 3), "dead"),
        ([note(ADMITTED, 1), note(DEAD, 3)], note(CORRECTED, 2), "not away"),
    ],
)
def test_what_makes_no_sense_is_not_noted(known: list[PresenceNote], new: PresenceNote, why: str) -> None:
    with pytest.raises(PresenceError, match=why):
        require_sense(known, new)


@pytest.mark.parametrize(
    ("known", "new"),
    [
        ([], note(HOLD, 3, 3)),
        ([note(HOLD, 1)], note(ADMITTED, 3)),
        ([note(HOLD, 1)], note(RESUMED, 3)),
        ([note(MOVED, 1)], note(RESUMED, 3)),
        ([note(DEAD, 1)], note(CORRECTED, 3)),
    ],
)
def test_what_makes_sense_can_be_noted(known: list[PresenceNote], new: PresenceNote) -> None:
    require_sense(known, new)


def test_first_and_last_day_of_an_absence_are_without_pouches() -> None:
    away = (Absence(HOLD, on(3), on(5)),)
    assert [why_away(away, on(number)) for number in (2, 3, 5, 6)] == [None, HOLD, HOLD, None]
    doses = due(plan(ordination(daily(dose("1")), "A")), FORTNIGHT, SLOTS)
    assert [one.date for one in doses if one not in present(doses, away)] == [on(3), on(4), on(5)]


def test_resume_in_the_same_period_leaves_the_days_before_and_after() -> None:
    away = absences([note(HOLD, 3), note(RESUMED, 6)])
    doses = due(plan(ordination(daily(dose("1")), "A")), FORTNIGHT, SLOTS, away)
    assert [one.date for one in doses] == [on(number) for number in (1, 2, *range(6, 15))]
