"""Closing a packed batch: on a proof, by another, once; whatever has changed since it was packed."""

import json
from collections.abc import Callable

import pytest

from dispenser.app.batching import plan_batch
from dispenser.app.closing import NotClosableError, close_batch, roll_row, verify_batch
from dispenser.app.printing import batch_record
from dispenser.app.recall import quarantine_lot, recall_lot
from dispenser.app.release import release_batch
from dispenser.app.views_batch import batch_page
from dispenser.app.views_proof import proof_page
from dispenser.core.acute import Acute
from dispenser.core.batch import BatchState, Closing
from dispenser.core.fills import LotNotice, LotState
from dispenser.core.ids import BatchId, RollId
from dispenser.store.errors import ConflictError, NotFoundError
from dispenser.store.records import BatchRecord, DiscardRecord
from dispenser.store.session import Database
from labels.readback import read_text
from tests.support.hall import NORTH
from tests.support.packing import pack_all
from tests.support.pharmacy import DAYS, WHO, InterruptingClock, Pharmacy, line

CLOSER = "Farmaceut Bo Lund"
REASON = "Posen er tabt på gulvet"


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    pharmacy = Pharmacy(database)
    pharmacy.citizen(1, line("a"), line("b", "0.5", 3))
    pharmacy.citizen(2, line("c", "2", 2))
    return pharmacy


def packed(pharmacy: Pharmacy) -> BatchId:
    record = pharmacy.batch()
    assert record.state is BatchState.PLANNED, record.findings
    release_batch(pharmacy.services, record.batch_id, WHO)
    pack_all(pharmacy)
    assert look(pharmacy, record.batch_id).state is BatchState.PACKED
    return record.batch_id


def look(pharmacy: Pharmacy, batch_id: BatchId) -> BatchRecord:
    with pharmacy.services.database.read() as tx:
        return tx.batches.get(batch_id)


def why_not(close: Callable[[], object]) -> list[str]:
    with pytest.raises(NotClosableError) as caught:
        close()
    assert all(finding.code.id in str(caught.value) for finding in caught.value.findings)
    return [finding.code.id for finding in caught.value.findings]


def told(pharmacy: Pharmacy, batch_id: BatchId) -> list[str]:
    return [finding.code.id for finding in verify_batch(pharmacy.services, batch_id).proof.findings]


def test_a_packed_batch_is_proven_and_closed(pharmacy: Pharmacy) -> None:
    batch_id = packed(pharmacy)
    verified = verify_batch(pharmacy.services, batch_id)
    assert (verified.record.state, verified.proof.findings, verified.closing) == (BatchState.PACKED, (), None)
    assert [(one.packed, one.pouches, one.proven) for one in verified.proof.rolls] == [(6, 6, True), (6, 6, True)]
    row = roll_row(verified.proof.rolls[0])
    assert (row["units_expected"], row["units_counted"], row["doses_on_labels"], row["missing"]) == (
        "10,5",
        "10,5",
        12,
        "",
    )
    closed = close_batch(pharmacy.services, batch_id, f" {CLOSER} ")
    now = pharmacy.services.clock.now()
    assert (closed.state, closed.released_by) == (BatchState.CLOSED, WHO)
    with pharmacy.services.database.read() as tx:
        assert tx.closings.find(batch_id) == Closing(CLOSER, now)
        document = json.loads(tx.closings.proof(batch_id) or "")
    assert (document["findings"], document["rolls"][0]) == ([], row)
    (record,) = pharmacy.audit("batch closed")
    assert (record.who, record.subject) == (CLOSER, f"batch/{batch_id}")
    assert record.detail.startswith("proof ")


def test_a_closed_batch_stays_closed(pharmacy: Pharmacy) -> None:
    batch_id = packed(pharmacy)
    close_batch(pharmacy.services, batch_id, CLOSER)
    assert close_batch(pharmacy.services, batch_id, WHO).state is BatchState.CLOSED
    assert release_batch(pharmacy.services, batch_id, WHO).state is BatchState.CLOSED
    assert len(pharmacy.audit("batch closed")) == 1
    now = pharmacy.services.clock.now()
    with pytest.raises(Exception, match="stays closed"), pharmacy.services.database.write() as tx:
        tx.batches.move(batch_id, BatchState.CLOSED, BatchState.PACKED, WHO, now)
    with pytest.raises(ConflictError), pharmacy.services.database.write() as tx:
        tx.closings.add(batch_id, Closing(WHO, now), "{}")


def test_only_a_packed_batch_is_closed_by_another_than_who_released_it(pharmacy: Pharmacy) -> None:
    batch_id = pharmacy.batch().batch_id
    assert why_not(lambda: close_batch(pharmacy.services, batch_id, CLOSER)) == ["DOSE-0275"]
    release_batch(pharmacy.services, batch_id, WHO)
    assert why_not(lambda: close_batch(pharmacy.services, batch_id, CLOSER)) == ["DOSE-0275"]
    pack_all(pharmacy)
    assert why_not(lambda: close_batch(pharmacy.services, batch_id, WHO)) == ["DOSE-0279"]
    assert why_not(lambda: close_batch(pharmacy.services, batch_id, " ")) == ["DOSE-0276"]
    assert look(pharmacy, batch_id).state is BatchState.PACKED
    with pytest.raises(NotFoundError):
        close_batch(pharmacy.services, BatchId("000777"), CLOSER)
    with pytest.raises(NotFoundError):
        verify_batch(pharmacy.services, BatchId("000777"))


def test_a_lot_that_is_stopped_after_packing_is_in_the_way(pharmacy: Pharmacy) -> None:
    services, batch_id = pharmacy.services, packed(pharmacy)
    with services.database.read() as tx:
        (roll_id, *_) = (one.roll_id for one in tx.batches.rolls(batch_id))
        lot = tx.traces.lots_of_roll(roll_id)[0].lot
    quarantine_lot(services, lot, "", WHO, "misfarvet")
    assert set(told(pharmacy, batch_id)) == {"DOSE-0280"}
    assert why_not(lambda: close_batch(services, batch_id, CLOSER)) == ["DOSE-0277"]
    with services.database.write() as tx:
        tx.fills.add_notice(LotNotice(lot, "", LotState.RECALLED, WHO, "DKMA", services.clock.now()))
    assert set(told(pharmacy, batch_id)) == {"DOSE-0281"}
    assert set(why_not(lambda: close_batch(services, batch_id, CLOSER, "C. Krog", REASON))) == {"DOSE-0281"}


def test_a_recall_takes_its_pouches_out_of_use_and_the_rest_is_closed(pharmacy: Pharmacy) -> None:
    services, batch_id = pharmacy.services, packed(pharmacy)
    with services.database.read() as tx:
        (roll_id, *_) = (one.roll_id for one in tx.batches.rolls(batch_id))
        lot = tx.traces.lots_of_roll(roll_id)[0].lot
    recall_lot(services, lot, "", WHO, "DKMA")
    assert not {"DOSE-0280", "DOSE-0281", "DOSE-0282"} & set(told(pharmacy, batch_id))


def test_a_lot_that_is_stopped_while_the_batch_is_proven_is_not_missed(database: Database) -> None:
    clock = InterruptingClock()
    pharmacy = Pharmacy(database, clock)
    pharmacy.citizen(1, line("a"))
    batch_id = packed(pharmacy)
    with pharmacy.services.database.read() as tx:
        (roll_id, *_) = (one.roll_id for one in tx.batches.rolls(batch_id))
        lot = tx.traces.lots_of_roll(roll_id)[0].lot
    clock.meanwhile.append(lambda: quarantine_lot(pharmacy.services, lot, "", WHO, "misfarvet"))
    assert why_not(lambda: close_batch(pharmacy.services, batch_id, CLOSER)) == ["DOSE-0278"]


def test_pouches_that_a_new_plan_discarded_are_named_and_hold_nothing(pharmacy: Pharmacy) -> None:
    batch_id = packed(pharmacy)
    pharmacy.prescribe(1, line("a", "2"))
    verified = verify_batch(pharmacy.services, batch_id)
    assert [finding.code.id for finding in verified.proof.findings] == ["DOSE-0266"]
    assert verified.proof.rolls[0].void
    assert verified.proof.rolls[0].discarded == (0, 1, 2, 3, 4, 5, 6)
    assert close_batch(pharmacy.services, batch_id, CLOSER).state is BatchState.CLOSED


def test_a_replacement_is_proven_beside_what_is_left(pharmacy: Pharmacy) -> None:
    first = packed(pharmacy)
    pharmacy.prescribe(1, line("a"), line("b", "1", 3))
    with pharmacy.services.database.read() as tx:
        roll = tx.batches.rolls(first)[0]
        assert roll.void_reason is not None
        assert tx.discards.of_rolls((roll.roll_id,))
    second = packed(pharmacy)
    assert told(pharmacy, second) == []
    assert told(pharmacy, first) == ["DOSE-0266", "DOSE-0268"]
    for batch_id in (first, second):
        assert close_batch(pharmacy.services, batch_id, CLOSER).state is BatchState.CLOSED


def test_a_supplement_is_no_fault_of_the_first_roll(pharmacy: Pharmacy) -> None:
    first = packed(pharmacy)
    pharmacy.prescribe(1, line("a"), line("b", "0.5", 3), line("new", "1", 4))
    assert told(pharmacy, first) == ["DOSE-0263"]
    second = packed(pharmacy)
    assert told(pharmacy, first) == told(pharmacy, second) == []
    assert close_batch(pharmacy.services, second, CLOSER).state is BatchState.CLOSED
    assert close_batch(pharmacy.services, first, CLOSER).state is BatchState.CLOSED


def test_a_renewed_line_is_the_same_medicine(pharmacy: Pharmacy) -> None:
    batch_id = packed(pharmacy)
    pharmacy.prescribe(1, line("renewed"), line("b", "0.5", 3))
    assert told(pharmacy, batch_id) == []


def test_a_discarded_pouch_of_a_roll_in_use_needs_two_persons(pharmacy: Pharmacy) -> None:
    batch_id = packed(pharmacy)
    roll_id = RollId(f"{batch_id}0001")
    now = pharmacy.services.clock.now()
    with pharmacy.services.database.write() as tx:
        tx.discards.add([DiscardRecord(roll_id, 2, now, "recall", "lot X", Acute.CHANGE)])
    services = pharmacy.services
    assert why_not(lambda: close_batch(services, batch_id, CLOSER)) == ["DOSE-0277"]
    assert why_not(lambda: close_batch(services, batch_id, CLOSER, CLOSER, REASON)) == ["DOSE-0277"]
    assert close_batch(services, batch_id, CLOSER, " Ida Berg ", f" {REASON} ").state is BatchState.CLOSED
    with services.database.read() as tx:
        assert tx.closings.find(batch_id) == Closing(CLOSER, now, "Ida Berg", REASON)
    (record,) = pharmacy.audit("batch closed")
    paper = " ".join(line for page in read_text(batch_record(services, batch_id)) for line in page)
    assert f"Bevist og afsluttet {CLOSER}" in paper
    assert f"Sammen med Ida Berg: {REASON}" in paper
    assert "Ida Berg" in record.detail
    assert f"{roll_id}: Pouch 2" in record.detail


def test_a_second_person_who_is_not_needed_is_not_kept(pharmacy: Pharmacy) -> None:
    batch_id = packed(pharmacy)
    close_batch(pharmacy.services, batch_id, CLOSER, "Ida Berg", REASON)
    with pharmacy.services.database.read() as tx:
        closing = tx.closings.find(batch_id)
    assert closing is not None
    assert (closing.second, closing.reason) == (None, None)
    assert "Sammen med" not in str(read_text(batch_record(pharmacy.services, batch_id)))


def test_a_record_that_the_journal_contradicts_closes_nothing(pharmacy: Pharmacy) -> None:
    batch_id = packed(pharmacy)
    with pharmacy.services.database.write() as tx:
        job = tx.jobs.of_batch(batch_id)[0]
        assert tx.jobs.void_pouch(job.job_id, 3, "said to be torn", pharmacy.services.clock.now())
    close = lambda: close_batch(pharmacy.services, batch_id, CLOSER, "Ida Berg", REASON)  # noqa: E731 - tried below
    assert why_not(close) == ["DOSE-0257"]
    assert look(pharmacy, batch_id).state is BatchState.PACKED


def test_what_changes_during_the_proof_is_noticed(database: Database) -> None:
    clock = InterruptingClock()
    pharmacy = Pharmacy(database, clock)
    pharmacy.citizen(1, line("a"))
    batch_id = packed(pharmacy)
    clock.meanwhile.append(lambda: pharmacy.prescribe(1, line("a", "2")))
    assert why_not(lambda: close_batch(pharmacy.services, batch_id, CLOSER)) == ["DOSE-0278"]
    assert look(pharmacy, batch_id).state is BatchState.PACKED
    assert close_batch(pharmacy.services, batch_id, CLOSER).state is BatchState.CLOSED


def test_the_proof_is_shown_as_it_was_signed(pharmacy: Pharmacy) -> None:
    planned = pharmacy.batch().batch_id
    assert proof_page(pharmacy.services, planned, ask=True) is None
    release_batch(pharmacy.services, planned, WHO)
    pack_all(pharmacy)
    unasked = proof_page(pharmacy.services, planned, ask=False)
    assert unasked is not None
    assert (unasked.asked, unasked.rows, unasked.closing) == (False, (), None)
    page = proof_page(pharmacy.services, planned, ask=True)
    assert page is not None
    assert (page.asked, len(page.rows), page.findings) == (True, 2, ())
    close_batch(pharmacy.services, planned, CLOSER)
    pharmacy.prescribe(1, line("a", "2"))
    kept = proof_page(pharmacy.services, planned, ask=False)
    assert kept is not None
    assert (kept.asked, kept.rows, kept.findings) == (True, page.rows, ())
    view = batch_page(pharmacy.services, planned)
    assert view is not None
    assert (view.closable, view.closing) == (False, kept.closing)


def test_a_batch_with_nothing_left_in_use_is_closed(pharmacy: Pharmacy) -> None:
    batch = plan_batch(pharmacy.services, NORTH, DAYS, WHO)
    release_batch(pharmacy.services, batch.batch_id, WHO)
    pharmacy.prescribe(1, line("a", "2"))
    pack_all(pharmacy)
    assert look(pharmacy, batch.batch_id).state is BatchState.PACKED
    assert told(pharmacy, batch.batch_id) == []
    rolls = verify_batch(pharmacy.services, batch.batch_id).proof.rolls
    assert [(one.void, one.packed, one.missing) for one in rolls] == [(True, 0, ()), (False, 6, ())]
    assert close_batch(pharmacy.services, batch.batch_id, CLOSER).state is BatchState.CLOSED
