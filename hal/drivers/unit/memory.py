"""What the machine cannot remember: journal, orders, film, lease and acknowledgement, kept by its driver."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from hal.clock import Clock
from hal.documents import entry_of
from hal.journal import NOTHING, START, Cursor, FieldValue, JournalEntry, Mark, chain, document_of
from hal.orders import PackingOrder, digest_of, order_of
from hal.orders import document_of as order_document
from hal.status import OrderState, OrderStatus, PackMLState
from hal.wire import words

LIVE: Final = frozenset({OrderState.LOADED, OrderState.RUNNING, OrderState.HELD})
_FINISHED_SHOWN: Final = 16


class Store(Protocol):
    """Where lines are kept (see `hal.drivers.unit.folder.Folder`)."""

    def read(self) -> list[str]:
        """Return every line ever kept."""
        ...

    def append(self, lines: Sequence[str]) -> None:
        """Keep lines over the end of the computer, all or none."""
        ...


@dataclass(slots=True)
class Order:
    """An order; a finished one keeps its number and digest for good. `turn` is its place in the queue, 0 before."""

    status: OrderStatus
    order: PackingOrder | None = None
    turn: int = 0

    @property
    def is_live(self) -> bool:
        """It may still be packed."""
        return self.status.state in LIVE


@dataclass(frozen=True, slots=True)
class Fact:
    """A journal entry to be written."""

    kind: str
    order_number: int = -1
    pouch: int = -1
    fields: Mapping[str, FieldValue] = field(default_factory=dict)


class Memory:
    """Everything that survived, folded from the store; `open_pouch` had its film fed, and no outcome is written.

    `owes_mark`: a void film must be fed and marked before anything is packed.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._entries: list[JournalEntry] = []
        self._heads: list[str] = []
        self._places: dict[tuple[str, int], int] = {}
        self.orders: dict[int, Order] = {}
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
        for line in store.read():
            self._take(json.loads(line))

    def attach(self, store: Store) -> None:
        """Go on with a store that holds what was written before."""
        self._store = store

    # -- Reading -------------------------------------------------------------------------------------------------

    @property
    def head(self) -> str:
        """Chain over every entry."""
        return self._heads[-1] if self._heads else ""

    @property
    def total(self) -> int:
        """Entries over all boots."""
        return len(self._entries)

    @property
    def live(self) -> list[Order]:
        """Orders that may still be packed, by number."""
        return [order for _, order in sorted(self.orders.items()) if order.is_live]

    def statuses(self) -> tuple[OrderStatus, ...]:
        """Return live orders and the newest finished ones, by number."""
        finished = [number for number, order in sorted(self.orders.items()) if not order.is_live][-_FINISHED_SHOWN:]
        shown = {*finished, *(order.status.number for order in self.live)}
        return tuple(self.orders[number].status for number in sorted(shown))

    def after(self, cursor: Cursor, limit: int) -> list[JournalEntry]:
        """Return at most `limit` entries after a place; from the start for a boot that is not known."""
        place = self._places.get((cursor.boot_id, cursor.seq))
        first = 0 if place is None else place + 1
        return self._entries[first : first + max(0, limit)]

    def head_at(self, cursor: Cursor) -> str | None:
        """Return the chain up to a place; None when there is no such place."""
        if cursor == START:
            return ""
        place = self._places.get((cursor.boot_id, cursor.seq))
        return None if place is None else self._heads[place]

    def is_newer(self, cursor: Cursor) -> bool:
        """Tell whether a place comes after what is acknowledged."""
        known = self._places.get((self.acknowledged.cursor.boot_id, self.acknowledged.cursor.seq), -1)
        return self._places.get((cursor.boot_id, cursor.seq), -1) > known

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

    def acknowledge(self, mark: Mark) -> None:
        """Keep that a controller has recorded everything up to `mark`."""
        self._keep([json.dumps({"mark": [mark.cursor.boot_id, mark.cursor.seq, mark.head]})])

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
            self._store.append(lines)
            for line in lines:
                self._take(json.loads(line))

    # -- Folding -------------------------------------------------------------------------------------------------

    def _take(self, line: Mapping[str, object]) -> None:
        self.lines += 1
        epoch, mark, owes = line.get("epoch"), line.get("mark"), line.get("owes_mark")
        if isinstance(epoch, int):
            self.epoch = max(self.epoch, epoch)
        if isinstance(owes, bool):
            self.owes_mark = owes
        if isinstance(mark, list):
            self.acknowledged = Mark(Cursor(str(mark[0]), int(mark[1])), str(mark[2]))
        if "entry" in line:
            self._entry(entry_of(str(line["entry"])), line.get("order"))

    def _entry(self, entry: JournalEntry, order: object) -> None:
        self.boot_id, self.boot_number, self.seq = entry.boot_id, entry.boot_number, entry.seq
        self._places[entry.boot_id, entry.seq] = len(self._entries)
        self._entries.append(entry)
        self._heads.append(chain(self.head, entry))
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
