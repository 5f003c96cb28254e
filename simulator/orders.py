"""Order documents: strict parsing, and every reason why the machine will not take one."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hal.wire.words import (
    LABEL_TOO_LARGE,
    LARGEST_DOCUMENT_BYTES,
    SYMBOL_TOO_LONG,
    TOO_MANY_POUCHES,
    TOO_MANY_UNITS,
    UNKNOWN_CELL,
    UNPRINTABLE,
    WRONG_CANISTER,
    WRONG_CAPABILITIES,
    WRONG_FRACTION,
)
from simulator.canister import Bays
from simulator.spec import MachineSpec

Reason = tuple[str, str]
"""Refusal code of `hal.wire.words`, and what it concerns."""

QUARTERS: Final = 4
_LARGEST_NUMBER: Final = 2**63 - 1


class DocumentError(ValueError):
    """Text that is not an order document."""


@dataclass(frozen=True, slots=True)
class BayPick:
    """Whole units from a canister."""

    bay: int
    canister: str
    fill: str
    product: str
    units: int


@dataclass(frozen=True, slots=True)
class CellPick:
    """Quarter units from a hand-filled tray cell."""

    cell: int
    product: str
    quarters: int


@dataclass(frozen=True, slots=True)
class PouchSpec:
    """One pouch as ordered."""

    number: int
    symbol: str
    lines: tuple[str, ...]
    picks: tuple[BayPick | CellPick, ...]

    def print_digest(self) -> str:
        """Return the SHA-256 of what is printed: symbol and lines, joined by newlines."""
        return hashlib.sha256("\n".join((self.symbol, *self.lines)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class OrderSpec:
    """One order as its document says; `digest` is the SHA-256 of the document."""

    order_id: str
    number: int
    epoch: int
    capabilities: str
    digest: str
    pouches: tuple[PouchSpec, ...]


def parse(document: str, digest: str) -> OrderSpec:
    """Return the order of a document.

    Raises:
        DocumentError: too large, other digest, not JSON, a key missing, unknown or of a wrong type.
    """
    try:
        raw = document.encode()
    except UnicodeEncodeError as error:
        raise DocumentError("not UTF-8 text") from error
    if len(raw) > LARGEST_DOCUMENT_BYTES:
        message = f"{len(raw)} bytes, at most {LARGEST_DOCUMENT_BYTES}"
        raise DocumentError(message)
    computed = hashlib.sha256(raw).hexdigest()
    if computed != digest:
        message = f"digest is {computed}, announced as {digest}"
        raise DocumentError(message)
    try:
        parsed = json.loads(raw)
    except (ValueError, RecursionError) as error:
        message = f"not JSON: {error}"
        raise DocumentError(message) from error
    top = _keys(parsed, ("order_id", "number", "epoch", "capabilities", "pouches"), "order")
    return OrderSpec(
        order_id=_text(top["order_id"], "order_id"),
        number=_number(top["number"], 1, "number"),
        epoch=_number(top["epoch"], 0, "epoch"),
        capabilities=_text(top["capabilities"], "capabilities"),
        digest=digest,
        pouches=_pouches(top["pouches"]),
    )


def _pouches(value: object) -> tuple[PouchSpec, ...]:
    pouches = tuple(_pouch(index, one) for index, one in enumerate(_list(value, "pouches")))
    if not pouches:
        raise DocumentError("an order needs a pouch")
    numbers = [pouch.number for pouch in pouches]
    if len(set(numbers)) != len(numbers):
        raise DocumentError("a pouch number stands twice")
    cells = [pick.cell for pouch in pouches for pick in pouch.picks if isinstance(pick, CellPick)]
    if len(set(cells)) != len(cells):
        raise DocumentError("a tray cell stands twice; a cell feeds one pouch")
    return pouches


def _pouch(index: int, value: object) -> PouchSpec:
    where = f"pouches[{index}]"
    pouch = _keys(value, ("number", "symbol", "lines", "picks"), where)
    return PouchSpec(
        number=_number(pouch["number"], 0, f"{where}.number"),
        symbol=_text(pouch["symbol"], f"{where}.symbol"),
        lines=tuple(_text(line, f"{where}.lines") for line in _list(pouch["lines"], f"{where}.lines")),
        picks=tuple(_pick(f"{where}.picks", one) for one in _list(pouch["picks"], f"{where}.picks")),
    )


def _pick(where: str, value: object) -> BayPick | CellPick:
    if isinstance(value, dict) and "cell" in value:
        cell = _keys(value, ("cell", "product", "quarters"), where)
        return CellPick(
            _number(cell["cell"], 0, f"{where}.cell"),
            _text(cell["product"], f"{where}.product"),
            _number(cell["quarters"], 1, f"{where}.quarters"),
        )
    bay = _keys(value, ("bay", "canister", "fill", "product", "units"), where)
    return BayPick(
        _number(bay["bay"], 0, f"{where}.bay"),
        _text(bay["canister"], f"{where}.canister"),
        _text(bay["fill"], f"{where}.fill"),
        _text(bay["product"], f"{where}.product"),
        _number(bay["units"], 1, f"{where}.units"),
    )


def _keys(value: object, keys: Sequence[str], where: str) -> Mapping[str, object]:
    if not isinstance(value, dict) or value.keys() != set(keys):
        message = f"{where} must have exactly the keys {', '.join(keys)}"
        raise DocumentError(message)
    return value


def _list(value: object, where: str) -> list[object]:
    if not isinstance(value, list):
        message = f"{where} must be a list"
        raise DocumentError(message)
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        message = f"{where} must be text"
        raise DocumentError(message)
    try:
        value.encode()
    except UnicodeEncodeError as error:
        message = f"{where} must be Unicode text without lone surrogates"
        raise DocumentError(message) from error
    return value


def _number(value: object, least: int, where: str) -> int:
    if type(value) is not int or not least <= value <= _LARGEST_NUMBER:
        message = f"{where} must be a whole number from {least}"
        raise DocumentError(message)
    return value


def unfit(order: OrderSpec, spec: MachineSpec, capabilities: str, bays: Bays) -> list[Reason]:
    """Return every reason why this machine, as it stands, cannot pack the order."""
    reasons: list[Reason] = []
    if order.capabilities != capabilities:
        reasons.append((WRONG_CAPABILITIES, f"the machine's are {capabilities}, the order's {order.capabilities}"))
    if len(order.pouches) > spec.order_pouches:
        reasons.append((TOO_MANY_POUCHES, f"{len(order.pouches)} pouches, at most {spec.order_pouches}"))
    for pouch in order.pouches:
        reasons += _unfit_pouch(pouch, spec, bays)
    return reasons


def _unfit_pouch(pouch: PouchSpec, spec: MachineSpec, bays: Bays) -> list[Reason]:
    reasons: list[Reason] = []
    units = 0
    for pick in pouch.picks:
        if isinstance(pick, CellPick):
            units += -(-pick.quarters // QUARTERS)
            if not 1 <= pick.cell <= spec.tray_cells:
                reasons.append((UNKNOWN_CELL, f"pouch {pouch.number}: cell {pick.cell} of {spec.tray_cells}"))
            if 0 not in spec.cell_quarters and pick.quarters not in spec.cell_quarters:
                allowed = ", ".join(map(str, spec.cell_quarters))
                detail = f"pouch {pouch.number}: cell {pick.cell} holds {pick.quarters} quarters, allowed {allowed}"
                reasons.append((WRONG_FRACTION, detail))
        else:
            units += pick.units
            mismatch = wrong_canister(pick, bays)
            if mismatch:
                reasons.append((WRONG_CANISTER, f"pouch {pouch.number}: {mismatch}"))
    if units > spec.pouch_units:
        reasons.append((TOO_MANY_UNITS, f"pouch {pouch.number}: {units} units, at most {spec.pouch_units}"))
    return reasons + _unfit_print(pouch, spec)


def _unfit_print(pouch: PouchSpec, spec: MachineSpec) -> list[Reason]:
    reasons: list[Reason] = []
    if len(pouch.lines) > spec.print_lines:
        reasons.append((LABEL_TOO_LARGE, f"pouch {pouch.number}: {len(pouch.lines)} lines, at most {spec.print_lines}"))
    widest = max(map(len, pouch.lines), default=0)
    if 0 < spec.print_columns < widest:
        reasons.append((LABEL_TOO_LARGE, f"pouch {pouch.number}: {widest} columns, at most {spec.print_columns}"))
    if 0 < spec.symbol_characters < len(pouch.symbol):
        detail = f"pouch {pouch.number}: {len(pouch.symbol)} characters, at most {spec.symbol_characters}"
        reasons.append((SYMBOL_TOO_LONG, detail))
    strange = sorted({one for text in (pouch.symbol, *pouch.lines) for one in text if not _prints(one, spec.charset)})
    if strange:
        named = " ".join(f"U+{ord(one):04X}" for one in strange)
        reasons.append((UNPRINTABLE, f"pouch {pouch.number}: {named} not in {spec.charset}"))
    return reasons


def _prints(character: str, charset: str) -> bool:
    try:
        character.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def wrong_canister(pick: BayPick, bays: Bays) -> str:
    """Return how bay and pick differ; empty when the very canister, fill and product of the pick sit there."""
    canister = bays.get(pick.bay)
    if canister is None:
        return f"bay {pick.bay} holds no canister"
    there = (canister.canister, canister.fill, canister.product)
    wanted = (pick.canister, pick.fill, pick.product)
    if there == wanted:
        return ""
    return f"bay {pick.bay} holds {'/'.join(there)}, ordered {'/'.join(wanted)}"
