"""Messages as they came in."""

from dataclasses import asdict

from sqlalchemy import RowMapping, func, insert, select

from dispenser.store.documents import findings_document, findings_of
from dispenser.store.errors import NotFoundError
from dispenser.store.records import InboxRecord
from dispenser.store.repository import Repository
from dispenser.store.tables import INBOX


class Inbox(Repository):
    """Received messages; append-only."""

    def add(self, record: InboxRecord) -> None:
        """Add a message.

        Raises:
            ConflictError: the id is taken.
        """
        values = asdict(record) | {"findings": findings_document(record.findings)}
        self._run(insert(INBOX).values(values))

    def get(self, message_id: str) -> InboxRecord:
        """Return a message.

        Raises:
            NotFoundError: no such message.
        """
        record = self.find(message_id)
        if record is None:
            message = f"no message {message_id}"
            raise NotFoundError(message)
        return record

    def find(self, message_id: str) -> InboxRecord | None:
        """Return a message, or None."""
        row = self._one(select(INBOX).where(INBOX.c.message_id == message_id))
        return _record(row) if row else None

    def accepted_with(self, digest: str) -> InboxRecord | None:
        """Return the newest accepted message of this digest, or None."""
        found = select(INBOX).where(INBOX.c.digest == digest, INBOX.c.outcome == "accepted")
        row = self._one(found.order_by(INBOX.c.received_at.desc(), INBOX.c.message_id).limit(1))
        return _record(row) if row else None

    def newest(self, limit: int) -> tuple[InboxRecord, ...]:
        """Return at most `limit` messages, newest first."""
        rows = self._all(select(INBOX).order_by(INBOX.c.received_at.desc(), INBOX.c.message_id).limit(limit))
        return tuple(_record(row) for row in rows)

    def counts(self) -> dict[str, tuple[int, int]]:
        """Return, per outcome that has occurred, how many messages and how many medication lines they carried."""
        rows = self._all(
            select(INBOX.c.outcome, func.count().label("messages"), func.sum(INBOX.c.lines).label("medications"))
            .group_by(INBOX.c.outcome)
            .order_by(INBOX.c.outcome)
        )
        return {row["outcome"]: (row["messages"], int(row["medications"])) for row in rows}


def _record(row: RowMapping) -> InboxRecord:
    return InboxRecord(
        message_id=row["message_id"],
        received_at=row["received_at"],
        sender=row["sender"],
        kind=row["kind"],
        digest=row["digest"],
        body=bytes(row["body"]),
        outcome=row["outcome"],
        status_code=row["status_code"],
        findings=findings_of(row["findings"]),
        answer=row["answer"],
        lines=row["lines"],
        citizen_id=row["citizen_id"],
    )
