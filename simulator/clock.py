"""Virtual time: real time, faster or slower."""

import time
from collections.abc import Callable
from typing import Final

_MS: Final = 1_000


class ScaledClock:
    """Milliseconds since it was made, times `speed`."""

    def __init__(self, speed: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._base = monotonic()
        self.speed = speed

    def now_ms(self) -> int:
        """Return virtual milliseconds since this clock was made."""
        return int((self._monotonic() - self._base) * self.speed * _MS)

    def seconds_until(self, at_ms: int) -> float:
        """Return the real seconds until a virtual moment, 0 when it has passed."""
        return max(0.0, at_ms / (self.speed * _MS) - (self._monotonic() - self._base))
