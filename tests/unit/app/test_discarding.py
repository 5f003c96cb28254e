"""Pouches to find and destroy: who sees what, who said that it is done, and what a new roll says of the old one."""

from datetime import UTC, datetime, timedelta

import pytest

from dispenser.app.discarding import note_destroyed, related_to
from dispenser.app.release import release_batch
from dispenser.app.views_board import board
from dispenser.app.views_discards import discard_page
from dispenser.app.views_roll import roll_page
from dispenser.core.ids import RollId
from dispenser.core.replaced import Related, Replaced
from dispenser.store.discards import DESTROYED
from dispenser.store.errors import NotFoundError
from dispenser.store.session import Database
from hal.orders import order_of
from tests.support.pharmacy import M1, WHO, Pharmacy, line
from tests.support.world import VirtualClock

ONE, TWO = RollId("0000010001"), RollId("0000010002")
LATER = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def pharmacy(database: Database, clock: VirtualClock) -> Pharmacy:
    """Two citizens' rolls are packed, then both plans change; the second one's loses all its pouches."""
    pharmacy = Pharmacy(database, clock)
    pharmacy.citizen(1, line("A"))
    pharmacy.citizen(2, line("B"))
    release_batch(pharmacy.services, pharmacy.batch().batch_id, WHO)
    for _ in range(2):
        pharmacy.start_next(M1)
        pharmacy.run(M1, 60_000)
    pharmacy.prescribe(1, line("A", "2"))
    clock._now = LATER - timedelta(hours=13)
    pharmacy.prescribe(2)
    return pharmacy


def noted(pharmacy: Pharmacy) -> list[tuple[str, str]]:
    return [(record.subject, record.who) for record in pharmacy.audit(DESTROYED)]


def test_what_is_to_be_found_is_told_roll_by_roll_the_newest_change_first(pharmacy: Pharmacy) -> None:
    page = discard_page(pharmacy.services)
    assert (page.open, [roll.roll_id for roll in page.rolls]) == (10, [TWO, ONE])
    second, first = page.rolls
    assert [found.record.number for found in first.lines] == [1, 3, 5]
    assert [found.record.number for found in second.lines] == list(range(7))
    assert (second.lines[0].pouch, second.lines[0].who) == (None, "controller")
    assert (first.name, first.total, first.batch_id) == ("Børge Kjærgaard", 6, "000001")
    assert {found.who for found in first.lines} == {"controller"}
    assert first.lines[0].record.reason == "Pamol 500 mg changed (1 -> 2)"
    assert board(pharmacy.services).discards == 10


def test_a_destroyed_pouch_is_signed_for_once_and_is_open_no_more(pharmacy: Pharmacy) -> None:
    note_destroyed(pharmacy.services, ONE, {1, 5}, "Åse Holm")
    note_destroyed(pharmacy.services, ONE, {1}, "Another")
    assert noted(pharmacy) == [(f"pouch/{ONE}/5", "Åse Holm"), (f"pouch/{ONE}/1", "Åse Holm")]
    page = discard_page(pharmacy.services)
    assert (page.open, [found.record.number for found in page.rolls[1].lines]) == (8, [3])
    note_destroyed(pharmacy.services, ONE, {3}, "Åse Holm")
    assert [roll.roll_id for roll in discard_page(pharmacy.services).rolls] == [TWO]
    view = roll_page(pharmacy.services, ONE)
    assert view is not None
    signed = {
        card.number: card.discard.destroyed.who if card.discard.destroyed else None
        for day in view.days
        for card in day.cards
        if card.discard is not None
    }
    assert signed == {1: "Åse Holm", 3: "Åse Holm", 5: "Åse Holm"}


@pytest.mark.parametrize(("roll_id", "number"), [(ONE, 2), (ONE, 99), (RollId("9999999999"), 1)])
def test_nobody_signs_for_a_pouch_that_is_in_use(pharmacy: Pharmacy, roll_id: RollId, number: int) -> None:
    with pytest.raises(NotFoundError, match="not to be discarded"):
        note_destroyed(pharmacy.services, roll_id, {1, number}, "Åse Holm")
    assert noted(pharmacy) == []


def test_the_header_of_the_new_roll_says_which_roll_it_replaces_in_part(pharmacy: Pharmacy) -> None:
    again = pharmacy.batch()
    new = RollId(f"{again.batch_id}0001")
    with pharmacy.services.database.read() as tx:
        relation = related_to(tx, tx.batches.roll(new))
        assert related_to(tx, tx.batches.roll(ONE)) == Related()
    assert relation == Related((Replaced(ONE, 3, whole=False),))
    view = roll_page(pharmacy.services, new)
    assert view is not None
    assert view.relation == relation
    release_batch(pharmacy.services, again.batch_id, WHO)
    pharmacy.start_next(M1)
    (job,) = (job for job in pharmacy.jobs() if job.roll_id == new)
    header = next(pouch for pouch in order_of(job.order_document).pouches if pouch.number == 0)
    assert f"Erstatter 3 poser i rulle {ONE}" in header.lines


def test_what_is_discarded_later_changes_nothing_about_what_a_roll_replaced(
    pharmacy: Pharmacy, clock: VirtualClock
) -> None:
    new = RollId(f"{pharmacy.batch().batch_id}0001")
    clock._now = LATER
    pharmacy.prescribe(1)
    with pharmacy.services.database.read() as tx:
        (replaced,) = related_to(tx, tx.batches.roll(new)).replaces
    assert (replaced.roll_id, replaced.pouches) == (ONE, 3)
