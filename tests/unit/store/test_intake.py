"""Messages, citizens, resources, plans and groups as they went in."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from dispenser.core.citizen import Identity
from dispenser.core.ids import BatchId, GroupId
from dispenser.core.plan import Disposition
from dispenser.core.roll import Period
from dispenser.store.errors import ConflictError, DamagedRecordError, NotFoundError
from dispenser.store.plans import _plan
from dispenser.store.records import PeriodRecord
from dispenser.store.session import Database
from tests.support.stored import (
    FINDING,
    GROUP,
    LATER,
    NOW,
    PERIOD,
    add_batch,
    add_people,
    citizen,
    citizen_id,
    lines,
    message,
    plan,
    resource,
)


def test_a_message_comes_back_as_it_went_in(database: Database) -> None:
    late = message("m2", received_at=LATER, outcome="refused", status_code=422, digest="x", lines=2)
    with database.write() as tx:
        tx.inbox.add(message())
        tx.inbox.add(late)
        tx.inbox.add(message("m3", received_at=NOW - timedelta(days=1), lines=4, citizen_id="c1", findings=()))
    with database.read() as tx:
        assert tx.inbox.get("m1") == message()
        assert [record.message_id for record in tx.inbox.newest(2)] == ["m2", "m1"]
        assert tx.inbox.newest(1) == (late,)
        assert tx.inbox.accepted_with("x") is None
        newest = tx.inbox.accepted_with("d" * 64)
        assert newest is not None
        assert newest.message_id == "m1"
        assert tx.inbox.counts() == {"accepted": (2, 7), "refused": (1, 2)}
        assert tx.inbox.find("none") is None
        with pytest.raises(NotFoundError, match="none"):
            tx.inbox.get("none")


def test_citizens_are_found_by_every_name_they_have(database: Database) -> None:
    with database.write() as tx:
        add_people(tx, 3)
        tx.groups.ensure(GroupId("syd"), "Syd")
        tx.citizens.put(citizen(3, group_id=GroupId("syd"), version=2))
    with database.read() as tx:
        assert tx.citizens.get(citizen_id(1)) == citizen(1)
        assert tx.citizens.by_fhir_id("patient-2") == citizen(2)
        assert tx.citizens.by_fhir_id("patient-9") is None
        assert tx.citizens.by_civil_number("0000000002") == (citizen(2),)
        assert tx.citizens.in_group(GROUP) == (citizen(1), citizen(2))
        assert tx.citizens.count() == 3
        with pytest.raises(NotFoundError):
            tx.citizens.get(citizen_id(9))


FOUND = {"åse": 3, "ÅSE S": 3, "sørensen 2": 1, "000000-0003": 1, "%": 0, "_": 0, "0000000009": 0}


def test_search_knows_danish_letters_and_takes_wildcards_as_they_are(database: Database) -> None:
    with database.write() as tx:
        add_people(tx, 3)
        assert {words: len(tx.citizens.search(words, 10)) for words in FOUND} == FOUND
        assert len(tx.citizens.search("åse", 1)) == 1


def test_two_citizens_may_share_a_civil_number_but_not_a_senders_id(database: Database) -> None:
    with database.write() as tx:
        add_people(tx, 1)
        same = Identity("Twin", "0000000001", citizen().identity.birth_date)
        tx.citizens.put(citizen(2, identity=same))
        assert len(tx.citizens.by_civil_number("0000000001")) == 2
    with pytest.raises(ConflictError, match="fhir_id"), database.write() as tx:
        tx.citizens.put(citizen(3, fhir_id="patient-1"))


def test_the_highest_version_of_a_resource_is_current(database: Database) -> None:
    with database.write() as tx:
        add_people(tx, 2)
        for record in (resource("b"), resource("a"), resource("a", 2, status="stopped"), resource("x", kind="Other")):
            tx.resources.put(record)
        tx.resources.put(resource("c"))
        tx.resources.put(resource("c", 2, citizen_id=citizen_id(2)))
    with database.read() as tx:
        assert tx.resources.current("MedicationRequest", "a") == resource("a", 2, status="stopped")
        assert tx.resources.current("MedicationRequest", "z") is None
        of_citizen = tx.resources.of_citizen(citizen_id(1), "MedicationRequest")
        assert [(record.resource_id, record.version) for record in of_citizen] == [("a", 2), ("b", 1)]
    with pytest.raises(ConflictError), database.write() as tx:
        tx.resources.put(resource("a", 2))


def test_a_resource_names_its_version_in_its_document() -> None:
    record = resource("r1", 3)
    assert record.etag == 'W/"3"'
    document = record.document()
    assert document["id"] == "r1"
    meta = {"source": "x", "versionId": "3", "lastUpdated": "2026-11-22T10:30:00.123+00:00"}
    assert document["meta"] == meta
    assert json.loads(record.content)["meta"] == {"source": "x"}
    assert replace(record, content="{}").document()["meta"] == {key: meta[key] for key in ("versionId", "lastUpdated")}


def test_the_highest_revision_of_a_plan_is_current(database: Database) -> None:
    with database.write() as tx:
        add_people(tx, 2)
        assert tx.plans.revision(citizen_id(9)) == 0
        assert tx.plans.current(citizen_id(9)) is None
        tx.plans.append(plan(1, 2), NOW, "m1", lines(plan(1, 2))[:1])
    with database.read() as tx:
        assert tx.plans.current(citizen_id(1)) == plan(1, 2)
        assert tx.plans.get(citizen_id(1), 1) == plan(1, 1)
        assert tx.plans.current_in_group(GROUP) == (plan(1, 2), plan(2, 1))
        assert tx.plans.current_in_group(GroupId("syd")) == ()
        assert tx.plans.lines(None, 10) == (*lines(plan(1, 2))[:1], *lines(plan(2, 1)))
        assert tx.plans.lines(Disposition.PARKED, 10) == (lines(plan(2, 1))[1],)
        assert tx.plans.lines(Disposition.PARKED, 10)[0].reasons == (FINDING,)
        assert tx.plans.lines(None, 2) == tx.plans.lines(None, 10)[:2]
        assert tx.plans.lines_of(citizen_id(1), 1) == tuple(lines(plan(1, 1)))
        told = {(one.citizen_id, one.ordination_id): one.text for one in tx.plans.lines(None, 10)}
        assert tx.plans.texts([citizen_id(1), citizen_id(2), citizen_id(9)]) == told
        assert tx.plans.texts([citizen_id(9)]) == {}
        assert tx.plans.line_counts() == {Disposition.PACKED: 2, Disposition.PARKED: 1, Disposition.REFUSED: 0}
        with pytest.raises(NotFoundError):
            tx.plans.get(citizen_id(1), 3)


@pytest.mark.parametrize("revision", [0, 1])
def test_a_plan_never_goes_back(database: Database, revision: int) -> None:
    with database.write() as tx:
        add_people(tx, 1)
    with pytest.raises(ConflictError, match="not newer"), database.write() as tx:
        tx.plans.append(plan(1, revision), NOW, "m1", [])


def test_a_plan_may_come_before_its_message_in_the_same_transaction(database: Database) -> None:
    with database.write() as tx:
        tx.groups.ensure(GROUP, "Nord")
        tx.citizens.put(citizen())
        tx.plans.append(plan(), NOW, "m1", [])
        tx.inbox.add(message())


def test_a_plan_that_was_tampered_with_is_not_used() -> None:
    row = {"document": "{}", "digest": "0" * 64, "revision": 1, "citizen_id": "c1"}
    with pytest.raises(DamagedRecordError, match="c1"):
        _plan(row)


def test_a_group_keeps_its_name(database: Database) -> None:
    with database.write() as tx:
        tx.groups.ensure(GROUP, "Nord")
        tx.groups.ensure(GROUP, "Other")
        assert [(group.group_id, group.name) for group in tx.groups.all()] == [(GROUP, "Nord")]
        assert tx.groups.name(GROUP) == "Nord"
        assert tx.groups.name(GroupId("x")) is None


def test_periods_fall_due_and_are_batched_once(database: Database) -> None:
    later = Period(PERIOD.last + timedelta(days=1), PERIOD.last + timedelta(days=14))
    first = PeriodRecord(GROUP, PERIOD, NOW, "open", None)
    second = PeriodRecord(GROUP, later, LATER, "open", None)
    with database.write() as tx:
        add_batch(tx)
        assert tx.groups.latest(GROUP) is None
        tx.groups.add_period(second)
        tx.groups.add_period(first)
        assert tx.groups.due(NOW - timedelta(microseconds=1)) == ()
        assert tx.groups.due(NOW) == (first,)
        assert tx.groups.due(LATER) == (first, second)
        assert tx.groups.latest(GROUP) == second
        assert not tx.groups.mark_batched(GROUP, Period(PERIOD.first, later.last), BatchId("000001"))
        assert tx.groups.mark_batched(GROUP, PERIOD, BatchId("000001"))
        assert not tx.groups.mark_batched(GROUP, PERIOD, BatchId("000001"))
        assert tx.groups.mark_batched(GROUP, later, None)
        assert tx.groups.due(LATER) == ()
        assert tx.groups.periods(9)[1] == replace(first, state="batched", batch_id=BatchId("000001"))
    with pytest.raises(ConflictError), database.write() as tx:
        tx.groups.add_period(first)
