"""The command line: one clear line when something is wrong, `ready` when a machine answers."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulator.__main__ import app
from simulator.machine import Machine
from simulator.state_folder import FileMemory
from tests.support.bench import Bench

FLEET = """
[[machine]]
id = "packer-1"
wire = "serial"
where = "{where}"
profile = "visible"
"""


def _call(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    file = tmp_path / "fleet.toml"
    file.write_text(FLEET.format(where=f"pty:{tmp_path}/tty"), encoding="utf-8")
    return file


def test_surroundings_that_do_not_fit_are_one_line_and_exit_5(tmp_path: Path, fleet: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("[machine", encoding="utf-8")
    state = ("--state", tmp_path / "state")
    for arguments, says in (
        (("run", fleet, "--machine", "paker-1", *state), "nearest: packer-1"),
        (("run", tmp_path / "none.toml", "--machine", "a", *state), "none.toml cannot be read"),
        (("fleet", broken, *state), "not TOML"),
        (("fleet", fleet, "--state", fleet / "x"), "cannot be used"),
        (("truth", *state), "no machine's log"),
        (("plans", "--products", fleet / "x", "--out", tmp_path / "o", "--from", "2026-01-05"), "x"),
    ):
        code, out, error = _call(*arguments)
        assert (code, out) == (5, "")
        assert says in error
        assert error.count("\n") == 1


def test_a_damaged_log_is_one_line_and_exit_5(tmp_path: Path, fleet: Path) -> None:
    (tmp_path / "state" / "packer-1").mkdir(parents=True)
    (tmp_path / "state" / "packer-1" / "log.ndjson").write_text("{}\n", encoding="utf-8")
    code, _, error = _call("fleet", fleet, "--state", tmp_path / "state")
    assert (code, error.count("\n")) == (5, 1)
    assert error.startswith(f"{tmp_path / 'state' / 'packer-1'}: line 1 of the machine's log is damaged")


@pytest.mark.parametrize(
    "arguments",
    [
        ("run",),
        ("run", "f.toml"),
        ("fleet", "f.toml", "--state", "x", "--speed", "0"),
        ("fleet", "f.toml", "--state", "x", "--profile", "bad"),
        ("plans", "--products", "x", "--out", "y", "--from", "yesterday"),
        ("dance",),
    ],
)
def test_wrong_use_is_exit_2(arguments: tuple[str, ...]) -> None:
    assert _call(*arguments)[0] == 2


def test_truth_is_printed_as_lines_of_json(tmp_path: Path) -> None:
    for machine_id in ("a", "b"):
        one = Bench(id=machine_id)
        memory = FileMemory(tmp_path / machine_id)
        one.machine = Machine(one.spec, memory)
        one.give(1, [], [one.pick(1)])
        one.wait_for("Complete")
        memory.close()
    code, out, _ = _call("truth", "--state", tmp_path)
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [(line["machine"], line["pouch"], line["outcome"]) for line in lines] == [
        ("a", 0, "packed"),
        ("a", 1, "packed"),
        ("b", 0, "packed"),
        ("b", 1, "packed"),
    ]
    assert len(_call("truth", "--state", tmp_path, "--machine", "b")[1].splitlines()) == 2


def test_a_machine_says_ready_and_ends_cleanly_when_told(tmp_path: Path, fleet: Path) -> None:
    command = [sys.executable, "-m", "simulator", "run", str(fleet), "--machine", "packer-1", "--speed", "60"]
    state = ["--state", str(tmp_path / "state")]
    with subprocess.Popen([*command, *state], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == f"ready packer-1 pty:{tmp_path}/tty\n"
            code, _, error = _call("fleet", fleet, *state)
            assert (code, "in use by another process" in error) == (5, True)
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
        finally:
            process.kill()


def test_a_taken_port_is_one_line_and_exit_5(tmp_path: Path, fleet: Path) -> None:
    import socket  # noqa: PLC0415

    with socket.create_server(("127.0.0.1", 0)) as taken:
        where = f"tcp:127.0.0.1:{taken.getsockname()[1]}"
        fleet.write_text(FLEET.format(where=where), encoding="utf-8")
        code, out, error = _call("fleet", fleet, "--state", tmp_path / "state")
    assert (code, out) == (5, "")
    assert f"packer-1: {where} cannot be opened" in error
    assert error.count("\n") == 1
