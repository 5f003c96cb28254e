"""A moment of civil time (Europe/Copenhagen) as the plan knows it: a date, and a time of that day."""

from dataclasses import dataclass
from datetime import date

from dispenser.core.dosage import ClockTime, Slot
from dispenser.core.slots import SlotTable


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """From here on something is still to come; what was to be taken before is history, and no pouch can change it."""

    day: date
    at: ClockTime

    def is_before(self, day: date, slot: Slot, slots: SlotTable) -> bool:
        """Return whether the intake at `slot` of `day` is still to come at this moment, or due just now."""
        return (self.day, self.at) <= (day, slots.clock(slot))
