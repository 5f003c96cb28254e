"""Whom no machine can pack for is shown to a human; and no group waits for another one's trouble."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from dispenser.app.batching import NothingToPackError, PlansMovingError, plan_due
from dispenser.app.clockwork import open_period
from dispenser.app.printing import batch_labels, batch_record
from dispenser.app.release import NotReleasableError, release_batch
from dispenser.app.services import Services
from dispenser.app.views_batch import batch_page
from dispenser.core.batch import BatchState
from dispenser.core.dosage import FreeTextDosage
from dispenser.core.ids import GroupId
from dispenser.store.errors import DamagedRecordError
from dispenser.store.records import PeriodRecord
from dispenser.store.session import Database
from tests.support.hall import NORTH, SOUTH
from tests.support.pharmacy import DAYS, WHO, Fresh, OpenedCatalogue, Pharmacy, line, lined, with_products

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def due(pharmacy: Pharmacy, group_id: GroupId) -> None:
    open_period(pharmacy.services, group_id, DAYS, LONG_AGO)


def period_of(services: Services, group_id: GroupId) -> PeriodRecord:
    with services.database.read() as tx:
        latest = tx.groups.latest(group_id)
    assert latest is not None
    return latest


def test_a_group_of_which_nobody_can_be_packed_for_is_held_for_a_human(database: Database) -> None:
    pharmacy = Pharmacy(database)
    pharmacy.citizen(1, lined("odd", FreeTextDosage("efter aftale")))
    record = pharmacy.batch()
    assert (record.state, record.rolls, record.pouches) == (BatchState.HELD, 0, 0)
    assert {finding.subject for finding in record.findings} == {"citizen-1"}
    with pytest.raises(NotReleasableError, match="held"):
        release_batch(pharmacy.services, record.batch_id, WHO)


def test_a_product_that_left_the_catalogue_hides_nobody(database: Database) -> None:
    pharmacy = Pharmacy(database)
    pharmacy.citizen(1, line("A"))
    services = with_products(pharmacy.services, {})
    due(pharmacy, NORTH)
    (record,) = plan_due(services)
    assert (record.state, record.rolls) == (BatchState.HELD, 0)
    period = period_of(services, NORTH)
    assert (period.state, period.batch_id) == ("batched", record.batch_id)
    assert plan_due(services) == []


def test_a_held_batch_without_rolls_is_seen_and_printed_like_any_other(database: Database) -> None:
    pharmacy = Pharmacy(database)
    pharmacy.citizen(1, lined("odd", FreeTextDosage("efter aftale")))
    record = pharmacy.batch()
    page = batch_page(pharmacy.services, record.batch_id)
    assert page is not None
    assert (page.rolls, page.record.findings) == ((), record.findings)
    assert batch_record(pharmacy.services, record.batch_id).startswith(b"%PDF")
    assert batch_labels(pharmacy.services, record.batch_id).startswith(b"%PDF")


def test_what_was_held_without_rolls_is_planned_again_once_settled(database: Database) -> None:
    pharmacy = Pharmacy(database)
    pharmacy.citizen(1, lined("odd", FreeTextDosage("efter aftale")))
    pharmacy.batch()
    pharmacy.prescribe(1, line("settled"))
    record = pharmacy.batch()
    assert (record.state, record.rolls) == (BatchState.PLANNED, 1)
    with pytest.raises(NothingToPackError):
        pharmacy.batch()


def test_a_period_with_nothing_to_pack_is_closed_without_a_batch(database: Database) -> None:
    pharmacy = Pharmacy(database)
    pharmacy.citizen(1)
    due(pharmacy, NORTH)
    assert plan_due(pharmacy.services) == []
    period = period_of(pharmacy.services, NORTH)
    assert (period.state, period.batch_id) == ("batched", None)


def two_groups(database: Database) -> Pharmacy:
    """North and, behind it, south: one citizen each, both due."""
    pharmacy = Pharmacy(database)
    pharmacy.people(NORTH, "Nord", 1, 1)
    pharmacy.people(SOUTH, "Syd", 2, 1)
    due(pharmacy, NORTH)
    due(pharmacy, SOUTH)
    return pharmacy


def assert_only_south_is_planned(services: Services) -> None:
    assert (period_of(services, NORTH).state, period_of(services, SOUTH).state) == ("open", "batched")
    with services.database.read() as tx:
        (record,) = tx.batches.newest(5)
    assert (record.group_id, record.state) == (SOUTH, BatchState.PLANNED)


def test_plans_that_keep_moving_keep_no_other_group_waiting(database: Database) -> None:
    pharmacy = two_groups(database)
    moving = OpenedCatalogue(lambda: pharmacy.prescribe(1, line("A")), 1_000)
    with pytest.raises(ExceptionGroup) as caught:
        plan_due(with_products(pharmacy.services, moving))
    assert [type(one) for one in caught.value.exceptions] == [PlansMovingError]
    assert_only_south_is_planned(pharmacy.services)


def damage(url: str) -> None:
    """Change a plan of the group north behind the product's back."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
        triggers = file.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'plan'"
        ).fetchall()
        for (name,) in triggers:
            file.execute(f"DROP TRIGGER {name}")
        changed = file.execute("UPDATE plan SET document = '{}' WHERE citizen_id = 'citizen-1'")
        assert changed.rowcount == 1
        file.commit()


def test_a_damaged_plan_keeps_no_other_group_waiting(fresh: Fresh) -> None:
    with fresh("sqlite") as url, Database.open(url) as database:
        pharmacy = two_groups(database)
        damage(url)
        with pytest.raises(ExceptionGroup) as caught:
            plan_due(pharmacy.services)
        assert [type(one) for one in caught.value.exceptions] == [DamagedRecordError]
        assert_only_south_is_planned(pharmacy.services)
