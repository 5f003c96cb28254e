"""The host's link, rule by rule (LIS01-A2)."""

import pytest

from hal.drivers.pplis.actions import Action, Delivered, Failed, Send, Sent
from hal.drivers.pplis.frames import checksum, frames_of
from hal.drivers.pplis.link import HostLink, Phase
from hal.drivers.pplis.timers import LinkTimers
from hal.wire import pplis
from simulator.ports.line_session import LineRate

ENQ, ACK, NAK, EOT = b"\x05", b"\x06", b"\x15", b"\x04"
RECORDS = (b"first\r", b"second\r")


def sent(actions: list[Action]) -> bytes:
    return b"".join(action.data for action in actions if isinstance(action, Send))


@pytest.fixture
def link() -> HostLink:
    return HostLink(LinkTimers())


def test_a_message_goes_out_frame_by_frame(link: HostLink) -> None:
    first, second = frames_of(RECORDS)
    assert sent(link.send(RECORDS, 0)) == ENQ
    assert (link.started, sent(link.feed(ACK, 1)), link.started) == (False, first, True)
    assert sent(link.feed(ACK, 2)) == second
    actions = link.feed(ACK, 3)
    assert sent(actions) == EOT
    assert Sent() in actions
    assert link.phase is Phase.IDLE
    assert link.deadline is None


def test_no_answer_to_the_enquiry_fails_after_15_s_with_nothing_sent(link: HostLink) -> None:
    link.send(RECORDS, 0)
    assert link.deadline == 15
    assert link.tick(14.9) == []
    actions = link.tick(15)
    assert sent(actions) == EOT
    assert actions[-1] == Failed("the machine does not answer", started=False)
    assert link.phase is Phase.IDLE


def test_a_busy_machine_is_asked_again_after_10_s(link: HostLink) -> None:
    link.send(RECORDS, 0)
    assert link.feed(NAK, 1) == []
    assert link.tick(10.9) == []
    assert sent(link.tick(11)) == ENQ


def test_the_host_yields_when_both_ask_and_sends_after_the_machine(link: HostLink) -> None:
    link.send(RECORDS, 0)
    assert link.feed(ENQ, 0.1) == []
    assert link.phase is Phase.YIELDING
    assert sent(link.feed(ENQ, 1.1)) == ACK
    (frame,) = frames_of([b"bell\r"])
    assert sent(link.feed(frame, 1.2)) == ACK
    actions = link.feed(EOT, 1.3)
    assert actions[0] == Delivered(b"bell\r")
    assert sent(actions) == ENQ


def test_the_host_asks_again_20_s_after_a_contention_that_led_nowhere(link: HostLink) -> None:
    link.send(RECORDS, 0)
    link.feed(ENQ, 1)
    assert link.tick(20.9) == []
    assert sent(link.tick(21)) == ENQ


def test_a_refused_frame_is_sent_six_times_and_then_given_up(link: HostLink) -> None:
    first, _ = frames_of(RECORDS)
    link.send(RECORDS, 0)
    link.feed(ACK, 0)
    for _ in range(5):
        assert sent(link.feed(NAK, 0)) == first
    actions = link.feed(NAK, 0)
    assert sent(actions) == EOT
    assert isinstance(actions[-1], Failed)
    assert actions[-1].started


def test_refusals_are_counted_per_frame(link: HostLink) -> None:
    link.send([b"%d\r" % number for number in range(4)], 0)
    link.feed(ACK, 0)
    for _ in range(4):
        for _ in range(5):
            assert link.feed(NAK, 0)
        link.feed(ACK, 0)
    assert link.phase is Phase.IDLE


def test_no_answer_to_a_frame_fails_after_15_s(link: HostLink) -> None:
    link.send(RECORDS, 0)
    link.feed(ACK, 1)
    actions = link.tick(16)
    assert sent(actions) == EOT
    assert actions[-1] == Failed("the machine does not acknowledge", started=True)


def test_eot_in_place_of_ack_accepts_the_frame(link: HostLink) -> None:
    _, second = frames_of(RECORDS)
    link.send(RECORDS, 0)
    link.feed(ACK, 0)
    assert sent(link.feed(EOT, 0)) == second


def test_noise_while_waiting_for_an_answer_is_ignored(link: HostLink) -> None:
    link.send(RECORDS, 0)
    assert link.feed(b"\x00\xffabc\r\n\x02", 0) == []
    assert link.feed(ACK, 0)
    assert link.feed(b"\x00" * 10_000 + ENQ, 0) == []
    assert link.feed(ACK, 0)


def test_a_repeated_frame_is_acknowledged_and_dropped(link: HostLink) -> None:
    first, second = frames_of(RECORDS)
    link.feed(ENQ, 0)
    assert sent(link.feed(first + first + second + second, 0)) == ACK * 4
    assert link.feed(EOT, 0) == [Delivered(b"first\rsecond\r")]


def test_a_wrong_frame_number_is_refused(link: HostLink) -> None:
    _, second = frames_of(RECORDS)
    link.feed(ENQ, 0)
    assert sent(link.feed(second, 0)) == NAK


def test_frame_zero_is_no_repetition_at_the_start(link: HostLink) -> None:
    *_, eighth = frames_of([b"x\r"] * 8)
    assert eighth[1:2] == b"0"
    link.feed(ENQ, 0)
    assert sent(link.feed(eighth, 0)) == NAK


def test_a_message_that_stops_is_discarded_after_30_s(link: HostLink) -> None:
    first, second = frames_of(RECORDS)
    link.feed(ENQ, 0)
    link.feed(first, 10)
    assert link.tick(39.9) == []
    assert link.tick(40) == []
    assert link.phase is Phase.IDLE
    assert link.feed(second + EOT, 41) == []


@pytest.mark.parametrize("piece", [b"\x022second\r\x03", b"2second\r\x03A5\r\n", b"\x00\xff"])
def test_bytes_that_are_no_frame_are_refused_after_a_second_of_silence(link: HostLink, piece: bytes) -> None:
    first, second = frames_of(RECORDS)
    link.feed(ENQ + first, 0)
    assert link.feed(piece, 10) == []
    assert link.tick(10.9) == []
    assert link.tick(11) == [Send(NAK)]
    assert link.tick(29.9) == []
    assert sent(link.feed(second, 29.9)) == ACK
    assert link.feed(EOT, 30) == [Delivered(b"first\rsecond\r")]


def test_a_receiver_asks_once_for_what_it_could_not_read_and_then_gives_up(link: HostLink) -> None:
    link.feed(ENQ + b"\x021cut", 0)
    assert link.tick(1) == [Send(NAK)]
    assert link.deadline == 30
    assert link.tick(30) == []
    assert link.phase is Phase.IDLE


def test_a_machine_that_was_busy_is_left_alone_for_10_s_whatever_comes_between(link: HostLink) -> None:
    link.send(RECORDS, 0)
    link.feed(NAK, 1)
    (frame,) = frames_of([b"bell\r"])
    assert sent(link.feed(ENQ + frame, 2)) == ACK * 2
    assert link.feed(EOT, 2) == [Delivered(b"bell\r")]
    link.withdraw()
    assert link.send(RECORDS, 3) == []
    assert link.tick(10.9) == []
    assert sent(link.tick(11)) == ENQ


def test_a_machine_that_asks_for_the_line_with_the_last_frame_has_it_for_15_s(link: HostLink) -> None:
    link.send([b"only\r"], 0)
    link.feed(ACK, 0)
    assert link.feed(EOT, 0) == [Send(EOT), Sent()]
    assert link.send(RECORDS, 1) == []
    assert link.tick(14.9) == []
    assert sent(link.tick(15)) == ENQ


def test_a_machine_that_asked_for_the_line_and_had_it_is_asked_at_once(link: HostLink) -> None:
    link.send([b"only\r"], 0)
    link.feed(ACK + EOT, 0)
    assert link.send(RECORDS, 1) == []
    (frame,) = frames_of([b"bell\r"])
    link.feed(ENQ + frame, 2)
    assert link.feed(EOT, 2) == [Delivered(b"bell\r"), Send(ENQ)]


@pytest.mark.parametrize("forbidden", sorted(pplis.FORBIDDEN_IN_TEXT))
def test_a_character_that_no_text_may_hold_is_refused_however_right_the_sum_is(link: HostLink, forbidden: int) -> None:
    body = b"1te%cxt\r\x03" % forbidden
    link.feed(ENQ, 0)
    actions = link.feed(b"\x02" + body + checksum(body) + b"\r\n", 0)
    assert ACK not in sent(actions) or forbidden == pplis.ENQ
    assert all(not isinstance(action, Delivered) for action in [*actions, *link.feed(EOT, 0)])


def test_an_enquiry_in_the_middle_begins_anew(link: HostLink) -> None:
    first, second = frames_of(RECORDS)
    link.feed(ENQ + first, 0)
    assert sent(link.feed(ENQ, 0)) == ACK
    assert sent(link.feed(first + second, 0)) == ACK * 2
    assert link.feed(EOT, 0) == [Delivered(b"first\rsecond\r")]


def test_a_message_that_never_ends_is_refused(link: HostLink) -> None:
    link.feed(ENQ, 0)
    endless = frames_of([b"x" * 1_300_000])
    answers = [sent(link.feed(next(endless), 0)) for _ in range(5_001)]
    assert answers[:5_000] == [ACK] * 5_000
    assert answers[5_000] == NAK


def test_only_one_message_may_wait(link: HostLink) -> None:
    link.send(RECORDS, 0)
    with pytest.raises(ValueError, match="waits"):
        link.send(RECORDS, 0)


def test_a_message_withdrawn_before_the_answer_is_never_sent(link: HostLink) -> None:
    link.send(RECORDS, 0)
    link.withdraw()
    assert link.feed(ACK, 0) == [Send(EOT)]
    assert link.phase is Phase.IDLE


def test_a_message_withdrawn_on_its_way_ends_with_the_frame_that_is_out(link: HostLink) -> None:
    link.send(RECORDS, 0)
    link.feed(ACK, 0)
    link.withdraw()
    assert link.send([b"next\r"], 0) == []
    assert sent(link.feed(ACK, 0)) == EOT + ENQ
    assert sent(link.feed(ACK, 0)) == next(frames_of([b"next\r"]))


def test_a_message_withdrawn_while_the_machine_is_busy_leaves_the_line_free(link: HostLink) -> None:
    link.send(RECORDS, 0)
    link.feed(NAK, 0)
    link.withdraw()
    assert link.phase is Phase.IDLE
    assert link.deadline is None


def test_a_message_withdrawn_after_a_contention_leaves_the_line_to_the_machine(link: HostLink) -> None:
    link.send(RECORDS, 0)
    link.feed(ENQ, 0)
    link.withdraw()
    assert link.send(RECORDS, 5) == []
    assert sent(link.feed(ENQ, 6)) == ACK


def test_a_machine_that_gives_up_after_a_contention_leaves_the_line_to_the_host(link: HostLink) -> None:
    link.send(RECORDS, 0)
    link.feed(ENQ, 0)
    assert sent(link.feed(EOT, 3)) == ENQ


def test_a_contention_without_a_message_ends_after_20_s(link: HostLink) -> None:
    link.send(RECORDS, 0)
    link.feed(ENQ, 0)
    link.withdraw()
    assert link.tick(20) == []
    assert link.phase is Phase.IDLE


def test_a_withdrawn_message_is_not_reported_when_its_time_is_up(link: HostLink) -> None:
    link.send(RECORDS, 0)
    link.withdraw()
    assert link.tick(15) == [Send(EOT)]
    link.send(RECORDS, 20)
    link.feed(ACK, 20)
    link.withdraw()
    assert link.tick(35) == [Send(EOT)]


@pytest.mark.parametrize("factor", [0.01, 0.1, 1])
@pytest.mark.parametrize("baud", pplis.BAUD_RATES)
def test_the_host_asks_again_only_after_a_machine_that_it_did_not_hear_has_given_up(factor: float, baud: int) -> None:
    machine = LineRate(baud, factor).link_timers()
    assert LinkTimers.fast(factor, baud).contention_wait > machine.timeout(pplis.ENQ_ANSWER_SECONDS)


def test_fast_timers_shorten_pauses_but_keep_time_outs_that_a_busy_computer_can_meet() -> None:
    timers = LinkTimers.fast(0.01, 115_200)
    assert timers.busy_wait == 0.1
    assert timers.contention_wait == pytest.approx(4 / 3)
    assert (timers.enquiry_answer, timers.frame_answer, timers.receive) == (1.0, 1.0, 1.0)
    assert LinkTimers.fast(0.01, 1_200).frame_answer > 2 * 247 * 10 / 1_200
    assert LinkTimers.fast(1, 9_600) == LinkTimers()
    assert LinkTimers.fast(0.1, 115_200).frame_answer == 1.5
