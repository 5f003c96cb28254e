"""Machines' journals, as they were read."""

import json
from collections.abc import Sequence

from sqlalchemy import RowMapping, Select, and_, bindparam, func, insert, literal_column, select

from dispenser.core.ids import BatchId, MachineId, RollId
from dispenser.store.documents import canonical
from dispenser.store.errors import NotFoundError
from dispenser.store.repository import Repository
from dispenser.store.tables import JOB, JOURNAL, JOURNAL_MARK, ROLL
from hal.journal import START, Cursor, JournalEntry, Mark
from hal.wire import words

_VOID_OUTCOME = f'"outcome":"{words.VOID}"'
"""How the stored fields of an entry say that the pouch was thrown away."""
_APPEND = insert(JOURNAL)
_NEWEST = (
    select(JOURNAL)
    .where(JOURNAL.c.machine_id == bindparam("machine"))
    .order_by(JOURNAL.c.position.desc())
    .limit(literal_column("1"))
)


class Journal(Repository):
    """Journal entries; append-only, in one rising order per machine over all its boots."""

    def append(self, machine_id: MachineId, entries: Sequence[JournalEntry], place: int | None = None) -> None:
        """Append entries in the order given, with one statement; `place` is how many there are, when that is known.

        Raises:
            ConflictError: an entry (its boot and seq, or its place) is there already, or the machine is unknown.
        """
        place = self.count(machine_id) if place is None else place
        self._bulk(
            _APPEND,
            [
                {
                    "machine_id": machine_id,
                    "position": position,
                    "boot_id": entry.boot_id,
                    "boot_number": entry.boot_number,
                    "seq": entry.seq,
                    "at": entry.at,
                    "kind": entry.kind,
                    "order_number": entry.order_number,
                    "pouch": entry.pouch,
                    "fields": canonical(dict(entry.fields)),
                }
                for position, entry in enumerate(entries, place + 1)
            ],
        )

    def after(self, machine_id: MachineId, cursor: Cursor, limit: int) -> tuple[JournalEntry, ...]:
        """Return at most `limit` entries after `cursor`, oldest first; `START` is before the first.

        Raises:
            NotFoundError: no such entry.
        """
        wanted = select(JOURNAL).where(JOURNAL.c.machine_id == machine_id)
        if cursor != START:
            wanted = wanted.where(JOURNAL.c.position > self._position(machine_id, cursor))
        return self._entries(wanted.limit(limit))

    def of_order(self, machine_id: MachineId, order_number: int) -> tuple[JournalEntry, ...]:
        """Return all entries about an order, oldest first."""
        return self._entries(
            select(JOURNAL).where(JOURNAL.c.machine_id == machine_id, JOURNAL.c.order_number == order_number)
        )

    def of_pouch(self, machine_id: MachineId, order_number: int, pouch: int) -> tuple[JournalEntry, ...]:
        """Return all entries about one pouch of an order, oldest first."""
        return self._entries(
            select(JOURNAL).where(
                JOURNAL.c.machine_id == machine_id, JOURNAL.c.order_number == order_number, JOURNAL.c.pouch == pouch
            )
        )

    def newest(self, machine_id: MachineId, limit: int) -> tuple[JournalEntry, ...]:
        """Return at most `limit` entries, newest first."""
        rows = self._all(
            select(JOURNAL).where(JOURNAL.c.machine_id == machine_id).order_by(JOURNAL.c.position.desc()).limit(limit)
        )
        return tuple(_entry(row) for row in rows)

    def mark(self, machine_id: MachineId, mark: Mark) -> None:
        """Keep that we are about to tell the machine that we know its journal up to `mark`; again is no second time.

        Raises:
            ConflictError: there is no such entry.
        """
        if self.head_at(machine_id, mark.cursor) is None:
            place = {"boot_id": mark.cursor.boot_id, "seq": mark.cursor.seq}
            self._run(insert(JOURNAL_MARK).values(machine_id=machine_id, head=mark.head, **place))

    def head_at(self, machine_id: MachineId, cursor: Cursor) -> str | None:
        """Return the hash head of the mark at `cursor`; None when the machine was never told of it."""
        row = self._one(
            select(JOURNAL_MARK.c.head).where(
                JOURNAL_MARK.c.machine_id == machine_id,
                JOURNAL_MARK.c.boot_id == cursor.boot_id,
                JOURNAL_MARK.c.seq == cursor.seq,
            )
        )
        return None if row is None else str(row["head"])

    def last_of(self, machine_id: MachineId, kind: str) -> JournalEntry | None:
        """Return the newest entry of a kind, or None."""
        of_kind = select(JOURNAL).where(JOURNAL.c.machine_id == machine_id, JOURNAL.c.kind == kind)
        row = self._one(of_kind.order_by(JOURNAL.c.position.desc()).limit(1))
        return None if row is None else _entry(row)

    def end(self, machine_id: MachineId) -> tuple[int, JournalEntry | None]:
        """Return how many entries of a machine there are, and the newest of them."""
        row = self._one(_NEWEST, machine=machine_id)
        return (0, None) if row is None else (int(row["position"]), _entry(row))

    def void_counts(self, batch_id: BatchId) -> dict[RollId, int]:
        """Return how many films of each roll of a batch were fed and thrown away, headers included; only if any."""
        same_order = and_(JOURNAL.c.machine_id == JOB.c.machine_id, JOURNAL.c.order_number == JOB.c.order_number)
        rows = self._all(
            select(ROLL.c.roll_id, func.count().label("void"))
            .join(JOB, JOB.c.roll_id == ROLL.c.roll_id)
            .join(JOURNAL, same_order)
            .where(
                ROLL.c.batch_id == batch_id,
                JOURNAL.c.kind == words.POUCH_CLOSED,
                JOURNAL.c.fields.contains(_VOID_OUTCOME, autoescape=True),
            )
            .group_by(ROLL.c.roll_id)
        )
        return {row["roll_id"]: row["void"] for row in rows}

    def count(self, machine_id: MachineId) -> int:
        """Return how many entries of a machine there are: the position of the last."""
        last = select(func.coalesce(func.max(JOURNAL.c.position), 0)).where(JOURNAL.c.machine_id == machine_id)
        return self._count(last)

    def _position(self, machine_id: MachineId, cursor: Cursor) -> int:
        row = self._one(
            select(JOURNAL.c.position).where(
                JOURNAL.c.machine_id == machine_id,
                JOURNAL.c.boot_id == cursor.boot_id,
                JOURNAL.c.seq == cursor.seq,
            )
        )
        if row is None:
            message = f"machine {machine_id} has no journal entry {cursor.boot_id}/{cursor.seq}"
            raise NotFoundError(message)
        return int(row["position"])

    def _entries(self, statement: Select[tuple[object, ...]]) -> tuple[JournalEntry, ...]:
        return tuple(_entry(row) for row in self._all(statement.order_by(JOURNAL.c.position)))


def _entry(row: RowMapping) -> JournalEntry:
    return JournalEntry(
        boot_id=row["boot_id"],
        boot_number=row["boot_number"],
        seq=row["seq"],
        at=row["at"],
        kind=row["kind"],
        order_number=row["order_number"],
        pouch=row["pouch"],
        fields=json.loads(row["fields"]),
    )
