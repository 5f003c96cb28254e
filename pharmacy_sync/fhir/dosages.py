"""From FHIR Dosage elements to the one dosage of a medicine; pure: values in, values and findings out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from dispenser.core.dosage import Dosage as CoreDosage
from dispenser.core.dosage import DosageDay, DosageStructure, DoseRange, FreeTextDosage, OrderedDose, StructuredDosage
from pharmacy_sync.fhir.amount import Amount, read_amount
from pharmacy_sync.fhir.caps import has_caps, note_caps
from pharmacy_sync.fhir.combine import Part, combine
from pharmacy_sync.fhir.instructions import note_reservations, read_instruction
from pharmacy_sync.fhir.locate import validated
from pharmacy_sync.fhir.resources import Dosage
from pharmacy_sync.fhir.rhythm import Rhythm, read_rhythm
from pharmacy_sync.problems import medicine, message, parked_dose, parked_timing
from pharmacy_sync.reading import ReadDosage
from pharmacy_sync.report import Report
from pharmacy_sync.strict_json import check, is_list
from safety.text_checks import strange_numbers

MOST_PARTS: Final = 100
"""Most dosageInstructions of one medicine: a fortnight of four times a day, each with its own quantity, is 56."""


@dataclass(frozen=True, slots=True)
class _Read:
    """One dosageInstruction: its doses, None when they cannot be told."""

    dosage: Dosage
    part: Part | None
    unit: str
    instruction: str


def read_dosages(document: object, written: date | None, path: str = "dosageInstruction") -> ReadDosage:
    """Return what a list of FHIR R4 Dosage elements says.

    `document` is JSON as `strict_json` reads it: whole numbers `int`, others `Decimal`. `written` is the start of a
    dosage that gives none; a cycle of several days that hangs on it is parked. Findings name their place below `path`.

    Source: FHIR R4 (4.0.1) Dosage and Timing.
    """
    report = Report()
    check(document, path, report)
    dosages: list[Dosage] = []
    if is_list(document):
        for index, item in enumerate(document):
            read = validated(Dosage, item, f"{path}[{index}]", report)
            if read is not None:
                dosages.append(read)
    else:
        report.add(message.WRONG_TYPE, path, wanted="a list")
    dosage, instruction = (None, "") if report.refused else understand(dosages, written, path, report)
    return ReadDosage(None if report.refused else dosage, instruction, tuple(report.findings))


def understand(
    dosages: Sequence[Dosage], written: date | None, path: str, report: Report
) -> tuple[CoreDosage | None, str]:
    """Return the dosage that `dosages` say together and its instruction; all that stops it is in `report`.

    It may be packed only when nothing in `report` stops it. It is told also when a human must decide, None when nothing
    can be.
    """
    if not dosages:
        report.add(parked_dose.NO_DOSAGE, path)
        return None, ""
    if len(dosages) > MOST_PARTS:
        report.add(parked_timing.TOO_MANY_PARTS, path, count=len(dosages), limit=MOST_PARTS)
        return None, ""
    read = _in_sequence(dosages, written, path, report)
    instructions = list(dict.fromkeys(each.instruction for each in read))
    if len(instructions) > 1:
        values = ", ".join(text or "-" for text in instructions)
        report.add(parked_dose.INSTRUCTIONS_DIFFER, path, values=values)
    parts = [each.part for each in read if each.part is not None]
    units = list(dict.fromkeys(each.unit for each in read if each.unit))
    if len(units) > 1:
        report.add(medicine.UNIT_CONTRADICTION, path, first=units[0], second=units[1])
        return None, ""
    structures = combine(parts, path, report) if parts and len(parts) == len(read) else None
    for index, each in enumerate(read):
        if has_caps(each.dosage):
            own = None if each.part is None else each.part.structure
            note_caps(each.dosage, own, structures or (), each.unit, f"{path}[{index}]", report)
    if structures is None:
        return _in_words(dosages), instructions[0]
    said = StructuredDosage(units[0], structures)
    for index, dosage in enumerate(dosages):
        _note_strange_numbers(dosage.text, said, f"{path}[{index}].text", report)
    return said, instructions[0]


def _note_strange_numbers(text: str | None, said: StructuredDosage, path: str, report: Report) -> None:
    if not text:
        return
    strange = strange_numbers(text, said)
    for code, numbers in (
        (parked_dose.TEXT_CONTRADICTS, strange.amounts),
        (parked_dose.TEXT_DIFFERS, strange.spans),
    ):
        if numbers:
            report.add(code, path, numbers=", ".join(numbers), text=text)


def _in_sequence(dosages: Sequence[Dosage], written: date | None, path: str, report: Report) -> list[_Read]:
    """Read the parts; one with a later sequence number begins, unless it says otherwise, when those before it end."""
    numbers = {dosage.sequence for dosage in dosages}
    if len(numbers) == 1 or None in numbers:
        return [_read(dosage, written, f"{path}[{index}]", report) for index, dosage in enumerate(dosages)]
    read: dict[int, _Read] = {}
    start = written
    for number in sorted(number for number in numbers if number is not None):
        step = [index for index, dosage in enumerate(dosages) if dosage.sequence == number]
        for index in step:
            read[index] = _read(dosages[index], start, f"{path}[{index}]", report)
        ends = [part.structure.end if part else None for part in (read[index].part for index in step)]
        known = [end for end in ends if end is not None]
        # A step without an end leaves the next one to the day of writing, where it shows as out of order.
        start = date.fromordinal(max(known).toordinal() + 1) if len(known) == len(ends) else written
    return [read[index] for index in range(len(dosages))]


def _read(dosage: Dosage, written: date | None, root: str, report: Report) -> _Read:
    as_needed = note_reservations(dosage, root, report)
    instruction, needed = read_instruction(dosage, root, report)
    as_needed = as_needed or needed
    amount = read_amount(dosage, root, report)
    if dosage.timing is None and not as_needed:
        _note_untimed(dosage, root, report)
    if dosage.timing is None and amount is None:
        return _Read(dosage, None, "", instruction)
    # A dose of which nothing is said but how much has its place in the report already.
    unheard = report if dosage.timing is not None or as_needed else Report()
    rhythm = read_rhythm(dosage.timing, written, f"{root}.timing", unheard, as_needed=as_needed)
    unit = "" if amount is None else amount.unit
    if rhythm is None:
        return _Read(dosage, None, unit, instruction)
    if instruction and rhythm.instruction and instruction != rhythm.instruction:
        report.add(parked_dose.INSTRUCTIONS_DIFFER, root, values=f"{instruction}, {rhythm.instruction}")
    part = None
    if amount is not None:
        part = Part(_structure(rhythm, amount, as_needed=as_needed), as_needed, dosage.sequence or 0)
    return _Read(dosage, part, unit, instruction or rhythm.instruction)


def _structure(rhythm: Rhythm, amount: Amount, *, as_needed: bool) -> DosageStructure:
    value = amount.value
    most = value.high if isinstance(value, DoseRange) else value
    optional = (OrderedDose(None, DoseRange(most - most, most), as_needed),) * rhythm.optional
    days = tuple(
        DosageDay(number, (*(OrderedDose(slot, value, as_needed) for slot in slots), *optional))
        for number, slots in rhythm.days
    )
    return DosageStructure(rhythm.interval, rhythm.first, rhythm.last, days)


def _note_untimed(dosage: Dosage, root: str, report: Report) -> None:
    if dosage.dose_and_rate:
        report.add(parked_timing.TIMING_INCOMPLETE, root)
    elif dosage.text or dosage.patient_instruction:
        report.add(parked_dose.FREE_TEXT, root)
    else:
        report.add(parked_dose.NO_DOSAGE, root)


def _in_words(dosages: Sequence[Dosage]) -> FreeTextDosage | None:
    """Return the words of a dosage that is nothing but words."""
    words = [dosage.text or dosage.patient_instruction or "" for dosage in dosages]
    bare = all(dosage.timing is None and not dosage.dose_and_rate for dosage in dosages)
    return FreeTextDosage("; ".join(words)) if bare and all(words) else None
