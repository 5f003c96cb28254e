"""The envelope of a bundle: a transaction that puts every resource at its own address."""

from collections import Counter
from typing import Final

from pharmacy_sync.fhir.locate import validated
from pharmacy_sync.fhir.resources import IGNORED_OF_BUNDLE, Entry, Envelope
from pharmacy_sync.problems import RefusedMessageError, message
from pharmacy_sync.report import Report
from pharmacy_sync.strict_json import Document, is_list

MOST_ENTRIES: Final = 200
"""Most entries in a bundle."""


def check_envelope(document: Document, report: Report) -> None:
    """Note in `report` whatever makes `document` no transaction Bundle that can be taken.

    Raises:
        RefusedMessageError: it is no Bundle at all, or too large to look at.
    """
    kind = document.get("resourceType")
    if kind != "Bundle":
        report.add(message.UNEXPECTED_RESOURCE, "resourceType", value=kind)
        raise RefusedMessageError(report.findings)
    entries = document.get("entry")
    if is_list(entries) and len(entries) > MOST_ENTRIES:
        report.add(message.TOO_MANY_ENTRIES, "Bundle.entry", count=len(entries), limit=MOST_ENTRIES)
        raise RefusedMessageError(report.findings)
    envelope = validated(Envelope, without(document, IGNORED_OF_BUNDLE), "Bundle", report)
    if envelope is None:
        return
    if envelope.type != "transaction":
        report.add(message.NOT_A_TRANSACTION, "Bundle.type", value=envelope.type)
    for index, entry in enumerate(envelope.entry):
        _check_request(entry, f"Bundle.entry[{index}].request", report)
    _check_ids(envelope, report)


def without(document: Document, ignored: frozenset[str]) -> Document:
    """Return `document` without the elements `ignored`."""
    return {name: value for name, value in document.items() if name not in ignored}


def _name(entry: Entry) -> str:
    """Return `Type/id`; the right answer only for a resource that its own model accepts."""
    return f"{entry.resource.get('resourceType')}/{entry.resource.get('id')}"


def _check_request(entry: Entry, path: str, report: Report) -> None:
    wanted = _name(entry)
    if entry.request.method != "PUT":
        report.add(message.NOT_PUT, f"{path}.method", method=entry.request.method, resource=wanted)
    elif entry.request.url != wanted:
        report.add(message.URL_MISMATCH, f"{path}.url", value=entry.request.url, resource=wanted)


def _check_ids(envelope: Envelope, report: Report) -> None:
    kinds: Counter[object] = Counter(str(entry.resource.get("resourceType")) for entry in envelope.entry)
    if kinds["Patient"] != 1:
        report.add(message.PATIENT_COUNT, "Bundle.entry", count=kinds["Patient"])
    names: set[str] = set()
    for index, entry in enumerate(envelope.entry):
        name = _name(entry)
        if name in names:
            report.add(message.DUPLICATE_ID, f"Bundle.entry[{index}].resource.id", resource=name)
        names.add(name)
