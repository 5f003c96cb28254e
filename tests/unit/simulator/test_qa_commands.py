"""The commands for QA: scenarios, faults, evidence; one clear line when something is wrong."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulator.__main__ import app
from simulator.injectable import FAULTS
from simulator.injection import injection_of
from simulator.machine import Machine
from simulator.scenario_files import shipped
from simulator.state_folder import FileMemory
from tests.support.bench import Bench

FAILING = """
title = { da = "Dag", en = "Day" }
[[order]]
name = "roll"
pouches = 2
pick = [{ bay = 1, units = 1 }]
[[step]]
do = "give"
order = "roll"
[[step]]
do = "wait"
state = "Held"
[expect]
ends_in = "Held"
packed = [1]
"""


def call(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    return result.exit_code, result.stdout, result.stderr


def finished_run(states: Path, *, camera: bool = True) -> None:
    one = Bench(id="a", camera=camera)
    memory = FileMemory(states / "a")
    one.machine = Machine(one.spec, memory)
    one.machine.inject(injection_of("double_unseen", {"bay": "1"}))
    one.give(1, [one.pick(1)], [one.pick(1)])
    one.wait_for("Complete")
    memory.close()


def test_a_scenario_is_run_kept_and_done_again(tmp_path: Path) -> None:
    files = ("--junit", tmp_path / "e" / "v.xml", "--report", tmp_path / "e" / "r.pdf", "--keep", tmp_path / "runs")
    code, out, error = call("scenario", "run", "07-jam", *files)
    assert (code, error) == (0, "")
    assert out.splitlines() == ["pass 07-jam: 14 of 14 verdicts", "1 of 1 scenarios passed"]
    assert (tmp_path / "e" / "v.xml").read_bytes().startswith(b"<?xml")
    assert (tmp_path / "e" / "r.pdf").read_bytes().startswith(b"%PDF")
    code, out, _ = call("scenario", "replay", tmp_path / "runs" / "07-jam")
    assert code == 0
    assert out.splitlines()[-1].startswith("the same, byte for byte: ")


def test_a_log_that_was_changed_is_found(tmp_path: Path) -> None:
    assert call("scenario", "run", "07-jam", "--keep", tmp_path)[0] == 0
    log = tmp_path / "07-jam" / "log.ndjson"
    log.write_text(log.read_text("utf-8").replace('"counted":1', '"counted":2', 1), "utf-8")
    code, out, _ = call("scenario", "replay", tmp_path / "07-jam")
    assert code == 1
    assert "other than recorded: line " in out
    assert '"counted":2' in out


def test_what_fails_is_told_with_both_sides(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(FAILING, "utf-8")
    code, out, _ = call("scenario", "run", file)
    assert code == 1
    assert "FAIL bad: " in out
    assert "expected: roll 1\n       found:    roll 1, roll 2" in out
    assert "step 2 (wait): waited until 3600000 ms for state Held; the machine is Complete" in out
    code, out, _ = call("scenario", "run", file, "07-jam", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [one["passed"] for one in lines[:2]] == [False, True]
    assert (lines[2]["scenarios"], lines[2]["failed"]) == (2, 1)


def test_a_scenario_with_problems_is_told_problem_by_problem(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(FAILING.replace("give", "gvie").replace("packed", "pakced"), "utf-8")
    code, out, error = call("scenario", "run", file)
    assert (code, out) == (5, "")
    assert error.count("\n") == 2
    assert "nearest: give" in error
    assert "nearest: packed" in error


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("scenario", "run", "none.toml"), "none.toml cannot be read"),
        (("scenario", "replay", "none"), "none holds no recorded run"),
        (("run", "none.toml", "--machine", "a", "--state", "s"), "none.toml cannot be read: No such file"),
        (("keys", "taken"), "taken: File exists"),
        (("plans", "--products", "none.csv", "--out", "o", "--from", "2026-01-05"), "none.csv cannot be read"),
        (("scenario", "record", "none.toml", "--machine", "a", "--state", "s"), "none.toml cannot be read"),
        (("inject", "a", "jam", "--state", "none"), "no machine runs in none/a"),
        (("report", "--state", "none"), "no machine's log"),
        (("truth", "--compare", "--state", "none"), "no machine's log"),
        (("picture", "a", "1", "--state", "none"), "no log of machine a"),
    ],
)
def test_surroundings_that_do_not_fit_are_one_line_and_exit_5(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").touch()
    code, out, error = call(*arguments)
    assert (code, out) == (5, "")
    assert says in error
    assert error.count("\n") == 1


def test_a_run_is_kept_once_and_a_folder_of_runs_names_them(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    assert call("scenario", "run", "07-jam", "--keep", kept)[0] == 0
    code, _, error = call("scenario", "run", "07-jam", "--keep", kept)
    assert code == 5
    assert error == f"{kept / '07-jam'} holds a run already (run.ndjson); keep this one somewhere else\n"
    code, _, error = call("scenario", "replay", kept)
    assert code == 5
    assert error.endswith("in folders of it there are: 07-jam\n")


@pytest.mark.parametrize("line", [b'garbage "truth": "entry":', b'\xff\xfe"truth":', b"[1]"])
@pytest.mark.parametrize("command", ["truth", "truth --compare", "report", "picture 07-jam 1"])
def test_a_damaged_log_is_one_line(tmp_path: Path, command: str, line: bytes) -> None:
    assert call("scenario", "run", "07-jam", "--keep", tmp_path)[0] == 0
    with (tmp_path / "07-jam" / "log.ndjson").open("ab") as log:
        log.write(line + b"\n")
    code, _, error = call(*command.split(), "--state", tmp_path)
    assert code == 5
    assert "log.ndjson, line 59: no line of a machine's log" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("dispenser-sim run 1", "dispenser-sim run 0", "a run of another form: 'dispenser-sim run 0'"),
        ('"seed"', '"sead"', "a machine that is made otherwise now; replay it with that commit"),
        ('"jam"', '"jamm"', "not an event of a recorded run that can be done again (recorded with "),
    ],
)
def test_a_recording_of_another_version_is_told(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert call("scenario", "run", "07-jam", "--keep", tmp_path)[0] == 0
    recording = tmp_path / "07-jam" / "run.ndjson"
    recording.write_text(recording.read_text("utf-8").replace(old, new), "utf-8")
    for command in (("scenario", "replay", tmp_path / "07-jam"), ("report", "--state", tmp_path)):
        code, _, error = call(*command)
        assert code == 5
        assert says in error
        assert error.startswith(f"{tmp_path / '07-jam'}: ")
        assert error.count("\n") == 1


def test_the_nearest_key_of_a_fleet_file_is_named(tmp_path: Path) -> None:
    fleet = tmp_path / "fleet.toml"
    fleet.write_text('[[machine]]\nid = "a"\nsead = 3\n', "utf-8")
    assert "unknown key 'sead'; nearest: seed" in call("run", fleet, "--machine", "a", "--state", tmp_path)[2]
    fleet.write_bytes(b"\xff\xfe")
    assert call("run", fleet, "--machine", "a", "--state", tmp_path)[2] == f"{fleet} cannot be read: not UTF-8\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("scenario", "run", "07-jm"), "nearest: 07-jam"),
        (("inject", "a", "jamm", "--state", "none"), "nearest: jam"),
        (("inject", "a", "jam", "bay=x", "--state", "none"), "bay must be a whole number"),
        (("inject", "a", "jamm", "--over", "--state", "none"), "nearest: jam"),
    ],
)
def test_a_name_that_there_is_not_is_wrong_use(arguments: tuple[str, ...], says: str) -> None:
    code, _, error = call(*arguments)
    assert code == 2
    assert says in error


@pytest.mark.parametrize(
    "arguments",
    [
        ("scenario", "run"),
        ("scenario", "run", "--all", "07-jam"),
        ("inject", "a", "jam", "bay", "--state", "x"),
        ("inject", "a", "jam", "bay=1", "bay=2", "--state", "x"),
        ("fleet", "f.toml", "--state", "x", "--speed", "fast"),
        ("fleet", "f.toml", "--state", "x", "--speed", "20000"),
        ("report", "--state", "x", "--date", "today"),
    ],
)
def test_wrong_use_is_exit_2(arguments: tuple[str, ...]) -> None:
    assert call(*arguments)[0] == 2


@pytest.mark.parametrize("place", ["0.0.0.0:8090", "example.org:80", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:99999"])
def test_the_live_view_is_for_this_computer_alone(tmp_path: Path, place: str) -> None:
    fleet = tmp_path / "fleet.toml"
    fleet.write_text('[[machine]]\nid = "a"\n', "utf-8")
    code, _, error = call("fleet", fleet, "--state", tmp_path / "s", "--web", place)
    assert code == 2
    assert "this computer alone" in error


def test_faults_and_scenarios_are_listed() -> None:
    code, out, _ = call("faults", "--json")
    assert code == 0
    assert {json.loads(line)["name"] for line in out.splitlines()} == FAULTS.keys()
    assert "jam" in call("faults")[1]
    listed = [json.loads(line) for line in call("scenario", "list", "--json")[1].splitlines()]
    assert [one["name"] for one in listed] == [path.stem for path in shipped()]
    assert len(call("scenario", "list")[1].splitlines()) == len(listed)


def test_truth_is_compared_with_the_report(tmp_path: Path) -> None:
    finished_run(tmp_path, camera=False)
    code, out, _ = call("truth", "--compare", "--state", tmp_path)
    first, second = map(json.loads, out.splitlines())
    assert code == 0
    assert (first["counted"], first["contents"], first["wrong"]) == ({"28100000001": 4}, {"28100000001": 8}, True)
    assert (second["wrong"], second["machine"]) == (False, "a")


def test_a_finished_run_is_judged(tmp_path: Path) -> None:
    finished_run(tmp_path / "good")
    finished_run(tmp_path / "bad", camera=False)
    files = ("--pdf", tmp_path / "r.pdf", "--junit", tmp_path / "v.xml")
    assert call("report", "--state", tmp_path / "good", *files)[:2] == (0, "pass a: 3 of 3 verdicts\n")
    assert b'timestamp="2026-01-05T00:00:00"' in (tmp_path / "v.xml").read_bytes()
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    code, out, _ = call("report", "--state", tmp_path / "bad", "--date", "2026-04-01", *files)
    assert code == 1
    assert "order 1 pouch 0 film 1" in out
    assert b'timestamp="2026-04-01T00:00:00"' in (tmp_path / "v.xml").read_bytes()


def test_a_pouch_is_drawn(tmp_path: Path) -> None:
    finished_run(tmp_path)
    code, out, _ = call("picture", "a", "1", "--state", tmp_path)
    assert (code, out[:4]) == (0, "<svg")
    assert call("picture", "a", "1", "--state", tmp_path, "--out", tmp_path / "p.svg")[0] == 0
    assert (tmp_path / "p.svg").read_text("utf-8") + "\n" == out
    assert call("picture", "a", "99", "--state", tmp_path)[0] == 5
