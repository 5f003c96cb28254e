"""JSON as the store writes it: canonical, so that equal values give equal text and equal digests."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict

from dispenser.store.records import FindingRecord

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(document: object) -> str:
    """Return `document` as JSON with sorted keys, no spaces, letters as they are."""
    return _ENCODER.encode(document)


def sha256_of(text: str) -> str:
    """Return the SHA-256 of the UTF-8 text, 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def findings_document(findings: Iterable[FindingRecord]) -> str:
    """Return findings as one JSON text."""
    return canonical([asdict(finding) for finding in findings])


def findings_of(document: str) -> tuple[FindingRecord, ...]:
    """Return the findings that `findings_document` wrote."""
    return tuple(FindingRecord(**finding) for finding in json.loads(document))
