"""A machine without a journal on a real line, and a driver's process that is killed in the middle of it."""

import asyncio
import socket
import sys
from pathlib import Path

import pytest

from hal.clock import SystemClock
from hal.driver import Lease, Surroundings
from hal.drivers.unit.driver import UnitDriver
from hal.drivers.unit.examine import examine
from hal.drivers.unit.folder import NAME, Folder
from hal.drivers.unit.memory import Memory
from hal.errors import UnreachableError
from hal.plugins import discover, driver_for
from hal.status import OrderState
from simulator.host import Host
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.ports.line import serve_line
from simulator.truth import truth_documents
from tests.support.unit_bench import journal, packed, spec_of

CHILD = """
import asyncio, sys
from pathlib import Path
from hal.clock import SystemClock
from hal.driver import Lease, Surroundings
from hal.drivers.unit import build
from hal.status import capabilities_digest
from tests.support.unit_bench import journal, order_for, packed
async def main():
    driver = build(sys.argv[1], Surroundings(SystemClock(), Path(sys.argv[2])))
    told = await driver.open(Lease("child", 1))
    await driver.ensure_loaded(await order_for(driver, 1, 40, capabilities_digest(told)))
    await driver.ensure_packing(1)
    while True:
        print(len(packed(await journal(driver))), flush=True)
        await asyncio.sleep(0.005)
asyncio.run(main())
"""


def test_an_examination_tells_whose_the_memory_is_and_takes_nothing(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    uri = f"unit+socket://127.0.0.1:{port}?baud=115200&timers=0.02&patience=2"

    async def looked_at(folder: Path) -> list[tuple[str, bool]]:
        found = await examine(uri, Surroundings(SystemClock(), folder))
        assert found.reached
        assert found.is_fit == all(point.fulfilled for point in found.points)
        return [(point.code, point.fulfilled) for point in found.points][-1:]

    async def scene() -> None:
        host = Host(Machine(spec_of("encoder"), InMemory()), 40.0)
        ready = asyncio.Event()
        line = serve_line(host, f"tcp:127.0.0.1:{port}", 115_200, 0.02, ready.set)
        tasks = [asyncio.create_task(host.run()), asyncio.create_task(line)]
        await ready.wait()
        assert await looked_at(tmp_path / "none") == [("MACHINE", True)]
        assert not (tmp_path / "none").exists()
        for name, vendor in (("own", spec_of("encoder").vendor), ("other", "another")):
            folder = Folder(tmp_path / name)
            Memory(folder, SystemClock()).bind((vendor, spec_of("encoder").model, "bare"))
            assert await looked_at(tmp_path / name) == [("MACHINE", name == "own")]
            folder.append(["{}", "{}"])
            folder.close()
        path = tmp_path / "own" / NAME
        path.write_bytes(path.read_bytes().replace(b"bare", b"bore"))
        assert await looked_at(tmp_path / "own") == [("MEMORY", False)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(scene())


@pytest.mark.parametrize("personality", ["encoder", "dumb"])
def test_a_killed_driver_leaves_nothing_in_doubt(personality: str, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    uri = f"unit+socket://127.0.0.1:{port}?baud=115200&timers=0.02&patience=2"
    memory = InMemory()

    async def scene() -> None:
        host = Host(Machine(spec_of(personality, pouches_per_minute=100), memory), 40.0)
        ready = asyncio.Event()
        line = serve_line(host, f"tcp:127.0.0.1:{port}", 115_200, 0.02, ready.set)
        tasks = [asyncio.create_task(host.run()), asyncio.create_task(line)]
        await ready.wait()
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            CHILD,
            uri,
            str(tmp_path),
            stdout=asyncio.subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        assert child.stdout is not None
        async with asyncio.timeout(30):
            while int(await child.stdout.readline()) < 3:
                pass
        driver = driver_for(uri, discover()).build(uri, Surroundings(SystemClock(), tmp_path))
        assert isinstance(driver, UnitDriver)
        with pytest.raises(UnreachableError, match="in use by another process"):
            await driver.open(Lease("heir", 2))
        child.kill()
        await child.wait()
        await driver.open(Lease("heir", 2))
        status = await driver.read_status()
        assert [one.state for one in status.orders] == [OrderState.INTERRUPTED]
        entries = await journal(driver)
        await driver.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        count = packed(entries)
        assert count == list(range(1, len(count) + 1))
        assert len(count) >= 3
        made = [pouch for pouch in truth_documents(memory.lines) if pouch["outcome"] == "packed"]
        symbols = [str(pouch["symbol"]) for pouch in made]
        assert symbols[: len(count)] == [f"S1-{pouch}" for pouch in count]
        assert len(symbols) <= len(count) + 2
        assert symbols[-1] == "VOID" or status.film == len(count)

    asyncio.run(scene())
