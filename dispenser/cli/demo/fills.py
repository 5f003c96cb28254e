"""Packs of a demonstration: GTINs, lots, dates and serial numbers are made up, the way they are registered is not."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from dispenser.cli.demo.folder import UNITS_IN_CANISTER, DemoFolder, canisters_of
from dispenser.core.fills import gtin_of, with_check_digit
from dispenser.core.product import Catalogue, Product
from pharmacy_sync.catalogue.demo import load_demo

_UNITS_IN_PACK = 1_000
_PACKS = UNITS_IN_CANISTER // _UNITS_IN_PACK
_COMPANY = "0570990"
_COLUMNS = ("canister", "fill", "product", "pack", "second_scan")


@dataclass(frozen=True, slots=True)
class Lists:
    """Files for `dispenser refill`: gtin, register and hand."""

    gtins: Path
    canisters: Path
    hand: Path


def write_lists(folder: DemoFolder, refills: int) -> Lists:
    """Write what is in every canister now, and in the `refills` fills of it that come next, and the hand stock."""
    catalogue = load_demo()
    lists = Lists(folder.root / "gtins.csv", folder.root / "fills.csv", folder.root / "hand-stock.csv")
    products = [one for one in catalogue.products.values() if one.dispensable and one.solid_oral]
    named = [(_gtin(catalogue, product), product.product_id, _UNITS_IN_PACK) for product in products]
    _write(lists.gtins, ("gtin", "product", "units"), named)
    packs = _Packs(catalogue, folder.first)
    _write(lists.canisters, _COLUMNS, _canisters(folder, catalogue, packs, refills))
    _write(lists.hand, _COLUMNS, (row for product in products for row in packs.fill("", "", product, 1)))
    return lists


def _canisters(
    folder: DemoFolder, catalogue: Catalogue, packs: "_Packs", refills: int
) -> Iterator[tuple[str, str, str, str, str]]:
    for place, machine in enumerate(folder.machines):
        for canister, product in canisters_of(place, machine, catalogue):
            for number in range(1, refills + 2):
                # A refill's code is that of the first fill and its number, as the simulated tags count.
                code = f"{canister}-1" if number == 1 else f"{canister}-1-{number}"
                yield from packs.fill(canister, code, product, _PACKS)


class _Packs:
    """A shelf that gives packs, each once; a lot lasts for some packs of its product, and old ones come first."""

    def __init__(self, catalogue: Catalogue, first: date) -> None:
        self._catalogue = catalogue
        self._first = first
        self._given: dict[str, int] = {}

    def fill(self, canister: str, code: str, product: Product, count: int) -> Iterator[tuple[str, str, str, str, str]]:
        gtin = _gtin(self._catalogue, product)
        for _ in range(count):
            place = self._given.get(gtin, 0)
            self._given[gtin] = place + 1
            # Not a multiple of a canister's packs, so that some fills mix two lots, as they do.
            lot = place // (3 * _PACKS + 2)
            expiry = self._first + timedelta(days=240 + 97 * lot + int(gtin[-4:-1]))
            pack = f"(01){gtin}(17){expiry:%y%m%d}(10){gtin[-6:-1]}{chr(ord('A') + lot % 26)}{lot}(21){place:010d}"
            yield canister, code, product.product_id, pack, gtin


def _gtin(catalogue: Catalogue, product: Product) -> str:
    place = list(catalogue.products).index(product.product_id)
    return gtin_of(with_check_digit(f"{_COMPANY}{place:05d}"))


def _write(file: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows(rows)
