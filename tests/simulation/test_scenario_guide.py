"""The guide `docs/how-to/run-a-scenario.md`, followed to the letter."""

import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulator.__main__ import app

GUIDE = Path(__file__).parent.parent.parent / "docs" / "how-to" / "run-a-scenario.md"
BLOCK = re.compile(r"```(sh|toml)\n(.*?)```", re.DOTALL)
FLEET = """
[[machine]]
id = "packer-1"
wire = "serial"
where = "pty:tty"
[[machine.bay]]
number = 1
canister = "K1"
fill = "F1"
product = "28100000001"
units = 500
"""
PATIENCE_SECONDS = 20


class Shell:
    """As much of a shell as the guide needs: commands one after another, one of them in the background."""

    def __init__(self) -> None:
        self.background: subprocess.Popen[str] | None = None
        self.done: list[str] = []

    def run(self, line: str) -> None:
        command = line.split(" #", maxsplit=1)[0].strip()
        if command == "kill %1":
            assert self.background is not None
            self.background.send_signal(signal.SIGTERM)
            self.background.communicate(timeout=PATIENCE_SECONDS)
            assert self.background.returncode == 0
            self.background = None
            return
        program, *words = shlex.split(command.removesuffix("&"))
        assert program == "dispenser-sim"
        if command.endswith("&"):
            # A port of the guide may be taken here.
            words = [word.replace(":8090", ":0") for word in words]
            self.background = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", "simulator", *words],
                stdout=subprocess.PIPE,
                text=True,
                cwd=Path.cwd(),
                env={"PYTHONPATH": str(GUIDE.parent.parent.parent), "PATH": "/usr/bin:/bin"},
            )
            assert self.background.stdout is not None
            assert self.background.stdout.readline().startswith("ready ")
        else:
            result = self.patiently(words)
            assert result.exit_code == 0, f"{line}\n{result.output}{result.stderr}"
            self.done.append(" ".join(words[:2]))

    @staticmethod
    def patiently(words: list[str]):  # noqa: ANN205 - typer's result has no public type
        """Run a command; a machine that has just lost its power takes faults again when it is back."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            result = CliRunner().invoke(app, words)
            if result.exit_code != 1 or words[0] != "inject" or time.monotonic() > until:
                return result
            time.sleep(0.02)


def test_the_guide_works_as_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("fleet.toml").write_text(FLEET, encoding="utf-8")
    shell = Shell()
    try:
        for kind, text in BLOCK.findall(GUIDE.read_text("utf-8")):
            if kind == "toml":
                name = text.partition("\n")[0].removeprefix("# ")
                Path(name).write_text(text, encoding="utf-8")
            else:
                for line in text.splitlines():
                    shell.run(line)
    finally:
        if shell.background is not None:
            shell.background.kill()
            shell.background.communicate()
    assert {"scenario run", "scenario replay", "inject packer-1", "report --state"} <= set(shell.done)
    for made in ("verdicts.xml", "verdicts.pdf", "run.pdf", "run.xml"):
        assert (Path("evidence") / made).stat().st_size > 1_000
