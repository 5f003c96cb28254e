"""From no keys to an open link, with the commands that a site gives and a machine in a process of its own."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hal.clock import SystemClock
from hal.driver import Lease, Surroundings
from hal.drivers.opcua import build, examine
from hal.drivers.opcua.keys import make_keys, set_identity, trust
from simulator.__main__ import app

PASSWORD = "correct horse battery"  # noqa: S105 - a test's


class Machine:
    """A machine's fleet file and process."""

    def __init__(self, root: Path) -> None:
        self.keys = root / "packer-2"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.uri = f"opc.tcp://127.0.0.1:{probe.getsockname()[1]}/"
        self.fleet, self._state = root / "fleet.toml", root / "machines"
        # Others than this computer may reach it.
        where = self.uri.replace("127.0.0.1", "0.0.0.0")  # noqa: S104
        self.fleet.write_text(
            f'[[machine]]\nid = "packer-2"\nwhere = "{where}"\nsecurity = "sign_and_encrypt"\nkeys = "{self.keys}"\n'
        )

    def start(self) -> subprocess.Popen[str]:
        command = [
            sys.executable,
            "-m",
            "simulator",
            "run",
            self.fleet,
            "--machine",
            "packer-2",
            "--state",
            self._state,
        ]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    return Machine(tmp_path)


def test_from_no_keys_to_an_open_link(machine: Machine, tmp_path: Path) -> None:
    without = machine.start()
    _, said = without.communicate(timeout=30)
    assert without.returncode == 5
    assert "own.key.pem" in said

    folder = tmp_path / "var" / "packer-2"
    mine = make_keys(folder, now=datetime.now(UTC))
    arguments = ["keys", str(machine.keys), "--trust", str(folder / "own.der"), "--user", "controller"]
    told = CliRunner().invoke(app, arguments, input=f"{PASSWORD}\n")
    assert told.exit_code == 0
    assert mine.fingerprint in told.output

    surroundings = Surroundings(SystemClock(), folder)
    process = machine.start()
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready packer-2")
        asyncio.run(visit(machine, surroundings))
    finally:
        process.terminate()
        _, said = process.communicate(timeout=30)
    assert process.returncode == 0
    assert said == ""


async def visit(machine: Machine, surroundings: Surroundings) -> None:
    assert surroundings.folder is not None
    set_identity(surroundings.folder, "controller", PASSWORD)
    before = await examine(machine.uri, surroundings)
    assert before.reached
    assert not before.is_fit
    shown = trust(surroundings.folder, machine.keys / "own.der")
    assert any(shown.fingerprint in point.subject for point in before.points if not point.fulfilled)
    found = await examine(machine.uri, surroundings)
    assert [point for point in found.points if not point.fulfilled] == []
    driver = build(machine.uri, surroundings)
    capabilities = await driver.open(Lease("test", 1))
    assert capabilities.serial_number == "packer-2"
    assert (await driver.read_status()).epoch == 1
    await driver.close()
