"""The heater that closes a pouch: its temperature at each seal, and when it needs warming up."""

from typing import Final

from simulator.dice import Dice
from simulator.faults import FaultProfile

LOWEST_DC: Final = 1_300
"""Tenths of a degree Celsius below which a seal is not to be trusted."""
_GOOD_DC: Final = (1_430, 1_470)
_LOW_DC: Final = (1_150, 1_290)
_IS_LOW = 201
_LEVEL = 202
"""Purpose numbers of the draws."""


class Sealer:
    """Heater; cold after power-up and after Stop or Abort."""

    def __init__(self, profile: FaultProfile, dice: Dice, warm_up_ms: int) -> None:
        self._rate = profile.seal_low_per_pouch
        self._dice = dice
        self._warm_up_ms = warm_up_ms
        self._is_warm = False

    def switch_off(self) -> None:
        """Let the heater go cold."""
        self._is_warm = False

    def warm_up(self) -> int:
        """Switch the heater on; return the milliseconds until it is warm."""
        wait = 0 if self._is_warm else self._warm_up_ms
        self._is_warm = True
        return wait

    def temperature(self, film: int) -> int:
        """Return the temperature at the seal of `film`, in tenths of a degree Celsius."""
        is_low = self._rate > 0 and self._dice.unit(film, _IS_LOW) < self._rate
        low, high = _LOW_DC if is_low else _GOOD_DC
        return self._dice.between(low, high, film, _LEVEL)
