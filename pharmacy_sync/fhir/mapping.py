"""From wire models to our own words; pure: values in, values and findings out."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Final

from dispenser.core.dosage import StructuredDosage
from dispenser.core.ids import OrdinationId, ProductId
from dispenser.core.plan import Ordination
from pharmacy_sync.fhir.amount import read_amount
from pharmacy_sync.fhir.combine import Part, combine
from pharmacy_sync.fhir.dates import read_authored
from pharmacy_sync.fhir.instructions import note_reservations, read_instruction
from pharmacy_sync.fhir.report import Report
from pharmacy_sync.fhir.resources import Dosage, MedicationRequest
from pharmacy_sync.fhir.rhythm import read_rhythm
from pharmacy_sync.fhir.strict_json import Document, canonical
from pharmacy_sync.fhir.submission import LineStatus, SubmittedLine
from pharmacy_sync.fhir.vocabulary import DRUG_ID_SYSTEM
from pharmacy_sync.fhir.wording import describe
from pharmacy_sync.problems import medicine, parked_dose, parked_timing
from safety.findings import Finding, Severity

_STATUS: Final = {status.value: status for status in LineStatus}
_ORDERS: Final = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order"})
_DRUG_ID: Final = re.compile(r"[0-9]{11}\Z")


def content_of(document: Document) -> tuple[str, str]:
    """Return the canonical JSON of an accepted resource without `meta`, and its SHA-256 in hex."""
    content = canonical({name: value for name, value in document.items() if name != "meta"})
    return content, sha256(content.encode("utf-8")).hexdigest()


def read_line(request: MedicationRequest, document: Document, root: str, report: Report) -> SubmittedLine:
    """Return `request` as a line, every finding also in `report`; nothing may be used when one of them refuses."""
    own = Report()
    status = _STATUS.get(request.status, LineStatus.ENTERED_IN_ERROR)
    if request.status not in _STATUS:
        own.add(medicine.STATUS_NOT_AN_ORDER, f"{root}.status", value=request.status)
    if request.intent not in _ORDERS:
        own.add(medicine.INTENT_NOT_AN_ORDER, f"{root}.intent", value=request.intent)
    if request.do_not_perform:
        own.add(medicine.DO_NOT_PERFORM, f"{root}.doNotPerform")
    product_id = _product_id(request, root, own)
    ordination: Ordination | None = None
    if status is LineStatus.ACTIVE:
        ordination = _ordination(request, product_id, root, own)
    elif status is LineStatus.ON_HOLD:
        own.add(parked_dose.ON_HOLD, f"{root}.status")
    report.findings.extend(own.findings)
    taken = status in (LineStatus.ACTIVE, LineStatus.ON_HOLD)
    content, digest = ("", "") if report.refused else content_of(document)
    return SubmittedLine(
        ordination_id=OrdinationId(request.id),
        status=status,
        text=describe(request),
        ordination=ordination,
        reasons=own.with_severity(Severity.PARK) if taken else (),
        content=content,
        digest=digest,
    )


def parked(lines: Sequence[SubmittedLine], reason: Finding) -> tuple[SubmittedLine, ...]:
    """Return all `lines` that are still taken parked for `reason`, the others as they are."""
    return tuple(
        replace(line, ordination=None, reasons=(*line.reasons, reason)) if line.ordination or line.reasons else line
        for line in lines
    )


def _product_id(request: MedicationRequest, root: str, report: Report) -> ProductId | None:
    path = f"{root}.medicationCodeableConcept"
    concept = request.medication_codeable_concept
    if concept is None:
        report.add(medicine.MEDICATION_MISSING, path)
        return None
    known = [(index, coding) for index, coding in enumerate(concept.coding) if coding.system == DRUG_ID_SYSTEM]
    if not known:
        named = concept.text or any(coding.code or coding.display for coding in concept.coding)
        report.add(parked_dose.NO_CODE if named else medicine.MEDICATION_MISSING, path)
        return None
    if len({coding.code for _, coding in known}) > 1:
        report.add(medicine.PRODUCT_AMBIGUOUS, f"{path}.coding")
        return None
    index, coding = known[0]
    if coding.code is None or not _DRUG_ID.match(coding.code):
        report.add(medicine.PRODUCT_ID_INVALID, f"{path}.coding[{index}].code", value=coding.code or "")
        return None
    return ProductId(coding.code)


def _ordination(
    request: MedicationRequest, product_id: ProductId | None, root: str, report: Report
) -> Ordination | None:
    authored = None
    if request.authored_on is not None:
        authored = read_authored(request.authored_on, f"{root}.authoredOn", report)
    if request.note:
        report.add(parked_dose.NOTE, f"{root}.note")
    path = f"{root}.dosageInstruction"
    if not request.dosage_instruction:
        report.add(parked_dose.NO_DOSAGE, path)
    parts: list[Part] = []
    instructions: list[str] = []
    for index, dosage in enumerate(request.dosage_instruction):
        part, instruction = _part(dosage, authored, f"{path}[{index}]", report)
        instructions.append(instruction)
        if part is not None:
            parts.append(part)
    if len(set(instructions)) > 1:
        values = ", ".join(text or "-" for text in dict.fromkeys(instructions))
        report.add(parked_dose.INSTRUCTIONS_DIFFER, path, values=values)
    units = list(dict.fromkeys(part.amount.unit for part in parts))
    if len(units) > 1:
        report.add(medicine.UNIT_CONTRADICTION, path, first=units[0], second=units[1])
    if not parts or len(parts) < len(request.dosage_instruction):
        return None
    structures = combine(parts, path, report)
    if structures is None or product_id is None or report.findings:
        return None
    return Ordination(
        ordination_id=OrdinationId(request.id),
        product_id=product_id,
        dosage=StructuredDosage(units[0], structures),
        first=structures[0].start,
        last=structures[-1].end,
        instruction=instructions[0],
    )


def _part(dosage: Dosage, authored: date | None, root: str, report: Report) -> tuple[Part | None, str]:
    as_needed = note_reservations(dosage, root, report)
    instruction = read_instruction(dosage, root, report)
    amount = read_amount(dosage, root, report)
    if dosage.timing is None:
        if not as_needed:
            _note_untimed(dosage, root, report)
        return None, instruction
    rhythm = read_rhythm(dosage.timing, authored, f"{root}.timing", report)
    if rhythm is None or amount is None:
        return None, instruction
    if instruction and rhythm.instruction and instruction != rhythm.instruction:
        report.add(parked_dose.INSTRUCTIONS_DIFFER, root, values=f"{instruction}, {rhythm.instruction}")
    return Part(rhythm, amount, dosage.sequence or 0), instruction or rhythm.instruction


def _note_untimed(dosage: Dosage, root: str, report: Report) -> None:
    if dosage.dose_and_rate:
        report.add(parked_timing.TIMING_INCOMPLETE, root)
    elif dosage.text or dosage.patient_instruction:
        report.add(parked_dose.FREE_TEXT, root)
    else:
        report.add(parked_dose.NO_DOSAGE, root)
