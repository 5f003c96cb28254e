"""From pouches to picks: which bay or tray cell of one machine each content comes from.

Whole units of a product that sits in a canister are dropped from it; fractions, products that are only hand-filled
and products without a canister on this machine come from the tray, one cell for each product of a pouch (R9, R10).
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from dispenser.core.ids import ProductId
from dispenser.core.pouch import Pouch
from dispenser.core.product import Catalogue
from dispenser.core.quantity import QUARTERS_PER_UNIT, Quarters, started_units
from dispenser.core.roll import HEADER_NUMBER, Roll
from dispenser.core.stock import LoadedCanister, MachineStock


@dataclass(frozen=True, slots=True)
class CanisterPick:
    """Drop `units` whole units from the canister in `bay`."""

    bay: int
    canister_id: str
    fill_code: str
    product_id: ProductId
    units: int


@dataclass(frozen=True, slots=True)
class TrayPick:
    """Empty tray cell `cell` (numbered from 1), hand-filled with `quarters`."""

    cell: int
    product_id: ProductId
    quarters: Quarters


@dataclass(frozen=True, slots=True)
class PouchSources:
    """Where the contents of pouch `number` come from; the header has no picks."""

    number: int
    picks: tuple[CanisterPick | TrayPick, ...]


class NotEnoughError(Exception):
    """A machine cannot fill these pouches as it stands; every missing thing is named.

    `units` is needed and available whole units by product, only where too few; `unknown` products are not in the
    catalogue.
    """

    def __init__(
        self,
        cells_needed: int,
        cells_available: int,
        units: Mapping[ProductId, tuple[int, int]],
        unknown: tuple[ProductId, ...] = (),
    ) -> None:
        """Keep all that is missing."""
        parts = [f"{product}: {need} units needed, {has} in canisters" for product, (need, has) in units.items()]
        if cells_needed > cells_available:
            parts.append(f"{cells_needed} tray cells needed, {cells_available} there")
        parts.extend(f"{product}: not in the catalogue" for product in unknown)
        super().__init__("; ".join(parts))
        self.cells_needed = cells_needed
        self.cells_available = cells_available
        self.units = units
        self.unknown = unknown


@dataclass(frozen=True, slots=True)
class RollNeeds:
    """What a roll asks of any machine.

    `tray_cells` are needed everywhere; `cells_without` is how many more are needed where a product has no canister;
    `pouch_units` and `pouch_volume_mm3` are those of the fullest pouch, `unknown` products are not in the catalogue.
    `pouch_cells` has, for every kind of pouch, the cells it always needs and the products that may need one more each.
    """

    tray_cells: int
    cells_without: Mapping[ProductId, int]
    pouch_units: int
    pouch_volume_mm3: int
    pouch_cells: frozenset[tuple[int, frozenset[ProductId]]]
    unknown: tuple[ProductId, ...]

    def cells_on(self, stock: MachineStock) -> int:
        """Return the tray cells that the roll takes on a machine with `stock`."""
        held = {canister.product_id for canister in stock.canisters}
        return self.tray_cells + sum(cells for product, cells in self.cells_without.items() if product not in held)

    def most_cells_on(self, stock: MachineStock) -> int:
        """Return the tray cells that the neediest single pouch takes on a machine with `stock`."""
        held = {canister.product_id for canister in stock.canisters}
        return max((always + len(others - held) for always, others in self.pouch_cells), default=0)


def needs_of(roll: Roll, catalogue: Catalogue) -> RollNeeds:
    """Return what `roll` asks of a machine, without choosing one."""
    always = units = volume = 0
    kinds: set[tuple[int, frozenset[ProductId]]] = set()
    without: Counter[ProductId] = Counter()
    unknown: set[ProductId] = set()
    for pouch in roll.pouches:
        by_hand = 0
        droppable: set[ProductId] = set()
        for product_id, (_, fraction) in _split(pouch).items():
            product = catalogue.products.get(product_id)
            if product is None:
                unknown.add(product_id)
            elif fraction or product.tray_only:
                by_hand += 1
            else:
                without[product_id] += 1
                droppable.add(product_id)
        always += by_hand
        room, space = _room(pouch, catalogue)
        units, volume = max(units, room), max(volume, space)
        kinds.add((by_hand, frozenset(droppable)))
    return RollNeeds(always, without, units, volume, frozenset(kinds), tuple(sorted(unknown)))


def sources(
    roll: Roll, numbers: Collection[int], stock: MachineStock, catalogue: Catalogue
) -> tuple[PouchSources, ...]:
    """Return the picks of the pouches `numbers` of `roll`, in their order; `HEADER_NUMBER` gives a pouch without picks.

    Canisters of one product are used in bay order; a pick that none can serve alone is shared between them.

    Raises:
        NotEnoughError: tray cells or canister units do not suffice, or a product is not in the catalogue.
        ValueError: a number that the roll does not have.
    """
    pouches = {pouch.number: pouch for pouch in roll.pouches}
    strange = set(numbers) - pouches.keys() - {HEADER_NUMBER}
    if strange:
        message = f"roll {roll.roll_id} has no pouch {sorted(strange)}"
        raise ValueError(message)
    plan = _Allocation(stock, catalogue)
    header = PouchSources(HEADER_NUMBER, ())
    made = tuple(
        PouchSources(number, plan.picks(pouches[number])) if number in pouches else header
        for number in sorted(set(numbers))
    )
    plan.require_enough()
    return made


def fitting(roll: Roll, numbers: Collection[int], stock: MachineStock, catalogue: Catalogue) -> tuple[int, ...]:
    """Return the longest beginning of `numbers` (rising) that the tray and the canisters hold as they are now.

    A roll that needs the tray more than once is so packed in several orders, in its own sequence.

    Raises:
        NotEnoughError: not even the first pouch fits.
        ValueError: a number that the roll does not have.
    """
    rising = sorted(set(numbers))

    def fits(count: int) -> bool:
        try:
            sources(roll, rising[:count], stock, catalogue)
        except NotEnoughError:
            return False
        return True

    # Most rolls fit as they are.
    if fits(len(rising)):
        return tuple(rising)
    most = bisect_right(range(1, len(rising)), 0, key=lambda count: int(not fits(count)))
    if most == 0:
        sources(roll, rising[:1], stock, catalogue)
    return tuple(rising[:most])


class _Allocation:
    """What is left of a stock while a roll is translated."""

    def __init__(self, stock: MachineStock, catalogue: Catalogue) -> None:
        self._stock = stock
        self._catalogue = catalogue
        self._left = {canister.bay: canister.units for canister in stock.canisters}
        self._canisters: dict[ProductId, list[LoadedCanister]] = {}
        for canister in sorted(stock.canisters, key=lambda canister: canister.bay):
            self._canisters.setdefault(canister.product_id, []).append(canister)
        self._cells = 0
        self._needed: Counter[ProductId] = Counter()
        self._unknown: set[ProductId] = set()

    def picks(self, pouch: Pouch) -> tuple[CanisterPick | TrayPick, ...]:
        bays: list[CanisterPick] = []
        cells: list[TrayPick] = []
        for product_id, (whole, fraction) in sorted(_split(pouch).items()):
            product = self._catalogue.products.get(product_id)
            if product is None:
                self._unknown.add(product_id)
                continue
            canisters = () if product.tray_only else self._canisters.get(product_id, ())
            by_hand = fraction
            if canisters:
                bays.extend(self._drop(product_id, whole, canisters))
            else:
                by_hand = Quarters(fraction + whole * QUARTERS_PER_UNIT)
            if by_hand:
                self._cells += 1
                cells.append(TrayPick(self._cells, product_id, by_hand))
        return (*bays, *cells)

    def _drop(self, product_id: ProductId, units: int, canisters: Iterable[LoadedCanister]) -> list[CanisterPick]:
        self._needed[product_id] += units
        alone = next((canister for canister in canisters if self._left[canister.bay] >= units), None)
        picks: list[CanisterPick] = []
        for canister in [alone] if alone else canisters:
            taken = min(units, self._left[canister.bay])
            if taken > 0:
                self._left[canister.bay] -= taken
                units -= taken
                picks.append(CanisterPick(canister.bay, canister.canister_id, canister.fill_code, product_id, taken))
        return picks

    def require_enough(self) -> None:
        missing: dict[ProductId, tuple[int, int]] = {}
        for product_id, needed in sorted(self._needed.items()):
            available = sum(canister.units for canister in self._canisters[product_id])
            if needed > available:
                missing[product_id] = (needed, available)
        if missing or self._unknown or self._cells > self._stock.tray_cells:
            raise NotEnoughError(self._cells, self._stock.tray_cells, missing, tuple(sorted(self._unknown)))


def _room(pouch: Pouch, catalogue: Catalogue) -> tuple[int, int]:
    """Started units and mm3 that a pouch takes; halves of two lines are two started units, though of one product."""
    units = volume = 0
    for content in pouch.contents:
        product = catalogue.products.get(content.product_id)
        started = started_units(content.quarters)
        units += started
        volume += started * (product.volume_mm3 if product else 0)
    return units, volume


def _split(pouch: Pouch) -> dict[ProductId, tuple[int, Quarters]]:
    """Whole units and fraction of each product; two halves of different lines stay two halves, not one tablet."""
    split: dict[ProductId, tuple[int, Quarters]] = {}
    for content in pouch.contents:
        whole, fraction = divmod(content.quarters, QUARTERS_PER_UNIT)
        units, quarters = split.get(content.product_id, (0, Quarters(0)))
        split[content.product_id] = (units + whole, Quarters(quarters + fraction))
    return split
