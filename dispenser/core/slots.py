"""When this site's named intake times are, and where doses without a time go (a signed-off mapping step)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dispenser.core.dosage import ClockTime, PartOfDay, Slot

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


@dataclass(frozen=True, slots=True)
class SlotTable:
    """A site's slots: clock time of each named slot, and the slots of n plain doses a day; versioned and signed."""

    version: str = "default-1"
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
    if ":" in word:
        hour, minute = word.split(":")
        return ClockTime(int(hour), int(minute))
    return PartOfDay(word)
