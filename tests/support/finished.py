"""Packed batches as planning, translation, labels and machines leave them, and ways to make one thing wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from dispenser.app.dispatch import pouch_orders
from dispenser.core.batch import Batch
from dispenser.core.digest import batch_digest
from dispenser.core.dosage import ClockTime
from dispenser.core.fills import LotName, Lots
from dispenser.core.moment import Moment
from dispenser.core.plan import MedicationPlan
from dispenser.core.presence import Noted
from dispenser.core.product import Catalogue
from dispenser.core.roll import HEADER_NUMBER, Roll
from dispenser.core.translate import sources
from hal.journal import FieldValue, JournalEntry
from hal.orders import PackingOrder, digest_of, document_of, order_of
from labels.content import LabelContent, LabelSite, header_label, pouch_label
from safety.finished import FinishedBatch, FinishedRoll, HeldLot, RecordedPouch, SentOrder
from tests.support.medicine import FORTNIGHT, MONDAY, SLOTS, batch, catalogue, stock
from tests.support.orders import IDENTITY, evidence

Fields = Mapping[str, FieldValue]
Change = Callable[[Fields], Fields | None]
SITE = LabelSite("Svane Apotek", "33 12 34 56", "05712345000007")
PACKED_ON = MONDAY - timedelta(days=5)
PLANNED = Moment(PACKED_ON, ClockTime(9, 0))
NOBODY = Noted()
STOCK = stock({1: ("A", 9_999), 2: ("B", 9_999), 3: ("C", 9_999)}, cells=999)


def label_of(roll: Roll, number: int, products: Catalogue) -> LabelContent:
    """A pouch's label, or the header's, as it is printed."""
    if number == HEADER_NUMBER:
        return header_label(SITE, IDENTITY, roll, products, SLOTS, PACKED_ON)
    pouch = roll.pouches[number - 1]
    return pouch_label(SITE, IDENTITY, roll, pouch, products, SLOTS, PACKED_ON, len(roll.pouches))


def ordered(
    roll: Roll, numbers: Sequence[int], products: Catalogue, order_id: str = "job-1", number: int = 1
) -> PackingOrder:
    """The order for these pouches of a roll, labelled as the product labels them."""
    made = sources(roll, numbers, STOCK, products)
    labels = {one.number: label_of(roll, one.number, products) for one in made}
    return PackingOrder(order_id, number, 1, "0" * 64, pouch_orders(made, labels))


def sent(order: PackingOrder, first_film: int = 1) -> SentOrder:
    """The order as sent, with the journal of a machine that packed all of it at the first try."""
    entries = [
        replace(entry, order_number=order.number)
        for film, pouch in enumerate(order.pouches, start=first_film)
        for entry in evidence(pouch, film)
    ]
    return SentOrder(order.order_id, "m1", order.number, document_of(order), digest_of(order), tuple(entries))


def packed_rows(one: SentOrder) -> tuple[RecordedPouch, ...]:
    """What is on record of an order that went well."""
    return tuple(
        RecordedPouch(one.order_id, entry.pouch, "packed", int(entry.fields["film"]))
        for entry in one.entries
        if entry.kind == "PouchClosed"
    )


def finished_roll(
    plan: MedicationPlan, roll: Roll, products: Catalogue, *, split_at: int | None = None, number: int = 1
) -> FinishedRoll:
    """A roll that went well, in one order or, from pouch `split_at` on, in a second one."""
    numbers = [HEADER_NUMBER, *(pouch.number for pouch in roll.pouches)]
    end = len(numbers) if split_at is None else split_at
    orders = tuple(
        sent(ordered(roll, part, products, f"{roll.roll_id}-{place}", 10 * number + place), 1_000 * number + part[0])
        for place, part in enumerate((numbers[:end], numbers[end:]))
        if part
    )
    return FinishedRoll(
        roll=roll,
        identity=IDENTITY,
        plan=plan,
        followed=plan,
        noted=NOBODY,
        noted_then=NOBODY,
        beside=(),
        others=(),
        orders=orders,
        pouches=tuple(row for order in orders for row in packed_rows(order)),
        discarded={},
        void=None,
        lots=tuple(
            HeldLot(pouch.number, content.product_id, LotName(f"gtin-{content.product_id}", "L1"))
            for pouch in roll.pouches
            for content in pouch.contents
        ),
    )


def finished(
    *rolls: FinishedRoll,
    now: Moment = PLANNED,
    products: Catalogue | None = None,
    of: Batch | None = None,
    notices: Lots | None = None,
) -> FinishedBatch:
    """A batch of these rolls, all of it still to be taken unless `now` says otherwise."""
    made = of or batch(*(one.roll for one in rolls), period=FORTNIGHT)
    return FinishedBatch(
        made, batch_digest(made), products or catalogue(), SLOTS, PLANNED, now, tuple(rolls), notices or Lots()
    )


def reordered(one: FinishedRoll, place: int, change: Callable[[PackingOrder], PackingOrder]) -> FinishedRoll:
    """The roll with another order in that place, sent, printed and digested as if it had been that one all along."""
    before = one.orders[place]
    order = change(order_of(before.document))
    again = replace(sent(order), order_id=before.order_id, machine_id=before.machine_id)
    films = [entry.fields["film"] for entry in before.entries if entry.kind == "PouchClosed"]
    entries = tuple(_on_film(entry, films, order) for entry in again.entries)
    orders = tuple(replace(again, entries=entries) if spot == place else each for spot, each in enumerate(one.orders))
    return replace(one, orders=orders)


def _on_film(entry: JournalEntry, films: Sequence[FieldValue], order: PackingOrder) -> JournalEntry:
    if "film" not in entry.fields:
        return entry
    place = [pouch.number for pouch in order.pouches].index(entry.pouch)
    return replace(entry, fields={**entry.fields, "film": films[place]})


def relabelled(one: FinishedRoll, number: int, change: Callable[[tuple[str, ...]], Sequence[str]]) -> FinishedRoll:
    """The roll with other lines on one label, as if they had been sent and printed."""

    def swap(order: PackingOrder) -> PackingOrder:
        pouches = tuple(
            replace(pouch, lines=tuple(change(pouch.lines))) if pouch.number == number else pouch
            for pouch in order.pouches
        )
        return replace(order, pouches=pouches)

    for place, each in enumerate(one.orders):
        if any(pouch.number == number for pouch in order_of(each.document).pouches):
            return reordered(one, place, swap)
    raise KeyError(number)


def rejournaled(one: FinishedRoll, number: int, kind: str, change: Change) -> FinishedRoll:
    """The roll with other fields in the first entry of that kind about a pouch; None takes the entry away."""
    done = False
    orders = []
    for order in one.orders:
        entries = []
        for entry in order.entries:
            if not done and entry.kind == kind and entry.pouch == number:
                done = True
                fields = change(entry.fields)
                if fields is not None:
                    entries.append(replace(entry, fields=fields))
            else:
                entries.append(entry)
        orders.append(replace(order, entries=tuple(entries)))
    assert done
    return replace(one, orders=tuple(orders))
