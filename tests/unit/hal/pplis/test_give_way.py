"""A message that gives way to another: between two frames, and never once its last frame has left."""

import pytest

from hal.drivers.pplis.actions import Action, Delivered, Send, Sent
from hal.drivers.pplis.frames import frames_of
from hal.drivers.pplis.link import HostLink, Phase
from hal.drivers.pplis.timers import LinkTimers

ENQ, ACK, NAK, EOT = b"\x05", b"\x06", b"\x15", b"\x04"
RECORDS = (b"first\r", b"second\r", b"third\r")
URGENT = (b"stop\r",)


def sent(actions: list[Action]) -> bytes:
    return b"".join(action.data for action in actions if isinstance(action, Send))


@pytest.fixture
def link() -> HostLink:
    return HostLink(LinkTimers())


@pytest.mark.parametrize("answer", [ACK, NAK, EOT])
def test_between_two_frames_the_session_ends_and_the_next_message_goes_out(link: HostLink, answer: bytes) -> None:
    link.send(RECORDS, 0)
    link.feed(ACK, 0)
    assert link.give_way()
    assert sent(link.send(URGENT, 0)) == b""
    assert sent(link.feed(answer, 1)) == EOT + ENQ
    assert sent(link.feed(ACK, 1)) == next(frames_of(URGENT))
    actions = link.feed(ACK, 1)
    assert sent(actions) == EOT
    assert Sent() in actions


def test_it_gives_way_as_long_as_a_frame_is_left(link: HostLink) -> None:
    link.send(RECORDS, 0)
    link.feed(ACK + ACK, 0)
    assert link.give_way()


def test_once_the_last_frame_has_left_it_goes_on_to_its_end(link: HostLink) -> None:
    *_, last = frames_of(RECORDS)
    link.send(RECORDS, 0)
    link.feed(ACK + ACK + ACK, 0)
    assert not link.give_way()
    assert sent(link.feed(NAK, 1)) == last
    assert Sent() in link.feed(ACK, 1)
    assert not link.give_way()


def test_an_enquiry_that_is_out_serves_the_next_message(link: HostLink) -> None:
    link.send(RECORDS, 0)
    assert link.give_way()
    assert sent(link.send(URGENT, 0)) == b""
    assert sent(link.feed(ACK, 1)) == next(frames_of(URGENT))


def test_a_busy_machine_is_left_alone_all_the_same(link: HostLink) -> None:
    link.send(RECORDS, 0)
    link.feed(NAK, 1)
    assert link.give_way()
    assert sent(link.send(URGENT, 2)) == b""
    assert sent(link.tick(10.9)) == b""
    assert sent(link.tick(11)) == ENQ


def test_nothing_gives_way_where_nothing_is_sent(link: HostLink) -> None:
    assert not link.give_way()
    link.feed(ENQ, 0)
    assert not link.give_way()


def test_an_answer_is_cut_short_by_eot_in_place_of_ack(link: HostLink) -> None:
    first, *_ = frames_of(RECORDS)
    link.feed(ENQ, 0)
    link.interrupt()
    assert sent(link.feed(first, 0)) == EOT
    assert link.feed(EOT, 0) == [Delivered(b"first\r")]
    assert link.phase is Phase.IDLE


def test_a_machine_that_goes_on_is_heard_to_its_end(link: HostLink) -> None:
    link.feed(ENQ, 0)
    link.interrupt()
    for frame in frames_of(RECORDS):
        assert sent(link.feed(frame, 0)) == EOT
    assert link.feed(EOT, 0) == [Delivered(b"".join(RECORDS))]


def test_the_next_answer_is_heard_again(link: HostLink) -> None:
    link.interrupt()
    link.withdraw()
    link.feed(ENQ, 0)
    assert sent(link.feed(next(frames_of(RECORDS)), 0)) == ACK
