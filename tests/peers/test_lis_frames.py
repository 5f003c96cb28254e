"""Frames against `labmcp-astm-lis`, a receiver of LIS01-A2 by somebody else: each takes what the other sends."""

import importlib
import importlib.util
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal.drivers.pplis.actions import Delivered, Send
from hal.drivers.pplis.frames import frames_of
from hal.drivers.pplis.link import HostLink
from hal.drivers.pplis.records import Message, encode
from hal.drivers.pplis.timers import LinkTimers
from simulator.ports.lis_link import InstrumentLink, Timers
from simulator.ports.lis_records import write
from tests.peers.conftest import miss

ENQ, ACK, NAK, EOT = b"\x05", b"\x06", b"\x15", b"\x04"
HEAD = ("m.1", "host", "machine", "", "2026-01-05T06:00:00.000+00:00", "LOAD")
BODY = st.lists(st.builds(lambda rest: ["D", *rest], st.lists(st.text(max_size=300), max_size=3)), max_size=4)


@pytest.fixture(scope="session")
def peer() -> Iterator[ModuleType]:
    """Its frame layer. What the package needs besides is not installed, and the frame layer does not use it."""
    if importlib.util.find_spec("labmcp_astm_lis") is None:
        miss("PyPI package labmcp-astm-lis")
    stand_in = ModuleType("labmcp")
    for name in ("InstrumentConnectionError", "InstrumentError", "InstrumentTimeout", "Transport"):
        setattr(stand_in, name, type(name, (Exception,), {}))
    missing = importlib.util.find_spec("labmcp") is None
    if missing:
        sys.modules["labmcp"] = stand_in
    # The package's own __init__ may import more than its frame layer.
    yield importlib.import_module("labmcp_astm_lis.driver")
    if missing:
        del sys.modules["labmcp"]


class Peer:
    """Its receiver, and what it was told."""

    def __init__(self, module: ModuleType) -> None:
        self.records: list[str] = []
        self.whole: list[bool] = []
        self.receiver = module.E1381Receiver(self.records.append, self.whole.append)

    def hear(self, frames: Sequence[bytes]) -> list[bytes]:
        assert self.receiver.on_enq() == ACK
        answers = [self.receiver.on_frame(frame) for frame in frames]
        self.receiver.on_eot()
        return answers


def from_host(body: Sequence[Sequence[str]]) -> list[bytes]:
    return list(encode(Message(*HEAD, tuple(tuple(record) for record in body))))


def from_machine(body: Sequence[Sequence[str]]) -> list[bytes]:
    return write(HEAD, body)


def sent_by_host(records: Sequence[bytes]) -> list[bytes]:
    link = HostLink(LinkTimers())
    link.send(records, 0)
    said: list[bytes] = []
    while said[-1:] != [EOT]:
        said += [action.data for action in link.feed(ACK, 0) if isinstance(action, Send)]
    return said[:-1]


def sent_by_machine(records: Sequence[bytes]) -> list[bytes]:
    link = InstrumentLink(Timers())
    link.submit(records, 0)
    said: list[bytes] = []
    while said[-1:] != [EOT]:
        link.output.clear()
        link.on_bytes(ACK, 0)
        said += link.output
    return said[:-1]


SENDERS = [(from_host, sent_by_host), (from_machine, sent_by_machine)]
Sender = tuple[Callable[[Sequence[Sequence[str]]], list[bytes]], Callable[[Sequence[bytes]], list[bytes]]]


@pytest.mark.parametrize("sender", SENDERS, ids=["host", "machine"])
@given(body=BODY)
@settings(deadline=None, max_examples=60)
def test_it_takes_our_frames(peer: ModuleType, sender: Sender, body: list[list[str]]) -> None:
    records = sender[0](body)
    there = Peer(peer)
    frames = sender[1](records)
    assert there.hear(frames) == [ACK] * len(frames)
    assert [record.encode("latin-1") + b"\r" for record in there.records] == records
    assert there.whole == [True]


@given(body=BODY)
@settings(deadline=None, max_examples=60)
def test_it_makes_the_same_frames(peer: ModuleType, body: list[list[str]]) -> None:
    records, theirs = from_host(body), []
    for record in records:
        theirs += peer.build_frames(record[:-1].decode(), len(theirs) + 1)
    assert theirs == list(frames_of(records))


@pytest.mark.parametrize("text", ["x" * 238, "x" * 239, "x" * 240, "x" * 479, "x" * 2_000])
def test_both_sides_take_its_frames(peer: ModuleType, text: str) -> None:
    frames = [*peer.build_frames("H|" + text, 1)]
    frames += peer.build_frames("L|1", len(frames) + 1)
    host, machine = HostLink(LinkTimers()), InstrumentLink(Timers())
    actions = host.feed(ENQ + b"".join(frames) + EOT, 0)
    assert [action.data for action in actions if isinstance(action, Send)] == [ACK] * (len(frames) + 1)
    assert actions[-1] == Delivered(f"H|{text}\rL|1\r".encode())
    machine.on_bytes(ENQ + b"".join(frames) + EOT, 0)
    assert machine.output == [ACK] * (len(frames) + 1)
    assert list(machine.inbox) == [f"H|{text}\rL|1\r".encode()]


@pytest.mark.parametrize("sender", SENDERS, ids=["host", "machine"])
def test_a_repeated_frame_is_acknowledged_and_dropped_by_all(peer: ModuleType, sender: Sender) -> None:
    frames = sender[1](sender[0]([["D", "x" * 500]]))
    doubled = [frame for frame in frames for _ in range(2)]
    there, host, machine = Peer(peer), HostLink(LinkTimers()), InstrumentLink(Timers())
    assert there.hear(doubled) == [ACK] * len(doubled)
    host.feed(ENQ + b"".join(doubled), 0)
    machine.on_bytes(ENQ + b"".join(doubled), 0)
    whole = "".join(record + "\r" for record in there.records).encode()
    assert host.feed(EOT, 0) == [Delivered(whole)]
    machine.on_bytes(EOT, 0)
    assert list(machine.inbox) == [whole]


def test_all_three_refuse_the_same_changed_frames(peer: ModuleType) -> None:
    dice = random.Random(7)
    (frame,) = frames_of([b"C|7|12\r"])
    refused = 0
    for _ in range(2_000):
        made = bytearray(frame)
        # The digits of the sum stay: the peer takes lower case for upper, which the standard does not.
        made[dice.randrange(1, len(frame) - 5)] ^= 1 << dice.randrange(7)
        if set(made[1:-4]) & set(range(0x20)) - {0x03, 0x0D} or bytes(made).count(b"\x03") != 1:
            continue
        there = Peer(peer)
        there.receiver.on_enq()
        verdict = there.receiver.on_frame(bytes(made))
        host, machine = HostLink(LinkTimers()), InstrumentLink(Timers())
        host.feed(ENQ, 0)
        actions = host.feed(bytes(made), 0)
        machine.on_bytes(ENQ + bytes(made), 0)
        assert verdict == NAK
        assert actions == [Send(NAK)]
        assert machine.output == [ACK, NAK]
        refused += 1
    assert refused > 1_000


def test_a_frame_that_breaks_off_is_refused_by_all(peer: ModuleType) -> None:
    (frame,) = frames_of([b"C|7|12\r"])
    there, host, machine = Peer(peer), HostLink(LinkTimers()), InstrumentLink(Timers())
    there.receiver.on_enq()
    assert there.receiver.on_incomplete_frame() == NAK
    host.feed(ENQ + frame[:6], 0)
    assert host.tick(1) == [Send(NAK)]
    machine.on_bytes(ENQ + frame[:6], 0)
    machine.on_time(1)
    assert machine.output == [ACK, NAK]
