"""A release is whole or refused with every reason: plans still current, a machine for every roll, jobs queued once."""

import json
from dataclasses import replace

import pytest

from dispenser.app.release import NotReleasableError, release_batch
from dispenser.core.batch import BatchState
from dispenser.core.dosage import FreeTextDosage
from dispenser.core.ids import BatchId
from dispenser.core.job import JobState
from dispenser.core.roll import HEADER_NUMBER
from dispenser.store.records import BatchRecord
from dispenser.store.session import Database
from tests.support.hall import SOUTH
from tests.support.pharmacy import M1, WHO, Pharmacy, line, lined


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    pharmacy = Pharmacy(database)
    pharmacy.citizen(1, line("A"))
    pharmacy.citizen(2, line("B", "0.5"), line("C", place=2))
    return pharmacy


def release(pharmacy: Pharmacy, batch_id: BatchId, who: str = WHO) -> BatchRecord:
    return release_batch(pharmacy.services, batch_id, who)


def reasons_of(pharmacy: Pharmacy, batch_id: BatchId) -> tuple[str, ...]:
    """The reasons of a refusal, after which nothing may have changed."""
    before = [record for record in pharmacy.batches() if record.batch_id == batch_id]
    with pytest.raises(NotReleasableError) as caught:
        release(pharmacy, batch_id)
    assert [record for record in pharmacy.batches() if record.batch_id == batch_id] == before
    with pharmacy.services.database.read() as tx:
        assert tx.jobs.of_batch(batch_id) == ()
    assert pharmacy.audit("batch released") == []
    return caught.value.reasons


def test_every_pouch_of_every_roll_is_queued_once_with_its_header(pharmacy: Pharmacy) -> None:
    planned = pharmacy.batch()
    record = release(pharmacy, planned.batch_id)
    assert (record.state, record.released_by) == (BatchState.RELEASED, WHO)
    with pharmacy.services.database.read() as tx:
        for roll in tx.batches.rolls(planned.batch_id):
            (job,) = tx.jobs.of_roll(roll.roll_id)
            assert (job.state, job.machine_id, roll.machine_id) == (JobState.QUEUED, M1, M1)
            pouches = tx.jobs.pouches_of_job(job.job_id)
            assert [pouch.number for pouch in pouches] == list(range(HEADER_NUMBER, roll.pouches + 1))
    (audit,) = pharmacy.audit("batch released")
    assert planned.digest in audit.detail


def test_a_second_release_changes_nothing_and_answers_the_same(pharmacy: Pharmacy) -> None:
    batch_id = pharmacy.batch().batch_id
    first = release(pharmacy, batch_id)
    jobs = pharmacy.jobs()
    assert release(pharmacy, batch_id, "another") == first
    assert pharmacy.jobs() == jobs
    assert len(pharmacy.audit("batch released")) == 1


def test_an_unknown_batch_is_named(pharmacy: Pharmacy) -> None:
    assert reasons_of(pharmacy, BatchId("000777")) == ("There is no batch 000777.",)


def test_a_held_batch_is_never_released(pharmacy: Pharmacy) -> None:
    pharmacy.citizen(3, lined("odd", FreeTextDosage("efter aftale")))
    held = pharmacy.batch()
    assert held.state is BatchState.HELD
    (reason,) = reasons_of(pharmacy, held.batch_id)
    assert reason.startswith(f"Batch {held.batch_id} is held by its findings and can never be released.")


def test_a_roll_that_the_plan_in_force_contradicts_is_named(pharmacy: Pharmacy) -> None:
    batch_id = pharmacy.batch().batch_id
    pharmacy.prescribe(2, line("B", "1.5"), superseding=False)
    (reason,) = reasons_of(pharmacy, batch_id)
    assert reason == f"Roll {batch_id}0002: the plan has changed since the batch was planned. Plan the period again."


def test_a_plan_change_that_leaves_the_doses_alone_stops_nothing(pharmacy: Pharmacy) -> None:
    batch_id = pharmacy.batch().batch_id
    pharmacy.prescribe(1, line("A"))
    assert release(pharmacy, batch_id).state is BatchState.RELEASED


def test_a_roll_that_fits_no_machine_is_named_with_what_is_missing(pharmacy: Pharmacy) -> None:
    batch_id = pharmacy.batch().batch_id
    smaller = pharmacy.machines[M1].capabilities_document() | {"tray_cells": 0}
    with pharmacy.services.database.write() as tx:
        tx.machines.set_capabilities(M1, json.dumps(smaller))
    (reason,) = reasons_of(pharmacy, batch_id)
    assert reason.startswith(f"Roll {batch_id}0002: DOSE-0241 M1 cannot pack the roll, and no other can: ")
    assert "(1 tray cells needed for a pouch, 0 there)" in reason


def test_all_reasons_are_told_at_once(pharmacy: Pharmacy) -> None:
    batch_id = pharmacy.batch().batch_id
    smaller = pharmacy.machines[M1].capabilities_document() | {"tray_cells": 0}
    with pharmacy.services.database.write() as tx:
        tx.machines.set_capabilities(M1, json.dumps(smaller))
    for number in (1, 2):
        pharmacy.prescribe(number, line("other", "2"), superseding=False)
    assert len(reasons_of(pharmacy, batch_id)) == 3


def test_a_roll_out_of_use_is_left_out(pharmacy: Pharmacy) -> None:
    batch_id = pharmacy.batch().batch_id
    pharmacy.prescribe(1, line("A", "2"))
    assert list(pharmacy.void_rolls()) == [f"{batch_id}0001"]
    release(pharmacy, batch_id)
    assert [job.roll_id for job in pharmacy.jobs()] == [f"{batch_id}0002"]


def test_a_batch_without_any_roll_in_use_is_not_released(pharmacy: Pharmacy) -> None:
    batch_id = pharmacy.batch().batch_id
    pharmacy.prescribe(1, line("A", "2"))
    pharmacy.prescribe(2)
    assert reasons_of(pharmacy, batch_id) == (f"Batch {batch_id} has no roll left to pack.",)


def test_a_citizen_who_moved_to_another_group_is_not_packed_with_the_old_one(pharmacy: Pharmacy) -> None:
    batch_id = pharmacy.batch().batch_id
    with pharmacy.services.database.write() as tx:
        tx.groups.ensure(SOUTH, "Syd")
        citizen = tx.citizens.by_fhir_id("patient-1")
        assert citizen is not None
        tx.citizens.put(replace(citizen, group_id=SOUTH, version=2))
    assert [reason.partition(":")[0] for reason in reasons_of(pharmacy, batch_id)] == [f"Roll {batch_id}0001"]


def test_jobs_are_queued_in_the_order_of_release(pharmacy: Pharmacy) -> None:
    first = pharmacy.batch().batch_id
    release(pharmacy, first)
    pharmacy.citizen(4, line("D"))
    second = pharmacy.batch().batch_id
    release(pharmacy, second)
    with pharmacy.services.database.read() as tx:
        queued = [job.roll_id for job in tx.jobs.queued_for(M1)]
    assert queued == [f"{first}0001", f"{first}0002", f"{second}0001"]
