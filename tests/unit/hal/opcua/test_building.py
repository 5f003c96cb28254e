"""Building and opening: which addresses are taken, and what becomes of those where no packer answers."""

import asyncio
import json
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict

import pytest

from hal.clock import SystemClock
from hal.driver import Surroundings
from hal.drivers import opcua
from hal.drivers.opcua.driver import OpcUaDriver
from hal.errors import ProtocolViolationError, RefusedError, UnreachableError
from hal.wire import opcua as words
from hal.wire.words import FENCED

from .conftest import CAPABILITIES, LEASE, QUICK, STATUS, YES, ScriptedMachine, free_endpoint, said, silence


def test_only_building_a_driver_loads_the_stack() -> None:
    code = (
        "import sys; from hal.plugins import discover, driver_for; from hal.clock import SystemClock;"
        "from hal.driver import Surroundings;"
        "info = driver_for('opc.tcp://127.0.0.1:1/', discover()); assert 'asyncua' not in sys.modules;"
        "info.build('opc.tcp://127.0.0.1:1/', Surroundings(SystemClock())); assert 'asyncua' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - this very interpreter


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        ("opc.tcp://192.168.1.10:4840/", "without signing"),
        ("opc.tcp://packer.example:4840/", "without signing"),
        ("opc.tcp://127.0.0.1.example:4840/", "without signing"),
        ("opc.tcp://0.0.0.0:4840/", "without signing"),
        ("opc.tcp://127.0.0.1/", "host:port"),
        ("http://127.0.0.1:4840/", "host:port"),
        ("opc.tcp://admin:secret@127.0.0.1:4840/", "credentials"),
    ],
)
def test_a_uri_that_may_not_be_spoken_to_is_refused(uri: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        opcua.DRIVER.build(uri, Surroundings(SystemClock()))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("uri", ["opc.tcp://127.0.0.1:1/", "opc.tcp://localhost:1/", "opc.tcp://[::1]:1/"])
def test_this_computer_may_be_spoken_to(uri: str) -> None:
    assert isinstance(opcua.DRIVER.build(uri, Surroundings(SystemClock())), OpcUaDriver)


def test_nobody_there_is_unreachable() -> None:
    driver = OpcUaDriver(free_endpoint(), SystemClock(), QUICK)
    with pytest.raises(UnreachableError):
        asyncio.run(driver.open(LEASE))


def test_a_socket_that_says_nothing_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        driver = OpcUaDriver(f"opc.tcp://127.0.0.1:{listening.getsockname()[1]}/", SystemClock(), QUICK)
        with pytest.raises(UnreachableError):
            asyncio.run(driver.open(LEASE))


def test_a_closed_driver_is_unreachable() -> None:
    async def scene() -> None:
        driver = OpcUaDriver(free_endpoint(), SystemClock(), QUICK)
        await driver.close()
        for call in (driver.read_status, driver.read_bays, driver.ensure_paused, driver.ensure_stopped):
            with pytest.raises(UnreachableError):
                await call()
        with pytest.raises(UnreachableError):
            await anext(aiter(driver.doorbell()))

    asyncio.run(scene())


def test_a_fenced_controller_does_not_get_the_machine(runner: asyncio.Runner, machine: ScriptedMachine) -> None:
    async def scene() -> None:
        machine.texts[words.CAPABILITIES] = json.dumps(asdict(CAPABILITIES))
        machine.texts[words.MACHINE_STATUS] = json.dumps(STATUS)
        machine.answer = said(json.dumps({"ok": False, "reasons": [{"code": FENCED, "detail": "epoch 2"}]}))
        driver = OpcUaDriver(machine.endpoint, SystemClock(), QUICK)
        with pytest.raises(RefusedError, match=FENCED):
            await driver.open(LEASE)
        with pytest.raises(UnreachableError):
            await driver.read_status()
        machine.answer = said(YES)
        assert await driver.open(LEASE) == CAPABILITIES
        await driver.close()

    runner.run(scene())


def test_a_hello_without_an_answer_gives_no_link_but_may_be_tried_again(
    runner: asyncio.Runner, machine: ScriptedMachine
) -> None:
    async def scene() -> None:
        machine.texts[words.CAPABILITIES] = json.dumps(asdict(CAPABILITIES))
        machine.answer = silence
        driver = OpcUaDriver(machine.endpoint, SystemClock(), QUICK)
        with pytest.raises(UnreachableError):
            await driver.open(LEASE)

    runner.run(scene())


def test_an_opc_ua_server_that_is_no_packer_is_a_violation(runner: asyncio.Runner, machine: ScriptedMachine) -> None:
    async def scene() -> None:
        await machine.server.nodes.namespace_array.write_value(["http://opcfoundation.org/UA/"])
        driver = OpcUaDriver(machine.endpoint, SystemClock(), QUICK)
        with pytest.raises(ProtocolViolationError, match="namespace"):
            await driver.open(LEASE)

    namespaces = runner.run(machine.server.get_namespace_array())
    try:
        runner.run(scene())
    finally:
        runner.run(machine.server.nodes.namespace_array.write_value(namespaces))


@pytest.mark.parametrize("steps", [1, 2, 4, 8, 16, 32, 64])
def test_an_opening_that_is_cancelled_leaves_nothing_behind(
    runner: asyncio.Runner, machine: ScriptedMachine, steps: int
) -> None:
    async def scene() -> None:
        machine.texts[words.CAPABILITIES] = json.dumps(asdict(CAPABILITIES))
        machine.texts[words.MACHINE_STATUS] = json.dumps(STATUS)
        before = asyncio.all_tasks()
        driver = OpcUaDriver(machine.endpoint, SystemClock(), QUICK)
        opening = asyncio.ensure_future(driver.open(LEASE))
        for _ in range(steps):
            await asyncio.sleep(0)
        opening.cancel()
        with suppress(asyncio.CancelledError):
            await opening
        await driver.close()
        left = [task for task in asyncio.all_tasks() - before if "Client." in repr(task.get_coro())]
        if left:
            assert not (await asyncio.wait(left, timeout=2))[1]
        assert await driver.open(LEASE) == CAPABILITIES
        await driver.close()

    runner.run(scene())
