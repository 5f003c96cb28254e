"""From a plan to the pouches of one roll.

Rules: R8 a pouch is one date, one slot and one instruction, and a blank instruction may share with a filled one;
R10 a product that must be packed separately is alone. What does not fit is split into parts n of m. The result
depends on the plan's content only, never on the order of its lines.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from dispenser.core.dosage import Slot
from dispenser.core.expansion import NotPackableError, expand
from dispenser.core.ids import CitizenId, RollId
from dispenser.core.plan import MedicationPlan
from dispenser.core.pouch import Content, Dose, Pouch
from dispenser.core.product import Catalogue, Product
from dispenser.core.quantity import QUARTERS_PER_UNIT, Quarters, started_units
from dispenser.core.roll import Period, Roll
from dispenser.core.slots import SlotTable
from dispenser.core.stock import PouchLimits

__all__ = ["UNIT_TOO_LARGE", "UNKNOWN_PRODUCT", "PouchLimits", "pack"]

UNKNOWN_PRODUCT = "unknown-product"
UNIT_TOO_LARGE = "unit-too-large"
"""One unit needs more volume than a pouch has."""

_Intake = tuple[date, Slot]


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

    @property
    def instruction(self) -> str:
        return max((piece.instruction for piece in self.pieces), default="")


def pack(
    roll_id: RollId,
    citizen_id: CitizenId,
    plan: MedicationPlan,
    period: Period,
    catalogue: Catalogue,
    slots: SlotTable,
    limits: PouchLimits,
) -> Roll:
    """Return the roll of `plan` over `period`: pouches numbered from 1, by date and slot.

    Raises:
        NotPackableError: an ordination cannot be dated, its product is unknown, or one unit is larger than a pouch.
    """
    intakes: dict[_Intake, list[Dose]] = {}
    for ordination in plan.ordinations:
        for dose in expand(ordination, period, slots):
            intakes.setdefault((dose.date, dose.slot), []).append(dose)
    pouches: list[Pouch] = []
    for at, slot in sorted(intakes, key=lambda intake: (intake[0], slots.order(intake[1]))):
        bags = _bags(intakes[at, slot], catalogue, limits)
        for part, bag in enumerate(bags, start=1):
            pouches.append(
                Pouch(
                    number=len(pouches) + 1,
                    date=at,
                    slot=slot,
                    part=part,
                    parts=len(bags),
                    contents=tuple(piece.content for piece in sorted(bag.pieces, key=lambda piece: piece.key)),
                    instruction=bag.instruction,
                )
            )
    return Roll(roll_id, citizen_id, plan.revision, period, tuple(pouches))


def _bags(doses: Iterable[Dose], catalogue: Catalogue, limits: PouchLimits) -> list[_Bag]:
    """Fill the pouches of one intake, largest pieces first, each into the first pouch that takes it."""
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
    return bags


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
