"""Both implementations of the link on one line in virtual time: any chunks, contention, noise."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from hal.drivers.pplis.actions import Action, Delivered, Failed, Send, Sent
from hal.drivers.pplis.link import HostLink, Phase
from hal.drivers.pplis.records import MalformedError, Message, decode, encode
from hal.drivers.pplis.timers import LinkTimers
from simulator.ports.lis_link import InstrumentLink, Timers
from simulator.ports.lis_records import UnreadableError, read, write

LONG_ENOUGH: Final = 400.0
RECORDS: Final = st.lists(st.text("ABC|{}:", min_size=1, max_size=600), min_size=1, max_size=4)


@dataclass
class Channel:
    """The line between the two; damages bytes at `error_rate`, hands over at most `chunk` bytes at a time."""

    chunk: int
    error_rate: float = 0.0
    dice: random.Random = field(default_factory=lambda: random.Random(0))
    now: float = 0.0
    host: HostLink = field(default_factory=lambda: HostLink(LinkTimers()))
    machine: InstrumentLink = field(default_factory=lambda: InstrumentLink(Timers()))
    to_machine: bytearray = field(default_factory=bytearray)
    to_host: bytearray = field(default_factory=bytearray)
    delivered: list[bytes] = field(default_factory=list)
    outcomes: list[Action] = field(default_factory=list)

    def send(self, records: Sequence[bytes]) -> None:
        self.take(self.host.send(records, self.now))

    def take(self, actions: Sequence[Action]) -> None:
        for action in actions:
            match action:
                case Send(data):
                    self.to_machine += self.damaged(data)
                case Delivered(data):
                    self.delivered.append(data)
                case Sent() | Failed():
                    self.outcomes.append(action)

    def damaged(self, data: bytes) -> bytes:
        if not self.error_rate:
            return data
        result = bytearray()
        for byte in data:
            if self.dice.random() >= self.error_rate:
                result.append(byte)
                continue
            match self.dice.randrange(4):
                case 0:
                    result.append(byte ^ (1 << self.dice.randrange(8)))
                case 1:
                    pass
                case 2:
                    # Two neighbours change places: the checksum of a frame cannot see it.
                    result.append(byte)
                    result[-2:] = result[-2:][::-1]
                case _:
                    result += bytes([byte, self.dice.randrange(256)])
        return bytes(result)

    def flow(self) -> None:
        """Let bytes pass until the line is silent."""
        while self.collect():
            if self.to_machine:
                piece, self.to_machine = self.to_machine[: self.chunk], self.to_machine[self.chunk :]
                self.machine.on_bytes(bytes(piece), self.now)
            self.collect()
            if self.to_host:
                piece, self.to_host = self.to_host[: self.chunk], self.to_host[self.chunk :]
                self.take(self.host.feed(bytes(piece), self.now))

    def collect(self) -> bool:
        for data in self.machine.output:
            self.to_host += self.damaged(data)
        self.machine.output.clear()
        return bool(self.to_machine or self.to_host)

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        self.flow()
        while True:
            due = min((at for at in (self.host.deadline, self.machine.wake) if at is not None), default=end)
            if due >= end:
                self.now = end
                return
            self.now = max(self.now, due)
            self.take(self.host.tick(self.now))
            self.machine.on_time(self.now)
            self.flow()


def host_message(fields: Sequence[str]) -> Message:
    return Message("h", "host", "machine", "", "", "LOAD", tuple(("D", one) for one in fields))


def machine_message(fields: Sequence[str]) -> list[bytes]:
    return write(("m", "machine", "host", "b", "", "BELL"), [["E", one] for one in fields])


@given(RECORDS, RECORDS, st.integers(1, 700), st.booleans())
@settings(deadline=None)
def test_messages_pass_both_ways_in_any_chunks(ours: list[str], theirs: list[str], chunk: int, first: bool) -> None:  # noqa: FBT001
    channel = Channel(chunk)
    if first:
        channel.machine.submit(machine_message(theirs), 0.0)
    channel.send(encode(host_message(ours)))
    if not first:
        channel.machine.submit(machine_message(theirs), 0.0)
    channel.run(3.0)
    assert channel.outcomes == [Sent()]
    assert [read(data).records for data in channel.machine.inbox] == [[["D", one] for one in ours]]
    assert [decode(data).fields_of("E") for data in channel.delivered] == [tuple((one,) for one in theirs)]
    assert channel.machine.idle
    assert channel.host.phase is Phase.IDLE


@given(st.integers(0, 2**32), st.sampled_from([0.000_1, 0.001, 0.01, 0.05]), RECORDS, RECORDS)
@settings(deadline=None)
def test_noise_never_changes_a_message_and_never_kills_the_link(
    seed: int, error_rate: float, ours: list[str], theirs: list[str]
) -> None:
    channel = Channel(64, error_rate, random.Random(seed))
    expected_by_machine = [["D", one] for one in ours]
    for _ in range(4):
        channel.send(encode(host_message(ours)))
        channel.machine.submit(machine_message(theirs), channel.now)
        channel.run(LONG_ENOUGH)
        assert len(channel.outcomes) == 1
        channel.outcomes.clear()
        for data in channel.machine.inbox:
            if is_read(data):
                assert read(data).records == expected_by_machine
        for data in channel.delivered:
            if is_decoded(data):
                assert decode(data).body == tuple(("E", one) for one in theirs)
        channel.machine.inbox.clear()
        channel.delivered.clear()
    channel.error_rate = 0.0
    channel.run(LONG_ENOUGH)
    channel.send(encode(host_message(ours)))
    channel.run(LONG_ENOUGH)
    assert channel.outcomes == [Sent()]
    assert [read(data).records for data in channel.machine.inbox] == [expected_by_machine]


@given(st.lists(st.binary(min_size=1, max_size=300) | st.just(b"\x05") | st.just(b"\x00" * 2_000), max_size=12))
@settings(deadline=None)
def test_any_bytes_leave_both_sides_able_to_work(noise: list[bytes]) -> None:
    channel = Channel(97)
    for data in noise:
        channel.take(channel.host.feed(data, channel.now))
        channel.machine.on_bytes(data, channel.now)
        channel.to_machine.clear()
        channel.machine.output.clear()
    channel.run(LONG_ENOUGH)
    channel.machine.inbox.clear()
    channel.outcomes.clear()
    channel.send(encode(host_message(["A"])))
    channel.run(LONG_ENOUGH)
    assert channel.outcomes == [Sent()]
    assert [read(data).records for data in channel.machine.inbox] == [[["D", "A"]]]


@given(st.lists(st.sampled_from(["send", "withdraw", "ring", "wait", "flow"]), max_size=25))
@settings(deadline=None)
def test_giving_up_at_any_moment_leaves_the_link_usable(steps: list[str]) -> None:
    channel = Channel(5)
    message = encode(host_message(["A" * 300]))
    for step in steps:
        match step:
            case "send":
                channel.host.withdraw()
                channel.send(message)
            case "withdraw":
                channel.host.withdraw()
            case "ring":
                channel.machine.submit(machine_message(["B"]), channel.now)
            case "wait":
                channel.run(0.5)
            case _:
                channel.collect()
                piece, channel.to_machine = channel.to_machine[:5], channel.to_machine[5:]
                channel.machine.on_bytes(bytes(piece), channel.now)
    channel.host.withdraw()
    channel.run(LONG_ENOUGH)
    channel.machine.inbox.clear()
    channel.outcomes.clear()
    channel.send(message)
    channel.run(LONG_ENOUGH)
    assert channel.outcomes == [Sent()]
    assert [read(data).records for data in channel.machine.inbox] == [[["D", "A" * 300]]]


def is_read(data: bytes) -> bool:
    try:
        read(data)
    except UnreadableError:
        return False
    return True


def is_decoded(data: bytes) -> bool:
    try:
        decode(data)
    except MalformedError:
        return False
    return True
