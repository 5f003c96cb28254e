"""Findings in one line each: code, subject, and every detail by name."""

from collections.abc import Iterable

from safety.findings import Finding


def told(findings: Iterable[Finding]) -> list[str]:
    return [
        " ".join([one.code.id, one.subject, *(f"{name}={value}" for name, value in one.details)]) for one in findings
    ]
