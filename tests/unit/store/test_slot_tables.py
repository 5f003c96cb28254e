"""Slot tables are appended, signed once and by another, and never changed; the right one is in force."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from dispenser.core.dosage import ClockTime, PartOfDay
from dispenser.core.ids import GroupId, RollId
from dispenser.core.periods import Reason
from dispenser.core.roll import Period
from dispenser.core.slots import SlotTable
from dispenser.store.errors import AppendOnlyError, ConflictError, DamagedRecordError, NotFoundError
from dispenser.store.records import PeriodRecord, SlotTableDraft, SlotTableRecord
from dispenser.store.session import Database, Transaction
from dispenser.store.slot_tables import _record
from tests.support.stored import GROUP, LATER, NOW, PERIOD, add_batch, add_people, roll_id

SOUTH = GroupId("syd")
JANUARY = date(2027, 1, 1)
EARLY = SlotTable(
    "",
    "",
    {**SlotTable().times, PartOfDay.EVENING: ClockTime(17, 30)},
    {**SlotTable().plain, 5: (*SlotTable().plain[4][:3], ClockTime(20, 5), PartOfDay.NIGHT)},
)


def add(tx: Transaction, group: GroupId | None = None, valid_from: date = JANUARY, signed: int = 0) -> SlotTableRecord:
    """A table by A. Holm; `signed` by B. Lund so many minutes later, if at all."""
    if group is not None:
        tx.groups.ensure(group, group)
    record = tx.slot_tables.add(SlotTableDraft(group, valid_from, "Aftensmad kl. 17.30", EARLY), "A. Holm", NOW)
    return tx.slot_tables.sign(record.version, "B. Lund", NOW + timedelta(minutes=signed)) if signed else record


def in_force(database: Database, group: GroupId, day: date) -> str | None:
    with database.read() as tx:
        record = tx.slot_tables.in_force(group, day)
    return record.version if record else None


def test_a_table_comes_back_as_it_went_in(database: Database) -> None:
    with database.write() as tx:
        proposed = add(tx, SOUTH)
        assert (proposed.version, proposed.author, proposed.created_at) == ("slots-1", "A. Holm", NOW)
        assert (proposed.signed_by, proposed.signed_at, proposed.draft.table.signed_by) == (None, None, "")
        assert (proposed.draft.table.times, proposed.draft.table.plain) == (EARLY.times, EARLY.plain)
        assert (proposed.draft.group_id, proposed.draft.valid_from) == (SOUTH, JANUARY)
        signed = tx.slot_tables.sign("slots-1", "B. Lund", LATER)
        assert (signed.signed_by, signed.signed_at, signed.draft.table.signed_by) == ("B. Lund", LATER, "B. Lund")
        assert add(tx).version == "slots-2"
    with database.read() as tx:
        assert [record.version for record in tx.slot_tables.all()] == ["slots-1", "slots-2"]
        assert tx.slot_tables.get("slots-1") == signed


def test_only_a_signed_table_is_in_force_and_only_from_its_day_on(database: Database) -> None:
    with database.write() as tx:
        add(tx)
    assert in_force(database, GROUP, JANUARY) is None
    with database.write() as tx:
        tx.slot_tables.sign("slots-1", "B. Lund", LATER)
    assert in_force(database, GROUP, JANUARY - timedelta(days=1)) is None
    assert in_force(database, GROUP, JANUARY) == "slots-1"
    assert in_force(database, GROUP, JANUARY + timedelta(days=999)) == "slots-1"


def test_a_groups_own_table_is_before_the_sites(database: Database) -> None:
    with database.write() as tx:
        add(tx, signed=1)
        add(tx, SOUTH, JANUARY - timedelta(days=30), signed=2)
        add(tx, signed=3, valid_from=JANUARY + timedelta(days=30))
    assert in_force(database, SOUTH, JANUARY + timedelta(days=60)) == "slots-2"
    assert in_force(database, GROUP, JANUARY) == "slots-1"
    assert in_force(database, GROUP, JANUARY + timedelta(days=30)) == "slots-3"


def test_of_two_from_the_same_day_the_one_signed_last_counts(database: Database) -> None:
    with database.write() as tx:
        add(tx)
        add(tx, signed=1)
        add(tx, signed=2, valid_from=JANUARY - timedelta(days=1))
    assert in_force(database, GROUP, JANUARY) == "slots-2"
    with database.write() as tx:
        tx.slot_tables.sign("slots-1", "B. Lund", LATER)
    assert in_force(database, GROUP, JANUARY) == "slots-1"


@pytest.mark.parametrize("who", ["A. Holm", ""])
def test_the_database_itself_refuses_the_authors_own_signature(database: Database, who: str) -> None:
    with database.write() as tx:
        add(tx)
    with pytest.raises(ConflictError), database.write() as tx:
        tx.slot_tables.sign("slots-1", who, LATER)
    assert in_force(database, GROUP, JANUARY) is None


def test_a_table_is_signed_once(database: Database) -> None:
    with database.write() as tx:
        add(tx, signed=1)
    with pytest.raises(ConflictError), database.write() as tx:
        tx.slot_tables.sign("slots-1", "C. Krogh", LATER)


def test_what_is_not_there_is_said(database: Database) -> None:
    with database.write() as tx:
        for attempt in (
            lambda: tx.slot_tables.get("slots-9"),
            lambda: tx.slot_tables.sign("slots-9", "B. Lund", NOW),
            lambda: tx.slot_tables.version_of_roll(RollId("none")),
        ):
            with pytest.raises(NotFoundError):
                attempt()
    with pytest.raises(ConflictError), database.write() as tx:
        tx.slot_tables.add(SlotTableDraft(GroupId("x"), JANUARY, "y", EARLY), "A. Holm", NOW)


@pytest.mark.parametrize("table", ["slot_table", "slot_signature"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET version = 'x'"])
def test_nothing_is_changed_or_deleted(database: Database, table: str, statement: str) -> None:
    with database.write() as tx:
        add(tx, signed=1)
    with pytest.raises(AppendOnlyError), database.write() as tx:
        tx.slot_tables._connection.execute(text(statement.format(table)))


def test_nothing_is_emptied_at_once(database: Database) -> None:
    with database.write() as tx:
        add(tx, signed=1)
        postgresql = tx.slot_tables._connection.dialect.name == "postgresql"
    # SQLite has no word for it.
    statement = "TRUNCATE slot_table, slot_signature" if postgresql else "DELETE FROM slot_signature"
    with pytest.raises(AppendOnlyError), database.write() as tx:
        tx.slot_tables._connection.execute(text(statement))


def test_a_damaged_table_is_noticed(database: Database) -> None:
    with database.write() as tx:
        add(tx)
        row = tx.slot_tables._all(text("SELECT *, NULL AS signed_by, NULL AS signed_at FROM slot_table"))[0]
    with pytest.raises(DamagedRecordError, match="slots-1"):
        _record({**row, "document": row["document"].replace("17:30", "17:31")})


def test_a_roll_remembers_its_slots(database: Database) -> None:
    with database.write() as tx:
        add_batch(tx)
        assert tx.slot_tables.version_of_roll(roll_id(1)) == "slots-1"


def test_a_period_keeps_its_reason(database: Database) -> None:
    reason = Reason("A. Holm", "Jul")
    with database.write() as tx:
        tx.groups.ensure(GROUP, "Nord")
        tx.groups.add_period(PeriodRecord(GROUP, PERIOD, NOW, "open", None, reason))
    with database.read() as tx:
        found = tx.groups.find(GROUP, PERIOD)
        assert found is not None
        assert found.reason == reason
        assert tx.groups.find(GROUP, Period(PERIOD.first, PERIOD.first)) is None
        assert tx.groups.find(SOUTH, PERIOD) is None


@pytest.mark.parametrize("half", ["reason = 'Jul'", "reason_by = 'A. Holm'"])
def test_half_a_reason_is_none(database: Database, half: str) -> None:
    with database.write() as tx:
        tx.groups.ensure(GROUP, "Nord")
        tx.groups.add_period(PeriodRecord(GROUP, PERIOD, NOW, "open", None))
    with pytest.raises(ConflictError), database.write() as tx:
        tx.groups._connection.execute(text(f"UPDATE period SET {half}"))  # noqa: S608


def test_the_periods_around_one_are_what_touches_it_and_the_last_before(database: Database) -> None:
    weeks = [Period(PERIOD.first + timedelta(7 * n), PERIOD.first + timedelta(7 * n + 6)) for n in range(5)]
    with database.write() as tx:
        tx.groups.ensure(GROUP, "Nord")
        tx.groups.ensure(SOUTH, "Syd")
        for week in reversed(weeks):
            tx.groups.add_period(PeriodRecord(GROUP, week, NOW, "open", None))
        tx.groups.add_period(PeriodRecord(SOUTH, weeks[2], NOW, "open", None))
    with database.read() as tx:
        across = Period(weeks[2].last, weeks[3].first)
        assert [record.period for record in tx.groups.around(GROUP, across)] == weeks[1:4]
        assert [record.period for record in tx.groups.around(SOUTH, weeks[4])] == [weeks[2]]
        assert tx.groups.around(SOUTH, weeks[0]) == ()


def test_groups_are_counted_with_those_that_are_empty(database: Database) -> None:
    with database.write() as tx:
        add_people(tx, 3)
        tx.groups.ensure(SOUTH, "Syd")
        assert tx.groups.sizes() == {GROUP: 3, SOUTH: 0}
