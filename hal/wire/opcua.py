"""OPC UA words: PackML (OPC 30050) browse names, and our own namespace for what PackML leaves out.

Objects / DosePacker holds both. A path is the browse names below `DosePacker`, each with its namespace.
"""

from ipaddress import ip_address
from typing import Final

PACKML_NAMESPACE: Final = "http://opcfoundation.org/UA/PackML/"
NAMESPACE: Final = "urn:dosisfleet:pouchpacker:1"
APPLICATION_URI: Final = "urn:dosisfleet:pouchpacker"

PACKER: Final = "DosePacker"
"""Own namespace, directly under Objects."""

# -- PackML: three nested state machines, each with CurrentState (base namespace), its Id and its Number ---------
BASE_STATE_MACHINE: Final = "BaseStateMachine"
MACHINE_STATE: Final = "MachineState"
EXECUTE_STATE: Final = "ExecuteState"
STATE_MACHINES: Final = (
    (BASE_STATE_MACHINE,),
    (BASE_STATE_MACHINE, MACHINE_STATE),
    (BASE_STATE_MACHINE, MACHINE_STATE, EXECUTE_STATE),
)
"""Paths from the outermost to the innermost state machine; PackML namespace."""

COMMAND_LEVELS: Final = {
    "Abort": (0,),
    "Clear": (0,),
    "Stop": (1,),
    "Reset": (1, 2),
    "Start": (2,),
    "Hold": (2,),
    "Unhold": (2,),
    "Suspend": (2,),
    "Unsuspend": (2,),
    "ToComplete": (2,),
}
"""Command to the state machines (indices of `STATE_MACHINES`) that carry its method; Reset leaves Stopped in one and
Complete in the other. Only Start takes an argument: Parameter, an array of PackMLDescriptorDataType (type id 16)."""
PARAMETER: Final = "Parameter"
PARAMETER_TYPE: Final = 16

CLEARED: Final = "Cleared"
RUNNING: Final = "Running"
SUPERSTATE_NUMBERS: Final = {RUNNING: 18, CLEARED: 19}
STATE_NODES: Final = (
    {"Aborting": 61, "Aborted": 62, CLEARED: 71},
    {"Stopped": 53, "Stopping": 54, "Clearing": 55, RUNNING: 75},
    {
        "Resetting": 27,
        "Idle": 28,
        "Starting": 29,
        "Suspending": 30,
        "Suspended": 31,
        "Unsuspending": 32,
        "Holding": 33,
        "Held": 34,
        "Unholding": 35,
        "Execute": 36,
        "Completing": 37,
        "Complete": 38,
    },
)
"""Per state machine: browse name of a state to its numeric node id in the PackML namespace (NodeSet 1.01)."""
TRANSITION_NODES: Final = ((65, 66, 67), (57, 58, 59, 60), tuple(range(39, 53)))
"""Per state machine: numeric node ids of its transitions, without the optional ones to Holding."""


def levels(state: str) -> tuple[str | None, str | None, str | None]:
    """Return what the three state machines show for the PackML state `state`; None where one is not active.

    Raises:
        KeyError: no PackML state.
    """
    base, machine, execute = STATE_NODES
    if state in base:
        return state, None, None
    if state in machine:
        return CLEARED, state, None
    if state in execute:
        return CLEARED, RUNNING, state
    raise KeyError(state)


LAST_TRANSITION: Final = "LastTransition"
"""Beside CurrentState in every state machine (base namespace), with Id, Number and TransitionTime."""
STATUS: Final = "Status"
"""PackML namespace: the mandatory tags UnitModeCurrent, UnitSupportedModes, CurMachSpeed, MachSpeed (pouches per
minute), EquipmentBlocked, EquipmentStarved, and the optional ones of a packer."""
ADMIN: Final = "Admin"
"""PackML namespace: counts, times, alarms and MachDesignSpeed (pouches per minute)."""

# -- Own namespace, directly under the packer. Documents are JSON strings as hal.orders / hal.journal write them. --
CAPABILITIES: Final = "Capabilities"
"""Variable, String: the capability document."""
MACHINE_STATUS: Final = "MachineStatus"
"""Variable, String: the status document (keys as the fields of hal.status.MachineStatus)."""
BAYS: Final = "Bays"
"""Variable, String: a JSON array of bays."""
TRAYS: Final = "Trays"
"""Variable, String: a JSON array of trays."""
CONSUMABLES: Final = "Consumables"
"""Variable, String: a JSON array of consumables."""
LAST_SEQ: Final = "LastSeq"
"""Variable, UInt64: how many journal entries were ever written, over all boots, so that it always rises; subscribe to
it as a doorbell."""
JOBS: Final = "Jobs"
"""Object with the methods below (ISA-95 Job Control words)."""
HELLO: Final = "Hello"
"""(holder String, epoch UInt64) -> (answer String)"""
STORE: Final = "Store"
"""(document String, digest String) -> (answer String): load, nothing moves"""
START: Final = "Start"
"""(epoch UInt64, command UInt64, number UInt64) -> (answer String)"""
PAUSE: Final = "Pause"
"""(epoch UInt64, command UInt64) -> (answer String)"""
STOP: Final = "Stop"
"""(epoch UInt64, command UInt64) -> (answer String)"""
# `command` rises strictly under an epoch, from 1; the same one again is answered again and has no second effect.
JOB_ORDER_LIST: Final = "JobOrderList"
"""Variable, String: a JSON array of the orders that the status names, each with its ISA-95 `state` and `substate`."""
ISA95_NAMESPACE: Final = "http://opcfoundation.org/UA/ISA95-JOBCONTROL_V2/"
ISA95_STATES: Final = {
    "NotAllowedToStart": ("Waiting", "Ready", "Loaded"),
    "AllowedToStart": ("Waiting", "Ready", "Loaded"),
    "Running": (),
    "Interrupted": ("Held", "Suspended"),
    "Ended": ("Completed", "Closed"),
    "Aborted": (),
}
"""States of a job order and their substates (OPC 10031-4)."""
JOURNAL: Final = "Journal"
"""Object with the methods Read and Acknowledge."""
ACKNOWLEDGE: Final = "Acknowledge"
"""(epoch UInt64, bootId String, seq UInt64, head String) -> (answer String): recorded up to there, for good"""
READ: Final = "Read"
"""(bootId String, seq UInt64, limit UInt32) -> (entries String[]): entries after that position"""

# An answer is the JSON document {"ok": true} or {"ok": false, "reasons": [{"code": ..., "detail": ...}, ...]}.

# -- Transport ---------------------------------------------------------------------------------------------------
SCHEME: Final = "opc.tcp"
LARGEST_MESSAGE_BYTES: Final = 4 * 1024 * 1024
"""A journal read of the largest limit is about 500 kB, an order document at most 1 MB."""
LARGEST_CHUNKS: Final = 128
"""Chunks of one message, each at most 64 KiB."""


def is_loopback(host: str) -> bool:
    """Return whether `host` can be reached from this computer only: `localhost` or a loopback address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
