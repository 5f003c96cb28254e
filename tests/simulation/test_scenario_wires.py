"""Scenarios over a real wire end as they do without one, byte for byte in the machine's log on OPC UA."""

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulator.__main__ import app
from simulator.logbook import encode
from simulator.recording import first_difference, head_of, replay, run_of
from simulator.scenario import IN_PROCESS, OPCUA, SERIAL, Scenario
from simulator.scenario_desk import over
from simulator.scenario_files import load, shipped
from simulator.scenario_play import Played, play
from simulator.scenario_verdicts import judge

PATHS = {path.stem: path for path in shipped()}
HANDFUL = (
    "03-double-unseen-missed",
    "07-jam",
    "09-wrong-canister-before",
    "16-emergency-stop",
    "20-power-cut-between-drops",
    "21-order-table-lost",
    "28-second-controller-comes",
    "acknowledge",
)


def passed(scenario: Scenario) -> Played:
    played = play(scenario)
    assert [verdict for verdict in judge(scenario.expected, played) if not verdict.passed] == []
    assert played.unread == 0
    return played


def is_the_same_without_a_wire(played: Played) -> None:
    assert first_difference(play(replace(played.scenario, wire=IN_PROCESS)).lines, played.lines) == ""


def is_done_again(played: Played) -> None:
    lines = [encode(one) for one in (head_of(played.scenario.machine, "1", "abc"), *played.events)]
    assert first_difference(played.lines, replay(run_of(lines), played.lines)) == ""


@pytest.mark.parametrize("name", HANDFUL)
def test_over_opcua(name: str) -> None:
    played = passed(replace(load(PATHS[name]), wire=OPCUA))
    is_the_same_without_a_wire(played)
    is_done_again(played)


@pytest.mark.parametrize("name", [name for name in PATHS if load(PATHS[name]).wire == IN_PROCESS])
def test_over_a_serial_line(name: str) -> None:
    is_done_again(passed(replace(load(PATHS[name]), wire=SERIAL)))


@pytest.mark.soak
@pytest.mark.parametrize("name", PATHS)
def test_all_over_opcua(name: str) -> None:
    scenario = over(load(PATHS[name]), OPCUA)
    if scenario is not None:
        is_the_same_without_a_wire(passed(scenario))
    else:
        assert load(PATHS[name]).wire == SERIAL


def test_a_wire_is_named_on_the_command_line(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    result = CliRunner().invoke(
        app, ["scenario", "run", "07-jam", "22-noise", "--wire", "opcua", "--keep", str(kept)], catch_exceptions=False
    )
    assert result.exit_code == 0
    assert "left out, because they disturb a serial line: 22-noise\n1 of 1 scenarios passed" in result.stdout
    again = CliRunner().invoke(app, ["scenario", "replay", str(kept / "07-jam")], catch_exceptions=False)
    assert again.exit_code == 0


def test_who_does_not_read_the_whole_journal_fails() -> None:
    scenario = load(PATHS["07-jam"])
    lost = replace(play(replace(scenario, wire=SERIAL)), unread=1)
    assert [verdict.name for verdict in judge(scenario.expected, lost) if not verdict.passed] == [
        "entries not read over the wire as written"
    ]
