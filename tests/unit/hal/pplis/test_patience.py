"""A machine that rings but does not answer: its bell is no reason to wait on."""

import asyncio

import pytest

from hal.clock import SystemClock
from hal.driver import Lease
from hal.drivers.pplis.address import Address
from hal.drivers.pplis.driver import PplisDriver
from hal.errors import OutcomeUnknownError
from tests.support.serial_peer import Machine


def test_a_bell_does_not_keep_an_unanswered_command_waiting(machine: Machine) -> None:
    async def check() -> None:
        async with machine() as peer:
            driver = PplisDriver(Address.parse(peer.impatient(0.2)), SystemClock())
            await driver.open(Lease("controller", 7))
            peer.reply = lambda _request: None

            async def ring() -> None:
                while True:
                    peer.send("BELL", [["N", "4"]])
                    await asyncio.sleep(0.03)

            ringing = asyncio.create_task(ring())
            try:
                with pytest.raises(OutcomeUnknownError):
                    async with asyncio.timeout(2):
                        await driver.ensure_paused()
            finally:
                ringing.cancel()
                await driver.close()

    asyncio.run(check())
