"""From when to when a dosage runs."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from pharmacy_sync.fhir.dates import LATEST, read_bound
from pharmacy_sync.fhir.elements import Period, Quantity
from pharmacy_sync.fhir.report import Report
from pharmacy_sync.fhir.resources import Repeat
from pharmacy_sync.problems import medicine, parked_dose, parked_timing

_DAYS: Final = {"d": 1, "wk": 7}
_LONGEST_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class Bounds:
    """First and last civil date, both inclusive; `started` says that the dosage itself gave its first date."""

    first: date
    last: date | None
    started: bool


def read_bounds(repeat: Repeat, authored: date | None, path: str, report: Report) -> Bounds | None:
    """Return the bounds of `repeat`, or None with the reasons in `report`; a missing start is the date of writing."""
    given = {
        "boundsDuration": repeat.bounds_duration,
        "boundsRange": repeat.bounds_range,
        "boundsPeriod": repeat.bounds_period,
    }
    names = [name for name, value in given.items() if value is not None]
    if len(names) > 1:
        report.add(medicine.CHOICE_TWICE, path, names=", ".join(names))
        return None
    if repeat.bounds_range is not None:
        report.add(parked_timing.BOUNDS_UNCERTAIN, f"{path}.boundsRange")
        return None
    if repeat.bounds_period is not None:
        return _of_period(repeat.bounds_period, authored, f"{path}.boundsPeriod", report)
    if authored is None:
        report.add(parked_timing.START_MISSING, path)
        return None
    if repeat.bounds_duration is not None:
        return _of_duration(repeat.bounds_duration, authored, f"{path}.boundsDuration", report)
    return Bounds(authored, None, started=False)


def _of_period(period: Period, authored: date | None, path: str, report: Report) -> Bounds | None:
    known = len(report.findings)
    if period.extension is not None:
        report.add(parked_dose.EXTENSION, f"{path}.extension")
    first = read_bound(period.start, f"{path}.start", report) if period.start is not None else authored
    last = read_bound(period.end, f"{path}.end", report) if period.end is not None else None
    if len(report.findings) > known:
        return None
    if first is None:
        report.add(parked_timing.START_MISSING, path)
        return None
    if last is not None and last < first:
        report.add(medicine.DATES_CONTRADICT, path, first=first, last=last)
        return None
    return Bounds(first, last, started=period.start is not None)


def _of_duration(duration: Quantity, authored: date, path: str, report: Report) -> Bounds | None:
    unit_days = _DAYS.get(duration.code or duration.unit or "")
    if duration.comparator is not None or duration.extension is not None or unit_days is None:
        report.add(parked_timing.BOUNDS_UNCERTAIN, path)
        return None
    days = 0 if duration.value is None else duration.value * unit_days
    if days <= 0 or days > _LONGEST_DAYS:
        report.add(medicine.DATES_CONTRADICT, path, first=authored, last="?")
        return None
    if days != int(days):
        report.add(parked_timing.BOUNDS_UNCERTAIN, path)
        return None
    last = authored + timedelta(days=int(days) - 1)
    if last > LATEST:
        report.add(medicine.DATE_OUT_OF_RANGE, path, value=last)
        return None
    return Bounds(authored, last, started=False)
