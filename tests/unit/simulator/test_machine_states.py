"""PackML states: all 17 against all commands, and what pause, stop and abort do to an order."""

import pytest

from hal.wire.words import COMMANDS, STATE_NUMBERS, WRONG_STATE
from simulator.packml import COMMANDED, COMPLETED
from tests.support.bench import Bench


@pytest.mark.parametrize("state", STATE_NUMBERS)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_done_or_refused_with_the_reason(state: str, command: str) -> None:
    one = Bench()
    one.machine._cycle.state = state
    answer = one.machine.command(command)
    assert answer.ok == (state in COMMANDS[command])
    if answer.ok:
        changed = one.entries("StateChanged")
        assert changed[-1]["fields"] == {"from": state, "to": COMMANDED[command]}
    else:
        code, detail = answer.reasons[0]
        assert code == WRONG_STATE
        assert state in detail


def test_acting_states_end_by_themselves() -> None:
    assert COMPLETED.keys() == STATE_NUMBERS.keys() - {
        "Stopped",
        "Idle",
        "Suspended",
        "Aborted",
        "Held",
        "Complete",
    }
    one = Bench()
    for command, resting in (
        ("Reset", "Idle"),
        ("Start", "Execute"),
        ("Hold", "Held"),
        ("Unhold", "Execute"),
        ("Suspend", "Suspended"),
        ("Unsuspend", "Execute"),
        ("ToComplete", "Complete"),
        ("Reset", "Idle"),
        ("Stop", "Stopped"),
        ("Abort", "Aborted"),
        ("Clear", "Stopped"),
    ):
        assert one.machine.command(command).ok
        one.wait(10_000)
        assert one.machine.state == resting


def test_a_pause_waits_for_the_pouch_and_start_goes_on() -> None:
    one = Bench()
    one.give(1, *([one.pick(1)] for _ in range(4)))
    one.wait_for("Execute")
    one.wait(1_400)
    assert one.pause().ok
    one.wait(30_000)
    assert one.machine.state == "Suspended"
    assert one.outcomes() == [(0, "packed", ""), (1, "packed", "")]
    assert one.order_states() == {1: "held"}
    assert one.machine.next_wake_ms() is None
    assert one.start(1).ok
    one.wait_for("Complete")
    assert [number for number, _, _ in one.outcomes()] == [0, 1, 2, 3]
    assert [entry["fields"]["state"] for entry in one.entries("OrderChanged")] == [
        "loaded",
        "running",
        "held",
        "running",
        "ended",
    ]


@pytest.mark.parametrize(("command", "resting"), [("Suspend", "Suspended"), ("Hold", "Held")])
def test_an_order_that_is_queued_behind_does_not_let_a_machine_go_on_that_somebody_made_wait(
    command: str, resting: str
) -> None:
    one = Bench()
    one.give(1, *([one.pick(1)] for _ in range(4)))
    one.wait_for("Execute")
    one.wait(1_400)
    assert one.machine.command(command).ok
    one.wait_for(resting)
    packed = one.outcomes()
    one.give(2, [one.pick(1)])
    one.wait(30_000)
    assert one.machine.state == resting
    assert one.outcomes() == packed
    assert one.order_states() == {1: "held", 2: "loaded"}
    # The order in work may be told to go on, and the other follows.
    assert one.start(1).ok
    one.wait_for("Complete")
    assert one.order_states() == {1: "ended", 2: "ended"}


def test_a_pause_with_nothing_to_pack_leaves_no_trace() -> None:
    one = Bench()
    assert one.pause().ok
    one.give(1, [one.pick(1)])
    one.wait_for("Complete")
    assert one.order_states() == {1: "ended"}


def test_a_stop_ends_all_orders_after_the_pouch() -> None:
    one = Bench()
    one.give(1, *([one.pick(1)] for _ in range(4)))
    assert one.store(one.order(2, [])).ok
    one.wait_for("Execute")
    one.wait(1_400)
    assert one.stop().ok
    one.wait(30_000)
    assert one.machine.state == "Stopped"
    assert one.outcomes() == [(0, "packed", ""), (1, "packed", "")]
    assert one.order_states() == {1: "interrupted", 2: "interrupted"}
    assert one.stop().ok


def test_an_order_that_comes_during_a_stop_ends_with_it_and_overtakes_nothing() -> None:
    one = Bench()
    one.give(1, *([one.pick(1)] for _ in range(4)))
    one.wait_for("Execute")
    one.wait(1_400)
    one.stop()
    one.give(2, [one.pick(1)])
    one.wait(30_000)
    assert one.machine.state == "Stopped"
    assert one.order_states() == {1: "interrupted", 2: "interrupted"}
    one.give(3, [one.pick(1)])
    one.wait_for("Complete")
    assert one.order_states() == {1: "interrupted", 2: "interrupted", 3: "ended"}


def test_an_abort_voids_the_pouch_in_work_at_once() -> None:
    one = Bench()
    one.give(1, *([one.pick(1)] for _ in range(4)))
    one.wait_for("Execute")
    one.wait(1_400)
    assert one.machine.command("Abort").ok
    assert one.outcomes() == [(0, "packed", ""), (1, "void", "aborted")]
    one.wait_for("Aborted")
    assert one.order_states() == {1: "interrupted"}
    assert one.store(one.order(2, [one.pick(1)])).ok
    assert [code for code, _ in one.start(2).reasons] == [WRONG_STATE]
    assert one.machine.command("Clear").ok
    one.wait_for("Stopped")
    assert one.start(2).ok
    one.wait_for("Complete")
    assert one.order_states() == {1: "interrupted", 2: "ended"}


def test_to_complete_leaves_the_rest_of_the_order() -> None:
    one = Bench()
    one.give(1, *([one.pick(1)] for _ in range(4)))
    one.give(2, [one.pick(1)])
    one.wait_for("Execute")
    one.wait(400)
    assert one.machine.command("ToComplete").ok
    # What comes while the first is still being brought to its end goes with it; what comes later is packed.
    one.give(3, [one.pick(1)])
    one.wait(30_000)
    one.give(4, [one.pick(1)])
    one.wait(60_000)
    assert one.order_states() == {1: "interrupted", 2: "interrupted", 3: "interrupted", 4: "ended"}
    closed = [(entry["order"], entry["pouch"]) for entry in one.entries("PouchClosed")]
    assert closed == [(1, 0), (4, 0)]
    states = [entry["fields"]["to"] for entry in one.entries("StateChanged")]
    assert states.count("Complete") == 2


def test_an_operators_hold_stays_until_unhold() -> None:
    one = Bench()
    one.give(1, [one.pick(1)], [one.pick(1)])
    one.wait_for("Execute")
    assert one.machine.command("Hold").ok
    one.wait(60_000)
    assert one.machine.state == "Held"
    assert one.machine.command("Unhold").ok
    one.wait_for("Complete")
    assert len(one.outcomes()) == 2
