"""What home care pushed: newest messages, and every medicine that waits for a human, with reasons."""

from dataclasses import dataclass

from dispenser.app.services import Services
from dispenser.app.views_names import named
from dispenser.core.plan import Disposition
from dispenser.store.records import InboxRecord, LineRecord

NEWEST_MESSAGES = 50
LISTED_LINES = 200


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One received message; `name` is the citizen's where the message was accepted."""

    record: InboxRecord
    name: str


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """One medicine that no machine packs until somebody has decided; `text` names the medicine."""

    record: LineRecord
    text: str
    name: str


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Newest messages, the lines that wait, and how every line of every plan in force ended."""

    messages: tuple[MessageLine, ...]
    waiting: tuple[WaitingLine, ...]
    packed: int
    parked: int
    refused: int
    accepted_messages: int
    refused_messages: int


def inbox_page(services: Services) -> InboxPage:
    """Return the intake inbox as it is now."""
    with services.database.read() as tx:
        messages = tx.inbox.newest(NEWEST_MESSAGES)
        waiting = (
            *tx.plans.lines(Disposition.REFUSED, LISTED_LINES),
            *tx.plans.lines(Disposition.PARKED, LISTED_LINES),
        )
        counts = tx.plans.line_counts()
        outcomes = tx.inbox.counts()
        names = tx.board.citizen_names(
            {line.citizen_id for line in waiting}
            | {message.citizen_id for message in messages if message.citizen_id is not None},
        )
    return InboxPage(
        messages=tuple(
            MessageLine(message, names.get(message.citizen_id, "") if message.citizen_id else "")
            for message in messages
        ),
        waiting=tuple(
            WaitingLine(line, named(line.text, services.catalogue), names.get(line.citizen_id, "")) for line in waiting
        ),
        packed=counts.get(Disposition.PACKED, 0),
        parked=counts.get(Disposition.PARKED, 0),
        refused=counts.get(Disposition.REFUSED, 0),
        accepted_messages=outcomes.get("accepted", (0, 0))[0],
        refused_messages=outcomes.get("refused", (0, 0))[0],
    )
