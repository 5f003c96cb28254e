"""What is on record of every physical pouch: from journal and job together, never from one alone."""

from collections.abc import Iterator

import pytest

from dispenser.app.evidence import UnaccountedOrderError, physical_pouches
from dispenser.app.release import release_batch
from dispenser.core.ids import MachineId
from dispenser.store.session import Database
from hal.journal import JournalEntry
from hal.wire import words
from tests.support.pharmacy import M1, WHO, Fresh, Pharmacy, line


@pytest.fixture
def pharmacy(fresh: Fresh) -> Iterator[Pharmacy]:
    with fresh("sqlite") as url, Database.open(url) as database:
        pharmacy = Pharmacy(database)
        pharmacy.citizen(1, line("A", "1.5"))
        release_batch(pharmacy.services, pharmacy.batch().batch_id, WHO)
        yield pharmacy


def claim(pharmacy: Pharmacy, order: int, pouch: int, film: int) -> None:
    """The machine's journal says that it packed something."""
    with pharmacy.services.database.write() as tx:
        last = next(iter(tx.journal.newest(M1, 1)), None)
        seq = last.seq + 1 if last else 1
        boot, number = (last.boot_id, last.boot_number) if last else ("boot", 1)
        fields = {"film": film, "outcome": words.PACKED, "reason": ""}
        entry = JournalEntry(boot, number, seq, "2026-11-22T08:00:00Z", words.POUCH_CLOSED, order, pouch, fields)
        tx.journal.append(M1, [entry])


def test_every_pouch_is_told_with_what_the_simulated_machine_dropped(pharmacy: Pharmacy) -> None:
    pharmacy.start_next(M1)
    pharmacy.run(M1, 200_000)
    told = physical_pouches(pharmacy.services, M1)
    assert [(pouch.order, pouch.pouch, pouch.outcome) for pouch in told] == [
        (1, number, words.PACKED) for number in range(1 + 6)
    ]
    assert [pouch.film for pouch in told] == sorted(pouch.film for pouch in told)
    contents = [dict(pouch.contents) for pouch in told]
    assert contents == [{}, *[{"28100000001": 6}, {"28100000001": 4}] * 3]


def test_a_machine_that_packed_nothing_has_nothing_to_tell(pharmacy: Pharmacy) -> None:
    assert physical_pouches(pharmacy.services, M1) == ()
    assert physical_pouches(pharmacy.services, MachineId("M9")) == ()


def test_an_order_that_nobody_sent_is_an_error_that_names_it(pharmacy: Pharmacy) -> None:
    claim(pharmacy, order=77, pouch=1, film=5)
    with pytest.raises(UnaccountedOrderError, match="M1 worked on order 77"):
        physical_pouches(pharmacy.services, M1)


def test_what_the_machine_calls_packed_counts_only_when_our_own_record_agrees(pharmacy: Pharmacy) -> None:
    pharmacy.start_next(M1)
    claim(pharmacy, order=1, pouch=2, film=5)
    (pouch,) = physical_pouches(pharmacy.services, M1)
    assert (pouch.outcome, pouch.contents) == (words.VOID, ())


def test_another_film_of_a_packed_pouch_is_void(pharmacy: Pharmacy) -> None:
    pharmacy.start_next(M1)
    pharmacy.run(M1, 200_000)
    claim(pharmacy, order=1, pouch=2, film=99)
    told = physical_pouches(pharmacy.services, M1)
    assert [pouch.outcome for pouch in told if pouch.pouch == 2] == [words.PACKED, words.VOID]
