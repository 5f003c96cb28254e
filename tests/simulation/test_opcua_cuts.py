"""A link that is cut or swallows, plain and encrypted: noticed, healed, and nothing lost; a stop goes through."""

import asyncio
import os
import random
import socket
import statistics
import time
from collections.abc import Iterator

import pytest

from hal.errors import MachineError, OutcomeUnknownError, UnreachableError
from hal.orders import PackingOrder, PouchOrder
from hal.status import capabilities_digest

from .opcua_bench import Bench, Wire
from .opcua_cuts import RECOVERY_SECONDS, cut_and_return
from .opcua_secure import PASSWORD, Keys

CUTS = int(os.environ.get("CAMPAIGN_CUTS", "100"))
HALF_OPEN_SECONDS = 3.0
STOP_SECONDS = 0.2
PAUSE_SECONDS = 1.0
"""Between two tries of a controller to open the link."""


@pytest.fixture(scope="module", params=["plain", "encrypted"])
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with asyncio.Runner() as runner:
        bench = Bench(runner, Wire(port), f"opc.tcp://127.0.0.1:{port}/")
        if request.param == "encrypted":
            keys = Keys()
            bench.security = keys.security
            bench.folder = keys.folder(tmp_path_factory.mktemp("site") / "keys")
        runner.run(bench.wire.start())
        runner.run(bench.serve())
        yield bench
        runner.run(bench.wire.stop())
        runner.run(bench.halt())


def test_cuts_at_random_moments_lose_no_entry(bench: Bench) -> None:
    cost = bench.runner.run(cut_and_return(bench, 10 if bench.security else 25, seed=7))
    assert max(cost.away) < RECOVERY_SECONDS


@pytest.mark.soak
@pytest.mark.timeout(60 + CUTS)
def test_a_thousand_cuts_lose_no_entry(bench: Bench) -> None:
    seed = int(os.environ.get("CAMPAIGN_SEED", random.randrange(1_000_000)))
    print(f"CAMPAIGN_SEED={seed} CAMPAIGN_CUTS={CUTS} ./run soak tests/simulation/test_opcua_cuts.py")  # noqa: T201 - replays a failure
    cost = bench.runner.run(cut_and_return(bench, CUTS, seed))
    print(f"{'encrypted' if bench.security else 'plain'}: {cost.told()}")  # noqa: T201 - the campaign's figure
    assert max(cost.away) < RECOVERY_SECONDS


def test_a_link_that_swallows_is_noticed_by_the_doorbell_alone(bench: Bench) -> None:
    async def scene() -> None:
        async with bench.opened() as (driver, _):
            bell = driver.doorbell()
            await anext(bell)
            bench.wire.swallow = True
            began = time.monotonic()
            with pytest.raises(UnreachableError):
                async for _ in bell:
                    pass
            assert time.monotonic() - began < HALF_OPEN_SECONDS
            await driver.close()
            bench.wire.swallow = False

    bench.runner.run(scene())


def test_a_link_heals_soon_after_the_wire_even_when_the_wire_healed_at_the_worst_moment(bench: Bench) -> None:
    async def scene() -> None:
        driver = bench.driver()
        bench.wire.swallow = True
        bench.wire.swallowed.clear()
        opening = asyncio.create_task(driver.open(bench.lease()))
        # The first request is swallowed, and then the wire is whole again.
        await bench.wire.swallowed.wait()
        healed = time.monotonic()
        bench.wire.swallow = False
        with pytest.raises(MachineError):
            await opening
        await driver.open(bench.lease())
        assert time.monotonic() - healed + PAUSE_SECONDS < RECOVERY_SECONDS
        await driver.close()

    bench.runner.run(scene())


def largest_order(number: int, epoch: int, digest: str) -> PackingOrder:
    """Return an order of nearly a megabyte, the most that a machine takes."""
    pouches = tuple(PouchOrder(pouch, f"S{pouch}", ("Æ" * 1000,), ()) for pouch in range(400))
    return PackingOrder(f"large-{number}", number, epoch, digest, pouches)


def test_a_stop_goes_through_at_once_also_in_the_middle_of_a_submit(bench: Bench) -> None:
    async def scene() -> None:
        took = []
        async with bench.opened() as (driver, capabilities):
            digest = capabilities_digest(capabilities)
            for delay in (0.0, 0.005, 0.01, 0.02, 0.04):
                number = (await driver.read_status()).high_water + 1
                sending = asyncio.create_task(driver.ensure_loaded(largest_order(number, bench.epoch, digest)))
                await asyncio.sleep(delay)
                began = time.monotonic()
                await driver.ensure_stopped()
                took.append(time.monotonic() - began)
                await sending
                await driver.ensure_stopped()
        print(f"stop answered within {[round(seconds * 1000) for seconds in took]} ms")  # noqa: T201 - the figure
        assert statistics.median(took) < STOP_SECONDS

    bench.runner.run(scene())


def test_a_call_that_is_given_up_leaves_the_link_usable(bench: Bench) -> None:
    async def scene() -> None:
        async with bench.opened() as (driver, capabilities):
            for delay in (0.0, 0.001, 0.003, 0.01):
                order = await bench.order(driver, capabilities)
                sending = asyncio.create_task(driver.ensure_loaded(order))
                await asyncio.sleep(delay)
                sending.cancel()
                await asyncio.wait([sending])
                assert sending.cancelled() or sending.exception() is None
                reading = asyncio.create_task(driver.read_status())
                await asyncio.sleep(0)
                reading.cancel()
                await asyncio.wait([reading])
                await driver.read_bays()
                await driver.ensure_stopped()

    bench.runner.run(scene())


def test_a_stop_that_is_swallowed_is_unknown_and_the_next_one_is_done(bench: Bench) -> None:
    async def scene() -> None:
        async with bench.opened() as (driver, _):
            bench.wire.swallow = True
            began = time.monotonic()
            with pytest.raises(OutcomeUnknownError):
                await driver.ensure_stopped()
            assert time.monotonic() - began < HALF_OPEN_SECONDS
            await driver.close()
            bench.wire.swallow = False
            await driver.open(bench.lease())
            await driver.ensure_stopped()

    bench.runner.run(scene())


def test_nothing_can_be_read_on_an_encrypted_wire(bench: Bench) -> None:
    async def scene() -> None:
        async with bench.opened():
            pass
        bench.wire.heard = bytearray()
        async with bench.opened() as (driver, capabilities):
            order = await bench.order(driver, capabilities)
            await driver.ensure_loaded(order)
            await driver.ensure_stopped()
        heard, bench.wire.heard = bytes(bench.wire.heard), None
        readable = {word for word in (order.order_id, "\u00c6ble", "Jobs", PASSWORD) if word.encode() in heard}
        assert readable == (set() if bench.security else {order.order_id, "\u00c6ble", "Jobs"})

    bench.runner.run(scene())
