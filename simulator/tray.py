"""The hand-filled tray: one for each order, filled by the technician as the order says, or nearly."""

from typing import Final

from simulator.dice import Dice
from simulator.drop import Piece, piece_at
from simulator.faults import FaultProfile
from simulator.mishaps import Mishaps
from simulator.orderbook import Order
from simulator.orders import QUARTERS, CellPick, PouchSpec

_SHIFT = 501
_PLACE = 502
"""Purpose numbers of the draws."""
_FEWEST_TO_SHIFT: Final = 2
SHIFTED: Final = "tray_shifted"
WRONG: Final = "tray_wrong"


class Tray:
    """Cells and what truly lies in them."""

    def __init__(self, profile: FaultProfile, dice: Dice, mishaps: Mishaps) -> None:
        self._rate = profile.tray_shift_per_tray
        self._dice = dice
        self._mishaps = mishaps
        self._cells: dict[int, tuple[str, int]] = {}
        self._fault: dict[int, str] = {}

    def fill(self, order: Order) -> None:
        """Fill a fresh tray for an order; a slip shifts every cell's contents by one."""
        picks = [pick for pouch in order.pouches for pick in pouch.picks if isinstance(pick, CellPick)]
        contents = [(pick.product, pick.quarters) for pick in picks]
        self._fault = {}
        if len(picks) >= _FEWEST_TO_SHIFT and self._is_shifted(order.number):
            contents = [*contents[1:], contents[0]]
            self._fault = {pick.cell: SHIFTED for pick in picks}
        self._cells = {pick.cell: content for pick, content in zip(picks, contents, strict=True)}

    def fill_again(self, spec: PouchSpec) -> bool:
        """Fill the emptied cells of a pouch that is tried again, rightly; tell whether there were any."""
        missing = [pick for pick in spec.picks if isinstance(pick, CellPick) and pick.cell not in self._cells]
        for pick in missing:
            self._cells[pick.cell] = (pick.product, pick.quarters)
            self._fault.pop(pick.cell, None)
        return bool(missing)

    def empty(self, pick: CellPick, film: int) -> tuple[list[Piece], str]:
        """Drop a cell; return what fell, and what was wrong with the cell in truth."""
        content = self._cells.pop(pick.cell, None)
        fault = self._fault.pop(pick.cell, "")
        wrong = self._mishaps.find(WRONG)
        if wrong is not None and wrong.injection.number("cell") == pick.cell:
            content, fault = (wrong.injection.text("product"), wrong.injection.number("quarters")), WRONG
            self._mishaps.end(wrong.key)
        if content is None:
            return [], fault
        product, quarters = content
        sizes = [QUARTERS] * (quarters // QUARTERS) + ([quarters % QUARTERS] if quarters % QUARTERS else [])
        words = (self._dice.word(film, _PLACE, pick.cell * 100 + index) for index in range(len(sizes)))
        return [piece_at(product, size, word) for size, word in zip(sizes, words, strict=True)], fault

    def _is_shifted(self, order: int) -> bool:
        slipped = self._rate > 0 and self._dice.unit(order, _SHIFT) < self._rate
        return self._mishaps.end(SHIFTED) or slipped
