"""What people noted of citizens: append-only, numbered for each citizen."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import func, insert, select

from dispenser.core.ids import CitizenId
from dispenser.store.records import NoteRecord
from dispenser.store.repository import Repository, chunks
from dispenser.store.tables import CITIZEN_NOTE


class Notes(Repository):
    """Notes of citizens."""

    def add(self, record: NoteRecord) -> None:
        """Append a note.

        Raises:
            ConflictError: its number is taken, the citizen is unknown, or the note is unsigned.
        """
        self._run(insert(CITIZEN_NOTE).values(asdict(record)))

    def next_number(self, citizen_id: CitizenId) -> int:
        """Return the number of the citizen's next note."""
        highest = select(func.coalesce(func.max(CITIZEN_NOTE.c.number), 0))
        return self._count(highest.where(CITIZEN_NOTE.c.citizen_id == citizen_id)) + 1

    def of_citizens(self, citizen_ids: Sequence[CitizenId]) -> dict[CitizenId, tuple[NoteRecord, ...]]:
        """Return the notes of each of these citizens who has any, oldest first."""
        found: dict[CitizenId, list[NoteRecord]] = {}
        for some in chunks(citizen_ids):
            of_some = select(CITIZEN_NOTE).where(CITIZEN_NOTE.c.citizen_id.in_(some))
            for row in self._all(of_some.order_by(CITIZEN_NOTE.c.citizen_id, CITIZEN_NOTE.c.number)):
                found.setdefault(row["citizen_id"], []).append(NoteRecord(**row))
        return {citizen_id: tuple(notes) for citizen_id, notes in found.items()}

    def newest(self, limit: int) -> tuple[NoteRecord, ...]:
        """Return at most `limit` notes of all citizens, newest first."""
        rows = self._all(
            select(CITIZEN_NOTE)
            .order_by(CITIZEN_NOTE.c.at.desc(), CITIZEN_NOTE.c.citizen_id, CITIZEN_NOTE.c.number.desc())
            .limit(limit)
        )
        return tuple(NoteRecord(**row) for row in rows)
