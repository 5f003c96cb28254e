"""From fills to orders and pouches: what an order may draw on, and what a packed pouch was drawn from."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from dispenser.app.fold import PouchOutcome
from dispenser.app.rule_packs import providers_for
from dispenser.app.services import Services
from dispenser.app.superseding import Cause, take_out
from dispenser.core.acute import Acute
from dispenser.core.change import Change, Discard, Fault, Why
from dispenser.core.fills import Drop, Fill, FillName, KnownFills, drawn_from
from dispenser.core.ids import JobId, ProductId, RollId
from dispenser.core.pouch import Pouch
from dispenser.core.quantity import Quarters
from dispenser.core.roll import Roll
from dispenser.store.records import DiscardRecord, JobRecord
from dispenser.store.session import Transaction
from dispenser.store.traces import Sent
from hal.orders import BayPick, PackingOrder, Pick
from safety.canister_checks import check_drops
from safety.guarded import guarded
from safety.rule_limits import days_outside, packs_of
from scheduling.calendar import local_date


@dataclass(slots=True)
class Shelf:
    """What was looked up and never changes: registered fills (but for their end), and what an order was sent for."""

    fills: dict[FillName, Fill] = field(default_factory=dict)
    sent: dict[JobId, Sent] = field(default_factory=dict)

    def of_names(self, tx: Transaction, names: Collection[FillName]) -> dict[FillName, Fill]:
        """Return those of these fills that are registered."""
        missing = [name for name in names if name not in self.fills]
        if missing:
            self.fills |= tx.fills.of_names(missing)
        return {name: self.fills[name] for name in names if name in self.fills}

    def sent_for(self, tx: Transaction, job_id: JobId) -> Sent | None:
        """Return what is known of when and for which fills an order was sent."""
        if job_id not in self.sent:
            found = tx.traces.sent(job_id)
            if found is None:
                return None
            # Of one order at a time, as machines pack: nothing piles up.
            self.sent, self.fills = {job_id: found}, {}
        return self.sent[job_id]


def known_fills(services: Services, tx: Transaction, order: PackingOrder) -> KnownFills:
    """Return what is known of the fills that `order` would draw on, and of the hand stock that is open now."""
    known = _known(tx, [_drop(pick) for pouch in order.pouches for pick in pouch.picks], Shelf())
    return replace(known, outside=_outside(services, tx, known))


def note_order(tx: Transaction, order: PackingOrder, job: JobRecord, known: KnownFills, now: datetime) -> None:
    """Write down which fills an order that is sent `now` may draw on."""
    drops = [_drop(pick) for pouch in order.pouches for pick in pouch.picks]
    tx.traces.add_order(job.job_id, drawn_from(drops, _names(known)), now)


def note_pouch(
    services: Services, tx: Transaction, job: JobRecord, roll: Roll, outcome: PouchOutcome, shelf: Shelf
) -> tuple[DiscardRecord, ...]:
    """Write down which fills a pouch just packed may hold tablets of; discard it when one must not be used (C15).

    A bay's drop names its fill. A cell may have been filled from any stock that was open at some time since the order
    was sent. Returns the discarded pouch, if it was; its roll then gets no more pouches.
    """
    now = services.clock.now()
    sent = shelf.sent_for(tx, job.job_id)
    since = job.created_at if sent is None else sent.at
    known = _known(tx, outcome.drops, shelf, since)
    if sent is None or not sent.names.issuperset(drawn_from(outcome.drops, _names(known))):
        # Only what was filled after the order was checked need be held against the rules again.
        known = replace(known, outside=_outside(services, tx, known))
    drawn = {(name, drop.product_id): None for drop in outcome.drops for name in drawn_from([drop], _names(known))}
    # One fill is of one product; a drop that says otherwise is a finding, and keeps its first row.
    products = dict(reversed(drawn))
    tx.traces.add_pouch(job.job_id, outcome.number, products.items())
    pouch = next((one for one in roll.pouches if one.number == outcome.number), None)
    if pouch is None:
        return ()
    subject = f"pouch/{job.roll_id}/{outcome.number}"
    findings = guarded(subject, check_drops, outcome.number, pouch.date, outcome.drops, known, services.catalogue)
    if not findings:
        return ()
    why = ", ".join(dict.fromkeys(f"{finding.code.id}: {finding.text('en')}" for finding in findings))
    return discard_pouches(tx, job.roll_id, [pouch], Why.UNFIT, Cause(why, str(job.machine_id), now))


def packed_products(tx: Transaction, roll_id: RollId, number: int) -> tuple[ProductId, ...]:
    """Return the products that pouch `number` of a roll holds, each once; none when it was never packed."""
    packed = {one.number for one in tx.jobs.pouches_of_roll(roll_id) if one.state == "packed"}
    pouches = tx.batches.roll(roll_id).pouches if number in packed else ()
    contents = (content for one in pouches if one.number == number for content in one.contents)
    return tuple(dict.fromkeys(content.product_id for content in contents))


def discard_pouches(
    tx: Transaction,
    roll_id: RollId,
    pouches: Iterable[Pouch],
    why: Why,
    cause: Cause,
    products: frozenset[ProductId] | None = None,
) -> tuple[DiscardRecord, ...]:
    """Discard packed pouches of a roll for what is in them, and end the roll; what is missing is planned anew.

    `products` are the ones that are at fault, None for all. What is discarded already stays so.
    """
    roll = tx.batches.roll(roll_id)
    made = [one for one in tx.batches.made_rolls((roll.citizen_id,), roll.period) if one.roll.roll_id == roll_id]
    kept = {number for one in made for number in one.packed}
    gone = tuple(Discard(roll_id, pouch, _faults(pouch, why, products)) for pouch in pouches if pouch.number in kept)
    end = tuple(one.roll.roll_id for one in made if not one.ended)
    if gone:
        detail = f"{cause.why}: {Acute.REPLACEMENT.value}, {len(gone)} pouches"
        tx.audit.append(cause.now, cause.who, "acute packing needed", f"citizen/{roll.citizen_id}", detail)
    return tuple(take_out(tx, made, Change(end, gone, (), Acute.REPLACEMENT), cause))


def _faults(pouch: Pouch, why: Why, products: frozenset[ProductId] | None) -> tuple[Fault, ...]:
    quarters: dict[ProductId, int] = {}
    for content in pouch.contents:
        quarters[content.product_id] = quarters.get(content.product_id, 0) + content.quarters
    return tuple(
        Fault(product_id, why, Quarters(amount), Quarters(amount))
        for product_id, amount in quarters.items()
        if products is None or product_id in products
    )


def _drop(pick: Pick) -> Drop:
    fill = FillName(pick.canister_id, pick.fill_code) if isinstance(pick, BayPick) else None
    return Drop(ProductId(pick.product), fill)


def _known(tx: Transaction, drops: Iterable[Drop], shelf: Shelf, since: datetime | None = None) -> KnownFills:
    """Return what is known of the fills of `drops`; of hand stock what is open, or was at any time from `since` on.

    Whatever is registered was so before now, whatever the clock shows.
    """
    told = list(drops)
    in_cells = {drop.product_id for drop in told if drop.fill is None}
    hand = tx.fills.hand_stock(in_cells, since) if in_cells else {}
    stock = {product_id: tuple(fills) for product_id, fills in hand.items()}
    fills = shelf.of_names(tx, {drop.fill for drop in told if drop.fill is not None})
    return KnownFills(fills, stock, tx.fills.lots())


def _outside(services: Services, tx: Transaction, known: KnownFills) -> dict[ProductId, int]:
    """Return for how many days the rules in force let each product of these fills be outside its pack."""
    packs = packs_of(providers_for(services, tx, local_date(services.clock.now())))
    held = {fill.product_id for fill in known.fills.values()} | set(known.hand)
    listed = services.catalogue.products
    return {product_id: days_outside(packs, listed[product_id]) for product_id in held if product_id in listed}


def _names(known: KnownFills) -> dict[ProductId, tuple[FillName, ...]]:
    return {product_id: tuple(fill.name for fill in fills) for product_id, fills in known.hand.items()}
