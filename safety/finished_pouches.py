"""Which pouches of a roll are packed and in use by order and journal, and what label and machine say is in them.

C2 packed exactly once, C16 printed as sent, C17 the machine's own events, C25 what is void or discarded never counts.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from dispenser.core.ids import ProductId
from dispenser.core.pouch import Pouch
from dispenser.core.roll import HEADER_NUMBER
from dispenser.core.slots import slot_word
from hal.journal import JournalEntry
from hal.orders import PouchOrder, order_of
from hal.wire import words
from safety import finished_codes, pouch_codes
from safety.findings import Code, Finding, found
from safety.finished import FinishedBatch, FinishedRoll, RecordedPouch, SentOrder
from safety.header_checks import check_header
from safety.label_checks import LabelCheck, check_label
from safety.label_words import Labelled, LabelPlace, Told
from safety.pouch_checks import check_pouch

_PACKED: Final = "packed"
_OPEN: Final = frozenset({"planned", "unknown"})
_PRINTS: Final = frozenset({pouch_codes.NOT_PRINTED, pouch_codes.PRINT_DIFFERS})
_SHOWN: Final = 12
"""Digits of a digest that are shown."""


@dataclass(frozen=True, slots=True)
class GoodPouch:
    """A pouch in use: what it should hold, what its label was read as, and quarters of a product that were counted."""

    pouch: Pouch
    label: LabelCheck
    counted: Mapping[ProductId, int]


@dataclass(slots=True)
class RollEvidence:
    """What order and journal prove of a roll: pouches in use, numbers that are missing or discarded, and findings."""

    good: list[GoodPouch] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)
    discarded: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def tell(self, *findings: Finding) -> None:
        """Add findings."""
        self.findings.extend(findings)


@dataclass(frozen=True, slots=True)
class _Closing:
    """A film that the machine closed: for which pouch, as packed or void, and its entries."""

    pouch: int
    film: object
    packed: bool
    events: tuple[JournalEntry, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """A sent order that is still the one that was sent, and the films of it that the machine closed."""

    sent: SentOrder
    ordered: Mapping[int, Sequence[PouchOrder]]
    closings: tuple[_Closing, ...]
    packed: Mapping[tuple[int, object], tuple[JournalEntry, ...]]
    """Entries by number and film of what the machine calls packed."""

    def __str__(self) -> str:
        """Machine and number of the order."""
        return f"{self.sent.machine_id} {self.sent.number}"


def evidence_of(one: FinishedRoll, batch: FinishedBatch) -> RollEvidence:
    """Return what is proven of the pouches of a roll, and everything that is not."""
    look = _Look(one, batch)
    look.at_orders()
    look.at_pouches()
    if one.void is not None:
        look.at_what_is_left()
    return look.seen


class _Look:
    """A look at one roll."""

    def __init__(self, one: FinishedRoll, batch: FinishedBatch) -> None:
        self.seen = RollEvidence()
        self._one = one
        self._about = Labelled(one.roll, one.identity, batch.catalogue, batch.slots)
        self._pouches = {pouch.number: pouch for pouch in one.roll.pouches}
        self._rows: dict[int, list[RecordedPouch]] = {}
        self._by_order: dict[str, list[RecordedPouch]] = {}
        for row in one.pouches:
            if row.state == _PACKED:
                self._rows.setdefault(row.number, []).append(row)
                self._by_order.setdefault(row.order_id, []).append(row)
            elif row.state in _OPEN:
                self._tell(finished_codes.NOT_SETTLED, pouch=row.number)
        self._orders: dict[str, _Read] = {}

    def at_orders(self) -> None:
        """Take the orders that are what was sent, and hold their closed films against the record (C17)."""
        for sent in self._one.orders:
            read = _read(sent)
            if isinstance(read, str):
                self._tell(finished_codes.ORDER_CHANGED, order=f"{sent.machine_id} {sent.number}", why=read)
                continue
            self._orders[sent.order_id] = read
            told = sorted((closing.pouch, str(closing.film)) for closing in read.closings if closing.packed)
            rows = sorted((row.number, str(row.film)) for row in self._by_order.get(sent.order_id, ()))
            if told != rows:
                details = {"machine": _listed(told), "record": _listed(rows)}
                self._tell(finished_codes.EVENTS_DIFFER, order=read, **details)
            for film, times in Counter(closing.film for closing in read.closings).items():
                if times > 1:
                    self._tell(finished_codes.FILM_TWICE, order=read, film=film, times=times)
            for stray in _strays(sent.entries, read.ordered):
                if stray.pouch not in self._one.discarded:
                    self._tell(finished_codes.EVIDENCE_LACKS, pouch=stray.pouch, why=_no_film(stray))

    def at_pouches(self) -> None:
        """Count every pouch of the roll, its header too, that is packed exactly once (C2)."""
        for number in sorted({HEADER_NUMBER, *self._pouches, *self._rows}):
            rows = self._rows.get(number, [])
            if len(rows) > 1:
                where = ", ".join(f"{self._orders.get(row.order_id, row.order_id)}: film {row.film}" for row in rows)
                self._tell(finished_codes.PACKED_TWICE, pouch=number, times=len(rows), where=where)
            elif rows:
                self._packed(rows[0])
            elif self._one.void is None:
                self._missing(number)

    def at_what_is_left(self) -> None:
        """Say of a roll out of use which pouches are discarded, and how many are not (C25)."""
        seen, why = self.seen, self._one.void
        if seen.discarded:
            self._tell(finished_codes.DISCARDED, pouches=", ".join(map(str, seen.discarded)), why=why)
        if seen.good:
            self._tell(finished_codes.VOID_ROLL, why=why, pouches=len(seen.good))
            if HEADER_NUMBER not in self._rows:
                self._missing(HEADER_NUMBER)

    def _packed(self, row: RecordedPouch) -> None:
        """Prove a pouch that is on record as packed once, and count it where it is in use."""
        number, pouch, read = row.number, self._pouches.get(row.number), self._orders.get(row.order_id)
        ordered = read.ordered.get(number, ()) if read else ()
        if read is None or len(ordered) != 1 or (pouch is None and number != HEADER_NUMBER):
            self._tell(finished_codes.PACKED_UNORDERED, pouch=number, order=read or row.order_id)
            return
        order = ordered[0]
        # Where the machine has no such film, its events and the record differ, which is said already.
        events = read.packed.get((number, row.film), ())
        if events:
            self.seen.tell(*_unproven(order, events, self._one.roll.roll_id))
        self.seen.tell(*self._symbol(order))
        if pouch is None:
            self.seen.tell(*check_header(order, self._about, self._one.roll.roll_id))
        if number in self._one.discarded:
            self.seen.discarded.append(number)
            if self._one.void is None:
                details = {"what": self._what(number), "why": self._one.discarded[number]}
                self._tell(finished_codes.DISCARDED_IN_USE, pouch=number, **details)
        elif pouch is not None:
            label = check_label(order, pouch, self._about, self._one.roll.roll_id)
            self.seen.tell(*label.findings)
            self.seen.good.append(GoodPouch(pouch, label, _counted(events)))

    def _symbol(self, order: PouchOrder) -> Iterator[Finding]:
        right = f"(21){self._one.roll.roll_id}{order.number:03d}"
        told = Told("kode/symbol", order.symbol[-len(right) :], right)
        return LabelPlace(self._one.roll.roll_id, order.number).differences((told,))

    def _missing(self, number: int) -> None:
        self.seen.missing.append(number)
        self._tell(finished_codes.NEVER_PACKED, pouch=number, what=self._what(number))

    def _what(self, number: int) -> str:
        pouch = self._pouches.get(number)
        return f"{pouch.date} {slot_word(pouch.slot)}" if pouch else "rullens hovedpose/header"

    def _tell(self, code: Code, **details: object) -> None:
        self.seen.tell(found(code, self._one.roll.roll_id, **details))


def _read(sent: SentOrder) -> _Read | str:
    """Return an order that is proven to be what was sent, or why it is not."""
    digest = hashlib.sha256(sent.document.encode()).hexdigest()
    if digest != sent.digest:
        return f"SHA-256 {digest[:_SHOWN]}, {sent.digest[:_SHOWN]}"
    try:
        order = order_of(sent.document)
    except ValueError as error:
        return str(error)
    if (order.order_id, order.number) != (sent.order_id, sent.number):
        return f"{order.order_id} {order.number}"
    ordered: dict[int, list[PouchOrder]] = {}
    for pouch in order.pouches:
        ordered.setdefault(pouch.number, []).append(pouch)
    closings = tuple(_closings(sent.entries))
    packed = {(closing.pouch, closing.film): closing.events for closing in closings if closing.packed}
    return _Read(sent, ordered, closings, packed)


def _closings(entries: Sequence[JournalEntry]) -> Iterator[_Closing]:
    """Yield every film that the machine closed, each with the entries from its start on."""
    open_films: dict[int, list[JournalEntry]] = {}
    for entry in entries:
        if entry.kind == words.POUCH_STARTED:
            open_films[entry.pouch] = []
        open_films.setdefault(entry.pouch, []).append(entry)
        if entry.kind == words.POUCH_CLOSED:
            events = tuple(open_films.pop(entry.pouch))
            packed = entry.fields.get("outcome") == words.PACKED
            yield _Closing(entry.pouch, entry.fields.get("film"), packed, events)


def _strays(entries: Sequence[JournalEntry], ordered: Collection[int]) -> Iterator[JournalEntry]:
    """Yield every drop for a pouch that nobody ordered or of which no film is open: it fell into whatever lay below."""
    open_films: set[int] = set()
    for entry in entries:
        if entry.kind == words.POUCH_STARTED:
            open_films.add(entry.pouch)
        elif entry.kind == words.POUCH_CLOSED:
            open_films.discard(entry.pouch)
        elif entry.kind == words.DROPPED and (entry.pouch not in open_films or entry.pouch not in ordered):
            yield entry


def _no_film(drop: JournalEntry) -> str:
    told = drop.fields
    place = f"cell {told['cell']}" if "cell" in told else f"bay {told.get('bay')}"
    return f"{pouch_codes.NOT_ORDERED.id} {place} {told.get('product')}, no film"


def _listed(pouches: Sequence[tuple[int, str]]) -> str:
    return ", ".join(f"{number} (film {film})" for number, film in pouches) or "-"


def _unproven(ordered: PouchOrder, events: Sequence[JournalEntry], subject: str) -> Iterator[Finding]:
    """Yield what the machine's evidence lacks, and where it printed something else than was sent."""
    lacks = [finding for finding in check_pouch(ordered, events) if finding.code not in _PRINTS]
    if lacks:
        why = "; ".join(" ".join((finding.code.id, *(value for _, value in finding.details))) for finding in lacks)
        yield found(finished_codes.EVIDENCE_LACKS, subject, pouch=ordered.number, why=why)
    label = hashlib.sha256("\n".join((ordered.symbol, *ordered.lines)).encode()).hexdigest()
    printed = [str(event.fields.get("digest", "")) for event in events if event.kind == words.PRINTED]
    if printed != [label]:
        machine = ", ".join(digest[:_SHOWN] for digest in printed) or "-"
        details = {"machine": machine, "label": label[:_SHOWN]}
        yield found(finished_codes.PRINT_UNPROVEN, subject, pouch=ordered.number, **details)


def _counted(events: Sequence[JournalEntry]) -> Counter[ProductId]:
    """Return the quarters of each product that the machine counted into a pouch; bays count whole units."""
    counted: Counter[ProductId] = Counter()
    for event in events:
        count = event.fields.get("counted")
        if event.kind == words.DROPPED and type(count) is int and count > 0:
            counted[ProductId(str(event.fields.get("product", "")))] += count if "cell" in event.fields else count * 4
    return counted
