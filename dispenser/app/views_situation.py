"""How a machine stands in one word, and whether somebody must do something about it: pure judgement, no texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from dispenser.core.job import JobState
from hal.status import Alarm, PackMLState
from hal.wire import words

ONLINE = "online"
"""The link word of a machine that answers; every other word means that what is shown is old."""


class Tone(Enum):
    """How loudly a state is shown; the value is the order on the board, "needs me first" (ISA-101)."""

    ALARM = 0
    """Somebody must act now."""
    LOST = 1
    """Nobody knows how the machine stands."""
    ATTENTION = 2
    """Somebody must act soon, or find out."""
    WORKING = 3
    MOVING = 4
    """Between two states; passes by itself."""
    READY = 5


class Situation(Enum):
    """What a machine is doing, as a human would say it."""

    NOT_SERVED = "not-served"
    NEVER_SEEN = "never-seen"
    LINK_LOST = "link-lost"
    UNKNOWN_OUTCOME = "unknown-outcome"
    CANISTER_EMPTY = "canister-empty"
    JAM = "jam"
    NO_DROP = "no-drop"
    SEAL = "seal"
    INSPECTION = "inspection"
    DOOR = "door"
    EMERGENCY = "emergency"
    FILM = "film"
    RIBBON = "ribbon"
    PRINT = "print"
    TAKE_UP = "take-up"
    CUTTER = "cutter"
    BAY_EMPTY = "bay-empty"
    WRONG_CANISTER = "wrong-canister"
    TAG = "tag"
    SENSOR = "sensor"
    HEATER = "heater"
    OTHER_ALARM = "other-alarm"
    ABORTED = "aborted"
    STOPPED = "stopped"
    HELD = "held"
    SUSPENDED = "suspended"
    PACKING = "packing"
    SENDING = "sending"
    MOVING = "moving"
    READY = "ready"


_ALARMS = {
    words.ALARM_EMPTY: Situation.CANISTER_EMPTY,
    words.ALARM_JAM: Situation.JAM,
    words.ALARM_NO_DROP: Situation.NO_DROP,
    words.ALARM_SEAL: Situation.SEAL,
    words.ALARM_INSPECTION: Situation.INSPECTION,
    words.ALARM_DOOR: Situation.DOOR,
    words.ALARM_EMERGENCY: Situation.EMERGENCY,
    words.ALARM_FILM: Situation.FILM,
    words.ALARM_RIBBON: Situation.RIBBON,
    words.ALARM_PRINT: Situation.PRINT,
    words.ALARM_TAKE_UP: Situation.TAKE_UP,
    words.ALARM_CUTTER: Situation.CUTTER,
    words.ALARM_BAY_EMPTY: Situation.BAY_EMPTY,
    words.ALARM_WRONG_CANISTER: Situation.WRONG_CANISTER,
    words.ALARM_TAG: Situation.TAG,
    words.ALARM_SENSOR: Situation.SENSOR,
    words.ALARM_HEATER: Situation.HEATER,
}
_STATES = {
    PackMLState.ABORTED: Situation.ABORTED,
    PackMLState.ABORTING: Situation.ABORTED,
    PackMLState.STOPPED: Situation.STOPPED,
    PackMLState.HELD: Situation.HELD,
    PackMLState.SUSPENDED: Situation.SUSPENDED,
    PackMLState.EXECUTE: Situation.PACKING,
    PackMLState.IDLE: Situation.READY,
    PackMLState.COMPLETE: Situation.READY,
}
TONES = {
    Situation.NOT_SERVED: Tone.LOST,
    Situation.NEVER_SEEN: Tone.LOST,
    Situation.LINK_LOST: Tone.LOST,
    Situation.UNKNOWN_OUTCOME: Tone.LOST,
    Situation.CANISTER_EMPTY: Tone.ALARM,
    Situation.JAM: Tone.ALARM,
    Situation.NO_DROP: Tone.ALARM,
    Situation.SEAL: Tone.ALARM,
    Situation.INSPECTION: Tone.ALARM,
    Situation.DOOR: Tone.ALARM,
    Situation.EMERGENCY: Tone.ALARM,
    Situation.FILM: Tone.ALARM,
    Situation.RIBBON: Tone.ALARM,
    Situation.PRINT: Tone.ALARM,
    Situation.TAKE_UP: Tone.ALARM,
    Situation.CUTTER: Tone.ALARM,
    Situation.BAY_EMPTY: Tone.ALARM,
    Situation.WRONG_CANISTER: Tone.ALARM,
    Situation.TAG: Tone.ALARM,
    Situation.SENSOR: Tone.ALARM,
    Situation.HEATER: Tone.ALARM,
    Situation.OTHER_ALARM: Tone.ALARM,
    Situation.ABORTED: Tone.ALARM,
    Situation.STOPPED: Tone.ATTENTION,
    Situation.HELD: Tone.ATTENTION,
    Situation.SUSPENDED: Tone.ATTENTION,
    Situation.PACKING: Tone.WORKING,
    Situation.SENDING: Tone.MOVING,
    Situation.MOVING: Tone.MOVING,
    Situation.READY: Tone.READY,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a machine just now; `hindered` when it is told why it is not served, with what to do."""

    link: str
    seen: bool
    state: PackMLState | None
    alarms: Sequence[Alarm] = ()
    job: JobState | None = None
    queued: int = 0
    hindered: bool = False


def situation_of(standing: Standing) -> tuple[Situation, str]:
    """Return the one thing to say about a machine, and what it concerns (empty when nothing special).

    An emergency stop goes before other alarms, an alarm before a state: the first thing a human must fix.
    """
    if standing.link != ONLINE and standing.hindered:
        # No cable mends a driver that is missing, or a machine that two people must look at.
        return Situation.NOT_SERVED, ""
    if not standing.seen:
        return Situation.NEVER_SEEN, ""
    if standing.link != ONLINE or standing.state is None:
        return Situation.LINK_LOST, ""
    if standing.alarms:
        first = min(standing.alarms, key=lambda alarm: alarm.code != words.ALARM_EMERGENCY)
        known = _ALARMS.get(first.code)
        return (known, first.detail) if known else (Situation.OTHER_ALARM, f"{first.code} {first.detail}".strip())
    if standing.job is JobState.UNKNOWN:
        return Situation.UNKNOWN_OUTCOME, ""
    situation = _STATES.get(standing.state, Situation.MOVING)
    if situation is Situation.READY and (standing.queued or standing.job is not None):
        situation = Situation.SENDING
    return situation, ""
