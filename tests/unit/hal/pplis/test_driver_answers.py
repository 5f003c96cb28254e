"""Answers that verify but are not what the contract names."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from hal.drivers.pplis.driver import PplisDriver
from hal.errors import (
    ProtocolViolationError,
)
from hal.journal import START
from tests.support.serial_peer import Machine, opened


@pytest.mark.parametrize(
    "answer",
    [
        ["OK", "what"],
        ["REFUSED"],
        ["REFUSED", "CODE"],
        ["REFUSED", "CODE", "detail", "CODE"],
        ["PERHAPS"],
        [],
    ],
)
def test_an_answer_that_is_neither_yes_nor_no_is_a_violation(machine: Machine, answer: list[str]) -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.uri) as driver:
            peer.reply = lambda request: [["A", request.message_id, *answer]]
            with pytest.raises(ProtocolViolationError):
                await driver.ensure_paused()

    asyncio.run(check())


@pytest.mark.parametrize(
    ("records", "read"),
    [
        ([], lambda driver: driver.read_status()),
        ([["S", "{}"]], lambda driver: driver.read_status()),
        ([["S", "{}", "x"]], lambda driver: driver.read_status()),
        ([["B", "1", "C", "F", "P"]], lambda driver: driver.read_bays()),
        ([["B", "1", "C", "F", "P", "-1"]], lambda driver: driver.read_bays()),
        ([["B", "1", "C", "F", "P", "1"]] * 2, lambda driver: driver.read_bays()),
        ([["E", "{}"]], lambda driver: driver.journal_after(START, 10)),
        ([["E"]], lambda driver: driver.journal_after(START, 10)),
    ],
)
def test_an_answer_of_another_shape_is_a_violation(
    machine: Machine, records: list[list[str]], read: Callable[[PplisDriver], Awaitable[object]]
) -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.uri) as driver:
            peer.reply = lambda request: [["A", request.message_id, "OK"], *records]
            with pytest.raises(ProtocolViolationError):
                await read(driver)

    asyncio.run(check())
