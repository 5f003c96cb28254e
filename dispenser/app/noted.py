"""What people noted of citizens, as the core reads it."""

from collections.abc import Iterable, Sequence
from datetime import date

from dispenser.core.ids import CitizenId, ProductId
from dispenser.core.presence import Noted, Presence, PresenceNote, absences
from dispenser.store.records import NoteRecord
from dispenser.store.session import Transaction

PHASE = "phase"
"""Kind of the note that a cycle may go on in another phase."""
_PRESENCES = frozenset(presence.value for presence in Presence)


def noted_of(tx: Transaction, citizen_ids: Sequence[CitizenId]) -> dict[CitizenId, Noted]:
    """Return what was noted of each of these citizens of whom anything was."""
    return {citizen_id: noted_from(records) for citizen_id, records in tx.notes.of_citizens(citizen_ids).items()}


def noted_from(records: Iterable[NoteRecord]) -> Noted:
    """Return what one citizen's notes, in their order, say together."""
    noted = tuple(records)
    return Noted(absences(presence_notes(noted)), _phases(noted))


def presence_notes(records: Iterable[NoteRecord]) -> tuple[PresenceNote, ...]:
    """Return the notes that are about presence, in their order."""
    return tuple(
        PresenceNote(Presence(record.kind), record.first, record.last)
        for record in records
        if record.kind in _PRESENCES
    )


def _phases(records: Iterable[NoteRecord]) -> frozenset[tuple[ProductId, date]]:
    return frozenset((ProductId(record.subject), record.first) for record in records if record.kind == PHASE)
