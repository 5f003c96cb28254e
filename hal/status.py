"""What a machine is, and how it stands."""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import Enum
from functools import lru_cache

from hal.journal import NOTHING, Mark


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
    """It was stopped or aborted, power was lost, or the machine gave it up; what is missing gets a new number.

    Never resumed. It takes along every order that was loaded after it: nothing is packed out of turn, and no roll
    overtakes another.
    """


class UnitMode(Enum):
    """PackML unit modes; orders are packed in PRODUCE alone."""

    PRODUCE = 1
    MAINTENANCE = 2
    MANUAL = 3


@dataclass(frozen=True, slots=True)
class BayModel:
    """What a bay is.

    `kind` is fixed, floating, universal, bulk or arm; `tag` none, barcode, rfid or rfid_fill_code; `sensor` beam,
    analog, camera or weight.
    """

    number: int
    kind: str
    tag: str
    sensor: str


@dataclass(frozen=True, slots=True)
class ConsumableModel:
    """A consumable that the machine estimates: `kind` film or ribbon, `unit` mm or prints."""

    kind: str
    unit: str


@dataclass(frozen=True, slots=True)
class AlarmModel:
    """An alarm that the machine may raise.

    `category` is what it does then: hold, suspend, abort or warn; the texts say what it is, the steps what to do.
    """

    code: str
    category: str
    text_da: str
    text_en: str
    steps_da: str
    steps_en: str


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a machine can do, as read at connect; every limit is a value here, never a constant elsewhere.

    Whole numbers only. `pouch_volume_mm3`, `print_columns`, `symbol_characters` (longest symbol) are 0 when unlimited;
    `pouch_width_mm`, `pitch_least_mm`, `pitch_most_mm`, `print_dpi`, `label_width_mm`, `label_height_mm`,
    `warm_up_seconds`, `camera_sensitivity_ppm`, `camera_specificity_ppm` are 0 when not told. `cell_quarters` are the
    quarters that a tray cell may hold at a time, 0 among them: any; `charset` is utf-8 or iso-8859-1; `film_bits` is
    the width of the film counter, 0 when it never wraps; `answer_seconds` the longest that a command may take to be
    answered; `modes` are PackML unit modes; `journal_keeper` is machine or driver. The recovery flags decide how a lost
    link is reconciled.
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
    bay_models: tuple[BayModel, ...] = ()
    cell_quarters: tuple[int, ...] = (0,)
    pouch_width_mm: int = 0
    pitch_least_mm: int = 0
    pitch_most_mm: int = 0
    print_dpi: int = 0
    label_width_mm: int = 0
    label_height_mm: int = 0
    charset: str = "utf-8"
    symbol_characters: int = 0
    film_bits: int = 0
    warm_up_seconds: int = 0
    answer_seconds: int = 5
    modes: tuple[int, ...] = (1,)
    camera_sensitivity_ppm: int = 0
    camera_specificity_ppm: int = 0
    journal_keeper: str = "machine"
    consumables: tuple[ConsumableModel, ...] = ()
    alarms: tuple[AlarmModel, ...] = ()


@lru_cache(256)
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
class Consumable:
    """How much is left of a consumable (`kind` and `unit` as in the capabilities), as the machine estimates."""

    kind: str
    unit: str
    left: int


@dataclass(frozen=True, slots=True)
class MachineStatus:
    """A snapshot.

    `boot_id` is new at every start; `last_seq` is the newest journal entry of this boot; `high_water` the
    highest order number ever accepted; `film` counts every physical pouch ever fed; `epoch` the highest
    fencing token seen, and `command` the highest command id under it (0: none yet). `journal_head` is the chain
    (`hal.journal.chain`) over every entry ever, up to `last_seq`; `acknowledged` the newest mark that a controller
    acknowledged, kept over power cuts.
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
    mode: UnitMode = UnitMode.PRODUCE
    journal_head: str = ""
    acknowledged: Mark = NOTHING
    consumables: tuple[Consumable, ...] = ()
    command: int = 0
