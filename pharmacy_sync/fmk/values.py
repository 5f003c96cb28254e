"""Values of FMK's wires as ours; each function notes what it cannot read and returns a harmless value in its place.

A report with a refusal gives no dosage, so the value in its place is never used.
"""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from dispenser.core.dosage import ClockTime, DosageStructure
from dispenser.core.limits import EARLIEST
from pharmacy_sync.problems import fmk, medicine, message
from pharmacy_sync.report import Report
from pharmacy_sync.strict_json import forbidden_character

LONGEST_UNIT: Final = 50
LONGEST_SUPPLEMENT: Final = 100
LONGEST_FREE_TEXT: Final = 400

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,18}(Z|[+-][0-9]{2}:[0-9]{2})?")
_TIME: Final = re.compile(r"([0-9]{2}):([0-9]{2})(?::00(?:\.0{1,9})?)?")
_DECIMAL: Final = re.compile(r"[+-]?(?=\.?[0-9])[0-9]{0,30}(\.[0-9]{0,30})?")
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,9}")
_COPENHAGEN: Final = ZoneInfo("Europe/Copenhagen")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST_EPOCH_MS: Final = 10**14
"""A little beyond the year 5000."""


def check_order(first: date | None, last: date | None, place: str, report: Report) -> None:
    """Note it when a last date lies before the first one; either may be unknown."""
    if first is not None and last is not None and last < first:
        report.add(medicine.DATES_CONTRADICT, place, first=first, last=last)


def civil_date(text: str, place: str, report: Report) -> date:
    """Return the date written `YYYY-MM-DD`; a date with a time zone is refused, for it is no civil date."""
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    report.add(fmk.DATE_INVALID, place, value=text)
    return EARLIEST


def epoch_date(milliseconds: int, place: str, report: Report) -> date:
    """Return the Danish civil date that begins, in Denmark or in UTC, at this many milliseconds after 1970."""
    if abs(milliseconds) <= _LARGEST_EPOCH_MS:
        at = _EPOCH + timedelta(milliseconds=milliseconds)
        danish = at.astimezone(_COPENHAGEN)
        if at.time() == datetime.min.time() or danish.time() == datetime.min.time():
            return danish.date()
    report.add(fmk.DATE_INVALID, place, value=milliseconds)
    return EARLIEST


def moment_date(value: object, place: str, report: Report) -> date:
    """Return the Danish civil date of a moment: milliseconds after 1970, or ISO 8601 (Danish time without a zone)."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST_EPOCH_MS:
        return (_EPOCH + timedelta(milliseconds=value)).astimezone(_COPENHAGEN).date()
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            moment = datetime.fromisoformat(value)
            return (moment.astimezone(_COPENHAGEN) if moment.tzinfo else moment).date()
        except (ValueError, OverflowError):
            pass
    report.add(fmk.DATE_INVALID, place, value=value if isinstance(value, str | int) else "{...}")
    return EARLIEST


def clock_time(text: str, place: str, report: Report) -> ClockTime:
    """Return the clock time written `HH:MM` or `HH:MM:00`."""
    match = _TIME.fullmatch(text)
    if match and int(match[1]) in range(24) and int(match[2]) in range(60):
        return ClockTime(int(match[1]), int(match[2]))
    report.add(fmk.TIME_INVALID, place, value=text)
    return ClockTime(0, 0)


def quantity(text: str, place: str, report: Report) -> Decimal:
    """Return a plain decimal number exactly; sign and digits are judged with the whole dosage."""
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    report.add(fmk.QUANTITY_INVALID, place, value=text)
    return Decimal(0)


def whole_number(text: str, lowest: int, highest: int, place: str, report: Report) -> int:
    """Return a whole number from `lowest` to `highest`."""
    if _WHOLE.fullmatch(text) and lowest <= int(text) <= highest:
        return int(text)
    report.add(fmk.VALUE_INVALID, place, value=text, expected=f"{lowest}..{highest}")
    return lowest


def words(text: str, limit: int, place: str, report: Report) -> str:
    """Return a text of 1 to `limit` characters, without white space around it and without invisible characters."""
    stripped = text.strip()
    if not 1 <= len(stripped) <= limit:
        report.add(fmk.TEXT_LENGTH, place, length=len(stripped), limit=limit)
    character = forbidden_character(text)
    if character:
        report.add(message.FORBIDDEN_CHARACTER, place, character=character)
    return stripped


def in_order(structures: list[DosageStructure]) -> tuple[DosageStructure, ...]:
    """Return structures in order of time; those that begin together stay as they were."""
    return tuple(sorted(structures, key=lambda structure: structure.start))
