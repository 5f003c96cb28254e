"""A check's problem, and what a set of them means."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How much a finding stops; ordered from nothing to everything."""

    INFO = 0
    WARN = 1
    PARK = 2
    """This one line waits for a human; the rest goes on."""
    HOLD = 3
    """Nothing goes on until a pharmacist has decided."""
    REFUSE = 4
    """Never."""


class Verdict(Enum):
    """What happens to the thing that was checked."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    HOLD = "hold"
    REFUSE = "refuse"


class Overriding(Enum):
    """Who may decide that a finding stops nothing this time."""

    NEVER = "never"
    PHARMACIST = "pharmacist"
    TWO_PERSONS = "two persons"
    """A pharmacist and another person, neither of them twice."""


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of problem: stable id (`DOSE-0412`), what it means and what to do, in Danish and English.

    Texts may name details as `{name}`. `source` is the law, standard or rule id behind it, `overriding` who may set a
    finding of it aside.
    """

    id: str
    severity: Severity
    danish: str
    english: str
    fix_danish: str
    fix_english: str
    source: str
    overriding: Overriding = Overriding.NEVER


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem found: its code, what it concerns, and the values that fill the texts."""

    code: Code
    subject: str
    details: tuple[tuple[str, str], ...] = ()

    def text(self, language: str) -> str:
        """Return what is wrong, in `da` or `en`."""
        return self._fill(self.code.danish if language == "da" else self.code.english)

    def fix(self, language: str) -> str:
        """Return what to do, in `da` or `en`."""
        return self._fill(self.code.fix_danish if language == "da" else self.code.fix_english)

    def _fill(self, template: str) -> str:
        for name, value in self.details:
            template = template.replace("{" + name + "}", value)
        return template


def found(code: Code, subject: str, **details: object) -> Finding:
    """Return a finding of `code` about `subject` with `details` as texts."""
    return Finding(code, subject, tuple((name, str(value)) for name, value in details.items()))


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """Return the verdict of the most severe finding; no finding passes."""
    worst = max((finding.code.severity.value for finding in findings), default=0)
    if worst >= Severity.REFUSE.value:
        return Verdict.REFUSE
    return Verdict.HOLD if worst >= Severity.HOLD.value else Verdict.PASS
