"""How often a dosage comes round: length of the cycle, and the doses of one dosing day.

A `frequency` beside named times is only compared with their number and never used as a count, because FHIR leaves open
whether it multiplies them. An unknown timing is never taken as daily.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from dispenser.core.dosage import Slot
from pharmacy_sync.fhir.elements import Number
from pharmacy_sync.fhir.report import Report
from pharmacy_sync.fhir.resources import Repeat
from pharmacy_sync.fhir.times import Entries
from pharmacy_sync.problems import medicine, parked_timing

DAYS_PER_WEEK: Final = 7
LONGEST_INTERVAL: Final = 365
"""Longest cycle, in days (FMK iteration interval)."""
MOST_PLAIN: Final = 24
"""Most doses a day without a time of day."""
_HOURS = 24


@dataclass(frozen=True, slots=True)
class Cycle:
    """`interval` days long with `slots` on every dosing day; None is a dose without a time of day.

    `weekly` says that the dosing days are the message's weekdays; otherwise it is the first day of the cycle.
    """

    interval: int
    slots: tuple[Slot | None, ...]
    weekly: bool = False


def read_cycle(repeat: Repeat, entries: Entries, path: str, report: Report) -> Cycle | None:
    """Return the cycle of `repeat`, or None with the reasons in `report`."""
    if repeat.period is None and repeat.period_unit is None:
        if entries.named:
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
    weekly = bool(repeat.day_of_week)
    slots: tuple[Slot | None, ...] = entries.slots
    if entries.named:
        allowed = {entries.named, entries.named * len(repeat.day_of_week)} if repeat.period is None else {entries.named}
        if repeat.frequency is not None and repeat.frequency not in allowed:
            _contradiction(repeat, entries.named, path, report)
            return None
    else:
        slots = _plain(repeat.frequency or 1, path, report)
    return Cycle(DAYS_PER_WEEK if weekly else 1, slots, weekly=weekly)


def _every_days(repeat: Repeat, period: Number, entries: Entries, path: str, report: Report) -> Cycle | None:
    if period == 1:
        return _daily(repeat, entries, path, report)
    if repeat.day_of_week:
        report.add(medicine.DAYS_CONTRADICT, f"{path}.dayOfWeek", period=period, unit="d")
        return None
    return _once_per_cycle(repeat, period, 1, entries, path, report)


def _every_weeks(repeat: Repeat, period: Number, entries: Entries, path: str, report: Report) -> Cycle | None:
    days = len(repeat.day_of_week)
    if not days:
        return _once_per_cycle(repeat, period, DAYS_PER_WEEK, entries, path, report)
    interval = _interval(period, DAYS_PER_WEEK, repeat, path, report)
    if interval is None:
        return None
    if entries.named:
        if repeat.frequency is not None and repeat.frequency != days * entries.named:
            _contradiction(repeat, days * entries.named, path, report)
            return None
        return Cycle(interval, entries.slots, weekly=True)
    doses, rest = divmod(repeat.frequency or days, days)
    if rest:
        _contradiction(repeat, days, path, report)
        return None
    return Cycle(interval, _plain(doses, path, report), weekly=True)


def _every_hours(repeat: Repeat, period: Number, entries: Entries, path: str, report: Report) -> Cycle | None:
    if repeat.day_of_week:
        report.add(medicine.DAYS_CONTRADICT, f"{path}.dayOfWeek", period=period, unit="h")
        return None
    if period % _HOURS == 0:
        days = period / Decimal(_HOURS)
        return (
            _daily(repeat, entries, path, report)
            if days == 1
            else _once_per_cycle(repeat, days, 1, entries, path, report)
        )
    if not entries.named or _HOURS % period:
        report.add(parked_timing.HOURLY, f"{path}.period", period=period)
        return None
    doses = int(_HOURS / Decimal(period)) * (repeat.frequency or 1)
    if doses != entries.named:
        _contradiction(repeat, entries.named, path, report)
        return None
    return Cycle(1, entries.slots)


def _once_per_cycle(
    repeat: Repeat, period: Number, unit_days: int, entries: Entries, path: str, report: Report
) -> Cycle | None:
    """One dosing day in a cycle of several days, the first: what FMK calls iteration interval."""
    interval = _interval(period, unit_days, repeat, path, report)
    if interval is None:
        return None
    frequency = repeat.frequency or max(entries.named, 1)
    if frequency == max(entries.named, 1):
        return Cycle(interval, entries.slots or (None,))
    if entries.named and frequency % entries.named:
        _contradiction(repeat, entries.named, path, report)
    else:
        report.add(parked_timing.DAY_NOT_FIXED, f"{path}.frequency", frequency=frequency, days=interval)
    return None


def _interval(period: Number, unit_days: int, repeat: Repeat, path: str, report: Report) -> int | None:
    days = period * unit_days
    if days != int(days) or not 1 <= days <= LONGEST_INTERVAL:
        report.add(parked_timing.INTERVAL_NOT_DAYS, f"{path}.period", period=period, unit=repeat.period_unit)
        return None
    return int(days)


def _plain(doses: int, path: str, report: Report) -> tuple[None, ...]:
    if doses > MOST_PLAIN:
        report.add(parked_timing.HOURLY, f"{path}.frequency", period=f"1/{doses}")
    return (None,) * min(doses, MOST_PLAIN)


def _contradiction(repeat: Repeat, entries: int, path: str, report: Report) -> None:
    report.add(medicine.FREQUENCY_CONTRADICTS, f"{path}.frequency", frequency=repeat.frequency or 1, entries=entries)


_READERS: Final = {"d": _every_days, "wk": _every_weeks, "h": _every_hours}
