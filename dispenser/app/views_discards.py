"""Sealed pouches that somebody must find and destroy: where they are, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from dispenser.app.services import Services
from dispenser.app.slot_tables import slots_of_roll
from dispenser.app.views_names import named
from dispenser.core.ids import BatchId, RollId
from dispenser.core.pouch import Pouch
from dispenser.core.product import Catalogue
from dispenser.core.slots import SlotTable
from dispenser.store.discards import DESTROYED, subject_of
from dispenser.store.records import AuditRecord, DiscardRecord
from dispenser.store.session import Transaction

NEWEST_DISCARDS = 500


@dataclass(frozen=True, slots=True)
class DiscardLine:
    """One pouch to discard; `record.reason` names the medicines.

    `pouch` is None for the header pouch; `who` took it out of use, empty where nobody wrote that down; `destroyed` is
    None until somebody has said so.
    """

    record: DiscardRecord
    pouch: Pouch | None
    who: str
    destroyed: AuditRecord | None = None


@dataclass(frozen=True, slots=True)
class DiscardRoll:
    """One roll in somebody's hands: `total` pouches without the header, and those of it to take out, by number."""

    roll_id: RollId
    batch_id: BatchId
    name: str
    total: int
    slots: SlotTable
    lines: tuple[DiscardLine, ...]


@dataclass(frozen=True, slots=True)
class DiscardPage:
    """Rolls with pouches to find, the newest change first; `open` counts the pouches, of which the oldest may lack."""

    rolls: tuple[DiscardRoll, ...]
    open: int


def discard_page(services: Services) -> DiscardPage:
    """Return the pouches that nobody has destroyed yet, by roll."""
    with services.database.read() as tx:
        newest = tx.discards.open(NEWEST_DISCARDS)
        found = _by_roll(services, tx, newest)
        return DiscardPage(tuple(found), tx.discards.open_count())


def discard_lines(
    tx: Transaction, records: Sequence[DiscardRecord], pouches: Iterable[Pouch], catalogue: Catalogue
) -> tuple[DiscardLine, ...]:
    """Return the discards of one roll with their pouches, and who did what to them."""
    known = {pouch.number: pouch for pouch in pouches}
    subjects = [subject_of(record.roll_id, record.number) for record in records]
    told, destroyed = tx.audit.about("discard pouch", subjects), tx.audit.about(DESTROYED, subjects)
    # A header is discarded together with pouches, and by the same person.
    signed = {subject: act.who for subject, act in told.items()}
    together = {
        record.at: signed[subject] for record, subject in zip(records, subjects, strict=True) if subject in signed
    }
    return tuple(
        DiscardLine(
            replace(record, reason=named(record.reason, catalogue)),
            known.get(record.number),
            signed.get(subject, together.get(record.at, "")),
            destroyed.get(subject),
        )
        for record, subject in zip(records, subjects, strict=True)
    )


def _by_roll(services: Services, tx: Transaction, newest: Sequence[DiscardRecord]) -> Iterable[DiscardRoll]:
    order = list(dict.fromkeys(record.roll_id for record in newest))
    names = tx.board.citizen_names({tx.batches.roll_record(roll_id).citizen_id for roll_id in order})
    of_roll = {
        roll_id: list(records)
        for roll_id, records in groupby(
            sorted(newest, key=lambda record: (record.roll_id, record.number)), key=lambda record: record.roll_id
        )
    }
    for roll_id in order:
        roll = tx.batches.roll(roll_id)
        yield DiscardRoll(
            roll_id,
            tx.batches.roll_record(roll_id).batch_id,
            names[roll.citizen_id],
            len(roll.pouches),
            slots_of_roll(services, tx, roll_id),
            discard_lines(tx, of_roll[roll_id], roll.pouches, services.catalogue),
        )
