"""Both implementations of the record layer agree, and neither believes a changed message."""

import random
from typing import Final

from hypothesis import assume, given
from hypothesis import strategies as st

from hal.drivers.pplis.records import MalformedError, Message, decode, encode
from simulator.ports.lis_records import UnreadableError, read, write

TEXT: Final = st.text(max_size=40)
FIELD: Final = TEXT | st.sampled_from(["|", "%", "%41", "\r", "L|1|", "\x02\x03\x04\x05\x06", "Å", '{"a":"b|c"}', ""])
TYPE: Final = st.sampled_from(["C", "J", "D", "E", "A", "B", "H", "L"])
BODY: Final = st.lists(st.builds(lambda kind, rest: (kind, *rest), TYPE, st.lists(FIELD, max_size=5)), max_size=6)
MESSAGE: Final = st.builds(
    Message,
    message_id=FIELD,
    sender=FIELD,
    receiver=FIELD,
    boot_id=FIELD,
    utc=FIELD,
    kind=FIELD,
    body=BODY.map(tuple),
)
PLAIN: Final = st.builds(
    Message,
    message_id=st.just("m.1"),
    sender=st.just("host"),
    receiver=st.just("machine"),
    boot_id=st.just(""),
    utc=st.just("2026-01-05T06:00:00.000+00:00"),
    kind=st.sampled_from(["START", "LOAD"]),
    body=st.lists(st.tuples(TYPE, st.text("0123456789ABC", max_size=12)), max_size=4).map(tuple),
)
LIKELY: Final = st.text("0123456789ABCDEF|HL \r", max_size=4).map(str.encode)


def head(message: Message) -> tuple[str, ...]:
    return (message.message_id, message.sender, message.receiver, message.boot_id, message.utc, message.kind)


@given(MESSAGE)
def test_the_machine_reads_what_the_driver_wrote(message: Message) -> None:
    request = read(b"".join(encode(message)))
    assert (request.message_id, request.kind, request.sender) == (message.message_id, message.kind, message.sender)
    assert request.records == [list(record) for record in message.body]


@given(MESSAGE)
def test_the_driver_reads_what_the_machine_wrote(message: Message) -> None:
    assert decode(b"".join(write(head(message), message.body))) == message


@given(MESSAGE)
def test_both_write_the_same_bytes(message: Message) -> None:
    assert encode(message) == tuple(write(head(message), message.body))


@given(MESSAGE, st.data())
def test_a_corrupted_message_is_believed_by_neither(message: Message, data: st.DataObject) -> None:
    whole = b"".join(encode(message))
    at = data.draw(st.integers(0, len(whole) - 1), label="at")
    length = data.draw(st.integers(0, 4), label="length")
    # CRC-32 finds every burst of up to 32 bits for certain; four bytes are such a burst. Mostly characters that a
    # record may hold, because others are refused for being there at all.
    garbage = data.draw(st.binary(max_size=length) | LIKELY.filter(lambda text: len(text) <= length), label="garbage")
    damaged = whole[:at] + garbage + whole[at + length :]
    assume(damaged != whole)
    assert refused_by_both(damaged)


@given(PLAIN, st.randoms(use_true_random=False))
def test_one_changed_character_is_noticed_wherever_it_is(message: Message, dice: random.Random) -> None:
    whole = b"".join(encode(message))
    for at in range(len(whole)):
        other = dice.choice([byte for byte in b"0123456789ABCDEFabc| \r" if byte != whole[at]])
        assert refused_by_both(whole[:at] + bytes([other]) + whole[at + 1 :])


@given(MESSAGE, st.data())
def test_a_cut_or_doubled_message_is_believed_by_neither(message: Message, data: st.DataObject) -> None:
    whole = b"".join(encode(message))
    start = data.draw(st.integers(0, len(whole)), label="start")
    end = data.draw(st.integers(start, len(whole)), label="end")
    assume((start, end) != (0, len(whole)))
    assert refused_by_both(whole[start:end])
    assert refused_by_both(whole + whole[start:end]) or start == end


@given(st.binary(max_size=400) | st.text(alphabet="HL|\\^&1\r%0AF", max_size=60).map(str.encode))
def test_no_bytes_crash_either_side(data: bytes) -> None:
    assert refused_by_both(data)


def refused_by_both(data: bytes) -> bool:
    refused = 0
    try:
        decode(data)
    except MalformedError:
        refused += 1
    try:
        read(data)
    except UnreadableError:
        refused += 1
    return refused == 2
