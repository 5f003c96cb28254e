"""From the doses of one intake to the contents of its pouches.

Rules: R8 one pouch has one instruction, and a blank instruction may share with a filled one; R10 a product that must
be packed separately is alone. What does not fit is split into several pouches. The result depends on what the doses
are only: not on their order and not on the date, so that equal days have equal pouches.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dispenser.core.expander import NotPackableError
from dispenser.core.pouch import Content, Dose
from dispenser.core.product import Catalogue, Product
from dispenser.core.quantity import QUARTERS_PER_UNIT, Quarters, started_units
from dispenser.core.stock import PouchLimits

UNKNOWN_PRODUCT = "unknown-product"
UNIT_TOO_LARGE = "unit-too-large"
"""One unit needs more volume than a pouch has."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What one pouch holds, and the instruction that it bears (empty for none)."""

    contents: tuple[Content, ...]
    instruction: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """Part of a dose that fits into one pouch; `size` compares how much of a pouch pieces take."""

    content: Content
    instruction: str
    units: int
    volume_mm3: int
    size: int

    @property
    def key(self) -> tuple[str, str, int]:
        return self.content.product_id, self.content.ordination_id, self.content.quarters


@dataclass(slots=True)
class _Bag:
    """A pouch while it is being filled."""

    limits: PouchLimits
    pieces: list[_Piece] = field(default_factory=list[_Piece])
    instruction: str = ""
    units: int = 0
    volume_mm3: int = 0

    def takes(self, piece: _Piece) -> bool:
        if piece.instruction and self.instruction not in {"", piece.instruction}:
            return False
        if self.units + piece.units > self.limits.units:
            return False
        return not self.limits.volume_mm3 or self.volume_mm3 + piece.volume_mm3 <= self.limits.volume_mm3

    def put(self, piece: _Piece) -> None:
        self.pieces.append(piece)
        self.instruction = self.instruction or piece.instruction
        self.units += piece.units
        self.volume_mm3 += piece.volume_mm3


def fill(doses: Iterable[Dose], catalogue: Catalogue, limits: PouchLimits) -> tuple[Filled, ...]:
    """Return the pouches for `doses`, all of one citizen's intake, in the order of their parts.

    A dose that fits into a pouch is never divided. Pouches with an instruction come first, those of products that
    must be alone come last.

    Raises:
        NotPackableError: a product is unknown, or one unit of it is larger than a pouch.
    """
    shared: list[_Piece] = []
    alone: list[_Piece] = []
    for dose in doses:
        product = catalogue.products.get(dose.product_id)
        if product is None:
            raise NotPackableError(dose.ordination_id, (UNKNOWN_PRODUCT,))
        (alone if product.separate_pouch else shared).extend(_pieces(dose, product, limits))
    bags = _fewest(shared, limits)
    bags.sort(key=lambda bag: (not bag.instruction, bag.instruction))
    return (
        *(_filled(bag.pieces) for bag in bags),
        *(_filled([piece]) for piece in sorted(alone, key=lambda piece: (piece.key, piece.instruction))),
    )


def _fewest(pieces: Iterable[_Piece], limits: PouchLimits) -> list[_Bag]:
    """Return the fewer pouches of two ways to fill them, largest piece first.

    Pieces without an instruction wait for those with one, because they may fill up the pouch of any; only a large
    one among them is sometimes better placed at its size.
    """
    waiting = sorted(pieces, key=lambda piece: (not piece.instruction, piece.instruction, -piece.size, piece.key))
    bags = _first_fit(waiting, limits)
    # Two are the fewest where one does not do, and every instruction needs its own.
    if len(bags) <= max(2, len({piece.instruction for piece in waiting} - {""})):
        return bags
    return min(bags, _first_fit(sorted(waiting, key=lambda piece: -piece.size), limits), key=len)


def _first_fit(pieces: Iterable[_Piece], limits: PouchLimits) -> list[_Bag]:
    bags: list[_Bag] = []
    for piece in pieces:
        bag = next((bag for bag in bags if bag.takes(piece)), None)
        if bag is None:
            bag = _Bag(limits)
            bags.append(bag)
        bag.put(piece)
    return bags


def _filled(pieces: Iterable[_Piece]) -> Filled:
    ordered = sorted(pieces, key=lambda piece: piece.key)
    return Filled(
        contents=tuple(piece.content for piece in ordered),
        instruction=max(piece.instruction for piece in ordered),
    )


def _pieces(dose: Dose, product: Product, limits: PouchLimits) -> Iterator[_Piece]:
    """Cut a dose into whole-unit pieces that each fit an empty pouch; the last holds what is left."""
    most = limits.units
    if limits.volume_mm3 and product.volume_mm3:
        most = min(most, limits.volume_mm3 // product.volume_mm3)
    if most < 1:
        raise NotPackableError(dose.ordination_id, (UNIT_TOO_LARGE,))
    left = dose.quarters
    while left > 0:
        quarters = Quarters(min(left, most * QUARTERS_PER_UNIT))
        units = started_units(quarters)
        volume = units * product.volume_mm3
        yield _Piece(
            content=Content(dose.ordination_id, dose.product_id, quarters),
            instruction=dose.instruction,
            units=units,
            volume_mm3=volume,
            size=max(units * max(limits.volume_mm3, 1), volume * limits.units if limits.volume_mm3 else 0),
        )
        left = Quarters(left - quarters)
