"""The machine's link, rule by rule (LIS01-A2)."""

import pytest

from hal.wire import pplis
from simulator.ports.lis_link import InstrumentLink, Timers

ENQ, ACK, NAK, EOT = b"\x05", b"\x06", b"\x15", b"\x04"
ONE = b"\x021one\r\x0383\r\n"
TWO = b"\x022two\r\x039C\r\n"


@pytest.fixture
def link() -> InstrumentLink:
    return InstrumentLink(Timers())


def said(link: InstrumentLink) -> bytes:
    data = b"".join(link.output)
    link.output.clear()
    return data


def hear(link: InstrumentLink, data: bytes, now: float = 0.0) -> bytes:
    link.on_bytes(data, now)
    return said(link)


def test_messages_go_out_one_after_the_other(link: InstrumentLink) -> None:
    link.submit([b"one\r", b"two\r"], 0)
    link.submit([b"one\r"], 0)
    assert said(link) == ENQ
    assert hear(link, ACK) == ONE
    assert hear(link, ACK) == TWO
    assert hear(link, ACK) == EOT + ENQ
    assert hear(link, ACK) == ONE
    assert hear(link, ACK) == EOT
    assert link.idle
    assert link.wake is None


def test_a_record_longer_than_240_bytes_is_cut(link: InstrumentLink) -> None:
    link.submit([b"x" * 480 + b"\r"], 0)
    said(link)
    frames = [hear(link, ACK) for _ in range(3)]
    assert [frame[-5:-4] for frame in frames] == [b"\x17", b"\x17", b"\x03"]
    assert b"".join(frame[2:-5] for frame in frames) == b"x" * 480 + b"\r"


def test_the_machine_wins_a_contention_after_a_second(link: InstrumentLink) -> None:
    link.submit([b"one\r"], 0)
    said(link)
    assert hear(link, ENQ, 0.1) == b""
    link.on_time(1.0)
    assert said(link) == b""
    link.on_time(1.1)
    assert said(link) == ENQ
    assert hear(link, ACK, 1.2) == ONE


def test_a_host_that_asks_again_in_a_contention_is_heard(link: InstrumentLink) -> None:
    link.submit([b"one\r"], 0)
    hear(link, ENQ, 0.1)
    assert hear(link, ENQ, 0.5) == ACK
    assert hear(link, TWO.replace(b"2two", b"1two").replace(b"9C", b"9B") + EOT, 0.6) == ACK + ENQ
    assert list(link.inbox) == [b"two\r"]


def test_no_answer_to_the_enquiry_gives_the_message_up_after_15_s(link: InstrumentLink) -> None:
    link.submit([b"one\r"], 0)
    said(link)
    assert link.wake == 15
    link.on_time(15)
    assert said(link) == EOT
    assert link.idle
    assert link.given_up == 1


def test_a_busy_host_is_asked_again_after_10_s(link: InstrumentLink) -> None:
    link.submit([b"one\r"], 0)
    said(link)
    assert hear(link, NAK, 1) == b""
    link.on_time(11)
    assert said(link) == ENQ


def test_a_frame_is_sent_six_times(link: InstrumentLink) -> None:
    link.submit([b"one\r"], 0)
    said(link)
    assert hear(link, ACK) == ONE
    for _ in range(5):
        assert hear(link, NAK) == ONE
    assert hear(link, NAK) == EOT
    assert link.given_up == 1


def test_an_unanswered_frame_gives_the_message_up_after_15_s(link: InstrumentLink) -> None:
    link.submit([b"one\r"], 0)
    hear(link, ACK, 1)
    link.on_time(16)
    assert said(link) == EOT
    assert link.idle


def test_a_host_that_answers_eot_gets_the_line_and_is_left_alone(link: InstrumentLink) -> None:
    link.submit([b"one\r", b"two\r"], 0)
    hear(link, ACK)
    assert hear(link, EOT) == EOT
    link.submit([b"one\r"], 1)
    assert said(link) == b""
    assert hear(link, ENQ, 2) == ACK
    assert hear(link, ONE + EOT, 3) == ACK + ENQ


def test_after_eot_from_the_host_the_machine_waits_15_s(link: InstrumentLink) -> None:
    link.submit([b"one\r", b"two\r"], 0)
    hear(link, ACK)
    hear(link, EOT)
    link.submit([b"one\r"], 1)
    link.on_time(14.9)
    assert said(link) == b""
    link.on_time(15)
    assert said(link) == ENQ


def test_a_message_is_taken_whatever_its_pieces(link: InstrumentLink) -> None:
    stream = b"noise" + ENQ + b"noise" + ONE + b"\x00\x00" + TWO + EOT
    for at in range(len(stream)):
        link.on_bytes(stream[at : at + 1], 0)
    assert said(link) == ACK * 3
    assert list(link.inbox) == [b"one\rtwo\r"]


def test_repeated_frames_are_acknowledged_and_dropped(link: InstrumentLink) -> None:
    assert hear(link, ENQ + ONE + ONE + TWO + TWO + EOT) == ACK * 5
    assert list(link.inbox) == [b"one\rtwo\r"]


@pytest.mark.parametrize(
    "frame",
    [
        TWO,
        ONE.replace(b"83", b"84"),
        ONE.replace(b"83", b"8 "),
        b"\x021two\r\x039b\r\n",
        ONE.replace(b"\r\n", b"\n\n"),
        b"\x021one\n",
        b"\x021" + b"x" * 300,
        b"\x02" + b"x" + b"\x03" + b"7B\r\n",
    ],
)
def test_a_bad_frame_is_refused_and_the_right_one_taken(link: InstrumentLink, frame: bytes) -> None:
    assert hear(link, ENQ + frame) == ACK + NAK
    assert hear(link, ONE + EOT) == ACK
    assert list(link.inbox) == [b"one\r"]


def test_a_message_that_stops_is_dropped_after_30_s(link: InstrumentLink) -> None:
    hear(link, ENQ + ONE, 5)
    link.on_time(34.9)
    link.on_time(35)
    assert hear(link, TWO + EOT, 36) == b""
    assert not link.inbox
    assert link.idle


@pytest.mark.parametrize("piece", [TWO[:4], TWO[:-1], TWO[1:], b"\x00\xff"])
def test_bytes_that_are_no_frame_are_refused_after_a_second_of_silence(link: InstrumentLink, piece: bytes) -> None:
    assert hear(link, ENQ + ONE, 0) == ACK * 2
    assert hear(link, piece, 10) == b""
    link.on_time(10.9)
    assert said(link) == b""
    link.on_time(11)
    assert said(link) == NAK
    assert link.wake == 30
    assert hear(link, TWO + EOT, 12) == ACK
    assert list(link.inbox) == [b"one\rtwo\r"]


def test_refusals_of_a_message_that_was_cut_short_do_not_count_for_the_next(link: InstrumentLink) -> None:
    link.submit([b"one\r", b"two\r"], 0)
    link.submit([b"one\r"], 0)
    said(link)
    hear(link, ACK)
    for _ in range(5):
        hear(link, NAK)
    assert hear(link, EOT) == EOT
    link.on_time(15)
    assert said(link) == ENQ
    assert hear(link, ACK, 15) == ONE
    for _ in range(5):
        assert hear(link, NAK, 15) == ONE
    assert hear(link, NAK, 15) == EOT


def test_a_busy_host_is_left_alone_for_10_s_whatever_comes_between(link: InstrumentLink) -> None:
    link.submit([b"one\r"], 0)
    hear(link, NAK, 1)
    assert hear(link, ENQ + ONE + EOT, 2) == ACK * 2
    link.on_time(10.9)
    assert said(link) == b""
    link.on_time(11)
    assert said(link) == ENQ


@pytest.mark.parametrize("forbidden", sorted(pplis.FORBIDDEN_IN_TEXT))
def test_a_character_that_no_text_may_hold_is_refused_however_right_the_sum_is(
    link: InstrumentLink, forbidden: int
) -> None:
    body = b"1te%cxt\r\x03" % forbidden
    hear(link, ENQ)
    answer = hear(link, b"\x02" + body + b"%02X\r\n" % (sum(body) & 255))
    assert ACK not in answer or forbidden == pplis.ENQ
    hear(link, EOT)
    assert not link.inbox


def test_an_enquiry_in_the_middle_begins_anew(link: InstrumentLink) -> None:
    assert hear(link, ENQ + ONE + ENQ + ONE + TWO + EOT) == ACK * 5
    assert list(link.inbox) == [b"one\rtwo\r"]


def test_a_message_beyond_the_limit_is_refused(link: InstrumentLink) -> None:
    link.on_bytes(ENQ, 0)
    said(link)
    answers = b""
    for number in range(5_001):
        body = b"%d" % ((number + 1) % 8) + b"x" * 240 + b"\x17"
        answers += hear(link, b"\x02" + body + b"%02X\r\n" % (sum(body) & 255))
    assert answers == ACK * 5_000 + NAK


@pytest.mark.parametrize("contended", [False, True])
def test_a_host_that_has_just_come_goes_first(link: InstrumentLink, contended: bool) -> None:  # noqa: FBT001
    link.submit([b"one\r"], 0)
    said(link)
    if contended:
        hear(link, ENQ)
    assert hear(link, EOT, 0.1) == b""
    assert hear(link, ENQ, 0.2) == ACK
    assert hear(link, ONE + EOT, 0.3) == ACK + ENQ


def test_a_host_that_only_sets_the_line_to_neutral_is_rung_again_after_a_second(link: InstrumentLink) -> None:
    link.submit([b"one\r"], 0)
    hear(link, EOT, 0.1)
    link.on_time(1.0)
    assert said(link) == b""
    link.on_time(1.1)
    assert said(link) == ENQ


def test_enq_or_eot_in_the_middle_of_a_frame_is_heeded(link: InstrumentLink) -> None:
    assert hear(link, ENQ + ONE + b"\x022tw" + ENQ) == ACK * 3
    assert hear(link, ONE + b"\x022tw" + EOT) == ACK
    assert list(link.inbox) == [b"one\r"]
    assert link.idle
