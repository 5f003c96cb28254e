"""Rolls released together: the unit of release and recall."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from dispenser.core.ids import BatchId, GroupId
from dispenser.core.roll import Period, Roll


class BatchState(Enum):
    """Where a batch is: planned (or held by a finding), released to the machines, packed, closed by the pharmacist.

    A closed batch is packed and proven: nothing moves it any more.
    """

    PLANNED = "planned"
    HELD = "held"
    RELEASED = "released"
    PACKED = "packed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Batch:
    """A frozen snapshot: the catalogue and slot versions it was planned with are part of what is hashed."""

    batch_id: BatchId
    group_id: GroupId
    period: Period
    catalogue_version: str
    slot_version: str
    rolls: tuple[Roll, ...]


@dataclass(frozen=True, slots=True)
class Closing:
    """The signature under a packed batch: who, when (UTC), and who else looked and why where something is missing."""

    closed_by: str
    closed_at: datetime
    second: str | None = None
    reason: str | None = None
