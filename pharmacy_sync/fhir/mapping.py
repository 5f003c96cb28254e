"""From wire models to our own words; pure: values in, values and findings out."""

import re
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Final

from dispenser.core.dosage import Dosage, FreeTextDosage, StructuredDosage
from dispenser.core.ids import OrdinationId, ProductId
from dispenser.core.limits import EARLIEST
from dispenser.core.plan import Ordination
from pharmacy_sync.fhir.dates import read_authored
from pharmacy_sync.fhir.dosages import understand
from pharmacy_sync.fhir.known import Known
from pharmacy_sync.fhir.resources import MedicationRequest
from pharmacy_sync.fhir.submission import LineStatus, SubmittedLine
from pharmacy_sync.fhir.vocabulary import DRUG_ID_SYSTEM
from pharmacy_sync.fhir.wording import describe, dosage_words
from pharmacy_sync.problems import medicine, parked_dose
from pharmacy_sync.report import Report
from pharmacy_sync.strict_json import Document, canonical
from safety.findings import Finding, Overriding, Severity

_STATUS: Final = {status.value: status for status in LineStatus}
_ORDERS: Final = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order"})
_DRUG_ID: Final = re.compile(r"[0-9]{11}\Z")


Written = tuple[str, str]
"""Canonical JSON of a resource without `meta`, and its SHA-256 in hex."""


def content_of(document: Document) -> Written:
    """Return the canonical JSON of an accepted resource without `meta`, and its SHA-256 in hex."""
    content = canonical({name: value for name, value in document.items() if name != "meta"})
    return content, sha256(content.encode("utf-8")).hexdigest()


def read_line(
    request: MedicationRequest, written: Written, root: str, report: Report, known: Known | None = None
) -> SubmittedLine:
    """Return `request` as a line, every finding also in `report`; nothing may be used when one of them refuses.

    `written` is the canonical JSON of the same resource, with its digest; dosages that are `known` are not read again.
    """
    own = Report()
    status = _STATUS.get(request.status, LineStatus.ENTERED_IN_ERROR)
    if request.status not in _STATUS:
        own.add(medicine.STATUS_NOT_AN_ORDER, f"{root}.status", value=request.status)
    if request.intent not in _ORDERS:
        own.add(medicine.INTENT_NOT_AN_ORDER, f"{root}.intent", value=request.intent)
    if request.do_not_perform:
        own.add(medicine.DO_NOT_PERFORM, f"{root}.doNotPerform")
    product_id = _product_id(request, root, own)
    said: Ordination | None = None
    if status is LineStatus.ACTIVE:
        said = _ordination(request, product_id, root, own, known)
    elif status is LineStatus.ON_HOLD:
        own.add(parked_dose.ON_HOLD, f"{root}.status")
    packable = said is not None and isinstance(said.dosage, StructuredDosage) and not any(map(_bars, own.findings))
    taken = status in (LineStatus.ACTIVE, LineStatus.ON_HOLD)
    content, digest = written
    warned = own.with_severity(Severity.WARN) if taken else ()
    report.findings.extend(finding for finding in own.findings if finding not in warned)
    reasons = (*own.with_severity(Severity.PARK), *warned) if taken else ()
    return SubmittedLine(
        ordination_id=OrdinationId(request.id),
        status=status,
        text=describe(request, known.words if known else map(dosage_words, request.dosage_instruction)),
        ordination=said if packable else None,
        beside=None if packable else said,
        reasons=tuple(_bound(reason, request.id, digest) for reason in reasons),
        content=content,
        digest=digest,
    )


def _bars(finding: Finding) -> bool:
    """Return whether no human can let a line with `finding` be packed as it was read."""
    severity, overriding = finding.code.severity, finding.code.overriding
    return severity is Severity.REFUSE or (severity is Severity.PARK and overriding is Overriding.NEVER)


def _bound(finding: Finding, ordination: str, digest: str) -> Finding:
    """Tie `finding` to the very words of its line, so that nothing that is decided on it outlives them."""
    return replace(finding, details=(*finding.details, ("ordination", ordination), ("line", digest)))


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
    if len(known) > 1 and len({coding.code for _, coding in known}) > 1:
        report.add(medicine.PRODUCT_AMBIGUOUS, f"{path}.coding")
        return None
    index, coding = known[0]
    if coding.code is None or not _DRUG_ID.match(coding.code):
        report.add(medicine.PRODUCT_ID_INVALID, f"{path}.coding[{index}].code", value=coding.code or "")
        return None
    return ProductId(coding.code)


def _ordination(
    request: MedicationRequest, product_id: ProductId | None, root: str, report: Report, known: Known | None
) -> Ordination | None:
    """Return what is taken, also where nobody can pack it; None when it cannot be said what it is."""
    authored = None
    if request.authored_on is not None:
        authored = read_authored(request.authored_on, f"{root}.authoredOn", report)
    if request.note:
        report.add(parked_dose.NOTE, f"{root}.note")
    if known is not None:
        dosage: Dosage | None = known.dosage
        instruction = known.instruction
    else:
        dosage, instruction = understand(request.dosage_instruction, authored, f"{root}.dosageInstruction", report)
    if product_id is None:
        return None
    first, last = authored or EARLIEST, None
    if isinstance(dosage, StructuredDosage):
        first, last = dosage.structures[0].start, dosage.structures[-1].end
    return Ordination(
        ordination_id=OrdinationId(request.id),
        product_id=product_id,
        dosage=dosage or FreeTextDosage(""),
        first=first,
        last=last,
        instruction=instruction,
    )
