"""A session on virtual time: answers, bell, and the time that bytes take."""

from datetime import UTC, datetime

import pytest

from hal.wire import pplis
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.ports.line_session import LineRate, Session
from simulator.ports.lis_records import read, write
from simulator.spec import BaySpec, MachineSpec

UTC_NOW = datetime(2026, 1, 5, tzinfo=UTC)
ENQ, ACK, EOT = b"\x05", b"\x06", b"\x04"


@pytest.fixture
def machine() -> Machine:
    return Machine(MachineSpec(id="S", wire="serial", bays=(BaySpec(1, "C1", "F1", "P1", 10),)), InMemory())


def drain(session: Session, machine: Machine, now: float, until: float) -> list[bytes]:
    """Acknowledge whatever the session sends; return the messages it sent up to `until`."""
    messages: list[bytes] = []
    texts = bytearray()
    while now <= until:
        session.turn(machine, now, UTC_NOW)
        data = session.outgoing(now)
        while data:
            if data.startswith(b"\x02"):
                texts += data[2 : data.index(b"\r\n") - 3]
            if data.endswith(EOT) and texts:
                messages.append(bytes(texts))
                texts.clear()
            session.received(ACK, now)
            data = session.outgoing(now)
        now += 0.01
    return messages


def frame(number: int, record: bytes) -> bytes:
    body = b"%d%b\x03" % (number, record)
    return b"\x02%b%02X\r\n" % (body, sum(body) & 255)


def test_it_rings_soon_after_news_and_then_as_a_heartbeat(machine: Machine) -> None:
    session = Session(LineRate(115_200), 0.0)
    first, second, third = drain(session, machine, 0.0, 9.0)
    for message in (first, second, third):
        bell = read(message)
        assert bell.kind == pplis.BELL
        assert bell.records == [["N", str(machine.last_seq)]]
    assert machine.last_seq > 0


def test_news_that_come_together_ring_once(machine: Machine) -> None:
    session = Session(LineRate(115_200), 0.0)
    drain(session, machine, 0.0, 1.0)
    for name in ("Reset", "Abort"):
        machine.command(name)
    assert len(drain(session, machine, 1.0, 2.0)) == 1


def test_a_request_is_answered_with_its_own_id(machine: Machine) -> None:
    session = Session(LineRate(115_200), 0.0)
    session.received(ENQ, 0.0)
    records = write(("id-1", "host", "machine", "", "", pplis.STATUS), [])
    for number, record in enumerate(records, start=1):
        session.received(frame(number, record), 0.0)
    # Nothing can be answered before it has arrived.
    assert session.outgoing(0.0) == b""
    assert session.outgoing(0.1) == ACK * 3
    session.received(EOT, 0.1)
    assert session.has_request
    answer = read(drain(session, machine, 0.1, 0.4)[0])
    assert answer.kind == pplis.ANSWER
    assert answer.records[0] == ["A", "id-1", "OK"]


def test_a_message_that_does_not_verify_is_not_answered(machine: Machine) -> None:
    session = Session(LineRate(115_200), 0.0)
    records = write(("id-1", "host", "machine", "", "", pplis.STATUS), [])
    session.received(ENQ + frame(1, records[0]) + frame(2, b"L|2|00000000\r") + EOT, 0.0)
    messages = drain(session, machine, 0.0, 1.0)
    assert [read(message).kind for message in messages] == [pplis.BELL]


@pytest.mark.parametrize(("baud", "speed"), [(9_600, 1), (38_400, 1), (38_400, 60)])
def test_output_takes_ten_bits_a_byte(baud: int, speed: int) -> None:
    session = Session(LineRate(baud * speed), 0.0)
    count = 0
    for step in range(5_000):
        session._link.output += [b"x" * 5] * 6
        count += len(session.outgoing(step / 10_000))
    carried = baud * speed * 0.5 / 10
    assert carried * 0.98 <= count <= carried * 1.02 + 2


def test_what_is_heard_uses_the_line_too() -> None:
    session = Session(LineRate(9_600), 0.0)
    session.received(ENQ + b"\x00" * 95, 0.0)
    assert session.outgoing(0.09) == b""
    assert session.outgoing(0.1) == ACK


def test_time_outs_wait_for_the_bytes_that_are_still_on_their_way(machine: Machine) -> None:
    session = Session(LineRate(300, timers=0.001), 0.0)
    session.turn(machine, 5.0, UTC_NOW)
    assert session.outgoing(5.0) == ENQ
    session.received(ACK, 5.0)
    sent = b""
    now = 5.0
    while now < 12.0 and not sent:
        session.turn(machine, now, UTC_NOW)
        sent = session.outgoing(now)
        now += 0.01
    assert sent.startswith(b"\x021H|")
    # The machine is still waiting for its answer when the last byte arrives.
    session.turn(machine, now + len(sent) / 30 - 0.1, UTC_NOW)
    assert session.outgoing(now + len(sent) / 30) == b""
