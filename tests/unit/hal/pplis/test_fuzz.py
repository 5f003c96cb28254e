"""Mutated frames against both links and record layers: no crash, nothing corrupt believed, nothing taken twice."""

import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from hal.drivers.pplis.frames import frames_of
from hal.drivers.pplis.records import MalformedError, decode, encode
from hal.orders import PackingOrder, digest_of, document_of
from simulator.logbook import encode as canonical
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.ports.line_session import LineRate, Session
from simulator.ports.lis_records import UnreadableError, read, write
from tests.support.lis_fuzz import Body, HostSide, MachineSide, Receiver, body_of, fuzz, mutated, records_of
from tests.support.memory_line import UTC_NOW
from tests.support.noisy_run import SPEC, pouches

FRAMES = 16_000


@pytest.mark.parametrize("make", [HostSide, MachineSide])
@pytest.mark.parametrize("seed", [1])
def test_no_mutated_frame_makes_a_message(make: Callable[[], Receiver], seed: int) -> None:
    tally = fuzz(FRAMES, seed, make)
    assert tally.corrupt == []
    assert tally.frames >= FRAMES
    assert tally.accepted > 100
    assert tally.refused > 100


def test_a_link_that_believes_without_the_crc_is_found_out() -> None:
    class Credulous(MachineSide):
        def feed(self, data: bytes) -> None:
            self.now += 0.01
            self.link.on_bytes(data, self.now)
            self.said += b"".join(self.link.output)
            self.link.output.clear()
            while self.link.inbox:
                lines = self.link.inbox.popleft().split(b"\r")
                head = lines[0].decode(errors="replace").split("|")
                body = [line.decode(errors="replace").split("|") for line in lines[1:-2]]
                self.believed.append((head[2] if len(head) > 2 else "", head[-1], body))

    assert fuzz(400, 1, Credulous).corrupt


def test_no_mutated_message_is_believed_by_either_record_layer() -> None:
    dice = random.Random(5)
    for number in range(4_000):
        body = body_of(dice)
        whole = b"".join(records_of(dice, f"m.{number}", "LOAD", body))
        made = bytearray(whole)
        for _ in range(dice.randrange(1, 4)):
            made[dice.randrange(len(made))] ^= 1 << dice.randrange(8)
        if bytes(made) == whole:
            continue
        with pytest.raises(MalformedError):
            decode(bytes(made))
        with pytest.raises(UnreadableError):
            read(bytes(made))
        assert decode(whole).body == tuple(tuple(one) for one in body)
        assert b"".join(encode(decode(whole))) == whole


def conversation(machine: Machine) -> list[list[bytes]]:
    """The frames of everything a controller says to have one order packed."""
    digest = hashlib.sha256(canonical(machine.capabilities_document()).encode()).hexdigest()
    made = tuple(replace(one, number=at) for at, one in enumerate(pouches(2), start=1))
    order = PackingOrder("o", 1, 1, digest, made)
    said: list[tuple[str, Body]] = [
        ("HELLO", [["C", "c", "1"]]),
        ("LOAD", [["J", digest_of(order)], ["D", document_of(order)]]),
        ("START", [["C", "1", "1", "1"]]),
        ("PAUSE", [["C", "1", "2"]]),
        ("START", [["C", "1", "3", "1"]]),
        ("STATUS", []),
        ("JOURNAL", [["Q", "", "0", "20"]]),
    ]
    return [
        list(frames_of(write((f"h.{number}", "c", "machine", "", "", kind), body)))
        for number, (kind, body) in enumerate(said)
    ]


@pytest.mark.parametrize("seed", range(3))
def test_whatever_comes_and_however_often_everything_is_done_once(seed: int) -> None:
    dice, memory = random.Random(seed), InMemory()
    machine = Machine(SPEC, memory)
    told = conversation(machine)
    session, now = Session(LineRate(115_200, 0.01), 0.0), 0.0
    for _ in range(300):
        frames = dice.choice(told)
        frames = frames if dice.random() < 0.5 else mutated(frames, dice)
        for piece in (b"\x05", *frames, b"\x04"):
            session.received(piece, now)
            now += 0.02
            machine.advance(int(now * 1_000))
            session.turn(machine, now, UTC_NOW)
            if b"\x02" in session.outgoing(now) or dice.random() < 0.3:
                session.received(b"\x06", now)
        now += 0.3
    machine.advance(int(now * 1_000) + 60_000)
    entries = [json.loads(line)["entry"] for line in memory.lines if '"entry"' in line]
    done = Counter(
        (entry["kind"], entry["order"], entry["pouch"], entry["fields"].get("state"))
        for entry in entries
        if entry["kind"] in {"PouchStarted", "PouchClosed"} or entry["fields"].get("state") in {"loaded", "ended"}
    )
    assert set(done.values()) == {1}
    assert done["OrderChanged", 1, -1, "loaded"] == 1
    started, closed = ({key[2] for key in done if key[0] == kind} for kind in ("PouchStarted", "PouchClosed"))
    # START before LOAD is refused, and stays so under its id; whoever came first, all is packed or nothing.
    assert started == closed
    assert started in (set(), {1, 2})
    assert machine.status_document()["epoch"] == 1
