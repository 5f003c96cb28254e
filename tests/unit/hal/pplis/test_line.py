"""The line over real pseudo-terminals and on a clock that the test moves."""

import asyncio
import os
import tty
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from hal.clock import SystemClock
from hal.driver import Lease
from hal.drivers.pplis.address import Address
from hal.drivers.pplis.alarm import Alarm
from hal.drivers.pplis.driver import PplisDriver
from hal.drivers.pplis.pace import Pace
from hal.errors import OutcomeUnknownError, UnreachableError
from hal.transport.serial import open_line
from tests.support.serial_peer import Machine


@dataclass
class MovedClock:
    """Time passes when `move` is called."""

    seconds: float = 0.0
    sleepers: list[tuple[float, asyncio.Future[None]]] = field(default_factory=list)

    def now(self) -> datetime:
        return datetime(2026, 1, 5, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.sleepers.append((self.seconds + seconds, future))
        await future

    async def move(self, seconds: float) -> None:
        await settle()
        self.seconds += seconds
        for at, future in self.sleepers:
            if at <= self.seconds and not future.done():
                future.set_result(None)
        self.sleepers = [sleeper for sleeper in self.sleepers if not sleeper[1].done()]
        await settle()


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
def pty() -> Iterator[tuple[int, str]]:
    """Master side and path of a pseudo-terminal."""
    master, slave = os.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    path = os.ttyname(slave)
    yield master, path
    os.close(slave)
    if master_is_open(master):
        os.close(master)


def master_is_open(master: int) -> bool:
    try:
        os.fstat(master)
    except OSError:
        return False
    return True


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(2):
        while not condition():  # noqa: ASYNC110  bytes on a bare tty set no event
            await asyncio.sleep(0.001)


def test_bytes_pass_both_ways(pty: tuple[int, str]) -> None:
    master, path = pty
    every = bytes(range(256))

    async def check() -> None:
        received = bytearray()
        lost: list[str] = []
        line = await open_line(path, 38_400, received.extend, lost.append)
        line.write(every)
        os.write(master, every)
        await until(lambda: received == every)
        assert os.read(master, 1_000) == every
        await line.close()
        assert len(lost) == 1
        with pytest.raises(OSError, match="closed"):
            line.write(b"x")

    asyncio.run(check())


def test_the_port_is_ours_alone(pty: tuple[int, str]) -> None:
    async def check() -> None:
        line = await open_line(pty[1], 38_400, lambda _data: None, lambda _why: None)
        with pytest.raises(OSError, match="lock"):
            await open_line(pty[1], 38_400, lambda _data: None, lambda _why: None)
        await line.close()
        again = await open_line(pty[1], 38_400, lambda _data: None, lambda _why: None)
        await again.close()

    asyncio.run(check())


def test_an_unplugged_line_is_told_at_once(pty: tuple[int, str]) -> None:
    master, path = pty

    async def check() -> None:
        lost: list[str] = []
        line = await open_line(path, 38_400, lambda _data: None, lost.append)
        os.close(master)
        await until(lambda: bool(lost))
        assert "broke" in lost[0]
        await line.close()

    asyncio.run(check())


def test_unplugging_in_the_middle_of_a_command_leaves_its_outcome_unknown(pty: tuple[int, str]) -> None:
    master, path = pty

    async def check() -> None:
        driver = PplisDriver(Address.parse(f"pplis://{path}?timers=0.1"), SystemClock())
        opening = asyncio.create_task(driver.open(Lease("c", 1)))
        heard = bytearray()

        def hear() -> bool:
            try:
                heard.extend(os.read(master, 1_000))
            except BlockingIOError:
                return False
            return True

        await until(lambda: hear() and heard.endswith(b"\x05"))
        os.write(master, b"\x06")
        await until(lambda: hear() and b"\x021H|" in heard)
        os.close(master)
        # HELLO is a read to the driver, which may ask again, so what the caller sees is that nobody is there.
        with pytest.raises(UnreachableError):
            await opening
        with pytest.raises(UnreachableError):
            await driver.open(Lease("c", 1))

    asyncio.run(check())


def test_fifteen_silent_seconds_end_the_line(machine: Machine) -> None:
    async def check() -> None:
        clock = MovedClock()
        async with machine() as peer:
            driver = PplisDriver(Address.parse(peer.uri), clock)
            await driver.open(Lease("c", 1))
            bell = asyncio.ensure_future(anext(driver.doorbell()))
            await clock.move(14)
            assert not bell.done()
            peer.send("BELL", [["N", "1"]])
            await bell
            await clock.move(14)
            assert (await driver.read_status()).last_seq == 3
            bell = asyncio.ensure_future(anext(driver.doorbell()))
            await clock.move(14.9)
            assert not bell.done()
            await clock.move(0.1)
            with pytest.raises(UnreachableError, match="silent"):
                await bell
            with pytest.raises(UnreachableError, match="silent"):
                await driver.read_status()
            await driver.close()

    asyncio.run(check())


def test_patience_counts_from_the_last_verified_step(machine: Machine) -> None:
    async def check() -> None:
        clock = MovedClock()
        async with machine() as peer:
            driver = PplisDriver(Address.parse(f"pplis+socket://127.0.0.1:{peer.port}"), clock)
            await driver.open(Lease("c", 1))
            peer.reply = lambda _request: None
            call = asyncio.create_task(driver.ensure_packing(1))
            await until(lambda: peer.kinds == ["HELLO", "STATUS", "START"])
            await clock.move(4.9)
            assert peer.transport is not None
            peer.transport.write(b"\x00noise\x06\x06")
            await asyncio.sleep(0.01)
            assert not call.done()
            await clock.move(0.1)
            with pytest.raises(OutcomeUnknownError):
                await call
            await driver.close()

    asyncio.run(check())


def test_an_alarm_rings_once_and_can_be_moved() -> None:
    async def check() -> None:
        clock, rung = MovedClock(), []
        alarm = Alarm(clock, lambda: rung.append(clock.seconds))
        alarm.set(10)
        alarm.set(20)
        await clock.move(10)
        assert rung == []
        alarm.set(15)
        await clock.move(5)
        assert rung == [15]
        alarm.set(None)
        await clock.move(100)
        alarm.set(120)
        alarm.stop()
        await clock.move(100)
        assert rung == [15]
        alarm.set(0)
        await clock.move(0)
        assert rung == [15, 215]

    asyncio.run(check())


def test_an_alarm_may_be_set_while_it_rings() -> None:
    async def check() -> None:
        clock, rung = MovedClock(), []

        def ring() -> None:
            rung.append(clock.seconds)
            alarm.set(clock.seconds + 1 if len(rung) < 3 else None)

        alarm = Alarm(clock, ring)
        alarm.set(1)
        for _ in range(5):
            await clock.move(1)
        assert rung == [1, 2, 3]

    asyncio.run(check())


def test_the_pace_aims_at_a_second_per_answer() -> None:
    pace = Pace(38_400)
    assert pace.entries == 16
    for _ in range(4):
        pace.learn(pace.entries, 0.01)
    assert pace.entries == 1_000
    pace.learn(1_000, 10.0)
    assert pace.entries == 100
    pace.learn(3, 0.01)
    assert pace.entries == 100
    pace.learn(50, 50.0)
    assert pace.entries == 16
    assert not pace.long_enough(1.9)
    assert pace.long_enough(2.0)
