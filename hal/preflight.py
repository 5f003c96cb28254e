"""Every reason why a machine, as it stands, will refuse an order: known before anything is sent; pure.

The codes and details are those that a machine of this contract gives itself.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from hal.driver import Lease
from hal.errors import Reason
from hal.orders import BayPick, CellPick, PackingOrder, Pick, PouchOrder, digest_of, document_of
from hal.status import Bay, Capabilities, MachineStatus, OrderState, UnitMode, capabilities_digest
from hal.wire import words

_QUARTERS: Final = 4
_LARGEST: Final = 2**63 - 1
_LIVE: Final = frozenset({OrderState.LOADED, OrderState.RUNNING, OrderState.HELD})


def refusals(
    order: PackingOrder, capabilities: Capabilities, bays: Sequence[Bay], status: MachineStatus, lease: Lease
) -> tuple[Reason, ...]:
    """Return all reasons against loading `order`; empty when the machine will take it.

    `bays` and `status` must have been read just before. An order that the machine knows with this very content is
    taken again, whatever else stands against it. A status names the newest finished orders only: for an older one this
    says STALE_JOB where the machine would see that it is known; neither packs anything.
    """
    flaw = flaw_of(order)
    if flaw:
        return (Reason(words.BAD_DOCUMENT, flaw),)
    reasons: list[Reason] = []
    highest = max(status.epoch, lease.epoch)
    if order.epoch < highest:
        reasons.append(Reason(words.FENCED, f"epoch {order.epoch}, highest seen is {highest}"))
    known = next((one for one in status.orders if one.number == order.number), None)
    if known is not None and known.digest == digest_of(order):
        return tuple(reasons)
    if known is not None:
        reasons.append(Reason(words.CONFLICT, f"order {order.number} is known with digest {known.digest}"))
    else:
        reasons += _queue(order, capabilities, status)
    return (*reasons, *_unready(status), *_unfit(order, capabilities, bays))


def misfits(pouch: PouchOrder, capabilities: Capabilities) -> tuple[Reason, ...]:
    """Return why a machine can never take `pouch`, however it stands: parts in its cells, label and symbol.

    Asked before a machine is chosen, so nothing counts that depends on what is loaded, on the place of a cell in an
    order, or on how many units a pouch holds.
    """
    fractions = (detail for pick in pouch.picks for detail in _wrong_fraction(pick, capabilities))
    against = (*((words.WRONG_FRACTION, detail) for detail in fractions), *_print(pouch, capabilities))
    return tuple(Reason(code, f"pouch {pouch.number}: {detail}") for code, detail in against)


def flaw_of(order: PackingOrder) -> str:
    """Return why no machine at all can read `order`; empty when it can be read."""
    try:
        size = len(document_of(order).encode())
    except UnicodeEncodeError:
        return "not UTF-8 text"
    if size > words.LARGEST_DOCUMENT_BYTES:
        return f"{size} bytes, at most {words.LARGEST_DOCUMENT_BYTES}"
    return next(_flaws(order), "")


def _flaws(order: PackingOrder) -> Iterator[str]:
    if not 1 <= order.number <= _LARGEST or not 0 <= order.epoch <= _LARGEST:
        yield "number must be a whole number from 1, epoch from 0"
    if not order.pouches:
        yield "an order needs a pouch"
    numbers = [pouch.number for pouch in order.pouches]
    if len(set(numbers)) != len(numbers):
        yield "a pouch number stands twice"
    cells = [pick.cell for pouch in order.pouches for pick in pouch.picks if isinstance(pick, CellPick)]
    if len(set(cells)) != len(cells):
        yield "a tray cell stands twice; a cell feeds one pouch"
    for pouch in order.pouches:
        if not 0 <= pouch.number <= _LARGEST:
            yield f"pouch {pouch.number}: the number must be a whole number from 0"
        for pick in pouch.picks:
            place, count = (pick.bay, pick.units) if isinstance(pick, BayPick) else (pick.cell, pick.quarters)
            if not 0 <= place <= _LARGEST or not 1 <= count <= _LARGEST:
                yield f"pouch {pouch.number}: a place must be a whole number from 0, a count from 1"


def _queue(order: PackingOrder, capabilities: Capabilities, status: MachineStatus) -> Iterator[Reason]:
    if order.number <= status.high_water:
        yield Reason(words.STALE_JOB, f"order {order.number}, highest accepted is {status.high_water}")
    live = sum(one.state in _LIVE for one in status.orders)
    if live >= capabilities.queue_depth:
        yield Reason(words.QUEUE_FULL, f"{live} orders, at most {capabilities.queue_depth}")


def _unready(status: MachineStatus) -> Iterator[Reason]:
    if status.mode is not UnitMode.PRODUCE:
        yield Reason(words.WRONG_MODE, f"the mode is {status.mode.value}, orders need {words.PRODUCE}")
    if any(one.kind == words.FILM and one.left == 0 for one in status.consumables):
        yield Reason(words.NO_FILM, "no film is left")


def _unfit(order: PackingOrder, capabilities: Capabilities, bays: Sequence[Bay]) -> Iterator[Reason]:
    own = capabilities_digest(capabilities)
    if order.capabilities_digest != own:
        yield Reason(words.WRONG_CAPABILITIES, f"the machine's are {own}, the order's {order.capabilities_digest}")
    if len(order.pouches) > capabilities.order_pouches:
        detail = f"{len(order.pouches)} pouches, at most {capabilities.order_pouches}"
        yield Reason(words.TOO_MANY_POUCHES, detail)
    tags = {bay.number: bay for bay in bays}
    for pouch in order.pouches:
        where = f"pouch {pouch.number}"
        for code, detail in (*_picks(pouch, capabilities, tags), *_print(pouch, capabilities)):
            yield Reason(code, f"{where}: {detail}")


def _picks(pouch: PouchOrder, capabilities: Capabilities, tags: dict[int, Bay]) -> Iterator[tuple[str, str]]:
    units = 0
    for pick in pouch.picks:
        if isinstance(pick, BayPick):
            units += pick.units
            mismatch = _wrong_canister(pick, tags.get(pick.bay))
            if mismatch:
                yield words.WRONG_CANISTER, mismatch
            continue
        units += -(-pick.quarters // _QUARTERS)
        if not 1 <= pick.cell <= capabilities.tray_cells:
            yield words.UNKNOWN_CELL, f"cell {pick.cell} of {capabilities.tray_cells}"
        for detail in _wrong_fraction(pick, capabilities):
            yield words.WRONG_FRACTION, detail
    if units > capabilities.pouch_units:
        yield words.TOO_MANY_UNITS, f"{units} units, at most {capabilities.pouch_units}"


def _wrong_fraction(pick: Pick, capabilities: Capabilities) -> Iterator[str]:
    if isinstance(pick, BayPick) or takes_any_part(capabilities) or pick.quarters in capabilities.cell_quarters:
        return
    allowed = ", ".join(map(str, capabilities.cell_quarters))
    yield f"cell {pick.cell} holds {pick.quarters} quarters, allowed {allowed}"


def takes_any_part(capabilities: Capabilities) -> bool:
    """Return whether a tray cell may hold any number of quarters."""
    return 0 in capabilities.cell_quarters


def _wrong_canister(pick: BayPick, bay: Bay | None) -> str:
    if bay is None:
        return f"bay {pick.bay} holds no canister"
    there = (bay.canister_id, bay.fill_code, bay.product)
    wanted = (pick.canister_id, pick.fill_code, pick.product)
    return "" if there == wanted else f"bay {pick.bay} holds {'/'.join(there)}, ordered {'/'.join(wanted)}"


def _print(pouch: PouchOrder, capabilities: Capabilities) -> Iterator[tuple[str, str]]:
    if len(pouch.lines) > capabilities.print_lines:
        yield words.LABEL_TOO_LARGE, f"{len(pouch.lines)} lines, at most {capabilities.print_lines}"
    widest = max(map(len, pouch.lines), default=0)
    if 0 < capabilities.print_columns < widest:
        yield words.LABEL_TOO_LARGE, f"{widest} columns, at most {capabilities.print_columns}"
    if 0 < capabilities.symbol_characters < len(pouch.symbol):
        yield words.SYMBOL_TOO_LONG, f"{len(pouch.symbol)} characters, at most {capabilities.symbol_characters}"
    texts = "".join((pouch.symbol, *pouch.lines))
    strange = sorted({one for one in texts if not _prints(one, capabilities.charset)})
    if strange:
        named = " ".join(f"U+{ord(one):04X}" for one in strange)
        yield words.UNPRINTABLE, f"{named} not in {capabilities.charset}"


def _prints(character: str, charset: str) -> bool:
    try:
        character.encode(charset)
    except UnicodeEncodeError:
        return False
    return True
