"""The journal, read as pouches."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hal.conformance.breach import require, same
from hal.journal import JournalEntry, chain
from hal.orders import BayPick, PackingOrder, Pick, PouchOrder
from hal.wire.words import DROPPED, FILM_CHANGED, INSPECTED, PACKED, POUCH_CLOSED, POUCH_STARTED, PRINTED, SEALED, VOID


@dataclass(slots=True)
class Attempt:
    """One film of one pouch.

    `drops` are (kind of source, its number, product, commanded); `miscounts` counts those whose sensor saw another
    number; `seals` are temperatures in tenths of a degree; `read` is the symbol as the camera read it.
    """

    order: int
    pouch: int
    film: int
    drops: list[tuple[str, int, str, int]] = field(default_factory=list[tuple[str, int, str, int]])
    miscounts: int = 0
    seals: list[int] = field(default_factory=list[int])
    printed: str = ""
    results: list[str] = field(default_factory=list[str])
    read: str = ""
    outcomes: list[str] = field(default_factory=list[str])
    reason: str = ""

    @property
    def is_packed(self) -> bool:
        """It is sealed, and right as far as the machine can tell."""
        return self.outcomes == [PACKED]


def attempts(entries: Iterable[JournalEntry], number: int | None = None) -> list[Attempt]:
    """Return the films of order `number`, or of all orders, in the order in which they were fed.

    Raises:
        ConformanceError: the journal tells of a pouch for which no film was fed.
    """
    made: list[Attempt] = []
    for entry in entries:
        if number is not None and entry.order_number != number:
            continue
        if entry.kind == POUCH_STARTED:
            made.append(Attempt(entry.order_number, entry.pouch, int(entry.fields.get("film", -1))))
        elif entry.pouch >= 0:
            place = entry.order_number, entry.pouch
            started = bool(made) and (made[-1].order, made[-1].pouch) == place
            require(
                started, f"{entry.kind} of pouch {entry.pouch} of order {entry.order_number}: no film was fed for it"
            )
            _tell(made[-1], entry)
    return made


def _tell(attempt: Attempt, entry: JournalEntry) -> None:
    fields = entry.fields
    if entry.kind == DROPPED:
        source = "bay" if "bay" in fields else "cell"
        commanded = int(fields.get("commanded", -1))
        attempt.drops.append((source, int(fields.get(source, -1)), str(fields.get("product")), commanded))
        attempt.miscounts += fields.get("counted") != commanded
    elif entry.kind == SEALED:
        attempt.seals.append(int(fields.get("temperature_dc", -1)))
    elif entry.kind == PRINTED:
        attempt.printed = str(fields.get("digest"))
    elif entry.kind == INSPECTED:
        attempt.results.append(str(fields.get("result")))
        attempt.read = str(fields.get("read", ""))
    elif entry.kind == POUCH_CLOSED:
        attempt.outcomes.append(str(fields.get("outcome")))
        attempt.reason = str(fields.get("reason", ""))
        require(fields.get("film") == attempt.film, f"film {attempt.film} was fed, {fields.get('film')} closed")


def drop_of(pick: Pick) -> tuple[str, int, str, int]:
    """Return a pick as `Attempt.drops` names it."""
    if isinstance(pick, BayPick):
        return "bay", pick.bay, pick.product, pick.units
    return "cell", pick.cell, pick.product, pick.quarters


def print_digest(pouch: PouchOrder) -> str:
    """Return the SHA-256 of what is to be printed on a pouch, as the journal tells it."""
    return hashlib.sha256("\n".join((pouch.symbol, *pouch.lines)).encode()).hexdigest()


def packed_pouches(entries: Iterable[JournalEntry], number: int) -> list[int]:
    """Return the pouches of an order that were closed as packed, in the order in which that was told."""
    return [
        entry.pouch
        for entry in entries
        if entry.kind == POUCH_CLOSED and entry.order_number == number and entry.fields.get("outcome") == PACKED
    ]


def packed_once(entries: Sequence[JournalEntry], order: PackingOrder) -> None:
    """Go on only when every pouch of an order is packed, once and in its turn, each on a film of its own.

    Raises:
        ConformanceError: it is not so.
    """
    numbers = [pouch.number for pouch in order.pouches]
    same(f"pouches of order {order.number} packed", packed_pouches(entries, order.number), numbers)
    films = [attempt.film for attempt in attempts(entries, order.number)]
    same("films used", len(set(films)), len(films))
    nothing_open(entries)


def nothing_open(entries: Iterable[JournalEntry]) -> None:
    """Go on only when every film that was fed is closed.

    Raises:
        ConformanceError: a pouch is open, or was closed and never started.
    """
    entries = list(entries)
    started = Counter(entry.fields.get("film") for entry in entries if entry.kind == POUCH_STARTED)
    closed = Counter(entry.fields.get("film") for entry in entries if entry.kind == POUCH_CLOSED)
    same("films started and closed", closed, started)


def told_once(entries: Iterable[JournalEntry]) -> None:
    """Go on only when every film has exactly one outcome, and no pouch was packed twice (I2).

    Raises:
        ConformanceError: it is not so.
    """
    packed = Counter[tuple[int, int]]()
    for one in attempts(entries):
        what = f"film {one.film}, pouch {one.pouch} of order {one.order}"
        require(len(one.outcomes) == 1, f"{what} has the outcomes {one.outcomes}")
        require(one.outcomes[0] in {PACKED, VOID}, f"{what} was closed as {one.outcomes[0]!r}")
        packed[one.order, one.pouch] += one.is_packed
    twice = [f"pouch {pouch} of order {order}" for (order, pouch), count in packed.items() if count > 1]
    require(not twice, f"packed more than once: {', '.join(twice)}")


def fed_films(entries: Iterable[JournalEntry]) -> list[int]:
    """Return the films of pouches and the empty ones that were fed to mark what is void, in order."""
    kinds = {POUCH_STARTED, FILM_CHANGED}
    return [
        int(entry.fields["film"])
        for entry in entries
        if entry.kind in kinds and entry.fields.get("event", VOID) == VOID
    ]


def started_films(entries: Iterable[JournalEntry]) -> list[int]:
    """Return the films that were fed."""
    return [int(entry.fields.get("film", -1)) for entry in entries if entry.kind == POUCH_STARTED]


def head_of(entries: Iterable[JournalEntry]) -> str:
    """Return the chain over `entries`, which start with the first one ever."""
    head = ""
    for entry in entries:
        head = chain(head, entry)
    return head
