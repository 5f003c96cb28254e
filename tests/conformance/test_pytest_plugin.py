"""The pytest plug-in: a test for each check where a module asks for it, and nothing anywhere else."""

import os
import subprocess
import sys
from pathlib import Path

from hal.conformance.check import Check, Level
from hal.conformance.suite import chosen

ROOT = Path(__file__).parent.parent.parent
BENCH = """
import pytest
from hal.errors import UnreachableError
from hal.clock import SystemClock
from hal.conformance.bench import Bench
from hal.conformance.station import Pace

class Nothing:
    async def open(self, lease):
        raise UnreachableError("nobody is there")
    async def close(self):
        pass

@pytest.fixture
def conformance_bench():
    return Bench(Nothing, SystemClock(), pace=Pace(patience=0.0, step=0.001))
"""


def pytester(folder: Path, *options: str) -> list[str]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        *options,
        str(folder),
    ]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(  # noqa: S603 - ours
        command, capture_output=True, text=True, check=False, cwd=folder, env=surroundings
    )
    return (done.stdout + done.stderr).splitlines()


def test_a_module_with_the_fixture_has_a_test_for_each_check(tmp_path: Path) -> None:
    (tmp_path / "test_machine.py").write_text(BENCH, encoding="utf-8")
    said = pytester(tmp_path, "--conformance-level", "wire", "--conformance-level", "hardware")
    assert any("FAIL   journal-head: " in line for line in said)
    assert any("UnreachableError: nobody is there" in line for line in said)
    counts = [len(of_level([Level.WIRE, Level.HARDWARE], needs_hand=needs)) for needs in (False, True)]
    assert said[-1].startswith("{} failed, {} skipped".format(*counts)), said[-3:]


def of_level(levels: list[Level], *, needs_hand: bool) -> list[Check]:
    return [check for check in chosen(levels) if bool(check.needs) is needs_hand]


def test_other_modules_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text("def test_it():\n    assert True\n", encoding="utf-8")
    (tmp_path / "conftest.py").write_text(BENCH, encoding="utf-8")
    assert pytester(tmp_path)[-1].startswith("1 passed")
