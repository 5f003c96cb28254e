"""The sensor below a canister: how much light each thing takes, what it counts then, and for how long it saw something.

A pill takes about 1000 parts of light, two side by side 1600 to 1900, two one behind the other 1100 to 1400, a half
550. Less than `LEAST` is nothing, from `DOUBLE` on it is two.
"""

from dataclasses import dataclass
from typing import Final

from simulator.faults import PillFault
from simulator.mishaps import Mishaps

LEAST: Final = 350
DOUBLE: Final = 1_450
_PILL: Final = 937
_SHADOWED: Final = 1_100
_BESIDE: Final = 1_600
_HALF: Final = 487
_SPREAD: Final = 127

KINDS: Final = ("sensor_stuck_0", "sensor_stuck_1", "sensor_noisy", "sensor_dusty")
"""Faults of a sensor, by name."""


@dataclass(frozen=True, slots=True)
class Sensor:
    """How the sensor of a bay is for one pouch: `stuck` is 0, 1 or -1 (it works), `loss` what dust takes."""

    stuck: int = -1
    loss: int = 0
    is_noisy: bool = False

    def count(self, falls: PillFault | None, word: int) -> int:
        """Return what is counted in one turn of the wheel; `word` are the random bits of the turn."""
        if self.stuck >= 0:
            return self.stuck
        spread = word & _SPREAD
        if falls is None or falls in {PillFault.JUMP, PillFault.SENSOR}:
            amplitudes: tuple[int, ...] = (_PILL + spread,)
        elif falls is PillFault.DOUBLE_SEEN:
            amplitudes = (_BESIDE + 2 * spread,)
        elif falls is PillFault.DOUBLE_UNSEEN:
            amplitudes = (_SHADOWED + 2 * spread,)
        elif falls is PillFault.STUCK:
            amplitudes = ()
        else:
            amplitudes = (_HALF + spread,) * (2 if falls is PillFault.BROKEN_SEEN else 1)
        counted = sum((one - self.loss >= LEAST) + (one - self.loss >= DOUBLE) for one in amplitudes)
        noise = (word >> 7) & 3 if self.is_noisy and word & (1 << 9) else 0
        return counted + noise


RIGHT: Final = Sensor()


def sensor_of(mishaps: Mishaps, film: int, bay: int) -> tuple[Sensor, list[str]]:
    """Return how the sensor of a bay is for the pouch on `film`, and which faults make it so."""
    names = [kind for kind in KINDS if mishaps.acts(kind, film, bay)]
    if not names:
        return RIGHT, names
    dusty = mishaps.find("sensor_dusty", bay)
    # Dust settles pouch by pouch; the sensor adapts to none of it.
    loss = 0 if dusty is None else dusty.injection.number("per_mille") * max(1, film - dusty.since)
    stuck = 0 if "sensor_stuck_0" in names else 1 if "sensor_stuck_1" in names else -1
    return Sensor(stuck, loss, "sensor_noisy" in names), names
