"""A medicine as the catalogue describes it, and the catalogue itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from dispenser.core.ids import ProductId
from dispenser.core.quantity import Quarters
from dispenser.core.volume import Dimensions

SHORT_NAME_LENGTH = 22
"""Longest short name on a pouch, in characters (FMK drug catalogue)."""


class Partable(Enum):
    """Into which parts the producer lets a tablet be broken (FMK `Partable`); the value is the smallest part."""

    INDIVISIBLE = Quarters(4)
    HALVES = Quarters(2)
    QUARTERS = Quarters(1)


@dataclass(frozen=True, slots=True)
class Product:
    """One dispensable medicine.

    `short_name` is what a pouch prints: at most 22 characters, unique, and it keeps the strength.
    `units` are the words for the counted unit (`tablet`, `tabletter`, `kapsel`, `kapsler`), first the singular.
    `volume_mm3` is the pouch volume that one started unit needs, 0 when unknown; whoever knows the `dimensions` derives
    it from them.
    """

    product_id: ProductId
    name: str
    form: str
    strength: str
    atc: str
    short_name: str
    units: tuple[str, str]
    partable: Partable
    dispensable: bool
    """D-mark: the producer declares it suitable for machine dispensing (BEK 827/2024 § 111)."""
    solid_oral: bool
    """A tablet or capsule that § 112 allows: not effervescent, freeze-dried or orodispersible."""
    separate_pouch: bool
    """Must be alone in its pouch (DKMA remarks)."""
    tray_only: bool
    """Never in a canister: hand-filled into a tray cell."""
    substitution_group: str
    appearance: str
    appearance_invented: bool
    """The description of the tablet's looks is made up for demonstration and must not be relied on."""
    volume_mm3: int = 0
    dimensions: Dimensions | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All products by id, under one version text."""

    version: str
    products: Mapping[ProductId, Product]
