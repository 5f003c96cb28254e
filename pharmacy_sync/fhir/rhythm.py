"""When a dosage is taken: which days of which cycle, and at which slots; or the reasons why nobody can know."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from dispenser.core.limits import MOST_DOSES_A_DAY
from pharmacy_sync.fhir.abbreviation import compare, read_code
from pharmacy_sync.fhir.bounds import Bounds, day_at, read_bounds
from pharmacy_sync.fhir.cycle import DAYS_PER_WEEK, ON_NO_DAY, Cycle, Intakes, is_silent, read_cycle
from pharmacy_sync.fhir.events import read_events
from pharmacy_sync.fhir.resources import Repeat, Timing
from pharmacy_sync.fhir.times import Entries, read_entries
from pharmacy_sync.problems import parked_dose, parked_timing
from pharmacy_sync.report import Report

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NO_REPEAT: Final = Repeat()
_NO_TIMING: Final = Timing()


@dataclass(frozen=True, slots=True)
class Rhythm:
    """From `first` to `last` (None is open), with the doses of `days` (number from 1, 0 for no certain day, and slots).

    `interval` is the cycle in days, 0 for one that does not come round. `optional` more doses a day, without a time,
    may be taken or not. `instruction` is what the meal codes among the times stand for, empty for none.
    """

    first: date
    last: date | None
    interval: int
    days: tuple[tuple[int, Intakes], ...]
    optional: int = 0
    instruction: str = ""


def read_rhythm(
    timing: Timing | None, written: date | None, root: str, report: Report, *, as_needed: bool = False
) -> Rhythm | None:
    """Return the rhythm of `timing`; what is wrong or uncertain about it is in `report`.

    `written` stands in for a missing start; without any start, or with one that contradicts itself, None. A dosage of
    which nobody can say how often is on no day. One that is taken as needed may leave open how often.
    """
    timing = timing or _NO_TIMING
    if timing.extension is not None:
        report.add(parked_dose.EXTENSION, f"{root}.extension")
    if timing.event:
        return _of_events(timing, written, root, report)
    repeat = timing.repeat or _NO_REPEAT
    path = f"{root}.repeat" if timing.repeat is not None else root
    _note_limits(repeat, path, report)
    entries = read_entries(repeat, path, report)
    bounds = read_bounds(repeat, written, path, report)
    cycle = ON_NO_DAY if as_needed and timing.code is None and is_silent(repeat) else None
    cycle = cycle or _read_cycle(timing, repeat, entries, path, report)
    if bounds is None:
        return None
    optional = _optional(repeat, cycle)
    if cycle is None or optional is None or timing.extension is not None or repeat.extension is not None:
        return _on_no_day(bounds)
    days = tuple((number, cycle.slots) for number in _day_numbers(repeat, cycle, bounds, path, report))
    last = bounds.last
    if repeat.count is not None:
        counted = None if as_needed else _last_of(repeat.count, bounds, cycle.interval, days, f"{path}.count", report)
        if counted is None or (last is not None and last < counted):
            report.add(parked_timing.LIMITED_COUNT, f"{path}.count")
        else:
            last = counted
    return Rhythm(bounds.first, last, cycle.interval, days, optional, entries.instruction)


def _read_cycle(timing: Timing, repeat: Repeat, entries: Entries, path: str, report: Report) -> Cycle | None:
    """Return what code and repetition say; beside a code, bounds alone are no repetition (FHIR R4 Timing.code)."""
    if timing.code is None:
        return read_cycle(repeat, entries, path, report)
    place = f"{path.removesuffix('.repeat')}.code"
    coded = read_code(timing.code, place, report)
    if is_silent(repeat):
        return coded
    said = read_cycle(repeat, entries, path, report)
    if coded is not None and said is not None:
        compare(timing.code, coded, said, len(repeat.day_of_week), place, report)
    return None if coded is None else said


def _optional(repeat: Repeat, cycle: Cycle | None) -> int | None:
    """Return how many doses a day of `frequencyMax` may be left out, None when the most doses cannot be told."""
    if repeat.period_max is not None:
        return None
    if repeat.frequency_max is None:
        return 0
    if cycle is None or cycle.interval != 1 or any(cycle.slots) or repeat.frequency_max > MOST_DOSES_A_DAY:
        return None
    return max(repeat.frequency_max - len(cycle.slots), 0)


def _on_no_day(bounds: Bounds) -> Rhythm:
    return Rhythm(bounds.first, bounds.last, ON_NO_DAY.interval, ((0, ON_NO_DAY.slots),))


def _of_events(timing: Timing, written: date | None, root: str, report: Report) -> Rhythm | None:
    """Single dates leave no room for a repetition beside them."""
    if timing.repeat is not None or timing.code is not None:
        report.add(parked_timing.EVENT, f"{root}.event")
        return None if written is None else _on_no_day(Bounds(written, None, started=False))
    days = read_events(timing.event, f"{root}.event", report)
    if not days:
        return None
    first, last = min(days), max(days)
    numbered = tuple(((day - first).days + 1, days[day]) for day in sorted(days))
    return Rhythm(first, last, 0, numbered)


def _note_limits(repeat: Repeat, path: str, report: Report) -> None:
    for name, value, code in (
        ("extension", repeat.extension, parked_dose.EXTENSION),
        ("countMax", repeat.count_max, parked_timing.LIMITED_COUNT),
        ("duration", repeat.duration, parked_timing.DURATION),
        ("durationMax", repeat.duration_max, parked_timing.DURATION),
        ("durationUnit", repeat.duration_unit, parked_timing.DURATION),
        ("frequencyMax", repeat.frequency_max, parked_timing.FREQUENCY_RANGE),
        ("periodMax", repeat.period_max, parked_timing.FREQUENCY_RANGE),
        ("offset", repeat.offset or None, parked_timing.OFFSET),
    ):
        if value is not None:
            report.add(code, f"{path}.{name}")


def _day_numbers(repeat: Repeat, cycle: Cycle, bounds: Bounds, path: str, report: Report) -> tuple[int, ...]:
    """Day numbers of the cycle; a cycle whose phase hangs on the start date needs a start date that was sent."""
    if cycle.anytime:
        return (0,)
    if not cycle.weekly:
        if cycle.interval > 1 and not bounds.started:
            report.add(parked_timing.START_MISSING, path)
        return (1,)
    start = bounds.first.weekday()
    weekdays = {WEEKDAYS.index(day) for day in repeat.day_of_week}
    if cycle.interval > DAYS_PER_WEEK:
        if not bounds.started:
            report.add(parked_timing.START_MISSING, path)
        # Weeks from Monday and weeks from the start differ when a dosing day lies before the start's weekday.
        elif any(day < start for day in weekdays):
            report.add(parked_timing.WEEK_PHASE, f"{path}.dayOfWeek")
    return tuple(sorted((day - start) % DAYS_PER_WEEK + 1 for day in weekdays))


def _last_of(
    count: int, bounds: Bounds, interval: int, days: tuple[tuple[int, Intakes], ...], path: str, report: Report
) -> date | None:
    """Return the day on which the last of `count` doses is taken, None when it leaves a day's doses incomplete."""
    doses_a_day = len(days[0][1])
    dosing_days, rest = divmod(count, doses_a_day)
    if rest or not dosing_days or not interval or days[0][0] == 0:
        return None
    cycles, index = divmod(dosing_days - 1, len(days))
    return day_at(bounds.first, cycles * interval + days[index][0] - 1, path, report)
