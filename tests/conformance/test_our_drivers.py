"""Our own drivers pass the kit, each over its wire against a simulated machine."""

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from hal.clock import SystemClock
from hal.conformance.bench import Bench
from hal.conformance.check import Check
from hal.conformance.station import Pace
from hal.conformance.suite import CHECKS
from hal.driver import Surroundings
from hal.plugins import discover, driver_for
from simulator.host import Host
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.ports.line import serve_line
from simulator.ports.opcua import serve_opcua
from simulator.spec import BaySpec, MachineSpec

BAYS = (BaySpec(1, "C1", "F1", "28100000101", 9_000), BaySpec(2, "C2", "F2", "28100000202", 9_000))
SPEED = 60.0
TIMERS = 0.02


@dataclass
class Place:
    """A bench in front of one served machine, and the loop that serves it."""

    runner: asyncio.Runner
    bench: Bench


@pytest.fixture(scope="module", params=["serial", "pty", "opcua"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with asyncio.Runner() as runner:
        folder = tmp_path_factory.mktemp("line")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        where = f"pty:{folder}/S1" if request.param == "pty" else f"tcp:127.0.0.1:{port}"
        uri = {
            "serial": f"pplis+socket://127.0.0.1:{port}?baud=115200&timers={TIMERS}",
            "pty": f"pplis://{folder}/S1?baud=115200&timers={TIMERS}",
            "opcua": f"opc.tcp://127.0.0.1:{port}/",
        }[request.param]
        spec = MachineSpec("S1", BAYS, warm_up_ms=100)
        host = Host(Machine(spec, InMemory()), SPEED)

        async def serve() -> list[asyncio.Task[None]]:
            ready = asyncio.Event()
            serving = (
                serve_opcua(host, uri, on_ready=ready.set)
                if request.param == "opcua"
                else serve_line(host, where, 115_200, TIMERS, ready.set)
            )
            tasks = [asyncio.create_task(host.run()), asyncio.create_task(serving)]
            async with asyncio.timeout(20):
                await ready.wait()
            return tasks

        async def halt(tasks: list[asyncio.Task[None]]) -> None:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            # Lets both ends of a connection finish closing.
            await asyncio.sleep(0.002)

        tasks = runner.run(serve())
        info, clock = driver_for(uri, discover()), SystemClock()
        yield Place(
            runner, Bench(lambda: info.build(uri, Surroundings(clock)), clock, long_pouches=100, pace=Pace(20, 0.005))
        )
        runner.run(halt(tasks))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_driver_of_ours_conforms(place: Place, check: Check) -> None:
    async def run() -> None:
        result = await check(place.bench)
        assert result.passed, str(result)

    place.runner.run(run())
