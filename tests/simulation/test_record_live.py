"""A real controller works a machine that is recorded, faults are put in live, power goes: done again, byte for byte."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hal.clock import SystemClock
from hal.driver import Lease, Surroundings
from hal.drivers.pplis import DRIVER
from hal.errors import MachineError
from hal.orders import BayPick, PackingOrder, PouchOrder
from hal.status import OrderState, capabilities_digest
from simulator.__main__ import app

FLEET = """
[[machine]]
id = "packer-1"
wire = "serial"
where = "pty:{where}"
profile = "stress"
seed = 7
[[machine.bay]]
number = 1
canister = "K1"
fill = "F1"
product = "28100000001"
units = 5000
"""
SPEED = 200


def call(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    return result.exit_code, result.output


@contextmanager
def recorded(folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "simulator", "scenario", "record", str(folder / "fleet.toml")]
    options = ["--machine", "packer-1", "--state", str(folder / "machines"), "--speed", str(SPEED)]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("ready packer-1 ")
            yield process
        finally:
            process.kill()


async def pack(where: Path, epoch: int, pouches: int) -> OrderState:
    driver = DRIVER.build(f"pplis:{where}?baud=38400&timers=0.03", Surroundings(SystemClock(), None))
    capabilities = await driver.open(Lease("test", epoch))
    try:
        status = await driver.read_status()
        (bay,) = await driver.read_bays()
        number = status.high_water + 1
        pick = BayPick(bay.number, bay.canister_id, bay.fill_code, bay.product, 1)
        made = tuple(PouchOrder(one, f"S{number}-{one}", ("Kl. 8",), (pick,)) for one in range(1, pouches + 1))
        await driver.ensure_loaded(PackingOrder(f"o{number}", number, epoch, capabilities_digest(capabilities), made))
        await driver.ensure_packing(number)
        while True:
            (order,) = [one for one in (await driver.read_status()).orders if one.number == number]
            if order.state in {OrderState.ENDED, OrderState.INTERRUPTED}:
                return order.state
            await asyncio.sleep(0.02)
    finally:
        await driver.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "fleet.toml").write_text(FLEET.format(where=tmp_path / "tty"), encoding="utf-8")
    return tmp_path


def inject(folder: Path, *fault: str) -> tuple[int, str]:
    return call("inject", "packer-1", *fault, "--state", folder / "machines")


def replayed(folder: Path) -> None:
    code, out = call("scenario", "replay", folder / "machines" / "packer-1")
    assert code == 0, out
    assert "the same, byte for byte" in out


def test_a_recorded_day_with_faults_and_lost_power_is_done_again(folder: Path) -> None:
    async def while_packing(*fault: str) -> bool:
        """Put a fault in while an order is packed; tell whether the link held until the order was over."""
        packing = asyncio.create_task(pack(folder / "tty", 2, 200))
        for _ in range(200):
            await asyncio.sleep(0.02)
            code, _ = await asyncio.to_thread(inject, folder, *fault)
            if code == 0:
                break
        else:
            pytest.fail("nothing was being packed")
        try:
            await packing
        except (MachineError, ValueError):
            return False
        return True

    with recorded(folder) as process:
        assert asyncio.run(pack(folder / "tty", 1, 20)) is OrderState.ENDED
        assert inject(folder, "jam", "bay=1")[0] == 0
        assert inject(folder, "jm")[0] == 2
        asyncio.run(while_packing("power_cut", "step=before_seal"))
        process.kill()
        process.wait()
    replayed(folder)
    # The same recording goes on after the kill.
    with recorded(folder) as process:
        assert asyncio.run(pack(folder / "tty", 3, 5)) is OrderState.ENDED
        process.terminate()
        assert process.wait(20) == 0
    replayed(folder)
    code, out = call("report", "--state", folder / "machines")
    assert code in {0, 1}
    assert "done again from its recording" not in out
