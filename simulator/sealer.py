"""The heater that closes a pouch: warms up and cools down exponentially, drifts, and may be open."""

import math
from typing import Final

from simulator.dice import Dice
from simulator.faults import FaultProfile
from simulator.mishaps import Mishaps

LOWEST_DC: Final = 1_300
"""Tenths of a degree Celsius below which a seal is not to be trusted."""
_GOAL_DC: Final = 1_450
_WARM_DC: Final = 1_410
"""From here on the machine seals."""
_ROOM_DC: Final = 200
_NOISE_DC: Final = 10
_LOW_DC: Final = (1_150, 1_290)
_COOLING_MS: Final = 60_000
"""Time in which a heater that is off loses all but 1/e of its heat."""
_WARM_UPS: Final = math.log((_GOAL_DC - _ROOM_DC) / (_GOAL_DC - _WARM_DC))
_IS_LOW = 201
_LEVEL = 202
"""Purpose numbers of the draws."""


class Sealer:
    """Heater; cold after power-up, cooling after Stop or Abort. `warm_up_ms` is how long it takes from cold."""

    def __init__(self, profile: FaultProfile, dice: Dice, warm_up_ms: int, mishaps: Mishaps) -> None:
        self._rate = profile.seal_low_per_pouch
        self._dice = dice
        self._mishaps = mishaps
        self._tau = warm_up_ms / _WARM_UPS
        self._level = float(_ROOM_DC)
        self._since = 0
        self._is_on = False
        self._steady_from = 0

    @property
    def is_failing(self) -> bool:
        """The heater itself is out of order, and no pouch of its own was unlucky."""
        return any(self._mishaps.find(name) for name in ("heater_open", "heater_drift"))

    def switch_off(self, now: int) -> None:
        """Let the heater go cold."""
        self._settle(now)
        self._is_on = False

    def chill(self, now: int, ms: int) -> None:
        """Make the heater as cold as the room, and so slow that it takes `ms` to be warm."""
        self._tau = ms / _WARM_UPS
        self._level, self._since = float(_ROOM_DC), now
        self._plan(now)

    def warm_up(self, now: int) -> int:
        """Switch the heater on; return the milliseconds until it is warm."""
        if not self._is_on:
            self._settle(now)
            if self._mishaps.find("heater_open"):
                return 0
            self._is_on = True
            self._plan(now)
        return max(0, self._steady_from - now)

    def fail(self, now: int) -> None:
        """The heater is open from now on."""
        self._settle(now)
        self._is_on = False

    def temperature(self, film: int, now: int) -> int:
        """Return the temperature at the seal of `film`, in tenths of a degree Celsius."""
        word = self._dice.word(film, _LEVEL)
        if self._rate > 0 and self._dice.unit(film, _IS_LOW) < self._rate:
            return self._low(word)
        level = _GOAL_DC
        if not self._is_on or now < self._steady_from + self._tau:
            level = round(self._present(now))
        if self._mishaps.active:
            if self._mishaps.acts("seal_cold", film):
                return self._low(word)
            drift = self._mishaps.acts("heater_drift", film)
            since = self._mishaps.find("heater_drift")
            if drift is not None and since is not None:
                level -= drift.number("tenths") * max(1, film - since.since)
        return max(_ROOM_DC, level + word % (2 * _NOISE_DC + 1) - _NOISE_DC)

    def _low(self, word: int) -> int:
        low, high = _LOW_DC
        return low + word % (high - low + 1)

    def _present(self, now: int) -> float:
        goal, tau = (_GOAL_DC, self._tau) if self._is_on else (_ROOM_DC, _COOLING_MS)
        return goal + (self._level - goal) * math.exp(-(now - self._since) / tau) if tau > 0 else goal

    def _settle(self, now: int) -> None:
        self._level, self._since = self._present(now), now

    def _plan(self, now: int) -> None:
        missing = (_GOAL_DC - self._level) / (_GOAL_DC - _WARM_DC)
        self._steady_from = now + (math.ceil(self._tau * math.log(missing)) if missing > 1 else 0)
