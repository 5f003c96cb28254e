"""Faults of a packed batch before its signature: what was packed is not what should be, or nobody can prove it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from dispenser.app.selftest.chance import Chance, one_of, pick
from dispenser.app.selftest.finishing import packed_anew, recorded, sent
from dispenser.app.selftest.kind import Fault, Kind, Part
from dispenser.app.selftest.world import World
from dispenser.core.roll import HEADER_NUMBER
from hal.journal import JournalEntry
from hal.orders import BayPick, PackingOrder, PouchOrder, order_of
from hal.wire import words
from safety.finished import FinishedRoll, RecordedPouch

Altered = Callable[[Chance, World, FinishedRoll], FinishedRoll | None]
Told = Callable[[list[JournalEntry], JournalEntry], list[JournalEntry]]
_DAY: Final = timedelta(days=1)


def altered_roll(alter: Altered, chance: Chance, world: World) -> Fault | None:
    """Return `world` with another roll in the packed batch, as `alter` makes it."""
    before = pick(chance, world.finished.rolls)
    now = alter(chance, world, before)
    if now is None:
        return None
    rolls = tuple(now if one is before else one for one in world.finished.rolls)
    return Fault(replace(world, finished=replace(world.finished, rolls=rolls)))


def _order_of(one: FinishedRoll) -> PackingOrder:
    return order_of(one.orders[0].document)


def _row(chance: Chance, one: FinishedRoll) -> RecordedPouch:
    return pick(chance, [row for row in one.pouches if row.number != HEADER_NUMBER])


def _with_journal(one: FinishedRoll, entries: list[JournalEntry]) -> FinishedRoll:
    return replace(one, orders=(replace(one.orders[0], entries=tuple(entries)),))


def never_packed(chance: Chance, _: World, one: FinishedRoll) -> FinishedRoll:
    """Return `one` as if neither machine nor record knew of a pouch."""
    row = pick(chance, one.pouches)
    kept = [entry for entry in one.orders[0].entries if entry.pouch != row.number]
    return replace(_with_journal(one, kept), pouches=tuple(other for other in one.pouches if other is not row))


def _record_lost(chance: Chance, _: World, one: FinishedRoll) -> FinishedRoll:
    row = pick(chance, one.pouches)
    return replace(one, pouches=tuple(other for other in one.pouches if other is not row))


def _packed_twice(chance: Chance, _: World, one: FinishedRoll) -> FinishedRoll:
    """Send a pouch again under another order and pack it again: every order by itself is sound."""
    row = pick(chance, one.pouches)
    order = _order_of(one)
    again = replace(
        order,
        order_id=f"{order.order_id}-again",
        number=order.number + 10,
        pouches=tuple(pouch for pouch in order.pouches if pouch.number == row.number),
    )
    journal = tuple(
        replace(entry, order_number=again.number) for entry in one.orders[0].entries if entry.pouch == row.number
    )
    return replace(one, orders=(*one.orders, sent(again, journal)), pouches=(*one.pouches, *recorded(again, journal)))


def _void_counted(chance: Chance, _: World, one: FinishedRoll) -> FinishedRoll:
    """Let the machine call a pouch void that is on record as packed."""
    row = _row(chance, one)
    void = [
        replace(entry, fields={**entry.fields, "outcome": words.VOID, "reason": "jam"})
        if entry.kind == words.POUCH_CLOSED and entry.pouch == row.number
        else entry
        for entry in one.orders[0].entries
    ]
    return _with_journal(one, void)


def _discarded_counted(chance: Chance, _: World, one: FinishedRoll) -> FinishedRoll:
    """Let a pouch be on the discard list, and its roll in use as if it were not."""
    return replace(one, discarded={_row(chance, one).number: "lot recalled"})


def _not_settled(chance: Chance, _: World, one: FinishedRoll) -> FinishedRoll:
    row = _row(chance, one)
    state = pick(chance, ("planned", "unknown"))
    return replace(one, pouches=tuple(replace(other, state=state) if other is row else other for other in one.pouches))


def _unordered(chance: Chance, _: World, one: FinishedRoll) -> FinishedRoll:
    """Let a pouch be on record under an order that did not have it."""
    row = _row(chance, one)
    order = _order_of(one)
    short = replace(order, pouches=tuple(pouch for pouch in order.pouches if pouch.number != row.number))
    return replace(one, orders=(sent(short, one.orders[0].entries),))


def _document_altered(chance: Chance, _: World, one: FinishedRoll) -> FinishedRoll:
    """Change what is stored of the order after it was sent."""
    document = one.orders[0].document
    place = pick(chance, [place for place, sign in enumerate(document) if sign.isdigit()])
    altered = f"{document[:place]}{(int(document[place]) + 1) % 10}{document[place + 1 :]}"
    return replace(one, orders=(replace(one.orders[0], document=altered),))


def _other_label(chance: Chance, _: World, one: FinishedRoll) -> FinishedRoll | None:
    """Print a label that says one more of a medicine, everywhere alike: the machine printed what it was told."""
    order = _order_of(one)
    found = one_of(
        chance,
        [
            (pouch, place)
            for pouch in order.pouches
            if pouch.number != HEADER_NUMBER
            for place, line in enumerate(pouch.lines[3:-3], start=3)
            if line[:2] in {"1 ", "2 ", "3 "}
        ],
    )
    if found is None:
        return None
    pouch, place = found
    said = pouch.lines[place]
    lines = (*pouch.lines[:place], f"{int(said[0]) + 1}{said[1:]}", *pouch.lines[place + 1 :])
    return packed_anew(one, _with_pouch(order, pouch, replace(pouch, lines=lines)))


def _with_pouch(order: PackingOrder, before: PouchOrder, now: PouchOrder) -> PackingOrder:
    return replace(order, pouches=tuple(now if pouch is before else pouch for pouch in order.pouches))


def _other_count(chance: Chance, _: World, one: FinishedRoll) -> FinishedRoll | None:
    """Order and count one tablet more than the roll has: order and journal agree, and both are wrong."""
    order = _order_of(one)
    found = one_of(
        chance, [(pouch, each) for pouch in order.pouches for each in pouch.picks if isinstance(each, BayPick)]
    )
    if found is None:
        return None
    pouch, before = found
    now = replace(before, units=before.units + 1)
    picks = tuple(now if each is before else each for each in pouch.picks)
    return packed_anew(one, _with_pouch(order, pouch, replace(pouch, picks=picks)))


def _pouches_swapped(chance: Chance, _: World, one: FinishedRoll) -> FinishedRoll | None:
    """Order, count and print two pouches in each other's place, under their own numbers."""
    order = _order_of(one)
    first, second = chance.sample(list(order.pouches[1:]), 2)
    if sorted(map(str, first.picks)) == sorted(map(str, second.picks)):
        return None
    now = _with_pouch(order, first, replace(first, picks=second.picks, lines=second.lines))
    return packed_anew(one, _with_pouch(now, second, replace(second, picks=first.picks, lines=first.lines)))


def _other_citizens(_: Chance, world: World, one: FinishedRoll) -> FinishedRoll:
    """Let the labels be of a citizen that the roll is not of."""
    other = next(each for each in world.finished.rolls if each is not one)
    return replace(one, identity=other.identity)


def _journal(kind: str, tell: Told, chance: Chance, _: World, one: FinishedRoll) -> FinishedRoll | None:
    """Let the evidence of a packed pouch be another than when it was taken for packed."""
    entries = list(one.orders[0].entries)
    entry = one_of(chance, [entry for entry in entries if entry.kind == kind])
    return _with_journal(one, tell(entries, entry)) if entry else None


def _lost(entries: list[JournalEntry], entry: JournalEntry) -> list[JournalEntry]:
    return [one for one in entries if one is not entry]


def _other_print(entries: list[JournalEntry], entry: JournalEntry) -> list[JournalEntry]:
    return [replace(one, fields={**one.fields, "digest": "0" * 64}) if one is entry else one for one in entries]


def _film_twice(chance: Chance, _: World, one: FinishedRoll) -> FinishedRoll:
    """Let two pouches be on one film."""
    first, second = chance.sample(list(one.pouches), 2)

    def refilmed(entry: JournalEntry) -> JournalEntry:
        is_second = entry.pouch == second.number and "film" in entry.fields
        return replace(entry, fields={**entry.fields, "film": first.film or 0}) if is_second else entry

    rows = tuple(replace(row, film=first.film) if row is second else row for row in one.pouches)
    return replace(_with_journal(one, [refilmed(entry) for entry in one.orders[0].entries]), pouches=rows)


def _drop_after_closing(chance: Chance, _: World, one: FinishedRoll) -> FinishedRoll:
    """Let something fall for a pouch that is closed already."""
    (sent_order,) = one.orders
    drop = pick(chance, [entry for entry in sent_order.entries if entry.kind == words.DROPPED])
    return _with_journal(one, [*sent_order.entries, drop])


def _kind(name: str, what: str, alter: Altered, *checks: str) -> Kind:
    return Kind(name, what, Part.FINISHED, checks, partial(altered_roll, alter))


KINDS: Final = (
    _kind("pouch-never-packed", "a pouch of the batch is missing", never_packed, "C2"),
    _kind("record-lost", "a packed pouch is not on record", _record_lost, "C2", "C17"),
    _kind("packed-twice", "a pouch was packed twice, under two orders", _packed_twice, "C2"),
    _kind("void-counted", "a pouch that the machine voided counts as packed", _void_counted, "C17"),
    _kind("discarded-counted", "a discarded pouch counts", _discarded_counted, "C25"),
    _kind("pouch-not-settled", "nobody knows what became of a pouch", _not_settled, "C17"),
    _kind("packed-unordered", "a pouch counts that was not in its order", _unordered, "C2"),
    _kind("order-altered", "the stored order is not what was sent", _document_altered, "C16"),
    _kind("label-of-other-amount", "labels say another amount than the roll", _other_label, "C1", "C16"),
    _kind("counted-otherwise", "order and machine agree on another amount than the roll", _other_count, "C1"),
    _kind("pouches-exchanged", "two pouches were packed in each other's place", _pouches_swapped, "C1", "C16"),
    _kind("labels-of-other-citizen", "the labels are of another citizen", _other_citizens, "C16"),
    _kind(
        "evidence-of-drop-lost",
        "a drop is not in the evidence any more",
        partial(_journal, words.DROPPED, _lost),
        "C17",
    ),
    _kind(
        "evidence-of-seal-lost", "a seal is not in the evidence any more", partial(_journal, words.SEALED, _lost), "C17"
    ),
    _kind(
        "evidence-of-camera-lost",
        "an inspection is not in the evidence",
        partial(_journal, words.INSPECTED, _lost),
        "C17",
    ),
    _kind("print-unproven", "the journal proves another print", partial(_journal, words.PRINTED, _other_print), "C16"),
    _kind("film-twice", "two pouches are on one film", _film_twice, "C17"),
    _kind("drop-after-closing", "something fell for a pouch that was closed already", _drop_after_closing, "C17"),
)
