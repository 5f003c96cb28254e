"""When a dosage is taken: which days of which cycle, and at which slots; or the reasons why nobody can know."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from dispenser.core.dosage import Slot
from pharmacy_sync.fhir.bounds import Bounds, read_bounds
from pharmacy_sync.fhir.cycle import DAYS_PER_WEEK, Cycle, read_cycle
from pharmacy_sync.fhir.report import Report
from pharmacy_sync.fhir.resources import Repeat, Timing
from pharmacy_sync.fhir.times import read_entries
from pharmacy_sync.problems import parked_dose, parked_timing

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """From `first` to `last` (None is open), on days `days` (from 1) of every `interval` days, at `slots`.

    `instruction` is what the meal codes among the times stand for, empty when they stand for none.
    """

    first: date
    last: date | None
    interval: int
    days: tuple[int, ...]
    slots: tuple[Slot | None, ...]
    instruction: str


def read_rhythm(timing: Timing, authored: date | None, root: str, report: Report) -> Rhythm | None:
    """Return the rhythm of `timing`, or None with the reasons in `report`; `authored` stands in for a missing start."""
    known = len(report.findings)
    _note_unpackable(timing, root, report)
    repeat = timing.repeat
    if repeat is None:
        if not timing.event and timing.code is None:
            report.add(parked_timing.TIMING_INCOMPLETE, root)
        return None
    path = f"{root}.repeat"
    _note_limits(repeat, path, report)
    entries = read_entries(repeat, path, report)
    bounds = read_bounds(repeat, authored, path, report)
    cycle = read_cycle(repeat, entries, path, report)
    if cycle is None or bounds is None or len(report.findings) > known:
        return None
    days = _read_days(repeat, cycle, bounds, path, report)
    if days is None:
        return None
    return Rhythm(bounds.first, bounds.last, cycle.interval, days, cycle.slots, entries.instruction)


def _note_unpackable(timing: Timing, root: str, report: Report) -> None:
    if timing.extension is not None:
        report.add(parked_dose.EXTENSION, f"{root}.extension")
    if timing.event:
        report.add(parked_timing.EVENT, f"{root}.event")
    if timing.code is not None:
        report.add(parked_timing.TIMING_CODE, f"{root}.code")


def _note_limits(repeat: Repeat, path: str, report: Report) -> None:
    for name, value, code in (
        ("extension", repeat.extension, parked_dose.EXTENSION),
        ("count", repeat.count, parked_timing.LIMITED_COUNT),
        ("countMax", repeat.count_max, parked_timing.LIMITED_COUNT),
        ("duration", repeat.duration, parked_timing.DURATION),
        ("durationMax", repeat.duration_max, parked_timing.DURATION),
        ("durationUnit", repeat.duration_unit, parked_timing.DURATION),
        ("frequencyMax", repeat.frequency_max, parked_timing.FREQUENCY_RANGE),
        ("periodMax", repeat.period_max, parked_timing.FREQUENCY_RANGE),
        ("offset", repeat.offset, parked_timing.OFFSET),
    ):
        if value is not None:
            report.add(code, f"{path}.{name}")


def _read_days(repeat: Repeat, cycle: Cycle, bounds: Bounds, path: str, report: Report) -> tuple[int, ...] | None:
    """Day numbers of the cycle; a cycle whose phase hangs on the start date needs a start date that was sent."""
    if not cycle.weekly:
        if cycle.interval > 1 and not bounds.started:
            report.add(parked_timing.START_MISSING, path)
            return None
        return (1,)
    start = bounds.first.weekday()
    weekdays = [WEEKDAYS.index(day) for day in repeat.day_of_week]
    if cycle.interval > DAYS_PER_WEEK:
        if not bounds.started:
            report.add(parked_timing.START_MISSING, path)
            return None
        # Weeks from Monday and weeks from the start differ when a dosing day lies before the start's weekday.
        if any(day < start for day in weekdays):
            report.add(parked_timing.WEEK_PHASE, f"{path}.dayOfWeek")
            return None
    return tuple(sorted((day - start) % DAYS_PER_WEEK + 1 for day in weekdays))
