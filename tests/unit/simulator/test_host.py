"""Real time: the machine wakes itself, ports see news, and a full disk stops everything."""

import asyncio
from collections.abc import Sequence

import pytest

from simulator.clock import ScaledClock
from simulator.host import Bell, Host
from simulator.machine import Machine
from simulator.memory import InMemory
from tests.support.bench import Bench


def test_the_clock_runs_faster() -> None:
    now = 100.0
    clock = ScaledClock(60, lambda: now)
    assert clock.now_ms() == 0
    now = 100.5
    assert clock.now_ms() == 30_000
    assert clock.seconds_until(60_000) == pytest.approx(0.5)
    assert clock.seconds_until(10) == 0.0


def test_a_call_sees_the_present() -> None:
    now = 0.0
    one = Bench()
    host = Host(one.machine, clock=ScaledClock(1, lambda: now))
    one.give(1, *([one.pick(1)] for _ in range(5)))
    now = 3.5
    assert host.call(lambda machine: machine.now_ms) == 3_500
    assert len(one.outcomes()) == 2


def test_the_machine_packs_by_itself_and_rings() -> None:
    async def course() -> int:
        one = Bench()
        host = Host(one.machine, speed=400)
        running = asyncio.create_task(host.run())
        host.call(lambda _: one.give(1, *([one.pick(1)] for _ in range(20))))
        rings, total = 0, 0
        while one.machine.state != "Complete":
            total = await asyncio.wait_for(host.wait_beyond(total), 5)
            rings += 1
        running.cancel()
        return rings

    assert 3 <= asyncio.run(course()) <= 30


def test_news_of_a_call_rings_for_everyone() -> None:
    async def course() -> None:
        one = Bench()
        host = Host(one.machine)
        waiting = [asyncio.create_task(host.changed.wait()) for _ in range(3)]
        await asyncio.sleep(0)
        host.call(lambda machine: machine.status_document())
        await asyncio.sleep(0)
        assert not any(task.done() for task in waiting)
        host.call(lambda machine: machine.command("Reset"))
        await asyncio.wait_for(asyncio.gather(*waiting), 5)

    asyncio.run(course())


def test_a_bell_forgets_who_left() -> None:
    async def course() -> None:
        bell = Bell()
        task = asyncio.create_task(bell.wait())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        bell.ring()
        assert bell._waiting == set()

    asyncio.run(course())


class _FullDisk(InMemory):
    def append(self, lines: Sequence[str]) -> None:
        if self.lines:
            raise OSError(28, "No space left on device")
        super().append(lines)


def test_a_machine_whose_memory_is_full_stops_and_shows_nothing_new() -> None:
    async def course() -> None:
        machine = Machine(Bench().spec, _FullDisk())
        host = Host(machine, speed=1_000)
        before = machine.total_entries
        with pytest.raises(OSError, match="No space"):
            host.call(lambda one: one.command("Reset"))
        assert machine.total_entries == before
        with pytest.raises(OSError, match="No space"):
            await asyncio.wait_for(host.run(), 5)

    asyncio.run(course())
