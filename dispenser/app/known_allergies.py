"""What citizens do not tolerate, as far as it is known: what people here noted, and what home care pushed."""

from collections.abc import Iterable, Sequence
from typing import Final

from dispenser.core.ids import CitizenId
from dispenser.store.records import NoteRecord, ResourceRecord
from dispenser.store.session import Transaction
from pharmacy_sync.fhir.allergies import ALLERGY, IN_FORCE, allergies_in
from pharmacy_sync.problems import RefusedMessageError
from safety.rule_question import Allergy
from safety.slot_checks import same_name

NOTED: Final = "allergy"
"""Kind of the note that a citizen does not tolerate something."""
ENDED: Final = "tolerated"
"""Kind of the note that ends one."""
NO_MEDICINE: Final = "-"
"""Stands for the ATC code of what is no medicine: it codes words to which no medicine belongs."""


def allergies_of(tx: Transaction, citizen_ids: Sequence[CitizenId]) -> dict[CitizenId, tuple[Allergy, ...]]:
    """Return the allergies of each of these citizens who has any.

    Words without a code that somebody here has coded are told with that code alone.
    """
    pushed = tx.resources.of_citizens(citizen_ids, ALLERGY)
    notes = tx.notes.of_citizens(citizen_ids)
    found: dict[CitizenId, tuple[Allergy, ...]] = {}
    for citizen_id in citizen_ids:
        noted = noted_allergies(notes.get(citizen_id, ()))
        sent = [
            allergy for record in pushed.get(citizen_id, ()) if record.status == IN_FORCE for allergy in _said(record)
        ]
        open_ = [one for one in sent if one.atc or not any(same_name(one.text, coded.text) for coded in noted)]
        known = (*open_, *(one for one in noted if one.atc != NO_MEDICINE))
        if known:
            found[citizen_id] = tuple(dict.fromkeys(known))
    return found


def _said(record: ResourceRecord) -> tuple[Allergy, ...]:
    """Return what a stored resource says; one that cannot be read any more is words without a code."""
    try:
        return allergies_in(record.content)
    except RefusedMessageError:
        return (Allergy("", f"{ALLERGY}/{record.resource_id}"),)


def noted_allergies(notes: Iterable[NoteRecord]) -> tuple[Allergy, ...]:
    """Return the allergies that `notes`, oldest first, come to, with those that are coded as no medicine."""
    noted: dict[tuple[str, str], Allergy] = {}
    for note in notes:
        if note.kind == NOTED:
            noted[note.subject, note.text] = Allergy(note.subject, note.text)
        elif note.kind == ENDED:
            noted.pop((note.subject, note.text), None)
    return tuple(noted.values())
