"""The catalogue shipped for demonstration.

Names, forms, strengths, ATC codes and drug ids are of real Danish medicines; ids that begin with 999 are invented.
Looks, dimensions, breakability and substitution groups are made up for demonstration and must not be relied on.
"""

import csv
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from dispenser.core.ids import ProductId
from dispenser.core.product import Catalogue, Partable, Product
from dispenser.core.volume import Dimensions, Shape, pouch_volume_mm3

DEMO_VERSION: Final = "demo-2"
PARTABLE: Final = {
    "indivisible": Partable.INDIVISIBLE,
    "halves": Partable.HALVES,
    "quarters": Partable.QUARTERS,
}
UNITS: Final = {"tablet": ("tablet", "tabletter"), "kapsel": ("kapsel", "kapsler"), "ml": ("ml", "ml")}
"""Unit word -> singular and plural."""


def load_demo() -> Catalogue:
    """Return the demonstration catalogue: about a hundred tablets and capsules, and a few products never packed."""
    text = files("pharmacy_sync.catalogue").joinpath("demo.csv").read_text(encoding="utf-8")
    products = [_product(row) for row in csv.DictReader(text.splitlines())]
    return Catalogue(DEMO_VERSION, {product.product_id: product for product in products})


def _product(row: Mapping[str, str]) -> Product:
    dimensions = _dimensions(row)
    return Product(
        product_id=ProductId(row["product_id"]),
        name=row["name"],
        form=row["form"],
        strength=row["strength"],
        atc=row["atc"],
        short_name=row["short_name"],
        units=UNITS[row["unit"]],
        partable=PARTABLE[row["partable"]],
        dispensable=row["dispensable"] == "yes",
        solid_oral=row["solid_oral"] == "yes",
        separate_pouch=row["separate_pouch"] == "yes",
        tray_only=row["tray_only"] == "yes",
        substitution_group=row["substitution_group"],
        appearance=row["appearance"],
        appearance_invented=True,
        volume_mm3=pouch_volume_mm3(dimensions),
        dimensions=dimensions,
    )


def _dimensions(row: Mapping[str, str]) -> Dimensions | None:
    if not row["shape"]:
        return None
    length, width, height = (int(row[name]) for name in ("length_um", "width_um", "height_um"))
    return Dimensions(Shape(row["shape"]), length, width, height, invented=True)
