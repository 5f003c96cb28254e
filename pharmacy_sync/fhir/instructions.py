"""What a dosage says beside amount and time: administration instruction, reservations, route."""

from pharmacy_sync.fhir.elements import CodeableConcept
from pharmacy_sync.fhir.resources import Dosage
from pharmacy_sync.fhir.vocabulary import ORAL_ROUTES
from pharmacy_sync.problems import medicine, parked_dose
from pharmacy_sync.report import Report
from pharmacy_sync.reservations import altering_word, makes_as_needed, printed_instruction


def read_instruction(dosage: Dosage, root: str, report: Report) -> tuple[str, bool]:
    """Return the administration instruction that a pouch prints, empty for none, and whether one says as needed.

    Instructions that no pouch prints go to `report`.
    """
    if not dosage.additional_instruction and dosage.patient_instruction is None:
        return "", False
    words = [
        (_words(concept), f"{root}.additionalInstruction[{index}]")
        for index, concept in enumerate(dosage.additional_instruction)
    ]
    if dosage.patient_instruction is not None:
        words.append((dosage.patient_instruction, f"{root}.patientInstruction"))
    known: dict[str, None] = {}
    as_needed = False
    for text, path in words:
        instruction = printed_instruction(text)
        if makes_as_needed(text):
            as_needed = True
            report.add(parked_dose.AS_NEEDED, path)
        elif instruction:
            known[instruction] = None
        else:
            report.add(parked_dose.INSTRUCTION_UNKNOWN, path, value=text)
    if len(known) > 1:
        report.add(parked_dose.INSTRUCTIONS_DIFFER, root, values=", ".join(known))
    return next(iter(known), ""), as_needed


def note_reservations(dosage: Dosage, root: str, report: Report) -> bool:
    """Note what keeps `dosage` from being a plain fixed one; return whether it is as needed."""
    if dosage.extension is not None:
        report.add(parked_dose.EXTENSION, f"{root}.extension")
    as_needed = dosage.as_needed_boolean is True or dosage.as_needed_codeable_concept is not None
    if dosage.as_needed_boolean is not None and dosage.as_needed_codeable_concept is not None:
        report.add(medicine.CHOICE_TWICE, root, names="asNeededBoolean, asNeededCodeableConcept")
    if as_needed:
        suffix = "CodeableConcept" if dosage.as_needed_codeable_concept is not None else "Boolean"
        report.add(parked_dose.AS_NEEDED, f"{root}.asNeeded{suffix}")
    for name, concept in (("site", dosage.site), ("method", dosage.method)):
        if concept is not None:
            report.add(parked_dose.ROUTE_OR_METHOD, f"{root}.{name}")
    if dosage.route is not None and not any(coding.code in ORAL_ROUTES for coding in dosage.route.coding):
        report.add(parked_dose.ROUTE_OR_METHOD, f"{root}.route")
    structured = dosage.timing is not None and dosage.dose_and_rate
    altering = altering_word(dosage.text) if dosage.text and structured and not as_needed else ""
    if altering:
        report.add(parked_dose.TEXT_ALTERS, f"{root}.text", value=altering)
    return as_needed


def _words(concept: CodeableConcept) -> str:
    if concept.text:
        return concept.text
    shown = [coding.display or coding.code or "" for coding in concept.coding]
    return next((text for text in shown if text), "")
