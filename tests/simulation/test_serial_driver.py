"""The serial driver and the simulated machine, over a pseudo-terminal and over TCP, from open to unplug."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from hal.driver import Lease
from hal.errors import MachineError, OutcomeUnknownError, RefusedError, UnreachableError
from hal.journal import START, Cursor, JournalEntry
from hal.orders import BayPick, CellPick, digest_of
from hal.status import Bay, OrderState, PackMLState
from hal.wire import words
from tests.simulation.serial_bench import (
    LEASE,
    TIMERS,
    ended,
    order,
    packed,
    reopened,
    ring_to_the_end,
    running,
    until,
    whole_journal,
)


@pytest.fixture(params=["pty", "tcp"])
def wire(request: pytest.FixtureRequest, tmp_path: Path, unused_port: Callable[[], int]) -> tuple[str, str]:
    """Where the machine serves, and the URI that leads there."""
    if request.param == "pty":
        return f"pty:{tmp_path}/S1", f"pplis://{tmp_path}/S1?baud=115200&timers={TIMERS}"
    port = unused_port()
    return f"tcp:127.0.0.1:{port}", f"pplis+socket://127.0.0.1:{port}?baud=115200&timers={TIMERS}"


@pytest.fixture
def unused_port() -> Callable[[], int]:
    def find() -> int:
        async def ask() -> int:
            server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
            port = int(server.sockets[0].getsockname()[1])
            server.close()
            await server.wait_closed()
            return port

        return asyncio.run(ask())

    return find


def test_an_order_is_packed_and_told_to_the_end(wire: tuple[str, str]) -> None:
    async def check() -> None:
        async with running(wire) as (_, driver, capabilities):
            assert (capabilities.bays, capabilities.journal) == (2, True)
            assert await driver.read_bays() == [
                Bay(1, "C1", "F1", "28100000101", 5_000),
                Bay(2, "C2", "F2", "28100000202", 5_000),
            ]
            wanted = order(capabilities, pouches=8)
            await driver.ensure_loaded(wanted)
            await driver.ensure_loaded(wanted)
            (loaded,) = (await driver.read_status()).orders
            assert (loaded.state, loaded.digest, loaded.closed) == (OrderState.LOADED, digest_of(wanted), 0)
            await driver.ensure_packing(1)
            await driver.ensure_packing(1)
            status = await until(driver, ended(1))
            entries = await whole_journal(driver)
            assert packed(entries, 1) == list(range(8))
            assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
            assert entries[-1].seq >= status.last_seq
            assert await whole_journal(driver, step=7) == entries
            assert await driver.journal_after(Cursor(entries[-1].boot_id, entries[-1].seq), 10) == []

    asyncio.run(check())


def test_the_bell_rings_for_news_and_the_journal_is_read_while_it_grows(wire: tuple[str, str]) -> None:
    async def check() -> None:
        async with running(wire) as (_, driver, capabilities):
            await driver.ensure_loaded(order(capabilities, pouches=50))
            await driver.ensure_packing(1)
            entries: list[JournalEntry] = []
            async with asyncio.timeout(20):
                async for _ in driver.doorbell():
                    cursor = Cursor(entries[-1].boot_id, entries[-1].seq) if entries else START
                    entries += await whole_journal(driver, cursor=cursor)
                    if len(packed(entries, 1)) == 50:
                        break
            assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))

    asyncio.run(check())


def test_pause_goes_on_and_stop_ends(wire: tuple[str, str]) -> None:
    async def check() -> None:
        async with running(wire) as (_, driver, capabilities):
            await driver.ensure_loaded(order(capabilities, pouches=300))
            await driver.ensure_packing(1)
            await until(driver, lambda status: status.orders[0].closed > 2)
            await driver.ensure_paused()
            await driver.ensure_paused()
            paused = await until(driver, lambda status: status.state is PackMLState.SUSPENDED)
            await driver.ensure_packing(1)
            await until(driver, lambda status: status.orders[0].closed > paused.orders[0].closed + 2)
            await driver.ensure_stopped()
            await driver.ensure_stopped()
            stopped = await until(driver, lambda status: status.state is PackMLState.STOPPED)
            assert stopped.orders[0].state is OrderState.INTERRUPTED
            entries = await whole_journal(driver)
            assert packed(entries, 1) == list(range(stopped.orders[0].closed))
            assert stopped.orders[0].closed < 300

    asyncio.run(check())


def test_a_second_controller_with_a_lower_epoch_is_fenced_off(wire: tuple[str, str]) -> None:
    async def check() -> None:
        async with running(wire) as (machines, driver, capabilities):
            await driver.close()
            second = machines.driver()
            await reopened(second, Lease("second", 5))
            await second.close()
            with pytest.raises(RefusedError) as refused:
                await reopened(driver, LEASE)
            assert refused.value.reasons[0].code == words.FENCED
            await reopened(second, Lease("second", 5))
            with pytest.raises(RefusedError) as refused:
                await second.ensure_loaded(order(capabilities, epoch=4))
            assert refused.value.reasons[0].code == words.FENCED
            await second.close()

    asyncio.run(check())


def test_two_controllers_cannot_share_the_line(wire: tuple[str, str]) -> None:
    async def check() -> None:
        async with running(wire) as (machines, driver, _):
            with pytest.raises(UnreachableError):
                await machines.driver().open(Lease("second", 5))
            assert (await driver.read_status()).epoch == 1

    asyncio.run(check())


def test_a_refused_order_has_all_its_reasons(wire: tuple[str, str]) -> None:
    async def check() -> None:
        async with running(wire) as (_, driver, capabilities):
            right = order(capabilities)
            picks = (
                BayPick(1, "C9", "F1", "28100000101", 1),
                BayPick(2, "C2", "F2", "28100000202", 1_000),
                CellPick(9_999, "p½", 2),
            )
            wrong = replace(right, capabilities_digest="0" * 64, pouches=(replace(right.pouches[1], picks=picks),))
            with pytest.raises(RefusedError) as refused:
                await driver.ensure_loaded(wrong)
            codes = {reason.code for reason in refused.value.reasons}
            assert codes >= {
                words.WRONG_CAPABILITIES,
                words.WRONG_CANISTER,
                words.TOO_MANY_UNITS,
                words.UNKNOWN_CELL,
            }
            await driver.ensure_loaded(right)
            with pytest.raises(RefusedError) as refused:
                await driver.ensure_loaded(replace(right, order_id="other"))
            assert {reason.code for reason in refused.value.reasons} == {words.CONFLICT}
            with pytest.raises(RefusedError):
                await driver.ensure_packing(99)

    asyncio.run(check())


def test_a_killed_machine_is_noticed_and_its_journal_goes_on_after_the_restart(wire: tuple[str, str]) -> None:
    async def check() -> None:
        async with running(wire) as (machines, driver, capabilities):
            bell = asyncio.ensure_future(ring_to_the_end(driver))
            await driver.ensure_loaded(order(capabilities, pouches=300))
            await driver.ensure_packing(1)
            await until(driver, lambda status: status.orders[0].closed > 3)
            before = await driver.journal_after(START, 20)
            await machines.kill()
            with pytest.raises(MachineError):
                await driver.read_status()
            with pytest.raises(UnreachableError):
                await bell
            with pytest.raises(UnreachableError):
                await driver.open(LEASE)
            await machines.start()
            await reopened(driver, LEASE)
            after = await whole_journal(driver)
            assert after[: len(before)] == before
            assert {entry.boot_number for entry in after} == {1, 2}
            (interrupted,) = (await driver.read_status()).orders
            assert interrupted.state is OrderState.INTERRUPTED
            assert len(packed(after, 1)) == len(set(packed(after, 1))) < 300

    asyncio.run(check())


def test_a_machine_killed_under_a_command_packs_it_once_or_not_at_all(wire: tuple[str, str]) -> None:
    async def check() -> None:
        async with running(wire) as (machines, driver, capabilities):
            wanted = order(capabilities, pouches=40)
            load = asyncio.create_task(driver.ensure_loaded(wanted))
            await asyncio.sleep(0.004)
            await machines.kill()
            with suppress(OutcomeUnknownError, UnreachableError):
                await load
            await machines.start()
            await reopened(driver, LEASE)
            known = (await driver.read_status()).orders
            assert [one.digest for one in known] in ([], [digest_of(wanted)])

    asyncio.run(check())
