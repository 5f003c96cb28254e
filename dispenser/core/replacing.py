"""What a roll is packed in the place of, and so which kind of acute packing it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from dispenser.core.acute import Acute
from dispenser.core.dosage import Slot
from dispenser.core.ids import RollId
from dispenser.core.pouch import Dose, Pouch
from dispenser.core.roll import Roll

_Time = tuple[date, Slot]


@dataclass(frozen=True, slots=True)
class Gone:
    """A pouch that was discarded, lost, or never packed although it was planned."""

    roll_id: RollId
    pouch: Pouch
    acute: Acute
    """What a pouch in its place would be."""


def acute_of(missing: Iterable[Dose], gone: Iterable[Gone], live: Iterable[Roll]) -> Acute | None:
    """Return the kind of a roll that packs `missing` in a period, None when it is the ordinary one.

    `live` are the rolls in use that the citizen has there already. A pouch that is gone counts only until a younger
    roll has pouches at its time.
    """
    times = {(dose.date, dose.slot) for dose in missing}
    rolls = tuple(live)
    youngest: dict[_Time, RollId] = {}
    for roll in rolls:
        for pouch in roll.pouches:
            time = (pouch.date, pouch.slot)
            youngest[time] = max(youngest.get(time, roll.roll_id), roll.roll_id)
    open_ends = {
        one.acute
        for one in gone
        if (time := (one.pouch.date, one.pouch.slot)) in times and youngest.get(time, "") <= one.roll_id
    }
    for acute in (Acute.LOST, Acute.REPLACEMENT, Acute.CHANGE):
        if acute in open_ends:
            return acute
    return Acute.SUPPLEMENT if any(roll.pouches for roll in rolls) else None
