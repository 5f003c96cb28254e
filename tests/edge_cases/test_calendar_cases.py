"""Days that are longer or shorter than others, years that begin in the middle of a week, and cycles that meet them."""

from datetime import date, datetime, timedelta

import pytest

from dispenser.app.site import confirm_clock
from dispenser.core.roll import Period
from scheduling.calendar import following, local_date, period_from
from tests.support.counter import ELTROXIN_50, FORTNIGHT, Counter, intakes, medicine, person
from tests.support.fhir import Json, part
from tests.support.pharmacy import WHO

BACK, FORWARD = date(2026, 10, 25), date(2027, 3, 28)
"""Sundays on which clocks go back an hour at 3 o'clock, and forward an hour at 2 o'clock."""


@pytest.mark.parametrize("night", [BACK, FORWARD], ids=["clocks-go-back", "clocks-go-forward"])
def test_a_tablet_at_half_past_two_in_the_night_of_a_clock_change_is_one_pouch(counter: Counter, night: date) -> None:
    """02:30 comes twice in October and never in March: one pouch with that time, no dose lost and none doubled."""
    counter.clock.set(night.year, night.month, 1)
    # The counter opened in November: somebody has put its clock right.
    confirm_clock(counter.services, WHO, "prøve i oktober")
    counter.take(person(), medicine(part(f"{night.year}-01-01", None, timeOfDay=["02:30:00", "08:00:00"])))
    roll = counter.roll(Period(night - timedelta(days=1), night + timedelta(days=1)))
    days = [night + timedelta(days=number) for number in (-1, 0, 1)]
    assert [(day, at) for day, at, _ in intakes(roll)] == [(day, at) for day in days for at in ("02:30", "08:00")]
    printed = [lines for lines in counter.labels(roll).values() if f"Søndag {night:%d.%m.%Y} kl. 02:30" in lines]
    assert len(printed) == 1


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime.fromisoformat("2026-10-24T22:30:00+00:00"), BACK),
        (datetime.fromisoformat("2026-10-25T22:59:59+00:00"), BACK),
        (datetime.fromisoformat("2026-10-25T23:00:00+00:00"), BACK + timedelta(days=1)),
        (datetime.fromisoformat("2027-03-28T21:59:59+00:00"), FORWARD),
        (datetime.fromisoformat("2027-03-28T22:00:00+00:00"), FORWARD + timedelta(days=1)),
    ],
)
def test_which_danish_day_it_is_on_the_days_of_a_clock_change(instant: datetime, day: date) -> None:
    """The long Sunday ends at 23:00 UTC and the short one at 22:00 UTC: a change belongs to the Danish day."""
    assert local_date(instant) == day


def test_a_weekly_tablet_keeps_its_weekday_over_29_february(counter: Counter) -> None:
    """A Wednesday tablet in the leap year 2028 is for Wednesday before and after Tuesday 29 February."""
    counter.take(person(), medicine(part("2028-02-02", None, frequency=1, when=["MORN"], dayOfWeek=["wed"])))
    roll = counter.roll(period_from(date(2028, 2, 21)))
    assert [day for day, *_ in intakes(roll)] == [date(2028, 2, 23), date(2028, 3, 1)]


def test_a_tablet_every_second_day_keeps_its_rhythm_over_new_year(counter: Counter) -> None:
    """ISO week 53 runs from 28 December 2026 to 3 January 2027; every second day goes on through it."""
    counter.take(person(), medicine(part("2026-12-27", None, frequency=1, when=["MORN"], period=2)))
    week = period_from(date(2026, 12, 28), 7)
    assert [day.isoformat() for day, *_ in intakes(counter.roll(week))] == ["2026-12-29", "2026-12-31", "2027-01-02"]
    (first, *_), *_ = intakes(counter.roll(following(week)))
    assert first == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("sunday", "packed"),
    [
        (part("2026-11-23", None, frequency=1, when=["MORN"], dayOfWeek=["sun"]), [7, 14, 21, 28]),
        (part("2026-12-06", None, frequency=1, when=["MORN"], period=14), [14, 28]),
    ],
    ids=["day-7-of-a-week", "day-14-of-a-fortnight"],
)
def test_the_last_day_of_a_weekly_cycle_is_packed(counter: Counter, sunday: Json, packed: list[int]) -> None:
    """A Sunday tablet is the last day of a cycle that begins on Monday, and is not lost in any week."""
    counter.take(person(), medicine(sunday))
    found = intakes(counter.roll(FORTNIGHT)) + intakes(counter.roll(following(FORTNIGHT)))
    assert [(day - FORTNIGHT.first).days + 1 for day, *_ in found] == packed


@pytest.mark.parametrize("interval", [2, 3, 5, 28, 90])
def test_a_tablet_every_n_days_keeps_its_rhythm_from_roll_to_roll(counter: Counter, interval: int) -> None:
    """Where 14 days are no whole number of cycles, the next roll goes on where the last one left off."""
    start = date(2026, 11, 25)
    counter.take(
        person(),
        medicine(part(start.isoformat(), None, frequency=1, when=["MORN"], period=interval)),
        medicine(part(start.isoformat(), None, frequency=1, when=["EVE"]), product=ELTROXIN_50, name="daily"),
    )
    period = period_from(date(2026, 11, 23))
    found: list[date] = []
    for _ in range(8):
        found += [day for day, at, _ in intakes(counter.roll(period)) if at == "morning"]
        period = following(period)
    assert found == [start + timedelta(days=number) for number in range(0, 8 * 14 - 2, interval)]
