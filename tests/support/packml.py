"""Machines in every state of PackML, and the official table of what is allowed there."""

from hal.wire import opcua as words
from hal.wire.words import PRODUCE
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.spec import MachineSpec
from tests.support.nodesets import NodeSet

SPEC = MachineSpec("packml", warm_up_ms=0)
LATER = "..."
"""Let the state's own work be done."""
WAYS = {
    "Stopped": (),
    "Resetting": ("Reset",),
    "Idle": ("Reset", LATER),
    "Starting": ("Reset", LATER, "Start"),
    "Execute": ("Reset", LATER, "Start", LATER),
    "Holding": ("Reset", LATER, "Start", LATER, "Hold"),
    "Held": ("Reset", LATER, "Start", LATER, "Hold", LATER),
    "Unholding": ("Reset", LATER, "Start", LATER, "Hold", LATER, "Unhold"),
    "Suspending": ("Reset", LATER, "Start", LATER, "Suspend"),
    "Suspended": ("Reset", LATER, "Start", LATER, "Suspend", LATER),
    "Unsuspending": ("Reset", LATER, "Start", LATER, "Suspend", LATER, "Unsuspend"),
    "Completing": ("Reset", LATER, "Start", LATER, "ToComplete"),
    "Complete": ("Reset", LATER, "Start", LATER, "ToComplete", LATER),
    "Stopping": ("Reset", LATER, "Stop"),
    "Aborting": ("Abort",),
    "Aborted": ("Abort", LATER),
    "Clearing": ("Abort", LATER, "Clear"),
}


def machine_in(state: str, mode: int = PRODUCE) -> Machine:
    """Return a new machine in a state and a mode."""
    machine = Machine(SPEC, InMemory())
    assert machine.set_mode(mode).ok
    for step in WAYS[state]:
        if step == LATER:
            due = machine.next_wake_ms()
            assert due is not None
            machine.advance(due)
        else:
            assert machine.command(step).ok
    assert machine.state == state
    return machine


OPTIONAL_HOLDS = {99, 100, 101, 102, 103}
"""Transitions to Holding from elsewhere than Execute: in the type, not offered by a packer."""


def commanded(official: NodeSet) -> dict[str, dict[str, str]]:
    """Return command to the states that allow it, each with the state it leads to, without the optional Holds."""
    inside = {words.CLEARED: {**words.STATE_NODES[1], **words.STATE_NODES[2]}, words.RUNNING: words.STATE_NODES[2]}
    entry = {words.CLEARED: "Clearing", words.RUNNING: "Resetting"}
    moves: dict[str, dict[str, str]] = {}
    for node in official.nodes.values():
        if (0, 2310) not in node.targets("HasTypeDefinition") or node.number in OPTIONAL_HOLDS:
            continue
        (origin,) = (official.nodes[number].name[1] for _, number in node.targets("FromState"))
        (target,) = (official.nodes[number].name[1] for _, number in node.targets("ToState"))
        for _, method in node.targets("HasCause"):
            command = official.nodes[method].name[1]
            for state in inside.get(origin, {origin: 0}):
                if state not in inside:
                    moves.setdefault(command, {})[state] = entry.get(target, target)
    return moves
