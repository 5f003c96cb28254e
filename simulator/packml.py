"""PackML state machine as a table (ISA-TR88.00.02; OPC 30050)."""

from typing import Final

from hal.wire.words import COMMANDS

COMMANDED: Final = {
    "Reset": "Resetting",
    "Start": "Starting",
    "Hold": "Holding",
    "Unhold": "Unholding",
    "Suspend": "Suspending",
    "Unsuspend": "Unsuspending",
    "ToComplete": "Completing",
    "Stop": "Stopping",
    "Abort": "Aborting",
    "Clear": "Clearing",
}
"""Command to the acting state it leads to."""

COMPLETED: Final = {
    "Clearing": "Stopped",
    "Stopping": "Stopped",
    "Aborting": "Aborted",
    "Resetting": "Idle",
    "Starting": "Execute",
    "Holding": "Held",
    "Unholding": "Execute",
    "Suspending": "Suspended",
    "Unsuspending": "Execute",
    "Execute": "Completing",
    "Completing": "Complete",
}
"""State-complete moves: a state to the one that follows when its work is done."""

ACTING_MS: Final = {
    "Clearing": 500,
    "Stopping": 200,
    "Aborting": 50,
    "Resetting": 300,
    "Starting": 500,
    "Holding": 100,
    "Unholding": 300,
    "Suspending": 100,
    "Unsuspending": 100,
    "Completing": 200,
}
"""Least virtual milliseconds in an acting state."""

ENDS_POUCH: Final = frozenset({"Stopping", "Holding", "Suspending", "Completing"})
"""Acting states that first let the pouch in flight be finished."""

POWER_UP_STATE: Final = "Stopped"


def refusal(state: str, command: str) -> str:
    """Return why `command` is not allowed in `state`; empty when it is allowed."""
    allowed = COMMANDS.get(command)
    if allowed is None:
        return f"no such command: {command}"
    if state in allowed:
        return ""
    return f"{command} is not allowed in {state}, only in {', '.join(allowed)}"
