"""One roll on its way through a machine."""

from dataclasses import dataclass
from datetime import date

from dispenser.core.citizen import Identity
from dispenser.core.roll import Roll
from hal.journal import JournalEntry
from hal.orders import PackingOrder


@dataclass(frozen=True, slots=True)
class Packed:
    """Whose roll it is, the roll, its order, the machine's journal of it, and the day on which it is packed."""

    identity: Identity
    roll: Roll
    order: PackingOrder
    journal: tuple[JournalEntry, ...]
    packed_on: date
