"""A packed pouch's label on paper is the label on the pouch, whatever has changed since."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pypdfium2
import pytest

from dispenser.app.dispatch import labels_of
from dispenser.app.printing import batch_labels, batch_record, roll_labels
from dispenser.app.release import release_batch
from dispenser.app.services import Services
from dispenser.core.ids import BatchId, RollId
from dispenser.store.errors import NotFoundError
from dispenser.store.session import Database
from hal.orders import order_of
from labels.readback import read_back
from tests.support.pharmacy import M1, WHO, Fresh, Pharmacy, line

ROLL = RollId("0000010001")
BATCH = BatchId("000001")


@pytest.fixture
def pharmacy(fresh: Fresh) -> Iterator[Pharmacy]:
    """One roll, half packed."""
    with fresh("sqlite") as url, Database.open(url) as database:
        pharmacy = Pharmacy(database)
        pharmacy.citizen(1, line("A"))
        pharmacy.citizen(2, line("B"))
        release_batch(pharmacy.services, pharmacy.batch().batch_id, WHO)
        yield pharmacy


def pages(pdf: bytes) -> list[str]:
    # The page reader takes a hyphen at a line's end for hyphenation and gives U+0002 for it.
    document = pypdfium2.PdfDocument(pdf)
    try:
        texts = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    return [squeezed(text) for text in texts]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text.replace("\x02", "-"))


def packed(pharmacy: Pharmacy) -> set[int]:
    with pharmacy.services.database.read() as tx:
        return {pouch.number for pouch in tx.jobs.pouches_of_roll(ROLL) if pouch.state == "packed"}


def test_a_packed_pouch_says_exactly_what_was_sent_and_the_others_what_is_known_today(pharmacy: Pharmacy) -> None:
    pharmacy.start_next(M1)
    pharmacy.run(M1, 9_000)
    with pharmacy.services.database.write() as tx:
        citizen = tx.citizens.by_fhir_id("patient-1")
        assert citizen is not None
        renamed = replace(citizen.identity, name="Rigmor Nyt-Navn")
        tx.citizens.put(replace(citizen, identity=renamed, version=2))
        roll = tx.batches.roll(ROLL)
        (job,) = tx.jobs.of_roll(ROLL)
    done = packed(pharmacy)
    assert 1 < len(done) < 1 + len(roll.pouches)
    today = labels_of(pharmacy.services, renamed, roll, pharmacy.services.slots)
    sent = {pouch.number: pouch for pouch in order_of(job.order_document).pouches}
    pdf = roll_labels(pharmacy.services, ROLL)
    expected = [sent[number].lines if number in done else today[number].lines for number in sorted(today)]
    assert pages(pdf) == [squeezed("".join(lines)) for lines in expected]
    assert read_back(pdf) == tuple(sent[number].symbol for number in sorted(sent))
    assert sum("RigmorNyt-Navn" in page for page in pages(pdf)) == len(today) - len(done)


def test_a_batch_prints_its_rolls_one_after_the_other(pharmacy: Pharmacy) -> None:
    rolls = [read_back(roll_labels(pharmacy.services, roll)) for roll in (ROLL, RollId("0000010002"))]
    assert read_back(batch_labels(pharmacy.services, BATCH)) == rolls[0] + rolls[1]


def test_the_record_of_a_batch_names_who_released_it_and_its_digest(pharmacy: Pharmacy) -> None:
    text = "".join(pages(batch_record(pharmacy.services, BATCH)))
    digest = pharmacy.batches()[0].digest
    assert squeezed(WHO) in text
    assert digest in text


@pytest.mark.parametrize("what", [batch_labels, batch_record])
def test_labels_and_record_of_an_unknown_batch_are_not_there(
    pharmacy: Pharmacy, what: Callable[[Services, BatchId], bytes]
) -> None:
    with pytest.raises(NotFoundError, match="000777"):
        what(pharmacy.services, BatchId("000777"))


def test_labels_of_an_unknown_roll_are_not_there(pharmacy: Pharmacy) -> None:
    with pytest.raises(NotFoundError, match="0007770001"):
        roll_labels(pharmacy.services, RollId("0007770001"))
