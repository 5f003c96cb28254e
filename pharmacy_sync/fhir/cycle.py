"""How often a dosage comes round: length of the cycle, and the doses of one dosing day.

A `frequency` beside named times is only compared with their number and never used as a count, because FHIR leaves open
whether it multiplies them. An unknown timing is never taken as daily. What only a human can judge is in the report, and
its number of doses is told nevertheless, for the daily dose.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from dispenser.core.dosage import Slot
from dispenser.core.limits import LONGEST_INTERVAL, MOST_DOSES_A_DAY
from pharmacy_sync.fhir.elements import Number
from pharmacy_sync.fhir.resources import Repeat
from pharmacy_sync.fhir.times import Entries
from pharmacy_sync.problems import medicine, parked_timing
from pharmacy_sync.report import Report

DAYS_PER_WEEK: Final = 7
_HOURS = 24

Intakes = tuple[Slot | None, ...]
"""Doses of a day; None is a dose without a time of day."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """`interval` days long with `slots` on every dosing day.

    `weekly` says that the dosing days are the message's weekdays; `anytime` that the slots are those of the whole cycle
    on no certain day; otherwise the dosing day is the first of the cycle. Interval 0 does not come round.
    """

    interval: int
    slots: Intakes
    weekly: bool = False
    anytime: bool = False


ON_NO_DAY: Final = Cycle(0, (None,), anytime=True)
"""A dose of which nobody can say how often (FMK: not iterated, day 0, one plain dose); never packed."""


def is_silent(repeat: Repeat) -> bool:
    """Return whether `repeat` says nothing about how often and at what times."""
    return not (
        repeat.when
        or repeat.time_of_day
        or repeat.day_of_week
        or repeat.frequency is not None
        or repeat.period is not None
        or repeat.period_unit is not None
    )


def read_cycle(repeat: Repeat, entries: Entries, path: str, report: Report) -> Cycle | None:
    """Return the cycle of `repeat`; what is wrong or uncertain about it is in `report`, None when nothing is left."""
    if len(entries.slots) > MOST_DOSES_A_DAY:
        report.add(medicine.TOO_OFTEN, path, count=len(entries.slots), limit=MOST_DOSES_A_DAY)
        return None
    if repeat.period is None and repeat.period_unit is None:
        if entries.slots:
            return _daily(repeat, entries, path, report)
        report.add(parked_timing.TIMING_INCOMPLETE, path)
    elif repeat.period is None or repeat.period_unit is None or repeat.period <= 0:
        report.add(medicine.PERIOD_INCOMPLETE, f"{path}.period")
    elif repeat.period_unit in _READERS:
        return _READERS[repeat.period_unit](repeat, repeat.period, entries, path, report)
    else:
        report.add(parked_timing.UNIT_OF_TIME, f"{path}.periodUnit", unit=repeat.period_unit)
    return None


def _daily(repeat: Repeat, entries: Entries, path: str, report: Report) -> Cycle | None:
    """Every day, or every given weekday: `frequency` counts the doses of one day."""
    weekdays = len(repeat.day_of_week)
    slots: Intakes | None = entries.slots
    if slots:
        named = len(slots)
        fits = repeat.frequency in (None, named) or (repeat.period is None and repeat.frequency == named * weekdays)
        if not fits:
            _contradiction(repeat, named, path, report)
            return None
    else:
        slots = _plain(repeat.frequency or 1, path, report)
    return None if slots is None else Cycle(DAYS_PER_WEEK if weekdays else 1, slots, weekly=bool(weekdays))


def _every_days(repeat: Repeat, period: Number, entries: Entries, path: str, report: Report) -> Cycle | None:
    if period == 1:
        return _daily(repeat, entries, path, report)
    if repeat.day_of_week:
        if period > LONGEST_INTERVAL or period % DAYS_PER_WEEK:
            report.add(medicine.DAYS_CONTRADICT, f"{path}.dayOfWeek", period=period, unit="d")
            return None
        return _on_weekdays(repeat, int(period), entries, path, report)
    return _once_per_cycle(repeat, period, 1, entries, path, report)


def _every_weeks(repeat: Repeat, period: Number, entries: Entries, path: str, report: Report) -> Cycle | None:
    if not repeat.day_of_week:
        return _once_per_cycle(repeat, period, DAYS_PER_WEEK, entries, path, report)
    interval = _interval(period, DAYS_PER_WEEK, repeat, path, report)
    return None if interval is None else _on_weekdays(repeat, interval, entries, path, report)


def _on_weekdays(repeat: Repeat, interval: int, entries: Entries, path: str, report: Report) -> Cycle | None:
    """The given weekdays of every n-th week: `frequency` counts the doses of the whole cycle."""
    days = len(repeat.day_of_week)
    if entries.slots:
        if repeat.frequency is not None and repeat.frequency != days * len(entries.slots):
            _contradiction(repeat, days * len(entries.slots), path, report)
            return None
        return Cycle(interval, entries.slots, weekly=True)
    doses, rest = divmod(repeat.frequency or days, days)
    if rest or not doses:
        _contradiction(repeat, days, path, report)
        return None
    slots = _plain(doses, path, report)
    return None if slots is None else Cycle(interval, slots, weekly=True)


def _every_hours(repeat: Repeat, period: Number, entries: Entries, path: str, report: Report) -> Cycle | None:
    if repeat.day_of_week:
        report.add(medicine.DAYS_CONTRADICT, f"{path}.dayOfWeek", period=period, unit="h")
        return None
    if period % _HOURS == 0:
        days = period / Decimal(_HOURS)
        if days == 1:
            return _daily(repeat, entries, path, report)
        return _once_per_cycle(repeat, days, 1, entries, path, report)
    divides = not _HOURS % period
    doses = int(_HOURS / Decimal(period)) * (repeat.frequency or 1) if divides else 0
    if not entries.slots or not divides:
        report.add(parked_timing.HOURLY, f"{path}.period", period=period)
        return Cycle(1, (None,) * doses) if 0 < doses <= MOST_DOSES_A_DAY and not entries.slots else None
    if doses != len(entries.slots):
        _contradiction(repeat, len(entries.slots), path, report)
        return None
    return Cycle(1, entries.slots)


def _once_per_cycle(
    repeat: Repeat, period: Number, unit_days: int, entries: Entries, path: str, report: Report
) -> Cycle | None:
    """One dosing day in a cycle of several days, the first: what FMK calls iteration interval."""
    interval = _interval(period, unit_days, repeat, path, report)
    if interval is None:
        return None
    slots = entries.slots or (None,)
    frequency = repeat.frequency or len(slots)
    if frequency == len(slots):
        return Cycle(interval, slots)
    if frequency % len(slots):
        _contradiction(repeat, len(slots), path, report)
        return None
    report.add(parked_timing.DAY_NOT_FIXED, f"{path}.frequency", frequency=frequency, days=interval)
    # Named times say nothing more once several of them stand for unknown days.
    return Cycle(interval, slots * (frequency // len(slots)), anytime=True) if frequency <= MOST_DOSES_A_DAY else None


def _interval(period: Number, unit_days: int, repeat: Repeat, path: str, report: Report) -> int | None:
    days = period * unit_days
    if days > LONGEST_INTERVAL:
        details = {"period": period, "unit": repeat.period_unit, "limit": LONGEST_INTERVAL}
        report.add(medicine.INTERVAL_TOO_LONG, f"{path}.period", **details)
        return None
    if days < 1 or days != int(days):
        report.add(parked_timing.INTERVAL_NOT_DAYS, f"{path}.period", period=period, unit=repeat.period_unit)
        return None
    return int(days)


def _plain(doses: int, path: str, report: Report) -> Intakes | None:
    if doses > MOST_DOSES_A_DAY:
        report.add(medicine.TOO_OFTEN, f"{path}.frequency", count=doses, limit=MOST_DOSES_A_DAY)
        return None
    return (None,) * doses


def _contradiction(repeat: Repeat, entries: int, path: str, report: Report) -> None:
    report.add(medicine.FREQUENCY_CONTRADICTS, f"{path}.frequency", frequency=repeat.frequency or 1, entries=entries)


_READERS: Final = {"d": _every_days, "wk": _every_weeks, "h": _every_hours}
