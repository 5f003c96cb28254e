"""Times of day that a dosage names, each of them one dose."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dispenser.core.dosage import ClockTime, Slot
from pharmacy_sync.fhir.resources import Repeat
from pharmacy_sync.fhir.vocabulary import WHEN_SLOTS
from pharmacy_sync.problems import medicine, parked_dose, parked_timing
from pharmacy_sync.report import Report

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9]):00(\.0+)?\Z")


@dataclass(frozen=True, slots=True)
class Entries:
    """One slot for each entry of the message; None for a time that is no slot, which is then in the report.

    `instruction` is what the meal codes among them stand for, empty when they stand for none.
    """

    slots: tuple[Slot | None, ...]
    instruction: str


_NONE = Entries((), "")


def read_entries(repeat: Repeat, path: str, report: Report) -> Entries:
    """Return the slots of `when` and `timeOfDay`; what cannot be read is in `report`."""
    if len(repeat.day_of_week) > 1:
        note_repeated(repeat.day_of_week, f"{path}.dayOfWeek", report)
    if not repeat.when:
        return Entries(_clock_times(repeat.time_of_day, path, report), "") if repeat.time_of_day else _NONE
    if repeat.time_of_day:
        report.add(medicine.WHEN_AND_TIME, path)
    note_repeated(repeat.when, f"{path}.when", report)
    slots: list[Slot | None] = []
    instructions: list[str] = []
    for index, code in enumerate(repeat.when):
        slot, instruction = WHEN_SLOTS.get(code, (None, None))
        if slot is None or instruction is None:
            report.add(parked_timing.WHEN_NOT_FIXED, f"{path}.when[{index}]", value=code)
        else:
            if slot in slots and code not in repeat.when[:index]:
                report.add(parked_timing.SAME_SLOT_TWICE, f"{path}.when[{index}]", slot=slot.value)
            instructions.append(instruction)
        slots.append(slot)
    if len(set(instructions)) > 1:
        differing = ", ".join(sorted({text or "-" for text in instructions}))
        report.add(parked_dose.INSTRUCTIONS_DIFFER, f"{path}.when", values=differing)
    return Entries(tuple(slots), instructions[0] if instructions else "")


def _clock_times(times: Sequence[str], path: str, report: Report) -> tuple[Slot | None, ...]:
    note_repeated(times, f"{path}.timeOfDay", report)
    slots: list[Slot | None] = []
    seen: dict[Slot, str] = {}
    for index, text in enumerate(times):
        match = _TIME.match(text)
        if match is None:
            report.add(medicine.TIME_INVALID, f"{path}.timeOfDay[{index}]", value=text)
            slots.append(None)
            continue
        time = ClockTime(int(match[1]), int(match[2]))
        if seen.setdefault(time, text) != text:
            report.add(parked_timing.SAME_SLOT_TWICE, f"{path}.timeOfDay[{index}]", slot=time)
        slots.append(time)
    return tuple(slots)


def note_repeated(values: Sequence[str], path: str, report: Report) -> None:
    """Note every one of `values` that has stood before."""
    if len(set(values)) == len(values):
        return
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            report.add(medicine.REPEATED_ENTRY, f"{path}[{index}]", value=value)
        seen.add(value)
