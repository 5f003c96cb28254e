"""What an examination of a serial line finds out: machine or not, which, and what it lacks."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime

import pytest

from hal.documents import CONTRACT
from hal.driver import Surroundings
from hal.drivers.pplis import DRIVER, points
from hal.drivers.pplis.examine import examine
from hal.examination import Examination
from hal.status import PackMLState
from hal.transport.serial import OpenLine
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.ports.line_session import LineRate, Ringing, Session
from simulator.ports.uart import Setting, heard
from simulator.ports.wire_faults import TO_HOST, TO_MACHINE
from tests.support import virtual
from tests.support.memory_line import MemoryLine
from tests.support.noisy_run import SPEC

URI = "pplis+socket://memory:1?baud=38400&timers=0.05"
Prepare = Callable[[MemoryLine], None]


def look(prepare: Prepare = lambda _line: None, uri: str = URI) -> tuple[Examination, list[str]]:
    memory = InMemory()

    async def check() -> Examination:
        line = MemoryLine(Machine(SPEC, memory), LineRate(38_400, 0.05))
        prepare(line)
        going = asyncio.create_task(line.run())
        try:
            return await examine(uri, Surroundings(virtual.VirtualClock()), line.opener)
        finally:
            going.cancel()
            await asyncio.gather(going, return_exceptions=True)

    return virtual.run(check()), memory.lines


def lacks(found: Examination) -> list[str]:
    return [point.code for point in found.points if not point.fulfilled]


def test_a_machine_is_read_and_nothing_is_taken_or_moved() -> None:
    found, lines = look(uri=URI.replace("38400", "115200"))
    assert found.reached
    assert found.is_fit
    assert found.capabilities is not None
    assert (found.capabilities.contract, found.capabilities.bays) == (CONTRACT, 2)
    assert found.status is not None
    assert (found.status.state, found.status.epoch) == (PackMLState.STOPPED, 0)
    assert [point.code for point in found.points] == ["PORT", "LINK", "RECORDS", "CONTRACT", "RATE", "STATUS"]
    assert not any('"PouchStarted"' in line or '"OrderChanged"' in line for line in lines)


def wrong_baud(line: MemoryLine) -> None:
    line.tamper[TO_HOST] = lambda data: heard(data, Setting(9_600), Setting(38_400))
    line.tamper[TO_MACHINE] = lambda data: heard(data, Setting(38_400), Setting(9_600))


def echo(line: MemoryLine) -> None:
    def back(data: bytes) -> bytes:
        line.echo(data)
        return b""

    line.tamper[TO_MACHINE] = back


def modem(line: MemoryLine) -> None:
    line.tamper[TO_HOST] = lambda _data: b"\r\nERROR\r\n"


def silent(line: MemoryLine) -> None:
    line.tamper.update({TO_HOST: lambda _data: b"", TO_MACHINE: lambda _data: b""})


def garbled_records(line: MemoryLine) -> None:
    # The sum of a frame does not see that two neighbours change places; the CRC-32 does.
    line.tamper[TO_HOST] = lambda data: data.replace(b"|OK", b"|KO")


class EarlierContract(Session):
    def _send(
        self, machine: Ringing, kind: str, body: list[list[str]], now: float, utc: datetime, receiver: str
    ) -> None:
        if len(body) > 1 and body[1][0] == "K":
            body = [[*body[0][:2], "REFUSED", "BAD_DOCUMENT", "no such kind of message: ABOUT"]]
        super()._send(machine, kind, body, now, utc, receiver)


def knows_no_about(line: MemoryLine) -> None:
    line.make_session = EarlierContract


class NextContract(Session):
    def _send(
        self, machine: Ringing, kind: str, body: list[list[str]], now: float, utc: datetime, receiver: str
    ) -> None:
        if len(body) > 1 and body[1][0] == "K":
            body = [body[0], ["K", json.dumps({**json.loads(body[1][1]), "contract": CONTRACT + 1})]]
        super()._send(machine, kind, body, now, utc, receiver)


def of_the_next_contract(line: MemoryLine) -> None:
    line.make_session = NextContract


@pytest.mark.parametrize(
    ("prepare", "code", "reached"),
    [
        (wrong_baud, points.SPEED, False),
        (echo, points.ECHO, False),
        (modem, points.DEVICE, False),
        (silent, points.LINK, False),
        (garbled_records, points.RECORDS, True),
        (knows_no_about, points.CONTRACT, True),
        (of_the_next_contract, points.CONTRACT, True),
    ],
)
def test_what_is_wrong_is_named(prepare: Prepare, code: str, *, reached: bool) -> None:
    found, _ = look(prepare)
    assert lacks(found) == [code]
    assert found.reached is reached
    assert not found.is_fit


def test_a_line_too_slow_for_the_machine_is_told() -> None:
    found, _ = look(uri=URI.replace("socket", "rfc2217").replace("38400", "9600"))
    assert lacks(found) == [points.RATE]


def test_an_address_that_is_none_is_told() -> None:
    found, _ = look(uri="pplis:relative/path")
    assert lacks(found) == [points.ADDRESS]


def test_a_port_that_cannot_be_opened_is_told() -> None:
    async def closed(url: str, baud: int, received: object, lost: object) -> OpenLine:
        del baud, received, lost
        message = f"{url} is in use"
        raise OSError(message)

    found = virtual.run(examine(URI, Surroundings(virtual.VirtualClock()), closed))
    assert lacks(found) == [points.PORT]
    assert not found.reached


def test_every_point_has_both_languages_and_the_driver_offers_the_examination() -> None:
    assert DRIVER.examine is not None
    for meaning in points.MEANINGS.values():
        assert all((meaning.text_da, meaning.text_en, meaning.fix_da, meaning.fix_en))
        assert meaning.text_da != meaning.text_en
