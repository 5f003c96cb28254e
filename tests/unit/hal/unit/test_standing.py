"""Where alarms put a machine that cannot tell its state."""

import pytest

from hal.conformance.evidence_checks import LEGAL
from hal.drivers.unit.standing import alarm_facts, missing, moves, stopped_by, strictest, to_execute, to_rest
from hal.orders import BayPick, CellPick, PouchOrder
from hal.status import Alarm, Bay, PackMLState
from hal.wire import words

JAM, DOOR, FULL, NEW = (Alarm(code, "") for code in ("JAM", "DOOR_OPEN", "TAKE_UP_FULL", "SOMETHING_ELSE"))
POUCH = PouchOrder(1, "", (), (BayPick(1, "K1", "F1", "1", 1), CellPick(1, "1", 2), BayPick(2, "K2", "F2", "2", 1)))


@pytest.mark.parametrize(
    ("alarms", "found"),
    [
        ((), ""),
        ((Alarm("LOW", ""),), ""),
        ((FULL,), words.SUSPEND),
        ((FULL, JAM), words.HOLD),
        ((JAM, DOOR, FULL), words.ABORT),
        ((FULL, NEW), words.HOLD),
    ],
)
def test_the_strictest_alarm_counts_and_an_unknown_one_holds(alarms: tuple[Alarm, ...], found: str) -> None:
    assert strictest(alarms, {**words.ALARMS, "LOW": words.WARN}) == found


@pytest.mark.parametrize("state", [PackMLState.EXECUTE, PackMLState.HELD, PackMLState.SUSPENDED, PackMLState.STOPPED])
def test_every_way_is_one_of_packml(state: PackMLState) -> None:
    ways = [(state, to_execute(state)), (state, to_rest(state)), (state, stopped_by(words.ABORT))]
    ways += [(PackMLState.EXECUTE, stopped_by(category)) for category in (words.HOLD, words.SUSPEND)]
    for begin, way in ways:
        for fact in moves(begin, way):
            assert (fact.fields["from"], fact.fields["to"]) in LEGAL


def test_an_aborted_machine_is_not_stopped() -> None:
    assert to_rest(PackMLState.ABORTED) == ()


def test_alarms_come_and_go_once() -> None:
    told = [(fact.kind, fact.fields["code"]) for fact in alarm_facts((JAM, FULL), (FULL, DOOR))]
    assert told == [(words.ALARM_RAISED, "DOOR_OPEN"), (words.ALARM_CLEARED, "JAM")]
    assert alarm_facts((JAM,), (JAM,)) == []


@pytest.mark.parametrize(
    ("canisters", "found"),
    [
        ({1: "K1", 2: "K2"}, []),
        ({1: "K1"}, [(words.ALARM_BAY_EMPTY, "bay 2")]),
        ({1: "K9", 2: "K2"}, [(words.ALARM_WRONG_CANISTER, "bay 1")]),
        ({}, [(words.ALARM_BAY_EMPTY, "bay 1"), (words.ALARM_BAY_EMPTY, "bay 2")]),
    ],
)
def test_what_is_missing_can_be_brought(canisters: dict[int, str], found: list[tuple[str, str]]) -> None:
    bays = [Bay(number, canister, "refilled", "1", 9) for number, canister in canisters.items()]
    assert [(alarm.code, alarm.detail) for alarm in missing(POUCH, bays)] == found
