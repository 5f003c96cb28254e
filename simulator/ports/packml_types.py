"""The types of PackML (OPC 30050, NodeSet 1.01) as tables: numbers are node ids in the PackML namespace.

States, transitions and the numbers of the states are in `hal.wire.opcua` and `hal.wire.words`; here stands what only a
server offers: types, what they consist of, structures, and the arguments of methods.
"""

from typing import Final, NamedTuple

OBJECTS_FOLDER: Final = 72
"""PackMLObjects, directly under Objects: every machine of the server."""
BASE_OBJECT: Final = 6
STATUS_TYPE: Final = 4
ADMIN_TYPE: Final = 5
MODES: Final = 11
"""Data type ProductionMaintenanceModeEnum."""
MODE_NAMES: Final = ("Invalid", "Produce", "Maintenance", "Manual")
"""Each at its number."""
MODE_NAMES_NODE: Final = 194

VERSION: Final = "1.01"
PUBLISHED: Final = "2020-10-08T11:08:00+00:00"
METADATA: Final = 117
"""What the server tells about the namespace; below it the nodes of `METADATA_NODES`."""
METADATA_NODES: Final = {
    "IsNamespaceSubset": 354,
    "NamespacePublicationDate": 355,
    "NamespaceUri": 356,
    "NamespaceVersion": 357,
    "StaticNodeIdTypes": 358,
    "StaticNumericNodeIdRange": 359,
    "StaticStringNodeIdPattern": 360,
}

OBJECT_TYPES: Final = {
    "PackMLBaseObjectType": BASE_OBJECT,
    "PackMLStatusObjectType": STATUS_TYPE,
    "PackMLAdminObjectType": ADMIN_TYPE,
    "PackMLBaseStateMachineType": 3,
    "PackMLMachineStateMachineType": 2,
    "PackMLExecuteStateMachineType": 1,
}
STATE_MACHINE_TYPES: Final = (3, 2, 1)
"""In the order of `hal.wire.opcua.STATE_MACHINES`."""

REFERENCE_TYPES: Final = {
    "HasInterlock": (21, "InterlockFor"),
    "HasAlarm": (22, "AlarmFor"),
    "HasAlarmHistory": (23, "AlarmHistoryFor"),
    "HasWarning": (24, "WarningFor"),
    "HasStopReason": (25, "StopReasonFor"),
}
"""Browse name to node id and inverse name; each is a kind of HasComponent."""

STATE_NUMBER_NODES: Final = {
    "Aborting": 168,
    "Aborted": 169,
    "Cleared": 178,
    "Stopped": 155,
    "Stopping": 156,
    "Clearing": 157,
    "Running": 171,
    "Resetting": 127,
    "Idle": 128,
    "Starting": 129,
    "Suspending": 130,
    "Suspended": 131,
    "Unsuspending": 132,
    "Holding": 133,
    "Held": 134,
    "Unholding": 135,
    "Execute": 136,
    "Completing": 137,
    "Complete": 138,
}


class Transition(NamedTuple):
    """A transition of a state machine type, the node of its number, and the command that causes it."""

    node: int
    number_node: int
    command: str = ""


TRANSITIONS: Final = (
    {
        "AbortedToCleared": Transition(65, 174, "Clear"),
        "AbortingToAborted": Transition(66, 175),
        "ClearedToAborting": Transition(67, 176, "Abort"),
    },
    {
        "StoppingToStopped": Transition(57, 163),
        "ClearingToStopped": Transition(58, 164),
        "StoppedToRunning": Transition(59, 165, "Reset"),
        "RunningToStopping": Transition(60, 166, "Stop"),
    },
    {
        "ResettingToIdle": Transition(39, 139),
        "IdleToStarting": Transition(40, 140, "Start"),
        "StartingToExecute": Transition(41, 141),
        "ExecuteToSuspending": Transition(42, 142, "Suspend"),
        "SuspendingToSuspended": Transition(43, 143),
        "UnsuspendingToExecute": Transition(44, 144),
        "ExecuteToHolding": Transition(45, 145, "Hold"),
        "HoldingToHeld": Transition(46, 146),
        "HeldToUnholding": Transition(47, 147, "Unhold"),
        "UnholdingToExecute": Transition(48, 148),
        "ExecuteToCompleting": Transition(49, 149, "ToComplete"),
        "CompletingToComplete": Transition(50, 150),
        "CompleteToResetting": Transition(51, 151, "Reset"),
        "SuspendedToUnsuspending": Transition(52, 152, "Unsuspend"),
        # The type has them; a packer does not offer them (AvailableTransitions).
        "StartingToHolding": Transition(99, 179, "Hold"),
        "UnsuspendingToHolding": Transition(100, 208, "Hold"),
        "SuspendedToHolding": Transition(101, 215, "Hold"),
        "SuspendingToHolding": Transition(102, 216, "Hold"),
        "UnholdingToHolding": Transition(103, 217, "Hold"),
    },
)
"""Per state machine: browse name, "<from>To<to>"."""

COMMAND_NODES: Final = (
    {"Clear": 363, "Abort": 364},
    {"Stop": 375, "Reset": 376},
    {"Reset": 361, "ToComplete": 365, "Hold": 366, "Suspend": 367, "Unhold": 368, "Start": 369, "Unsuspend": 372},
)
"""Per state machine: command to the method of its type."""


class Declared(NamedTuple):
    """A state machine as a type declares it: nodes of the object and of what stands below."""

    node: int
    available_states: int
    available_transitions: int
    current_state: int = 0
    current_state_id: int = 0


TYPE_AVAILABLE: Final = ((167, 158), (153, 154), (125, 126))
"""Per state machine type: AvailableStates and AvailableTransitions."""
MACHINE_STATE_IN_TYPE: Final = Declared(64, 212, 204, 172, 173)
EXECUTE_STATE_IN_TYPE: Final = Declared(56, 177, 160, 161, 162)
NESTED_IN_BASE: Final = (
    Declared(88, 259, 202, 272, 273),
    Declared(89, 214, 213, 262, 263),
    Declared(90, 223, 222, 266, 227),
)
"""The three state machines, each inside the former, below PackMLBaseObjectType."""

# -- Numbers of data types of the base namespace -----------------------------------------------------------------
BOOLEAN: Final = 1
INT32: Final = 6
FLOAT: Final = 10
STRING: Final = 12
NODE_ID: Final = 17
UTC_TIME: Final = 294
EU_INFORMATION: Final = 887
ENUMERATION: Final = 29


class Structure(NamedTuple):
    """A structure: nodes of the data type and of its encodings; fields are (name, data type, is an array).

    A data type is a number of the base namespace, or the name of another structure.
    """

    node: int
    binary: int
    xml: int
    fields: tuple[tuple[str, int | str, bool], ...]


STRUCTURES: Final = {
    "PackMLCountDataType": Structure(
        14,
        69,
        70,
        (
            ("ID", INT32, False),
            ("Name", STRING, False),
            ("Unit", EU_INFORMATION, False),
            ("Count", INT32, False),
            ("AccCount", INT32, False),
        ),
    ),
    "PackMLAlarmDataType": Structure(
        15,
        74,
        76,
        (
            ("ID", INT32, False),
            ("Value", INT32, False),
            ("Message", STRING, False),
            ("Category", INT32, False),
            ("DateTime", UTC_TIME, False),
            ("AckDateTime", UTC_TIME, False),
            ("Trigger", BOOLEAN, False),
        ),
    ),
    "PackMLDescriptorDataType": Structure(
        16,
        77,
        78,
        (("ID", INT32, False), ("Name", STRING, False), ("Unit", EU_INFORMATION, False), ("Value", FLOAT, False)),
    ),
    "PackMLIngredientsDataType": Structure(
        17, 79, 80, (("IngredientID", INT32, False), ("Parameter", "PackMLDescriptorDataType", True))
    ),
    "PackMLProductDataType": Structure(
        18,
        81,
        82,
        (
            ("ProductID", INT32, False),
            ("ProcessVariables", "PackMLDescriptorDataType", True),
            ("Ingredients", "PackMLIngredientsDataType", True),
        ),
    ),
    "PackMLRemoteInterfaceDataType": Structure(
        19,
        83,
        84,
        (
            ("Number", INT32, False),
            ("ControlCmdNumber", INT32, False),
            ("CmdValue", INT32, False),
            ("Parameter", "PackMLDescriptorDataType", True),
        ),
    ),
}
