"""The machine as a unit of a line: mode, speed, interlocks, and what is counted."""

from typing import Any

import pytest

from hal.wire.opcua import ISA95_STATES
from hal.wire.words import MAINTENANCE, MANUAL, PRODUCE, WRONG_MODE, WRONG_STATE
from simulator.machine import Answer, Machine
from simulator.spec import BaySpec
from tests.support.bench import Bench


def code(answer: Answer) -> str:
    ((found, _),) = answer.reasons
    return found


def packed(one: Bench, pouches: int = 3) -> None:
    number = int(str(one.machine.status_document()["high_water"])) + 1
    one.give(number, *([one.pick(1, 2)] for _ in range(pouches)))
    one.wait(60_000)


@pytest.mark.parametrize("mode", [MAINTENANCE, MANUAL])
def test_orders_are_refused_outside_produce_and_taken_again_in_it(mode: int) -> None:
    one = Bench()
    order = one.order(1, [one.pick(1)])
    assert one.machine.set_mode(mode).ok
    assert code(one.store(order)) == WRONG_MODE
    assert one.machine.set_mode(PRODUCE).ok
    assert one.store(order).ok
    assert one.machine.set_mode(mode).ok
    assert code(one.start(1)) == WRONG_MODE
    assert one.machine.set_mode(PRODUCE).ok
    assert one.start(1).ok
    one.wait(60_000)
    assert one.order_states() == {1: "ended"}


def test_a_mode_that_the_machine_does_not_have_is_refused() -> None:
    one = Bench(modes=(PRODUCE, MANUAL))
    assert [code(one.machine.set_mode(mode)) for mode in (0, MAINTENANCE, 4, -1)] == [WRONG_MODE] * 4
    assert one.machine.mode == PRODUCE


def test_a_mode_outlives_a_power_cut_and_speed_and_interlocks_do_not() -> None:
    one = Bench()
    assert one.machine.set_mode(MAINTENANCE).ok
    assert one.machine.set_speed(30).ok
    assert one.machine.set_interlock(2, is_set=True).ok
    again = Machine(one.spec, one.memory)
    assert again.mode == MAINTENANCE
    assert again.unit.speed == 60
    assert not any(again.unit.interlocks)


def test_half_the_speed_takes_twice_the_time() -> None:
    times = []
    for speed in (60, 30):
        one = Bench()
        assert one.machine.set_speed(speed).ok
        assert one.machine.status_document()["pouches_per_minute"] == speed
        one.give(1, *([one.pick(1)] for _ in range(20)))
        while one.order_states() == {1: "loaded"} or one.machine.state != "Complete":
            due = one.machine.next_wake_ms()
            assert due is not None
            one.machine.advance(due)
        times.append(one.machine.now_ms)
    assert times[1] - times[0] == pytest.approx(20_000, abs=1_500)


@pytest.mark.parametrize("speed", [0, -1, 61])
def test_a_speed_outside_the_range_is_refused(speed: int) -> None:
    one = Bench()
    assert not one.machine.set_speed(speed).ok
    assert one.machine.unit.speed == 60


def test_an_interlock_suspends_until_it_is_taken_back() -> None:
    one = Bench()
    one.give(1, *([one.pick(1)] for _ in range(5)))
    one.wait(2_000)
    assert one.machine.set_interlock(3, is_set=True).ok
    assert one.machine.set_interlock(3, is_set=True).ok
    one.wait(10_000)
    assert one.machine.state == "Suspended"
    assert one.machine.unit.interlocks == (False, False, True, False)
    assert code(one.machine.command("Unsuspend")) == WRONG_STATE
    assert [order["substate"] for order in one.machine.unit.job_orders()] == ["Suspended"]
    assert one.machine.set_interlock(3, is_set=False).ok
    one.wait(30_000)
    assert one.order_states() == {1: "ended"}


@pytest.mark.parametrize("number", [0, 5, -1])
def test_an_interlock_that_is_not_there_is_refused(number: int) -> None:
    assert not Bench().machine.set_interlock(number, is_set=True).ok


def test_orders_go_through_the_states_of_isa95() -> None:
    one = Bench()
    seen: list[tuple[object, object]] = []

    def look() -> None:
        ((state, substate),) = {(order["state"], order["substate"]) for order in one.machine.unit.job_orders()}
        assert str(substate) in {"", *ISA95_STATES[str(state)]}
        if not seen or seen[-1] != (state, substate):
            seen.append((state, substate))

    order = one.order(1, *([one.pick(1)] for _ in range(6)))
    assert one.store(order).ok
    look()
    assert one.start(1).ok
    look()
    for step in range(400):
        one.wait(100)
        if step == 30:
            assert one.machine.command("Hold").ok
        if step == 60:
            assert one.machine.command("Unhold").ok
        look()
    assert seen == [
        ("NotAllowedToStart", "Loaded"),
        ("AllowedToStart", "Loaded"),
        ("Running", ""),
        ("Interrupted", "Held"),
        ("Running", ""),
        ("Ended", "Completed"),
    ]


def test_counts_are_those_of_the_journal_and_ever_goes_over_power_cuts() -> None:
    one = Bench()
    packed(one)
    tally = one.machine.unit.tally
    assert (tally.units.now, tally.films.now, tally.closed.now, tally.void.now) == (6, 3, 3, 0)
    again = Machine(one.spec, one.memory)
    assert (again.unit.tally.closed.now, again.unit.tally.closed.ever, again.unit.tally.units.ever) == (0, 3, 6)


def test_the_seconds_in_states_and_modes_add_up_to_the_time_since_power_up() -> None:
    one = Bench()
    packed(one)
    assert one.machine.command("Stop").ok
    one.wait(1_000)
    assert one.machine.set_mode(MANUAL).ok
    one.wait(5_000)
    tally, now = one.machine.unit.tally, one.machine.now_ms
    by_mode, by_state = tally.mode_seconds(now), tally.seconds(now)
    assert by_mode[MANUAL] == 5
    assert by_mode[PRODUCE] == (now - 5_000) // 1_000
    assert now // 1_000 - 17 <= sum(map(sum, by_state)) <= now // 1_000


def test_the_last_transition_of_every_state_machine_is_remembered() -> None:
    one = Bench()
    assert one.machine.command("Reset").ok
    one.wait(1_000)
    names = {level: name for level, (name, _) in one.machine.unit.tally.transitions.items()}
    assert names == {1: "StoppedToRunning", 2: "ResettingToIdle"}
    assert one.machine.command("Abort").ok
    assert one.machine.unit.tally.transitions[0][0] == "ClearedToAborting"


def test_alarms_stand_until_they_are_cleared_and_then_are_history() -> None:
    one = Bench(bays=(one_bay(),))
    one.give(1, *([one.pick(1, 2)] for _ in range(4)))
    for _ in range(200):
        one.wait(100)
        if one.machine.unit.tally.standing:
            break
    tally = one.machine.unit.tally
    alarms: Any = one.machine.status_document()["alarms"]
    assert list(tally.standing) == [alarm["code"] for alarm in alarms]
    assert tally.stop_reason is not None
    one.wait(600_000)
    assert not tally.standing
    assert tally.history[-1].cleared


def one_bay() -> BaySpec:
    return BaySpec(1, "K1", "F1", "28100000001", 5)
