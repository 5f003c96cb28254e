"""Why something does not go on, in words that reach whoever must act: on the panel, in the log, on the command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hal.errors import OutcomeUnknownError, ProtocolViolationError, Reason, RefusedError, UnreachableError
from hal.refusals import meaning_of
from hal.wire.link_meanings import FAILURES, OUTCOME_UNKNOWN, PROTOCOL_VIOLATION, UNREACHABLE
from safety.findings import Finding

_FAILED: Final = (
    (UnreachableError, UNREACHABLE),
    (OutcomeUnknownError, OUTCOME_UNKNOWN),
    (ProtocolViolationError, PROTOCOL_VIOLATION),
)


class FindingsError(Exception):
    """Something does not go on because of `findings`; the text is English, with code and what to do."""

    def __init__(self, message: str = "", findings: Sequence[Finding] = ()) -> None:
        """Keep the `findings`; without a `message` they are the text."""
        super().__init__(message or "; ".join(told(finding, "en") for finding in findings))
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Note:
    """A remark in both languages."""

    danish: str = ""
    english: str = ""

    def text(self, language: str) -> str:
        """Return it in `da` or `en`."""
        return self.danish if language == "da" else self.english


def told(finding: Finding, language: str) -> str:
    """Return code, text and what to do, in `da` or `en`."""
    return f"{finding.code.id} {finding.text(language)} {finding.fix(language)}"


def note_of(error: Exception) -> Note:
    """Return what `error` says; one without findings, reasons or a known failure says the same in both languages."""
    if isinstance(error, FindingsError) and error.findings:
        danish, english = ("; ".join(told(one, language) for one in error.findings) for language in ("da", "en"))
        return Note(danish, english)
    if isinstance(error, RefusedError):
        danish, english = ("; ".join(_refusal(one, language) for one in error.reasons) for language in ("da", "en"))
        return Note(danish, english)
    meaning = next((FAILURES[code] for kind, code in _FAILED if isinstance(error, kind)), None)
    if meaning is None:
        return Note(str(error), str(error))
    detail = f" ({error})" if str(error) else ""
    return Note(
        f"{meaning.title_da}{detail}. {meaning.fix_da}",
        f"{meaning.title_en}{detail}. {meaning.fix_en}",
    )


def _refusal(reason: Reason, language: str) -> str:
    """Return a machine's reason with what to do about it, in `da` or `en`; a code that nobody knows stands alone."""
    meaning = meaning_of(reason.code)
    if meaning is None:
        return f"{reason.code}: {reason.detail}"
    title, fix = (meaning.title_da, meaning.fix_da) if language == "da" else (meaning.title_en, meaning.fix_en)
    return f"{reason.code} {title} ({reason.detail}). {fix}"
