"""Timing codes such as BID: a complete statement of how often, alone or beside the same in other words (FHIR R4)."""

from typing import Final

from dispenser.core.dosage import PartOfDay, Slot
from pharmacy_sync.fhir.cycle import DAYS_PER_WEEK, Cycle
from pharmacy_sync.fhir.elements import CodeableConcept
from pharmacy_sync.problems import medicine, parked_timing
from pharmacy_sync.report import Report

GTS_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation"
TIMING_CODES: Final[dict[str, Cycle]] = {
    "QD": Cycle(1, (None,)),
    "BID": Cycle(1, (None, None)),
    "TID": Cycle(1, (None, None, None)),
    "QID": Cycle(1, (None, None, None, None)),
    "AM": Cycle(1, (PartOfDay.MORNING,)),
    "BED": Cycle(1, (PartOfDay.NIGHT,)),
    "QOD": Cycle(2, (None,)),
    "WK": Cycle(DAYS_PER_WEEK, (None,)),
}
"""Code -> what it says, at times that the site fixes; all others are parked. PM is the afternoon, which is no slot."""


def read_code(concept: CodeableConcept, path: str, report: Report) -> Cycle | None:
    """Return what a timing code says, or None with the reason in `report`."""
    codes = {coding.code for coding in concept.coding if coding.system == GTS_SYSTEM}
    code = codes.pop() if len(codes) == 1 and len(concept.coding) == 1 else None
    cycle = TIMING_CODES.get(code or "")
    words = (concept.text or code or "").strip().casefold()
    if cycle is None or code is None or words != code.casefold():
        report.add(parked_timing.TIMING_CODE, path, value=_shown(concept))
        return None
    return cycle


def compare(concept: CodeableConcept, coded: Cycle, said: Cycle, weekdays: int, path: str, report: Report) -> None:
    """Note when a code and the repetition beside it, on `weekdays` days of the week, do not say the same."""
    doses = len(said.slots) * (weekdays if said.weekly else 1)
    if len(coded.slots) * said.interval != doses * coded.interval:
        report.add(medicine.TIMING_CODE_CONTRADICTS, path, value=_shown(concept))
    elif coded.interval != said.interval or said.anytime:
        report.add(parked_timing.TIMING_CODE, path, value=_shown(concept))
    elif any(coded.slots) and coded.slots != said.slots:
        at_odds = all(_named(slot) for slot in said.slots)
        code = medicine.TIMING_CODE_CONTRADICTS if at_odds else parked_timing.TIMING_CODE
        report.add(code, path, value=_shown(concept))


def _named(slot: Slot | None) -> bool:
    return isinstance(slot, PartOfDay)


def _shown(concept: CodeableConcept) -> str:
    words = [concept.text or "", *(coding.code or coding.display or "" for coding in concept.coding)]
    return ", ".join(dict.fromkeys(word for word in words if word))
