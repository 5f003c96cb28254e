"""Records of a machine that is taken into service again."""

from dataclasses import dataclass
from datetime import datetime

from dispenser.core.ids import MachineId


@dataclass(frozen=True, slots=True)
class ReadmissionRecord:
    """Two people sign that everything the machine has made and nobody recorded is destroyed, and it may serve again."""

    machine_id: MachineId
    number: int
    who: str
    second: str
    reason: str
    at: datetime
