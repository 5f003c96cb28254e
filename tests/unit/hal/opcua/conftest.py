"""A scripted OPC UA machine: the right nodes, and whatever answers a test wants."""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict
from typing import Final

import pytest
from asyncua.server.server import Server
from asyncua.ua.uatypes import DataValue, StatusCode, UInt32, Variant, VariantType

from hal.clock import SystemClock
from hal.driver import Lease
from hal.drivers.opcua.driver import OpcUaDriver
from hal.drivers.opcua.security import Timeouts
from hal.orders import PackingOrder, PouchOrder
from hal.status import Capabilities, capabilities_digest
from hal.wire import opcua as words
from simulator.ports.opcua_server import hardened_server
from simulator.ports.opcua_space import Space

CAPABILITIES = Capabilities(2, "v", "m", "1", "1", 1, 1, 8, 0, 20, 40, 400, 2, 1000, 60, *([True] * 6))
STATUS = {
    "state": "Idle",
    "boot_id": "b",
    "last_seq": 1,
    "high_water": 0,
    "film": 0,
    "epoch": 1,
    "orders": [],
    "alarms": [],
    "pouches_per_minute": 60,
    "mode": 1,
    "journal_head": "",
    "acknowledged": {"boot_id": "", "seq": 0, "head": ""},
    "consumables": [],
    "command": 0,
}
ORDER = PackingOrder("o", 1, 1, capabilities_digest(CAPABILITIES), (PouchOrder(0, "s", ("l",), ()),))
LEASE = Lease("here", 1)
QUICK = Timeouts(request=0.3, open=2.0, close=0.3, watchdog=0.3)

Scene = Callable[[OpcUaDriver], Awaitable[None]]
YES: Final = '{"ok":true}'


def free_endpoint() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"opc.tcp://127.0.0.1:{probe.getsockname()[1]}/"


class ScriptedMachine:
    """Answers every job with `answer()` and every journal read with `entries()`, and counts the calls."""

    def __init__(self) -> None:
        self.endpoint = free_endpoint()
        self.reset()

    def reset(self) -> None:
        self.calls: list[str] = []
        self.answer: Callable[[], Awaitable[object]] = said(YES)
        self.entries: Callable[[], Awaitable[object]] = said([])
        self.values: dict[str, DataValue] = {}
        """What reading gives instead of the texts."""
        self.texts = {words.CAPABILITIES: "", words.MACHINE_STATUS: "", words.BAYS: "[]"}

    async def start(self) -> None:
        self.server: Server = await hardened_server(self.endpoint)
        space = await Space.on(self.server)
        self.space = space
        for name in self.texts:
            space.add_variable(space.own, Variant("", VariantType.String), name)
            self.server.iserver.set_attribute_value_callback(
                space.node(name).nodeid, lambda _node, _attribute, name=name: self.value(name)
            )
        space.add_variable(space.own, Variant(0, VariantType.UInt64), words.LAST_SEQ)
        space.add_object(space.own, words.JOBS)
        for name in (words.HELLO, words.STORE, words.START, words.PAUSE, words.STOP):
            space.add_method(space.own, self._method(name, jobs=True), [], [], words.JOBS, name)
        space.add_object(space.own, words.JOURNAL)
        space.add_method(space.own, self._method(words.READ, jobs=False), [], [], words.JOURNAL, words.READ)
        acknowledge = self._method(words.ACKNOWLEDGE, jobs=True)
        space.add_method(space.own, acknowledge, [], [], words.JOURNAL, words.ACKNOWLEDGE)
        await self.server.start()

    def value(self, name: str) -> DataValue:
        return self.values.get(name) or DataValue(Variant(self.texts[name]))

    def _method(self, name: str, *, jobs: bool) -> Callable[..., Awaitable[object]]:
        async def call(_object: object, *_arguments: object) -> object:
            self.calls.append(name)
            return await (self.answer() if jobs else self.entries())

        return call

    async def ring(self, entries: int) -> None:
        await self.space.write(Variant(entries, VariantType.UInt64), words.LAST_SEQ)


def said(value: object) -> Callable[[], Awaitable[object]]:
    async def answer() -> object:
        return [Variant(value, VariantType.String, is_array=isinstance(value, list))]

    return answer


def failed(code: int) -> Callable[[], Awaitable[object]]:
    async def answer() -> object:
        return StatusCode(UInt32(code))

    return answer


async def silence() -> object:
    return await asyncio.get_running_loop().create_future()


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def started(runner: asyncio.Runner) -> Iterator[ScriptedMachine]:
    machine = ScriptedMachine()
    runner.run(machine.start())
    yield machine
    runner.run(machine.server.stop())


@pytest.fixture
def machine(started: ScriptedMachine) -> ScriptedMachine:
    started.reset()
    return started


@pytest.fixture
def play(runner: asyncio.Runner, machine: ScriptedMachine) -> Callable[[Scene], None]:
    """Run a scene with an open driver; afterwards nothing of the driver may be left running."""
    machine.texts[words.CAPABILITIES] = json.dumps(asdict(CAPABILITIES))
    machine.texts[words.MACHINE_STATUS] = json.dumps(STATUS)

    async def scene(act: Scene) -> None:
        before = asyncio.all_tasks()
        driver = OpcUaDriver(machine.endpoint, SystemClock(), QUICK)
        try:
            assert await driver.open(LEASE) == CAPABILITIES
            await act(driver)
        finally:
            await driver.close()
        ours = {task for task in asyncio.all_tasks() - before if "client" in repr(task.get_coro())}
        assert not [task for task in ours if not task.cancelling() and not task.done()]

    def run(act: Scene) -> None:
        runner.run(scene(act))

    return run
