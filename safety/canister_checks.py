"""What may be poured into a canister, and what a machine may draw from it: product, lot, dates, persons (C8, C14, C15).

Everything here refuses in doubt: a fill that nobody registered is as bad as a recalled one.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from dispenser.core.fills import (
    HAND,
    LONGEST_OUTSIDE_DAYS,
    Drop,
    Fill,
    FillName,
    KnownFills,
    Lots,
    LotState,
    Pack,
)
from dispenser.core.ids import ProductId
from dispenser.core.product import Catalogue
from dispenser.core.roll import Roll
from dispenser.core.stock import MachineStock
from hal.orders import BayPick, PackingOrder, Pick
from safety import fill_codes, lot_codes
from safety.findings import Finding, found
from safety.slot_checks import same_name

_LATER = (lot_codes.LOT_QUARANTINED, lot_codes.FILL_ENDED)


@dataclass(frozen=True, slots=True)
class Register:
    """What is known before a fill: products by GTIN, packs and fill codes used before, lots, look-alike products."""

    gtins: Mapping[str, ProductId]
    used: Mapping[tuple[str, str], FillName] = field(default_factory=dict)
    """Which fill a pack, by GTIN and serial number, went into."""
    names: Collection[FillName] = ()
    lots: Lots = field(default_factory=Lots)
    pairs: Collection[frozenset[ProductId]] = ()
    """Products that somebody has called look-alikes."""


def check_fill(fill: Fill, register: Register, catalogue: Catalogue, today: date) -> tuple[Finding, ...]:
    """Return what is wrong with a fill that is about to be registered, or worth telling (C8, C14, R14).

    Every pack must be one of the product's, of a lot in use and not expired, and never opened before; the container's
    fill code must be new, since leftovers are not mixed; and a second person must have checked.
    """
    return (
        *_container(fill, register),
        *check_two(fill.filled_by, fill.checked_by),
        *_product(fill, catalogue),
        *_dates(fill, today),
        *_packs(fill, register, catalogue, today),
        *_second_scan(fill, register, catalogue),
    )


def check_two(who: str, second: str) -> tuple[Finding, ...]:
    """Return why `who` did and `second` checked is not the work of two people (R14)."""
    if not who.strip() or not second.strip():
        return (found(fill_codes.NO_NAME, "who"),)
    return (found(fill_codes.SAME_PERSON, "who", who=who),) if same_name(who, second) else ()


def look_alikes(
    product_id: ProductId, catalogue: Catalogue, pairs: Collection[frozenset[ProductId]] = ()
) -> tuple[ProductId, ...]:
    """Return the products that may be mistaken for one: those of its name in another strength or form, and `pairs`."""
    product = catalogue.products.get(product_id)
    named = {
        other.product_id
        for other in catalogue.products.values()
        if product is not None and same_name(other.name, product.name)
    }
    paired = {other for pair in pairs if product_id in pair for other in pair}
    return tuple(sorted((named | paired) - {product_id}))


def check_fills(
    order: PackingOrder, roll: Roll, known: KnownFills, catalogue: Catalogue, stock: MachineStock
) -> tuple[Finding, ...]:
    """Return what keeps `order` from drawing on the fills it would draw on, each problem once (C8, C14).

    Every bay's fill must be registered for the product and usable on each pouch's own date; for every tray cell there
    must be open hand stock of the product, and all of it usable, since nobody knows from which pack a cell is filled.
    """
    # A pouch that is not the roll's is a finding of its own; here it is judged by the roll's last day.
    dates = {pouch.number: pouch.date for pouch in roll.pouches}
    last = max((roll.period.last, *dates.values()))
    drawn = {_source(pick) for ordered in order.pouches for pick in ordered.picks}
    told: dict[tuple[str, str, tuple[tuple[str, str], ...]], Finding] = {}
    # What may be used on the last day may be used on every day before it.
    if any(True for source in drawn for _ in _drawn(last, _drop(source), known, catalogue)):
        for ordered in order.pouches:
            day = dates.get(ordered.number, last)
            for pick in ordered.picks:
                for finding in _drawn(day, _drop(_source(pick)), known, catalogue):
                    same = tuple(detail for detail in finding.details if detail[0] != "date")
                    told.setdefault((finding.code.id, finding.subject, same), _of_pouch(ordered.number, finding))
    return (*told.values(), *_poured_beside({source[1:] for source in drawn}, known, stock))


_Source = tuple[str] | tuple[str, str, str]
"""A product, and the canister and fill that it comes from; a product alone comes from a tray cell."""


def _source(pick: Pick) -> _Source:
    return (pick.product, pick.canister_id, pick.fill_code) if isinstance(pick, BayPick) else (pick.product,)


def _drop(source: _Source) -> Drop:
    product, *fill = source
    return Drop(ProductId(product), FillName(*fill) if fill else None)


def check_drops(
    number: int, day: date, drops: Iterable[Drop], known: KnownFills, catalogue: Catalogue
) -> tuple[Finding, ...]:
    """Return why a packed pouch for `day` must not be used: a drop that cannot be traced, or is of no usable lot (C15).

    A canister may be refilled after the order was sent, so what truly fell is judged again. A quarantine, or a fill
    taken out of use, stops what is to come; what is packed already stays where it is until somebody decides.
    """
    findings: list[Finding] = []
    for drop in drops:
        if drop.fill is not None and drop.fill not in known.fills:
            about = {"pouch": number, "product": _called(drop.product_id, catalogue), "fill": drop.fill}
            findings.append(found(lot_codes.NOT_TRACED, str(drop.fill), **about))
        else:
            judged = _drawn(day, drop, known, catalogue)
            findings.extend(_of_pouch(number, finding) for finding in judged if finding.code not in _LATER)
    return tuple(dict.fromkeys(findings))


def _of_pouch(number: int, finding: Finding) -> Finding:
    return replace(finding, details=(("pouch", str(number)), *finding.details))


def _container(fill: Fill, register: Register) -> Iterator[Finding]:
    if not fill.name.container.strip() or not fill.name.code.strip():
        yield found(fill_codes.NO_CONTAINER, "fill")
    elif fill.name in register.names:
        yield found(fill_codes.CODE_USED, str(fill.name), fill=fill.name)


def _product(fill: Fill, catalogue: Catalogue) -> Iterator[Finding]:
    product = catalogue.products.get(fill.product_id)
    if product is None:
        yield found(fill_codes.UNKNOWN_PRODUCT, str(fill.name), product=fill.product_id)
    elif not product.dispensable or not product.solid_oral:
        yield found(fill_codes.UNSUITABLE, str(fill.name), product=product.short_name, what="dose-dispensed")
    elif product.tray_only and fill.name.container != HAND:
        yield found(fill_codes.UNSUITABLE, str(fill.name), product=product.short_name, what="in a canister")


def _dates(fill: Fill, today: date) -> Iterator[Finding]:
    if not 1 <= fill.days <= LONGEST_OUTSIDE_DAYS:
        yield found(fill_codes.DAYS_IMPOSSIBLE, str(fill.name), days=fill.days, most=LONGEST_OUTSIDE_DAYS)
    elif fill.opened_on > today:
        yield found(fill_codes.NOT_OPENED_YET, str(fill.name), opened=fill.opened_on, today=today)
    elif today > fill.opened_on + timedelta(days=fill.days):
        until = fill.open_until()
        yield found(fill_codes.OPENED_LONG_AGO, str(fill.name), opened=fill.opened_on, until=until, today=today)


def _packs(fill: Fill, register: Register, catalogue: Catalogue, today: date) -> Iterator[Finding]:
    if not fill.packs:
        yield found(fill_codes.NO_PACKS, str(fill.name))
    for pack in fill.packs:
        yield from _pack(fill, pack, register, catalogue, today)
    # One pack scanned twice is one pack too few in the canister's count.
    serials = Counter((pack.gtin, pack.serial) for pack in fill.packs if pack.serial)
    for (gtin, serial), times in serials.items():
        before = fill.name if times > 1 else register.used.get((gtin, serial))
        if before is not None:
            yield found(fill_codes.SERIAL_USED, str(fill.name), serial=serial, gtin=gtin, fill=before)
    if len(fill.lots) > 1:
        yield found(fill_codes.LOTS_MIXED, str(fill.name), fill=fill.name, count=len(fill.lots))


def _pack(fill: Fill, pack: Pack, register: Register, catalogue: Catalogue, today: date) -> Iterator[Finding]:
    subject = str(fill.name)
    known = register.gtins.get(pack.gtin)
    if pack.units < 1 and known is not None:
        # Of a GTIN that nobody knows nobody knows the units either.
        yield found(fill_codes.NO_UNITS, subject, units=pack.units)
    if known is None:
        yield found(fill_codes.GTIN_UNKNOWN, subject, gtin=pack.gtin)
    elif known != fill.product_id:
        names = {"scanned": _called(known, catalogue), "product": _called(fill.product_id, catalogue)}
        yield found(fill_codes.OTHER_PRODUCT, subject, gtin=pack.gtin, **names)
    if not pack.lot.strip():
        yield found(fill_codes.LOT_MISSING, subject)
    if pack.expiry < today:
        yield found(fill_codes.EXPIRED, subject, lot=pack.lot, expiry=pack.expiry)
    state = register.lots.state_of(pack.name)
    if state is LotState.RECALLED:
        yield found(fill_codes.POURED_RECALLED, subject, lot=pack.lot)
    elif state is LotState.QUARANTINED:
        yield found(fill_codes.POURED_QUARANTINED, subject, lot=pack.lot)
    if not pack.serial:
        yield found(fill_codes.NO_SERIAL, subject, lot=pack.lot)


def _second_scan(fill: Fill, register: Register, catalogue: Catalogue) -> Iterator[Finding]:
    product = _called(fill.product_id, catalogue)
    if fill.second_scan:
        if fill.second_scan not in {pack.gtin for pack in fill.packs}:
            yield found(fill_codes.SECOND_SCAN_DIFFERS, str(fill.name), gtin=fill.second_scan, product=product)
        return
    others = look_alikes(fill.product_id, catalogue, register.pairs)
    if others:
        named = ", ".join(_called(other, catalogue) for other in others)
        yield found(fill_codes.SECOND_SCAN_MISSING, str(fill.name), product=product, others=named)


def _drawn(day: date, drop: Drop, known: KnownFills, catalogue: Catalogue) -> Iterator[Finding]:
    product = _called(drop.product_id, catalogue)
    if drop.fill is None:
        stock = known.hand.get(drop.product_id, ())
        if not stock:
            yield found(lot_codes.NO_HAND_STOCK, str(drop.product_id), product=product)
        for fill in stock:
            yield from _usable(day, drop.product_id, fill, known, catalogue)
        return
    registered = known.fills.get(drop.fill)
    if registered is None:
        yield found(lot_codes.FILL_UNKNOWN, str(drop.fill), fill=drop.fill, product=product)
    else:
        yield from _usable(day, drop.product_id, registered, known, catalogue)
        if registered.ended_at is not None:
            yield found(lot_codes.FILL_ENDED, str(drop.fill), fill=drop.fill)


def _usable(day: date, product_id: ProductId, fill: Fill, known: KnownFills, catalogue: Catalogue) -> Iterator[Finding]:
    subject = str(fill.name)
    if fill.product_id != product_id:
        names = {"registered": _called(fill.product_id, catalogue), "product": _called(product_id, catalogue)}
        yield found(lot_codes.FILL_OF_OTHER, subject, fill=fill.name, **names)
    if not fill.packs:
        yield found(lot_codes.FILL_EMPTY, subject, fill=fill.name)
    for pack in sorted(fill.packs, key=lambda pack: (pack.lot, pack.expiry)):
        if pack.expiry < day:
            yield found(lot_codes.LOT_EXPIRED, subject, fill=fill.name, lot=pack.lot, expiry=pack.expiry, date=day)
    for name in fill.lots:
        state = known.lots.state_of(name)
        if state is LotState.RECALLED:
            yield found(lot_codes.LOT_RECALLED, subject, fill=fill.name, lot=name.lot)
        elif state is LotState.QUARANTINED:
            yield found(lot_codes.LOT_QUARANTINED, subject, fill=fill.name, lot=name.lot)
    until = known.open_until(fill)
    if until < day:
        yield found(lot_codes.OPEN_TOO_LONG, subject, fill=fill.name, opened=fill.opened_on, until=until, date=day)


def _poured_beside(drawn: Collection[tuple[str, ...]], known: KnownFills, stock: MachineStock) -> Iterator[Finding]:
    """More in the canister than its scanned packs held: somebody poured in a pack that nobody scanned."""
    for canister in stock.canisters:
        if (canister.canister_id, canister.fill_code) not in drawn:
            continue
        name = FillName(canister.canister_id, canister.fill_code)
        fill = known.fills.get(name)
        if fill is not None and canister.units > fill.units:
            counts = {"counted": canister.units, "scanned": fill.units}
            yield found(lot_codes.MORE_THAN_SCANNED, str(name), fill=name, **counts)


def _called(product_id: ProductId, catalogue: Catalogue) -> str:
    product = catalogue.products.get(product_id)
    return product_id if product is None else product.short_name
