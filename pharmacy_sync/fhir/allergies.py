"""What a citizen does not tolerate: AllergyIntolerance resources (FHIR R4), read strictly."""

from collections.abc import Iterable
from typing import Final, Literal

from pharmacy_sync.fhir.elements import CodeableConcept, Element, LogicalId, Reference
from pharmacy_sync.fhir.locate import validated
from pharmacy_sync.fhir.submission import SubmittedAllergy
from pharmacy_sync.problems import RefusedMessageError, allergy, message
from pharmacy_sync.report import Report
from pharmacy_sync.strict_json import Document, read
from safety.rule_question import Allergy
from safety.rules.which import is_atc

ALLERGY: Final = "AllergyIntolerance"
IN_FORCE: Final = "active"
"""Status of a stored allergy that counts."""
OVER: Final = "ended"
"""Status of a stored allergy that is refuted, a mistake, inactive or resolved."""
NO_LONGER_SENT: Final = "absent"
"""Status of a stored allergy that is not on a newer list."""
ATC_SYSTEM: Final = "http://www.whocc.no/atc"
SNOMED_SYSTEM: Final = "http://snomed.info/sct"
CLINICAL_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
VERIFICATION_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
NO_ALLERGY: Final = frozenset({"716186003", "409137002"})
"""SNOMED CT "no known allergy" and "no known drug allergy": they say that there is nothing to mind."""
IGNORED_OF_ALLERGY: Final = frozenset(
    {
        "meta", "language", "text", "extension", "identifier", "type", "category", "criticality", "encounter",
        "onsetDateTime", "onsetAge", "onsetPeriod", "onsetRange", "onsetString", "recordedDate", "recorder", "asserter",
        "lastOccurrence", "note", "reaction",
    }
)  # fmt: skip
"""Elements that are allowed and kept; none of them lifts an allergy or makes it smaller."""

_CLINICAL: Final = {"active": True, "inactive": False, "resolved": False}
_VERIFICATION: Final = {"unconfirmed": True, "confirmed": True, "refuted": False, "entered-in-error": False}


class AllergyIntolerance(Element):
    """One thing that the citizen does not tolerate."""

    resource_type: Literal["AllergyIntolerance"]
    id: LogicalId
    clinical_status: CodeableConcept | None = None
    verification_status: CodeableConcept | None = None
    code: CodeableConcept
    patient: Reference


def validated_allergy(document: Document, root: str, report: Report) -> AllergyIntolerance | None:
    """Return `document` as a wire model, None with every problem in `report`."""
    known = {name: value for name, value in document.items() if name not in IGNORED_OF_ALLERGY}
    return validated(AllergyIntolerance, known, root, report)


def read_allergy(
    model: AllergyIntolerance, written: tuple[str, str], citizen_fhir_id: str, root: str, report: Report
) -> SubmittedAllergy:
    """Return what `model` says, every problem in `report`; `written` is its canonical JSON with digest."""
    wanted = f"Patient/{citizen_fhir_id}"
    if model.patient.reference != wanted:
        report.add(message.WRONG_SUBJECT, f"{root}.patient", value=model.patient.reference or "", wanted=wanted)
    counts = [
        _counts(model.clinical_status, CLINICAL_SYSTEM, _CLINICAL, f"{root}.clinicalStatus", report),
        _counts(model.verification_status, VERIFICATION_SYSTEM, _VERIFICATION, f"{root}.verificationStatus", report),
    ]
    said = _said(model.code, f"{root}.code", report)
    content, digest = written
    return SubmittedAllergy(model.id, all(counts), said, content, digest)


def allergies_in(content: str) -> tuple[Allergy, ...]:
    """Return what a stored resource says, given its canonical JSON.

    Raises:
        RefusedMessageError: it is no AllergyIntolerance that would be taken.
    """
    report = Report()
    model = validated_allergy(read(content.encode(), report), ALLERGY, report)
    if model is None:
        raise RefusedMessageError(report.findings)
    said = _said(model.code, ALLERGY, report)
    report.raise_if_refused()
    return said


def _counts(concept: CodeableConcept | None, system: str, known: dict[str, bool], path: str, report: Report) -> bool:
    """Return whether a status lets the allergy count, as one that is not given does."""
    if concept is None:
        return True
    codes = [coding.code or "" for coding in concept.coding if coding.system == system]
    strange = [code for code in codes if code not in known]
    if strange or not codes:
        report.add(message.VALUE_NOT_ALLOWED, path, value=", ".join(strange), allowed=", ".join(known))
        return True
    said = {known[code] for code in codes}
    if len(said) > 1:
        report.add(allergy.STATUS_CONTRADICTS, path, value=", ".join(codes))
    return True in said


def _said(concept: CodeableConcept, path: str, report: Report) -> tuple[Allergy, ...]:
    """Return one allergy for every ATC code, one without a code when there are only words, none for "no allergy"."""
    codes = list(dict.fromkeys(coding.code or "" for coding in concept.coding if coding.system == ATC_SYSTEM))
    for code in codes:
        if not is_atc(code):
            report.add(allergy.ATC_INVALID, f"{path}.coding", value=code)
    words = _words(concept)
    if codes:
        return tuple(Allergy(code, words or code) for code in codes)
    snomed = {coding.code for coding in concept.coding if coding.system == SNOMED_SYSTEM}
    if snomed and snomed <= NO_ALLERGY:
        return ()
    if not words:
        report.add(message.MISSING, f"{path}.text")
    return (Allergy("", words),)


def _words(concept: CodeableConcept) -> str:
    said: Iterable[str | None] = (
        concept.text,
        *(coding.display for coding in concept.coding),
        *(coding.code for coding in concept.coding if coding.system != ATC_SYSTEM),
    )
    return next((" ".join(words.split()) for words in said if words and words.strip()), "")
