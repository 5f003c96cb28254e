"""What the machine cannot remember: journal, orders, film, lease and acknowledgement, kept by its driver."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from hal.clock import Clock
from hal.documents import entry_of
from hal.drivers.unit.book import Order, order_kept, row_of
from hal.drivers.unit.folder import FolderError
from hal.drivers.unit.past import Past, mark_document, mark_of
from hal.drivers.unit.store import Store, base_of
from hal.journal import NOTHING, Cursor, FieldValue, JournalEntry, Mark, document_of
from hal.journal import entry_of as kept_entry
from hal.orders import PackingOrder, digest_of, order_of
from hal.orders import document_of as order_document
from hal.status import OrderState, OrderStatus, PackMLState
from hal.wire import words

KEPT_ENTRIES: Final = 20_000
"""Acknowledged entries that are kept at least, for a controller whose database is older than the machine's journal."""
_FINISHED_SHOWN: Final = 16


@dataclass(frozen=True, slots=True)
class Fact:
    """A journal entry to be written."""

    kind: str
    order_number: int = -1
    pouch: int = -1
    fields: Mapping[str, FieldValue] = field(default_factory=dict)


class Memory:
    """Everything that survived, folded from the store; `open_pouch` had its film fed, and no outcome is written.

    `owes_mark`: a void film must be fed and marked before anything is packed. `machine` is whose memory this is:
    vendor, model and serial number; empty before any was connected. `lines` counts what was ever written.

    Raises:
        FolderError: what the store holds is no such memory.
    """

    def __init__(self, store: Store, clock: Clock, keeps: int = KEPT_ENTRIES) -> None:
        self._store = store
        self._clock = clock
        self._keeps = keeps
        self._past = Past()
        self.orders: dict[int, Order] = {}
        self.machine: tuple[str, ...] = ()
        self.boot_id = ""
        self.boot_number = 0
        self.seq = 0
        self.film = 0
        self.epoch = 0
        self.high_water = 0
        self.open_pouch: JournalEntry | None = None
        self.owes_mark = False
        self.state = PackMLState.STOPPED
        self.acknowledged = NOTHING
        self.lines = 0
        try:
            self._read(store.read())
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            message = f"what is kept of this machine cannot be understood: {error!r}"
            raise FolderError(message) from error

    def attach(self, store: Store) -> None:
        """Go on with a store that holds what was written before."""
        self._store = store

    # -- Reading -------------------------------------------------------------------------------------------------

    @property
    def head(self) -> str:
        """Chain over every entry."""
        return self._past.head

    @property
    def total(self) -> int:
        """Entries over all boots."""
        return self._past.total

    @property
    def live(self) -> list[Order]:
        """Orders that may still be packed, by number."""
        return [order for _, order in sorted(self.orders.items()) if order.is_live]

    def statuses(self) -> tuple[OrderStatus, ...]:
        """Return live orders and the newest finished ones, by number."""
        return tuple(order.status for order in self._shown())

    def _shown(self) -> list[Order]:
        finished = [number for number, order in sorted(self.orders.items()) if not order.is_live][-_FINISHED_SHOWN:]
        shown = {*finished, *(order.status.number for order in self.live)}
        return [self.orders[number] for number in sorted(shown)]

    def after(self, cursor: Cursor, limit: int) -> list[JournalEntry]:
        """Return at most `limit` entries after a place; from the start for a boot that is not known.

        Raises:
            ForgottenError: what comes after that place was acknowledged, and is not kept any more.
        """
        return self._past.after(cursor, limit)

    def head_at(self, cursor: Cursor) -> str | None:
        """Return the chain up to a place; None when there is no such place, or it is forgotten."""
        return self._past.head_at(cursor)

    def is_newer(self, cursor: Cursor) -> bool:
        """Tell whether a place comes after what is acknowledged."""
        return (self._past.count_to(cursor) or 0) > (self._past.count_to(self.acknowledged.cursor) or 0)

    # -- Writing: all of a call is kept before it returns, or none of it ----------------------------------------------

    def boot(self, boot_id: str) -> None:
        """Begin a boot: the pouch in work is void, and what was to be packed is interrupted."""
        self.boot_id, self.boot_number, self.seq = boot_id, self.boot_number + 1, 0
        facts = [Fact(words.POWER_UP, fields={"film": self.film}), *self.void("outcome unknown"), *self.interruptions()]
        self.write(facts, owes_mark=self.owes_mark or self.open_pouch is not None)

    def void(self, reason: str) -> list[Fact]:
        """Return the end of the pouch in work, if there is one."""
        pouch = self.open_pouch
        if pouch is None:
            return []
        fields: dict[str, FieldValue] = {"film": pouch.fields["film"], "outcome": words.VOID, "reason": reason}
        return [Fact(words.POUCH_CLOSED, pouch.order_number, pouch.pouch, fields)]

    def interruptions(self) -> list[Fact]:
        """Return the end of every live order."""
        return [self.moved(order.status, OrderState.INTERRUPTED) for order in self.live]

    def moved(self, status: OrderStatus, state: OrderState) -> Fact:
        """Return that an order is in another state."""
        return Fact(words.ORDER_CHANGED, status.number, fields={"state": state.value, "closed": status.closed})

    def load(self, order: PackingOrder) -> None:
        """Keep an order."""
        fact = Fact(words.ORDER_CHANGED, order.number, fields={"state": OrderState.LOADED.value, "closed": 0})
        self._keep([json.dumps({"entry": self._document(fact, 1), "order": order_document(order)})])

    def write(self, facts: Sequence[Fact], *, owes_mark: bool | None = None) -> None:
        """Keep entries, and with them whether a void film is owed."""
        lines = [json.dumps({"entry": self._document(fact, at)}) for at, fact in enumerate(facts, start=1)]
        if owes_mark is not None and owes_mark != self.owes_mark:
            lines.append(json.dumps({"owes_mark": owes_mark}))
        self._keep(lines)

    def take_epoch(self, epoch: int) -> None:
        """Keep a higher fencing token than ever."""
        if epoch > self.epoch:
            self._keep([json.dumps({"epoch": epoch})])

    def bind(self, machine: tuple[str, ...]) -> None:
        """Keep whose memory this is."""
        self._keep([json.dumps({"machine": list(machine)})])

    def acknowledge(self, mark: Mark) -> None:
        """Keep that a controller has recorded everything up to `mark`, and forget what is long recorded."""
        self._keep([json.dumps({"mark": mark_document(mark)})])
        recorded = (self._past.count_to(mark.cursor) or 0) - self._past.gone
        if recorded > 2 * self._keeps:
            try:
                self._forget(recorded - self._keeps)
            except FolderError:
                # Everything is still there; it is tried again at the next acknowledgement.
                return

    def start(self, number: int) -> None:
        """Put a loaded order in the queue; not over a boot, which interrupts it."""
        order = self.orders[number]
        if not order.turn:
            order.turn = 1 + max((other.turn for other in self.orders.values()), default=0)

    def _document(self, fact: Fact, ahead: int) -> str:
        at = self._clock.now().isoformat(timespec="milliseconds")
        place = (self.boot_id, self.boot_number, self.seq + ahead, at, fact.kind)
        return document_of(JournalEntry(*place, fact.order_number, fact.pouch, dict(fact.fields)))

    def _keep(self, lines: Sequence[str]) -> None:
        if lines:
            for line in lines:
                # What could not be read again would be the end of this memory.
                document = json.loads(line)
                if "entry" in document:
                    entry_of(str(document["entry"]))
            # One line, so that a computer that ends here keeps all of it or nothing.
            self._store.append([lines[0] if len(lines) == 1 else f"[{','.join(lines)}]"])
            self._take(lines)

    # -- Forgetting ----------------------------------------------------------------------------------------------

    def _forget(self, count: int) -> None:
        """Keep how everything stands now in place of the oldest `count` entries."""
        kept = self._past.documents_from(count)
        shown = self._shown()
        base = {
            "lines": self.lines,
            "entries": len(kept),
            "gone": self._past.gone + count,
            "before": mark_document(self._past.mark_of(count)),
            "head": self.head,
            "machine": list(self.machine),
            "boot": [self.boot_id, self.boot_number, self.seq],
            "film": self.film,
            "epoch": self.epoch,
            "high_water": self.high_water,
            "open": document_of(self.open_pouch) if self.open_pouch is not None else "",
            "owes_mark": self.owes_mark,
            "state": self.state.value,
            "mark": mark_document(self.acknowledged),
            "orders": [row_of(order) for order in shown],
        }
        self._store.replace([json.dumps({"base": base}), *(json.dumps({"entry": document}) for document in kept)])
        self._past.forget(count)
        self.orders = {order.status.number: order for order in shown}

    def _begin(self, base: Mapping[str, Any], kept: Sequence[str]) -> None:
        """Begin where `_forget` left off; `kept` are the entries that it left."""
        self.lines = int(base["lines"])
        self._past = Past(mark_of(base["before"]), int(base["gone"]))
        for line in kept:
            self._past.add(json.loads(line)["entry"])
        if len(kept) != base["entries"] or self.head != base["head"]:
            message = f"{base['entries']} entries were kept, {len(kept)} are there"
            raise FolderError(message)
        self.machine = tuple(map(str, base["machine"]))
        self.boot_id, self.boot_number, self.seq = base["boot"]
        self.film, self.epoch, self.high_water = base["film"], base["epoch"], base["high_water"]
        self.open_pouch = kept_entry(base["open"]) if base["open"] else None
        self.owes_mark, self.state = bool(base["owes_mark"]), PackMLState(base["state"])
        self.acknowledged = mark_of(base["mark"])
        self.orders = {order.status.number: order for order in map(order_kept, base["orders"])}

    # -- Folding -------------------------------------------------------------------------------------------------

    def _read(self, lines: Sequence[str]) -> None:
        base = base_of(lines)
        if base is not None:
            self._begin(base, lines[1 : 1 + int(base["entries"])])
            lines = lines[1 + int(base["entries"]) :]
        for line in lines:
            self._take([line])

    def _take(self, lines: Sequence[str]) -> None:
        """Take in what was written at once."""
        self.lines += 1
        for text in lines:
            told = json.loads(text)
            for line in told if isinstance(told, list) else [told]:
                self._one(line)

    def _one(self, line: Mapping[str, object]) -> None:
        epoch, owes = line.get("epoch"), line.get("owes_mark")
        if isinstance(epoch, int):
            self.epoch = max(self.epoch, epoch)
        if isinstance(owes, bool):
            self.owes_mark = owes
        if "mark" in line:
            self.acknowledged = mark_of(line["mark"])
        if isinstance(machine := line.get("machine"), list):
            self.machine = tuple(map(str, machine))
        if "entry" in line:
            self._entry(self._past.add(str(line["entry"])), line.get("order"))

    def _entry(self, entry: JournalEntry, order: object) -> None:
        self.boot_id, self.boot_number, self.seq = entry.boot_id, entry.boot_number, entry.seq
        if entry.kind == words.ORDER_CHANGED:
            self._order(entry, order)
        elif entry.kind == words.POUCH_STARTED:
            self.film = int(entry.fields["film"])
            self.open_pouch = entry
        elif entry.kind == words.POWER_UP:
            self.state = PackMLState.STOPPED
        elif entry.kind == words.STATE_CHANGED:
            self.state = PackMLState(str(entry.fields["to"]))
        elif entry.kind == words.FILM_CHANGED:
            self.film = max(self.film, int(entry.fields["film"]))
        elif entry.kind == words.POUCH_CLOSED:
            self.open_pouch = None
            if entry.fields["outcome"] == words.PACKED:
                known = self.orders[entry.order_number]
                known.status = replace(known.status, closed=known.status.closed + 1)

    def _order(self, entry: JournalEntry, document: object) -> None:
        number, state = entry.order_number, OrderState(str(entry.fields["state"]))
        if document is not None:
            made = order_of(str(document))
            status = OrderStatus(number, made.order_id, digest_of(made), state, 0)
            self.orders[number] = Order(status, made)
            self.high_water = max(self.high_water, number)
        known = self.orders[number]
        known.status = replace(known.status, state=state)
        if not known.is_live:
            known.order = None
