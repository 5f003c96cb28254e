"""Whatever is done to a machine and whenever its power goes: what was recorded makes the same log again."""

import inspect
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal.orders import BayPick
from simulator.injectable import FAULTS
from simulator.injection import Injection
from simulator.logbook import encode
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.recording import CALLS, RecordedMachine, RunDamagedError, first_difference, head_of, replay, run_of
from simulator.run_file import RunFile, read_run, write_run
from simulator.spec import MachineSpec
from simulator.state_folder import FileMemory, StateFolderError
from tests.support.bench import BAYS, Bench

READS = {
    "spec",
    "state",
    "boot_id",
    "last_seq",
    "total_entries",
    "now_ms",
    "mode",
    "unit",
    "tally",
    "moment",
    "capabilities_document",
    "status_document",
    "bays_documents",
    "journal_after",
    "next_wake_ms",
}


def test_everything_that_changes_a_machine_is_recorded() -> None:
    public = {name for name, _ in inspect.getmembers(Machine) if not name.startswith("_")}
    # Time is recorded with each call; everything else is a reading.
    assert public - READS - {"advance"} == set(CALLS)
    assert all(name in vars(RecordedMachine) for name in CALLS)


class Told(Bench):
    """A bench whose machine tells what is done to it."""

    def __init__(self) -> None:
        super().__init__(profile="stress", seed=3)
        self.events: list[Any] = []
        self.memory = InMemory()
        self.boots = 0
        self.power_up()

    def power_up(self) -> None:
        self.boots += 1
        at = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=self.boots)
        self.machine = RecordedMachine(self.spec, self.memory, f"boot-{self.boots}", at, self.events.append)

    def lines(self) -> list[str]:
        return [encode(one) for one in (head_of(self.spec, "1", "c"), *self.events)]


NAMES = sorted(name for name, fault in FAULTS.items() if fault.where == "machine" and "like" not in fault.arguments)
ACTIONS = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 20_000)),
    st.tuples(st.just("give"), st.integers(1, 6)),
    st.tuples(st.just("pause"), st.just(0)),
    st.tuples(st.just("stop"), st.just(0)),
    st.tuples(st.just("command"), st.sampled_from(["Hold", "Unhold", "Abort", "Clear", "Reset"])),
    st.tuples(st.just("mode"), st.sampled_from([1, 2])),
    st.tuples(st.just("speed"), st.sampled_from([20, 60])),
    st.tuples(st.just("inject"), st.sampled_from(NAMES)),
    st.tuples(st.just("cut"), st.integers(0, 3)),
)


@settings(max_examples=50)
@given(st.lists(ACTIONS, max_size=14), st.integers(0, 2))
def test_a_recorded_run_makes_the_same_log_again(actions: list[tuple[str, Any]], torn: int) -> None:
    one = Told()
    number = 0
    for command, (what, value) in enumerate(actions, start=1):
        if what == "wait":
            one.wait(value)
        elif what == "give":
            number += 1
            picks = [BayPick(bay.number, bay.canister, bay.fill, bay.product, 1) for bay in BAYS]
            one.store(one.order(number, *(picks for _ in range(value))))
            one.machine.start(1, command, number)
        elif what in {"pause", "stop"}:
            getattr(one.machine, what)(1, command)
        elif what == "command":
            one.machine.command(value)
        elif what == "mode":
            one.machine.set_mode(value)
        elif what == "speed":
            one.machine.set_speed(value)
        elif what == "inject":
            fault = FAULTS[value]
            values = {key: fault.defaults.get(key, 1) for key in fault.arguments}
            one.machine.inject(Injection(value, values))
        else:
            # The newest lines may be lost with the power.
            one.memory = InMemory(one.memory.lines[: len(one.memory.lines) - value])
            one.power_up()
    wanted = one.memory.lines[: len(one.memory.lines) - torn]
    made = replay(run_of(one.lines()), wanted)
    assert first_difference(wanted, made[: len(wanted)]) == ""


def test_the_first_difference_is_named() -> None:
    assert first_difference(["a", "bcd"], ["a", "bxd"]) == "line 2, column 2:\n  recorded: bcd\n  replayed: bxd"
    assert first_difference(["a", "b"], ["a"]) == "line 2: recorded 2 lines, replayed 1"
    assert first_difference(["a"], ["a"]) == ""


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["{}"],
        ["[1]"],
        ['{"form": "other"}'],
        ["not JSON"],
    ],
)
def test_what_is_no_run_is_told(lines: list[str]) -> None:
    with pytest.raises(RunDamagedError):
        run_of(lines)


@pytest.mark.parametrize(
    "event",
    [
        '{"call":"dance","args":[],"ms":0}',
        '{"up":"b","at":"yesterday","lines":0}',
        '{"call":"start","args":[1],"ms":0}',
    ],
)
def test_an_event_that_nobody_recorded_is_told(event: str) -> None:
    one = Told()
    with pytest.raises(RunDamagedError, match="not an event"):
        replay(run_of([*one.lines(), event]), ())


def test_a_run_file_is_kept_over_a_kill_and_refuses_another_machine(tmp_path: Path) -> None:
    spec = MachineSpec("a", BAYS)
    folder = tmp_path / "a"
    for _ in range(2):
        run_file, memory = RunFile(folder, spec, "1", "c"), FileMemory(folder)
        machine = RecordedMachine(spec, memory, f"boot-{len(memory.read())}", datetime.now(UTC), run_file.tell)
        machine.command("Reset")
        machine.advance(1_000)
        run_file.close()
        memory.close()
        # The end of a line that a kill left half written.
        with (folder / "run.ndjson").open("a") as file:
            file.write('{"call":"st')
    run, lines = read_run(folder)
    assert run.spec == spec
    assert first_difference(lines, replay(run, lines)) == ""
    with pytest.raises(StateFolderError, match="another machine"):
        RunFile(folder, MachineSpec("a", BAYS, seed=2), "1", "c")
    with pytest.raises(StateFolderError, match=r"run\.ndjson"):
        write_run(folder, head_of(spec, "1", "c"), (), ())


def test_a_log_that_was_not_recorded_from_its_beginning_is_not_recorded_on(tmp_path: Path) -> None:
    memory = FileMemory(tmp_path)
    Machine(MachineSpec("a", BAYS), memory)
    memory.close()
    with pytest.raises(StateFolderError, match="not recorded from its beginning"):
        RunFile(tmp_path, MachineSpec("a", BAYS), "1", "c")
