"""From the doses of one intake to the contents of its pouches.

Rules: R8 one pouch has one instruction, and a blank instruction may share with a filled one; R10 a product that must
be packed separately is alone. What does not fit is split into several pouches. The result depends on what the doses
are only: not on their order and not on the date, so that equal days have equal pouches.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dispenser.core.expansion import NotPackableError
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
    """Part of a dose that fits into one pouch."""

    content: Content
    instruction: str
    units: int
    volume_mm3: int

    @property
    def key(self) -> tuple[str, str, int]:
        return self.content.product_id, self.content.ordination_id, self.content.quarters


@dataclass(slots=True)
class _Bag:
    """A pouch while it is being filled."""

    limits: PouchLimits
    alone: bool = False
    pieces: list[_Piece] = field(default_factory=list[_Piece])
    units: int = 0
    volume_mm3: int = 0

    def takes(self, piece: _Piece) -> bool:
        if self.alone or self.units + piece.units > self.limits.units:
            return False
        return not self.limits.volume_mm3 or self.volume_mm3 + piece.volume_mm3 <= self.limits.volume_mm3

    def put(self, piece: _Piece) -> None:
        self.pieces.append(piece)
        self.units += piece.units
        self.volume_mm3 += piece.volume_mm3

    def filled(self) -> Filled:
        return Filled(
            contents=tuple(piece.content for piece in sorted(self.pieces, key=lambda piece: piece.key)),
            instruction=max((piece.instruction for piece in self.pieces), default=""),
        )


def fill(doses: Iterable[Dose], catalogue: Catalogue, limits: PouchLimits) -> tuple[Filled, ...]:
    """Return the pouches for `doses`, all of one citizen's intake, in the order of their parts.

    Raises:
        NotPackableError: a product is unknown, or one unit of it is larger than a pouch.
    """
    shared: dict[str, list[_Piece]] = {}
    alone: list[_Piece] = []
    for dose in doses:
        product = catalogue.products.get(dose.product_id)
        if product is None:
            raise NotPackableError(dose.ordination_id, (UNKNOWN_PRODUCT,))
        target = alone if product.separate_pouch else shared.setdefault(dose.instruction, [])
        target.extend(_pieces(dose, product, limits))
    bags: list[_Bag] = []
    for instruction in sorted(filter(None, shared)):
        own: list[_Bag] = []
        _fill(own, shared[instruction], limits)
        bags.extend(own)
    # Last, because they may fill up the pouch of any instruction.
    _fill(bags, shared.get("", []), limits)
    for piece in sorted(alone, key=lambda piece: (piece.key, piece.instruction)):
        bag = _Bag(limits, alone=True)
        bag.put(piece)
        bags.append(bag)
    return tuple(bag.filled() for bag in bags)


def _fill(bags: list[_Bag], pieces: Iterable[_Piece], limits: PouchLimits) -> None:
    for piece in sorted(pieces, key=lambda piece: (-piece.units, piece.key)):
        bag = next((bag for bag in bags if bag.takes(piece)), None)
        if bag is None:
            bag = _Bag(limits)
            bags.append(bag)
        bag.put(piece)


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
        content = Content(dose.ordination_id, dose.product_id, quarters)
        yield _Piece(content, dose.instruction, units, units * product.volume_mm3)
        left = Quarters(left - quarters)
