"""The OPC UA driver and the simulated machine, over a real socket that a test can cut, swallow and heal."""

import asyncio
import socket
import time
from collections.abc import Iterator

import pytest

from hal.driver import Lease
from hal.errors import OutcomeUnknownError, RefusedError, UnreachableError
from hal.journal import START, Cursor
from hal.orders import BayPick, CellPick, PackingOrder, PouchOrder
from hal.status import OrderState, PackMLState
from hal.wire.words import (
    FENCED,
    ORDER_CHANGED,
    PACKED,
    POUCH_CLOSED,
    TOO_MANY_UNITS,
    UNKNOWN_CELL,
    UNKNOWN_ORDER,
    WRONG_CANISTER,
    WRONG_CAPABILITIES,
)

from .opcua_bench import Bench, Wire, read_on, until

HALF_OPEN_SECONDS = 3.0


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with asyncio.Runner() as runner:
        bench = Bench(runner, Wire(port), f"opc.tcp://127.0.0.1:{port}/")
        runner.run(bench.wire.start())
        runner.run(bench.serve())
        yield bench
        runner.run(bench.wire.stop())
        runner.run(bench.halt())


def test_a_machine_says_what_it_is(bench: Bench) -> None:
    async def scene() -> None:
        async with bench.opened() as (driver, capabilities):
            assert (capabilities.vendor, capabilities.serial_number) == ("Værk", "m1")
            assert [(bay.number, bay.canister_id, bay.fill_code) for bay in await driver.read_bays()] == [
                (1, "C1", "F1")
            ]
            assert (await driver.read_status()).epoch == bench.epoch

    bench.runner.run(scene())


def test_an_order_is_loaded_once_packed_and_told(bench: Bench) -> None:
    async def scene() -> None:
        async with bench.opened() as (driver, capabilities):
            before = await read_on(driver, START)
            order = await bench.order(driver, capabilities)
            await driver.ensure_loaded(order)
            await driver.ensure_loaded(order)
            await driver.ensure_packing(order.number)
            await driver.ensure_packing(order.number)
            await until(driver, order.number, OrderState.ENDED)
            entries = await read_on(driver, Cursor(before[-1].boot_id, before[-1].seq))
            mine = [entry for entry in entries if entry.order_number == order.number]
            states = [entry.fields["state"] for entry in mine if entry.kind == ORDER_CHANGED]
            assert states == ["loaded", "running", "ended"]
            closed = [(entry.pouch, entry.fields["outcome"]) for entry in mine if entry.kind == POUCH_CLOSED]
            assert closed == [(number, PACKED) for number in range(3)]
            assert await read_on(driver, START, 1000) == before + entries

    bench.runner.run(scene())


def test_pause_and_stop(bench: Bench) -> None:
    async def scene() -> None:
        async with bench.opened() as (driver, capabilities):
            order = await bench.order(driver, capabilities, pouches=300)
            await driver.ensure_loaded(order)
            await driver.ensure_packing(order.number)
            await until(driver, order.number, OrderState.RUNNING)
            await driver.ensure_paused()
            await until(driver, order.number, OrderState.HELD)
            assert (await driver.read_status()).state is PackMLState.SUSPENDED
            await driver.ensure_packing(order.number)
            await until(driver, order.number, OrderState.RUNNING)
            await driver.ensure_stopped()
            await until(driver, order.number, OrderState.INTERRUPTED)
            closed = [known.closed for known in (await driver.read_status()).orders if known.number == order.number]
            assert closed
            assert closed[0] < 300

    bench.runner.run(scene())


def test_a_second_controller_fences_the_first(bench: Bench) -> None:
    async def scene() -> None:
        async with bench.opened() as (first, _), bench.opened() as (second, _):
            for call in (first.ensure_paused, first.ensure_stopped):
                with pytest.raises(RefusedError) as caught:
                    await call()
                assert [reason.code for reason in caught.value.reasons] == [FENCED]
            with pytest.raises(RefusedError, match=FENCED):
                await bench.driver().open(Lease("late", bench.epoch - 1))
            await second.ensure_paused()

    bench.runner.run(scene())


def test_a_refusal_names_every_reason(bench: Bench) -> None:
    async def scene() -> None:
        async with bench.opened() as (driver, capabilities):
            number = (await driver.read_status()).high_water + 1
            picks = (
                BayPick(1, "C1", "another fill", "28100000001", 2),
                BayPick(9, "C9", "F9", "28100000009", 50),
                CellPick(10_000, "28100000001", 4),
            )
            order = PackingOrder("bad", number, bench.epoch, "0" * 64, (PouchOrder(1, "S", ("x",), picks),))
            with pytest.raises(RefusedError) as caught:
                await driver.ensure_loaded(order)
            codes = [reason.code for reason in caught.value.reasons]
            assert {WRONG_CAPABILITIES, WRONG_CANISTER, UNKNOWN_CELL, TOO_MANY_UNITS} <= set(codes)
            assert codes.count(WRONG_CANISTER) == 2
            with pytest.raises(RefusedError, match=UNKNOWN_ORDER):
                await driver.ensure_packing(number)
            assert capabilities.queue_depth == 4

    bench.runner.run(scene())


def test_a_link_that_swallows_everything_is_noticed_and_heals(bench: Bench) -> None:
    async def scene() -> None:
        async with bench.opened() as (driver, _):
            bell = driver.doorbell()
            await anext(bell)
            ringing = asyncio.ensure_future(anext(bell))
            await asyncio.sleep(0)
            bench.wire.swallow = True
            began = time.monotonic()
            with pytest.raises(OutcomeUnknownError):
                await driver.ensure_paused()
            with pytest.raises(UnreachableError):
                await ringing
            assert time.monotonic() - began < HALF_OPEN_SECONDS
            with pytest.raises(UnreachableError):
                await driver.ensure_paused()
            with pytest.raises(UnreachableError):
                await driver.read_status()
            began = time.monotonic()
            await driver.close()
            assert time.monotonic() - began < 1.5
            bench.wire.swallow = False
            await driver.open(bench.lease())
            await driver.ensure_paused()

    bench.runner.run(scene())


def test_a_lost_answer_is_unknown_and_the_journal_says_that_it_was_done(bench: Bench) -> None:
    async def scene() -> None:
        async with bench.opened() as (driver, capabilities):
            order = await bench.order(driver, capabilities)
            bench.wire.lost_after = order.order_id.encode()
            with pytest.raises(OutcomeUnknownError):
                await driver.ensure_loaded(order)
            bench.wire.lost_after, bench.wire.from_machine = b"", True
            bench.wire.cut()
            await driver.open(bench.lease())
            known = {known.number: known.state for known in (await driver.read_status()).orders}
            assert known[order.number] is OrderState.LOADED
            await driver.ensure_stopped()

    bench.runner.run(scene())


def test_a_machine_that_goes_away_and_comes_back(bench: Bench) -> None:
    async def scene() -> None:
        async with bench.opened() as (driver, _):
            before = await read_on(driver, START)
            await bench.halt()
            with pytest.raises(UnreachableError):
                async for _ in driver.doorbell():
                    pass
            with pytest.raises(UnreachableError):
                await driver.ensure_stopped()
            with pytest.raises(UnreachableError):
                await driver.open(bench.lease())
            await bench.serve()
            await driver.open(bench.lease())
            entries = await read_on(driver, Cursor(before[-1].boot_id, before[-1].seq))
            assert {entry.boot_number for entry in entries} >= {2}
            assert await read_on(driver, START) == before + entries

    bench.runner.run(scene())
