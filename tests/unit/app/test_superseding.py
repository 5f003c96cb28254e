"""A new plan takes out of use what it contradicts, names the pouches to find, and leaves everything else alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispenser.app.batching import NothingToPackError, plan_due
from dispenser.app.clockwork import open_period
from dispenser.app.release import NotReleasableError, release_batch
from dispenser.core.acute import Acute
from dispenser.core.batch import BatchState
from dispenser.core.ids import BatchId, CitizenId, RollId
from dispenser.core.job import JobState
from dispenser.core.roll import HEADER_NUMBER
from dispenser.store.session import Database
from tests.support.hall import NORTH
from tests.support.pharmacy import DAYS, M1, WHO, Fresh, Pharmacy, line
from tests.support.world import VirtualClock


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


def packed_a_little(pharmacy: Pharmacy) -> list[int]:
    """Release, and let the machine pack a few pouches of the first roll; return their numbers, the header's too."""
    batch_id = released(pharmacy)
    pharmacy.start_next(M1)
    pharmacy.run(M1, 9_000)
    with pharmacy.services.database.read() as tx:
        packed = [p.number for p in tx.jobs.pouches_of_batch(batch_id) if p.state == "packed"]
    assert packed == [HEADER_NUMBER, 1, 2]
    return packed


def test_packed_pouches_that_are_wrong_are_named_and_the_others_stay(pharmacy: Pharmacy) -> None:
    packed_a_little(pharmacy)
    plan = pharmacy.prescribe(1, line("A", "2"))
    (audit,) = pharmacy.audit("roll void")
    assert audit.detail == f"plan revision {plan.revision}; discard pouches 1"
    (pouch,) = pharmacy.audit("discard pouch")
    assert pouch.subject == "pouch/0000010001/1"
    assert pouch.detail == f"plan revision {plan.revision}: 2026-11-23 morning: 28100000001 changed (1 -> 2)"
    with pharmacy.services.database.read() as tx:
        (record,) = tx.discards.of_rolls([RollId("0000010001")])
        assert (record.number, record.acute) == (1, Acute.REPLACEMENT)
        (live,) = tx.batches.other_rolls([CitizenId("citizen-1")], DAYS, BatchId(""))
        assert [kept.number for kept in live.pouches] == [2]
    (acute,) = pharmacy.audit("acute packing needed")
    assert acute.detail.startswith(f"plan revision {plan.revision}: Akut erstatningspakning for ændret medicinering")


def test_a_roll_of_which_nothing_stays_loses_its_header_too(pharmacy: Pharmacy) -> None:
    packed = packed_a_little(pharmacy)
    plan = pharmacy.prescribe(1)
    (audit,) = pharmacy.audit("roll void")
    numbers = ", ".join(map(str, packed))
    assert audit.detail == f"plan revision {plan.revision}; discard pouches {numbers}"
    assert pharmacy.audit("acute packing needed") == []


def test_what_is_planned_afterwards_is_exactly_what_is_missing(pharmacy: Pharmacy) -> None:
    packed_a_little(pharmacy)
    pharmacy.prescribe(1, line("A", "2"))
    again = pharmacy.batch()
    with pharmacy.services.database.read() as tx:
        (roll,) = tx.batches.load(again.batch_id).rolls
    assert (again.state, again.findings, roll.acute) == (BatchState.PLANNED, (), Acute.REPLACEMENT)
    assert [(pouch.date.day, pouch.slot.value) for pouch in roll.pouches] == [
        (23, "morning"), (24, "morning"), (24, "evening"), (25, "morning"), (25, "evening"),
    ]  # fmt: skip
    with pytest.raises(NothingToPackError):
        pharmacy.batch()


def all_packed(pharmacy: Pharmacy) -> None:
    released(pharmacy)
    for _ in range(2):
        pharmacy.start_next(M1)
        pharmacy.run(M1, 60_000)


def test_a_medicine_added_to_a_packed_roll_is_a_supplement_beside_it(pharmacy: Pharmacy) -> None:
    all_packed(pharmacy)
    pharmacy.prescribe(1, line("A"), line("C", place=2))
    assert (pharmacy.void_rolls(), pharmacy.audit("discard pouch")) == ({}, [])
    (acute,) = pharmacy.audit("acute packing needed")
    assert "Akut supplerende pakning for tilføjet medicinering, 6 doses" in acute.detail
    again = pharmacy.batch()
    with pharmacy.services.database.read() as tx:
        (roll,) = tx.batches.load(again.batch_id).rolls
    assert (again.state, again.findings, roll.acute) == (BatchState.PLANNED, (), Acute.SUPPLEMENT)
    assert {content.ordination_id for pouch in roll.pouches for content in pouch.contents} == {"C"}
    release_batch(pharmacy.services, again.batch_id, WHO)
    with pytest.raises(NothingToPackError):
        pharmacy.batch()


def test_a_supplement_that_the_plan_has_left_behind_is_not_released(pharmacy: Pharmacy) -> None:
    all_packed(pharmacy)
    pharmacy.prescribe(1, line("A"), line("C", place=2))
    again = pharmacy.batch()
    pharmacy.prescribe(1, line("A"), superseding=False)
    with pytest.raises(NotReleasableError, match="the plan has changed"):
        release_batch(pharmacy.services, again.batch_id, WHO)


def test_a_renewed_prescription_leaves_its_pouches_in_use(pharmacy: Pharmacy) -> None:
    all_packed(pharmacy)
    pharmacy.prescribe(1, line("renewed"))
    assert pharmacy.void_rolls() == {}
    with pytest.raises(NothingToPackError):
        pharmacy.batch()


def test_pouches_that_come_out_after_the_change_are_discarded_too(pharmacy: Pharmacy) -> None:
    packed_a_little(pharmacy)
    pharmacy.prescribe(1, line("A", "2"))
    pharmacy.run(M1, 60_000)
    with pharmacy.services.database.read() as tx:
        records = tx.discards.of_rolls([RollId("0000010001")])
        (live,) = tx.batches.other_rolls([CitizenId("citizen-1")], DAYS, BatchId(""))
    assert [record.number for record in records] == [1, 3, 4, 5, 6]
    assert {record.reason for record in records[1:]} == {"packed into a void roll"}
    assert [pouch.number for pouch in live.pouches] == [2]


@pytest.mark.parametrize(("seconds", "acute"), [(-1, None), (1, Acute.CHANGE)])
def test_a_change_one_second_before_the_deadline_is_in_the_roll_and_one_after_is_acute(
    database: Database, seconds: int, acute: Acute | None
) -> None:
    clock = VirtualClock()
    pharmacy = Pharmacy(database, clock)
    pharmacy.citizen(1, line("A"))
    deadline = clock.now() + timedelta(hours=1)
    open_period(pharmacy.services, NORTH, DAYS, deadline)
    assert plan_due(pharmacy.services) == []
    clock._now = deadline - timedelta(seconds=1)
    if seconds < 0:
        pharmacy.prescribe(1, line("A", "2"))
    clock._now = deadline
    (batch,) = plan_due(pharmacy.services)
    clock._now = deadline + timedelta(seconds=1)
    if seconds > 0:
        pharmacy.prescribe(1, line("A", "2"))
        batch = pharmacy.batch()
    with database.read() as tx:
        (roll,) = tx.batches.load(batch.batch_id).rolls
    assert roll.acute is acute
    assert {content.quarters for pouch in roll.pouches for content in pouch.contents} == {8, 4}
    assert len(pharmacy.void_rolls()) == (seconds > 0)


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


def test_days_that_are_over_are_history(database: Database) -> None:
    clock = VirtualClock()
    pharmacy = Pharmacy(database, clock)
    pharmacy.citizen(1, line("A"))
    pharmacy.batch()
    clock._now += timedelta(days=9)
    pharmacy.prescribe(1, line("A", "2"))
    assert pharmacy.void_rolls() == {}
    with pytest.raises(NothingToPackError):
        pharmacy.batch()


def test_a_period_that_has_begun_is_packed_for_what_is_still_to_come(database: Database) -> None:
    clock = VirtualClock()
    pharmacy = Pharmacy(database, clock)
    pharmacy.citizen(1, line("A"))
    # Noon in Copenhagen on the second day.
    clock._now = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
    batch = pharmacy.batch()
    with database.read() as tx:
        (roll,) = tx.batches.load(batch.batch_id).rolls
    assert (batch.state, batch.findings, roll.acute) == (BatchState.PLANNED, (), None)
    assert [(pouch.date.day, pouch.slot.value) for pouch in roll.pouches] == [
        (24, "evening"), (25, "morning"), (25, "evening"),
    ]  # fmt: skip


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
