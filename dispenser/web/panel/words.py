"""The panel's word, shape and tone for every state; a state is never told by colour alone (WCAG 1.4.1, ISA-101)."""

from dataclasses import dataclass

from dispenser.app.views_situation import Situation, Tone
from dispenser.core.batch import BatchState
from dispenser.core.job import JobState
from dispenser.web.i18n import N_
from hal.wire import words


@dataclass(frozen=True, slots=True)
class Sign:
    """How a state is shown: `tone` picks the colours, `shape` the picture, `word` is read."""

    tone: str
    shape: str
    word: str

    @property
    def picture(self) -> str:
        """Address of the shape in the page's own sprite."""
        return f"#shape-{self.shape}"


TONE_WORDS = {
    Tone.ALARM: "alarm",
    Tone.LOST: "lost",
    Tone.ATTENTION: "attention",
    Tone.WORKING: "working",
    Tone.MOVING: "moving",
    Tone.READY: "ready",
}
WIRE_WORDS = {"OPC UA": "OPC UA", "serial": N_("Serial line")}
SITUATION_WORDS = {
    Situation.NOT_SERVED: N_("Not served"),
    Situation.NEVER_SEEN: N_("No contact yet"),
    Situation.LINK_LOST: N_("Contact lost"),
    Situation.UNKNOWN_OUTCOME: N_("Being clarified"),
    Situation.CANISTER_EMPTY: N_("Canister empty"),
    Situation.JAM: N_("Jammed"),
    Situation.NO_DROP: N_("Tablet did not fall"),
    Situation.SEAL: N_("Sealing fault"),
    Situation.INSPECTION: N_("Camera rejects"),
    Situation.DOOR: N_("Door open"),
    Situation.EMERGENCY: N_("Emergency stop"),
    Situation.FILM: N_("Film out"),
    Situation.RIBBON: N_("Ribbon out"),
    Situation.PRINT: N_("Print not readable"),
    Situation.TAKE_UP: N_("Take-up full"),
    Situation.CUTTER: N_("Cutter fault"),
    Situation.BAY_EMPTY: N_("Canister missing"),
    Situation.WRONG_CANISTER: N_("Wrong canister"),
    Situation.TAG: N_("Tag not readable"),
    Situation.SENSOR: N_("Sensor fault"),
    Situation.HEATER: N_("Heater fault"),
    Situation.OTHER_ALARM: N_("Alarm"),
    Situation.ABORTED: N_("Aborted"),
    Situation.STOPPED: N_("Stopped"),
    Situation.HELD: N_("On hold"),
    Situation.SUSPENDED: N_("Waiting"),
    Situation.PACKING: N_("Packing"),
    Situation.SENDING: N_("Next roll on its way"),
    Situation.MOVING: N_("Changing state"),
    Situation.READY: N_("Ready"),
}
SITUATION_ACTIONS = {
    Situation.NOT_SERVED: N_("Do what is told here."),
    Situation.NEVER_SEEN: N_("Check its power, its cable and its address."),
    Situation.LINK_LOST: N_("Check power and cable. The controller reconnects by itself."),
    Situation.UNKNOWN_OUTCOME: N_("Wait: the controller is reading the machine's journal."),
    Situation.CANISTER_EMPTY: N_("Refill the canister: {detail}."),
    Situation.JAM: N_("Clear the jam: {detail}."),
    Situation.NO_DROP: N_("Check the canister: {detail}."),
    Situation.SEAL: N_("Check the sealing head: {detail}."),
    Situation.INSPECTION: N_("Compare pouch and screen at the machine: {detail}."),
    Situation.DOOR: N_("Close the door."),
    Situation.EMERGENCY: N_("Find the cause, then release the emergency stop."),
    Situation.FILM: N_("Put in a new film roll."),
    Situation.RIBBON: N_("Put in a new ribbon."),
    Situation.PRINT: N_("Clean the print head, and look at the last pouches: {detail}."),
    Situation.TAKE_UP: N_("Take the finished rolls out."),
    Situation.CUTTER: N_("Look at the cutter, and at the last seam."),
    Situation.BAY_EMPTY: N_("Put the canister back: {detail}."),
    Situation.WRONG_CANISTER: N_("Put the right canister in: {detail}."),
    Situation.TAG: N_("Clean or renew the canister's tag: {detail}."),
    Situation.SENSOR: N_("Clean the sensor, and count the last pouches by hand: {detail}."),
    Situation.HEATER: N_("Check the heater. It cannot seal now."),
    Situation.OTHER_ALARM: N_("Look at the machine: {detail}."),
    Situation.ABORTED: N_("Look at the machine, then clear and reset it there."),
    Situation.STOPPED: N_("Reset the machine when it is clear to run."),
    Situation.HELD: N_("Look at the machine. It stopped between two pouches."),
    Situation.SUSPENDED: N_("Look at the machine: it waits for material."),
    Situation.PACKING: N_("Nothing to do."),
    Situation.SENDING: N_("Nothing to do."),
    Situation.MOVING: N_("Nothing to do."),
    Situation.READY: N_("Release a batch to give it work."),
}
BATCH_SIGNS = {
    BatchState.PLANNED: Sign("attention", "attention", N_("Waits for release")),
    BatchState.HELD: Sign("alarm", "alarm", N_("Held by findings")),
    BatchState.RELEASED: Sign("working", "working", N_("Released, being packed")),
    BatchState.PACKED: Sign("attention", "attention", N_("Packed, waits for its proof")),
    BatchState.CLOSED: Sign("ready", "done", N_("Proven and closed")),
}
JOB_SIGNS = {
    JobState.QUEUED: Sign("ready", "planned", N_("Queued")),
    JobState.SENT: Sign("moving", "moving", N_("Sent to the machine")),
    JobState.PACKING: Sign("working", "working", N_("Packing")),
    JobState.PACKED: Sign("ready", "done", N_("Packed")),
    JobState.INSPECTED: Sign("ready", "done", N_("Inspected")),
    JobState.RELEASED: Sign("ready", "done", N_("Signed off")),
    JobState.HELD: Sign("attention", "attention", N_("On hold")),
    JobState.UNKNOWN: Sign("lost", "lost", N_("Being clarified")),
    JobState.FAILED: Sign("attention", "attention", N_("Interrupted")),
    JobState.VOID: Sign("alarm", "void", N_("Void")),
}
NO_JOB = Sign("ready", "planned", N_("Not released"))
POUCH_SIGNS = {
    "planned": Sign("ready", "planned", N_("Not packed yet")),
    "packed": Sign("ready", "done", N_("Packed")),
    "void": Sign("alarm", "void", N_("Void")),
    "unknown": Sign("lost", "lost", N_("Being clarified")),
}
OUTCOME_SIGNS = {
    "accepted": Sign("ready", "done", N_("Accepted")),
    "refused": Sign("alarm", "alarm", N_("Refused")),
}
SEVERITY_SIGNS = {
    "info": Sign("ready", "ready", N_("For information")),
    "warn": Sign("attention", "attention", N_("Warning")),
    "park": Sign("attention", "attention", N_("Parked")),
    "hold": Sign("alarm", "alarm", N_("Held")),
    "refuse": Sign("alarm", "alarm", N_("Refused")),
}
MESSAGE_KINDS = {
    "bundle": N_("Medication plan"),
    "request": N_("Change of one medicine"),
}
ENTRY_WORDS = {
    words.POUCH_STARTED: N_("Film fed"),
    words.DROPPED: N_("Dropped"),
    words.SEALED: N_("Sealed"),
    words.PRINTED: N_("Printed"),
    words.INSPECTED: N_("Inspected"),
    words.POUCH_CLOSED: N_("Proven and closed"),
}
RESULT_WORDS = {
    "pass": N_("passed"),
    "reject": N_("rejected"),
    words.PACKED: N_("packed"),
    words.VOID: N_("void"),
}
REASON_WORDS = {
    "miscount": N_("another count than commanded"),
    "seal temperature": N_("sealing temperature too low"),
    "inspection reject": N_("rejected by the camera"),
    "canister empty": N_("canister ran empty"),
    "jam": N_("jam"),
    "aborted": N_("aborted"),
    "power loss": N_("power was lost"),
    "interrupted": N_("the machine was interrupted"),
}
"""Reasons that the machines of the two wires give; another vendor's reason is shown as the machine writes it."""
