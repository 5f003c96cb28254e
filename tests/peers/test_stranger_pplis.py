"""The driver works a machine that was written from the page alone."""

import ast
import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType

import pytest

from hal.clock import SystemClock
from hal.driver import Lease, Surroundings
from hal.drivers.pplis import DRIVER
from hal.drivers.pplis.examine import examine
from hal.errors import GaveWayError, RefusedError
from hal.journal import START, Cursor, Mark, chain
from hal.orders import BayPick, PackingOrder, PouchOrder, digest_of
from hal.status import OrderState, capabilities_digest
from hal.wire import words
from tests.peers import stranger_lis, stranger_pplis
from tests.peers.stranger_pplis import Packer, Port
from tests.support.invariants import Evidence, violations


@asynccontextmanager
async def served(packer: Packer) -> AsyncIterator[str]:
    server = await asyncio.get_running_loop().create_server(lambda: Port(packer), "127.0.0.1", 0)
    try:
        yield f"pplis+socket://127.0.0.1:{server.sockets[0].getsockname()[1]}?timers=0.02"
    finally:
        server.close()
        await server.wait_closed()
        await asyncio.sleep(0.002)


def order(digest: str, number: int = 1, epoch: int = 3) -> PackingOrder:
    made = tuple(
        PouchOrder(at, f"({number}){at}", ("Åse | 100 %", "x" * 300), (BayPick(1, "C1", "F1", "28100000101", 2),))
        for at in range(1, 6)
    )
    return PackingOrder(f"order-{number}", number, epoch, digest, made)


def test_the_driver_packs_on_the_strangers_machine() -> None:
    async def check() -> None:
        packer = Packer()
        async with served(packer) as uri:
            driver = DRIVER.build(uri, Surroundings(SystemClock()))
            digest = capabilities_digest(await driver.open(Lease("controller-1", 3)))
            bell = asyncio.ensure_future(anext(driver.doorbell()))
            wanted = order(digest)
            await driver.ensure_loaded(wanted)
            await driver.ensure_loaded(wanted)
            await driver.ensure_packing(1)
            await driver.ensure_packing(1)
            await asyncio.wait_for(bell, 5)
            status = await driver.read_status()
            (known,) = status.orders
            assert (known.state, known.closed, known.digest) == (OrderState.ENDED, 5, digest_of(wanted))
            entries = list(await driver.journal_after(START, 1_000))
            head = ""
            for entry in entries:
                head = chain(head, entry)
            assert head == status.journal_head
            mark = Mark(Cursor(entries[-1].boot_id, entries[-1].seq), head)
            await driver.acknowledge(mark)
            assert (await driver.read_status()).acknowledged == mark
            bays = await driver.read_bays()
            run = Evidence(entries=entries, orders=[wanted], units_before={"C1": 500}, bays_after=bays)
            assert violations(run) == []
            await driver.close()

    asyncio.run(check())


def test_a_load_that_a_stop_meets_is_known_to_the_stranger_or_told_as_refused() -> None:
    async def check() -> None:
        packer = Packer()
        told: set[bool] = set()
        async with served(packer) as uri:
            driver = DRIVER.build(uri, Surroundings(SystemClock()))
            digest = capabilities_digest(await driver.open(Lease("controller-1", 3)))
            number = 0
            while number < 40 or told != {True, False}:
                number += 1
                loading = asyncio.ensure_future(driver.ensure_loaded(order(digest, number)))
                # Each turn of the loop is a step on the line, more or less.
                for _ in range(number * 2):
                    await asyncio.sleep(0)
                await driver.ensure_stopped()
                (refused,) = await asyncio.gather(loading, return_exceptions=True)
                assert refused is None or isinstance(refused, GaveWayError)
                assert (number in packer.orders) == (refused is None)
                told.add(refused is None)
                # A stop means nothing to it: it packs in no time.
                for one in packer.orders.values():
                    one["state"] = "interrupted"
            await driver.close()
        assert packer.film == 0

    asyncio.run(check())


def test_the_stranger_refuses_what_the_page_says_is_refused() -> None:
    async def check() -> None:
        async with served(Packer()) as uri:
            driver = DRIVER.build(uri, Surroundings(SystemClock()))
            digest = capabilities_digest(await driver.open(Lease("controller-1", 3)))
            await driver.ensure_loaded(order(digest, number=5))
            for wrong, code in (
                (order(digest, number=4), words.STALE_JOB),
                (order("0" * 64, number=6), words.WRONG_CAPABILITIES),
                (order(digest, number=6, epoch=2), words.FENCED),
            ):
                with pytest.raises(RefusedError) as refused:
                    await driver.ensure_loaded(wrong)
                assert [reason.code for reason in refused.value.reasons] == [code]
            with pytest.raises(RefusedError):
                await driver.ensure_packing(99)
            with pytest.raises(RefusedError):
                await driver.acknowledge(Mark(Cursor("elsewhere", 1), "0" * 64))
            await driver.close()

    asyncio.run(check())


def test_an_examination_finds_nothing_missing() -> None:
    async def check() -> None:
        async with served(Packer()) as uri:
            found = await examine(uri, Surroundings(SystemClock()))
            assert [point for point in found.points if not point.fulfilled] == []
            assert found.is_fit

    asyncio.run(check())


@pytest.mark.parametrize("part", [stranger_lis, stranger_pplis])
def test_the_stranger_needs_the_standard_library_alone(part: ModuleType) -> None:
    tree = ast.parse(Path(str(part.__file__)).read_text("utf-8"))
    imported: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module != "tests.peers.stranger_lis":
            imported.add((node.module or "").split(".")[0])
    assert imported <= sys.stdlib_module_names
