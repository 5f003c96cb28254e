import pytest

from hal.drivers.pplis.frames import Frame, Mark, checksum, frames_of, take


def test_a_record_is_one_frame_with_the_standard_layout() -> None:
    (frame,) = frames_of([b"L|1|N\r"])
    assert frame == b"\x021L|1|N\r\x0304\r\n"


def test_the_checksum_is_the_sum_from_frame_number_to_end_mark() -> None:
    assert checksum(b"1H|\\^&\r\x03") == b"E5"
    assert checksum(b"\x01") == b"01"
    assert checksum(bytes([255, 2])) == b"01"


def test_long_records_are_cut_at_240_and_numbers_run_modulo_eight() -> None:
    frames = list(frames_of([b"x" * 240, b"y" * 241, *[b"z\r"] * 7]))
    assert [frame[1:2] for frame in frames] == [b"%d" % number for number in (1, 2, 3, 4, 5, 6, 7, 0, 1, 2)]
    assert [frame[-5] for frame in frames] == [0x03, 0x17, *[0x03] * 8]
    assert max(map(len, frames)) == 247


def test_frames_come_back_whole_however_the_bytes_are_cut() -> None:
    stream = b"noise\x15" + b"".join(frames_of([b"a" * 500, b"b\r"])) + b"\x04"
    for size in (1, 2, 3, 7, 100, len(stream)):
        buffer, found = bytearray(), []
        for start in range(0, len(stream), size):
            buffer += stream[start : start + size]
            while (item := take(buffer)) is not None:
                found.append(item)
        assert found == [
            Frame(1, b"a" * 240, last=False),
            Frame(2, b"a" * 240, last=False),
            Frame(3, b"a" * 20, last=True),
            Frame(4, b"b\r", last=True),
            Mark.END,
        ]
        assert not buffer


@pytest.mark.parametrize(
    "damaged",
    [
        b"\x021ab\x0300\r\n",
        b"\x029ab\x03" + checksum(b"9ab\x03") + b"\r\n",
        b"\x021ab\x03" + checksum(b"1ab\x03").lower() + b"\n\n",
        b"\x021ab\n",
        b"\x02\x03" + checksum(b"\x03") + b"\r\n",
        b"\x021" + b"a" * 241 + b"\x03" + checksum(b"1" + b"a" * 241 + b"\x03") + b"\r\n",
        b"\x02" + b"a" * 400,
    ],
)
def test_a_damaged_frame_is_bad_and_the_next_one_is_read(damaged: bytes) -> None:
    buffer = bytearray(damaged + b"\x021ok\r\x03" + checksum(b"1ok\r\x03") + b"\r\n")
    assert take(buffer) is Mark.BAD
    assert take(buffer) == Frame(1, b"ok\r", last=True)
    assert not buffer


def test_a_frame_cut_off_by_a_new_one_gives_way() -> None:
    buffer = bytearray(b"\x021half of a fra" + next(iter(frames_of([b"whole\r"]))))
    assert take(buffer) == Frame(1, b"whole\r", last=True)


@pytest.mark.parametrize(("byte", "mark"), [(b"\x05", Mark.ENQUIRY), (b"\x04", Mark.END)])
def test_a_frame_cut_off_by_enq_or_eot_gives_way_too(byte: bytes, mark: Mark) -> None:
    assert take(bytearray(b"\x021half of a fra" + byte)) is mark


def test_an_unfinished_frame_asks_for_more() -> None:
    buffer = bytearray(b"\x021ab\x0300\r")
    assert take(buffer) is None
    assert bytes(buffer) == b"\x021ab\x0300\r"
