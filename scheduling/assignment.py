"""Which machine packs which roll: even work first, few hand-filled tray cells second."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from dispenser.core.ids import MachineId, RollId
from dispenser.core.product import Catalogue
from dispenser.core.roll import Roll
from dispenser.core.stock import MachineStock
from dispenser.core.translate import RollNeeds, needs_of
from hal.errors import Reason
from hal.wire import words
from safety.fit_codes import UNKNOWN_PRODUCT

_TOLERANCE: Final = 10
"""Machines within one part in ten of the lightest load count as equally loaded."""

Against: TypeAlias = Mapping[MachineId, tuple[Reason, ...]]
"""What speaks against a roll on each machine; nothing on a machine that can take it."""
_NOTHING: Final[Mapping[RollId, Against]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Assignment:
    """Machine of every roll that some machine can pack, and for the others every machine's reasons."""

    machine_of: Mapping[RollId, MachineId]
    unassignable: Mapping[RollId, Against]


def assign(
    rolls: Sequence[Roll],
    stocks: Sequence[MachineStock],
    catalogue: Catalogue,
    against: Mapping[RollId, Against] = _NOTHING,
) -> Assignment:
    """Return a machine for every roll: the load (pouches) is spread, ties go to the fewest tray cells.

    A machine is eligible when every pouch fits, its tray cells included, and nothing is known `against` the roll
    there; how full its canisters are just now does not count, for they are refilled. The result does not depend on
    the order of `rolls` or `stocks`.
    """
    machines = sorted(stocks, key=lambda stock: stock.machine_id)
    load = {stock.machine_id: 0 for stock in machines}
    options: dict[RollId, list[tuple[MachineId, int]]] = {}
    unassignable: dict[RollId, Against] = {}
    for roll in rolls:
        needs = needs_of(roll, catalogue)
        known = against.get(roll.roll_id, {})
        obstacles = {
            stock.machine_id: (*_obstacles(needs, stock), *known.get(stock.machine_id, ())) for stock in machines
        }
        able = [stock for stock in machines if not obstacles[stock.machine_id]]
        if able:
            options[roll.roll_id] = [(stock.machine_id, needs.cells_on(stock)) for stock in able]
        else:
            unassignable[roll.roll_id] = obstacles
    # The least free roll first, then the longest: what is easy to place evens out the rest.
    placed = [roll for roll in rolls if roll.roll_id in options]
    placed.sort(key=lambda roll: (len(options[roll.roll_id]), -len(roll.pouches), roll.roll_id))
    machine_of: dict[RollId, MachineId] = {}
    for roll in placed:
        machine = _lightest(options[roll.roll_id], load, len(roll.pouches))
        load[machine] += len(roll.pouches)
        machine_of[roll.roll_id] = machine
    return Assignment(dict(sorted(machine_of.items())), dict(sorted(unassignable.items())))


def _lightest(options: Sequence[tuple[MachineId, int]], load: Mapping[MachineId, int], pouches: int) -> MachineId:
    least = min(load[machine] for machine, _ in options) + pouches
    near = [
        (cells, load[machine], machine)
        for machine, cells in options
        if (load[machine] + pouches) * _TOLERANCE <= least * (_TOLERANCE + 1)
    ]
    return min(near)[2]


def _obstacles(needs: RollNeeds, stock: MachineStock) -> Iterator[Reason]:
    # A roll may need the tray several times over; one pouch must not.
    cells = needs.most_cells_on(stock)
    if cells > stock.tray_cells:
        yield Reason(words.UNKNOWN_CELL, f"{cells} tray cells needed for a pouch, {stock.tray_cells} there")
    if needs.pouch_units > stock.pouch_units:
        yield Reason(words.TOO_MANY_UNITS, f"a pouch of {needs.pouch_units} units, {stock.pouch_units} at most")
    if stock.pouch_volume_mm3 and needs.pouch_volume_mm3 > stock.pouch_volume_mm3:
        volumes = f"a pouch of {needs.pouch_volume_mm3} mm3, {stock.pouch_volume_mm3} at most"
        yield Reason(words.TOO_MANY_UNITS, volumes)
    for product in needs.unknown:
        yield Reason(UNKNOWN_PRODUCT, f"{product} is not in the catalogue")
