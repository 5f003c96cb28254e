"""Intakes and the pouches that hold them."""

from dataclasses import dataclass
from datetime import date

from dispenser.core.dosage import Slot
from dispenser.core.ids import OrdinationId, ProductId
from dispenser.core.quantity import Quarters


@dataclass(frozen=True, slots=True)
class Dose:
    """Quantity of one product, for one ordination, on one civil date at one slot."""

    ordination_id: OrdinationId
    product_id: ProductId
    date: date
    slot: Slot
    quarters: Quarters
    instruction: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What one pouch holds of one ordination."""

    ordination_id: OrdinationId
    product_id: ProductId
    quarters: Quarters


@dataclass(frozen=True, slots=True)
class Pouch:
    """One sealed bag: one citizen (the roll's), one date, one slot; part `part` of `parts` when it had to be split.

    `number` is the place in the roll, from 1; number 0 is the roll's header pouch, which holds nothing and is
    not listed here. A quantity that is not whole tablets is hand-filled from a tray.
    """

    number: int
    date: date
    slot: Slot
    part: int
    parts: int
    contents: tuple[Content, ...]
    instruction: str = ""
