"""FHIR dates as civil dates in Denmark."""

import re
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from dispenser.core.dosage import ClockTime
from dispenser.core.limits import EARLIEST, LATEST
from pharmacy_sync.problems import medicine, parked_timing
from pharmacy_sync.report import Report

COPENHAGEN: Final = ZoneInfo("Europe/Copenhagen")
WHOLE_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])\Z"
)


def civil_date(text: str) -> date | None:
    """Return `YYYY-MM-DD` as a date, None when the calendar has no such day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def instant(text: str) -> datetime | None:
    """Return a FHIR dateTime with time and zone, None when `text` is none."""
    if not _DATE_TIME.match(text):
        return None
    head, dot, tail = text.partition(".")
    # Python keeps six digits of a second and FHIR allows any number of them.
    zone = tail.lstrip("0123456789") if dot else ""
    try:
        return datetime.fromisoformat(head + zone)
    except ValueError:
        return None


def read_bound(text: str, path: str, report: Report) -> date | None:
    """Return a first or last Danish civil date; one with a clock time is parked, for it would cut a day in two."""
    day = read_authored(text, path, report)
    if day is not None and not WHOLE_DATE.match(text):
        report.add(parked_timing.TIME_IN_BOUNDS, path, value=text)
    return day


def read_authored(text: str, path: str, report: Report) -> date | None:
    """Return the Danish civil date on which something was written."""
    if WHOLE_DATE.match(text):
        return _sane(civil_date(text), text, path, report)
    moment = danish(text)
    return _sane(None if moment is None else moment.date(), text, path, report)


def danish(text: str) -> datetime | None:
    """Return a FHIR dateTime with time and zone in Danish civil time, None when `text` is none or of no sane year."""
    moment = instant(text)
    return moment.astimezone(COPENHAGEN) if moment is not None and moment.year in _YEARS else None


def read_moment(text: str, path: str, report: Report) -> tuple[date, ClockTime | None] | None:
    """Return the Danish civil date of a FHIR dateTime, and its clock time when it gives one in whole minutes."""
    if WHOLE_DATE.match(text):
        day = _sane(civil_date(text), text, path, report)
        return None if day is None else (day, None)
    moment = danish(text)
    day = _sane(None if moment is None else moment.date(), text, path, report)
    if moment is None or day is None:
        return None
    if not _WHOLE_MINUTE.search(text):
        report.add(medicine.TIME_INVALID, path, value=text)
        return None
    return day, ClockTime(moment.hour, moment.minute)


_YEARS = range(EARLIEST.year, LATEST.year + 1)
_WHOLE_MINUTE = re.compile(r":00(\.0+)?(Z|[+-])")


def _sane(day: date | None, text: str, path: str, report: Report) -> date | None:
    if day is None:
        report.add(medicine.DATE_INVALID, path, value=text)
    elif not EARLIEST <= day <= LATEST:
        report.add(medicine.DATE_OUT_OF_RANGE, path, value=day)
        return None
    return day
