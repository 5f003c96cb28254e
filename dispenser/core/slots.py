"""When named intake times are, and at which slots n doses without a time are taken (a signed-off mapping step).

A table is the site's or a packing group's own. It is versioned and never changed: what was planned with one version
says so, and is checked, labelled and shown with that version.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from dispenser.core.dosage import ClockTime, PartOfDay, Slot

_CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}")
_DEFAULT_TIMES = {
    PartOfDay.MORNING: ClockTime(8, 0),
    PartOfDay.NOON: ClockTime(12, 0),
    PartOfDay.EVENING: ClockTime(18, 0),
    PartOfDay.NIGHT: ClockTime(22, 0),
}
_DEFAULT_PLAIN: dict[int, tuple[Slot, ...]] = {
    1: (PartOfDay.MORNING,),
    2: (PartOfDay.MORNING, PartOfDay.EVENING),
    3: (PartOfDay.MORNING, PartOfDay.NOON, PartOfDay.EVENING),
    4: (PartOfDay.MORNING, PartOfDay.NOON, PartOfDay.EVENING, PartOfDay.NIGHT),
}


BUILT_IN_VERSION = "default-1"
"""The table of a site that has signed none of its own."""


@dataclass(frozen=True, slots=True)
class SlotTable:
    """Clock time of each named slot, and the slots of n plain doses a day; by itself the built-in table."""

    version: str = BUILT_IN_VERSION
    signed_by: str = ""
    times: Mapping[PartOfDay, ClockTime] = field(default_factory=lambda: dict(_DEFAULT_TIMES))
    plain: Mapping[int, tuple[Slot, ...]] = field(default_factory=lambda: dict(_DEFAULT_PLAIN))

    def clock(self, slot: Slot) -> ClockTime:
        """Return the civil time at which `slot` stands in the day."""
        return slot if isinstance(slot, ClockTime) else self.times[slot]

    def order(self, slot: Slot) -> tuple[int, int, str]:
        """Return a sort key: by time of day, a named slot before a clock time at the same minute."""
        at = self.clock(slot)
        return at.hour * 60 + at.minute, int(isinstance(slot, ClockTime)), slot_word(slot)


def slot_word(slot: Slot) -> str:
    """Return the stable word of a slot: `morning` ... `night`, or `HH:MM`."""
    return str(slot) if isinstance(slot, ClockTime) else slot.value


def slot_of(word: str) -> Slot:
    """Return the slot that `slot_word` wrote as `word`.

    Raises:
        ValueError: neither a named slot nor `HH:MM`.
    """
    return clock_of(word) if ":" in word else PartOfDay(word)


def clock_of(word: str) -> ClockTime:
    """Return the time that is written `HH:MM`.

    Raises:
        ValueError: written otherwise, or no time of day.
    """
    if _CLOCK.fullmatch(word) is None:
        message = f"'{word}' is not HH:MM"
        raise ValueError(message)
    return ClockTime(int(word[:2]), int(word[3:]))
