"""A batch is a snapshot: everyone of the group once, checked, and stored whole or not at all."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispenser.app.batching import NothingToPackError, PlansMovingError, plan_batch
from dispenser.app.machines import NoMachineKnownError
from dispenser.core.batch import BatchState
from dispenser.core.dosage import FreeTextDosage
from dispenser.core.ids import BatchId
from dispenser.store.session import Database
from tests.support.hall import NORTH
from tests.support.pharmacy import DAYS, WHO, Fresh, OpenedCatalogue, Pharmacy, line, lined, with_products


def citizens_of(pharmacy: Pharmacy, batch_id: BatchId) -> list[str]:
    with pharmacy.services.database.read() as tx:
        return [str(roll.citizen_id) for roll in tx.batches.load(batch_id).rolls]


def test_a_group_is_planned_with_a_roll_for_everybody(database: Database) -> None:
    pharmacy = Pharmacy(database)
    pharmacy.people(NORTH, "Nord", 1, 3)
    record = pharmacy.batch()
    assert (record.state, record.findings, record.rolls) == (BatchState.PLANNED, (), 3)
    assert citizens_of(pharmacy, record.batch_id) == ["citizen-1", "citizen-2", "citizen-3"]
    (audit,) = pharmacy.audit("batch planned")
    assert (audit.who, audit.subject) == (WHO, f"batch/{record.batch_id}")
    assert record.digest in audit.detail


def test_without_a_machine_nobody_knows_what_a_pouch_may_hold(database: Database) -> None:
    pharmacy = Pharmacy(database, answered=False)
    pharmacy.people(NORTH, "Nord", 1, 1)
    with pytest.raises(NoMachineKnownError):
        pharmacy.batch()
    assert pharmacy.batches() == ()


def test_nobody_to_pack_for_leaves_no_batch(database: Database) -> None:
    pharmacy = Pharmacy(database)
    pharmacy.citizen(1)
    with pytest.raises(NothingToPackError):
        pharmacy.batch()
    assert pharmacy.batches() == ()


def test_who_has_a_roll_for_the_period_gets_no_second_one(database: Database) -> None:
    pharmacy = Pharmacy(database)
    pharmacy.people(NORTH, "Nord", 1, 2)
    pharmacy.batch()
    with pytest.raises(NothingToPackError):
        pharmacy.batch()
    pharmacy.people(NORTH, "Nord", 5, 1)
    second = pharmacy.batch()
    assert (second.state, citizens_of(pharmacy, second.batch_id)) == (BatchState.PLANNED, ["citizen-5"])


def test_a_plan_that_cannot_be_packed_holds_the_batch_by_name(database: Database) -> None:
    pharmacy = Pharmacy(database)
    pharmacy.people(NORTH, "Nord", 1, 1)
    pharmacy.citizen(2, lined("odd", FreeTextDosage("efter aftale")))
    record = pharmacy.batch()
    assert record.state is BatchState.HELD
    assert {finding.subject for finding in record.findings} == {"citizen-2"}
    assert all(finding.english and finding.fix_danish for finding in record.findings)
    assert len(pharmacy.audit("batch held")) == 1


def test_a_held_batch_is_planned_again_for_everybody_once_its_finding_is_settled(database: Database) -> None:
    pharmacy = Pharmacy(database)
    pharmacy.people(NORTH, "Nord", 1, 1)
    pharmacy.citizen(2, lined("odd", FreeTextDosage("efter aftale")))
    held = pharmacy.batch()
    pharmacy.prescribe(2, line("settled"))
    again = pharmacy.batch()
    assert (again.state, again.findings) == (BatchState.PLANNED, ())
    assert citizens_of(pharmacy, again.batch_id) == ["citizen-1", "citizen-2"]
    assert {batch.batch_id: batch.state for batch in pharmacy.batches()}[held.batch_id] is BatchState.HELD


@pytest.mark.parametrize("changes", [1, 2])
def test_a_plan_that_changes_during_the_work_is_packed_as_it_became(database: Database, changes: int) -> None:
    pharmacy = Pharmacy(database)
    pharmacy.citizen(1, line("A"))
    services = with_products(pharmacy.services, OpenedCatalogue(changing(pharmacy), changes))
    record = plan_batch(services, NORTH, DAYS, WHO)
    with pharmacy.services.database.read() as tx:
        (roll,) = tx.batches.rolls(record.batch_id)
        (current,) = tx.plans.current_in_group(NORTH)
    assert (record.state, roll.plan_revision) == (BatchState.PLANNED, current.revision)


def test_plans_that_keep_changing_leave_no_batch(database: Database) -> None:
    pharmacy = Pharmacy(database)
    pharmacy.citizen(1, line("A"))
    services = with_products(pharmacy.services, OpenedCatalogue(changing(pharmacy), 1_000))
    with pytest.raises(PlansMovingError):
        plan_batch(services, NORTH, DAYS, WHO)
    assert pharmacy.batches() == ()


def changing(pharmacy: Pharmacy) -> Callable[[], object]:
    return lambda: pharmacy.prescribe(1, line("A"))


Step = tuple[str, int]
steps = st.lists(st.tuples(st.sampled_from(["move in", "change", "plan"]), st.integers(1, 4)), max_size=8)


@settings(max_examples=15, deadline=None)
@given(steps=steps)
def test_whatever_is_planned_when_nobody_has_two_rolls_for_a_period(fresh: Fresh, steps: list[Step]) -> None:
    with fresh("sqlite") as url, Database.open(url) as database:
        pharmacy = Pharmacy(database)
        living: set[int] = set()
        for number, (what, who) in enumerate([*steps, ("plan", 0)], start=1):
            if what == "move in" and who not in living:
                pharmacy.citizen(who, line("A"))
                living.add(who)
            elif what == "change" and who in living:
                pharmacy.prescribe(who, line("A", units=str(1 + number % 3)))
            elif what == "plan" and living:
                plan_if_any(pharmacy)
        with database.read() as tx:
            everybody = [plan.citizen_id for plan in tx.plans.current_in_group(NORTH)]
            rolls = tx.batches.other_rolls(tuple(everybody), DAYS, BatchId(""))
        assert sorted(roll.citizen_id for roll in rolls) == sorted(everybody)


def plan_if_any(pharmacy: Pharmacy) -> None:
    try:
        assert pharmacy.batch().state is BatchState.PLANNED
    except NothingToPackError:
        return
