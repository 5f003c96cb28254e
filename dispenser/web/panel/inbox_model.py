"""The intake inbox in words."""

from dataclasses import dataclass
from datetime import datetime

from dispenser.app.views_inbox import InboxPage, MessageLine, WaitingLine
from dispenser.core.plan import Disposition
from dispenser.web.i18n import N_, Texts
from dispenser.web.panel.batch_model import FindingGroup, grouped
from dispenser.web.panel.words import MESSAGE_KINDS, OUTCOME_SIGNS, Sign

_DISPOSITIONS = {
    Disposition.PACKED: N_("packed by machine"),
    Disposition.PARKED: N_("parked: not packed until somebody has decided"),
    Disposition.REFUSED: N_("refused: never packed as it stands"),
}


@dataclass(frozen=True, slots=True)
class WaitingModel:
    """One medicine that waits."""

    text: str
    name: str
    revision: int
    word: str
    findings: tuple[FindingGroup, ...]


@dataclass(frozen=True, slots=True)
class MessageModel:
    """One received message."""

    received_at: datetime
    sender: str
    kind: str
    name: str
    lines: int
    sign: Sign
    refused: bool
    status: int
    findings: tuple[FindingGroup, ...]
    findings_count: int


@dataclass(frozen=True, slots=True)
class InboxModel:
    """The inbox."""

    view: InboxPage
    waiting: tuple[WaitingModel, ...]
    messages: tuple[MessageModel, ...]


def inbox_model(view: InboxPage, texts: Texts) -> InboxModel:
    """Return the inbox in the reader's language."""
    return InboxModel(
        view,
        tuple(_waiting(line, texts) for line in view.waiting),
        tuple(_message(line, texts) for line in view.messages),
    )


def _waiting(line: WaitingLine, texts: Texts) -> WaitingModel:
    record = line.record
    return WaitingModel(
        line.text, line.name, record.revision, _DISPOSITIONS[record.disposition], grouped(record.reasons, texts)
    )


def _message(line: MessageLine, texts: Texts) -> MessageModel:
    record = line.record
    return MessageModel(
        received_at=record.received_at,
        sender=record.sender,
        kind=MESSAGE_KINDS.get(record.kind, record.kind),
        name=line.name,
        lines=record.lines,
        sign=OUTCOME_SIGNS[record.outcome],
        refused=record.outcome == "refused",
        status=record.status_code,
        findings=grouped(record.findings, texts),
        findings_count=len(record.findings),
    )
