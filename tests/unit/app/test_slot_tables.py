"""The slot table in force plans; what was planned with another one is checked, labelled and shown with that one."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from dispenser.app.batching import plan_batch
from dispenser.app.dispatch import labels_of
from dispenser.app.intake import accept_bundle
from dispenser.app.printing import batch_labels
from dispenser.app.release import NotReleasableError, release_batch
from dispenser.app.services import Services
from dispenser.app.slot_file import SlotTableError, read_slot_file
from dispenser.app.slot_tables import propose_slots, sign_slots, slots_for, slots_of_roll
from dispenser.app.views_roll import roll_page
from dispenser.core.batch import BatchState
from dispenser.core.dosage import ClockTime, DosageDay, DosageStructure, OrderedDose, PartOfDay, StructuredDosage
from dispenser.core.ids import BatchId, GroupId, RollId
from dispenser.core.plan import Disposition, Ordination
from dispenser.core.slots import slot_word
from dispenser.store.errors import NotFoundError
from dispenser.store.records import SlotTableDraft
from dispenser.store.session import Database
from safety import slot_codes
from safety.findings import Code
from tests.support.fhir import bundle, patient, request
from tests.support.hall import MONDAY, NORTH, SOUTH
from tests.support.pharmacy import DAYS, WHO, Pharmacy, lined
from tests.support.slot_files import slot_file

TODAY = date(2026, 11, 22)
AUTHOR, OTHER = "A. Holm", "B. Lund"
FIVE = '5 = ["morning", "noon", "15:00", "evening", "night"]'


def times_a_day(name: str, count: int) -> Ordination:
    doses = tuple(OrderedDose(None, Decimal(1)) for _ in range(count))
    return lined(
        name, StructuredDosage("tablet", (DosageStructure(1, date(2026, 11, 1), None, (DosageDay(1, doses),)),))
    )


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    """Citizen 1 takes two doses a day, whenever the site says."""
    pharmacy = Pharmacy(database)
    pharmacy.citizen(1, times_a_day("A", 2))
    return pharmacy


def in_force(services: Services, text: str) -> str:
    version = propose_slots(services, text, AUTHOR).version
    sign_slots(services, version, OTHER)
    return version


def two_at(first: str, second: str) -> str:
    return slot_file(MONDAY).replace('2 = ["morning", "evening"]', f'2 = ["{first}", "{second}"]')


def slots_in(pharmacy: Pharmacy, batch_id: BatchId) -> set[str]:
    with pharmacy.services.database.read() as tx:
        rolls = tx.batches.load(batch_id).rolls
    return {slot_word(pouch.slot) for roll in rolls for pouch in roll.pouches}


def version_of(pharmacy: Pharmacy, batch_id: BatchId) -> str:
    with pharmacy.services.database.read() as tx:
        return tx.batches.load(batch_id).slot_version


def refused(services: Services, text: str, who: str = AUTHOR) -> list[Code]:
    with pytest.raises(SlotTableError) as caught:
        propose_slots(services, text, who)
    with services.database.read() as tx:
        assert tx.slot_tables.all() == ()
    return [finding.code for finding in caught.value.findings]


def test_a_fresh_site_plans_with_the_built_in_table(pharmacy: Pharmacy) -> None:
    record = pharmacy.batch()
    assert (version_of(pharmacy, record.batch_id), slots_in(pharmacy, record.batch_id)) == (
        "default-1",
        {"morning", "evening"},
    )


def test_a_proposal_alone_changes_nothing(pharmacy: Pharmacy) -> None:
    propose_slots(pharmacy.services, two_at("noon", "night"), AUTHOR)
    assert version_of(pharmacy, pharmacy.batch().batch_id) == "default-1"


def test_a_signed_table_plans_from_its_day_on(pharmacy: Pharmacy) -> None:
    in_force(pharmacy.services, two_at("noon", "20:15"))
    record = pharmacy.batch()
    assert record.state is BatchState.PLANNED
    assert (version_of(pharmacy, record.batch_id), slots_in(pharmacy, record.batch_id)) == (
        "slots-1",
        {"noon", "20:15"},
    )
    assert release_batch(pharmacy.services, record.batch_id, WHO).state is BatchState.RELEASED


def test_a_period_keeps_the_table_of_its_first_day(pharmacy: Pharmacy) -> None:
    in_force(pharmacy.services, slot_file(MONDAY + timedelta(days=1)))
    assert version_of(pharmacy, pharmacy.batch().batch_id) == "default-1"


def test_a_groups_own_table_is_nobody_elses(pharmacy: Pharmacy) -> None:
    with pharmacy.services.database.write() as tx:
        tx.groups.ensure(SOUTH, "Syd")
    in_force(pharmacy.services, slot_file(MONDAY, group=SOUTH))
    with pharmacy.services.database.read() as tx:
        assert slots_for(pharmacy.services, tx, SOUTH, MONDAY).version == "slots-1"
        assert slots_for(pharmacy.services, tx, NORTH, MONDAY).version == "default-1"
        assert slots_for(pharmacy.services, tx, GroupId("new"), MONDAY).version == "default-1"
    assert version_of(pharmacy, pharmacy.batch().batch_id) == "default-1"


def test_both_steps_are_in_the_audit(pharmacy: Pharmacy) -> None:
    in_force(pharmacy.services, slot_file(MONDAY))
    (proposed,), (signed,) = pharmacy.audit("slot table proposed"), pharmacy.audit("slot table signed")
    assert (proposed.who, signed.who, signed.subject) == (AUTHOR, OTHER, "slots/slots-1")
    assert "the site" in signed.detail
    assert "Aftensmad" in signed.detail


def test_a_batch_planned_with_an_earlier_table_is_not_released(pharmacy: Pharmacy) -> None:
    record = pharmacy.batch()
    in_force(pharmacy.services, two_at("noon", "night"))
    with pytest.raises(NotReleasableError, match="another catalogue or slot table"):
        release_batch(pharmacy.services, record.batch_id, WHO)


def test_a_table_for_later_periods_leaves_a_planned_batch_alone(pharmacy: Pharmacy) -> None:
    record = pharmacy.batch()
    in_force(pharmacy.services, slot_file(DAYS.last + timedelta(days=1)))
    assert release_batch(pharmacy.services, record.batch_id, WHO).state is BatchState.RELEASED


def test_a_released_roll_is_labelled_and_shown_with_the_table_it_was_planned_with(pharmacy: Pharmacy) -> None:
    in_force(pharmacy.services, slot_file(MONDAY, evening="17:45"))
    record = pharmacy.batch()
    release_batch(pharmacy.services, record.batch_id, WHO)
    in_force(pharmacy.services, slot_file(MONDAY, evening="19:15"))
    roll_id = RollId(f"{record.batch_id}0001")
    with pharmacy.services.database.read() as tx:
        slots = slots_of_roll(pharmacy.services, tx, roll_id)
        roll = tx.batches.roll(roll_id)
        identity = tx.citizens.get(roll.citizen_id).identity
    assert (slots.version, slots.signed_by, slots.times[PartOfDay.EVENING]) == ("slots-1", OTHER, ClockTime(17, 45))
    lines = [line for label in labels_of(pharmacy.services, identity, roll, slots).values() for line in label.lines]
    assert any("17:45" in line for line in lines)
    page = roll_page(pharmacy.services, roll_id)
    assert page is not None
    assert page.slots == slots
    assert batch_labels(pharmacy.services, record.batch_id).startswith(b"%PDF")


def test_a_roll_of_the_built_in_table_is_found_whatever_the_site_calls_its_own(pharmacy: Pharmacy) -> None:
    roll_id = RollId(f"{pharmacy.batch().batch_id}0001")
    other = replace(pharmacy.services, slots=replace(pharmacy.services.slots, version="own"))
    with pharmacy.services.database.read() as tx:
        assert slots_of_roll(other, tx, roll_id).version == "default-1"


def test_a_new_revision_that_says_the_same_voids_no_roll_of_an_earlier_table(pharmacy: Pharmacy) -> None:
    in_force(pharmacy.services, two_at("noon", "20:15"))
    pharmacy.batch()
    in_force(pharmacy.services, two_at("morning", "night"))
    pharmacy.prescribe(1, times_a_day("A", 2))
    assert pharmacy.void_rolls() == {}
    pharmacy.prescribe(1, times_a_day("A", 3))
    assert list(pharmacy.void_rolls().values()) == ["plan revision 4"]


def test_a_dose_that_a_new_table_has_no_slot_for_holds_the_batch(pharmacy: Pharmacy) -> None:
    in_force(pharmacy.services, slot_file(MONDAY))
    pharmacy.citizen(2, times_a_day("B", 5))
    in_force(pharmacy.services, slot_file(MONDAY).replace(FIVE, ""))
    record = pharmacy.batch()
    assert record.state is BatchState.HELD
    assert {finding.code for finding in record.findings} == {"DOSE-0205"}


@pytest.mark.parametrize(
    ("two", "expected"), [((PartOfDay.NOON, PartOfDay.NOON), "DOSE-0509"), ((PartOfDay.NOON,), "DOSE-0508")]
)
def test_a_table_that_merges_or_loses_a_dose_holds_the_batch_however_it_got_there(
    pharmacy: Pharmacy, two: tuple[PartOfDay, ...], expected: str
) -> None:
    broken = replace(pharmacy.services.slots, plain={**pharmacy.services.slots.plain, 2: two})
    with pharmacy.services.database.write() as tx:
        now = pharmacy.services.clock.now()
        draft = SlotTableDraft(None, MONDAY, "not checked", broken)
        tx.slot_tables.sign(tx.slot_tables.add(draft, AUTHOR, now).version, OTHER, now)
    record = pharmacy.batch()
    assert record.state is BatchState.HELD
    assert expected in {finding.code for finding in record.findings}


def test_a_table_signed_while_a_batch_is_planned_is_the_one_that_counts(pharmacy: Pharmacy) -> None:
    version = propose_slots(pharmacy.services, two_at("noon", "night"), AUTHOR).version
    signed: list[str] = []

    class Opened(dict[object, object]):
        """Signs the table the first time a product is looked up."""

        def get(self, key: object, default: object = None) -> object:
            if not signed:
                signed.append(sign_slots(pharmacy.services, version, OTHER).version)
            return super().get(key, default)

    products = Opened(pharmacy.services.catalogue.products)
    services = replace(pharmacy.services, catalogue=replace(pharmacy.services.catalogue, products=products))  # type: ignore[arg-type]  # as loose as a test may be
    record = plan_batch(services, NORTH, DAYS, WHO)
    assert signed == [version_of(pharmacy, record.batch_id)]


def test_intake_judges_with_the_table_in_force(services: Services) -> None:
    five = json.loads(json.dumps(request()))
    five["dosageInstruction"][0]["timing"]["repeat"] |= {"frequency": 5}
    del five["dosageInstruction"][0]["timing"]["repeat"]["when"]
    message = json.dumps(bundle(patient(), five)).encode()
    accept_bundle(services, message, "test")

    def dispositions() -> set[Disposition]:
        with services.database.read() as tx:
            return {line.disposition for line in tx.plans.lines(None, 9)}

    assert dispositions() == {Disposition.PARKED}
    in_force(services, slot_file(TODAY))
    five["authoredOn"] = "2026-11-21"
    accept_bundle(services, json.dumps(bundle(patient(), five)).encode(), "test")
    assert dispositions() == {Disposition.PACKED}


def test_a_table_is_signed_by_another_and_once(pharmacy: Pharmacy) -> None:
    version = propose_slots(pharmacy.services, slot_file(MONDAY), AUTHOR).version
    for who, code in (
        (AUTHOR, slot_codes.OWN_SIGNATURE),
        (" a.  HOLM", slot_codes.OWN_SIGNATURE),
        ("", slot_codes.NO_NAME),
    ):
        with pytest.raises(SlotTableError) as caught:
            sign_slots(pharmacy.services, version, who)
        assert [finding.code for finding in caught.value.findings] == [code]
    sign_slots(pharmacy.services, version, OTHER)
    with pytest.raises(SlotTableError) as caught:
        sign_slots(pharmacy.services, version, "C. Krogh")
    assert [finding.code for finding in caught.value.findings] == [slot_codes.SIGNED_ALREADY]
    with pytest.raises(NotFoundError):
        sign_slots(pharmacy.services, "slots-9", OTHER)
    assert len(pharmacy.audit("slot table signed")) == 1


def test_a_table_that_waited_too_long_is_not_signed(pharmacy: Pharmacy) -> None:
    with pharmacy.services.database.write() as tx:
        late = read_slot_file(slot_file(TODAY - timedelta(days=1)))
        version = tx.slot_tables.add(late, AUTHOR, pharmacy.services.clock.now()).version
    with pytest.raises(SlotTableError) as caught:
        sign_slots(pharmacy.services, version, OTHER)
    assert [finding.code for finding in caught.value.findings] == [slot_codes.TOO_LATE]


def test_a_proposal_is_refused_with_every_reason_and_leaves_nothing(pharmacy: Pharmacy) -> None:
    services = pharmacy.services
    past = slot_file(TODAY - timedelta(days=1), group="nowhere")
    assert refused(services, past, " ") == [slot_codes.TOO_LATE, slot_codes.NO_NAME, slot_codes.UNKNOWN_GROUP]
    assert refused(services, "x") == [slot_codes.NOT_TOML]
    assert pharmacy.audit("slot table proposed") == []
