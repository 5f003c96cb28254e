"""Seeded chance without hidden state.

Every draw is addressed by where it falls (film index, pick, pill), so a run repeats exactly from its seed, whatever
the order of the calls and however often the machine lost power in between.
"""

from dataclasses import dataclass

_MASK = (1 << 64) - 1
_RANGE = 1 << 64


@dataclass(frozen=True, slots=True)
class Dice:
    """Draws of one machine; the same seed and address give the same number."""

    seed: int

    def word(self, place: int, purpose: int, index: int = 0) -> int:
        """Return 64 random bits for this address (finaliser of SplitMix64; Steele, Lea, Flood 2014)."""
        word = (
            self.seed * 0xD1342543DE82EF95
            + place * 0x9E3779B97F4A7C15
            + purpose * 0xDA942042E4DD58B5
            + index * 0xA0761D6478BD642F
        ) & _MASK
        word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _MASK
        return word ^ (word >> 31)

    def unit(self, place: int, purpose: int, index: int = 0) -> float:
        """Return a number in [0, 1) for this address."""
        return self.word(place, purpose, index) / _RANGE

    def between(self, low: int, high: int, place: int, purpose: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self.unit(place, purpose) * (high - low + 1))
