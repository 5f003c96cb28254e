"""The OPC UA driver against a scripted machine: what each kind of failure becomes, and what is sent how often."""

import asyncio
import json
import logging
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace

import pytest
from asyncua.ua.status_codes import StatusCodes

from hal.clock import SystemClock
from hal.driver import Lease
from hal.drivers import opcua
from hal.drivers.opcua.driver import OpcUaDriver
from hal.drivers.opcua.security import Timeouts
from hal.errors import OutcomeUnknownError, ProtocolViolationError, RefusedError, UnreachableError
from hal.journal import START
from hal.orders import PackingOrder, PouchOrder
from hal.status import Capabilities, PackMLState
from hal.wire import opcua as words
from hal.wire.words import BAD_DOCUMENT, FENCED, JOURNAL_READ_LIMIT

from .conftest import YES, ScriptedMachine, failed, free_endpoint, said, silence

CAPABILITIES = Capabilities(1, "v", "m", "1", "1", 1, 1, 8, 0, 20, 40, 400, 2, 1000, 60, *([True] * 6))
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
}
ORDER = PackingOrder("o", 1, 1, "0" * 64, (PouchOrder(0, "s", ("l",), ()),))
LEASE = Lease("here", 1)
QUICK = Timeouts(request=0.3, open=2.0, close=0.3, watchdog=0.3)

Scene = Callable[[OpcUaDriver], Awaitable[None]]


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


def test_only_building_a_driver_loads_the_stack() -> None:
    code = (
        "import sys; from hal.plugins import discover, driver_for; from hal.clock import SystemClock;"
        "info = driver_for('opc.tcp://127.0.0.1:1/', discover()); assert 'asyncua' not in sys.modules;"
        "info.build('opc.tcp://127.0.0.1:1/', SystemClock()); assert 'asyncua' in sys.modules"
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
        opcua.DRIVER.build(uri, SystemClock())
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("uri", ["opc.tcp://127.0.0.1:1/", "opc.tcp://localhost:1/", "opc.tcp://[::1]:1/"])
def test_this_computer_may_be_spoken_to(uri: str) -> None:
    assert isinstance(opcua.DRIVER.build(uri, SystemClock()), OpcUaDriver)


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


def test_reads_are_read(play: Callable[[Scene], None]) -> None:
    async def act(driver: OpcUaDriver) -> None:
        assert (await driver.read_status()).state is PackMLState.IDLE
        assert await driver.read_bays() == ()
        assert await driver.journal_after(START, 5) == ()
        assert await driver.journal_after(START, 0) == ()

    play(act)


def test_a_refusal_carries_every_reason(play: Callable[[Scene], None], machine: ScriptedMachine) -> None:
    reasons = [{"code": "A", "detail": "1"}, {"code": "B", "detail": "2"}]

    async def act(driver: OpcUaDriver) -> None:
        machine.answer = said(json.dumps({"ok": False, "reasons": reasons}))
        with pytest.raises(RefusedError) as caught:
            await driver.ensure_loaded(ORDER)
        assert [(reason.code, reason.detail) for reason in caught.value.reasons] == [("A", "1"), ("B", "2")]

    play(act)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "yes",
        "{}",
        '{"ok":1}',
        '{"ok":false}',
        '{"ok":false,"reasons":[]}',
        '{"ok":true,"reasons":[]}',
        '{"ok":false,"reasons":["no"]}',
        '{"ok":false,"reasons":[{"code":"","detail":"d"}]}',
        '{"ok":false,"reasons":[{"code":"A","detail":"d","more":1}]}',
        None,
        ["x"],
    ],
    ids=repr,
)
def test_a_strange_answer_is_a_violation(
    play: Callable[[Scene], None], machine: ScriptedMachine, answer: object
) -> None:
    async def act(driver: OpcUaDriver) -> None:
        machine.answer = said(answer)
        with pytest.raises(ProtocolViolationError):
            await driver.ensure_packing(1)

    play(act)


def test_a_write_without_an_answer_is_unknown_and_never_sent_again(
    play: Callable[[Scene], None], machine: ScriptedMachine
) -> None:
    async def act(driver: OpcUaDriver) -> None:
        machine.answer = silence
        machine.calls.clear()
        with pytest.raises(OutcomeUnknownError):
            await driver.ensure_loaded(ORDER)
        assert machine.calls == [words.STORE]

    play(act)


def test_a_read_without_an_answer_is_sent_twice_and_then_unreachable(
    play: Callable[[Scene], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(driver: OpcUaDriver) -> None:
        assert driver._link is not None
        asked: list[object] = []

        async def late(requests: object) -> object:
            asked.append(requests)
            raise TimeoutError

        monkeypatch.setattr(driver._link._client.uaclient, "call", late)
        with pytest.raises(UnreachableError):
            await driver.journal_after(START, 5)
        assert len(asked) == 2

    play(act)


def test_a_read_that_is_answered_the_second_time_is_answered(
    play: Callable[[Scene], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(driver: OpcUaDriver) -> None:
        assert driver._link is not None
        client = driver._link._client.uaclient
        real, failures = client.read_attributes, [TimeoutError()]

        async def once_late(*arguments: object) -> object:
            if failures:
                raise failures.pop()
            return await real(*arguments)

        monkeypatch.setattr(client, "read_attributes", once_late)
        assert (await driver.read_status()).boot_id == "b"

    play(act)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (StatusCodes.BadUnexpectedError, OutcomeUnknownError),
        (StatusCodes.BadTimeout, OutcomeUnknownError),
        (StatusCodes.BadSessionClosed, OutcomeUnknownError),
        (StatusCodes.BadSessionIdInvalid, UnreachableError),
        (StatusCodes.BadMethodInvalid, ProtocolViolationError),
    ],
)
def test_what_a_status_code_means_for_a_write(
    play: Callable[[Scene], None], machine: ScriptedMachine, code: int, kind: type[Exception]
) -> None:
    async def act(driver: OpcUaDriver) -> None:
        machine.answer = failed(code)
        with pytest.raises(kind):
            await driver.ensure_stopped()

    play(act)


@pytest.mark.parametrize(
    ("code", "kind"),
    [(StatusCodes.BadUnexpectedError, ProtocolViolationError), (StatusCodes.BadSessionClosed, UnreachableError)],
)
def test_what_a_status_code_means_for_a_read(
    play: Callable[[Scene], None], machine: ScriptedMachine, code: int, kind: type[Exception]
) -> None:
    async def act(driver: OpcUaDriver) -> None:
        machine.entries = failed(code)
        with pytest.raises(kind):
            await driver.journal_after(START, 1)

    play(act)


@pytest.mark.parametrize("entries", [["{}"], "text", ["x", "y"], [None]], ids=repr)
def test_a_strange_journal_is_a_violation(
    play: Callable[[Scene], None], machine: ScriptedMachine, entries: object
) -> None:
    async def act(driver: OpcUaDriver) -> None:
        machine.entries = said(entries)
        with pytest.raises(ProtocolViolationError):
            await driver.journal_after(START, JOURNAL_READ_LIMIT)

    play(act)


def test_a_document_that_no_machine_takes_is_refused_before_it_is_sent(
    play: Callable[[Scene], None], machine: ScriptedMachine
) -> None:
    async def act(driver: OpcUaDriver) -> None:
        machine.calls.clear()
        with pytest.raises(RefusedError) as caught:
            await driver.ensure_loaded(replace(ORDER, order_id="o" * 1_000_001))
        assert caught.value.reasons[0].code == BAD_DOCUMENT
        assert machine.calls == []

    play(act)


def test_a_document_of_nearly_a_megabyte_passes(play: Callable[[Scene], None], machine: ScriptedMachine) -> None:
    async def act(driver: OpcUaDriver) -> None:
        machine.calls.clear()
        await driver.ensure_loaded(replace(ORDER, order_id="o" * 900_000))
        assert machine.calls == [words.STORE]

    play(act)


def test_the_doorbell_rings_at_once_and_then_for_news(play: Callable[[Scene], None], machine: ScriptedMachine) -> None:
    async def act(driver: OpcUaDriver) -> None:
        bell = aiter(driver.doorbell())
        async with asyncio.timeout(3):
            await anext(bell)
        waiting = asyncio.ensure_future(anext(bell))
        await asyncio.sleep(0.02)
        assert not waiting.done()
        await machine.ring(99)
        async with asyncio.timeout(3):
            await waiting
        await bell.aclose()

    play(act)


def test_closing_ends_the_doorbell(play: Callable[[Scene], None]) -> None:
    async def act(driver: OpcUaDriver) -> None:
        bell = aiter(driver.doorbell())
        await anext(bell)
        waiting = asyncio.ensure_future(anext(bell))
        await asyncio.sleep(0)
        await driver.close()
        with pytest.raises(UnreachableError):
            await waiting

    play(act)


def test_a_cancelled_call_leaves_the_link_usable(play: Callable[[Scene], None], machine: ScriptedMachine) -> None:
    async def act(driver: OpcUaDriver) -> None:
        slow = asyncio.Event()

        async def late() -> object:
            await slow.wait()
            return await said(YES)()

        machine.answer = late
        task = asyncio.ensure_future(driver.ensure_paused())
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        slow.set()
        machine.answer = said(YES)
        await driver.ensure_paused()

    play(act)


def test_a_fenced_controller_does_not_get_the_machine(runner: asyncio.Runner, machine: ScriptedMachine) -> None:
    async def scene() -> None:
        machine.texts[words.CAPABILITIES] = json.dumps(asdict(CAPABILITIES))
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


def test_no_printed_line_reaches_the_log(
    play: Callable[[Scene], None], machine: ScriptedMachine, caplog: pytest.LogCaptureFixture
) -> None:
    async def act(driver: OpcUaDriver) -> None:
        secret = replace(ORDER, pouches=(PouchOrder(0, "s", ("Kanariefugl Jensen",), ()),))
        await driver.ensure_loaded(secret)
        machine.answer = silence
        with pytest.raises(OutcomeUnknownError) as caught:
            await driver.ensure_loaded(secret)
        assert "Kanariefugl" not in repr(caught.value)

    with caplog.at_level(logging.DEBUG):
        play(act)
    assert "Kanariefugl" not in caplog.text
