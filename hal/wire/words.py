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
units for a bay, quarters for a cell."""
SEALED: Final = "Sealed"
"""Fields: `film`, `temperature_dc` (tenths of a degree Celsius)."""
PRINTED: Final = "Printed"
"""Fields: `film`, `digest`: SHA-256 of the symbol and the lines as printed, joined by newlines."""
INSPECTED: Final = "Inspected"
"""Fields: `film`, `result` (pass, reject)."""
POUCH_CLOSED: Final = "PouchClosed"
"""The pouch's outcome, for good. Fields: `film`, `outcome` (packed, void), `reason` (empty when packed)."""
ALARM_RAISED: Final = "AlarmRaised"
"""Fields: `code`, `detail`."""
ALARM_CLEARED: Final = "AlarmCleared"
"""Fields: `code`."""
BAY_CHANGED: Final = "BayChanged"
"""Fields: `bay`, `canister`, `fill`, `product`, `units`."""

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

# -- Alarms ----------------------------------------------------------------------------------------------------
ALARM_EMPTY: Final = "CANISTER_EMPTY"
ALARM_JAM: Final = "JAM"
ALARM_NO_DROP: Final = "NO_DROP"
ALARM_SEAL: Final = "SEAL_TEMPERATURE"
ALARM_INSPECTION: Final = "INSPECTION_REJECT"
ALARM_DOOR: Final = "DOOR_OPEN"
ALARM_EMERGENCY: Final = "EMERGENCY_STOP"

# -- Limits ----------------------------------------------------------------------------------------------------
LARGEST_DOCUMENT_BYTES: Final = 1_000_000
JOURNAL_READ_LIMIT: Final = 1_000
