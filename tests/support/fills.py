"""Canisters and hand stock prepared as a pharmacy does it: every pack scanned, by two people."""

from collections.abc import Iterable
from datetime import date

from dispenser.app.refill import FillDraft, PackScan, register_fills, register_gtins
from dispenser.app.services import Services
from dispenser.core.fills import HAND, FillName, with_check_digit
from dispenser.core.ids import ProductId
from dispenser.core.stock import MachineStock

FILLER, CHECKER = "Farmakonom Ida Krogh", "Farmakonom Bo Juul"
EXPIRY = date(2029, 6, 30)
UNITS = 1_000_000
"""In every pack: no test's canister holds more."""


def gtin(place: int) -> str:
    """A GTIN of its own for the product at `place` of the catalogue."""
    return with_check_digit(f"0571234{place:06d}")


def gtin_for(services: Services, product_id: ProductId) -> str:
    return gtin(list(services.catalogue.products).index(product_id))


def scan(code: str, lot: str, serial: str, expiry: date = EXPIRY) -> PackScan:
    return PackScan(f"(01){code}(17){expiry:%y%m%d}(10){lot}(21){serial}")


def draft(
    services: Services,
    name: FillName,
    product_id: ProductId,
    lots: Iterable[str] = (),
    expiry: date = EXPIRY,
) -> FillDraft:
    """A fill of one pack of each lot; without `lots` of one that is the fill's own."""
    code = gtin_for(services, product_id)
    given = tuple(lots) or (f"L{name.code}"[:20],)
    packs = tuple(scan(code, lot, f"{name.container}{name.code}{n}"[:20], expiry) for n, lot in enumerate(given))
    return FillDraft(name.container, name.code, product_id, packs, FILLER, CHECKER, second_scan=code)


def know_gtins(services: Services) -> None:
    """Register a GTIN for every product that has none."""
    with services.database.read() as tx:
        known = tx.fills.gtins()
    listed = [(gtin_for(services, product_id), product_id, UNITS) for product_id in services.catalogue.products]
    new = [one for one in listed if one[0] not in known]
    if new:
        register_gtins(services, new, FILLER, CHECKER)


def fill_canisters(services: Services, canisters: Iterable[tuple[str, str, str]]) -> None:
    """Register those of these fills (canister, fill code, product) that nobody has registered yet."""
    know_gtins(services)
    wanted = {FillName(canister, code): ProductId(product) for canister, code, product in canisters}
    with services.database.read() as tx:
        known = tx.fills.of_names(wanted)
    new = [draft(services, name, product) for name, product in wanted.items() if name not in known]
    if new:
        register_fills(services, new)


def open_hand_stock(services: Services) -> None:
    """Open hand stock of every product that has none open."""
    know_gtins(services)
    with services.database.read() as tx:
        there = tx.fills.hand_stock(services.catalogue.products)
    new = [
        draft(services, FillName(HAND, f"hand-{product_id}"), product_id)
        for product_id, product in services.catalogue.products.items()
        if product_id not in there and product.dispensable and product.solid_oral
    ]
    if new:
        register_fills(services, new)


def fill_as_it_stands(services: Services, stock: MachineStock) -> None:
    """Register what sits in a machine now, and hand stock beside it."""
    fill_canisters(services, [(one.canister_id, one.fill_code, one.product_id) for one in stock.canisters])
    open_hand_stock(services)
