"""The hand-filled tray: one for each order, filled by the technician as the order says, or nearly."""

from typing import Final

from simulator.dice import Dice
from simulator.faults import FaultProfile
from simulator.orderbook import Order
from simulator.orders import CellPick, PouchSpec

_SHIFT = 501
"""Purpose number of the draw."""
_FEWEST_TO_SHIFT: Final = 2


class Tray:
    """Cells and what truly lies in them."""

    def __init__(self, profile: FaultProfile, dice: Dice) -> None:
        self._rate = profile.tray_shift_per_tray
        self._dice = dice
        self._cells: dict[int, tuple[str, int]] = {}

    def fill(self, order: Order) -> None:
        """Fill a fresh tray for an order; a slip shifts every cell's contents by one."""
        picks = [pick for pouch in order.pouches for pick in pouch.picks if isinstance(pick, CellPick)]
        contents = [(pick.product, pick.quarters) for pick in picks]
        is_shifted = len(picks) >= _FEWEST_TO_SHIFT and self._rate > 0
        if is_shifted and self._dice.unit(order.number, _SHIFT) < self._rate:
            contents = [*contents[1:], contents[0]]
        self._cells = {pick.cell: content for pick, content in zip(picks, contents, strict=True)}

    def fill_again(self, spec: PouchSpec) -> bool:
        """Fill the emptied cells of a pouch that is tried again, rightly; tell whether there were any."""
        missing = [pick for pick in spec.picks if isinstance(pick, CellPick) and pick.cell not in self._cells]
        for pick in missing:
            self._cells[pick.cell] = (pick.product, pick.quarters)
        return bool(missing)

    def empty(self, pick: CellPick) -> dict[str, int]:
        """Drop a cell; return what fell: product to quarter units."""
        content = self._cells.pop(pick.cell, None)
        return dict([content]) if content else {}
