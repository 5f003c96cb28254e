"""Machines, their journals, and the audit trail."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text

from dispenser.core.ids import JobId
from dispenser.store.audit import BEFORE_FIRST, hash_of
from dispenser.store.errors import ConflictError, NotFoundError
from dispenser.store.records import MachineRecord
from dispenser.store.session import Database
from dispenser.store.tables.common import UtcTime
from hal.journal import START, Cursor
from hal.wire import words
from tests.support.stored import BATCH, LATER, M1, M2, NOW, add_machines, entry, fill, job, roll_id, send


# -- Machines --------------------------------------------------------------------------------------------------
def test_a_machine_comes_back_as_it_went_in(database: Database) -> None:
    new = MachineRecord(M1, "opc.tcp://m1:4840/", 0, 1, START, "", None, None, "offline", None)
    with database.write() as tx:
        add_machines(tx)
        assert tx.machines.get(M1) == new
        tx.machines.set_capabilities(M1, '{"bays":4}')
        tx.machines.set_cursor(M1, Cursor("boot-a", 9), "head")
        tx.machines.set_link(M1, "online", NOW, '{"state":"Idle"}')
        tx.machines.set_link(M1, "offline", None, None)
        tx.machines.configure(M1, "opc.tcp://moved/")
        assert tx.machines.get(M1) == replace(
            new,
            uri="opc.tcp://moved/",
            capabilities='{"bays":4}',
            cursor=Cursor("boot-a", 9),
            journal_head="head",
            link="offline",
            seen_at=NOW,
            status='{"state":"Idle"}',
        )
        assert [machine.machine_id for machine in tx.machines.all()] == [M1, M2]


def test_numbers_rise_per_machine_and_over_what_the_machine_has_seen(database: Database) -> None:
    with database.write() as tx:
        add_machines(tx)
        assert [tx.machines.take_order_number(M1) for _ in range(3)] == [1, 2, 3]
        assert tx.machines.take_order_number(M2) == 1
        assert tx.machines.take_order_number(M1, above=2) == 4
        assert tx.machines.take_order_number(M1, above=40) == 41
        assert tx.machines.take_order_number(M1) == 42
        assert tx.machines.get(M1).next_order_number == 43
        assert [tx.machines.take_epoch(M1) for _ in range(2)] == [1, 2]
        assert tx.machines.take_epoch(M1, above=2) == 3
        assert tx.machines.take_epoch(M1, above=9) == 10
        assert tx.machines.get(M1).epoch == 10


def test_an_unknown_machine_is_told(database: Database) -> None:
    with database.write() as tx:
        assert tx.machines.find(M1) is None
        for ask in (
            lambda: tx.machines.get(M1),
            lambda: tx.machines.take_epoch(M1),
            lambda: tx.machines.take_order_number(M1),
            lambda: tx.machines.set_cursor(M1, START, ""),
            lambda: tx.machines.set_link(M1, "online", NOW, None),
            lambda: tx.machines.set_capabilities(M1, "{}"),
        ):
            with pytest.raises(NotFoundError, match="M1"):
                ask()


# -- Journal ---------------------------------------------------------------------------------------------------
def test_a_journal_keeps_its_order_over_boots(database: Database) -> None:
    first = [entry(seq) for seq in range(1, 6)]
    second = [entry(seq, "boot-0", 2, order_number=8, pouch=-1, fields={}) for seq in range(1, 4)]
    with database.write() as tx:
        add_machines(tx)
        tx.journal.append(M1, first)
        tx.journal.append(M2, first)
        tx.journal.append(M1, second[:1])
        tx.journal.append(M1, [])
        tx.journal.append(M1, second[1:])
    with database.read() as tx:
        assert tx.journal.after(M1, START, 100) == (*first, *second)
        assert tx.journal.after(M1, Cursor("boot-a", 4), 2) == (first[4], second[0])
        assert tx.journal.after(M1, Cursor("boot-0", 3), 2) == ()
        assert tx.journal.newest(M1, 2) == (second[2], second[1])
        assert tx.journal.of_order(M1, 7) == tuple(first)
        assert tx.journal.of_order(M2, 8) == ()
        assert tx.journal.of_pouch(M1, 7, 1) == (first[0],)
        assert (tx.journal.count(M1), tx.journal.count(M2)) == (8, 5)
        with pytest.raises(NotFoundError, match="boot-x"):
            tx.journal.after(M1, Cursor("boot-x", 1), 2)


def test_an_entry_is_appended_once(database: Database) -> None:
    with database.write() as tx:
        add_machines(tx)
        tx.journal.append(M1, [entry(1)])
    with pytest.raises(ConflictError), database.write() as tx:
        tx.journal.append(M1, [entry(2), entry(1)])
    with database.read() as tx:
        assert tx.journal.count(M1) == 1


def test_films_thrown_away_are_counted_by_roll(database: Database) -> None:
    fill(database, rolls=3)
    closed = {"kind": words.POUCH_CLOSED, "order_number": 1}
    void, packed = {"film": 3, "outcome": "void", "reason": "torn"}, {"film": 4, "outcome": "packed", "reason": ""}
    with database.write() as tx:
        tx.jobs.add_all([(job("j1", 1, M1), [1]), (job("j2", 2, M2), [1])])
        send(tx, "j1", 1)
        send(tx, "j2", 1)
        tx.journal.append(M1, [entry(1, fields=void, **closed), entry(2, fields=packed, **closed)])
        tx.journal.append(M1, [entry(3, fields=void, **closed), entry(4, fields=void)])
        tx.journal.append(M2, [entry(1, fields=packed, **closed)])
        assert tx.journal.void_counts(BATCH) == {roll_id(1): 2}
        assert tx.jobs.get(JobId("j1")).order_number == 1


# -- Audit -----------------------------------------------------------------------------------------------------
def test_every_audit_record_hangs_on_the_one_before(database: Database) -> None:
    danish = datetime(2026, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    with database.write() as tx:
        first = tx.audit.append(danish, "anna", "batch released", "batch/000001", "æøå")
        second = tx.audit.append(NOW, "bo", "pouch void", "pouch/1", "")
    assert (first.number, first.previous_hash, first.at) == (1, BEFORE_FIRST, datetime(2026, 7, 1, 10, tzinfo=UTC))
    assert (second.number, second.previous_hash) == (2, first.hash)
    with database.read() as tx:
        assert tx.audit.newest(9) == (second, first)
        assert tx.audit.newest(1) == (second,)
        assert tx.audit.verify() is None


def test_no_field_can_be_changed_without_notice(database: Database) -> None:
    with database.write() as tx:
        record = tx.audit.append(NOW, "anna", "did", "this", "so")
    for change in ({"number": 2}, {"at": LATER}, {"who": "bo"}, {"action": ""}, {"subject": "x"}, {"detail": "so "}):
        assert hash_of(replace(record, **change)) != record.hash
    assert hash_of(replace(record, who="annad", action="id")) != record.hash
    assert hash_of(replace(record, previous_hash="1" * 64)) != record.hash


TAMPERED = {
    "UPDATE audit SET detail = 'y' WHERE number = 1203": 1203,
    "DELETE FROM audit WHERE number = 7": 7,
    "DELETE FROM audit WHERE number = 1": 1,
    "UPDATE audit SET previous_hash = 'x' WHERE number = 1000": 1000,
    "UPDATE audit SET hash = substr(hash, 2) || '0' WHERE number = 1001": 1001,
}


def test_tampering_is_found_at_the_first_bad_record(database: Database) -> None:
    with database.write() as tx:
        for number in range(1_205):
            tx.audit.append(NOW, "anna", "did", str(number), "x")
        assert tx.audit.verify() is None
        on = "" if tx.audit._connection.dialect.name == "sqlite" else " ON audit"
        for trigger in ("audit_no_update", "audit_no_delete"):
            tx.audit._connection.execute(text(f"DROP TRIGGER {trigger}{on}"))
        for tamper, first_bad in TAMPERED.items():
            attempt = tx.audit._connection.begin_nested()
            tx.audit._connection.execute(text(tamper))
            assert tx.audit.verify() == first_bad
            attempt.rollback()
        assert tx.audit.verify() is None


# -- Time ------------------------------------------------------------------------------------------------------
def test_a_time_without_zone_is_refused(database: Database) -> None:
    naive = NOW.replace(tzinfo=None)
    with database.write() as tx:
        with pytest.raises(ValueError, match="no time zone"):
            tx.audit.append(naive, "", "", "", "")
        with pytest.raises(ValueError, match="no time zone"):
            UtcTime().process_bind_param(naive, tx.audit._connection.dialect)


def test_texts_of_instants_sort_by_time(database: Database) -> None:
    dialect = database._writer.dialect
    times = [NOW, NOW.replace(microsecond=0), LATER, datetime(999, 1, 1, tzinfo=UTC), NOW + timedelta(microseconds=1)]
    stored = sorted(UtcTime().process_bind_param(time, dialect) for time in times)
    assert [UtcTime().process_result_value(one, dialect) for one in stored] == sorted(times)
