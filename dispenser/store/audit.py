"""Who did what: append-only, every record hashed together with the hash before it."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import insert, select

from dispenser.store.documents import canonical, sha256_of
from dispenser.store.records import AuditRecord
from dispenser.store.repository import Repository, chunks
from dispenser.store.tables import AUDIT
from dispenser.store.tables.common import utc

BEFORE_FIRST = "0" * 64
"""The hash that the first record follows."""
_CHAIN_LOCK = 7_271_002
"""PostgreSQL advisory lock that lets one transaction extend the chain at a time."""
_PAGE = 1_000


class Audit(Repository):
    """The audit trail."""

    def append(self, at: datetime, who: str, action: str, subject: str, detail: str) -> AuditRecord:
        """Add a record to the end of the chain and return it.

        Raises:
            ValueError: `at` has no time zone.
        """
        if self._connection.dialect.name == "postgresql":
            self._connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_CHAIN_LOCK})")
        last = self._one(select(AUDIT.c.number, AUDIT.c.hash).order_by(AUDIT.c.number.desc()).limit(1))
        number, previous = (last["number"] + 1, last["hash"]) if last else (1, BEFORE_FIRST)
        unhashed = AuditRecord(number, utc(at), who, action, subject, detail, previous, "")
        record = replace(unhashed, hash=hash_of(unhashed))
        self._run(insert(AUDIT).values(asdict(record)))
        return record

    def newest(self, limit: int) -> tuple[AuditRecord, ...]:
        """Return at most `limit` records, newest first."""
        rows = self._all(select(AUDIT).order_by(AUDIT.c.number.desc()).limit(limit))
        return tuple(AuditRecord(**row) for row in rows)

    def last_of(self, actions: Sequence[str], subject: str) -> AuditRecord | None:
        """Return the newest record of any of `actions` about `subject`, or None."""
        named = select(AUDIT).where(AUDIT.c.action.in_(actions), AUDIT.c.subject == subject)
        row = self._one(named.order_by(AUDIT.c.number.desc()).limit(1))
        return AuditRecord(**row) if row else None

    def about(self, action: str, subjects: Sequence[str]) -> dict[str, AuditRecord]:
        """Return the first record of `action` for each of `subjects` that has any."""
        found: dict[str, AuditRecord] = {}
        for some in chunks(subjects):
            statement = select(AUDIT).where(AUDIT.c.action == action, AUDIT.c.subject.in_(some))
            for row in self._all(statement.order_by(AUDIT.c.number)):
                found.setdefault(row["subject"], AuditRecord(**row))
        return found

    def verify(self) -> int | None:
        """Walk the chain from the start; return the number of the first record that does not fit, None when all do.

        Records missing at the very end cannot be seen from inside: compare with a hash that was written down.
        """
        expected, previous = 1, BEFORE_FIRST
        while page := self._all(select(AUDIT).where(AUDIT.c.number >= expected).order_by(AUDIT.c.number).limit(_PAGE)):
            for row in page:
                record = AuditRecord(**row)
                if record.number != expected or record.previous_hash != previous or record.hash != hash_of(record):
                    return expected
                expected, previous = expected + 1, record.hash
        return None


def hash_of(record: AuditRecord) -> str:
    """Return the hash that `record` must carry: SHA-256 over the hash before and the record's canonical JSON."""
    document = {
        "number": record.number,
        "at": record.at.isoformat(timespec="microseconds"),
        "who": record.who,
        "action": record.action,
        "subject": record.subject,
        "detail": record.detail,
    }
    return sha256_of(record.previous_hash + canonical(document))
