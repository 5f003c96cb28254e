"""Our driver against a machine that others' stack serves: node-opcua, with a packer written from the reference page."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager

import pytest

from hal.clock import SystemClock
from hal.driver import Lease
from hal.drivers.opcua.driver import OpcUaDriver
from hal.errors import RefusedError
from hal.journal import START, Cursor, JournalEntry, Mark, chain
from hal.orders import BayPick, PackingOrder, PouchOrder
from hal.status import Capabilities, OrderState, PackMLState, capabilities_digest
from hal.wire import words
from simulator import capabilities
from simulator.logbook import encode
from tests.peers.node_peer import node_peer
from tests.peers.served import SPEC, free_port

pytestmark = pytest.mark.usefixtures("peer_node_opcua")

BAYS = [{"number": 1, "canister_id": "C1", "fill_code": "F1", "product": "28100000001", "units": 1_000}]


@pytest.fixture(scope="module")
def machine(peer_node_opcua: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the foreign machine."""
    del peer_node_opcua
    home = tmp_path_factory.mktemp("machine")
    port = free_port()
    document = encode({**capabilities.document(SPEC), "consumables": []})
    config = {"port": port, "folder": str(home / "pki"), "capabilities": document, "bays": BAYS}
    (home / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with node_peer("machine.js", home, str(home / "config.json")):
        yield f"opc.tcp://127.0.0.1:{port}/"


class Controller:
    """Our driver, one lease after another."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        # Later tests come with higher epochs.
        self.epoch = time.time_ns() // 1_000_000

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[tuple[OpcUaDriver, Capabilities]]:
        self.epoch += 1
        driver = OpcUaDriver(self.uri, SystemClock())
        try:
            yield driver, await driver.open(Lease("test", self.epoch))
        finally:
            await driver.close()

    async def order(self, driver: OpcUaDriver, known: Capabilities, pouches: int) -> PackingOrder:
        number = (await driver.read_status()).high_water + 1
        picks = (BayPick(1, "C1", "F1", "28100000001", 2),)
        content = tuple(PouchOrder(one, f"S{one}", ("Æble",), picks if one else ()) for one in range(pouches))
        return PackingOrder(f"order-{number}", number, self.epoch, capabilities_digest(known), content)


async def until(driver: OpcUaDriver, number: int, state: OrderState) -> None:
    bell = driver.doorbell()
    async with asyncio.timeout(20):
        async for _ in bell:
            if any(one.number == number and one.state is state for one in (await driver.read_status()).orders):
                break
    await bell.aclose()


async def everything(driver: OpcUaDriver) -> list[JournalEntry]:
    entries: list[JournalEntry] = []
    cursor = START
    while batch := await driver.journal_after(cursor, 7):
        entries += batch
        cursor = Cursor(batch[-1].boot_id, batch[-1].seq)
    return entries


@pytest.fixture(scope="module")
def controller(machine: str) -> Controller:
    return Controller(machine)


def run(scene: Coroutine[None, None, None]) -> None:
    asyncio.run(scene)


def test_a_foreign_machine_says_what_it_is(controller: Controller) -> None:
    async def scene() -> None:
        async with controller.opened() as (driver, known):
            assert known.serial_number == "m1"
            assert [bay.canister_id for bay in await driver.read_bays()] == ["C1"]
            status = await driver.read_status()
            assert status.epoch == controller.epoch

    run(scene())


def test_an_order_is_packed_by_a_foreign_machine_and_its_journal_is_acknowledged(controller: Controller) -> None:
    async def scene() -> None:
        async with controller.opened() as (driver, known):
            order = await controller.order(driver, known, 4)
            await driver.ensure_loaded(order)
            await driver.ensure_loaded(order)
            await driver.ensure_packing(order.number)
            await until(driver, order.number, OrderState.ENDED)
            entries = await everything(driver)
            mine = [entry for entry in entries if entry.order_number == order.number]
            assert [one.fields["outcome"] for one in mine if one.kind == words.POUCH_CLOSED] == [words.PACKED] * 4
            assert sum(int(one.fields["counted"]) for one in mine if one.kind == words.DROPPED) == 6
            status = await driver.read_status()
            head = ""
            for entry in entries:
                head = chain(head, entry)
            assert status.journal_head == head
            mark = Mark(Cursor(entries[-1].boot_id, entries[-1].seq), head)
            await driver.acknowledge(mark)
            assert (await driver.read_status()).acknowledged == mark
            with pytest.raises(RefusedError, match=words.WRONG_HEAD):
                await driver.acknowledge(Mark(mark.cursor, "0" * 64))

    run(scene())


def test_a_foreign_machine_pauses_goes_on_and_stops(controller: Controller) -> None:
    async def scene() -> None:
        async with controller.opened() as (driver, known):
            order = await controller.order(driver, known, 60)
            await driver.ensure_loaded(order)
            await driver.ensure_packing(order.number)
            await driver.ensure_paused()
            await until(driver, order.number, OrderState.HELD)
            assert (await driver.read_status()).state is PackMLState.SUSPENDED
            await driver.ensure_packing(order.number)
            await until(driver, order.number, OrderState.RUNNING)
            await driver.ensure_stopped()
            await until(driver, order.number, OrderState.INTERRUPTED)
            with pytest.raises(RefusedError, match=words.WRONG_STATE):
                await driver.ensure_packing(order.number)

    run(scene())


def test_a_foreign_machine_fences_whoever_comes_too_late(controller: Controller) -> None:
    async def scene() -> None:
        async with controller.opened() as (first, _), controller.opened() as (second, _):
            with pytest.raises(RefusedError, match=words.FENCED):
                await first.ensure_stopped()
            await second.ensure_stopped()

    run(scene())
