"""The matrix of states, commands and modes, against tables that others wrote."""

from itertools import product

import pytest

from hal.wire.words import COMMANDS, MAINTENANCE, MANUAL, PRODUCE, STATE_NUMBERS, WRONG_STATE
from tests.support.nodesets import packml
from tests.support.packml import commanded, machine_in

MODES = (PRODUCE, MAINTENANCE, MANUAL)


@pytest.mark.usefixtures("peer_nodesets")
@pytest.mark.parametrize("mode", MODES)
def test_the_machine_does_what_the_official_transitions_say_and_refuses_the_rest(mode: int) -> None:
    official = commanded(packml())
    assert official.keys() == COMMANDS.keys()
    cells = 0
    for state, command in product(STATE_NUMBERS, official):
        machine = machine_in(state, mode)
        answer = machine.command(command)
        target = official[command].get(state)
        assert answer.ok == (target is not None), (state, command)
        # An acting state that has nothing to wait for shows itself all the same.
        assert machine.state == (target or state), (state, command)
        if target is None:
            ((code, detail),) = answer.reasons
            assert code == WRONG_STATE
            assert command in detail
            assert state in detail
        cells += 1
    assert cells == 170


@pytest.mark.usefixtures("peer_packmlpy")
@pytest.mark.parametrize("mode", MODES)
def test_the_machine_agrees_with_packmlpy_wherever_it_speaks(mode: int) -> None:
    from packmlpy.statemachine.definitions import StateNames, transitions  # noqa: PLC0415 - a peer

    assert {state.name for state in StateNames} == STATE_NUMBERS.keys()
    moves = {(move["source"].name, move["trigger"]): move["dest"].name for move in transitions}
    spoken = {trigger for _, trigger in moves if not trigger.startswith("_")}
    assert spoken == {command.lower() for command in COMMANDS} - {"tocomplete"}
    for state, command in product(STATE_NUMBERS, COMMANDS.keys() - {"ToComplete"}):
        machine = machine_in(state, mode)
        answer = machine.command(command)
        assert answer.ok == ((state, command.lower()) in moves), (state, command)
        assert machine.state == moves.get((state, command.lower()), state), (state, command)


@pytest.mark.usefixtures("peer_packmlpy")
def test_what_follows_by_itself_is_as_packmlpy_has_it() -> None:
    from packmlpy.statemachine.definitions import transitions  # noqa: PLC0415 - a peer

    from simulator.packml import COMPLETED  # noqa: PLC0415

    theirs = {move["source"].name: move["dest"].name for move in transitions if move["trigger"].startswith("_")}
    assert theirs == COMPLETED


@pytest.mark.parametrize("state", STATE_NUMBERS)
def test_the_mode_is_changed_in_stopped_idle_and_aborted_alone(state: str) -> None:
    for before, after in product(MODES, MODES):
        machine = machine_in(state, before)
        answer = machine.set_mode(after)
        assert answer.ok == (state in {"Stopped", "Idle", "Aborted"})
        assert machine.mode == (after if answer.ok else before)
        assert answer.ok or answer.reasons[0][0] == WRONG_STATE
