"""The real controller, drivers and simulated machines in a world where everything may fail, judged by what came out."""

import asyncio
import os
import subprocess
import sys

import pytest

from tests.world.campaign import HOME, crashes, one, replay
from tests.world.courses import changed, restored_beside_one_off
from tests.world.loop import WorldLoop, pass_time
from tests.world.runs import fleet, run, size_of
from tests.world.template import Size

FLEETS = (2, 17)
RESTORES = (5,)
STRIDE = 531
"""Of the sweep's crash points, every so many; the campaign goes through all."""


def judged(kind: str, point: str, wire: str = "serial") -> None:
    violations = one(kind, point, wire).violations
    assert violations == [], f"{replay(kind, point, wire)}\n" + "\n".join(violations)


@pytest.mark.parametrize("seed", FLEETS)
def test_a_fleet_in_trouble_packs_every_pouch_once(seed: int) -> None:
    judged("fleet", str(seed))


@pytest.mark.parametrize("seed", RESTORES)
def test_an_older_copy_of_the_database_packs_nothing_twice(seed: int) -> None:
    judged("restore", str(seed))


def test_a_machine_that_is_off_while_an_older_database_is_put_back_is_asked_first() -> None:
    assert run(1, Size(citizens=2, days=1), restored_beside_one_off()).violations == []


def test_a_crash_anywhere_costs_no_pouch() -> None:
    for kind, point in crashes(STRIDE, "serial", first=STRIDE // 2):
        judged(kind, point)


@pytest.mark.parametrize("line", [30])
def test_power_that_goes_between_two_lines_of_the_log_costs_no_pouch(line: int) -> None:
    judged("power", f"m1:{line}")


def test_nothing_of_a_plan_that_is_gone_is_begun_two_seconds_later() -> None:
    assert run(1, Size(per_minute=60), changed(2)).violations == []


@pytest.mark.parametrize("point", ["controller:301", "m1:200"])
def test_a_crash_costs_no_pouch_on_opc_ua(point: str) -> None:
    judged("crash", point, "opcua")


def test_the_same_seed_is_the_same_world_whatever_the_hashing() -> None:
    seed = 3
    here = fleet(seed, size_of(seed)).digest
    command = [sys.executable, "-m", "tests.world.campaign", "fleet", str(seed)]
    environment = {**os.environ, "PYTHONHASHSEED": "17"}
    told = subprocess.run(command, capture_output=True, text=True, cwd=HOME, env=environment, check=True)  # noqa: S603
    assert here in told.stdout
    assert fleet(seed + 1, size_of(seed)).digest != here


def test_a_host_that_dies_runs_no_finally() -> None:
    loop = WorldLoop(1)
    ran: list[str] = []

    async def work() -> None:
        try:
            await pass_time(10)
        finally:
            ran.append("finally")

    async def whole() -> None:
        host = loop.host("doomed")
        loop.run_on(host, work())
        await pass_time(1)
        loop.kill(host)
        await pass_time(100)

    loop.run_until_complete(whole())
    loop.close()
    assert ran == []
    assert loop.now == 101


def test_a_task_that_fails_unseen_fails_the_world() -> None:
    loop = WorldLoop(1)

    async def fails() -> None:
        raise LookupError("lost")

    async def whole() -> None:
        loop.run_on(loop.host("somebody"), fails())
        await pass_time(1)

    loop.run_until_complete(whole())
    found = loop.unexpected()
    for task in next(host for host in loop.hosts if host.name == "somebody").tasks:
        task.exception()
    loop.close()
    assert any("LookupError" in text for text in found)


def test_there_are_no_threads_in_a_world() -> None:
    loop = WorldLoop(1)

    async def whole() -> None:
        await asyncio.to_thread(sum, [1])

    with pytest.raises(RuntimeError, match="thread"):
        loop.run_until_complete(whole())
    loop.close()
