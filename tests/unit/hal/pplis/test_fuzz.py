"""Mutated frames against both links and record layers: no crash, nothing corrupt believed, nothing taken twice."""

import random
from collections.abc import Callable

import pytest

from hal.drivers.pplis.records import MalformedError, decode, encode
from simulator.ports.lis_records import UnreadableError, read
from tests.support.lis_fuzz import HostSide, MachineSide, Receiver, body_of, fuzz, records_of

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
