"""Compare a packing order with its roll and the machine's stock, without the code that translated it."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from string import digits

from dispenser.core.citizen import Identity
from dispenser.core.fills import gtin_of
from dispenser.core.ids import ProductId
from dispenser.core.pouch import Pouch
from dispenser.core.product import Catalogue
from dispenser.core.quantity import Quarters, text_of
from dispenser.core.roll import HEADER_NUMBER, Roll
from dispenser.core.stock import LoadedCanister, MachineStock, PouchLimits
from hal.orders import BayPick, CellPick, PackingOrder, PouchOrder
from safety import order_codes
from safety.findings import Finding, found
from safety.roll_checks import overfull

_CIVIL_NUMBER_DIGITS = 10
_SYMBOL = re.compile(r"\(01\)([0-9]{14})\(21\)")


def check_order(
    order: PackingOrder, roll: Roll, identity: Identity, stock: MachineStock, catalogue: Catalogue
) -> tuple[Finding, ...]:
    """Return everything that keeps `order` from being sent to the machine with `stock`.

    Each ordered pouch must be one of the roll's (or its header), hold exactly its contents to the quarter, and come
    from canisters that sit where the order says and from tray cells that are used once. Its label must have the
    symbol of this very pouch and name the citizen, who is `identity`.
    """
    pouches = {pouch.number: pouch for pouch in roll.pouches}
    findings = [
        *_sequence(order),
        *_labels(order),
        *_whose(order, roll, identity),
        *_cells(order, stock),
        *_bays(order, stock),
    ]
    for ordered in order.pouches:
        pouch = pouches.get(ordered.number)
        if ordered.number == HEADER_NUMBER:
            if ordered.picks:
                findings.append(found(order_codes.HEADER_NOT_EMPTY, order.order_id))
        elif pouch is None:
            findings.append(found(order_codes.NOT_IN_ROLL, order.order_id, pouch=ordered.number))
        else:
            findings.extend(_contents(order, ordered, pouch))
            findings.extend(_limits(order, pouch, stock, catalogue))
        findings.extend(_products(order, ordered, catalogue))
    return tuple(findings)


def _sequence(order: PackingOrder) -> Iterator[Finding]:
    if not order.pouches:
        yield found(order_codes.NOTHING_ORDERED, order.order_id)
    highest = HEADER_NUMBER - 1
    for ordered in order.pouches:
        if ordered.number <= highest:
            yield found(order_codes.OUT_OF_ORDER, order.order_id, pouch=ordered.number)
        highest = max(highest, ordered.number)


def _labels(order: PackingOrder) -> Iterator[Finding]:
    symbols: set[str] = set()
    for ordered in order.pouches:
        if not ordered.symbol.strip() or not any(line.strip() for line in ordered.lines):
            yield found(order_codes.LABEL_EMPTY, order.order_id, pouch=ordered.number)
        if ordered.symbol in symbols:
            yield found(order_codes.SYMBOL_TWICE, order.order_id, pouch=ordered.number)
        symbols.add(ordered.symbol)


def _whose(order: PackingOrder, roll: Roll, identity: Identity) -> Iterator[Finding]:
    """Read each label as a nurse does: whose is it, and which pouch; written without the code that made it."""
    number, name = _digits(identity.civil_number), _spaced(identity.name)
    can_be_named, can_be_numbered = bool(name.strip()), len(number) == _CIVIL_NUMBER_DIGITS
    # The same lines stand on label after label.
    named: set[str] = set()
    numbered: set[str] = set()
    issuer = next((one for one in (_issuer(ordered.symbol) for ordered in order.pouches) if one), "")
    for ordered in order.pouches:
        lines = ordered.lines
        if not issuer or ordered.symbol != f"(01){issuer}(21){roll.roll_id}{ordered.number:03d}":
            yield found(order_codes.OTHER_SYMBOL, order.order_id, pouch=ordered.number, roll=roll.roll_id)
        # A line of its own: ten digits inside a longer row, as of a roll's id, are nobody's number.
        if numbered.isdisjoint(lines):
            numbered.update(line for line in lines if can_be_numbered and _digits(line) == number)
            if numbered.isdisjoint(lines):
                yield found(order_codes.OTHER_CIVIL_NUMBER, order.order_id, pouch=ordered.number)
        if named.isdisjoint(lines):
            named.update(line for line in lines if can_be_named and _spaced(line) == name)
            # It may run over two lines, or share one with something else.
            is_split = can_be_named and name in _spaced(" ".join(lines))
            if named.isdisjoint(lines) and not is_split:
                yield found(order_codes.OTHER_NAME, order.order_id, pouch=ordered.number)


def _issuer(symbol: str) -> str:
    """Return the GTIN under which a symbol is issued, empty without a sound one."""
    match = _SYMBOL.match(symbol)
    try:
        return gtin_of(match[1]) if match else ""
    except ValueError:
        return ""


def _digits(text: str) -> str:
    return "".join(character for character in text if character in digits)


def _spaced(text: str) -> str:
    """Return `text` composed (NFC), with one space between words and around them, so that only whole words match."""
    return f" {' '.join(unicodedata.normalize('NFC', text).split())} "


def _cells(order: PackingOrder, stock: MachineStock) -> Iterator[Finding]:
    used: set[int] = set()
    cells = range(1, stock.tray_cells + 1)
    for ordered in order.pouches:
        for pick in ordered.picks:
            if isinstance(pick, BayPick):
                continue
            if pick.cell in cells and pick.cell not in used:
                used.add(pick.cell)
                continue
            at = {"pouch": ordered.number, "cell": pick.cell}
            if pick.cell not in cells:
                yield found(order_codes.UNKNOWN_CELL, order.order_id, **at)
            if pick.cell in used:
                yield found(order_codes.CELL_TWICE, order.order_id, **at)
            used.add(pick.cell)


def _bays(order: PackingOrder, stock: MachineStock) -> Iterator[Finding]:
    bays = {canister.bay: canister for canister in stock.canisters}
    drawn: dict[int, int] = {}
    for ordered in order.pouches:
        for pick in ordered.picks:
            if isinstance(pick, CellPick):
                continue
            drawn[pick.bay] = drawn.get(pick.bay, 0) + pick.units
            if not _sits(pick, bays):
                yield found(
                    order_codes.WRONG_CANISTER,
                    order.order_id,
                    pouch=ordered.number,
                    bay=pick.bay,
                    product=pick.product,
                    canister=pick.canister_id,
                    fill=pick.fill_code,
                )
    for bay, units in sorted(drawn.items()):
        if bay in bays and units > bays[bay].units:
            yield found(order_codes.OVERDRAWN, order.order_id, bay=bay, ordered=units, units=bays[bay].units)


def _sits(pick: BayPick, bays: Mapping[int, LoadedCanister]) -> bool:
    canister = bays.get(pick.bay)
    return canister is not None and (pick.canister_id, pick.fill_code, pick.product) == (
        canister.canister_id,
        canister.fill_code,
        canister.product_id,
    )


def _contents(order: PackingOrder, ordered: PouchOrder, pouch: Pouch) -> Iterator[Finding]:
    commanded: dict[str, int] = {}
    for pick in ordered.picks:
        quarters = pick.units * 4 if isinstance(pick, BayPick) else pick.quarters
        commanded[pick.product] = commanded.get(pick.product, 0) + quarters
        if quarters <= 0:
            yield found(order_codes.NOT_POSITIVE, order.order_id, pouch=ordered.number, product=pick.product)
    planned: dict[str, int] = {}
    for content in pouch.contents:
        planned[content.product_id] = planned.get(content.product_id, 0) + content.quarters
    if commanded == planned:
        return
    for product in sorted({*commanded, *planned}):
        ordered_quarters, planned_quarters = commanded.get(product, 0), planned.get(product, 0)
        if ordered_quarters != planned_quarters:
            yield found(
                order_codes.PICKS_DIFFER,
                order.order_id,
                pouch=ordered.number,
                product=product,
                ordered=text_of(Quarters(ordered_quarters)),
                planned=text_of(Quarters(planned_quarters)),
            )


def _limits(order: PackingOrder, pouch: Pouch, stock: MachineStock, catalogue: Catalogue) -> Iterator[Finding]:
    what = overfull(pouch, catalogue, PouchLimits(stock.pouch_units, stock.pouch_volume_mm3))
    if what:
        yield found(order_codes.TOO_FULL, order.order_id, pouch=pouch.number, what=what)


def _products(order: PackingOrder, ordered: PouchOrder, catalogue: Catalogue) -> Iterator[Finding]:
    for pick in ordered.picks:
        product = catalogue.products.get(ProductId(pick.product))
        if product is None:
            at = {"pouch": ordered.number, "product": pick.product}
            yield found(order_codes.UNKNOWN_PRODUCT_ORDERED, order.order_id, **at)
        elif product.tray_only and isinstance(pick, BayPick):
            yield found(order_codes.TRAY_ONLY, order.order_id, pouch=ordered.number, product=product.name)
