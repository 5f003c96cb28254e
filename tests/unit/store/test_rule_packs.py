"""Rule packs are appended, signed once and by another, and never changed; the right ones are in force."""

from dataclasses import asdict
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from dispenser.store import schema
from dispenser.store.documents import sha256_of
from dispenser.store.errors import AppendOnlyError, ConflictError, DamagedRecordError, NotFoundError
from dispenser.store.records import NoteRecord
from dispenser.store.rule_packs import RulePackDraft, RulePackRecord, _document
from dispenser.store.session import Database, Transaction
from tests.support.stored import LATER, NOW, add_people, citizen_id

JANUARY = date(2027, 1, 1)
DAY = timedelta(days=1)
NOTE = (
    "INSERT INTO citizen_note VALUES ('c1', 1, 'hold', '', '2027-01-01', NULL, 'A. Holm', 'ferie', "
    "'2026-11-22T10:30:00.000000+00:00')"
)
OLD_NOTE = (
    "INSERT INTO packing_group VALUES ('nord', 'Nord')",
    "INSERT INTO citizen VALUES ('c1', 'f1', 'Åse', '0102481234', '1948-02-01', 'nord', 1, 'd')",
    NOTE,
)


def draft(
    version: str = "1", pack_id: str = "apotek", valid_from: date = JANUARY, valid_to: date | None = None
) -> RulePackDraft:
    return RulePackDraft(pack_id, version, "Apotekets regler", valid_from, valid_to, f'id = "{pack_id} ærø"\n')


def add(tx: Transaction, pack: RulePackDraft, signed: int = 0) -> RulePackRecord:
    """A pack by A. Holm; `signed` by B. Lund so many minutes later, if at all."""
    record = tx.rule_packs.add(pack, "A. Holm", NOW)
    return tx.rule_packs.sign(record.name, "B. Lund", NOW + timedelta(minutes=signed)) if signed else record


def in_force(database: Database, day: date) -> list[str]:
    with database.read() as tx:
        return [record.name for record in tx.rule_packs.in_force(day)]


def test_a_pack_comes_back_as_it_went_in(database: Database) -> None:
    given = draft(valid_to=JANUARY + DAY)
    with database.write() as tx:
        proposed = add(tx, given)
        assert tx.rule_packs.document("rules-1") == given.document
        wanted = asdict(given) | {"name": "rules-1", "author": "A. Holm", "created_at": NOW}
        told = asdict(proposed) | {"document": given.document}
        assert told == wanted | {"signed_by": None, "signed_at": None, "digest": sha256_of(given.document)}
        signed = tx.rule_packs.sign("rules-1", "B. Lund", LATER)
        assert (signed.signed_by, signed.signed_at) == ("B. Lund", LATER)
        assert add(tx, draft("2")).name == "rules-2"
    with database.read() as tx:
        assert [record.name for record in tx.rule_packs.all()] == ["rules-1", "rules-2"]
        assert tx.rule_packs.get("rules-1") == signed == tx.rule_packs.find("apotek", "1")
        assert tx.rule_packs.find("apotek", "3") is None


def test_only_a_signed_pack_is_in_force_and_only_from_its_day_on(database: Database) -> None:
    with database.write() as tx:
        add(tx, draft())
    assert in_force(database, JANUARY) == []
    with database.write() as tx:
        tx.rule_packs.sign("rules-1", "B. Lund", LATER)
    assert in_force(database, JANUARY - DAY) == []
    assert in_force(database, JANUARY) == ["rules-1"]


def test_of_every_pack_the_newest_signed_one_is_in_force(database: Database) -> None:
    with database.write() as tx:
        add(tx, draft("1"), signed=2)
        add(tx, draft("2"), signed=1)
        add(tx, draft("1", "b-pack"), signed=3)
        add(tx, draft("3", valid_from=JANUARY + 10 * DAY), signed=4)
        add(tx, draft("4"))
    assert in_force(database, JANUARY + 9 * DAY) == ["rules-1", "rules-3"]
    assert in_force(database, JANUARY + 10 * DAY) == ["rules-4", "rules-3"]


def test_a_correction_of_today_does_not_undo_the_version_that_begins_later(database: Database) -> None:
    begun = NOW.date() - 30 * DAY
    with database.write() as tx:
        add(tx, draft("1", valid_from=begun), signed=1)
        add(tx, draft("2"), signed=2)
        add(tx, draft("1.1", valid_from=begun), signed=3)
    assert in_force(database, JANUARY - DAY) == ["rules-3"]
    assert in_force(database, JANUARY) == ["rules-2"]


def test_what_is_signed_later_counts_whichever_day_it_says_it_is_from(database: Database) -> None:
    with database.write() as tx:
        add(tx, draft("1", valid_from=NOW.date() - DAY), signed=1)
        add(tx, draft("2", valid_from=NOW.date() - 9 * DAY), signed=2)
    assert in_force(database, NOW.date()) == ["rules-2"]


def test_of_two_signed_at_the_same_moment_the_later_one_counts(database: Database) -> None:
    with database.write() as tx:
        add(tx, draft("1"), signed=1)
        add(tx, draft("2"), signed=1)
    assert in_force(database, JANUARY) == ["rules-2"]


def test_a_pack_that_is_over_is_still_told(database: Database) -> None:
    with database.write() as tx:
        add(tx, draft(valid_to=JANUARY + DAY), signed=1)
    assert in_force(database, JANUARY + 400 * DAY) == ["rules-1"]


def test_nobody_signs_his_own_pack_or_signs_twice(database: Database) -> None:
    with database.write() as tx:
        add(tx, draft())
    with pytest.raises(ConflictError), database.write() as tx:
        tx.rule_packs.sign("rules-1", "A. Holm", LATER)
    with database.write() as tx:
        tx.rule_packs.sign("rules-1", "B. Lund", LATER)
    with pytest.raises(ConflictError), database.write() as tx:
        tx.rule_packs.sign("rules-1", "C. Juhl", LATER)
    with pytest.raises(NotFoundError, match="rules-9"), database.write() as tx:
        tx.rule_packs.sign("rules-9", "C. Juhl", LATER)


@pytest.mark.parametrize(
    ("pack", "author"),
    [
        (draft(), "A. Holm"),
        (draft("2"), ""),
        (draft(""), "A. Holm"),
        (draft("2", ""), "A. Holm"),
        (draft("2", valid_to=JANUARY - DAY), "A. Holm"),
    ],
    ids=["version there already", "no author", "no version", "no id", "ends before it begins"],
)
def test_the_database_refuses_what_is_no_pack(database: Database, pack: RulePackDraft, author: str) -> None:
    with database.write() as tx:
        add(tx, draft())
    with pytest.raises(ConflictError), database.write() as tx:
        tx.rule_packs.add(pack, author, NOW)


@pytest.mark.parametrize("table", ["rule_pack", "rule_signature"])
@pytest.mark.parametrize("change", ["UPDATE {table} SET author = 'x'", "DELETE FROM {table}"])
def test_packs_and_signatures_are_never_changed(database: Database, table: str, change: str) -> None:
    with database.write() as tx:
        add(tx, draft(), signed=1)
    with pytest.raises(AppendOnlyError), database.write() as tx:
        tx.rule_packs._connection.execute(text(change.format(table=table)))


def test_a_damaged_pack_is_not_used(database: Database) -> None:
    with database.write() as tx:
        add(tx, draft())
        row = tx.rule_packs._all(text("SELECT document, digest FROM rule_pack"))[0]
    with pytest.raises(DamagedRecordError, match="rules-1"):
        _document("rules-1", {**row, "document": row["document"] + " "})  # type: ignore[arg-type]  # a damaged row


def test_a_pack_that_is_not_there_is_told(database: Database) -> None:
    with database.read() as tx:
        for look in (tx.rule_packs.get, tx.rule_packs.document):
            with pytest.raises(NotFoundError, match="rules-1"):
                look("rules-1")


def note(kind: str, subject: str, words: str) -> NoteRecord:
    return NoteRecord(citizen_id(), 1, kind, subject, JANUARY, None, "A. Holm", "datter", NOW, words)


@pytest.mark.parametrize("kind", ["allergy", "tolerated"])
def test_allergies_are_noted_with_code_and_words(database: Database, kind: str) -> None:
    with database.write() as tx:
        add_people(tx)
        tx.notes.add(note(kind, "J01C", "penicillin"))
    with database.read() as tx:
        assert tx.notes.of_citizens((citizen_id(),)) == {citizen_id(): (note(kind, "J01C", "penicillin"),)}


@pytest.mark.parametrize(
    "wrong",
    [note("allergy", "", "penicillin"), note("tolerated", "J01C", ""), note("phase", "28100000001", "x")],
    ids=["no code", "no words", "words of a phase"],
)
def test_an_allergy_without_code_or_words_is_refused(database: Database, wrong: NoteRecord) -> None:
    with database.write() as tx:
        add_people(tx)
    with pytest.raises(ConflictError), database.write() as tx:
        tx.notes.add(wrong)


def test_what_was_noted_before_stays_and_stays_guarded(empty_url: str) -> None:
    with Database(empty_url) as database:
        if database._file is not None:
            database._file.parent.mkdir(parents=True)
        with database._writer.begin() as connection:
            schema.migrate(connection, "0006")
            for statement in OLD_NOTE:
                connection.execute(text(statement))
        database.migrate()
        with database.read() as tx:
            ((old,),) = tx.notes.of_citizens((citizen_id(),)).values()
        assert (old.kind, old.reason, old.text) == ("hold", "ferie", "")
        for change in ("UPDATE citizen_note SET who = 'x'", "DELETE FROM citizen_note"):
            with pytest.raises(AppendOnlyError), database.write() as tx:
                tx.notes._connection.execute(text(change))
        with database._writer.begin() as connection:
            schema.unmake(connection)
