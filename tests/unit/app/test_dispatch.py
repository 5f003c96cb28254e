"""A queued job becomes one order: marked sent before it goes, once, and only while its roll is in use."""

import json
from dataclasses import replace

import pytest

from dispenser.app.dispatch import NotSendableError, next_queued, prepare
from dispenser.app.machines import stock_of
from dispenser.app.release import release_batch
from dispenser.app.services import Services
from dispenser.core.ids import RollId
from dispenser.core.job import JobState
from dispenser.core.roll import HEADER_NUMBER
from dispenser.core.stock import MachineStock
from dispenser.store.records import JobRecord
from dispenser.store.session import Database
from hal.documents import bays_of
from hal.orders import CellPick, PackingOrder, digest_of, document_of
from tests.support.pharmacy import M1, WHO, InterruptingClock, Pharmacy, line

CAPABILITIES = "c" * 64


@pytest.fixture
def clock() -> InterruptingClock:
    return InterruptingClock()


@pytest.fixture
def pharmacy(database: Database, clock: InterruptingClock) -> Pharmacy:
    """A released batch of one roll: halves from the tray every morning, whole tablets every evening."""
    pharmacy = Pharmacy(database, clock)
    pharmacy.citizen(1, line("A", "0.5"))
    release_batch(pharmacy.services, pharmacy.batch().batch_id, WHO)
    return pharmacy


def stock(pharmacy: Pharmacy, cells: int = 60) -> MachineStock:
    bays = bays_of(json.dumps(pharmacy.machines[M1].bays_documents()))
    return replace(stock_of(M1, pharmacy.capabilities(M1), bays), tray_cells=cells)


def queued(services: Services) -> JobRecord:
    job = next(iter(next_queued(services, M1)), None)
    assert job is not None
    return job


def send(pharmacy: Pharmacy, cells: int = 60) -> PackingOrder:
    order = prepare(pharmacy.services, queued(pharmacy.services), stock(pharmacy, cells), CAPABILITIES, 3)
    assert order is not None
    return order


def numbers(order: PackingOrder) -> list[int]:
    return [pouch.number for pouch in order.pouches]


def test_an_order_holds_the_whole_roll_and_is_noted_as_sent(pharmacy: Pharmacy) -> None:
    order = send(pharmacy)
    assert numbers(order) == list(range(HEADER_NUMBER, 7))
    (job,) = pharmacy.jobs()
    assert (job.state, job.order_number, job.epoch) == (JobState.SENT, order.number, 3)
    assert (job.order_document, job.digest) == (document_of(order), digest_of(order))


def test_a_job_is_sent_once(pharmacy: Pharmacy) -> None:
    job = queued(pharmacy.services)
    first = prepare(pharmacy.services, job, stock(pharmacy), CAPABILITIES, 3)
    before = pharmacy.jobs()
    assert prepare(pharmacy.services, job, stock(pharmacy), CAPABILITIES, 3) is None
    assert pharmacy.jobs() == before
    assert first is not None
    assert next_queued(pharmacy.services, M1) == ()


@pytest.mark.parametrize("cells", [1, 2])
def test_a_tray_too_small_for_the_roll_gives_jobs_that_follow_each_other(pharmacy: Pharmacy, cells: int) -> None:
    sent: list[int] = []
    while len(sent) < 1 + 6:
        order = send(pharmacy, cells)
        picks = [pick for pouch in order.pouches for pick in pouch.picks]
        assert sum(isinstance(pick, CellPick) for pick in picks) <= cells
        sent += numbers(order)
        close(pharmacy, order)
    assert sent == list(range(7))
    assert next_queued(pharmacy.services, M1) == ()
    sent_as = [job.order_number for job in pharmacy.jobs()]
    assert sent_as == list(range(1, len(sent_as) + 1))


def test_the_newest_attempt_is_the_one_that_waits_behind_the_others(pharmacy: Pharmacy) -> None:
    for left in range(3):
        order = send(pharmacy, cells=1)
        with pharmacy.services.database.read() as tx:
            jobs = tx.jobs.of_roll(RollId("0000010001"))
            attempts = [row.order_number for row in tx.jobs.pouches_of_roll(RollId("0000010001")) if row.number == 6]
            newest = tx.board.newest_jobs([RollId("0000010001")])
        states = [job.state for job in jobs]
        waits = left < 2
        assert states == [JobState.PACKED] * left + [JobState.SENT] + [JobState.QUEUED] * waits
        assert attempts == [*range(1, left + 2), *[None] * waits]
        assert newest == {"0000010001": states[-1]}
        close(pharmacy, order)


def close(pharmacy: Pharmacy, order: PackingOrder) -> None:
    """The machine has packed an order."""
    now = pharmacy.services.clock.now()
    with pharmacy.services.database.write() as tx:
        job = tx.jobs.by_order(M1, order.number)
        assert job is not None
        for pouch in order.pouches:
            assert tx.jobs.close_pouch(job.job_id, pouch.number, "packed", 100 * order.number + pouch.number, "", now)
        assert tx.jobs.move(job.job_id, JobState.SENT, JobState.PACKED, now)


def test_no_other_citizens_pouches_come_between_the_orders_of_a_roll(pharmacy: Pharmacy) -> None:
    pharmacy.citizen(2, line("B"))
    second = pharmacy.batch()
    release_batch(pharmacy.services, second.batch_id, WHO)
    first = send(pharmacy, cells=1)
    close(pharmacy, first)
    assert queued(pharmacy.services).roll_id == "0000010001"


def test_a_pouch_that_no_tray_can_hold_waits_behind_its_header_with_the_reason(pharmacy: Pharmacy) -> None:
    header = send(pharmacy, cells=0)
    assert numbers(header) == [HEADER_NUMBER]
    close(pharmacy, header)
    with pytest.raises(NotSendableError, match="cell"):
        send(pharmacy, cells=0)
    assert [(job.state, job.order_number) for job in pharmacy.jobs()] == [(JobState.PACKED, 1), (JobState.QUEUED, None)]


def test_an_empty_canister_is_named_and_the_job_stays_queued(pharmacy: Pharmacy) -> None:
    full = stock(pharmacy)
    empty = replace(full, canisters=tuple(replace(one, units=0) for one in full.canisters))
    order = prepare(pharmacy.services, queued(pharmacy.services), empty, CAPABILITIES, 3)
    assert order is not None
    close(pharmacy, order)
    with pytest.raises(NotSendableError, match="28100000001"):
        prepare(pharmacy.services, queued(pharmacy.services), empty, CAPABILITIES, 3)
    assert queued(pharmacy.services).state is JobState.QUEUED


def test_a_void_roll_is_not_sent(pharmacy: Pharmacy) -> None:
    job = queued(pharmacy.services)
    pharmacy.prescribe(1, line("A", "2"))
    with pytest.raises(NotSendableError, match="roll 0000010001 is void"):
        prepare(pharmacy.services, job, stock(pharmacy), CAPABILITIES, 3)
    assert [job.state for job in pharmacy.jobs()] == [JobState.VOID]


@pytest.mark.parametrize("cells", [60, 1])
def test_a_roll_that_goes_void_while_its_order_is_made_is_not_sent(
    pharmacy: Pharmacy, clock: InterruptingClock, cells: int
) -> None:
    job = queued(pharmacy.services)
    clock.meanwhile.append(lambda: pharmacy.prescribe(1, line("A", "2")))
    assert prepare(pharmacy.services, job, stock(pharmacy, cells), CAPABILITIES, 3) is None
    assert [job.state for job in pharmacy.jobs()] == [JobState.VOID]
    with pharmacy.services.database.read() as tx:
        assert {pouch.state for pouch in tx.jobs.pouches_of_roll(job.roll_id)} == {"void"}


def test_an_order_says_what_the_labels_say(pharmacy: Pharmacy) -> None:
    order = send(pharmacy)
    with pharmacy.services.database.read() as tx:
        citizen = tx.citizens.by_fhir_id("patient-1")
    assert citizen is not None
    assert all(any(citizen.identity.name in text for text in pouch.lines) for pouch in order.pouches)
    assert len({pouch.symbol for pouch in order.pouches}) == len(order.pouches)
