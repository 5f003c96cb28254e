"""Paper: labels as the machine was told to print them, and the record of a batch."""

from collections.abc import Iterable

from dispenser.app.dispatch import labels_of
from dispenser.app.services import Services
from dispenser.core.ids import BatchId, RollId
from dispenser.store.session import Transaction
from hal.orders import order_of
from labels.content import LabelContent
from labels.pdf import print_labels


def roll_labels(services: Services, roll_id: RollId) -> bytes:
    """Return the labels of one roll as PDF, header first, one page each."""
    with services.database.read() as tx:
        return print_labels(_labels(services, tx, roll_id))


def batch_labels(services: Services, batch_id: BatchId) -> bytes:
    """Return the labels of all rolls of a batch as one PDF, in order."""
    with services.database.read() as tx:
        rolls = [roll.roll_id for roll in tx.batches.rolls(batch_id)]
        return print_labels(label for roll_id in rolls for label in _labels(services, tx, roll_id))


def _labels(services: Services, tx: Transaction, roll_id: RollId) -> Iterable[LabelContent]:
    """What was sent to a machine is what its pouches say; only what was never sent is written anew."""
    sent: dict[int, LabelContent] = {}
    for job in tx.jobs.of_roll(roll_id):
        if not job.order_document:
            continue
        packed = {pouch.number for pouch in tx.jobs.pouches_of_job(job.job_id) if pouch.state == "packed"}
        for pouch in order_of(job.order_document).pouches:
            if pouch.number in packed:
                sent[pouch.number] = LabelContent(pouch.lines, pouch.symbol)
    roll = tx.batches.roll(roll_id)
    planned = labels_of(services, tx.citizens.get(roll.citizen_id).identity, roll)
    return [sent.get(number, planned[number]) for number in sorted(planned)]
