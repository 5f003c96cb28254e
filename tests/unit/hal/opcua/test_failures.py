"""What each kind of failure becomes, and what is sent how often."""

import asyncio
from collections.abc import Callable

import pytest
from asyncua.ua.status_codes import StatusCodes

from hal.drivers.opcua.driver import OpcUaDriver
from hal.errors import OutcomeUnknownError, ProtocolViolationError, UnreachableError
from hal.journal import START
from hal.wire import opcua as words

from .conftest import ORDER, YES, Scene, ScriptedMachine, failed, said, silence


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
        session = driver._link._client.uaclient.session
        real, failures = session.read, [TimeoutError()]

        async def once_late(*arguments: object) -> object:
            if failures:
                raise failures.pop()
            return await real(*arguments)

        monkeypatch.setattr(session, "read", once_late)
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


def test_an_answer_larger_than_any_contract_document_ends_the_link(
    play: Callable[[Scene], None], machine: ScriptedMachine
) -> None:
    async def act(driver: OpcUaDriver) -> None:
        machine.answer = said("x" * (words.LARGEST_MESSAGE_BYTES + 1))
        with pytest.raises(OutcomeUnknownError):
            await driver.ensure_paused()
        with pytest.raises(UnreachableError):
            await driver.read_status()

    play(act)
