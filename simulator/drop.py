"""One drop from a canister: what falls, what the sensor counts, what the wheel does wrong."""

from dataclasses import dataclass
from typing import Final

from simulator.canister import Bays
from simulator.dice import Dice
from simulator.faults import FaultProfile, PillFault
from simulator.orders import QUARTERS, BayPick

_JAM = 401
_PILL = 402
"""Purpose numbers of the draws."""
_PICK_STRIDE: Final = 1_000
"""Draws set aside for each pick of a pouch."""

# Fault: pills that leave the canister, quarters into this pouch, quarters into the next one, pills counted.
_EFFECTS: Final = {
    PillFault.STUCK: (0, 0, 0, 0),
    PillFault.DOUBLE_SEEN: (2, 2 * QUARTERS, 0, 2),
    PillFault.DOUBLE_UNSEEN: (2, 2 * QUARTERS, 0, 1),
    PillFault.JUMP: (1, 0, QUARTERS, 1),
    PillFault.BROKEN_SEEN: (1, QUARTERS // 2, 0, 2),
    PillFault.BROKEN_UNSEEN: (1, QUARTERS // 2, 0, 1),
}
_RIGHT: Final = (1, QUARTERS, 0, 1)


@dataclass(frozen=True, slots=True)
class Drop:
    """What one pick did. `units` is the canister's count afterwards, `left` the truth."""

    counted: int
    quarters: int
    spilled_quarters: int
    units: int
    left: int
    is_jammed: bool = False
    is_empty: bool = False


class Dropper:
    """Turns the wheels."""

    def __init__(self, bays: Bays, profile: FaultProfile, dice: Dice) -> None:
        self._bays = bays
        self._dice = dice
        self._jam_rate = profile.jam_per_drop
        self._table = profile.pill_table()

    def drop(self, pick: BayPick, film: int, index: int) -> Drop:
        """Drop the pick, the `index`th of the pouch on `film`; the canister must be there."""
        canister = self._bays.get(pick.bay)
        if canister is None or (self._jam_rate and self._dice.unit(film, _JAM, index) < self._jam_rate):
            left = (canister.units, canister.left) if canister else (0, 0)
            return Drop(0, 0, 0, *left, is_jammed=True)
        counted = quarters = spilled = 0
        for pill in range(pick.units):
            if canister.left == 0:
                # Dry turns: the machine now knows, whatever it had counted.
                canister.units = 0
                return Drop(counted, quarters, spilled, 0, 0, is_empty=True)
            leaves, here, beyond, seen = self._pill(film, index * _PICK_STRIDE + pill)
            if leaves > canister.left:
                leaves, here, beyond, seen = _RIGHT
            canister.left -= leaves
            counted += seen
            quarters += here
            spilled += beyond
        canister.units = max(0, canister.units - counted)
        return Drop(counted, quarters, spilled, canister.units, canister.left)

    def _pill(self, film: int, index: int) -> tuple[int, int, int, int]:
        if self._table:
            draw = self._dice.unit(film, _PILL, index)
            for limit, fault in self._table:
                if draw < limit:
                    return _EFFECTS[fault]
        return _RIGHT
