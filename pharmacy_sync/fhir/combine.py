"""Several parts of a dosage as structures in order of time (FMK: one to ten, never two fixed ones in parallel)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from math import lcm
from typing import Final

from dispenser.core.dosage import DosageDay, DosageStructure, OrderedDose
from dispenser.core.slots import slot_word
from pharmacy_sync.fhir.amount import Amount
from pharmacy_sync.fhir.cycle import LONGEST_INTERVAL
from pharmacy_sync.fhir.report import Report
from pharmacy_sync.fhir.rhythm import Rhythm
from pharmacy_sync.problems import parked_timing

MOST_STRUCTURES: Final = 10
_FOREVER: Final = date.max


@dataclass(frozen=True, slots=True)
class Part:
    """One dosageInstruction: its rhythm, its amount, and its FHIR sequence number (0 when it has none)."""

    rhythm: Rhythm
    amount: Amount
    sequence: int


def combine(parts: Sequence[Part], path: str, report: Report) -> tuple[DosageStructure, ...] | None:
    """Return the structures of `parts`, or None with the reasons in `report`.

    Parts of the same dates become one structure. A gap between two structures becomes a declared pause.
    """
    if len(parts) == 1:
        return (_alone(parts[0]),)
    ordered = sorted(parts, key=_dates)
    if _breaks_sequence(ordered):
        report.add(parked_timing.SEQUENCE, path)
        return None
    structures: list[DosageStructure] = []
    for _, same in groupby(ordered, key=_dates):
        structure = _merged(tuple(same), path, report)
        if structure is None:
            return None
        if structures:
            ended = structures[-1].end or _FOREVER
            if ended >= structure.start:
                report.add(parked_timing.OVERLAPPING, path)
                return None
            next_day = ended + timedelta(days=1)
            if next_day < structure.start:
                structures.append(DosageStructure(0, next_day, structure.start - timedelta(days=1), ()))
        structures.append(structure)
    if len(structures) > MOST_STRUCTURES:
        report.add(parked_timing.TOO_MANY_PARTS, path, count=len(structures), limit=MOST_STRUCTURES)
        return None
    return tuple(structures)


def _alone(part: Part) -> DosageStructure:
    """Return the structure of the only part; nothing in it can be at odds, for its slots differ already."""
    rhythm = part.rhythm
    doses = tuple(OrderedDose(slot, part.amount.value) for slot in rhythm.slots)
    days = tuple(DosageDay(number, doses) for number in rhythm.days)
    return DosageStructure(rhythm.interval, rhythm.first, rhythm.last, days)


def _dates(part: Part) -> tuple[date, date]:
    return part.rhythm.first, part.rhythm.last or _FOREVER


def _breaks_sequence(ordered: Sequence[Part]) -> bool:
    """Return whether parts with different sequence numbers do not follow each other in time."""
    return any(
        earlier.sequence != later.sequence
        and (earlier.sequence > later.sequence or _dates(earlier)[1] >= later.rhythm.first)
        for earlier, later in pairwise(ordered)
    )


def _merged(parts: Sequence[Part], path: str, report: Report) -> DosageStructure | None:
    interval = lcm(*(part.rhythm.interval for part in parts))
    if interval > LONGEST_INTERVAL:
        report.add(parked_timing.INTERVAL_NOT_DAYS, path, period=interval, unit="d")
        return None
    days: dict[int, list[OrderedDose]] = {}
    for part in parts:
        rhythm = part.rhythm
        doses = [OrderedDose(slot, part.amount.value) for slot in rhythm.slots]
        for offset in range(0, interval, rhythm.interval):
            for day in rhythm.days:
                days.setdefault(offset + day, []).extend(doses)
    if not all(_clear(doses, path, report) for doses in _distinct(days.values())):
        return None
    first = parts[0].rhythm
    numbered = tuple(DosageDay(number, tuple(days[number])) for number in sorted(days))
    return DosageStructure(interval, first.first, first.last, numbered)


def _distinct(days: Iterable[list[OrderedDose]]) -> tuple[tuple[OrderedDose, ...], ...]:
    return tuple(dict.fromkeys(tuple(doses) for doses in days))


def _clear(doses: Sequence[OrderedDose], path: str, report: Report) -> bool:
    """Return whether it is certain which amount goes where on this day."""
    slots = [dose.slot for dose in doses if dose.slot is not None]
    plain = [dose for dose in doses if dose.slot is None]
    if plain and (slots or len({dose.amount for dose in plain}) > 1):
        report.add(parked_timing.MIXED_PLAIN, path)
        return False
    for slot in slots:
        if slots.count(slot) > 1:
            report.add(parked_timing.SAME_SLOT_TWICE, path, slot=slot_word(slot))
            return False
    return True
