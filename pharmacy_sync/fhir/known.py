"""Dosages that were understood before, apart from their dates: what the fast road need not think about again.

Most dosages of most messages say the same few things about different dates. What one says is kept by everything that it
says but its period (and the weekday on which that starts), and only when nothing about it was found wrong or uncertain;
findings name places and are made anew each time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, TypeVar, cast

import msgspec

from dispenser.core.dosage import Dosage as CoreDosage
from dispenser.core.dosage import DosageDay, DosageStructure, StructuredDosage
from dispenser.core.limits import MOST_STRUCTURES
from pharmacy_sync.fhir.caps import has_caps
from pharmacy_sync.fhir.combine import Part, combine
from pharmacy_sync.fhir.dates import read_bound
from pharmacy_sync.fhir.dosages import understand
from pharmacy_sync.fhir.report import Report
from pharmacy_sync.fhir.resources import Dosage

MOST_KEPT: Final = 20_000
"""Most patterns kept, and most combinations of them; when there are more, all are forgotten and learnt again."""


@dataclass(frozen=True, slots=True, eq=False)
class _Pattern:
    """One dosage, or several of the same dates together, without dates; every one is equal to itself alone."""

    unit: str
    instruction: str
    interval: int
    days: tuple[DosageDay, ...]
    sequence: int


_patterns: Final[dict[object, _Pattern | None]] = {}
_together: Final[dict[tuple[_Pattern, ...], _Pattern | None]] = {}
_days: Final[dict[tuple[DosageDay, ...], tuple[DosageDay, ...]]] = {}
_DAY: Final = timedelta(days=1)
_UNKNOWN: Final = _Pattern("", "", 0, (), 0)
_Period = tuple[date, date | None]
_changed: Final = cast("Callable[..., object]", msgspec.structs.replace)
"""A copy of a struct with some attributes changed; the models of the fast road are structs."""
Key = TypeVar("Key")
Value = TypeVar("Value")


def understand_known(
    dosages: Sequence[Dosage], written: date | None, path: str, report: Report
) -> tuple[CoreDosage | None, str]:
    """Return what `understand` returns, for the dosages of the fast road; equal patterns of days are one object."""
    patterns: list[_Pattern] = []
    periods: list[_Period] = []
    for dosage in dosages:
        period = _period(dosage)
        pattern = None if period is None else _pattern(dosage, period)
        if pattern is None or period is None:
            return understand(dosages, written, path, report)
        patterns.append(pattern)
        periods.append(period)
    structures = _structures(tuple(patterns), periods) if patterns else None
    if structures is None:
        return understand(dosages, written, path, report)
    return StructuredDosage(patterns[0].unit, structures), patterns[0].instruction


def forget() -> None:
    """Forget everything that was understood; only speed changes."""
    for kept in (_patterns, _together, _days):
        kept.clear()
    _date.cache_clear()


def _structures(patterns: tuple[_Pattern, ...], periods: Sequence[_Period]) -> tuple[DosageStructure, ...] | None:
    """Return patterns with their dates put together, None when anything is wrong or uncertain about it."""
    pattern: _Pattern | None = patterns[0]
    first, last = period = periods[0]
    if len(patterns) > 1:
        if any(other != period for other in periods):
            return _one_after_another(patterns, periods) or _combined(patterns, periods)
        pattern = _together.get(patterns, _UNKNOWN)
        if pattern is _UNKNOWN:
            structures = _combined(patterns, periods)
            pattern = None if structures is None else _without_dates(structures, period, patterns[0])
            _keep(_together, patterns, pattern)
    return None if pattern is None else (DosageStructure(pattern.interval, first, last, pattern.days),)


def _period(dosage: Dosage) -> _Period | None:
    """Return the period of a dosage that begins on a date of its own, None for anything less plain."""
    timing = dosage.timing
    repeat = None if timing is None else timing.repeat
    period = None if repeat is None else repeat.bounds_period
    if period is None or period.extension is not None or period.start is None:
        return None
    first = _date(period.start)
    if period.end is None:
        return None if first is None else (first, None)
    last = _date(period.end)
    return None if first is None or last is None or last < first else (first, last)


@lru_cache(maxsize=MOST_KEPT)
def _date(text: str) -> date | None:
    report = Report()
    day = read_bound(text, "", report)
    return None if report.findings else day


def _pattern(dosage: Dosage, period: _Period) -> _Pattern | None:
    """Return what `dosage` says apart from its period, None when it is not certain or hangs on its dates.

    Equal dosages are written alike, for the fast road takes no 1.0 beside 1.
    """
    timing = dosage.timing
    repeat = None if timing is None else timing.repeat
    if repeat is None:
        return None
    key = _changed(dosage, timing=_changed(timing, repeat=_changed(repeat, bounds_period=None)))
    if repeat.day_of_week:
        key = (key, period[0].weekday())
    try:
        pattern = _patterns.get(key, _UNKNOWN)
    except TypeError:
        # An element without effect holds a list or an object, which no key can.
        return None
    if pattern is _UNKNOWN:
        pattern = _learnt(dosage, period)
        _keep(_patterns, key, pattern)
    return pattern


def _learnt(dosage: Dosage, period: _Period) -> _Pattern | None:
    timing = dosage.timing
    counted = timing is None or timing.event or timing.repeat is None or timing.repeat.count is not None
    if counted or has_caps(dosage):
        return None
    report = Report()
    said, instruction = understand((dosage,), None, "", report)
    if report.findings or not isinstance(said, StructuredDosage):
        return None
    return _without_dates(said.structures, period, _Pattern(said.unit, instruction, 0, (), dosage.sequence or 0))


def _without_dates(structures: tuple[DosageStructure, ...], period: _Period, like: _Pattern) -> _Pattern | None:
    """Return one structure of exactly `period` as a pattern with the words of `like`; None for anything else."""
    (structure, *others) = structures
    if others or not structure.interval or (structure.start, structure.end) != period:
        return None
    if any(dose.as_needed for day in structure.days for dose in day.doses):
        return None
    days = _days.get(structure.days)
    if days is None:
        days = structure.days
        _keep(_days, days, days)
    return _Pattern(like.unit, like.instruction, structure.interval, days, like.sequence)


def _one_after_another(
    patterns: tuple[_Pattern, ...], periods: Sequence[_Period]
) -> tuple[DosageStructure, ...] | None:
    """Return what `combine` makes of courses in order of time, with pauses between them; None for anything else."""
    structures: list[DosageStructure] = []
    head, ended, sequence = patterns[0], None, 0
    for pattern, (first, last) in zip(patterns, periods, strict=True):
        if pattern.unit != head.unit or pattern.instruction != head.instruction or pattern.sequence < sequence:
            return None
        if structures:
            if ended is None or ended >= first:
                return None
            if ended + _DAY != first:
                structures.append(DosageStructure(0, ended + _DAY, first - _DAY, ()))
        structures.append(DosageStructure(pattern.interval, first, last, pattern.days))
        ended, sequence = last, pattern.sequence
    return tuple(structures) if len(structures) <= MOST_STRUCTURES else None


def _combined(patterns: tuple[_Pattern, ...], periods: Sequence[_Period]) -> tuple[DosageStructure, ...] | None:
    """Return patterns with their dates put together, None when something is wrong or uncertain about that."""
    head = patterns[0]
    if any(pattern.unit != head.unit or pattern.instruction != head.instruction for pattern in patterns):
        return None
    report = Report()
    parts = [
        Part(DosageStructure(pattern.interval, first, last, pattern.days), as_needed=False, sequence=pattern.sequence)
        for pattern, (first, last) in zip(patterns, periods, strict=True)
    ]
    structures = combine(parts, "", report)
    return None if report.findings else structures


def _keep(kept: dict[Key, Value], key: Key, value: Value) -> None:
    if len(kept) >= MOST_KEPT:
        kept.clear()
    kept[key] = value
