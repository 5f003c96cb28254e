"""Where standing alarms put a machine that cannot tell its PackML state: held, suspended or aborted."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from hal.drivers.unit.memory import Fact
from hal.orders import BayPick, PouchOrder
from hal.status import Alarm, Bay, PackMLState
from hal.wire import words

_S: Final = PackMLState
_STRICT: Final = (words.ABORT, words.HOLD, words.SUSPEND)
"""Categories that stop a machine, the strictest first."""
_STOPS: Final = {
    words.ABORT: (_S.ABORTING, _S.ABORTED),
    words.HOLD: (_S.HOLDING, _S.HELD),
    words.SUSPEND: (_S.SUSPENDING, _S.SUSPENDED),
}
_TO_EXECUTE: Final = {
    _S.STOPPED: (_S.RESETTING, _S.IDLE, _S.STARTING, _S.EXECUTE),
    _S.COMPLETE: (_S.RESETTING, _S.IDLE, _S.STARTING, _S.EXECUTE),
    _S.SUSPENDED: (_S.UNSUSPENDING, _S.EXECUTE),
    _S.HELD: (_S.UNHOLDING, _S.EXECUTE),
}


def strictest(alarms: Sequence[Alarm], categories: Mapping[str, str]) -> str:
    """Return the category of the strictest alarm; empty when none stops the machine. An unknown one holds it."""
    found = {categories.get(alarm.code, words.HOLD) for alarm in alarms}
    return next((category for category in _STRICT if category in found), "")


def stopped_by(category: str) -> tuple[PackMLState, ...]:
    """Return the states through which an alarm of a category takes a machine at work."""
    return _STOPS[category]


def to_execute(state: PackMLState) -> tuple[PackMLState, ...]:
    """Return the states on the way to work."""
    return _TO_EXECUTE.get(state, ())


def to_stopped(state: PackMLState) -> tuple[PackMLState, ...]:
    """Return the states on the way to rest; an aborted machine is cleared, not stopped."""
    return () if state in {_S.STOPPED, _S.COMPLETE, _S.ABORTED} else (_S.STOPPING, _S.STOPPED)


def to_rest(state: PackMLState) -> tuple[PackMLState, ...]:
    """Return the states on the way to rest when nothing is left to be packed."""
    return (_S.COMPLETING, _S.COMPLETE) if state is _S.EXECUTE else to_stopped(state)


def moves(state: PackMLState, states: Sequence[PackMLState]) -> list[Fact]:
    """Return the entries of going from `state` through `states`."""
    return [
        Fact(words.STATE_CHANGED, fields={"from": former.value, "to": now.value})
        for former, now in pairwise((state, *states))
    ]


def alarm_facts(former: Sequence[Alarm], now: Sequence[Alarm]) -> list[Fact]:
    """Return which alarms came and went."""
    known, standing = {one.code for one in former}, {one.code for one in now}
    raised = [one for one in now if one.code not in known]
    facts = [Fact(words.ALARM_RAISED, fields={"code": one.code, "detail": one.detail}) for one in raised]
    return [*facts, *(Fact(words.ALARM_CLEARED, fields={"code": code}) for code in sorted(known - standing))]


def missing(pouch: PouchOrder, bays: Sequence[Bay]) -> tuple[Alarm, ...]:
    """Return what somebody has to put right before `pouch` can be packed: canisters that are not where they belong.

    A canister that was filled meanwhile is where it belongs; its order cannot be packed any more all the same.
    """
    there = {bay.number: bay.canister_id for bay in bays}
    picks = [pick for pick in pouch.picks if isinstance(pick, BayPick)]
    return tuple(
        Alarm(words.ALARM_WRONG_CANISTER if there.get(pick.bay) else words.ALARM_BAY_EMPTY, f"bay {pick.bay}")
        for pick in picks
        if there.get(pick.bay, "") != pick.canister_id
    )
