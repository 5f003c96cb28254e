"""A whole batch goes in with as many statements as it has kinds of rows."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from dispenser.core.batch import BatchState
from dispenser.core.ids import BatchId, JobId
from dispenser.store.session import Database
from tests.support.stored import BATCH, M1, M2, NOW, add_machines, add_people, batch, entry, job

ROLLS = 120
POUCHES = 59


@contextmanager
def statements(database: Database) -> Iterator[list[tuple[str, int]]]:
    """Collect each statement sent as (what and where, rows)."""
    sent: list[tuple[str, int]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        rows = len(parameters) if isinstance(parameters, list) else 1
        sent.append((" ".join(statement.split()[:3]), rows))

    event.listen(database._writer, "before_cursor_execute", note)
    yield sent
    event.remove(database._writer, "before_cursor_execute", note)


def test_a_fortnight_of_a_group_is_four_inserts(database: Database) -> None:
    made = batch(ROLLS, POUCHES)
    with database.write() as tx:
        add_people(tx, ROLLS)
        add_machines(tx)
    with statements(database) as sent, database.write() as tx:
        tx.batches.add(made, "f" * 64, (), BatchState.PLANNED, NOW)
        attempts = [
            (job(JobId(f"j{number}"), number, M1 if number % 2 else M2), range(POUCHES))
            for number in range(1, ROLLS + 1)
        ]
        tx.jobs.add_all(attempts)
    inserts = [one for one in sent if one[0].startswith("INSERT")]
    assert inserts == [
        ("INSERT INTO batch", 1),
        ("INSERT INTO roll", ROLLS),
        ("INSERT INTO job", ROLLS),
        ("INSERT INTO pouch", ROLLS * POUCHES),
    ]
    with database.read() as tx:
        assert tx.batches.load(BATCH) == made
        assert len(tx.jobs.pouches_of_batch(BATCH)) == ROLLS * POUCHES
        assert tx.jobs.open_count(BATCH) == ROLLS
        assert tx.jobs.open_count(BatchId("000002")) == 0


def test_a_page_of_a_journal_is_one_insert(database: Database) -> None:
    page = [entry(seq) for seq in range(1, 1_001)]
    with database.write() as tx:
        add_machines(tx)
    with statements(database) as sent, database.write() as tx:
        tx.journal.append(M1, page)
    assert [one for one in sent if one[0].startswith("INSERT")] == [("INSERT INTO journal", 1_000)]
    with database.read() as tx:
        assert tx.journal.count(M1) == 1_000
