"""Times of day that a dosage names, each of them one dose."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dispenser.core.dosage import ClockTime, Slot
from pharmacy_sync.fhir.report import Report
from pharmacy_sync.fhir.resources import Repeat
from pharmacy_sync.fhir.vocabulary import WHEN_SLOTS
from pharmacy_sync.problems import medicine, parked_dose, parked_timing

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9]):00(\.0+)?\Z")


@dataclass(frozen=True, slots=True)
class Entries:
    """Slots that the message names, `named` of them; fewer `slots` than that when some could not be read.

    `instruction` is what the meal codes among them stand for, empty when they stand for none.
    """

    slots: tuple[Slot, ...]
    instruction: str
    named: int


def read_entries(repeat: Repeat, path: str, report: Report) -> Entries:
    """Return the slots of `when` and `timeOfDay`; what cannot be read is in `report`."""
    if repeat.when and repeat.time_of_day:
        report.add(medicine.WHEN_AND_TIME, path)
    _note_repeated(repeat.when, f"{path}.when", report)
    _note_repeated(repeat.time_of_day, f"{path}.timeOfDay", report)
    _note_repeated(repeat.day_of_week, f"{path}.dayOfWeek", report)
    slots: list[Slot] = []
    instructions: list[str] = []
    for index, code in enumerate(repeat.when):
        if code in WHEN_SLOTS:
            slot, instruction = WHEN_SLOTS[code]
            if slot in slots and code not in repeat.when[:index]:
                report.add(parked_timing.SAME_SLOT_TWICE, f"{path}.when[{index}]", slot=slot.value)
            slots.append(slot)
            instructions.append(instruction)
        else:
            report.add(parked_timing.WHEN_NOT_FIXED, f"{path}.when[{index}]", value=code)
    for index, text in enumerate(repeat.time_of_day):
        match = _TIME.match(text)
        if match:
            time = ClockTime(int(match[1]), int(match[2]))
            if time in slots and text not in repeat.time_of_day[:index]:
                report.add(parked_timing.SAME_SLOT_TWICE, f"{path}.timeOfDay[{index}]", slot=time)
            slots.append(time)
        else:
            report.add(medicine.TIME_INVALID, f"{path}.timeOfDay[{index}]", value=text)
    if len(set(instructions)) > 1:
        differing = ", ".join(sorted({text or "-" for text in instructions}))
        report.add(parked_dose.INSTRUCTIONS_DIFFER, f"{path}.when", values=differing)
    named = len(repeat.when) + len(repeat.time_of_day)
    return Entries(tuple(slots), instructions[0] if instructions else "", named)


def _note_repeated(values: Sequence[str], path: str, report: Report) -> None:
    for index, value in enumerate(values):
        if value in values[:index]:
            report.add(medicine.REPEATED_ENTRY, f"{path}[{index}]", value=value)
