"""An examination says what stands there and what it lacks, and does nothing."""

import asyncio
import json
import socket
from dataclasses import asdict

import pytest

from hal.clock import SystemClock
from hal.driver import Surroundings
from hal.drivers.opcua import DRIVER, points
from hal.drivers.opcua.link import REQUIRED_PATHS
from hal.examination import Examination
from hal.refusals import LINK
from hal.wire import opcua as words
from hal.wire.certificates import KEYS_UNUSABLE, SECURITY_REFUSALS

from .conftest import CAPABILITIES, STATUS, ScriptedMachine, free_endpoint

HERE = Surroundings(SystemClock())


async def examined(uri: str) -> Examination:
    assert DRIVER.examine is not None
    return await DRIVER.examine(uri, HERE)


def lacking(found: Examination) -> set[str]:
    return {point.code for point in found.points if not point.fulfilled}


def test_every_reason_why_a_link_is_not_made_has_its_words() -> None:
    assert set(LINK) == set(SECURITY_REFUSALS)
    for meaning in (*LINK.values(), *points.MEANINGS.values()):
        assert all(asdict(meaning).values())
        assert meaning.text_da != meaning.text_en


def test_a_machine_that_is_as_it_should_be(runner: asyncio.Runner, machine: ScriptedMachine) -> None:
    machine.texts[words.CAPABILITIES] = json.dumps(asdict(CAPABILITIES))
    machine.texts[words.MACHINE_STATUS] = json.dumps(STATUS)
    found = runner.run(examined(machine.endpoint))
    assert found.reached
    assert found.capabilities == CAPABILITIES
    assert found.status is not None
    # The scripted machine has no PackML nodes; that alone is told.
    assert lacking(found) <= {points.PACKML, points.NAMESPACE}
    assert [point.subject for point in found.points if point.code == points.NODE] == [
        "/".join(path) for path in REQUIRED_PATHS
    ]
    assert machine.calls == []


@pytest.mark.parametrize("contract", [1, 3, "2", None])
def test_another_contract_is_told_with_its_number(
    runner: asyncio.Runner, machine: ScriptedMachine, contract: object
) -> None:
    machine.texts[words.CAPABILITIES] = json.dumps({**asdict(CAPABILITIES), "contract": contract})
    machine.texts[words.MACHINE_STATUS] = "{}"
    found = runner.run(examined(machine.endpoint))
    assert found.capabilities is None
    assert found.status is None
    assert {points.CONTRACT, points.DOCUMENT} <= lacking(found)
    assert [point.subject for point in found.points if point.code == points.CONTRACT] == [str(contract)]
    assert not found.is_fit
    assert machine.calls == []


def test_what_is_no_machine_is_told() -> None:
    for uri in ("opc.tcp://localhost/", "http://127.0.0.1:1/", "opc.tcp://user:word@127.0.0.1:1/"):
        found = asyncio.run(examined(uri))
        assert not found.reached
        assert lacking(found) == {points.ADDRESS}
        assert "word" not in repr(found.points)
    assert lacking(asyncio.run(examined(free_endpoint()))) == {points.REACHED}


def test_what_says_nothing_is_given_up() -> None:
    async def garbled(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def scene() -> Examination:
        async with await asyncio.start_server(garbled, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            return await examined(f"opc.tcp://127.0.0.1:{port}/")

    assert lacking(asyncio.run(scene())) == {points.REACHED}
    with socket.create_server(("127.0.0.1", 0)) as silent:
        uri = f"opc.tcp://127.0.0.1:{silent.getsockname()[1]}/"
        found = asyncio.run(examined(uri))
    assert not found.reached
    assert KEYS_UNUSABLE not in lacking(found)
