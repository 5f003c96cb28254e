"""Two controllers on one database at the same time: exactly one wins, on both databases."""

import threading
from collections.abc import Callable

import pytest

from dispenser.core.ids import JobId
from dispenser.core.job import MOST_LIVE, JobState
from dispenser.store.errors import StoreError
from dispenser.store.session import Database, Transaction
from tests.support.stored import GROUP, LATER, M1, NOW, PERIOD, add_machines, entry, fill, job, send

ROUNDS = 5


def race(databases: list[Database], act: Callable[[Transaction, int], bool]) -> list[bool | StoreError]:
    """Let every database act in a transaction of its own at the same moment; return what came of each."""
    gate = threading.Barrier(len(databases))
    results: list[bool | StoreError] = [False] * len(databases)

    def run(place: int) -> None:
        gate.wait()
        try:
            with databases[place].write() as tx:
                won = act(tx, place)
            results[place] = won
        except StoreError as error:
            results[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(databases))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def rivals(database: Database, another: Callable[[], Database]) -> list[Database]:
    fill(database, rolls=ROUNDS * 2)
    return [database, another(), another(), another()]


def test_one_of_many_moves_the_same_job(rivals: list[Database]) -> None:
    for number in range(ROUNDS):
        name = JobId(f"j{number}")
        with rivals[0].write() as tx:
            tx.jobs.add(job(name, number + 1), [1])
            send(tx, name, number + 1)
        results = race(rivals, lambda tx, _, name=name: tx.jobs.move(name, JobState.SENT, JobState.FAILED, LATER))
        assert sorted(map(str, results)) == ["False", "False", "False", "True"]


def test_two_of_many_send_to_the_same_machine(rivals: list[Database]) -> None:
    with rivals[0].write() as tx:
        for place in range(len(rivals)):
            tx.jobs.add(job(f"j{place}", place + 1), [1])
    results = race(rivals, lambda tx, place: send(tx, f"j{place}", tx.machines.take_order_number(M1)))
    assert results.count(True) == MOST_LIVE
    assert sum(isinstance(result, StoreError) for result in results) == len(rivals) - MOST_LIVE
    with rivals[0].read() as tx:
        live = tx.jobs.live_on(M1)
        assert [one.order_number for one in live] == [1, 2]
        assert tx.machines.get(M1).next_order_number == 3


def test_one_of_many_gets_the_pouch(rivals: list[Database]) -> None:
    for number in range(1, ROUNDS + 1):

        def queue(tx: Transaction, place: int, number: int = number) -> bool:
            tx.jobs.add(job(f"j{number}-{place}", number), [0, 1])
            return True

        results = race(rivals, queue)
        assert results.count(True) == 1
        with rivals[0].read() as tx:
            assert len(tx.jobs.of_roll(job("", number).roll_id)) == 1


def test_one_of_many_closes_the_pouch(rivals: list[Database]) -> None:
    with rivals[0].write() as tx:
        tx.jobs.add(job(), [1])
    results = race(rivals, lambda tx, place: tx.jobs.close_pouch(JobId("j1"), 1, "packed", place, "", NOW))
    assert sorted(map(str, results)) == ["False", "False", "False", "True"]


def test_no_two_get_the_same_number_or_epoch(rivals: list[Database]) -> None:
    numbers: list[int] = []
    epochs: list[int] = []

    def take(tx: Transaction, _place: int) -> bool:
        numbers.append(tx.machines.take_order_number(M1))
        epochs.append(tx.machines.take_epoch(M1))
        return True

    for _ in range(ROUNDS):
        assert all(result is True for result in race(rivals, take))
    assert sorted(numbers) == sorted(epochs) == list(range(1, ROUNDS * len(rivals) + 1))


def test_one_of_many_appends_the_entry(rivals: list[Database]) -> None:
    def append(tx: Transaction, _place: int) -> bool:
        tx.journal.append(M1, [entry(1), entry(2)])
        return True

    assert race(rivals, append).count(True) == 1
    with rivals[0].read() as tx:
        assert tx.journal.count(M1) == 2


def test_one_of_many_takes_the_batch_id(rivals: list[Database]) -> None:
    with rivals[0].read() as tx:
        assert tx.batches.next_id() == "000002"
    results = race(rivals, lambda tx, _: tx.groups.mark_batched(GROUP, PERIOD, None))
    assert results == [False] * len(rivals)


def test_all_of_many_extend_the_audit_trail(rivals: list[Database]) -> None:
    def note(tx: Transaction, place: int) -> bool:
        tx.audit.append(NOW, f"rival {place}", "raced", "x", "")
        return True

    for _ in range(ROUNDS):
        assert race(rivals, note) == [True] * len(rivals)
    with rivals[0].read() as tx:
        assert tx.audit.verify() is None
        assert [record.number for record in tx.audit.newest(99)] == list(range(ROUNDS * len(rivals), 0, -1))


def test_threads_of_one_database_race_no_differently(database: Database) -> None:
    fill(database)
    with database.write() as tx:
        add_machines(tx)
        tx.jobs.add(job(), [1])
    results = race([database] * 4, lambda tx, _: tx.jobs.move(JobId("j1"), JobState.QUEUED, JobState.VOID, LATER))
    assert sorted(map(str, results)) == ["False", "False", "False", "True"]
