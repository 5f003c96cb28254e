"""Somebody is away, back, dead, or a roll is lost: what is packed and what is destroyed then."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dispenser.app.absence import UnsignedError, confirm_phase, declare_lost, find_citizen, note_presence
from dispenser.app.batching import NothingToPackError
from dispenser.app.release import NotReleasableError, release_batch
from dispenser.core.acute import Acute
from dispenser.core.batch import BatchState
from dispenser.core.dosage import DosageDay, DosageStructure, StructuredDosage
from dispenser.core.ids import BatchId, CitizenId, ProductId, RollId
from dispenser.core.plan import Ordination
from dispenser.core.presence import Presence, PresenceError, PresenceNote
from dispenser.core.roll import Period, Roll
from dispenser.store.errors import NotFoundError
from dispenser.store.records import DiscardRecord
from dispenser.store.session import Database
from tests.support.hall import MONDAY
from tests.support.pharmacy import DAYS, M1, WHO, Fresh, Pharmacy, line
from tests.support.world import VirtualClock

CITIZEN = CitizenId("citizen-1")
NEXT = Period(DAYS.last + timedelta(days=1), DAYS.last + timedelta(days=4))


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def pharmacy(fresh: Fresh, clock: VirtualClock) -> Iterator[Pharmacy]:
    with fresh("sqlite") as url, Database.open(url) as database:
        pharmacy = Pharmacy(database, clock)
        pharmacy.citizen(1, line("A"))
        yield pharmacy


def note(pharmacy: Pharmacy, presence: Presence, first: date, last: date | None = None) -> tuple[DiscardRecord, ...]:
    return note_presence(pharmacy.services, CITIZEN, PresenceNote(presence, first, last), WHO, "ringet ind")


def pack_all(pharmacy: Pharmacy) -> None:
    release_batch(pharmacy.services, pharmacy.batch().batch_id, WHO)
    pharmacy.start_next(M1)
    pharmacy.run(M1, 90_000)


def rolls(pharmacy: Pharmacy, batch_id: BatchId) -> tuple[Roll, ...]:
    with pharmacy.services.database.read() as tx:
        return tx.batches.load(batch_id).rolls


def days(roll: Roll) -> list[int]:
    return sorted({pouch.date.day for pouch in roll.pouches})


def test_who_is_away_gets_no_pouch_for_those_days(pharmacy: Pharmacy) -> None:
    assert note(pharmacy, Presence.HOLD, MONDAY + timedelta(days=1), MONDAY + timedelta(days=1)) == ()
    batch = pharmacy.batch()
    (roll,) = rolls(pharmacy, batch.batch_id)
    assert (batch.state, batch.findings, days(roll), roll.acute) == (BatchState.PLANNED, (), [23, 25], None)
    release_batch(pharmacy.services, batch.batch_id, WHO)
    with pytest.raises(NothingToPackError):
        pharmacy.batch()


def test_who_is_away_all_the_time_gets_no_roll(pharmacy: Pharmacy) -> None:
    note(pharmacy, Presence.ADMITTED, MONDAY)
    with pytest.raises(NothingToPackError):
        pharmacy.batch()


def test_a_hold_takes_an_open_roll_out_of_use_and_leaves_the_other_days_to_the_next_batch(pharmacy: Pharmacy) -> None:
    first = pharmacy.batch()
    assert note(pharmacy, Presence.HOLD, MONDAY + timedelta(days=1)) == ()
    assert list(pharmacy.void_rolls()) == [f"{first.batch_id}0001"]
    again = pharmacy.batch()
    (roll,) = rolls(pharmacy, again.batch_id)
    assert (days(roll), roll.acute, again.findings) == ([23], Acute.CHANGE, ())


def test_admission_after_packing_then_discharge_with_a_changed_plan(pharmacy: Pharmacy, clock: VirtualClock) -> None:
    pack_all(pharmacy)
    # Noon in Copenhagen on the first day: the morning's pouch is taken.
    clock._now = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
    wrong = note(pharmacy, Presence.ADMITTED, MONDAY)
    assert [(record.number, record.reason) for record in wrong] == [
        (2, "28100000001 citizen away (1 -> 0)"),
        (3, "28100000001 citizen away (1 -> 0)"),
        (4, "28100000001 citizen away (1 -> 0)"),
        (5, "28100000001 citizen away (1 -> 0)"),
        (6, "28100000001 citizen away (1 -> 0)"),
    ]
    assert {record.cause for record in wrong} == {f"admitted from {MONDAY}"}
    with pytest.raises(NothingToPackError):
        pharmacy.batch()
    pharmacy.prescribe(1, line("A", "2"))
    clock._now = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
    assert note(pharmacy, Presence.RESUMED, MONDAY + timedelta(days=2)) == ()
    home = pharmacy.batch()
    (roll,) = rolls(pharmacy, home.batch_id)
    assert (home.state, days(roll), roll.acute) == (BatchState.PLANNED, [25], Acute.REPLACEMENT)
    assert roll.pouches[0].contents[0].quarters == 8


def test_hold_and_resume_within_one_period_packs_only_the_days_that_were_lost(pharmacy: Pharmacy) -> None:
    pack_all(pharmacy)
    gone = note(pharmacy, Presence.HOLD, MONDAY + timedelta(days=1), MONDAY + timedelta(days=2))
    assert [record.number for record in gone] == [3, 4, 5, 6]
    note(pharmacy, Presence.RESUMED, MONDAY + timedelta(days=2))
    again = pharmacy.batch()
    (roll,) = rolls(pharmacy, again.batch_id)
    assert (again.findings, days(roll), len(roll.pouches)) == ((), [25], 2)


def test_death_ends_everything_and_nothing_follows(pharmacy: Pharmacy) -> None:
    pack_all(pharmacy)
    gone = note(pharmacy, Presence.DEAD, MONDAY)
    # The header too: nothing of the roll stays.
    assert [record.number for record in gone] == [0, 1, 2, 3, 4, 5, 6]
    for period in (DAYS, NEXT):
        with pytest.raises(NothingToPackError):
            pharmacy.batch(period)
    with pytest.raises(PresenceError, match="dead"):
        note(pharmacy, Presence.RESUMED, MONDAY)
    note(pharmacy, Presence.CORRECTED, MONDAY)
    assert pharmacy.batch().state is BatchState.PLANNED


def test_a_batch_of_before_the_note_is_not_released(pharmacy: Pharmacy) -> None:
    batch = pharmacy.batch()
    note(pharmacy, Presence.HOLD, MONDAY)
    with pytest.raises(NotReleasableError):
        release_batch(pharmacy.services, batch.batch_id, WHO)


def test_a_hold_explains_the_days_between_two_rolls_and_nothing_else_does(pharmacy: Pharmacy) -> None:
    pharmacy.batch()
    later = Period(NEXT.first + timedelta(days=1), NEXT.last + timedelta(days=1))
    held = pharmacy.batch(later)
    assert (held.state, [finding.code for finding in held.findings]) == (BatchState.HELD, ["DOSE-0230"])
    note(pharmacy, Presence.HOLD, NEXT.first, NEXT.first)
    assert pharmacy.batch(later).state is BatchState.PLANNED


def alternate(start: date) -> Ordination:
    doses = line("A").dosage.structures[0].days[0].doses
    structure = DosageStructure(2, start, None, (DosageDay(1, doses),))
    return replace(line("A"), dosage=StructuredDosage("tablet", (structure,)))


def test_a_cycle_in_another_phase_is_held_until_somebody_confirms_it(pharmacy: Pharmacy) -> None:
    pharmacy.prescribe(1, alternate(MONDAY))
    pharmacy.batch()
    # Packed on Monday and Wednesday: Friday would be next, and the plan that is saved again says Thursday.
    pharmacy.prescribe(1, alternate(MONDAY + timedelta(days=3)), superseding=False)
    held = pharmacy.batch(NEXT)
    assert [finding.code for finding in held.findings] == ["DOSE-0232"]
    assert "2026-11-27" in held.findings[0].english
    assert "2026-11-26" in held.findings[0].english
    confirm_phase(pharmacy.services, CITIZEN, ProductId("28100000001"), NEXT.first, WHO, "lægen har bekræftet")
    assert pharmacy.batch(NEXT).state is BatchState.PLANNED


def test_a_lost_roll_is_packed_again_from_now_on(pharmacy: Pharmacy, clock: VirtualClock) -> None:
    pack_all(pharmacy)
    clock._now = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
    gone = declare_lost(pharmacy.services, RollId("0000010001"), WHO, "taske stjålet")
    assert [record.number for record in gone] == [4, 5, 6]
    assert {record.acute for record in gone} == {Acute.LOST}
    again = pharmacy.batch()
    (roll,) = rolls(pharmacy, again.batch_id)
    assert (again.state, again.findings, roll.acute) == (BatchState.PLANNED, (), Acute.LOST)
    assert [(pouch.date.day, pouch.slot.value) for pouch in roll.pouches] == [
        (24, "evening"), (25, "morning"), (25, "evening"),
    ]  # fmt: skip
    assert len(pharmacy.audit("acute packing needed")) == 1
    assert declare_lost(pharmacy.services, RollId("0000010001"), WHO, "igen") == ()
    assert len(pharmacy.audit("acute packing needed")) == 1
    assert [record.detail for record in pharmacy.audit("roll lost")] == [
        "lost: igen: nothing of it was still to be taken",
        "lost: taske stjålet: Akut erstatningspakning for mistet medicin, 3 pouches",
    ]


def test_what_is_noted_is_on_record_with_name_and_reason(pharmacy: Pharmacy) -> None:
    note(pharmacy, Presence.HOLD, MONDAY, DAYS.last)
    (audit,) = pharmacy.audit("citizen noted")
    assert (audit.who, audit.subject) == (WHO, "citizen/citizen-1")
    assert audit.detail == f"hold {MONDAY} to {DAYS.last}: ringet ind"
    with pharmacy.services.database.read() as tx:
        (record,) = tx.notes.newest(9)
    assert (record.number, record.kind, record.who, record.reason) == (1, "hold", WHO, "ringet ind")


@pytest.mark.parametrize(("who", "reason"), [("", "x"), (" ", "x"), ("x", ""), ("x", "  ")])
def test_nothing_is_noted_without_name_and_reason(pharmacy: Pharmacy, who: str, reason: str) -> None:
    pharmacy.batch()
    held = PresenceNote(Presence.HOLD, MONDAY)
    with pytest.raises(UnsignedError):
        note_presence(pharmacy.services, CITIZEN, held, who, reason)
    with pytest.raises(UnsignedError):
        declare_lost(pharmacy.services, RollId("0000010001"), who, reason)
    with pytest.raises(UnsignedError):
        confirm_phase(pharmacy.services, CITIZEN, ProductId("28100000001"), MONDAY, who, reason)
    assert (pharmacy.audit("citizen noted"), pharmacy.void_rolls()) == ([], {})


def test_whoever_is_unknown_is_named(pharmacy: Pharmacy) -> None:
    with pytest.raises(NotFoundError, match="nobody"):
        note_presence(pharmacy.services, CitizenId("nobody"), PresenceNote(Presence.HOLD, MONDAY), WHO, "x")
    with pytest.raises(NotFoundError, match="28100000009"):
        confirm_phase(pharmacy.services, CITIZEN, ProductId("28100000009"), MONDAY, WHO, "x")
    with pytest.raises(NotFoundError, match="0000990001"):
        declare_lost(pharmacy.services, RollId("0000990001"), WHO, "x")
    with pharmacy.services.database.read() as tx:
        assert find_citizen(tx, "citizen-1").citizen_id == CITIZEN
        assert find_citizen(tx, tx.citizens.get(CITIZEN).fhir_id).citizen_id == CITIZEN
        with pytest.raises(NotFoundError, match="nobody"):
            find_citizen(tx, "nobody")
    assert pharmacy.audit("citizen noted") == []
