"""Batches, rolls, jobs and pouches: what went in, and who may move what."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from dispenser.core.batch import BatchState
from dispenser.core.ids import BatchId, JobId, RollId
from dispenser.core.job import LIVE_STATES, TRANSITIONS, IllegalJobMoveError, JobState
from dispenser.core.roll import Period
from dispenser.store.batches import BatchesUsedUpError, _roll
from dispenser.store.errors import ConflictError, DamagedRecordError, NotFoundError
from dispenser.store.records import PouchRecord
from dispenser.store.session import Database, Transaction
from tests.support.stored import (
    BATCH,
    FINDING,
    GROUP,
    LATER,
    M1,
    M2,
    NOW,
    PERIOD,
    batch,
    citizen_id,
    fill,
    job,
    roll,
    roll_id,
    send,
)

J1 = JobId("j1")


def states(tx: Transaction) -> list[tuple[int, str, int | None, str]]:
    return [(pouch.number, pouch.state, pouch.film, pouch.reason) for pouch in tx.jobs.pouches_of_job(J1)]


# -- Batches ---------------------------------------------------------------------------------------------------
def test_a_batch_comes_back_as_it_went_in(database: Database) -> None:
    made = fill(database, rolls=3, pouches=5)
    with database.read() as tx:
        assert tx.batches.load(BATCH) == made
        assert tx.batches.roll(roll_id(2)) == made.rolls[1]
        record = tx.batches.get(BATCH)
        assert (record.batch_id, record.group_id, record.period, record.state) == (
            BATCH,
            GROUP,
            PERIOD,
            BatchState.PLANNED,
        )
        assert (record.pouches, record.rolls, record.findings, record.created_at) == (15, 3, (FINDING,), NOW)
        rolls = tx.batches.rolls(BATCH)
        assert [(one.roll_id, one.citizen_id, one.plan_revision, one.pouches, one.machine_id) for one in rolls] == [
            (roll_id(number), citizen_id(number), 1, 5, None) for number in (1, 2, 3)
        ]
        assert tx.batches.roll_record(roll_id(3)) == rolls[2]
        assert tx.batches.newest(5) == (record,)


def test_what_is_not_there_is_told(database: Database) -> None:
    with database.read() as tx:
        assert tx.batches.find(BATCH) is None
        assert tx.batches.find_roll(roll_id()) is None
        assert tx.jobs.find(J1) is None
        for ask in (tx.batches.get, tx.batches.load, tx.batches.roll, tx.batches.roll_record, tx.jobs.get):
            with pytest.raises(NotFoundError, match="none"):
                ask("none")


def test_batch_ids_rise_and_asking_takes_none(database: Database) -> None:
    with database.read() as tx:
        assert tx.batches.next_id() == tx.batches.next_id() == "000001"
    fill(database)
    with database.write() as tx:
        assert tx.batches.next_id() == "000002"
        tx.batches.add(replace(batch(name=BatchId("999999")), rolls=()), "", (), BatchState.HELD, NOW)
        with pytest.raises(BatchesUsedUpError):
            tx.batches.next_id()


def test_a_batch_is_released_once_and_signed(database: Database) -> None:
    fill(database)
    with database.write() as tx:
        assert not tx.batches.move(BATCH, BatchState.HELD, BatchState.RELEASED, "anna", LATER)
        assert tx.batches.move(BATCH, BatchState.PLANNED, BatchState.RELEASED, "anna", LATER)
        assert not tx.batches.move(BATCH, BatchState.PLANNED, BatchState.RELEASED, "bo", LATER)
        assert tx.batches.move(BATCH, BatchState.RELEASED, BatchState.PACKED, "M1", LATER + timedelta(hours=1))
        record = tx.batches.get(BATCH)
        assert (record.state, record.released_by, record.released_at) == (BatchState.PACKED, "anna", LATER)


def test_a_roll_is_assigned_until_it_is_void(database: Database) -> None:
    fill(database)
    with database.write() as tx:
        assert tx.batches.assign(roll_id(), M1)
        assert tx.batches.assign(roll_id(), M2)
        assert not tx.batches.assign(RollId("none"), M1)
        assert tx.batches.void_roll(roll_id(), "superseded")
        assert not tx.batches.void_roll(roll_id(), "again")
        assert not tx.batches.assign(roll_id(), M1)
        record = tx.batches.roll_record(roll_id())
        assert (record.machine_id, record.void_reason) == (M2, "superseded")
        assert tx.batches.rolls_of_citizen(citizen_id(), 9) == (record,)
    with pytest.raises(ConflictError), database.write() as tx:
        tx.jobs.add(job(machine_id="none"), [])


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [(-14, -1, 0), (-14, 0, 2), (0, 13, 2), (5, 6, 2), (-5, 30, 2), (13, 26, 2), (14, 27, 0)],
)
def test_other_rolls_are_those_that_touch_the_period(database: Database, first: int, last: int, found: int) -> None:
    fill(database, rolls=3)
    period = Period(PERIOD.first + timedelta(days=first), PERIOD.first + timedelta(days=last))
    both = [citizen_id(1), citizen_id(2)]
    with database.read() as tx:
        assert tx.batches.other_rolls(both, period, BatchId("000002")) == (roll(1), roll(2))[:found]
        assert tx.batches.other_rolls(both, period, BATCH) == ()
        assert tx.batches.other_rolls([], period, BatchId("000002")) == ()


def test_other_rolls_are_asked_for_any_number_of_citizens_and_pass_over_void_ones(database: Database) -> None:
    fill(database, rolls=2)
    many = [citizen_id(number) for number in range(2_000, 0, -1)]
    with database.write() as tx:
        assert tx.batches.other_rolls(many, PERIOD, BatchId("000002")) == (roll(1), roll(2))
        tx.batches.void_roll(roll_id(1), "superseded")
        assert tx.batches.other_rolls(many, PERIOD, BatchId("000002")) == (roll(2),)


def test_a_roll_that_was_tampered_with_is_not_used() -> None:
    with pytest.raises(DamagedRecordError, match="0000010001"):
        _roll({"document": "{}", "digest": "0" * 64, "roll_id": "0000010001"})


# -- Jobs ------------------------------------------------------------------------------------------------------
def test_a_job_comes_back_as_it_went_in(database: Database) -> None:
    fill(database, rolls=2)
    early = job("j2", 2, created_at=NOW - timedelta(hours=1))
    with database.write() as tx:
        tx.jobs.add_all([(job(), [0, 1, 2]), (early, [1])])
        tx.jobs.add_all([])
    with database.read() as tx:
        assert tx.jobs.get(J1) == job()
        assert tx.jobs.queued_for(M1) == (early, job())
        assert tx.jobs.queued_for(M2) == ()
        assert tx.jobs.of_roll(roll_id(1)) == (job(),)
        assert tx.jobs.of_batch(BATCH) == (job(), early)
        assert tx.jobs.open_count(BATCH) == 2
        assert tx.jobs.live_on(M1) == ()
        assert tx.jobs.pouches_of_job(J1) == tuple(
            PouchRecord(J1, roll_id(1), number, "planned", M1, None, None, "", None) for number in (0, 1, 2)
        )


def test_sending_happens_once_and_keeps_what_was_sent(database: Database) -> None:
    fill(database)
    with database.write() as tx:
        tx.jobs.add(job(), [0, 1])
        assert send(tx, order_number=7)
        assert not send(tx, order_number=8)
        (sent,) = tx.jobs.live_on(M1)
        assert sent == job(
            state=JobState.SENT, order_number=7, order_document="{}", digest="a" * 64, epoch=1, updated_at=LATER
        )
        assert tx.jobs.by_order(M1, 7) == sent
        assert tx.jobs.by_order(M2, 7) is None
        assert {pouch.order_number for pouch in tx.jobs.pouches_of_roll(roll_id())} == {7}


@pytest.mark.parametrize(("before", "after"), list(product(JobState, JobState)))
def test_only_moves_of_the_table_are_taken(fleet: Database, before: JobState, after: JobState) -> None:
    legal = {(state, target) for (state, _), target in TRANSITIONS.items()}
    with fleet.write() as tx:
        if (before, after) in legal:
            assert not tx.jobs.move(JobId("none"), before, after, LATER)
        else:
            with pytest.raises(IllegalJobMoveError, match=before.value):
                tx.jobs.move(J1, before, after, LATER)


@pytest.fixture
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """An SQLite database without rows: the table of moves asks no database."""
    database = Database(f"sqlite:///{tmp_path_factory.getbasetemp() / 'moves.db'}")
    database.migrate()
    yield database
    database.close()


def test_a_live_job_is_seen_in_every_live_state(database: Database) -> None:
    fill(database)
    path = [
        (JobState.SENT, JobState.PACKING),
        (JobState.PACKING, JobState.HELD),
        (JobState.HELD, JobState.UNKNOWN),
        (JobState.UNKNOWN, JobState.PACKED),
        (JobState.PACKED, JobState.INSPECTED),
    ]
    with database.write() as tx:
        tx.jobs.add(job(), [1])
        send(tx)
        for before, after in path:
            assert tx.jobs.move(J1, before, after, LATER)
            assert not tx.jobs.move(J1, before, after, LATER)
            assert (tx.jobs.live_on(M1) != ()) == (after in LIVE_STATES)
        assert tx.jobs.open_count(BATCH) == 0


# -- Pouches ---------------------------------------------------------------------------------------------------
def test_a_pouch_is_closed_once(database: Database) -> None:
    fill(database)
    with database.write() as tx:
        tx.jobs.add(job(), [0, 1, 2, 3])
        assert tx.jobs.close_pouch(J1, 0, "packed", 10, "", LATER)
        assert not tx.jobs.close_pouch(J1, 0, "packed", 11, "", LATER)
        assert not tx.jobs.close_pouch(J1, 0, "void", 11, "x", LATER)
        assert tx.jobs.close_pouch(J1, 1, "unknown", None, "link lost", LATER)
        assert not tx.jobs.close_pouch(J1, 1, "unknown", None, "again", LATER)
        assert tx.jobs.close_pouch(J1, 1, "packed", 12, "", LATER)
        assert tx.jobs.close_pouch(J1, 2, "void", 13, "torn", LATER)
        assert not tx.jobs.close_pouch(J1, 9, "packed", 14, "", LATER)
        assert states(tx) == [
            (0, "packed", 10, ""),
            (1, "packed", 12, ""),
            (2, "void", 13, "torn"),
            (3, "planned", None, ""),
        ]
        assert [pouch.closed_at for pouch in tx.jobs.pouches_of_job(J1)] == [LATER, LATER, LATER, None]
    with pytest.raises(ConflictError), database.write() as tx:
        tx.jobs.close_pouch(J1, 3, "packed", None, "", LATER)


def test_what_was_not_packed_can_be_packed_by_another_attempt(database: Database) -> None:
    fill(database)
    with database.write() as tx:
        tx.jobs.add(job(), [0, 1, 2])
        tx.jobs.close_pouch(J1, 0, "packed", 10, "", LATER)
        tx.jobs.close_pouch(J1, 1, "unknown", 11, "link lost", LATER)
        assert tx.jobs.release_unpacked(J1, "interrupted", LATER) == 2
        assert tx.jobs.release_unpacked(J1, "interrupted", LATER) == 0
        assert states(tx)[1:] == [(1, "void", None, "interrupted"), (2, "void", None, "interrupted")]
        tx.jobs.add(job("j2", created_at=LATER), [1, 2])
        assert [(pouch.number, pouch.job_id) for pouch in tx.jobs.pouches_of_roll(roll_id())] == [
            (0, "j1"),
            (1, "j1"),
            (1, "j2"),
            (2, "j1"),
            (2, "j2"),
        ]
        assert tx.jobs.pouches_of_batch(BATCH) == tx.jobs.pouches_of_roll(roll_id())


def test_a_packed_pouch_can_be_taken_out_of_use(database: Database) -> None:
    fill(database)
    with database.write() as tx:
        tx.jobs.add(job(), [1, 2])
        assert not tx.jobs.void_pouch(J1, 1, "recalled", LATER)
        tx.jobs.close_pouch(J1, 1, "packed", 10, "", NOW)
        assert tx.jobs.void_pouch(J1, 1, "recalled", LATER)
        assert states(tx)[0] == (1, "void", 10, "recalled")


def test_packed_counts_name_every_roll_and_no_header(database: Database) -> None:
    fill(database, rolls=3)
    with database.write() as tx:
        tx.jobs.add_all([(job("j1", 1), [0, 1, 2]), (job("j2", 2), [0, 1])])
        for number in (0, 1, 2):
            tx.jobs.close_pouch(J1, number, "packed", number, "", LATER)
        assert tx.jobs.packed_counts(BATCH) == {roll_id(1): 2, roll_id(2): 0, roll_id(3): 0}
        assert tx.jobs.pouch_counts(M1) == {"packed": 3, "planned": 2}
        assert tx.jobs.pouch_counts(M2) == {}
