"""The bell, calls that meet or are cancelled, opening and closing."""

import asyncio

import pytest

from hal.clock import SystemClock
from hal.drivers.pplis.address import Address
from hal.drivers.pplis.driver import PplisDriver
from hal.errors import (
    MachineError,
    RefusedError,
    UnreachableError,
)
from hal.orders import PackingOrder, PouchOrder
from hal.status import capabilities_digest
from tests.support.serial_peer import CAPABILITIES, LEASE, Machine, opened

POUCH = PouchOrder(0, "s|1", ("Åse % Sørensen",) * 200, ())
ORDER = PackingOrder("o-1", 12, 7, capabilities_digest(CAPABILITIES), (POUCH,))


def test_the_bell_wakes_whoever_listens_and_the_end_of_the_line_is_told(machine: Machine) -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.uri) as driver:
            first, second = driver.doorbell(), driver.doorbell()
            waiting = [asyncio.ensure_future(anext(bell)) for bell in (first, second)]
            await asyncio.sleep(0.001)
            peer.send("BELL", [["N", "4"]])
            assert await asyncio.gather(*waiting) == [None, None]
            waiting = [asyncio.ensure_future(anext(bell)) for bell in (first, second)]
            await asyncio.sleep(0.001)
            peer.hang_up()
            for one in waiting:
                with pytest.raises(UnreachableError):
                    await one
            with pytest.raises(UnreachableError):
                await anext(driver.doorbell())

    asyncio.run(check())


def test_a_bell_that_meets_a_request_wins_and_both_get_through(machine: Machine) -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.uri) as driver:
            bell = driver.doorbell()
            rung = asyncio.ensure_future(anext(bell))
            for _ in range(10):
                peer.send("BELL", [["N", "4"]])
                await driver.ensure_paused()
            await rung
            assert peer.kinds == ["HELLO", "STATUS", *["PAUSE"] * 10]

    asyncio.run(check())


def test_calls_at_the_same_time_take_turns(machine: Machine) -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.uri) as driver:
            await asyncio.gather(*(driver.read_status() for _ in range(8)), driver.ensure_packing(3))
            assert sorted(peer.kinds) == ["HELLO", "START", *["STATUS"] * 9]
            assert len({request.message_id for request in peer.requests}) == 11

    asyncio.run(check())


@pytest.mark.parametrize("steps", range(0, 40, 3))
def test_a_cancelled_call_leaves_the_line_usable(machine: Machine, steps: int) -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.uri) as driver:
            call = asyncio.create_task(driver.ensure_loaded(ORDER))
            for _ in range(steps):
                await asyncio.sleep(0)
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)
            assert (await driver.read_status()).last_seq == 3
            assert peer.kinds.count("LOAD") <= 1

    asyncio.run(check())


def test_nothing_works_before_open_and_after_close(machine: Machine) -> None:
    async def check() -> None:
        async with machine() as peer:
            driver = PplisDriver(Address.parse(peer.uri), SystemClock())
            with pytest.raises(UnreachableError):
                await driver.read_status()
            await driver.open(LEASE)
            await driver.close()
            await driver.close()
            with pytest.raises(UnreachableError):
                await driver.ensure_stopped()
            await driver.open(LEASE)
            await driver.open(LEASE)
            assert (await driver.read_status()).last_seq == 3
            await driver.close()
        assert peer.connections == 3

    asyncio.run(check())


def test_nobody_there_is_unreachable() -> None:
    async def check() -> None:
        for uri in ("pplis+socket://127.0.0.1:1", "pplis:///nowhere/tty"):
            with pytest.raises(UnreachableError):
                await PplisDriver(Address.parse(uri), SystemClock()).open(LEASE)

    asyncio.run(check())


def test_a_refused_lease_closes_the_line(machine: Machine) -> None:
    async def check() -> None:
        async with machine() as peer:
            peer.reply = lambda request: [["A", request.message_id, "REFUSED", "FENCED", "epoch 7, seen 9"]]
            driver = PplisDriver(Address.parse(peer.uri), SystemClock())
            with pytest.raises(RefusedError, match="FENCED"):
                await driver.open(LEASE)
            with pytest.raises(MachineError):
                await driver.read_status()

    asyncio.run(check())
