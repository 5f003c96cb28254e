"""What a machine is, and how it stands."""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import Enum


class PackMLState(Enum):
    """ISA-TR88.00.02 states; the value is the browse name of OPC 30050."""

    CLEARING = "Clearing"
    STOPPED = "Stopped"
    STARTING = "Starting"
    IDLE = "Idle"
    SUSPENDED = "Suspended"
    EXECUTE = "Execute"
    STOPPING = "Stopping"
    ABORTING = "Aborting"
    ABORTED = "Aborted"
    HOLDING = "Holding"
    HELD = "Held"
    UNHOLDING = "Unholding"
    SUSPENDING = "Suspending"
    UNSUSPENDING = "Unsuspending"
    RESETTING = "Resetting"
    COMPLETING = "Completing"
    COMPLETE = "Complete"


class OrderState(Enum):
    """How far a machine is with an order it knows (words of ISA-95 Job Control)."""

    LOADED = "loaded"
    RUNNING = "running"
    HELD = "held"
    ENDED = "ended"
    INTERRUPTED = "interrupted"
    """Power was lost or it was aborted; never resumed, what is missing gets a new number."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a machine can do, as read at connect; every limit is a value here, never a constant elsewhere.

    `pouch_volume_mm3` and `print_columns` are 0 when unlimited. The recovery flags decide how a lost link is
    reconciled.
    """

    contract: int
    vendor: str
    model: str
    serial_number: str
    firmware: str
    bays: int
    tray_cells: int
    pouch_units: int
    pouch_volume_mm3: int
    print_lines: int
    print_columns: int
    order_pouches: int
    queue_depth: int
    journal_depth: int
    design_pouches_per_minute: int
    journal: bool
    idempotent_load: bool
    encoder: bool
    tablet_counter: bool
    reject_gate: bool
    camera: bool


def capabilities_digest(capabilities: Capabilities) -> str:
    """Return the SHA-256 (64 hex digits) of the capability document: canonical JSON of the fields."""
    document = json.dumps(asdict(capabilities), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(document.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Bay:
    """A bay with its canister as the machine's own tag reader sees it; `units` is the machine's count."""

    number: int
    canister_id: str
    fill_code: str
    product: str
    units: int


@dataclass(frozen=True, slots=True)
class OrderStatus:
    """An order that the machine knows; `closed` pouches are packed or void for good."""

    number: int
    order_id: str
    digest: str
    state: OrderState
    closed: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """A standing alarm: a stable code of `hal.wire.words`, and what it concerns."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class MachineStatus:
    """A snapshot.

    `boot_id` is new at every start; `last_seq` is the newest journal entry of this boot; `high_water` the
    highest order number ever accepted; `film` counts every physical pouch ever fed; `epoch` the highest
    fencing token seen.
    """

    state: PackMLState
    boot_id: str
    last_seq: int
    high_water: int
    film: int
    epoch: int
    orders: tuple[OrderStatus, ...]
    alarms: tuple[Alarm, ...]
    pouches_per_minute: int
