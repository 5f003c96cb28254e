"""Notes of citizens and discarded pouches come back as they went in, and say which pouches are in use."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispenser.core.acute import Acute
from dispenser.core.ids import BatchId, JobId
from dispenser.core.roll import HEADER_NUMBER
from dispenser.store.errors import ConflictError
from dispenser.store.records import DiscardRecord, NoteRecord
from dispenser.store.session import Database, Transaction
from tests.support.stored import LATER, M1, NOW, PERIOD, add_batch, citizen_id, job, roll, roll_id, send

NONE = BatchId("")
NOTE = NoteRecord(citizen_id(), 1, "hold", "", PERIOD.first, PERIOD.last, "A. Holm", "ferie", NOW)
DISCARD = DiscardRecord(roll_id(1), 1, NOW, "plan revision 2", "x stopped (1 -> 0)", Acute.REPLACEMENT)


def test_notes_come_back_by_citizen_in_their_order(database: Database) -> None:
    later = replace(NOTE, number=2, kind="resumed", last=None, at=LATER)
    with database.write() as tx:
        add_batch(tx, rolls=2)
        assert tx.notes.next_number(citizen_id()) == 1
        tx.notes.add(NOTE)
        tx.notes.add(later)
        assert tx.notes.next_number(citizen_id()) == 3
        assert tx.notes.next_number(citizen_id(2)) == 1
    with database.read() as tx:
        assert tx.notes.of_citizens([citizen_id(), citizen_id(2)]) == {citizen_id(): (NOTE, later)}
        assert (tx.notes.newest(1), tx.notes.newest(9)) == ((later,), (later, NOTE))


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": 0},
        {"kind": "holiday"},
        {"last": PERIOD.first - timedelta(days=1)},
        {"subject": "28100000001"},
        {"kind": "phase"},
        {"who": ""},
        {"reason": ""},
        {"citizen_id": "nobody"},
    ],
)
def test_what_makes_no_note_is_refused(database: Database, wrong: dict[str, object]) -> None:
    with database.write() as tx:
        add_batch(tx)
    with pytest.raises(ConflictError), database.write() as tx:
        tx.notes.add(replace(NOTE, **wrong))


def pack(tx: Transaction, *numbers: int) -> None:
    add_batch(tx, rolls=2)
    tx.jobs.add(job("j1", 1, M1), [HEADER_NUMBER, 1, 2])
    assert send(tx, "j1", 5)
    for number in numbers:
        assert tx.jobs.close_pouch(JobId("j1"), number, "packed", 10 + number, "", NOW)


def test_discards_come_back_and_are_made_once(database: Database) -> None:
    other = replace(DISCARD, roll_id=roll_id(2), number=2)
    with database.write() as tx:
        add_batch(tx, rolls=2)
        tx.discards.add([])
        tx.discards.add([other, DISCARD])
    with database.read() as tx:
        assert tx.discards.of_rolls([roll_id(1), roll_id(2)]) == (DISCARD, other)
        assert tx.discards.of_citizen(roll(1).citizen_id) == tuple(
            one for one, number in ((DISCARD, 1), (other, 2)) if roll(number).citizen_id == roll(1).citizen_id
        )
    with pytest.raises(ConflictError), database.write() as tx:
        tx.discards.add([DISCARD])


def test_a_roll_is_in_use_as_far_as_it_was_packed_and_kept(database: Database) -> None:
    who = [roll(1).citizen_id]
    with database.write() as tx:
        pack(tx, HEADER_NUMBER, 1)
        whole = tx.batches.roll(roll_id(1))
        (made,) = [one for one in tx.batches.made_rolls(who, PERIOD) if one.roll.roll_id == roll_id(1)]
        assert (made.packed, made.ended, made.live()) == ({1}, False, whole)
        assert whole in tx.batches.other_rolls(who, PERIOD, NONE)
        tx.batches.void_roll(roll_id(1), "plan revision 2")
        (made,) = [one for one in tx.batches.made_rolls(who, PERIOD) if one.roll.roll_id == roll_id(1)]
        assert (made.packed, made.ended) == ({1}, True)
        (kept,) = [one for one in tx.batches.other_rolls(who, PERIOD, NONE) if one.roll_id == roll_id(1)]
        assert [pouch.number for pouch in kept.pouches] == [1]
        tx.discards.add([DISCARD])
        assert roll_id(1) not in {one.roll_id for one in tx.batches.other_rolls(who, PERIOD, NONE)}


def test_a_roll_of_a_held_batch_was_never_made(database: Database) -> None:
    with database.write() as tx:
        add_batch(tx)
        tx.batches.void_roll(roll_id(1), "batch held")
        assert tx.batches.made_rolls([roll(1).citizen_id], PERIOD) == ()
