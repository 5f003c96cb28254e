"""Frames as they really are, and then not quite: seeded mutations against both links and both record layers.

Every real message carries its own number, so whatever is accepted can be looked up: a message that was never sent, or
one that is taken twice in a session, is what must not be.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from hal.drivers.pplis.actions import Delivered, Send
from hal.drivers.pplis.frames import frames_of
from hal.drivers.pplis.link import HostLink
from hal.drivers.pplis.records import MalformedError, Message, decode, encode
from hal.drivers.pplis.timers import LinkTimers
from simulator.ports.lis_link import InstrumentLink, Timers
from simulator.ports.lis_records import UnreadableError, read, write

ENQ: Final = b"\x05"
EOT: Final = b"\x04"
CONTROL: Final = bytes([1, 2, 3, 4, 5, 6, 10, 13, 16, 21, 22, 23])
TEXTS: Final = ("C|7|12", "Åse|% ^&\\", '{"bay":3,"units":[1,2]}', "x" * 300, "", "0" * 700)
Body = list[list[str]]


@dataclass
class Tally:
    """What came of it."""

    frames: int = 0
    mutated: int = 0
    accepted: int = 0
    refused: int = 0
    corrupt: list[str] = field(default_factory=list)


class Receiver:
    """One side's link and record layer: bytes in, believed messages out as (id, kind, records)."""

    def __init__(self) -> None:
        self.believed: list[tuple[str, str, Body]] = []
        self.refused = 0
        self.said = bytearray()
        self.now = 0.0

    def feed(self, data: bytes) -> None:
        raise NotImplementedError


class HostSide(Receiver):
    def __init__(self) -> None:
        super().__init__()
        self.link = HostLink(LinkTimers())

    def feed(self, data: bytes) -> None:
        self.now += 0.01
        for action in self.link.feed(data, self.now):
            match action:
                case Send(sent):
                    self.said += sent
                case Delivered(text):
                    try:
                        message = decode(text)
                    except MalformedError:
                        self.refused += 1
                    else:
                        self.believed.append((message.message_id, message.kind, [list(one) for one in message.body]))
                case _:
                    pass


class MachineSide(Receiver):
    def __init__(self) -> None:
        super().__init__()
        self.link = InstrumentLink(Timers())

    def feed(self, data: bytes) -> None:
        self.now += 0.01
        self.link.on_bytes(data, self.now)
        for sent in self.link.output:
            self.said += sent
        self.link.output.clear()
        while self.link.inbox:
            try:
                request = read(self.link.inbox.popleft())
            except UnreadableError:
                self.refused += 1
            else:
                self.believed.append((request.message_id, request.kind, request.records))


def body_of(dice: random.Random) -> Body:
    return [
        [dice.choice("CJDEASBQ"), *(dice.choice(TEXTS) for _ in range(dice.randrange(3)))]
        for _ in range(dice.randrange(4))
    ]


def records_of(dice: random.Random, message_id: str, kind: str, body: Body) -> Sequence[bytes]:
    if dice.random() < 0.5:
        return encode(Message(message_id, "a", "b", "", "", kind, tuple(tuple(one) for one in body)))
    return write((message_id, "a", "b", "", "", kind), body)


def mutated(frames: list[bytes], dice: random.Random) -> list[bytes]:
    """Return the frames of one message after something happened to one or more of them."""
    result = list(frames)
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        if not result:
            break
        at = dice.randrange(len(result))
        result[at : at + 1] = _MUTATIONS[dice.randrange(len(_MUTATIONS))](result[at], frames, dice)
    return result


def _flip(frame: bytes, _frames: list[bytes], dice: random.Random) -> list[bytes]:
    made = bytearray(frame)
    for _ in range(dice.randrange(1, 4)):
        if made:
            made[dice.randrange(len(made))] ^= 1 << dice.randrange(8)
    return [bytes(made)]


def _swap(frame: bytes, _frames: list[bytes], dice: random.Random) -> list[bytes]:
    made = bytearray(frame)
    if len(made) > 1:
        at = dice.randrange(len(made) - 1)
        made[at], made[at + 1] = made[at + 1], made[at]
    return [bytes(made)]


def _compensated(frame: bytes, _frames: list[bytes], dice: random.Random) -> list[bytes]:
    """Two changes that leave the sum of the frame as it was."""
    made = bytearray(frame)
    if len(made) > 10:
        one, other = dice.sample(range(2, len(made) - 5), 2)
        step = dice.randrange(1, 9)
        made[one], made[other] = (made[one] + step) % 256, (made[other] - step) % 256
    return [bytes(made)]


def _lose(frame: bytes, _frames: list[bytes], dice: random.Random) -> list[bytes]:
    at = dice.randrange(len(frame)) if frame else 0
    return [frame[:at] + frame[at + dice.randrange(1, 9) :]]


def _stray(frame: bytes, _frames: list[bytes], dice: random.Random) -> list[bytes]:
    at = dice.randrange(len(frame) + 1)
    return [frame[:at] + bytes([dice.choice(CONTROL)]) + frame[at:]]


def _noise(frame: bytes, _frames: list[bytes], dice: random.Random) -> list[bytes]:
    return [dice.randbytes(dice.randrange(1, 40)), frame]


def _cut(frame: bytes, _frames: list[bytes], dice: random.Random) -> list[bytes]:
    return [frame[: dice.randrange(len(frame) + 1)]]


def _drop(_frame: bytes, _frames: list[bytes], _dice: random.Random) -> list[bytes]:
    return []


def _double(frame: bytes, _frames: list[bytes], _dice: random.Random) -> list[bytes]:
    return [frame, frame]


def _other(frame: bytes, frames: list[bytes], dice: random.Random) -> list[bytes]:
    return [dice.choice(frames), frame]


def _renumbered(frame: bytes, _frames: list[bytes], dice: random.Random) -> list[bytes]:
    end = max(frame.rfind(b"\x03"), frame.rfind(b"\x17"))
    body = b"%d" % dice.randrange(8) + frame[2 : end + 1]
    return [b"\x02" + body + b"%02X\r\n" % (sum(body) & 255)]


_MUTATIONS: Final[Sequence[Callable[[bytes, list[bytes], random.Random], list[bytes]]]] = (
    _flip,
    _swap,
    _compensated,
    _lose,
    _stray,
    _noise,
    _cut,
    _drop,
    _double,
    _other,
    _renumbered,
)


def chunks(data: bytes, dice: random.Random) -> Iterator[bytes]:
    while data:
        size = dice.choice((1, 7, 64, 4_096))
        yield data[:size]
        data = data[size:]


def fuzz(frames: int, seed: int, make: Callable[[], Receiver]) -> Tally:
    """Send at least `frames` frames, most of them not as they were made, to one side; return what it took."""
    dice, tally, receiver = random.Random(seed), Tally(), make()
    sent: dict[str, tuple[str, Body]] = {}
    while tally.frames < frames:
        message_id, kind, body = f"m.{len(sent)}", dice.choice(("START", "LOAD", "ANSWER")), body_of(dice)
        sent[message_id] = (kind, body)
        made = list(frames_of(records_of(dice, message_id, kind, body)))
        is_whole = dice.random() < 0.1
        session = made if is_whole else mutated(made, dice)
        tally.frames += len(session)
        tally.mutated += 0 if is_whole else len(session)
        for chunk in chunks(ENQ + b"".join(session) + EOT, dice):
            receiver.feed(chunk)
        _judge(receiver, tally, sent, message_id if is_whole else "")
    tally.refused = receiver.refused
    return tally


def _judge(receiver: Receiver, tally: Tally, sent: dict[str, tuple[str, Body]], whole: str) -> None:
    taken = [one[0] for one in receiver.believed]
    for message_id, kind, body in receiver.believed:
        if sent.get(message_id) != (kind, body):
            tally.corrupt.append(f"believed {message_id} {kind} {body}")
    if len(taken) != len(set(taken)):
        tally.corrupt.append(f"believed twice in one session: {taken}")
    if whole and taken[-1:] != [whole]:
        tally.corrupt.append(f"a whole message was not believed: {whole}")
    if set(receiver.said) - {0x05, 0x06, 0x15, 0x04}:
        tally.corrupt.append(f"said {bytes(receiver.said)!r}")
    tally.accepted += len(taken)
    receiver.believed.clear()
    receiver.said.clear()
