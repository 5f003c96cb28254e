"""Orders with one mistake each: what a machine must refuse, and under which code."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from hal.conformance.breach import ConformanceError
from hal.orders import BayPick, CellPick, PackingOrder, PouchOrder
from hal.status import Bay, Capabilities
from hal.wire import words

_FOREIGN: Final = "Ж"
"""Stands in UTF-8, and not in ISO 8859-1."""
_WIDE: Final = "W"
_LARGEST_QUARTERS: Final = 400


@dataclass(frozen=True, slots=True)
class Mistake:
    """An order that is refused as `code`; `order` is None when this machine has no such limit, and `why` says so."""

    code: str
    order: PackingOrder | None
    why: str = ""


def mistakes_of(order: PackingOrder, found: Capabilities, bays: Sequence[Bay]) -> dict[str, Mistake]:
    """Return every mistake that an order to this machine can have, by its code; `order` has none."""
    return {mistake.code: mistake for mistake in _mistakes(order, found, bays)}


def _mistakes(order: PackingOrder, found: Capabilities, bays: Sequence[Bay]) -> Iterator[Mistake]:
    pouch = order.pouches[1]
    at = next((at for at, pick in enumerate(pouch.picks) if isinstance(pick, BayPick)), None)
    pick = None if at is None else pouch.picks[at]
    if not isinstance(pick, BayPick):
        raise ConformanceError("the orders of the bench need a pick from a bay in their second pouch")
    one = replace(pick, units=1)
    free = next((number for number in range(1, found.bays + 2) if number not in {bay.number for bay in bays}), 0)
    yield Mistake(words.WRONG_CAPABILITIES, replace(order, capabilities_digest="0" * 64))
    yield Mistake(words.WRONG_CANISTER, _second(order, replace(pouch, picks=(replace(one, bay=free),))))
    yield Mistake(
        words.TOO_MANY_UNITS, _second(order, replace(pouch, picks=(replace(one, units=found.pouch_units + 1),)))
    )
    yield Mistake(words.TOO_MANY_POUCHES, replace(order, pouches=tuple(_empty_pouches(found.order_pouches + 1))))
    yield Mistake(words.LABEL_TOO_LARGE, _second(order, replace(pouch, lines=("A",) * (found.print_lines + 1))))
    yield Mistake(words.BAD_DOCUMENT, replace(order, pouches=(order.pouches[0], pouch, pouch)))
    cell = CellPick(found.tray_cells + 1, one.product, _allowed_quarters(found))
    yield Mistake(words.UNKNOWN_CELL, _second(order, replace(pouch, picks=(cell,))))
    yield from _limited_mistakes(order, found, one.product)


def _limited_mistakes(order: PackingOrder, found: Capabilities, product: str) -> Iterator[Mistake]:
    """Yield the mistakes against limits that a machine need not have."""
    pouch = order.pouches[1]
    wrong = next((quarters for quarters in range(1, _LARGEST_QUARTERS) if quarters not in found.cell_quarters), 0)
    if not found.tray_cells or 0 in found.cell_quarters or not wrong:
        yield Mistake(words.WRONG_FRACTION, None, "a tray cell may hold any quarters, or there is none")
    else:
        cell = CellPick(1, product, wrong)
        yield Mistake(words.WRONG_FRACTION, _second(order, replace(pouch, picks=(cell,))))
    if found.charset == "utf-8":
        yield Mistake(words.UNPRINTABLE, None, "the machine prints every character")
    else:
        yield Mistake(words.UNPRINTABLE, _second(order, replace(pouch, lines=(_FOREIGN,))))
    if not found.symbol_characters:
        yield Mistake(words.SYMBOL_TOO_LONG, None, "the machine prints symbols of any length")
    else:
        symbol = _WIDE * (found.symbol_characters + 1)
        yield Mistake(words.SYMBOL_TOO_LONG, _second(order, replace(pouch, symbol=symbol)))


def _second(order: PackingOrder, pouch: PouchOrder) -> PackingOrder:
    return replace(order, pouches=(order.pouches[0], pouch, *order.pouches[2:]))


def _empty_pouches(count: int) -> Iterator[PouchOrder]:
    for number in range(count):
        yield PouchOrder(number, f"({number})", ("A",), ())


def _allowed_quarters(found: Capabilities) -> int:
    allowed = [quarters for quarters in found.cell_quarters if quarters]
    return min(allowed, default=2)


def all_at_once(order: PackingOrder, found: Capabilities) -> tuple[PackingOrder, frozenset[str]]:
    """Return an order with several mistakes in several pouches, and the codes of all of them."""
    first, second, *rest = order.pouches
    if not rest:
        raise ConformanceError("the orders of the bench need three pouches")
    pick = next((pick for pick in second.picks if isinstance(pick, BayPick)), None)
    if pick is None:
        raise ConformanceError("the orders of the bench need a pick from a bay in their second pouch")
    wrong = replace(pick, fill_code=f"{pick.fill_code}-not", units=found.pouch_units + 1)
    cell = CellPick(found.tray_cells + 1, pick.product, _allowed_quarters(found))
    made = (
        replace(first, lines=("A",) * (found.print_lines + 1)),
        replace(second, picks=(wrong,)),
        replace(rest[0], picks=(cell,)),
        *rest[1:],
    )
    codes = {
        words.WRONG_CAPABILITIES,
        words.LABEL_TOO_LARGE,
        words.WRONG_CANISTER,
        words.TOO_MANY_UNITS,
        words.UNKNOWN_CELL,
    }
    return replace(order, capabilities_digest="0" * 64, pouches=made), frozenset(codes)
