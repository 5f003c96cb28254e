"""The port itself: ours alone, pulled and put back, renumbered, at the wrong speed."""

import array
import asyncio
import fcntl
import os
import subprocess
import sys
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
import serial

from hal.clock import SystemClock
from hal.driver import Lease
from hal.drivers.pplis.address import Address
from hal.drivers.pplis.driver import PplisDriver
from hal.errors import MachineError, UnreachableError
from simulator.host import Host
from simulator.injection import injection_of, taken_back
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.ports.line import serve_line
from simulator.spec import MachineSpec

LEASE = Lease("c", 1)
OURS = """
import asyncio, sys
from hal.transport.serial import open_line
asyncio.run(open_line(sys.argv[1], 38400, print, print))
"""
PYSERIALS = """
import serial, sys
serial.Serial(sys.argv[1], exclusive=True)
"""
HOLDS = """
import serial, sys
with serial.Serial(sys.argv[1], exclusive=True):
    print("held", flush=True)
    sys.stdin.read()
"""


@asynccontextmanager
async def served(path: Path, baud: int = 38_400) -> AsyncIterator[Host]:
    host = Host(Machine(MachineSpec(id="S1", wire="serial"), InMemory()), speed=60)
    ready = asyncio.Event()
    tasks = [
        asyncio.create_task(serve_line(host, f"pty:{path}", baud, 0.02, ready.set)),
        asyncio.create_task(host.run()),
    ]
    await ready.wait()
    try:
        yield host
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def driver_of(path: Path, baud: int = 38_400, patience: float = 5) -> PplisDriver:
    uri = f"pplis://{path}?baud={baud}&timers=0.02&patience={patience}"
    return PplisDriver(Address.parse(uri), SystemClock())


async def refused_in_another_process(program: str, path: Path) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(path), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    _, errors = await process.communicate()
    assert process.returncode
    return errors.decode()


@pytest.mark.parametrize("program", [OURS, PYSERIALS], ids=["ours", "pyserial"])
def test_another_process_is_refused_while_the_driver_has_the_port(tmp_path: Path, program: str) -> None:
    async def check() -> None:
        async with served(tmp_path / "S1"):
            driver = driver_of(tmp_path / "S1")
            await driver.open(LEASE)
            assert "lock" in await refused_in_another_process(program, tmp_path / "S1")
            assert (await driver.read_status()).epoch == 1
            await driver.close()

    asyncio.run(check())


def test_the_kernel_is_told_to_refuse_those_who_do_not_look_for_a_lock(tmp_path: Path) -> None:
    def is_exclusive() -> bool:
        # Root is let in all the same, so what is asked is the flag.
        descriptor = os.open(tmp_path / "S1", os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        flag = array.array("i", [0])
        fcntl.ioctl(descriptor, 0x80045440, flag)
        os.close(descriptor)
        return bool(flag[0])

    async def check() -> None:
        async with served(tmp_path / "S1"):
            assert not is_exclusive()
            driver = driver_of(tmp_path / "S1")
            await driver.open(LEASE)
            if os.geteuid() == 0:
                assert is_exclusive()
            else:
                with pytest.raises(OSError, match="busy"):
                    is_exclusive()
            await driver.close()

    asyncio.run(check())


def test_the_driver_is_refused_while_another_process_has_the_port(tmp_path: Path) -> None:
    async def check() -> None:
        async with served(tmp_path / "S1"):
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", HOLDS, str(tmp_path / "S1"), stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            assert process.stdout is not None
            assert await process.stdout.readline() == b"held\n"
            driver = driver_of(tmp_path / "S1")
            with pytest.raises(UnreachableError, match="lock"):
                await driver.open(LEASE)
            await process.communicate(b"")
            await driver.open(LEASE)
            await driver.close()

    asyncio.run(check())


def test_a_port_that_is_pulled_and_put_back_is_found_under_its_path(tmp_path: Path) -> None:
    path = tmp_path / "by-id" / "usb-packer-1"

    async def check() -> None:
        async with served(path) as host:
            driver = driver_of(path)
            await driver.open(LEASE)
            host.wire.inject(injection_of("cut", {"for_ms": "0"}))
            with pytest.raises(MachineError):
                await driver.read_status()
            with pytest.raises(UnreachableError):
                await driver.open(LEASE)
            assert not path.is_symlink()
            # What the system calls the port next time is its own business.
            taken, slave = os.openpty()
            host.wire.inject(taken_back("cut"))
            async with asyncio.timeout(2):
                while not path.exists():  # noqa: ASYNC110 - a path has no event
                    await asyncio.sleep(0.005)
            assert os.ttyname(slave) != str(path.readlink())
            await driver.open(LEASE)
            assert (await driver.read_status()).epoch == 1
            await driver.close()
            os.close(taken)
            os.close(slave)

    asyncio.run(check())


@pytest.mark.parametrize("when", range(0, 30, 6))
def test_a_port_that_vanishes_in_the_middle_of_a_call_ends_it_at_once(tmp_path: Path, when: int) -> None:
    async def check() -> None:
        async with served(tmp_path / "S1") as host:
            driver = driver_of(tmp_path / "S1")
            await driver.open(LEASE)
            call = asyncio.create_task(driver.ensure_packing(1))
            for _ in range(when):
                await asyncio.sleep(0)
            host.wire.inject(injection_of("reset", {}))
            async with asyncio.timeout(1):
                with pytest.raises(MachineError):
                    await call
            await driver.close()

    asyncio.run(check())


@pytest.mark.parametrize(("ours", "machines"), [(9_600, 38_400), (115_200, 38_400), (38_400, 9_600)])
def test_at_another_speed_nothing_verifies(tmp_path: Path, ours: int, machines: int) -> None:
    async def check() -> None:
        async with served(tmp_path / "S1", machines):
            wrong = driver_of(tmp_path / "S1", ours, patience=0.2)
            with pytest.raises(UnreachableError):
                await wrong.open(LEASE)
            right = driver_of(tmp_path / "S1", machines)
            await right.open(LEASE)
            await right.close()

    asyncio.run(check())


def test_pyserial_hears_the_bell_of_the_machine(tmp_path: Path) -> None:
    async def check() -> None:
        async with served(tmp_path / "S1"):
            with closing(serial.Serial(str(tmp_path / "S1"), 38_400, timeout=0, exclusive=True)) as port:
                heard = b""
                async with asyncio.timeout(5):
                    while b"|BELL\r" not in heard:
                        piece = port.read(1_000)
                        heard += piece
                        port.write(b"\x06" * (piece.count(b"\x05") + piece.count(b"\n")))
                        await asyncio.sleep(0.005)
                assert heard[heard.index(b"\x02") :].startswith(b"\x021H|\\^&|")

    asyncio.run(check())


def test_the_flag_that_is_asked_for_is_the_kernels() -> None:
    assert termios.TIOCEXCL == 0x540C
