"""Records of what a machine has to do, and of one that is taken into service again."""

from dataclasses import dataclass
from datetime import datetime

from dispenser.core.ids import MachineId


@dataclass(frozen=True, slots=True)
class Standing:
    """A machine's work at a glance: how many orders are live, whether one is unknown or void, whether more waits."""

    live: int
    is_unknown: bool
    is_void: bool
    has_queued: bool

    def has_room(self, lanes: int) -> bool:
        """Return whether something can be sent to a machine that takes `lanes` orders at a time."""
        return self.has_queued and self.live < lanes and not self.is_unknown


@dataclass(frozen=True, slots=True)
class ReadmissionRecord:
    """Two people sign that everything the machine has made and nobody recorded is destroyed, and it may serve again."""

    machine_id: MachineId
    number: int
    who: str
    second: str
    reason: str
    at: datetime
