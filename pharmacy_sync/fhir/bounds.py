"""From when to when a dosage runs."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from dispenser.core.limits import LATEST
from pharmacy_sync.fhir.dates import read_bound
from pharmacy_sync.fhir.elements import Period, Quantity
from pharmacy_sync.fhir.resources import Repeat
from pharmacy_sync.problems import medicine, parked_dose, parked_timing
from pharmacy_sync.report import Report

_DAYS: Final = {"d": 1, "wk": 7}
_LONGEST_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class Bounds:
    """First and last civil date, both inclusive; `started` says that the dosage itself gave its first date."""

    first: date
    last: date | None
    started: bool


def read_bounds(repeat: Repeat, written: date | None, path: str, report: Report) -> Bounds | None:
    """Return the bounds of `repeat`; `written` stands in for a missing start.

    None, with the reasons in `report`, when they contradict themselves or nobody knows the start. A length that only a
    human can judge is in `report` and left open here.
    """
    period, duration, uncertain = repeat.bounds_period, repeat.bounds_duration, repeat.bounds_range
    if (period is not None) + (duration is not None) + (uncertain is not None) > 1:
        given = {"boundsDuration": duration, "boundsRange": uncertain, "boundsPeriod": period}
        names = ", ".join(name for name, value in given.items() if value is not None)
        report.add(medicine.CHOICE_TWICE, path, names=names)
        return None
    if period is not None:
        return _of_period(period, written, f"{path}.boundsPeriod", report)
    if uncertain is not None:
        report.add(parked_timing.BOUNDS_UNCERTAIN, f"{path}.boundsRange")
    if written is None:
        report.add(parked_timing.START_MISSING, path)
        return None
    if duration is not None:
        return _of_duration(duration, written, f"{path}.boundsDuration", report)
    return Bounds(written, None, started=False)


def _of_period(period: Period, written: date | None, path: str, report: Report) -> Bounds | None:
    if period.extension is not None:
        report.add(parked_dose.EXTENSION, f"{path}.extension")
    first = read_bound(period.start, f"{path}.start", report) if period.start is not None else written
    last = read_bound(period.end, f"{path}.end", report) if period.end is not None else None
    if first is None and period.start is None:
        report.add(parked_timing.START_MISSING, path)
    if first is None or (last is None and period.end is not None):
        return None
    if last is not None and last < first:
        report.add(medicine.DATES_CONTRADICT, path, first=first, last=last)
        return None
    return Bounds(first, last, started=period.start is not None)


def _of_duration(duration: Quantity, written: date, path: str, report: Report) -> Bounds | None:
    unit_days = _DAYS.get(duration.code or duration.unit or "")
    if duration.comparator is not None or duration.extension is not None or unit_days is None:
        report.add(parked_timing.BOUNDS_UNCERTAIN, path)
        return Bounds(written, None, started=False)
    days = 0 if duration.value is None else duration.value * unit_days
    if days <= 0 or days > _LONGEST_DAYS:
        report.add(medicine.DATES_CONTRADICT, path, first=written, last="?")
        return None
    if days != int(days):
        report.add(parked_timing.BOUNDS_UNCERTAIN, path)
        return Bounds(written, None, started=False)
    last = day_at(written, int(days) - 1, path, report)
    return None if last is None else Bounds(written, last, started=False)


def day_at(first: date, days: int, path: str, report: Report) -> date | None:
    """Return the date `days` after `first`, or None with the reason when it lies beyond every calendar here."""
    last = first.toordinal() + days
    if last > LATEST.toordinal():
        report.add(medicine.DATE_OUT_OF_RANGE, path, value=f"{first} + {days}")
        return None
    return date.fromordinal(last)
