"""How many journal entries to ask for at once, so that the line is never taken for long."""

from typing import Final

from hal.wire import words

_TARGET_SECONDS: Final = 1.0
_LONGEST_SECONDS: Final = 2.0
_ENTRY_BYTES: Final = 256
_BITS_PER_BYTE: Final = 10
_FEWEST: Final = 16
_MOST: Final = words.JOURNAL_READ_LIMIT
_GROWTH: Final = 4


class Pace:
    """Learns from answers; `entries` is how many to ask for next, so that the answer takes about a second."""

    def __init__(self, baud: int) -> None:
        self.entries = self._within(baud / _BITS_PER_BYTE / _ENTRY_BYTES * _TARGET_SECONDS)

    def learn(self, count: int, seconds: float) -> None:
        """Take in that `count` entries took `seconds`."""
        if count < self.entries and seconds <= _TARGET_SECONDS:
            return
        rate = count / seconds if seconds > 0 else float(_MOST)
        self.entries = self._within(min(rate * _TARGET_SECONDS, self.entries * _GROWTH))

    def long_enough(self, seconds: float) -> bool:
        """Tell whether a caller that has waited `seconds` should get what there is."""
        return seconds >= _LONGEST_SECONDS

    @staticmethod
    def _within(entries: float) -> int:
        return max(_FEWEST, min(_MOST, int(entries)))
