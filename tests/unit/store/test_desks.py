"""What is asked for every machine every second."""

import pytest

from dispenser.core.ids import JobId
from dispenser.core.job import LIVE_STATES, TRANSITIONS, JobState
from dispenser.store.errors import NotFoundError
from dispenser.store.machine_records import LiveJob, Standing
from dispenser.store.session import Database
from hal.journal import NOTHING, Cursor, Mark
from tests.support.stored import LATER, M1, M2, entry, fill, job, roll_id, send

J1, J2 = JobId("j1"), JobId("j2")


def test_a_machine_without_work_has_a_desk(database: Database) -> None:
    fill(database)
    with database.read() as tx:
        assert tx.desks.get(M1).live == ()
        assert tx.desks.get(M1).mark == NOTHING
        assert tx.desks.get(M1).standing == Standing((), has_queued=False)
        assert not tx.desks.get(M1).standing.has_room(2)


def test_nobody_has_a_desk_for_an_unknown_machine(database: Database) -> None:
    with pytest.raises(NotFoundError), database.read() as tx:
        tx.desks.get(M1)


def test_the_desk_knows_token_mark_and_live_jobs(database: Database) -> None:
    fill(database, rolls=2)
    with database.write() as tx:
        tx.jobs.add_all([(job("j1", 1), [1]), (job("j2", 2), [1])])
        epoch = tx.machines.take_epoch(M1)
        tx.journal.append(M1, [entry(1), entry(2)])
        tx.machines.set_cursor(M1, Cursor("boot-a", 2), "h" * 64)
        send(tx, J2, order_number=2)
        send(tx, J1, order_number=3)
    with database.read() as tx:
        desk = tx.desks.get(M1)
        assert (desk.epoch, desk.mark) == (epoch, Mark(Cursor("boot-a", 2), "h" * 64))
        assert desk.live == (
            LiveJob(J2, roll_id(2), 2, JobState.SENT, is_void=False),
            LiveJob(J1, roll_id(1), 3, JobState.SENT, is_void=False),
        )
        assert tx.desks.get(M2).live == ()


def test_standing_tells_what_is_void_and_whether_more_waits(database: Database) -> None:
    fill(database, rolls=2)
    with database.write() as tx:
        tx.jobs.add_all([(job("j1", 1), [1]), (job("j2", 2), [1])])
        assert tx.desks.get(M1).standing == Standing((), has_queued=True)
        send(tx, J1)
        standing = tx.desks.get(M1).standing
        assert standing.has_queued
        assert not standing.is_void
        assert standing.has_room(2)
        assert not standing.has_room(1)
        assert tx.desks.void_reason(roll_id(1)) is None
        tx.batches.void_roll(roll_id(1), "plan changed")
        assert tx.desks.get(M1).standing.is_void
        assert tx.desks.void_reason(roll_id(1)) == "plan changed"
        # Queued work of a roll that is out of use is no live work.
        tx.batches.void_roll(roll_id(2), "plan changed")
        assert [one.job_id for one in tx.desks.get(M1).standing.live if one.is_void] == [J1]


def test_nothing_is_sent_while_an_order_is_unknown(database: Database) -> None:
    fill(database, rolls=2)
    with database.write() as tx:
        tx.jobs.add_all([(job("j1", 1), [1]), (job("j2", 2), [1])])
        send(tx, J1)
        tx.jobs.move(J1, JobState.SENT, JobState.UNKNOWN, LATER)
        assert not tx.desks.get(M1).standing.has_room(2)


def test_desk_and_standing_name_the_live_jobs_in_every_state(database: Database) -> None:
    fill(database)
    path = [JobState.PACKING, JobState.HELD, JobState.UNKNOWN, JobState.PACKED, JobState.VOID]
    assert all((one in LIVE_STATES) or one in {JobState.PACKED, JobState.VOID} for one in path)
    with database.write() as tx:
        tx.jobs.add(job(), [1])
        send(tx)
        state = JobState.SENT
        for after in path:
            assert after in {target for (before, _), target in TRANSITIONS.items() if before is state}
            tx.jobs.move(J1, state, after, LATER)
            state = after
            full = [(one.job_id, one.order_number, one.state) for one in tx.jobs.live_on(M1)]
            assert [(one.job_id, one.order_number, one.state) for one in tx.desks.get(M1).live] == full


def test_when_a_machine_was_seen_is_told_without_its_documents(database: Database) -> None:
    fill(database)
    with database.write() as tx:
        assert tx.machines.seen_at(M1) is None
        tx.machines.set_link(M1, "online", LATER, "{}")
        assert tx.machines.seen_at(M1) == LATER
