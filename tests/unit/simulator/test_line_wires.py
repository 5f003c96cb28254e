"""The ends of the line: pseudo-terminal under a fixed path, TCP port for one client."""

import asyncio
import os
import tty
from pathlib import Path

import pytest

from simulator.host import Host
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.ports.line import serve_line
from simulator.ports.line_wires import PtyWire, TcpWire
from simulator.spec import MachineSpec


def test_a_terminal_is_found_under_its_path_and_gone_afterwards(tmp_path: Path) -> None:
    async def check() -> None:
        path = tmp_path / "lines" / "S1"
        received = bytearray()
        arrived = asyncio.Event()

        def receive(data: bytes) -> None:
            received.extend(data)
            arrived.set()

        wire = PtyWire(path, receive)
        line = os.open(path, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(line)
        os.write(line, bytes(range(256)))
        async with asyncio.timeout(2):
            while len(received) < 256:
                arrived.clear()
                await arrived.wait()
        assert received == bytes(range(256))
        wire.write(b"\x03\x04\x11\x13\r\n")
        assert os.read(line, 100) == b"\x03\x04\x11\x13\r\n"
        os.close(line)
        await wire.close()
        assert not path.is_symlink()

    asyncio.run(check())


def test_a_terminal_takes_the_path_of_a_former_one_over(tmp_path: Path) -> None:
    async def check() -> None:
        path = tmp_path / "S1"
        former = PtyWire(path, lambda _data: None)
        target = path.readlink()
        latter = PtyWire(path, lambda _data: None)
        assert path.readlink() != target
        await former.close()
        assert path.exists()
        await latter.close()
        assert not path.is_symlink()

    asyncio.run(check())


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_what_is_no_terminal_is_left_alone(tmp_path: Path, kind: str) -> None:
    path, kept = tmp_path / "notes.txt", tmp_path / "kept.txt"
    kept.write_text("mine", "utf-8")
    {"file": lambda: path.write_text("mine", "utf-8"), "folder": path.mkdir, "link": lambda: path.symlink_to(kept)}[
        kind
    ]()

    async def opened() -> None:
        PtyWire(path, lambda _data: None)

    with pytest.raises(FileExistsError, match="no terminal"):
        asyncio.run(opened())
    assert kept.read_text("utf-8") == "mine"
    assert path.is_dir() if kind == "folder" else path.read_text("utf-8") == "mine"


def test_bytes_that_nobody_reads_do_not_pile_up(tmp_path: Path) -> None:
    async def check() -> None:
        wire = PtyWire(tmp_path / "S1", lambda _data: None)
        for _ in range(400):
            wire.write(b"x" * 1_000)
        assert len(wire._backlog) <= 70_000
        await wire.close()

    asyncio.run(check())


def test_a_second_client_is_turned_away_and_the_first_stays() -> None:
    async def check() -> None:
        received = asyncio.Queue[bytes]()
        connected: list[None] = []
        wire = TcpWire(received.put_nowait, lambda: connected.append(None))
        port = await wire.listen("127.0.0.1", 0)
        first, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"hello")
        assert await received.get() == b"hello"
        second, other = await asyncio.open_connection("127.0.0.1", port)
        with pytest.raises(ConnectionResetError):
            await refused(second)
        wire.write(b"world")
        assert await first.read(100) == b"world"
        assert len(connected) == 1
        for one in (writer, other):
            one.close()
        await wire.close()
        with pytest.raises(OSError, match=r".+"):
            await asyncio.open_connection("127.0.0.1", port)

    asyncio.run(check())


async def refused(reader: asyncio.StreamReader) -> None:
    """Raise ConnectionResetError when the other side has hung up, in whichever way."""
    if await reader.read(1) == b"":
        raise ConnectionResetError


@pytest.mark.parametrize(
    "where", ["", "pty", "pty:", "tcp:", "tcp:127.0.0.1:x", "udp:127.0.0.1:1", "rfc2217:127.0.0.1:70000"]
)
def test_a_place_that_is_none_is_refused(where: str) -> None:
    async def check() -> None:
        with pytest.raises(ValueError, match=r".+"):
            await serve_line(Host(Machine(MachineSpec(id="S"), InMemory())), where, 9_600)

    asyncio.run(check())


@pytest.mark.parametrize(("baud", "timers"), [(0, 1.0), (9_600, 0.0)])
def test_rates_of_nothing_are_refused(baud: int, timers: float) -> None:
    async def check() -> None:
        with pytest.raises(ValueError, match="above 0"):
            await serve_line(Host(Machine(MachineSpec(id="S"), InMemory())), "tcp:127.0.0.1:0", baud, timers)

    asyncio.run(check())


def test_a_machine_that_cannot_keep_what_happens_leaves_the_line(tmp_path: Path) -> None:
    class Full(InMemory):
        is_full = False

        def append(self, lines: object) -> None:
            if self.is_full:
                raise OSError("no space left on device")
            super().append(lines)  # type: ignore[arg-type]  # handed through

    async def check() -> None:
        memory = Full()
        host = Host(Machine(MachineSpec(id="S"), memory), speed=10_000)
        ready = asyncio.Event()
        serving = asyncio.create_task(serve_line(host, f"pty:{tmp_path}/S", 9_600, ready=ready.set))
        await ready.wait()
        assert host.call(lambda machine: machine.command("Reset")).ok
        memory.is_full = True
        with pytest.raises(OSError, match="no space"):
            await serving
        assert not (tmp_path / "S").is_symlink()

    asyncio.run(check())
