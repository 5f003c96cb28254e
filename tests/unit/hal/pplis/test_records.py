import zlib
from dataclasses import replace

import pytest

from hal.drivers.pplis.records import MalformedError, Message, decode, encode
from hal.wire import pplis

MESSAGE = Message("a.1", "host", "machine", "", "2026-01-05T06:00:00.000+00:00", pplis.START, (("C", "7", "12"),))


def closed(text: str) -> bytes:
    """End `text`, up to and with `L|n|`, with its CRC-32."""
    return text.encode() + b"%08X\r" % zlib.crc32(text.encode())


def test_a_message_stands_on_the_line_as_the_reference_page_says() -> None:
    header, command, trailer = encode(MESSAGE)
    assert header == b"H|\\^&|a.1|host|machine|1||2026-01-05T06:00:00.000+00:00|START\r"
    assert command == b"C|7|12\r"
    assert trailer == b"L|3|%08X\r" % zlib.crc32(header + command + b"L|3|")


def test_what_was_encoded_is_decoded() -> None:
    body = (("E", '{"x":"Å|%\\^&\r\n\x02 \x7f€"}'), ("E", ""), ("B",))
    message = replace(MESSAGE, body=body)
    assert decode(b"".join(encode(message))) == message


def test_no_link_character_and_no_byte_beyond_ascii_is_on_the_line() -> None:
    every = "".join(map(chr, range(0x180)))
    for record in encode(replace(MESSAGE, message_id=every, body=((every, every),))):
        assert set(record[:-1]) <= set(range(0x20, 0x7F))
        assert record.endswith(b"\r")


def test_any_changed_byte_is_noticed() -> None:
    data = b"".join(encode(MESSAGE))
    for at in range(len(data)):
        for other in (data[at] ^ 1, 0x20, 0x0D, 0x30):
            if other != data[at]:
                with pytest.raises(MalformedError):
                    decode(data[:at] + bytes([other]) + data[at + 1 :])


def test_swapped_neighbours_are_noticed() -> None:
    data = b"".join(encode(MESSAGE))
    for at in range(len(data) - 1):
        swapped = data[:at] + data[at + 1 : at + 2] + data[at : at + 1] + data[at + 2 :]
        if swapped != data:
            with pytest.raises(MalformedError):
                decode(swapped)


HEAD = "H|\\^&|a|b|c|1|||STATUS\r"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "CR"),
        (b"\r", "trailer"),
        (b"L|1|00000000\r", "CRC"),
        (closed("L|1|"), "header"),
        (closed(HEAD + "L|3|"), "number of records"),
        (closed(HEAD + "L|02|"), "number of records"),
        (closed(HEAD + "L|2|extra|"), "trailer"),
        (closed(HEAD + HEAD), "trailer"),
        (closed(HEAD.replace("|1|", "|2|") + "L|2|"), "version"),
        (closed(HEAD.replace("|c", "") + "L|2|"), "header"),
        (closed(HEAD.replace("^", "!") + "L|2|"), "header"),
        (closed(HEAD + "X|%4\rL|3|"), "escape"),
        (closed(HEAD + "X|%e6\rL|3|"), "escape"),
        (closed(HEAD + "X|%E6\rL|3|"), "UTF-8"),
        (closed(HEAD + "X|æ\rL|3|"), "byte"),
        (closed(HEAD + "X|\n\rL|3|"), "byte"),
        (closed(HEAD + "L|2|") + b"\r", "trailer"),
        (closed(HEAD + "L|2|") + closed(HEAD + "L|2|"), "CRC"),
        (b" " * 1_200_001, "long"),
    ],
)
def test_anything_else_than_one_whole_message_is_malformed(data: bytes, why: str) -> None:
    with pytest.raises(MalformedError, match=why):
        decode(data)


def test_the_smallest_message_is_taken() -> None:
    assert decode(closed(HEAD + "L|2|")).kind == "STATUS"
