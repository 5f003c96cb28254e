"""Sealed pouches that must be found and destroyed: append-only, each once."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, RowMapping, String, cast, exists, func, insert, literal, select

from dispenser.core.acute import Acute
from dispenser.core.ids import CitizenId, RollId
from dispenser.store.records import DiscardRecord
from dispenser.store.repository import Repository, chunks
from dispenser.store.tables import AUDIT, DISCARD, ROLL

DESTROYED = "pouch destroyed"
"""The audit's word for a pouch that somebody found and destroyed; its subject is `subject_of` the pouch."""


def subject_of(roll_id: RollId, number: int) -> str:
    """Return what the audit calls a pouch."""
    return f"pouch/{roll_id}/{number}"


class Discards(Repository):
    """Which pouches are no longer in use although they were packed."""

    def add(self, records: Sequence[DiscardRecord]) -> None:
        """Take pouches out of use for good.

        Raises:
            ConflictError: one is out of use already, or its roll is unknown.
        """
        self._bulk(
            insert(DISCARD),
            [
                {
                    "roll_id": record.roll_id,
                    "number": record.number,
                    "at": record.at,
                    "cause": record.cause,
                    "reason": record.reason,
                    "acute": record.acute.value,
                }
                for record in records
            ],
        )

    def of_rolls(self, roll_ids: Sequence[RollId]) -> tuple[DiscardRecord, ...]:
        """Return the discarded pouches of these rolls, by roll and number."""
        found: list[RowMapping] = []
        for some in chunks(roll_ids):
            found += self._all(select(DISCARD).where(DISCARD.c.roll_id.in_(some)))
        return tuple(_record(row) for row in sorted(found, key=lambda row: (row["roll_id"], row["number"])))

    def of_citizen(self, citizen_id: CitizenId) -> tuple[DiscardRecord, ...]:
        """Return all discarded pouches of a citizen, by roll and number."""
        rows = self._all(
            select(DISCARD)
            .join(ROLL, ROLL.c.roll_id == DISCARD.c.roll_id)
            .where(ROLL.c.citizen_id == citizen_id)
            .order_by(DISCARD.c.roll_id, DISCARD.c.number)
        )
        return tuple(_record(row) for row in rows)

    def open(self, limit: int) -> tuple[DiscardRecord, ...]:
        """Return at most `limit` pouches that nobody has said to have destroyed yet, newest first."""
        rows = self._all(
            select(DISCARD)
            .where(~_destroyed())
            .order_by(DISCARD.c.at.desc(), DISCARD.c.roll_id.desc(), DISCARD.c.number)
            .limit(limit)
        )
        return tuple(_record(row) for row in rows)

    def open_count(self) -> int:
        """Return how many pouches nobody has said to have destroyed yet."""
        # Boards ask twice a second: two counts over indexes, not a look at every pouch.
        gone = select(func.count(AUDIT.c.subject.distinct())).where(AUDIT.c.action == DESTROYED)
        return self._count(select(func.count()).select_from(DISCARD)) - self._count(gone)


def _destroyed() -> ColumnElement[bool]:
    subject = literal("pouch/") + DISCARD.c.roll_id + literal("/") + cast(DISCARD.c.number, String)
    return exists().where(AUDIT.c.action == DESTROYED, AUDIT.c.subject == subject)


def _record(row: RowMapping) -> DiscardRecord:
    return DiscardRecord(row["roll_id"], row["number"], row["at"], row["cause"], row["reason"], Acute(row["acute"]))
