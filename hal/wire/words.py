"""Words and limits that all wires share: PackML state numbers, journal kinds and fields, refusals, alarms."""

from typing import Final

STATE_NUMBERS: Final = {
    "Clearing": 1,
    "Stopped": 2,
    "Starting": 3,
    "Idle": 4,
    "Suspended": 5,
    "Execute": 6,
    "Stopping": 7,
    "Aborting": 8,
    "Aborted": 9,
    "Holding": 10,
    "Held": 11,
    "Unholding": 12,
    "Suspending": 13,
    "Unsuspending": 14,
    "Resetting": 15,
    "Completing": 16,
    "Complete": 17,
}
"""Browse name to StateNumber (OPC 30050)."""

COMMANDS: Final = {
    "Reset": ("Stopped", "Complete"),
    "Start": ("Idle",),
    "Hold": ("Execute",),
    "Unhold": ("Held",),
    "Suspend": ("Execute",),
    "Unsuspend": ("Suspended",),
    "ToComplete": ("Execute",),
    "Stop": (
        "Resetting",
        "Idle",
        "Starting",
        "Execute",
        "Holding",
        "Held",
        "Unholding",
        "Suspending",
        "Suspended",
        "Unsuspending",
        "Completing",
        "Complete",
    ),
    "Abort": tuple(name for name in STATE_NUMBERS if name not in {"Aborting", "Aborted"}),
    "Clear": ("Aborted",),
}
"""Command to the states that allow it (OPC 30050, without the optional Hold transitions)."""

# -- Journal kinds, each with the names of its fields ----------------------------------------------------------
POWER_UP: Final = "PowerUp"
"""First entry of every boot. Fields: `film`."""
STATE_CHANGED: Final = "StateChanged"
"""Fields: `from`, `to` (browse names)."""
ORDER_CHANGED: Final = "OrderChanged"
"""Fields: `state` (loaded, running, held, ended, interrupted), `closed`."""
POUCH_STARTED: Final = "PouchStarted"
"""Film has been fed for the pouch. Fields: `film`."""
DROPPED: Final = "Dropped"
"""One pick fell. Fields: `bay` or `cell`, `canister`, `fill` (bay only), `product`, `commanded`, `counted`: whole
units for a bay, quarters for a cell; `ms`: milliseconds from the first to the last thing that the sensor saw (0 when
it saw nothing, and for a cell)."""
SEALED: Final = "Sealed"
"""Fields: `film`, `temperature_dc` (tenths of a degree Celsius)."""
PRINTED: Final = "Printed"
"""Fields: `film`, `digest`: SHA-256 of the symbol and the lines as printed, joined by newlines."""
INSPECTED: Final = "Inspected"
"""Fields: `film`, `result` (pass, reject), `read`: the symbol as the camera read it from the print (empty when it could
not)."""
POUCH_CLOSED: Final = "PouchClosed"
"""The pouch's outcome, for good. Fields: `film`, `outcome` (packed, void), `reason` (empty when packed)."""
ALARM_RAISED: Final = "AlarmRaised"
"""Fields: `code`, `detail`."""
ALARM_CLEARED: Final = "AlarmCleared"
"""Fields: `code`."""
BAY_CHANGED: Final = "BayChanged"
"""Fields: `bay`, `canister`, `fill`, `product`, `units`."""
MODE_CHANGED: Final = "ModeChanged"
"""Fields: `from`, `to` (PackML unit modes)."""
FILM_CHANGED: Final = "FilmChanged"
"""Fields: `event` (out, splice, roll; void: an empty or unaccounted film, marked and of no use,
and every one before it that nothing else accounts for), `film`."""
CONSUMABLE: Final = "Consumable"
"""Fields: `kind` (film, ribbon), `left`."""

PACKED: Final = "packed"
VOID: Final = "void"

# -- Refusals --------------------------------------------------------------------------------------------------
FENCED: Final = "FENCED"
"""A controller with a higher epoch holds the machine."""
STALE_JOB: Final = "STALE_JOB"
"""Order number at or below the high-water mark, and not known."""
CONFLICT: Final = "CONFLICT"
"""Same number, other content."""
WRONG_STATE: Final = "WRONG_STATE"
WRONG_CAPABILITIES: Final = "WRONG_CAPABILITIES"
QUEUE_FULL: Final = "QUEUE_FULL"
UNKNOWN_ORDER: Final = "UNKNOWN_ORDER"
WRONG_CANISTER: Final = "WRONG_CANISTER"
"""Bay, canister, fill code or product is not what sits in the bay."""
UNKNOWN_CELL: Final = "UNKNOWN_CELL"
TOO_MANY_UNITS: Final = "TOO_MANY_UNITS"
TOO_MANY_POUCHES: Final = "TOO_MANY_POUCHES"
LABEL_TOO_LARGE: Final = "LABEL_TOO_LARGE"
BAD_DOCUMENT: Final = "BAD_DOCUMENT"
STALE_COMMAND: Final = "STALE_COMMAND"
"""A command id below the highest one seen under this epoch."""
WRONG_HEAD: Final = "WRONG_HEAD"
"""The head acknowledged is not the machine's own at that place, or there is no such place."""
JOURNAL_FORGOTTEN: Final = "JOURNAL_FORGOTTEN"
"""Entries after the place asked for were acknowledged once, and are not kept any more: none is ever skipped."""
OTHER_MACHINE: Final = "OTHER_MACHINE"
"""Another machine stands where the one was whose memory the driver keeps; told by the driver, never by a machine."""
WRONG_MODE: Final = "WRONG_MODE"
"""Orders are taken and packed in the mode Produce alone."""
UNPRINTABLE: Final = "UNPRINTABLE"
"""A character outside the machine's charset."""
SYMBOL_TOO_LONG: Final = "SYMBOL_TOO_LONG"
WRONG_FRACTION: Final = "WRONG_FRACTION"
"""A tray cell may not hold so many quarters at a time."""
NO_FILM: Final = "NO_FILM"
GAVE_WAY: Final = "GAVE_WAY"
"""A stop came while the order was being sent; told by the driver, never by a machine."""
REFUSALS: Final = (
    FENCED,
    STALE_JOB,
    CONFLICT,
    WRONG_STATE,
    WRONG_CAPABILITIES,
    QUEUE_FULL,
    UNKNOWN_ORDER,
    WRONG_CANISTER,
    UNKNOWN_CELL,
    TOO_MANY_UNITS,
    TOO_MANY_POUCHES,
    LABEL_TOO_LARGE,
    BAD_DOCUMENT,
    STALE_COMMAND,
    WRONG_HEAD,
    JOURNAL_FORGOTTEN,
    OTHER_MACHINE,
    WRONG_MODE,
    UNPRINTABLE,
    SYMBOL_TOO_LONG,
    WRONG_FRACTION,
    NO_FILM,
    GAVE_WAY,
)

# -- Alarms ----------------------------------------------------------------------------------------------------
ALARM_EMPTY: Final = "CANISTER_EMPTY"
ALARM_JAM: Final = "JAM"
ALARM_NO_DROP: Final = "NO_DROP"
ALARM_SEAL: Final = "SEAL_TEMPERATURE"
ALARM_INSPECTION: Final = "INSPECTION_REJECT"
ALARM_DOOR: Final = "DOOR_OPEN"
ALARM_EMERGENCY: Final = "EMERGENCY_STOP"
ALARM_FILM: Final = "FILM_OUT"
ALARM_RIBBON: Final = "RIBBON_OUT"
ALARM_PRINT: Final = "PRINT_UNREADABLE"
ALARM_TAKE_UP: Final = "TAKE_UP_FULL"
ALARM_CUTTER: Final = "CUTTER"
ALARM_BAY_EMPTY: Final = "BAY_EMPTY"
ALARM_WRONG_CANISTER: Final = "WRONG_CANISTER_IN_BAY"
ALARM_TAG: Final = "TAG_UNREADABLE"
ALARM_SENSOR: Final = "SENSOR"
ALARM_HEATER: Final = "HEATER"

HOLD: Final = "hold"
SUSPEND: Final = "suspend"
ABORT: Final = "abort"
WARN: Final = "warn"
ALARMS: Final = {
    ALARM_EMPTY: HOLD,
    ALARM_JAM: HOLD,
    ALARM_NO_DROP: HOLD,
    ALARM_SEAL: HOLD,
    ALARM_INSPECTION: HOLD,
    ALARM_DOOR: ABORT,
    ALARM_EMERGENCY: ABORT,
    ALARM_FILM: HOLD,
    ALARM_RIBBON: HOLD,
    ALARM_PRINT: HOLD,
    ALARM_TAKE_UP: SUSPEND,
    ALARM_CUTTER: HOLD,
    ALARM_BAY_EMPTY: HOLD,
    ALARM_WRONG_CANISTER: HOLD,
    ALARM_TAG: HOLD,
    ALARM_SENSOR: HOLD,
    ALARM_HEATER: HOLD,
}
"""Alarm code to its category: what the machine does when it is raised."""

# -- Unit modes (PackML) ---------------------------------------------------------------------------------------
PRODUCE: Final = 1
MAINTENANCE: Final = 2
MANUAL: Final = 3

# -- Words of the capability document --------------------------------------------------------------------------
BAY_KINDS: Final = ("fixed", "floating", "universal", "bulk", "arm")
BAY_TAGS: Final = ("none", "barcode", "rfid", "rfid_fill_code")
BAY_SENSORS: Final = ("beam", "analog", "camera", "weight")
CHARSETS: Final = ("utf-8", "iso-8859-1")
JOURNAL_KEEPERS: Final = ("machine", "driver")
FILM: Final = "film"
RIBBON: Final = "ribbon"
CONSUMABLES: Final = {FILM: "mm", RIBBON: "prints"}
"""Kind of a consumable to the unit that it is counted in."""
ALARM_CATEGORIES: Final = (HOLD, SUSPEND, ABORT, WARN)

# -- Limits ----------------------------------------------------------------------------------------------------
LARGEST_DOCUMENT_BYTES: Final = 1_000_000
JOURNAL_READ_LIMIT: Final = 1_000
