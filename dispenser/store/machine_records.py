"""Records of what a machine has to do, and of one that is taken into service again."""

from dataclasses import dataclass
from datetime import datetime

from dispenser.core.ids import JobId, MachineId, RollId
from dispenser.core.job import JobState
from hal.journal import Mark


@dataclass(frozen=True, slots=True)
class LiveJob:
    """A live attempt without its order, which is long; `is_void`: its roll is out of use."""

    job_id: JobId
    roll_id: RollId
    order_number: int
    state: JobState
    is_void: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A machine's work at a glance: its live attempts, next in turn first, and whether more waits."""

    live: tuple[LiveJob, ...]
    has_queued: bool

    @property
    def is_void(self) -> bool:
        """Return whether the roll of a live attempt is out of use."""
        return any(job.is_void for job in self.live)

    def has_room(self, lanes: int) -> bool:
        """Return whether something can be sent to a machine that takes `lanes` orders at a time."""
        is_unknown = any(job.state is JobState.UNKNOWN for job in self.live)
        return self.has_queued and len(self.live) < lanes and not is_unknown


@dataclass(frozen=True, slots=True)
class Desk:
    """What whoever writes for a machine must know: its newest fencing token, its journal's mark, and how it stands."""

    epoch: int
    mark: Mark
    standing: Standing

    @property
    def live(self) -> tuple[LiveJob, ...]:
        """Return the live attempts, next in turn first."""
        return self.standing.live


@dataclass(frozen=True, slots=True)
class ReadmissionRecord:
    """Two people sign that everything the machine has made and nobody recorded is destroyed, and it may serve again."""

    machine_id: MachineId
    number: int
    who: str
    second: str
    reason: str
    at: datetime
