"""The stockroom of the self-test: fills of canisters, hand stock, and a canister that is being filled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from dispenser.app.selftest.chance import Chance, pick
from dispenser.app.selftest.shelf import SHELF
from dispenser.core.fills import HAND, Fill, FillName, KnownFills, Pack, gtin_of
from dispenser.core.ids import ProductId
from dispenser.core.stock import MachineStock
from safety.canister_checks import Register, look_alikes

FILLED_BY: Final = "Farmakonom Bo Lund"
CHECKED_BY: Final = "Farmaceut Kirsten Holm"
_PACK_UNITS: Final = 100
_BEFORE: Final = timedelta(days=8)
"""Fills are opened so long before the period at most: a fortnight and a period later they may still be used."""


def _gtin(product_id: ProductId) -> str:
    """Return a GTIN of the product's own, with a right check digit."""
    body = f"05798{product_id[-4:]}0000"[:13]
    return next(gtin for digit in range(10) if (gtin := _valid(f"{body}{digit}")))


def _valid(text: str) -> str:
    try:
        return gtin_of(text)
    except ValueError:
        return ""


GTINS: Final[Mapping[ProductId, str]] = {product_id: _gtin(product_id) for product_id in SHELF.products}
"""The GTIN of each product's pack."""


@dataclass(frozen=True, slots=True)
class Pouring:
    """A fill that is about to be registered, what is known then, and the day."""

    fill: Fill
    register: Register
    today: date


def known_fills(chance: Chance, stock: MachineStock, first: date) -> KnownFills:
    """Return fills of every canister of `stock`, and hand stock of every product, that may be used from `first` on."""
    fills = {
        FillName(canister.canister_id, canister.fill_code): _fill(
            chance, FillName(canister.canister_id, canister.fill_code), canister.product_id, first, canister.units
        )
        for canister in stock.canisters
    }
    hand = {
        product_id: (_fill(chance, FillName(HAND, f"H{product_id[-3:]}"), product_id, first, _PACK_UNITS),)
        for product_id in SHELF.products
    }
    return KnownFills(fills, hand)


def pouring(chance: Chance, stock: MachineStock, first: date) -> Pouring:
    """Return a canister that is filled with what it held before, under a new code."""
    today = first - timedelta(days=chance.randint(1, 5))
    canister = pick(chance, stock.canisters)
    name = FillName(canister.canister_id, f"{canister.fill_code}-next")
    fill = _fill(chance, name, canister.product_id, today + _BEFORE, 3 * _PACK_UNITS)
    names = {FillName(one.canister_id, one.fill_code) for one in stock.canisters}
    used = {(GTINS[canister.product_id], "S000001"): next(iter(sorted(names, key=str)))}
    gtins = {gtin: product_id for product_id, gtin in GTINS.items()}
    return Pouring(fill, Register(gtins, used, frozenset(names)), today)


def _fill(chance: Chance, name: FillName, product_id: ProductId, first: date, units: int) -> Fill:
    """Return a fill of packs of one lot, opened some days before `first`."""
    opened = first - _BEFORE - timedelta(days=chance.randint(0, 3))
    lot, expiry = f"L{chance.randrange(10_000):04d}", first + timedelta(days=chance.randint(200, 900))
    count = -(-units // _PACK_UNITS)
    # Of one chance for all, so that no two packs have one number.
    serial = chance.randrange(10**9, 9 * 10**9)
    return Fill(
        name,
        product_id,
        tuple(Pack(GTINS[product_id], lot, expiry, f"S{serial + place:010d}", _PACK_UNITS) for place in range(count)),
        opened,
        FILLED_BY,
        CHECKED_BY,
        datetime.combine(opened, time(9, 0), UTC),
        second_scan=GTINS[product_id] if look_alikes(product_id, SHELF) else "",
    )
