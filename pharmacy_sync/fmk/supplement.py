"""Supplementary texts beside the structures of a dosage: printed, shown to a human, or in the way of the machine."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dispenser.core.dosage import DosageStructure, StructuredDosage
from pharmacy_sync.problems import fmk_parked
from pharmacy_sync.report import Report
from pharmacy_sync.reservations import altering_word, makes_as_needed, printed_instruction
from safety.text_checks import strange_numbers

_SPAN: Final = r"\d{1,2}(?:-\d{1,2})? (?:min\.?|minutter|time|timer) (?:før|efter)"
_FROM_MEAL: Final = re.compile(rf",? ?{_SPAN}(?: eller {_SPAN})? (?:et )?måltid(?:et)?\.?")
"""How far from a meal; the "eller" in it leaves the dose as it is, and the national proposals say it so."""


@dataclass(frozen=True, slots=True)
class Supplement:
    """A structure, and every text beside it with the place where it stands."""

    structure: DosageStructure
    texts: tuple[tuple[str, str], ...]


def read_supplements(supplements: Sequence[Supplement], report: Report) -> str:
    """Return the one administration instruction that the pouches of a dosage print, empty without one.

    Source: FMK SupplementaryText may not change the dose; words that may do so beside a fixed dose stop the machine.
    """
    instructions: dict[str, None] = {}
    for supplement in supplements:
        printed = [_read(text, place, supplement.structure, report) for text, place in supplement.texts]
        if supplement.structure.days:
            instructions |= dict.fromkeys([instruction for instruction in printed if instruction] or [""])
    if len(instructions) > 1:
        shown = ", ".join(f"'{instruction}'" for instruction in sorted(instructions))
        report.add(fmk_parked.INSTRUCTIONS_DIFFER, "", values=shown)
        return ""
    return next(iter(instructions), "")


def _read(text: str, place: str, structure: DosageStructure, report: Report) -> str:
    instruction = printed_instruction(text)
    if instruction:
        return instruction
    fixed = any(not dose.as_needed for day in structure.days for dose in day.doses)
    altering = text if makes_as_needed(text) else altering_word(_FROM_MEAL.sub("", text))
    # An amount that the structure does not have is a dose of its own; days and weeks may be a journey's.
    strange = strange_numbers(text, StructuredDosage("", (structure,)))
    altering = altering or ", ".join(strange.amounts)
    if fixed and strange.spans:
        report.add(fmk_parked.TEXT_DIFFERS, place, text=text, numbers=", ".join(strange.spans))
    if fixed and altering:
        report.add(fmk_parked.TEXT_ALTERS, place, text=text, value=altering)
    else:
        report.add(fmk_parked.TEXT_NOT_PRINTED, place, text=text)
    return ""
