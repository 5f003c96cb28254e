"""Dosages that were understood before, apart from their dates: what the fast road need not think about again.

Most dosages of most messages say the same few things about different dates. One that is, but for the dates of its
period, the same bytes as one before is not read again: what it says, its words and its canonical JSON are those of the
other, with its own dates put in. Only what nothing was found wrong or uncertain about is kept; findings name places and
are made anew each time.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from dispenser.core.dosage import DosageDay, DosageStructure, StructuredDosage, shared_days
from dispenser.core.limits import MOST_STRUCTURES
from pharmacy_sync.fhir.caps import has_caps
from pharmacy_sync.fhir.clean import read_dosage
from pharmacy_sync.fhir.combine import Part, combine
from pharmacy_sync.fhir.cycle import DAYS_PER_WEEK
from pharmacy_sync.fhir.dates import read_bound
from pharmacy_sync.fhir.dosages import MOST_PARTS, understand
from pharmacy_sync.fhir.resources import Dosage
from pharmacy_sync.fhir.wording import dosage_words
from pharmacy_sync.report import Report

MOST_KEPT: Final = 20_000
"""Most dosages kept, most patterns, and most combinations of them; what was not met for longest goes first."""
LONGEST_KEPT: Final = 2_000
"""Longest dosage that is kept, in bytes."""

_DATE: Final = re.compile(rb'("20[0-9]{2}-[0-9]{2}-[0-9]{2}")')
"""A text that is a date: a quote before a digit can only begin a text."""
_PIECES: Final = (3, 5)
"""Pieces of a dosage with a start, and of one with an end too: dates, and what is around them."""
_START_ALONE: Final = 2
"""Pieces around one date."""
_DAY: Final = timedelta(days=1)
_MONDAY: Final = date(2024, 1, 1)
_LATER: Final = date(2024, 12, 30)
"""The dates about which a dosage is asked what it says about any dates."""
_Period = tuple[date, date | None]


class Known(NamedTuple):
    """All dosages of a request: what they say together, the words of each, and their canonical JSON."""

    dosage: StructuredDosage
    instruction: str
    words: list[str]
    content: bytes


@dataclass(frozen=True, slots=True, eq=False)
class _Pattern:
    """One dosage, or several of the same dates together, without dates; every one is equal to itself alone.

    One of weekdays (`weekly`) counts its days from Monday, any other from whatever its start is.
    """

    unit: str
    instruction: str
    interval: int
    days: tuple[DosageDay, ...]
    sequence: int
    weekly: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Shape:
    """A dosage without its dates: what is around them in canonical JSON, its words, and what it says.

    `turned` says that an end was sent after the start; canonical JSON has it before.
    """

    canonical: tuple[bytes, ...]
    turned: bool
    words: str
    pattern: _Pattern


def known_dosages(texts: Sequence[bytes]) -> Known | None:
    """Return what `understand` and the canonical JSON say of the dosages in `texts`, None in any doubt."""
    patterns: list[_Pattern] = []
    periods: list[_Period] = []
    words: list[str] = []
    contents: list[bytes] = []
    for text in texts:
        pieces = _DATE.split(text)
        if len(pieces) not in _PIECES or len(text) > LONGEST_KEPT:
            return None
        shape = _shape(tuple(pieces[::2]))
        if shape is None:
            return None
        if shape.turned:
            pieces[1], pieces[3] = pieces[3], pieces[1]
        pieces[::2] = shape.canonical
        first, last = _day(pieces[-2]), _day(pieces[1])
        if first is None or last is None or last < first:
            return None
        patterns.append(shape.pattern)
        periods.append((first, None if len(pieces) == _PIECES[0] else last))
        words.append(shape.words)
        contents.append(b"".join(pieces))
    structures = _structures(tuple(patterns), periods) if 0 < len(texts) <= MOST_PARTS else None
    if structures is None:
        return None
    dosage = StructuredDosage(patterns[0].unit, structures)
    return Known(dosage, patterns[0].instruction, words, b"[" + b",".join(contents) + b"]")


def forget() -> None:
    """Forget everything that was understood; only speed changes."""
    for kept in (_shape, _pattern, _together, _from_weekday, _day):
        kept.cache_clear()


@lru_cache(maxsize=MOST_KEPT)
def _day(text: bytes) -> date | None:
    report = Report()
    day = read_bound(text[1:-1].decode(), "", report)
    return None if report.findings else day


@lru_cache(maxsize=MOST_KEPT)
def _shape(sent: tuple[bytes, ...]) -> _Shape | None:
    """Return the dosage `sent` around its dates, None when it is not certain or they are not those of its period."""
    asked = (_MONDAY, _LATER if len(sent) > _START_ALONE else None)
    for turned in (len(sent) > _START_ALONE, False):
        read = read_dosage(_filled(sent, asked, turned=turned))
        if read is None:
            return None
        dosage, canonical = read
        around = tuple(_DATE.split(canonical)[::2])
        pattern = _learnt(dosage, asked) if len(around) == len(sent) else None
        if pattern is not None:
            return _Shape(around, turned, dosage_words(dosage), pattern)
    return None


def _filled(sent: tuple[bytes, ...], period: _Period, *, turned: bool) -> bytes:
    """Return a dosage with the dates of `period`, the end before the start but when it is `turned`."""
    start, end = (b"" if day is None else f'"{day}"'.encode() for day in period)
    head, *rest, tail = sent
    if not rest:
        return head + start + tail
    return (start if turned else end).join((head, rest[0])) + (end if turned else start) + tail


def _learnt(dosage: Dosage, period: _Period) -> _Pattern | None:
    """Return what `dosage` says apart from its `period`, None when it is not certain."""
    timing = dosage.timing
    repeat = None if timing is None else timing.repeat
    if repeat is None or repeat.count is not None or has_caps(dosage):
        return None
    report = Report()
    said, instruction = understand((dosage,), None, "", report)
    if report.findings or not isinstance(said, StructuredDosage):
        return None
    structure = _only(said.structures, period)
    # A cycle of several weeks may be certain from one weekday on and uncertain from another.
    if structure is None or (repeat.day_of_week and structure.interval != DAYS_PER_WEEK):
        return None
    days = shared_days(structure.days)
    weekly = bool(repeat.day_of_week)
    return _pattern(said.unit, instruction, structure.interval, days, dosage.sequence or 0, weekly=weekly)


def _only(structures: tuple[DosageStructure, ...], period: _Period) -> DosageStructure | None:
    """Return a single structure that is repeated through exactly `period`; None for anything else."""
    (structure, *others) = structures
    return None if others or not structure.interval or (structure.start, structure.end) != period else structure


@lru_cache(maxsize=MOST_KEPT)
def _pattern(
    unit: str, instruction: str, interval: int, days: tuple[DosageDay, ...], sequence: int, *, weekly: bool
) -> _Pattern:
    """Return one and the same pattern whenever the same is said."""
    return _Pattern(unit, instruction, interval, days, sequence, weekly)


def _structures(patterns: tuple[_Pattern, ...], periods: Sequence[_Period]) -> tuple[DosageStructure, ...] | None:
    """Return patterns with their dates put together, None when anything is wrong or uncertain about it."""
    period = periods[0]
    if periods.count(period) != len(periods):
        return _one_after_another(patterns, periods) or _combined(patterns, periods)
    pattern = patterns[0] if len(patterns) == 1 else _together(patterns)
    return None if pattern is None else (_dated(pattern, period),)


def _dated(pattern: _Pattern, period: _Period) -> DosageStructure:
    first, last = period
    days = _from_weekday(pattern, first.weekday()) if pattern.weekly else pattern.days
    return DosageStructure(pattern.interval, first, last, days)


@lru_cache(maxsize=MOST_KEPT)
def _from_weekday(pattern: _Pattern, weekday: int) -> tuple[DosageDay, ...]:
    """Return the days of a weekly pattern counted from `weekday` (Monday is 0)."""
    days = [DosageDay((day.number - 1 - weekday) % DAYS_PER_WEEK + 1, day.doses) for day in pattern.days]
    return shared_days(tuple(sorted(days, key=lambda day: day.number)))


@lru_cache(maxsize=MOST_KEPT)
def _together(patterns: tuple[_Pattern, ...]) -> _Pattern | None:
    """Return what patterns of the same dates say together, None when anything is wrong or uncertain about it."""
    period = (_MONDAY, _LATER)
    weekly = any(pattern.weekly for pattern in patterns)
    if weekly and any(pattern.interval > 1 and not pattern.weekly for pattern in patterns):
        return None
    structures = _combined(patterns, [period] * len(patterns))
    structure = None if structures is None else _only(structures, period)
    if structure is None:
        return None
    head = patterns[0]
    return _Pattern(head.unit, head.instruction, structure.interval, shared_days(structure.days), head.sequence, weekly)


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
        structures.append(_dated(pattern, (first, last)))
        ended, sequence = last, pattern.sequence
    return tuple(structures) if len(structures) <= MOST_STRUCTURES else None


def _combined(patterns: tuple[_Pattern, ...], periods: Sequence[_Period]) -> tuple[DosageStructure, ...] | None:
    """Return patterns with their dates put together, None when something is wrong or uncertain about that."""
    head = patterns[0]
    if any(pattern.unit != head.unit or pattern.instruction != head.instruction for pattern in patterns):
        return None
    report = Report()
    parts = [
        Part(_dated(pattern, period), as_needed=False, sequence=pattern.sequence)
        for pattern, period in zip(patterns, periods, strict=True)
    ]
    structures = combine(parts, "", report)
    return None if report.findings else structures
