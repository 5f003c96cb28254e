"""Courses of events between intake and hand-over that ended badly once, or must never."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from dispenser.app.absence import declare_lost, note_presence
from dispenser.app.batching import NothingToPackError, plan_batch, plan_due
from dispenser.app.clockwork import open_period
from dispenser.app.missing import missing
from dispenser.app.release import NotReleasableError, release_batch
from dispenser.app.superseding import supersede
from dispenser.core.acute import Acute
from dispenser.core.batch import BatchState
from dispenser.core.dosage import DosageDay, DosageStructure, FreeTextDosage, OrderedDose, StructuredDosage
from dispenser.core.ids import CitizenId, OrdinationId, RollId
from dispenser.core.plan import MedicationPlan, ParkedLine
from dispenser.core.presence import Presence, PresenceNote
from dispenser.core.roll import Period
from dispenser.store.records import BatchRecord, DiscardRecord
from dispenser.store.session import Database
from tests.support.hall import MONDAY, NORTH, SOUTH
from tests.support.pharmacy import DAYS, M1, WHO, Fresh, Pharmacy, line, lined
from tests.support.world import VirtualClock

CITIZEN = CitizenId("citizen-1")


class Desk(Pharmacy):
    """A pharmacy that can say what is packed."""

    def packed(self, roll_id: str) -> list[int]:
        with self.services.database.read() as tx:
            return [pouch.number for pouch in tx.jobs.pouches_of_roll(RollId(roll_id)) if pouch.state == "packed"]


@pytest.fixture
def pharmacy(fresh: Fresh) -> Iterator[Desk]:
    with fresh("sqlite") as url, Database.open(url) as database:
        pharmacy = Desk(database, VirtualClock())
        pharmacy.citizen(1, line("A"))
        yield pharmacy


def note(pharmacy: Pharmacy, presence: Presence, days: int = 0) -> tuple[DiscardRecord, ...]:
    first = MONDAY + timedelta(days=days)
    return note_presence(pharmacy.services, CITIZEN, PresenceNote(presence, first), WHO, "ringet ind")


def go(pharmacy: Pharmacy, milliseconds: int = 90_000) -> BatchRecord:
    record = release_batch(pharmacy.services, pharmacy.batch().batch_id, WHO)
    pharmacy.start_next(M1)
    pharmacy.run(M1, milliseconds)
    return record


def test_a_renewed_prescription_between_planning_and_release_stops_no_batch(pharmacy: Desk) -> None:
    batch = pharmacy.batch()
    pharmacy.prescribe(1, line("renewed"))
    assert release_batch(pharmacy.services, batch.batch_id, WHO).state is BatchState.RELEASED


def test_a_batch_planned_with_another_catalogue_can_be_planned_anew(pharmacy: Desk) -> None:
    batch = pharmacy.batch()
    pharmacy.services = replace(pharmacy.services, catalogue=replace(pharmacy.services.catalogue, version="hall-2"))
    with pytest.raises(NotReleasableError, match="another catalogue or slot table"):
        release_batch(pharmacy.services, batch.batch_id, WHO)
    again = pharmacy.batch()
    with pharmacy.services.database.read() as tx:
        (roll,) = tx.batches.load(again.batch_id).rolls
    # Nobody ever had the first one: nothing about the second is acute.
    assert (again.state, roll.acute) == (BatchState.PLANNED, None)
    assert release_batch(pharmacy.services, again.batch_id, WHO).state is BatchState.RELEASED


def test_who_moves_to_another_group_after_planning_holds_nobody_up(pharmacy: Desk) -> None:
    pharmacy.citizen(2, line("B"))
    batch = pharmacy.batch()
    with pharmacy.services.database.write() as tx:
        tx.groups.ensure(SOUTH, "Syd")
        tx.citizens.put(replace(tx.citizens.get(CITIZEN), group_id=SOUTH))
    with pytest.raises(NotReleasableError, match="0000010001: the plan has changed"):
        release_batch(pharmacy.services, batch.batch_id, WHO)
    with pytest.raises(NothingToPackError):
        pharmacy.batch()
    assert pharmacy.void_rolls() == {"0000010001": "planned anew"}
    assert release_batch(pharmacy.services, batch.batch_id, WHO).state is BatchState.RELEASED
    south = plan_batch(pharmacy.services, SOUTH, DAYS, WHO)
    assert (south.state, south.findings, south.rolls) == (BatchState.PLANNED, (), 1)


def test_half_of_an_intake_that_needs_two_pouches_is_completed(pharmacy: Desk) -> None:
    """Ten tablets at once are two pouches; the first is packed when another medicine stops."""
    pharmacy.prescribe(1, line("A", "10"), line("C", place=2))
    go(pharmacy, 8_000)
    assert pharmacy.packed("0000010001") == [0, 1]
    pharmacy.prescribe(1, line("A", "10"))
    again = pharmacy.batch()
    assert (again.state, again.findings) == (BatchState.PLANNED, ())


def test_who_was_noted_as_dead_by_mistake_can_be_noted_as_away_later(pharmacy: Desk) -> None:
    note(pharmacy, Presence.DEAD)
    note(pharmacy, Presence.CORRECTED, days=1)
    note(pharmacy, Presence.HOLD, days=2)


def test_a_death_that_was_a_mistake_leaves_the_admission_as_it_was(pharmacy: Desk) -> None:
    note(pharmacy, Presence.ADMITTED)
    note(pharmacy, Presence.DEAD)
    note(pharmacy, Presence.CORRECTED)
    with pytest.raises(NothingToPackError):
        pharmacy.batch()


def test_a_medicine_that_a_human_must_decide_on_is_not_called_stopped(pharmacy: Desk) -> None:
    go(pharmacy)
    with pharmacy.services.database.write() as tx:
        plan = MedicationPlan(CITIZEN, 3, (), (ParkedLine(OrdinationId("A"), "Pamol", ("DOSE-1310",)),))
        tx.plans.append(plan, pharmacy.services.clock.now(), "m1", ())
        records = supersede(pharmacy.services, tx, plan, pharmacy.services.clock.now())
    assert {record.reason for record in records if record.number} == {"28100000001 left to a human (1 -> 0)"}


def test_days_without_any_pouch_hold_the_next_batch_although_a_roll_was_made_for_them(pharmacy: Desk) -> None:
    go(pharmacy)
    with pharmacy.services.database.read() as tx:
        last = tx.batches.roll(RollId("0000010001")).pouches[-1]
    evening = DosageDay(1, (OrderedDose(last.slot, Decimal(1)),))
    pharmacy.prescribe(1, lined("A", StructuredDosage("tablet", (DosageStructure(1, last.date, None, (evening,)),))))
    pharmacy.prescribe(1, line("A"))
    record = pharmacy.batch(Period(DAYS.last + timedelta(days=1), DAYS.last + timedelta(days=3)))
    (gap,) = record.findings
    assert (record.state, gap.code) == (BatchState.HELD, "DOSE-0230")
    assert "2 days from 2026-11-23 to 2026-11-24" in gap.english


def lacks(pharmacy: Desk) -> list[tuple[str, int, date, date, Acute | None]]:
    return [(one.citizen_id, one.doses, one.first, one.last, one.acute) for one in missing(pharmacy.services)]


def test_nobody_lacks_anything_before_or_after_the_usual_course(pharmacy: Desk) -> None:
    assert lacks(pharmacy) == []
    go(pharmacy)
    assert lacks(pharmacy) == []


def test_who_lacks_something_is_listed_until_it_is_planned(pharmacy: Desk) -> None:
    go(pharmacy)
    pharmacy.prescribe(1, line("A"), line("C", place=2))
    assert lacks(pharmacy) == [(CITIZEN, 6, MONDAY, DAYS.last, Acute.SUPPLEMENT)]
    pharmacy.batch()
    assert lacks(pharmacy) == []


def test_who_is_back_from_hospital_or_comes_late_lacks_what_nobody_has_planned(pharmacy: Desk) -> None:
    go(pharmacy)
    note(pharmacy, Presence.ADMITTED, days=1)
    assert lacks(pharmacy) == []
    note(pharmacy, Presence.RESUMED, days=2)
    pharmacy.citizen(2, line("B"))
    assert lacks(pharmacy) == [
        (CITIZEN, 2, DAYS.last, DAYS.last, Acute.REPLACEMENT),
        ("citizen-2", 6, MONDAY, DAYS.last, None),
    ]


def test_who_has_lost_a_roll_lacks_it_and_who_cannot_be_packed_is_named(pharmacy: Desk) -> None:
    go(pharmacy)
    declare_lost(pharmacy.services, RollId("0000010001"), WHO, "ikke leveret")
    assert lacks(pharmacy) == [(CITIZEN, 6, MONDAY, DAYS.last, Acute.LOST)]
    pharmacy.prescribe(1, lined("A", FreeTextDosage("efter skema")))
    assert lacks(pharmacy) == [(CITIZEN, 0, MONDAY, DAYS.last, None)]


def test_a_period_for_which_there_was_nothing_to_pack_is_looked_at_too(pharmacy: Desk) -> None:
    pharmacy.prescribe(1)
    open_period(pharmacy.services, NORTH, DAYS, pharmacy.services.clock.now())
    assert plan_due(pharmacy.services) == []
    pharmacy.prescribe(1, line("A"))
    assert lacks(pharmacy) == [(CITIZEN, 6, MONDAY, DAYS.last, None)]
