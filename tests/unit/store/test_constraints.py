"""What the database itself refuses, whoever asks: every statement here is raw SQL past all repositories."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from sqlalchemy import text

from dispenser.core.acute import Acute
from dispenser.core.fills import Fill, FillName, LotNotice, LotState, Pack
from dispenser.core.ids import JobId, ProductId
from dispenser.core.job import LIVE_STATES, JobState
from dispenser.store.alert_records import AlertRecord
from dispenser.store.alerts import in_revision
from dispenser.store.errors import AppendOnlyError, ConflictError
from dispenser.store.fills import GtinRecord
from dispenser.store.records import DiscardRecord, NoteRecord
from dispenser.store.session import Database, Transaction
from tests.support.stored import LATER, M1, M2, NOW, PERIOD, add_batch, citizen_id, entry, job, resource, roll_id, send

FILLED = (
    "inbox",
    "resource",
    "plan",
    "plan_line",
    "journal",
    "audit",
    "citizen_note",
    "discard",
    "staff",
    "staff_end",
    "alert",
    "alert_sighting",
    "override",
    "override_second",
    "override_revocation",
    "product_gtin",
    "fill",
    "fill_pack",
    "fill_end",
    "lot_notice",
    "order_fill",
    "pouch_fill",
    "batch",
    "roll",
    "job",
    "pouch",
    "machine",
)
APPEND_ONLY = FILLED[: FILLED.index("batch")]
ALERT = AlertRecord("k", "DOSE-0151", "PARK", "pharmacist", citizen_id(), "o", "a", "b", "c", "d", NOW)
AT = "'2026-11-22T10:30:00.000000+00:00'"


@pytest.fixture
def filled(database: Database) -> Database:
    """Every table holds a row; job j1 is sent on M1, j2 is queued on M2, pouch 1 of j1 is void."""
    populate(database)
    return database


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def standing(request: pytest.FixtureRequest, fresh: Callable[[str], AbstractContextManager[str]]) -> Iterator[Database]:
    """The same, shared by tests that change nothing because everything they try is refused."""
    with fresh(request.param) as url, Database.open(url) as database:
        populate(database)
        yield database


def populate(database: Database) -> None:
    with database.write() as tx:
        add_batch(tx, rolls=3)
        tx.resources.put(resource())
        tx.journal.append(M1, [entry(1)])
        tx.audit.append(NOW, "a", "b", "c", "d")
        tx.jobs.add(job("j1", 1, M1), [0, 1, 2])
        tx.jobs.add(job("j2", 2, M2), [0, 1, 2])
        assert send(tx, "j1", 5)
        assert tx.jobs.close_pouch(JobId("j1"), 1, "void", 8, "torn", LATER)
        tx.notes.add(NoteRecord(citizen_id(), 1, "hold", "", PERIOD.first, None, "a", "b", NOW))
        tx.discards.add([DiscardRecord(roll_id(), 2, NOW, "a", "b", Acute.LOST)])
        tx.staff.add("a", "pharmacist", "a", NOW)
        tx.staff.end(1, "a", NOW)
        tx.alerts.note([ALERT], in_revision(1), NOW)
        override = tx.overrides.add(ALERT.key, "a", "b", PERIOD.last, NOW)
        tx.overrides.sign(override, "c", NOW)
        tx.overrides.revoke(override, "c", "d", NOW)
        tx.fills.add_gtin(GtinRecord("07046260281004", ProductId("p"), 100, "a", "b", NOW))
        tx.fills.add([fill("1"), fill("2", "S2")])
        tx.fills.end(FillName("K1", "2"), "a", "b", NOW)
        tx.fills.add_notice(LotNotice("L1", "", LotState.QUARANTINED, "a", "b", NOW))
        tx.traces.add_order(JobId("j1"), [FillName("K1", "1")], NOW)
        tx.traces.add_pouch(JobId("j1"), 1, [(FillName("K1", "1"), ProductId("p"))])


def fill(code: str, serial: str = "S1") -> Fill:
    pack = Pack("07046260281004", "L1", PERIOD.last, serial, 100)
    return Fill(FillName("K1", code), ProductId("p"), (pack,), PERIOD.first, "a", "b", NOW)


def run(tx: Transaction, statement: str) -> int:
    return tx.jobs._connection.execute(text(statement.replace(":at", AT))).rowcount


def refused(database: Database, statement: str, error: type[ConflictError] = ConflictError) -> str:
    with pytest.raises(error) as caught, database.write() as tx:
        assert run(tx, statement) == 1, "the statement touched no row, so it proves nothing"
    return str(caught.value)


@pytest.mark.parametrize("table", FILLED)
def test_nothing_is_ever_deleted(standing: Database, table: str) -> None:
    assert "deleted" in refused(standing, f"DELETE FROM {table}", AppendOnlyError)  # noqa: S608


@pytest.mark.postgres
def test_nothing_is_ever_truncated(fresh: Callable[[str], AbstractContextManager[str]]) -> None:
    with fresh("postgresql") as url, Database.open(url) as database:
        populate(database)
        for table in FILLED:
            refused(database, f"TRUNCATE {table} CASCADE", AppendOnlyError)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_history_is_never_changed(standing: Database, table: str) -> None:
    column = {
        "plan": "document",
        "plan_line": "text",
        "journal": "kind",
        "audit": "who",
        "citizen_note": "who",
        "discard": "reason",
        "staff": "name",
        "staff_end": "ended_by",
        "alert": "danish",
        "alert_sighting": "place",
        "override": "reason",
        "override_second": "second",
        "override_revocation": "who",
        "product_gtin": "product_id",
        "fill": "filled_by",
        "fill_pack": "lot",
        "fill_end": "reason",
        "lot_notice": "state",
        "order_fill": "code",
        "pouch_fill": "code",
    }.get(table, "digest")
    assert "append-only" in refused(standing, f"UPDATE {table} SET {column} = 'x'", AppendOnlyError)  # noqa: S608


def test_history_is_not_replaced_by_inserting(standing: Database) -> None:
    values = "('M1', 1, 'boot-a', 1, 1, 'x', 'x', 1, 1, '{}')"
    if "sqlite" in standing.where:
        refused(standing, f"INSERT OR REPLACE INTO journal VALUES {values}", AppendOnlyError)  # noqa: S608
    else:
        conflict = "ON CONFLICT (machine_id, position) DO UPDATE SET kind = 'x'"
        refused(standing, f"INSERT INTO journal VALUES {values} {conflict}", AppendOnlyError)  # noqa: S608


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE roll SET document = '{}' WHERE roll_id = '0000010001'",
        "UPDATE roll SET plan_revision = 1, digest = 'x' WHERE roll_id = '0000010001'",
        "UPDATE batch SET digest = 'x'",
        "UPDATE batch SET findings = '[]'",
        "UPDATE job SET order_document = 'x' WHERE job_id = 'j1'",
        "UPDATE job SET order_number = 6 WHERE job_id = 'j1'",
        "UPDATE job SET machine_id = 'M2' WHERE job_id = 'j1'",
        "UPDATE pouch SET state = 'planned', closed_at = NULL WHERE job_id = 'j1' AND number = 1",
        "UPDATE pouch SET film = 9 WHERE job_id = 'j1' AND number = 1",
        "UPDATE machine SET next_order_number = 0 WHERE machine_id = 'M1'",
        "UPDATE machine SET epoch = -1 WHERE machine_id = 'M1'",
    ],
)
def test_what_is_frozen_stays(standing: Database, statement: str) -> None:
    refused(standing, statement, AppendOnlyError)


def test_a_void_roll_stays_void(filled: Database) -> None:
    with filled.write() as tx:
        assert tx.batches.void_roll(roll_id(3), "superseded")
    refused(filled, "UPDATE roll SET void_reason = NULL WHERE roll_id = '0000010003'", AppendOnlyError)


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE job SET state = 'sent', order_number = 9, machine_id = 'M1' WHERE job_id = 'j2'", "job"),
        ("UPDATE job SET machine_id = 'M1', order_number = 5 WHERE job_id = 'j2'", "order_number"),
        ("UPDATE job SET state = 'done', order_number = 9 WHERE job_id = 'j2'", "ck_job_state_known"),
        ("UPDATE job SET state = 'sent' WHERE job_id = 'j2'", "ck_job_sent_has_number"),
        ("UPDATE job SET order_number = 0 WHERE job_id = 'j2'", "ck_job_order_number_counted"),
        ("UPDATE job SET epoch = -1 WHERE job_id = 'j2'", "ck_job_epoch_counted"),
        ("UPDATE job SET roll_id = 'none' WHERE job_id = 'j2'", "FOREIGN KEY|fk_"),
        ("UPDATE job SET machine_id = 'none' WHERE job_id = 'j2'", "FOREIGN KEY|fk_job_machine_id"),
        ("INSERT INTO pouch VALUES ('j2', 9, '0000010001', 'planned', NULL, '', NULL)", "FOREIGN KEY|fk_pouch_job_id"),
        ("INSERT INTO pouch VALUES ('j2', 1, '0000010002', 'planned', NULL, '', NULL)", "pouch"),
        ("INSERT INTO pouch VALUES ('j2', -1, '0000010002', 'planned', NULL, '', NULL)", "ck_pouch_number_counted"),
        ("UPDATE pouch SET state = 'lost' WHERE job_id = 'j2' AND number = 1", "ck_pouch_state_known"),
        ("UPDATE pouch SET state = 'packed', closed_at = :at WHERE job_id = 'j2' AND number = 1", "packed_has_film"),
        ("UPDATE pouch SET state = 'packed', film = 3 WHERE job_id = 'j2' AND number = 1", "ck_pouch_closed_dated"),
        ("UPDATE pouch SET closed_at = :at WHERE job_id = 'j2' AND number = 1", "ck_pouch_closed_dated"),
        ("UPDATE pouch SET film = -3 WHERE job_id = 'j2' AND number = 1", "ck_pouch_film_counted"),
        ("UPDATE batch SET state = 'gone'", "ck_batch_state_known"),
        ("UPDATE batch SET state = 'released'", "ck_batch_release_dated"),
        ("UPDATE batch SET state = 'released', released_at = :at", "ck_batch_release_signed"),
        ("UPDATE batch SET released_by = 'a', released_at = :at", "ck_batch_planned_not_released"),
        ("UPDATE machine SET cursor_seq = -1 WHERE machine_id = 'M1'", "ck_machine_cursor_counted"),
        ("UPDATE citizen SET civil_number = '1' WHERE citizen_id = 'c1'", "ck_citizen_civil_number_length"),
        ("UPDATE citizen SET version = 0 WHERE citizen_id = 'c1'", "ck_citizen_version_counted"),
        ("UPDATE citizen SET fhir_id = 'patient-2' WHERE citizen_id = 'c1'", "fhir_id"),
        ("UPDATE citizen SET group_id = 'none' WHERE citizen_id = 'c1'", "FOREIGN KEY|fk_citizen_group_id"),
        ("DELETE FROM citizen WHERE citizen_id = 'c1'", "FOREIGN KEY|fk_"),
        ("INSERT INTO journal VALUES ('M1', 2, 'boot-a', 1, 1, 'x', 'x', 1, 1, '{}')", "boot_id"),
        ("INSERT INTO journal VALUES ('M1', 1, 'boot-a', 1, 2, 'x', 'x', 1, 1, '{}')", "position|pk_journal"),
        ("INSERT INTO journal VALUES ('M1', 0, 'boot-a', 1, 2, 'x', 'x', 1, 1, '{}')", "ck_journal_position_counted"),
        ("INSERT INTO journal VALUES ('M1', 2, 'boot-a', 1, 0, 'x', 'x', 1, 1, '{}')", "ck_journal_seq_counted"),
        (
            "INSERT INTO journal VALUES ('none', 1, 'b', 1, 1, 'x', 'x', 1, 1, '{}')",
            "FOREIGN KEY|fk_journal",
        ),
        (
            "INSERT INTO period VALUES ('nord', '2026-01-02', '2026-01-01', :at, 'open', NULL, NULL, NULL)",
            "ck_period_ends_after",
        ),
        (
            "INSERT INTO period VALUES ('nord', '2026-01-01', '2026-01-02', :at, 'x', NULL, NULL, NULL)",
            "ck_period_state_known",
        ),
        (
            "INSERT INTO period VALUES ('nord', '2026-01-01', '2026-01-02', :at, 'open', '000001', NULL, NULL)",
            "open_has_no_batch",
        ),
        ("INSERT INTO plan VALUES ('c1', 0, :at, 'm1', '{}', 'x')", "ck_plan_revision_counted"),
        ("INSERT INTO plan VALUES ('c1', 1, :at, 'm1', '{}', 'x')", "plan"),
        ("INSERT INTO plan VALUES ('c1', 2, :at, 'none', '{}', 'x')", "FOREIGN KEY|fk_plan_inbox_id"),
        ("INSERT INTO plan_line VALUES ('c1', 1, 9, 'o', 'x', 'lost', '[]')", "ck_plan_line_disposition_known"),
        ("INSERT INTO plan_line VALUES ('c1', 7, 1, 'o', 'x', 'parked', '[]')", "FOREIGN KEY|fk_plan_line_citizen_id"),
        ("INSERT INTO resource VALUES ('k', 'r', 0, 'c1', 's', '{}', 'x', :at)", "ck_resource_version_counted"),
        ("INSERT INTO resource VALUES ('k', 'r', 1, 'c9', 's', '{}', 'x', :at)", "FOREIGN KEY|fk_resource"),
        ("INSERT INTO audit VALUES (2, :at, 'a', 'b', 'c', 'd', 'x', 'short')", "ck_audit_hash_length"),
        ("INSERT INTO audit SELECT 2, :at, 'a', 'b', 'c', 'd', previous_hash, hash FROM audit", "previous_hash"),
        (
            "INSERT INTO inbox VALUES ('m2', :at, 's', 'k', 'd', '', 'lost', 200, '[]', '', 0, NULL)",
            "ck_inbox_outcome_known",
        ),
        (
            "INSERT INTO inbox VALUES ('m2', :at, 's', 'k', 'd', '', 'refused', 20, '[]', '', 0, NULL)",
            "ck_inbox_status_http",
        ),
        (
            "INSERT INTO inbox VALUES ('m2', :at, 's', 'k', 'd', '', 'refused', 400, '[]', '', -1, NULL)",
            "ck_inbox_lines_counted",
        ),
    ],
)
def test_what_may_not_be_is_refused(standing: Database, statement: str, constraint: str) -> None:
    told = refused(standing, statement)
    assert any(word in told for word in constraint.split("|")), told


@pytest.mark.parametrize("state", JobState)
def test_a_machine_has_one_live_job_in_every_live_state_and_any_number_of_others(
    filled: Database, state: JobState
) -> None:
    statement = f"UPDATE job SET machine_id = 'M1', state = '{state.value}', order_number = 9 WHERE job_id = 'j2'"  # noqa: S608
    if state in LIVE_STATES:
        refused(filled, statement)
        return
    with filled.write() as tx:
        assert run(tx, statement) == 1


def test_a_pouch_is_live_in_one_attempt_only(filled: Database) -> None:
    with pytest.raises(ConflictError), filled.write() as tx:
        tx.jobs.add(replace(job("j3", 1, M2)), [2])
    with filled.write() as tx:
        # Number 1 is void in j1 already.
        tx.jobs.add(job("j3", 1, M2), [1])


@pytest.mark.parametrize("state", ["planned", "unknown", "packed", "void"])
def test_every_state_but_void_is_live(filled: Database, state: str) -> None:
    with filled.write() as tx:
        closed = "film = 4, closed_at = :at" if state in {"packed", "void"} else "film = NULL"
        run(tx, f"UPDATE pouch SET state = '{state}', {closed} WHERE job_id = 'j2' AND number = 2")  # noqa: S608
        run(
            tx,
            "INSERT INTO job SELECT 'j3', roll_id, machine_id, NULL, 'queued', '', '', 0, created_at, updated_at, 0 "
            "FROM job WHERE job_id = 'j2'",
        )
    statement = "INSERT INTO pouch VALUES ('j3', 2, '0000010002', 'planned', NULL, '', NULL)"
    if state == "void":
        with filled.write() as tx:
            run(tx, statement)
    else:
        refused(filled, statement)
