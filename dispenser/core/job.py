"""One attempt to pack one roll on one machine: the states, and the only table of moves between them."""

from enum import Enum


class JobState(Enum):
    """Where an attempt stands; `unknown` is left only by reading the machine's journal, never by a timer."""

    QUEUED = "queued"
    SENT = "sent"
    PACKING = "packing"
    PACKED = "packed"
    INSPECTED = "inspected"
    RELEASED = "released"
    HELD = "held"
    UNKNOWN = "unknown"
    FAILED = "failed"
    VOID = "void"


class JobEvent(Enum):
    """What can happen to an attempt."""

    SEND = "send"
    REFUSED = "refused"
    STARTED = "started"
    LINK_LOST = "link lost"
    FOUND_NOT_LOADED = "found not loaded"
    FOUND_WAITING = "found waiting"
    FOUND_PACKING = "found packing"
    ALL_PACKED = "all packed"
    INTERRUPTED = "interrupted"
    HOLD = "hold"
    RESUME = "resume"
    INSPECT = "inspect"
    RELEASE = "release"
    VOID = "void"


LIVE_STATES = frozenset({JobState.SENT, JobState.PACKING, JobState.UNKNOWN, JobState.HELD})
"""A machine has at most `MOST_LIVE` jobs in these states."""

MOST_LIVE = 2
"""The job in work, and one behind it, so that the machine never waits for us between two rolls."""

TRANSITIONS: dict[tuple[JobState, JobEvent], JobState] = {
    (JobState.QUEUED, JobEvent.SEND): JobState.SENT,
    (JobState.QUEUED, JobEvent.VOID): JobState.VOID,
    (JobState.SENT, JobEvent.REFUSED): JobState.FAILED,
    (JobState.SENT, JobEvent.STARTED): JobState.PACKING,
    (JobState.SENT, JobEvent.LINK_LOST): JobState.UNKNOWN,
    (JobState.SENT, JobEvent.ALL_PACKED): JobState.PACKED,
    (JobState.SENT, JobEvent.INTERRUPTED): JobState.FAILED,
    (JobState.PACKING, JobEvent.LINK_LOST): JobState.UNKNOWN,
    (JobState.PACKING, JobEvent.ALL_PACKED): JobState.PACKED,
    (JobState.PACKING, JobEvent.INTERRUPTED): JobState.FAILED,
    (JobState.PACKING, JobEvent.HOLD): JobState.HELD,
    (JobState.HELD, JobEvent.RESUME): JobState.PACKING,
    (JobState.HELD, JobEvent.LINK_LOST): JobState.UNKNOWN,
    (JobState.HELD, JobEvent.ALL_PACKED): JobState.PACKED,
    (JobState.HELD, JobEvent.INTERRUPTED): JobState.FAILED,
    (JobState.UNKNOWN, JobEvent.FOUND_NOT_LOADED): JobState.FAILED,
    (JobState.UNKNOWN, JobEvent.FOUND_WAITING): JobState.SENT,
    (JobState.UNKNOWN, JobEvent.FOUND_PACKING): JobState.PACKING,
    (JobState.UNKNOWN, JobEvent.ALL_PACKED): JobState.PACKED,
    (JobState.UNKNOWN, JobEvent.INTERRUPTED): JobState.FAILED,
    (JobState.PACKED, JobEvent.INSPECT): JobState.INSPECTED,
    (JobState.PACKED, JobEvent.VOID): JobState.VOID,
    (JobState.INSPECTED, JobEvent.RELEASE): JobState.RELEASED,
    (JobState.INSPECTED, JobEvent.VOID): JobState.VOID,
}


class IllegalJobMoveError(Exception):
    """This event is not possible in this state."""


def advance(state: JobState, event: JobEvent) -> JobState:
    """Return the state after `event`.

    Raises:
        IllegalJobMoveError: the table has no such move.
    """
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        message = f"a job that is {state.value} cannot take '{event.value}'"
        raise IllegalJobMoveError(message) from None
