"""The doorbell: rings at once, for news, and ends with the link."""

import asyncio
from collections.abc import Callable

import pytest

from hal.drivers.opcua.driver import OpcUaDriver
from hal.errors import UnreachableError

from .conftest import Scene, ScriptedMachine


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
