"""Several parts of a dosage as structures in order of time (FMK: fixed and as-needed ones are two parallel lists)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from math import lcm
from typing import Final

from dispenser.core.dosage import DosageDay, DosageStructure, OrderedDose
from dispenser.core.limits import LONGEST_INTERVAL, MOST_DOSES_A_DAY, MOST_STRUCTURES
from dispenser.core.slots import slot_word
from pharmacy_sync.problems import medicine, parked_timing
from pharmacy_sync.report import Report

_FOREVER: Final = date.max
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Part:
    """One dosageInstruction as a structure, and its FHIR sequence number (0 when it has none)."""

    structure: DosageStructure
    as_needed: bool
    sequence: int

    @property
    def dates(self) -> tuple[date, date]:
        """First and last date, both inclusive."""
        return self.structure.start, self.structure.end or _FOREVER


def combine(parts: Sequence[Part], path: str, report: Report) -> tuple[DosageStructure, ...] | None:
    """Return the structures of `parts`, or None when no structures can say them; the reasons are in `report`.

    Parts of the same dates become one structure, and so do cycles that begin on different days of one cycle. A gap
    between two fixed structures becomes a declared pause.
    """
    if len(parts) == 1:
        return (parts[0].structure,)
    if _breaks_sequence(parts):
        report.add(parked_timing.SEQUENCE, path)
        if any(_breaks_sequence(kind) for kind in _kinds(parts)):
            return None
    structures: list[DosageStructure] = []
    for kind in _kinds(parts):
        listed = _in_order(kind, path, report)
        if listed is None:
            return None
        structures.extend(listed)
    return tuple(sorted(structures, key=lambda structure: structure.start))


def _kinds(parts: Sequence[Part]) -> tuple[list[Part], list[Part]]:
    return [part for part in parts if not part.as_needed], [part for part in parts if part.as_needed]


def _breaks_sequence(parts: Sequence[Part]) -> bool:
    """Return whether parts with different sequence numbers do not follow each other in time."""
    ordered = sorted(parts, key=lambda part: part.dates)
    return any(
        earlier.sequence != later.sequence
        and (earlier.sequence > later.sequence or earlier.dates[1] >= later.structure.start)
        for earlier, later in pairwise(ordered)
    )


def _in_order(parts: Sequence[Part], path: str, report: Report) -> list[DosageStructure] | None:
    """Return the structures of parts of one kind, one for each stretch of days with the same parts."""
    parts = _from_one_start(parts)
    stretches = _stretches(parts)
    if any(part.dates != (first, last) for first, last, active in stretches for part in active):
        report.add(parked_timing.OVERLAPPING, path)
    if len(stretches) <= MOST_STRUCTURES:
        structures: list[DosageStructure] = []
        for first, last, active in stretches:
            merged = _merged([_from(part.structure, first, last) for part in active], path, report)
            if merged is None:
                return None
            if structures and structures[-1].end != first - _DAY and not parts[0].as_needed:
                structures.append(DosageStructure(0, (structures[-1].end or first) + _DAY, first - _DAY, ()))
            structures.append(merged)
        if len(structures) <= MOST_STRUCTURES:
            return structures
    report.add(parked_timing.TOO_MANY_PARTS, path, count=len(stretches), limit=MOST_STRUCTURES)
    return None


def _from_one_start(parts: Sequence[Part]) -> list[Part]:
    """Return the parts, cycles counted from the first start of those that end with them where that changes no dose."""
    firsts: dict[date, date] = {}
    for part in parts:
        start, end = part.dates
        firsts[end] = min(start, firsts.get(end, start))
    return [_counted_from(part, firsts[part.dates[1]]) for part in parts]


def _counted_from(part: Part, first: date) -> Part:
    structure = part.structure
    shift = (structure.start - first).days
    if (
        not shift
        or not structure.days
        or any(not 0 < day.number <= structure.interval - shift for day in structure.days)
    ):
        return part
    days = tuple(replace(day, number=day.number + shift) for day in structure.days)
    return replace(part, structure=replace(structure, start=first, days=days))


def _stretches(parts: Sequence[Part]) -> list[tuple[date, date, list[Part]]]:
    """Return the stretches of days on which the same parts run, in order of time; days without any are left out."""
    starts = {part.dates[0] for part in parts}
    starts |= {part.dates[1] + _DAY for part in parts if part.dates[1] != _FOREVER}
    ordered = [*sorted(starts), None]
    found: list[tuple[date, date, list[Part]]] = []
    for first, after in pairwise(ordered):
        last = _FOREVER if after is None else after - _DAY
        active = [part for part in parts if first is not None and part.dates[0] <= first and part.dates[1] >= last]
        if first is not None and active:
            found.append((first, last, active))
    return found


def _from(structure: DosageStructure, first: date, last: date) -> DosageStructure:
    """Return the doses of `structure` between two dates, its cycle counted from the first of them."""
    end = None if last == _FOREVER else last
    shift = (first - structure.start).days
    if (shift == 0 and end == structure.end) or not structure.days:
        return structure
    days = structure.days
    if structure.interval:
        days = tuple(replace(day, number=_shifted(day.number, shift, structure.interval)) for day in days)
    elif days[0].number:
        days = tuple(replace(day, number=day.number - shift) for day in days if first <= _at(structure, day) <= last)
    return DosageStructure(structure.interval, first, end, tuple(sorted(days, key=lambda day: day.number)))


def _shifted(number: int, shift: int, interval: int) -> int:
    return (number - 1 - shift) % interval + 1 if number else 0


def _at(structure: DosageStructure, day: DosageDay) -> date:
    return structure.start + timedelta(days=day.number - 1)


def _merged(structures: Sequence[DosageStructure], path: str, report: Report) -> DosageStructure | None:
    """Return structures of the same dates as one, None when one cycle cannot say them."""
    head = structures[0]
    if len(structures) == 1:
        return head
    intervals = {structure.interval for structure in structures if structure.interval}
    dated = any(day.number for structure in structures if not structure.interval for day in structure.days)
    if intervals and dated:
        report.add(parked_timing.OVERLAPPING, path)
        return None
    interval = lcm(*intervals) if intervals else 0
    if interval > LONGEST_INTERVAL:
        report.add(parked_timing.INTERVAL_NOT_DAYS, path, period=interval, unit="d")
        return None
    days: dict[int, list[OrderedDose]] = {}
    for structure in structures:
        for offset in range(0, interval or 1, structure.interval or interval or 1):
            for day in structure.days:
                doses = days.setdefault(offset + day.number if day.number else 0, [])
                doses.extend(day.doses)
                if len(doses) > MOST_DOSES_A_DAY:
                    report.add(medicine.TOO_OFTEN, path, count=len(doses), limit=MOST_DOSES_A_DAY)
                    return None
    for doses in _distinct(days.values()):
        _note_unclear(doses, path, report)
    numbered = tuple(DosageDay(number, tuple(days[number])) for number in sorted(days))
    return DosageStructure(interval, head.start, head.end, numbered)


def _distinct(days: Iterable[list[OrderedDose]]) -> list[list[OrderedDose]]:
    return list({tuple(doses): doses for doses in days}.values())


def _note_unclear(doses: Sequence[OrderedDose], path: str, report: Report) -> None:
    """Note it when it is not certain which amount goes where on this day."""
    slots = [dose.slot for dose in doses if dose.slot is not None]
    plain = [dose for dose in doses if dose.slot is None]
    if plain and (slots or len({dose.amount for dose in plain}) > 1):
        report.add(parked_timing.MIXED_PLAIN, path)
    for slot in dict.fromkeys(slots):
        if slots.count(slot) > 1:
            report.add(parked_timing.SAME_SLOT_TWICE, path, slot=slot_word(slot))
