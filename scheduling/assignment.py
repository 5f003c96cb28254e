"""Which machine packs which roll: even work first, few hand-filled tray cells second."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dispenser.core.ids import MachineId, RollId
from dispenser.core.product import Catalogue
from dispenser.core.roll import Roll
from dispenser.core.stock import MachineStock
from dispenser.core.translate import RollNeeds, needs_of

_TOLERANCE = 10
"""Machines within one part in ten of the lightest load count as equally loaded."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Machine of every roll that some machine can pack, and for the others every machine's reasons."""

    machine_of: Mapping[RollId, MachineId]
    unassignable: Mapping[RollId, tuple[str, ...]]


def assign(rolls: Sequence[Roll], stocks: Sequence[MachineStock], catalogue: Catalogue) -> Assignment:
    """Return a machine for every roll: the load (pouches) is spread, ties go to the fewest tray cells.

    A machine is eligible when every pouch fits, its tray cells included; how full its canisters are just now does
    not count, for they are refilled. The result does not depend on the order of `rolls` or `stocks`.
    """
    machines = sorted(stocks, key=lambda stock: stock.machine_id)
    load = {stock.machine_id: 0 for stock in machines}
    options: dict[RollId, list[tuple[MachineId, int]]] = {}
    unassignable: dict[RollId, tuple[str, ...]] = {}
    for roll in rolls:
        needs = needs_of(roll, catalogue)
        obstacles = {stock.machine_id: _obstacles(needs, stock) for stock in machines}
        able = [stock for stock in machines if not obstacles[stock.machine_id]]
        if able:
            options[roll.roll_id] = [(stock.machine_id, needs.cells_on(stock)) for stock in able]
        else:
            unassignable[roll.roll_id] = tuple(reason for reasons in obstacles.values() for reason in reasons) or (
                "there is no machine",
            )
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


def _obstacles(needs: RollNeeds, stock: MachineStock) -> tuple[str, ...]:
    reasons: list[str] = []
    # A roll may need the tray several times over; one pouch must not.
    cells = needs.most_cells_on(stock)
    if cells > stock.tray_cells:
        reasons.append(f"{stock.machine_id}: {cells} tray cells needed for a pouch, {stock.tray_cells} there")
    if needs.pouch_units > stock.pouch_units:
        reasons.append(f"{stock.machine_id}: a pouch of {needs.pouch_units} units, {stock.pouch_units} at most")
    if stock.pouch_volume_mm3 and needs.pouch_volume_mm3 > stock.pouch_volume_mm3:
        reasons.append(f"{stock.machine_id}: a pouch of {needs.pouch_volume_mm3} mm3, {stock.pouch_volume_mm3} at most")
    reasons.extend(f"{stock.machine_id}: {product} is not in the catalogue" for product in needs.unknown)
    return tuple(reasons)
