"""Findings as the store keeps them: texts as they read on the day they were found."""

from dispenser.store.records import FindingRecord
from safety.findings import Finding


def finding_record(finding: Finding) -> FindingRecord:
    """Return `finding` with its Danish and English texts filled in."""
    return FindingRecord(
        code=finding.code.id,
        severity=finding.code.severity.name,
        subject=finding.subject,
        danish=finding.text("da"),
        english=finding.text("en"),
        fix_danish=finding.fix("da"),
        fix_english=finding.fix("en"),
    )
