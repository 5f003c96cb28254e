"""What a machine can do is long, and told once: opened again, it need not tell what the driver has."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, replace

import pytest

from hal.clock import SystemClock
from hal.driver import Lease
from hal.drivers.pplis.address import Address
from hal.drivers.pplis.driver import PplisDriver
from hal.errors import RefusedError
from hal.status import capabilities_digest
from hal.wire import words
from simulator.machine import Machine as Simulated
from simulator.memory import InMemory
from simulator.ports.line_session import LineRate
from simulator.ports.lis_records import Request
from tests.simulation.serial_bench import LEASE as SIMULATED_LEASE
from tests.simulation.serial_bench import SPEC
from tests.support import virtual
from tests.support.memory_line import MemoryLine, loop_time
from tests.support.serial_peer import CAPABILITIES, LEASE, Machine, Records, usual

OTHER = replace(CAPABILITIES, firmware="2")
PLAIN = ["C", "controller", "7"]
KNOWING = [*PLAIN, capabilities_digest(CAPABILITIES)]


def told(request: Request, document: object) -> Records:
    return [["A", request.message_id, "OK"], ["K", json.dumps(document)]]


def says_nothing_new(request: Request) -> Records | None:
    return [["A", request.message_id, "OK"]] if KNOWING in request.records else usual(request)


def has_changed(request: Request) -> Records | None:
    return told(request, asdict(OTHER)) if request.kind == "HELLO" else usual(request)


def knows_no_third_field(request: Request) -> Records | None:
    if KNOWING in request.records:
        return [["A", request.message_id, "REFUSED", words.BAD_DOCUMENT, "needs one C record with 2 fields"]]
    return usual(request)


@pytest.mark.parametrize(
    ("reply", "found", "asked"),
    [
        (says_nothing_new, CAPABILITIES, [KNOWING]),
        (usual, CAPABILITIES, [KNOWING]),
        (has_changed, OTHER, [KNOWING]),
        (knows_no_third_field, CAPABILITIES, [KNOWING, PLAIN]),
    ],
)
def test_a_machine_that_is_opened_again_tells_what_has_changed(
    machine: Machine, reply: Callable[[Request], Records | None], found: object, asked: list[list[str]]
) -> None:
    async def check() -> None:
        async with machine() as peer:
            driver = PplisDriver(Address.parse(peer.uri), SystemClock())
            assert await driver.open(LEASE) == CAPABILITIES
            await driver.close()
            peer.reply = reply
            assert await driver.open(LEASE) == found
            await driver.close()
            hellos = [request.records for request in peer.requests if request.kind == "HELLO"]
            assert hellos == [[PLAIN], *([one] for one in asked)]

    asyncio.run(check())


def test_a_lease_that_is_refused_is_not_asked_for_in_another_way(machine: Machine) -> None:
    async def check() -> None:
        async with machine() as peer:
            driver = PplisDriver(Address.parse(peer.uri), SystemClock())
            await driver.open(LEASE)
            await driver.close()
            peer.reply = lambda request: [["A", request.message_id, "REFUSED", words.FENCED, "epoch 9 has been seen"]]
            with pytest.raises(RefusedError):
                await driver.open(LEASE)
            assert peer.kinds == ["HELLO", "STATUS", "HELLO"]

    asyncio.run(check())


def test_a_simulated_machine_is_open_again_in_a_second_at_9600_baud() -> None:
    async def check() -> None:
        line = MemoryLine(Simulated(SPEC, InMemory()), LineRate(9_600))
        running = asyncio.create_task(line.run())
        driver = PplisDriver(Address("line", 9_600), virtual.VirtualClock(), line.opener)
        first = await driver.open(SIMULATED_LEASE)
        began = loop_time()
        assert await driver.open(Lease("test", 2)) == first
        assert loop_time() - began < 1.5
        assert (await driver.read_status()).epoch == 2
        await driver.close()
        running.cancel()

    virtual.run(check())
