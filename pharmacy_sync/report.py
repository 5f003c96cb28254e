"""Collects findings while a message is read, so that every problem is told and not just the first."""

from pharmacy_sync.problems import RefusedMessageError
from safety.findings import Code, Finding, Severity, found

_LONGEST_SHOWN = 60


def shown(value: object) -> str:
    """Return an outsider's value as a short, printable text that can stand in a log or on a page."""
    text = str(value)
    clipped = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
    return "".join(character if character.isprintable() else "?" for character in clipped)


class Report:
    """Findings in the order in which they were made."""

    def __init__(self) -> None:
        """Start empty."""
        self.findings: list[Finding] = []

    def add(self, code: Code, expression: str, **details: object) -> None:
        """Note a problem of kind `code` at the FHIRPath `expression`; details are shortened and made printable."""
        safe = {name: shown(value) for name, value in details.items()}
        self.findings.append(found(code, expression, **safe))

    def with_severity(self, severity: Severity) -> tuple[Finding, ...]:
        """Return the findings of exactly this severity."""
        return tuple([finding for finding in self.findings if finding.code.severity is severity])

    @property
    def refused(self) -> bool:
        """Whether anything was found that refuses the message."""
        return bool(self.with_severity(Severity.REFUSE))

    def raise_if_refused(self) -> None:
        """Stop when anything was found that refuses the message.

        Raises:
            RefusedMessageError: with everything that was found.
        """
        if self.refused:
            raise RefusedMessageError(self.findings)
