"""A machine's answers: what is taken, what is a violation, what leaves our side at all."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace

import pytest

from hal.drivers.opcua.driver import OpcUaDriver
from hal.errors import OutcomeUnknownError, ProtocolViolationError, RefusedError
from hal.journal import START
from hal.orders import PouchOrder
from hal.status import PackMLState
from hal.wire import opcua as words
from hal.wire.words import BAD_DOCUMENT, JOURNAL_READ_LIMIT

from .conftest import ORDER, Scene, ScriptedMachine, said, silence


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
