"""Paper: labels as the machine was told to print them, and the record of a batch."""

from collections.abc import Iterable
from datetime import datetime

from dispenser.app.batch_alerts import overridden_in
from dispenser.app.discarding import related_to
from dispenser.app.dispatch import labels_of
from dispenser.app.services import Services
from dispenser.app.slot_tables import slots_of_roll
from dispenser.core.batch import Closing
from dispenser.core.ids import BatchId, MachineId, RollId
from dispenser.core.roll import HEADER_NUMBER
from dispenser.store.board import Progress
from dispenser.store.records import BatchRecord, FindingRecord, PouchRecord
from dispenser.store.session import Transaction
from hal.documents import capabilities_of
from hal.orders import order_of
from labels.content import LabelContent
from labels.pdf import print_labels, print_record
from labels.record import MachineRow, RecordContent, RollRow, Signature
from scheduling.calendar import ZONE


def roll_labels(services: Services, roll_id: RollId) -> bytes:
    """Return the labels of one roll as PDF, header first, one page each."""
    with services.database.read() as tx:
        return print_labels(_labels(services, tx, roll_id))


def batch_labels(services: Services, batch_id: BatchId) -> bytes:
    """Return the labels of all rolls of a batch as one PDF, in order.

    Raises:
        NotFoundError: no such batch.
    """
    with services.database.read() as tx:
        rolls = [roll.roll_id for roll in tx.batches.rolls(tx.batches.get(batch_id).batch_id)]
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
    slots = slots_of_roll(services, tx, roll_id)
    planned = labels_of(services, tx.citizens.get(roll.citizen_id).identity, roll, slots, related_to(tx, roll))
    return [sent.get(number, planned[number]) for number in sorted(planned)]


def batch_record(services: Services, batch_id: BatchId) -> bytes:
    """Return the record of a batch as PDF: what was packed where, by which attempts, and who answered for it."""
    with services.database.read() as tx:
        record = tx.batches.get(batch_id)
        closing = tx.closings.find(batch_id)
        batch = tx.batches.load(batch_id)
        pouches = tx.jobs.pouches_of_batch(batch_id)
        progress = tx.board.of_rolls_in(batch_id)
        rolls = tuple(
            RollRow(
                roll_id=roll.roll_id,
                machine_id=roll.machine_id,
                plan_revision=roll.plan_revision,
                pouches=roll.pouches,
                packed=_packed(row for row in pouches if row.roll_id == roll.roll_id),
                void=progress.get(roll.roll_id, Progress()).void,
                orders=_orders(row for row in pouches if row.roll_id == roll.roll_id),
                digest=roll.digest,
            )
            for roll in tx.batches.rolls(batch_id)
        )
        of_lines = overridden_in(tx, tx.batches.rolls(batch_id), ())
        findings = tuple(dict.fromkeys((*record.findings, *of_lines)))
        models = {
            machine.machine_id: capabilities_of(machine.capabilities).model
            for machine in tx.machines.all()
            if machine.capabilities
        }
    content = RecordContent(
        batch_id=batch_id,
        group_id=record.group_id,
        period=record.period,
        state=record.state.value,
        catalogue_version=batch.catalogue_version,
        slot_version=batch.slot_version,
        digest=record.digest,
        machines=_machine_rows(rolls, models),
        rolls=rolls,
        findings=tuple(_told(finding) for finding in findings),
        signatures=_signatures(record, closing),
    )
    return print_record(content)


def _told(finding: FindingRecord) -> str:
    told = f"{finding.code} {finding.subject}: {finding.danish}"
    return f"{told} Tilsidesat: {finding.override}" if finding.override else told


def _packed(rows: Iterable[PouchRecord]) -> int:
    return sum(row.state == "packed" and row.number != HEADER_NUMBER for row in rows)


def _orders(rows: Iterable[PouchRecord]) -> tuple[int, ...]:
    return tuple(sorted({row.order_number for row in rows if row.order_number is not None}))


def _machine_rows(rolls: tuple[RollRow, ...], models: dict[MachineId, str]) -> tuple[MachineRow, ...]:
    names = sorted({roll.machine_id for roll in rolls if roll.machine_id is not None})
    return tuple(
        MachineRow(
            machine_id=name,
            model=models.get(name, ""),
            rolls=sum(roll.machine_id == name for roll in rolls),
            packed=sum(roll.packed for roll in rolls if roll.machine_id == name),
            void=sum(roll.void for roll in rolls if roll.machine_id == name),
        )
        for name in names
    )


def _signatures(record: BatchRecord, closing: Closing | None) -> tuple[Signature, ...]:
    signed: list[tuple[str, str | None, datetime | None]] = [
        ("Frigivet til pakning", record.released_by, record.released_at)
    ]
    if closing is not None:
        signed.append(("Bevist og afsluttet", closing.closed_by, closing.closed_at))
        if closing.second is not None:
            signed.append(("Sammen med", f"{closing.second}: {closing.reason}", closing.closed_at))
    return tuple(Signature(what, who, _moment(at)) for what, who, at in signed if who is not None and at is not None)


def _moment(at: datetime) -> str:
    return at.astimezone(ZONE).strftime("%d.%m.%Y %H:%M")
