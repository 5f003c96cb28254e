"""Batches in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from dispenser.app.views_batch import BatchLine, BatchList, BatchPage, PeriodLine, RollLine
from dispenser.app.views_board import LiveRoll
from dispenser.store.records import BatchRecord, FindingRecord
from dispenser.web.i18n import Texts
from dispenser.web.panel.board_model import ProgressTexts, batch_texts, roll_texts
from dispenser.web.panel.discard_words import cause_text
from dispenser.web.panel.said import said
from dispenser.web.panel.words import SEVERITY_SIGNS, Sign

_WORST_FIRST = ("refuse", "hold", "park", "warn", "info")


@dataclass(frozen=True, slots=True)
class BatchLineModel:
    """One batch of the list."""

    line: BatchLine
    live: ProgressTexts


@dataclass(frozen=True, slots=True)
class BatchListModel:
    """The list of batches, and the periods to come."""

    batches: tuple[BatchLineModel, ...]
    periods: tuple[PeriodLine, ...]


@dataclass(frozen=True, slots=True)
class FindingText:
    """A finding as this reader reads it; `override` says who set it aside, empty where it stands."""

    code: str
    subject: str
    text: str
    fix: str
    override: str


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings of one severity."""

    sign: Sign
    findings: tuple[FindingText, ...]


@dataclass(frozen=True, slots=True)
class RollLineModel:
    """One roll of a batch; `void` says why it was taken out of use, empty while it is in use."""

    line: RollLine
    live: ProgressTexts
    void: str


@dataclass(frozen=True, slots=True)
class BatchModel:
    """One batch; `problems` say why the release that was just tried did not happen."""

    view: BatchPage
    record: BatchRecord
    live: ProgressTexts
    findings: tuple[FindingGroup, ...]
    rolls: tuple[RollLineModel, ...]
    problems: tuple[str, ...]
    who: str


def batch_list_model(view: BatchList, texts: Texts) -> BatchListModel:
    """Return the list in the reader's language."""
    lines = (BatchLineModel(line, batch_texts(line.record, line.progress, texts)) for line in view.batches)
    return BatchListModel(tuple(lines), view.periods)


def batch_model(view: BatchPage, texts: Texts, problems: Sequence[str] = (), who: str = "") -> BatchModel:
    """Return a batch in the reader's language."""
    rolls = (
        RollLineModel(
            line,
            roll_texts(LiveRoll(line.roll_id, line.progress, line.job), texts),
            cause_text(line.void_reason or "", texts),
        )
        for line in view.rolls
    )
    return BatchModel(
        view=view,
        record=view.record,
        live=batch_texts(view.record, view.progress, texts),
        findings=grouped(view.record.findings, texts),
        rolls=tuple(rolls),
        problems=tuple(said(problem, texts) for problem in problems),
        who=who,
    )


def grouped(findings: Iterable[FindingRecord], texts: Texts) -> tuple[FindingGroup, ...]:
    """Return findings by severity, the worst first."""
    ordered = sorted(findings, key=lambda finding: _WORST_FIRST.index(finding.severity.lower()))
    return tuple(
        FindingGroup(SEVERITY_SIGNS[severity], tuple(finding_text(finding, texts) for finding in group))
        for severity, group in groupby(ordered, key=lambda finding: finding.severity.lower())
    )


def finding_text(finding: FindingRecord, texts: Texts) -> FindingText:
    """Return a finding in the reader's language."""
    danish = texts.language == "da"
    return FindingText(
        finding.code,
        finding.subject,
        finding.danish if danish else finding.english,
        finding.fix_danish if danish else finding.fix_english,
        texts.t("Overridden: {override}", override=finding.override) if finding.override else "",
    )
