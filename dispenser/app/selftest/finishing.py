"""The packed batch of the self-test: everything that is on record of it before its signature."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from dispenser.app.selftest.evidence import journal_of
from dispenser.app.selftest.packed import Packed
from dispenser.app.selftest.stockroom import GTINS
from dispenser.core.batch import Batch
from dispenser.core.digest import batch_digest
from dispenser.core.dosage import ClockTime
from dispenser.core.fills import LotName, Lots
from dispenser.core.ids import CitizenId
from dispenser.core.moment import Moment
from dispenser.core.plan import MedicationPlan
from dispenser.core.presence import Noted
from dispenser.core.product import Catalogue
from dispenser.core.roll import Roll
from dispenser.core.slots import SlotTable
from hal.journal import JournalEntry
from hal.orders import PackingOrder, digest_of, document_of
from hal.wire import words
from safety.finished import FinishedBatch, FinishedRoll, HeldLot, RecordedPouch, SentOrder
from safety.finished_checks import Signing

SIGNING: Final = Signing("Farmaceut Kirsten Holm", released_by="Farmaceut Åse Lund")
MACHINE: Final = "selftest"


def finished_batch(
    batch: Batch,
    plans: Mapping[CitizenId, MedicationPlan],
    neighbours: Sequence[Roll],
    catalogue: Catalogue,
    slots: SlotTable,
    since: Moment,
    packed: Sequence[Packed],
) -> FinishedBatch:
    """Return `batch` as packed, just before its first day."""
    return FinishedBatch(
        batch=batch,
        digest=batch_digest(batch),
        catalogue=catalogue,
        slots=slots,
        planned=since,
        now=Moment(batch.period.first - timedelta(days=1), ClockTime(15, 0)),
        rolls=tuple(_finished(one, plans[one.roll.citizen_id], neighbours) for one in packed),
        notices=Lots(),
    )


def sent(order: PackingOrder, entries: Sequence[JournalEntry]) -> SentOrder:
    """Return an order as it is on record, under its true digest."""
    return SentOrder(order.order_id, MACHINE, order.number, document_of(order), digest_of(order), tuple(entries))


def recorded(order: PackingOrder, entries: Sequence[JournalEntry]) -> tuple[RecordedPouch, ...]:
    """Return what is on record of the pouches that the machine closed as packed."""
    return tuple(
        RecordedPouch(order.order_id, entry.pouch, "packed", int(entry.fields["film"]))
        for entry in entries
        if entry.kind == words.POUCH_CLOSED and entry.fields["outcome"] == words.PACKED
    )


def packed_anew(one: FinishedRoll, order: PackingOrder) -> FinishedRoll:
    """Return `one` as if `order` had been sent for it and packed without a mishap: nothing on record contradicts it."""
    journal = journal_of(order)
    return replace(one, orders=(sent(order, journal),), pouches=recorded(order, journal))


def _finished(packed: Packed, plan: MedicationPlan, neighbours: Sequence[Roll]) -> FinishedRoll:
    beside = tuple(roll for roll in neighbours if roll.citizen_id == plan.citizen_id)
    return FinishedRoll(
        roll=packed.roll,
        identity=packed.identity,
        plan=plan,
        followed=plan,
        noted=Noted(),
        noted_then=Noted(),
        beside=beside,
        others=beside,
        orders=(sent(packed.order, packed.journal),),
        pouches=recorded(packed.order, packed.journal),
        discarded={},
        void=None,
        lots=tuple(
            HeldLot(pouch.number, content.product_id, LotName(GTINS[content.product_id], "L0001"))
            for pouch in packed.roll.pouches
            for content in pouch.contents
        ),
    )
