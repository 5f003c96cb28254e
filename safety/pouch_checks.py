"""Decide from the machine's own evidence whether a pouch is what was ordered (C17)."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final, TypeGuard

from hal.journal import FieldValue, JournalEntry
from hal.orders import BayPick, Pick, PouchOrder
from hal.wire import words
from safety import pouch_codes
from safety.findings import Finding, found

SEAL_LOWEST_DC: Final = 1200
SEAL_HIGHEST_DC: Final = 2000
"""Seal temperature that closes a pouch without burning it, tenths of a degree Celsius."""

LEAST_DROP_MS: Final = 10
"""Milliseconds between two units that fall one after the other past one sensor, at the very least."""

_INSPECTION_PASS: Final = "pass"  # noqa: S105 - a result, no password

_Source = tuple[str, int, str, str]
"""`bay` or `cell`, its number, the canister (empty for a cell), and the product."""


def check_pouch(ordered: PouchOrder, events: Sequence[JournalEntry]) -> tuple[Finding, ...]:
    """Return what keeps a pouch from counting as packed; empty means the evidence is complete.

    `events` are the journal entries of the last film of this pouch, oldest first: every commanded pick must have been
    counted exactly and in a time in which it can have fallen, and the pouch sealed, printed as ordered, passed by
    inspection, its ordered symbol read back from the print, and closed as packed.
    """
    subject = str(ordered.number)
    return (
        *_one_pouch(ordered, events, subject),
        *_drops(ordered, events, subject),
        *_times(events, subject),
        *_seal(events, subject),
        *_print(ordered, events, subject),
        *_inspection(ordered, events, subject),
        *_closing(events, subject),
    )


def printed_digest(ordered: PouchOrder) -> str:
    """Return the SHA-256 (64 hex digits) of what the pouch must show: symbol and lines, joined by newlines."""
    return hashlib.sha256("\n".join([ordered.symbol, *ordered.lines]).encode()).hexdigest()


def _of_kind(events: Sequence[JournalEntry], kind: str) -> list[JournalEntry]:
    return [event for event in events if event.kind == kind]


def _number(event: JournalEntry, name: str) -> int:
    """Return a field that must be a number; what is missing, no number or less than nothing is 0 and proves nothing."""
    value = event.fields.get(name)
    return value if _is_number(value) else 0


def _is_number(value: FieldValue | None) -> TypeGuard[int]:
    # Of a truth value Python makes 0 or 1, and less than nothing would make up for a drop too many.
    return type(value) is int and value >= 0


def _one_pouch(ordered: PouchOrder, events: Sequence[JournalEntry], subject: str) -> Iterator[Finding]:
    films = {event.fields["film"] for event in events if "film" in event.fields}
    orders = {event.order_number for event in events}
    if len(films) > 1 or len(orders) > 1 or any(event.pouch != ordered.number for event in events):
        yield found(pouch_codes.FOREIGN_EVIDENCE, subject)


def _drops(ordered: PouchOrder, events: Sequence[JournalEntry], subject: str) -> Iterator[Finding]:
    wanted: dict[_Source, int] = {}
    for pick in ordered.picks:
        source, count = _commanded(pick)
        wanted[source] = wanted.get(source, 0) + count
    counted: dict[_Source, int] = {}
    unknown: set[_Source] = set()
    for event in _of_kind(events, words.DROPPED):
        source = _dropped_from(event)
        counted[source] = counted.get(source, 0) + _number(event, "counted")
        if not _is_number(event.fields.get("counted")):
            unknown.add(source)
    for source in dict.fromkeys((*wanted, *counted)):
        place, number, _, product = source
        details = {"source": f"{place} {number}", "product": product}
        if source not in wanted:
            yield found(pouch_codes.NOT_ORDERED, subject, **details)
        elif source not in counted:
            yield found(pouch_codes.NOT_COUNTED, subject, **details)
        elif counted[source] != wanted[source] or source in unknown:
            counts = {"counted": f"{counted[source]}{' + ?' * (source in unknown)}", "ordered": str(wanted[source])}
            yield found(pouch_codes.MISCOUNT, subject, **details, **counts)
    kinds = [event.kind for event in events]
    if words.SEALED in kinds and words.DROPPED in kinds[kinds.index(words.SEALED) :]:
        yield found(pouch_codes.DROPPED_AFTER_SEAL, subject)


def _commanded(pick: Pick) -> tuple[_Source, int]:
    # The fill is left out: a canister may be refilled between two drops, and the journal keeps the fill of each.
    if isinstance(pick, BayPick):
        return ("bay", pick.bay, pick.canister_id, pick.product), pick.units
    return ("cell", pick.cell, "", pick.product), pick.quarters


def _dropped_from(event: JournalEntry) -> _Source:
    product = str(event.fields.get("product", ""))
    if "cell" in event.fields:
        return "cell", _number(event, "cell"), "", product
    return "bay", _number(event, "bay"), str(event.fields.get("canister", "")), product


def _times(events: Sequence[JournalEntry], subject: str) -> Iterator[Finding]:
    """Hold what a sensor counted against how long it saw anything; one pill that breaks or a shadow is seen twice."""
    for event in _of_kind(events, words.DROPPED):
        if "ms" not in event.fields or "cell" in event.fields:
            continue
        milliseconds, counted = event.fields["ms"], _number(event, "counted")
        if not _is_number(milliseconds) or milliseconds < (counted - 1) * LEAST_DROP_MS:
            place, number, _, product = _dropped_from(event)
            details = {"source": f"{place} {number}", "product": product, "counted": str(counted)}
            yield found(pouch_codes.IMPLAUSIBLE_DROP, subject, **details, ms=str(milliseconds))


def _seal(events: Sequence[JournalEntry], subject: str) -> Iterator[Finding]:
    seals = _of_kind(events, words.SEALED)
    if not seals:
        yield found(pouch_codes.NOT_SEALED, subject)
    for event in seals:
        tenths = _number(event, "temperature_dc")
        if not SEAL_LOWEST_DC <= tenths <= SEAL_HIGHEST_DC:
            celsius = f"{tenths // 10}.{tenths % 10}"
            limits = {"low": SEAL_LOWEST_DC // 10, "high": SEAL_HIGHEST_DC // 10}
            yield found(pouch_codes.SEAL_TEMPERATURE, subject, celsius=celsius, **limits)


def _print(ordered: PouchOrder, events: Sequence[JournalEntry], subject: str) -> Iterator[Finding]:
    prints = _of_kind(events, words.PRINTED)
    if not prints:
        yield found(pouch_codes.NOT_PRINTED, subject)
    elif any(event.fields.get("digest") != printed_digest(ordered) for event in prints):
        yield found(pouch_codes.PRINT_DIFFERS, subject)


def _inspection(ordered: PouchOrder, events: Sequence[JournalEntry], subject: str) -> Iterator[Finding]:
    inspections = _of_kind(events, words.INSPECTED)
    if not inspections:
        yield found(pouch_codes.NOT_INSPECTED, subject)
    elif any(event.fields.get("result") != _INSPECTION_PASS for event in inspections):
        yield found(pouch_codes.REJECTED, subject)
    other = next((event for event in inspections if event.fields.get("read") != ordered.symbol), None)
    if other is not None:
        yield found(pouch_codes.READ_DIFFERS, subject, read=str(other.fields.get("read", "")), ordered=ordered.symbol)


def _closing(events: Sequence[JournalEntry], subject: str) -> Iterator[Finding]:
    closings = _of_kind(events, words.POUCH_CLOSED)
    if not closings:
        yield found(pouch_codes.NOT_CLOSED, subject)
    elif any(event.fields.get("outcome") != words.PACKED for event in closings):
        yield found(pouch_codes.CLOSED_VOID, subject)
