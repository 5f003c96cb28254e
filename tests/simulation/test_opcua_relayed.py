"""The OPC UA driver and a machine behind the relay: connections end, hang and come back; nothing is lost or doubled."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from hal.clock import SystemClock
from hal.driver import Lease, MachineDriver, Surroundings
from hal.drivers.opcua import DRIVER
from hal.errors import MachineError
from hal.journal import START
from simulator.host import Host
from simulator.injection import injection_of
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.ports.opcua_relayed import serve_opcua_relayed
from simulator.ports.opcua_server import InsecureEndpointError
from simulator.spec import MachineSpec

LEASE = Lease("c", 1)


async def unused_port() -> int:
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = int(server.sockets[0].getsockname()[1])
    server.close()
    await server.wait_closed()
    return port


@asynccontextmanager
async def relayed() -> AsyncIterator[tuple[Host, MachineDriver]]:
    host = Host(Machine(MachineSpec(id="S1"), InMemory()), speed=10)
    uri = f"opc.tcp://127.0.0.1:{await unused_port()}/"
    ready = asyncio.Event()
    tasks = [asyncio.create_task(serve_opcua_relayed(host, uri, ready.set)), asyncio.create_task(host.run())]
    await ready.wait()
    driver = DRIVER.build(uri, Surroundings(SystemClock()))
    try:
        yield host, driver
    finally:
        await driver.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def test_a_machine_is_read_through_the_relay_and_again_after_a_reset_and_a_cut() -> None:
    async def check() -> None:
        async with relayed() as (host, driver):
            await driver.open(LEASE)
            entries = await driver.journal_after(START, 100)
            host.wire.inject(injection_of("reset", {}))
            with pytest.raises(MachineError):
                await driver.read_status()
            await driver.open(LEASE)
            host.wire.inject(injection_of("cut", {"for_ms": "500"}))
            with pytest.raises(MachineError):
                await driver.read_status()
            async with asyncio.timeout(10):
                while host.wire.is_cut:  # noqa: ASYNC110 - a fault's end has no event
                    await asyncio.sleep(0.01)
            await driver.open(LEASE)
            assert list(await driver.journal_after(START, 100))[: len(entries)] == list(entries)

    asyncio.run(check())


def test_without_security_only_this_computer_is_let_in() -> None:
    async def check() -> None:
        host = Host(Machine(MachineSpec(id="S1"), InMemory()))
        with pytest.raises(InsecureEndpointError):
            await serve_opcua_relayed(host, f"opc.tcp://0.0.0.0:{await unused_port()}/")

    asyncio.run(check())
