"""A new plan takes out of use what it contradicts, names the pouches to find, and leaves everything else alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispenser.app.release import release_batch
from dispenser.core.batch import BatchState
from dispenser.core.ids import BatchId
from dispenser.core.job import JobState
from dispenser.core.roll import HEADER_NUMBER
from dispenser.store.session import Database
from scheduling.calendar import period_from
from tests.support.hall import MONDAY
from tests.support.pharmacy import DAYS, M1, WHO, Fresh, Pharmacy, line


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    pharmacy = Pharmacy(database)
    pharmacy.citizen(1, line("A"))
    pharmacy.citizen(2, line("B"))
    return pharmacy


def released(pharmacy: Pharmacy) -> BatchId:
    batch_id = pharmacy.batch().batch_id
    release_batch(pharmacy.services, batch_id, WHO)
    return batch_id


def test_a_contradicted_roll_is_void_with_its_reason(pharmacy: Pharmacy) -> None:
    batch_id = pharmacy.batch().batch_id
    plan = pharmacy.prescribe(1, line("A", "2"))
    assert pharmacy.void_rolls() == {f"{batch_id}0001": f"plan revision {plan.revision}"}
    (audit,) = pharmacy.audit("roll void")
    assert (audit.subject, audit.detail) == (f"roll/{batch_id}0001", f"plan revision {plan.revision}")


def test_a_change_that_leaves_the_doses_alone_leaves_the_roll(pharmacy: Pharmacy) -> None:
    released(pharmacy)
    jobs = pharmacy.jobs()
    pharmacy.prescribe(1, line("A"))
    assert (pharmacy.void_rolls(), pharmacy.jobs(), pharmacy.audit("roll void")) == ({}, jobs, [])


def test_a_stopped_medicine_contradicts_too(pharmacy: Pharmacy) -> None:
    batch_id = pharmacy.batch().batch_id
    pharmacy.prescribe(1)
    assert list(pharmacy.void_rolls()) == [f"{batch_id}0001"]


def test_jobs_of_a_void_roll_leave_the_queue_and_its_pouches_are_void(pharmacy: Pharmacy) -> None:
    batch_id = released(pharmacy)
    pharmacy.prescribe(1, line("A", "2"))
    with pharmacy.services.database.read() as tx:
        assert [job.roll_id for job in tx.jobs.queued_for(M1)] == [f"{batch_id}0002"]
        states = {pouch.state for job in tx.jobs.of_batch(batch_id) for pouch in tx.jobs.pouches_of_job(job.job_id)}
        (void,) = [job for job in tx.jobs.of_batch(batch_id) if job.state is JobState.VOID]
        assert {pouch.state for pouch in tx.jobs.pouches_of_job(void.job_id)} == {"void"}
    assert states == {"void", "planned"}


def test_packed_pouches_of_a_void_roll_are_named_to_be_found(pharmacy: Pharmacy) -> None:
    batch_id = released(pharmacy)
    pharmacy.start_next(M1)
    pharmacy.run(M1, 9_000)
    with pharmacy.services.database.read() as tx:
        packed = [p.number for p in tx.jobs.pouches_of_batch(batch_id) if p.state == "packed"]
    assert HEADER_NUMBER in packed
    assert 1 < len(packed) < 1 + 2 * DAYS.days
    plan = pharmacy.prescribe(1, line("A", "2"))
    (audit,) = pharmacy.audit("roll void")
    numbers = ", ".join(str(number) for number in packed)
    assert audit.detail == f"plan revision {plan.revision}; discard pouches {numbers}"


def test_what_a_machine_is_packing_goes_on_into_a_void_roll_and_is_not_queued_again(pharmacy: Pharmacy) -> None:
    batch_id = released(pharmacy)
    pharmacy.start_next(M1)
    pharmacy.run(M1, 9_000)
    pharmacy.prescribe(1, line("A", "2"))
    (live,) = [job for job in pharmacy.jobs() if job.roll_id == f"{batch_id}0001"]
    assert live.state is JobState.PACKING
    pharmacy.run(M1, 60_000)
    assert [(job.roll_id, job.state) for job in pharmacy.jobs()] == [
        (f"{batch_id}0001", JobState.PACKED),
        (f"{batch_id}0002", JobState.QUEUED),
    ]


def test_the_citizen_is_planned_again_and_nobody_else(pharmacy: Pharmacy) -> None:
    released(pharmacy)
    pharmacy.prescribe(1, line("A", "2"))
    again = pharmacy.batch()
    with pharmacy.services.database.read() as tx:
        (roll,) = tx.batches.load(again.batch_id).rolls
    assert (again.state, roll.citizen_id) == (BatchState.PLANNED, "citizen-1")


def test_days_that_are_over_are_history(pharmacy: Pharmacy) -> None:
    pharmacy.batch(period_from(MONDAY.replace(day=9), 7))
    pharmacy.prescribe(1, line("A", "2"))
    assert pharmacy.void_rolls() == {}


def test_a_batch_whose_last_open_job_goes_void_is_done(pharmacy: Pharmacy) -> None:
    batch_id = released(pharmacy)
    pharmacy.prescribe(1, line("A", "2"))
    assert pharmacy.batches()[0].state is BatchState.RELEASED
    pharmacy.prescribe(2)
    assert pharmacy.batches()[0].state is BatchState.PACKED
    assert [record.subject for record in pharmacy.audit("batch packed")] == [f"batch/{batch_id}"]


amounts = st.sampled_from(["0.5", "1", "1.5", "2"])


@settings(max_examples=15, deadline=None)
@given(was=st.tuples(amounts, amounts), becomes=st.tuples(amounts, amounts))
def test_exactly_the_contradicted_rolls_are_void(fresh: Fresh, was: tuple[str, str], becomes: tuple[str, str]) -> None:
    with fresh("sqlite") as url, Database.open(url) as database:
        pharmacy = Pharmacy(database)
        for number, units in enumerate(was, start=1):
            pharmacy.citizen(number, line("A", units))
        batch_id = released(pharmacy)
        for number, units in enumerate(becomes, start=1):
            pharmacy.prescribe(number, line("A", units))
        changed = [number for number in (1, 2) if was[number - 1] != becomes[number - 1]]
        assert sorted(pharmacy.void_rolls()) == [f"{batch_id}{number:04d}" for number in changed]
        queued = [job.roll_id for job in pharmacy.jobs() if job.state is JobState.QUEUED]
        assert queued == [f"{batch_id}{number:04d}" for number in (1, 2) if number not in changed]
