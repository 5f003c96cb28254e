"""Invariants I1 to I14 over what a run left: pure functions, each returning what is violated, in words.

What a run of one driver against one machine shows of them: the journal as the controller read it, the orders it sent,
the simulator's truth, what commands were answered and when, and what was logged.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hal.journal import JournalEntry
from hal.orders import BayPick, CellPick, PackingOrder, Pick
from hal.status import Bay
from hal.wire import words
from safety.pouch_checks import printed_digest


@dataclass(frozen=True)
class Call:
    """One call of the driver: when it began and ended, and how long it may take; `refusals` are codes and details."""

    kind: str
    began: float
    ended: float
    limit: float
    refusals: tuple[tuple[str, str], ...] = ()
    was_refused: bool = False


@dataclass
class Evidence:
    """What a run left."""

    entries: Sequence[JournalEntry] = ()
    orders: Sequence[PackingOrder] = ()
    """Orders the machine took in."""
    truth: Sequence[Mapping[str, object]] = ()
    """The simulator's truth documents, by film."""
    units_before: Mapping[str, int] = field(default_factory=dict)
    bays_after: Sequence[Bay] = ()
    calls: Sequence[Call] = ()
    wrong_digest_refused: bool = True
    lower_epoch_refused: bool = True
    log: Sequence[str] = ()
    secrets: Sequence[str] = ()


def i1(run: Evidence) -> Iterator[str]:
    """Inside a boot the sequence rises by one from 1; boots rise."""
    before: JournalEntry | None = None
    for entry in run.entries:
        same = before is not None and before.boot_id == entry.boot_id
        expected = before.seq + 1 if same and before is not None else 1
        if entry.seq != expected:
            yield f"{entry.boot_id} goes from {expected - 1} to {entry.seq}"
        if before is not None and not same and entry.boot_number <= before.boot_number:
            yield f"boot {entry.boot_number} comes after {before.boot_number}"
        before = entry


def i2(run: Evidence) -> Iterator[str]:
    """Every pouch is closed at most once, and no planned pouch is packed twice, in the journal or in truth."""
    closed = Counter((entry.order_number, entry.pouch) for entry in _of(run, words.POUCH_CLOSED))
    for place, count in closed.items():
        if count > 1:
            yield f"pouch {place} is closed {count} times"
    symbols = {(order.number, pouch.number): pouch.symbol for order in run.orders for pouch in order.pouches}
    packed = Counter(symbols.get((entry.order_number, entry.pouch), "unknown") for entry in _packed(run))
    really = Counter(str(one["symbol"]) for one in run.truth if one["outcome"] == words.PACKED)
    for source, counts in (("the journal", packed), ("truth", really)):
        for symbol, count in counts.items():
            if count > 1:
                yield f"{symbol} is packed {count} times in {source}"


def i3(run: Evidence) -> Iterator[str]:
    """What was counted out of each canister is what it has less of."""
    counted: dict[str, int] = defaultdict(int)
    for entry in _of(run, words.DROPPED):
        if "bay" in entry.fields:
            counted[str(entry.fields["canister"])] += int(entry.fields["counted"])
    for bay in run.bays_after:
        before = run.units_before.get(bay.canister_id, 0)
        if before - counted[bay.canister_id] != bay.units:
            yield f"{bay.canister_id}: {before} less {counted[bay.canister_id]} is not {bay.units}"


def i4(run: Evidence) -> Iterator[str]:
    """A packed pouch has every drop, a seal, the right print, read back, and a passed inspection."""
    by_pouch: dict[tuple[int, int], list[JournalEntry]] = defaultdict(list)
    for entry in run.entries:
        by_pouch[entry.order_number, entry.pouch].append(entry)
    ordered = {(order.number, pouch.number): pouch for order in run.orders for pouch in order.pouches}
    for entry in _packed(run):
        place = (entry.order_number, entry.pouch)
        pouch = ordered.get(place)
        if pouch is None:
            yield f"{place} is packed and was never ordered"
            continue
        events = by_pouch[place]
        drops = [one for one in events if one.kind == words.DROPPED]
        if sorted(map(_dropped, drops)) != sorted(map(_wanted, pouch.picks)):
            yield f"{place}: dropped is not what was ordered"
        if not any(one.kind == words.SEALED for one in events):
            yield f"{place} is not sealed"
        if not any(one.kind == words.PRINTED and one.fields["digest"] == printed_digest(pouch) for one in events):
            yield f"{place} is not printed as ordered"
        if not any(
            one.kind == words.INSPECTED and one.fields["result"] == "pass" and one.fields["read"] == pouch.symbol
            for one in events
        ):
            yield f"{place} did not pass inspection"


def i5(run: Evidence) -> Iterator[str]:
    """Every pouch that was started is closed; the journal says of each physical pouch what is true."""
    closed = {(entry.order_number, entry.pouch): entry for entry in _of(run, words.POUCH_CLOSED)}
    for entry in _of(run, words.POUCH_STARTED):
        if (entry.order_number, entry.pouch) not in closed:
            yield f"pouch {(entry.order_number, entry.pouch)} was started and never closed"
    told = {entry.fields["film"]: entry.fields["outcome"] for entry in closed.values()}
    for one in run.truth:
        if told.get(int(str(one["film"]))) != one["outcome"]:
            yield f"film {one['film']} is {one['outcome']}, and the journal says {told.get(int(str(one['film'])))}"


def i6(run: Evidence) -> Iterator[str]:
    """A refusal carries its reasons."""
    for call in run.calls:
        if call.was_refused and not (call.refusals and all(code and detail for code, detail in call.refusals)):
            yield f"{call.kind} was refused without a reason"


def i7(run: Evidence) -> Iterator[str]:
    """However often a command was said, an order is loaded once and ends once."""
    states = Counter((entry.order_number, entry.fields["state"]) for entry in _of(run, words.ORDER_CHANGED))
    for (number, state), count in states.items():
        if state in {"loaded", "ended", "interrupted"} and count > 1:
            yield f"order {number} is {state} {count} times"


def i8(run: Evidence) -> Iterator[str]:
    """Nothing drops from a bay whose canister or fill is not the ordered one."""
    agreed = {
        (order.number, pouch.number, pick.bay, pick.canister_id, pick.fill_code, pick.product)
        for order in run.orders
        for pouch in order.pouches
        for pick in pouch.picks
        if isinstance(pick, BayPick)
    }
    for entry in _of(run, words.DROPPED):
        if "bay" not in entry.fields:
            continue
        place = tuple(entry.fields[name] for name in ("bay", "canister", "fill", "product"))
        if (entry.order_number, entry.pouch, *place) not in agreed:
            yield f"pouch {(entry.order_number, entry.pouch)}: {place} was not agreed"


def i9(run: Evidence) -> Iterator[str]:
    """A stop is answered within its limit."""
    return (_late(call) for call in run.calls if call.kind == "stop" and call.ended - call.began > call.limit)


def i10(run: Evidence) -> Iterator[str]:
    """No call takes longer than it may."""
    return (_late(call) for call in run.calls if call.ended - call.began > call.limit)


def i11(run: Evidence) -> Iterator[str]:
    """An order for a machine as it once described itself is refused."""
    if not run.wrong_digest_refused:
        yield "an order with another capability digest was taken"


def i12(run: Evidence) -> Iterator[str]:
    """Only the newest lease counts."""
    if not run.lower_epoch_refused:
        yield "a lower epoch was let in"


def i13(run: Evidence) -> Iterator[str]:
    """Boot and sequence order the journal, whatever the machine's clock says."""
    places = [(entry.boot_number, entry.seq) for entry in run.entries]
    if places != sorted(places):
        yield "entries stand in another order than boot and sequence"


def i14(run: Evidence) -> Iterator[str]:
    """No name and no civil number is logged."""
    for line in run.log:
        for secret in run.secrets:
            if secret in line:
                yield f"a log line holds {secret!r}"


INVARIANTS: Mapping[str, Callable[[Evidence], Iterator[str]]] = {
    check.__name__.upper(): check for check in (i1, i2, i3, i4, i5, i6, i7, i8, i9, i10, i11, i12, i13, i14)
}


def violations(run: Evidence) -> list[str]:
    """Return everything that is violated, each with the number of its invariant."""
    return [f"{name}: {text}" for name, check in INVARIANTS.items() for text in check(run)]


def _of(run: Evidence, kind: str) -> list[JournalEntry]:
    return [entry for entry in run.entries if entry.kind == kind]


def _packed(run: Evidence) -> list[JournalEntry]:
    return [entry for entry in _of(run, words.POUCH_CLOSED) if entry.fields["outcome"] == words.PACKED]


def _dropped(entry: JournalEntry) -> tuple[str, str, int]:
    fields = entry.fields
    counted = fields["counted"] if fields["counted"] == fields["commanded"] else -1
    return (
        f"bay {fields['bay']}" if "bay" in fields else f"cell {fields['cell']}",
        str(fields["product"]),
        int(counted),
    )


def _wanted(pick: Pick) -> tuple[str, str, int]:
    if isinstance(pick, CellPick):
        return (f"cell {pick.cell}", pick.product, pick.quarters)
    return (f"bay {pick.bay}", pick.product, pick.units)


def _late(call: Call) -> str:
    return f"{call.kind} took {call.ended - call.began:.3f} s, more than {call.limit:g}"
