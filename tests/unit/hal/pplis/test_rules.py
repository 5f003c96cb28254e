"""The nine rules of the link, and the tests that hold each of them, on the host's side and on the machine's."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[3]
HOST = "unit/hal/pplis/test_link.py"
MACHINE = "unit/simulator/test_line_link.py"
BOTH = "property/test_lis_link.py"
GIVE_WAY = "unit/hal/pplis/test_give_way.py"
PEER = "peers/test_lis_frames.py"
RULES = {
    "1 establishment: ACK, NAK and 10 s, 15 s and EOT": [
        (HOST, "test_a_message_goes_out_frame_by_frame"),
        (HOST, "test_a_busy_machine_is_asked_again_after_10_s"),
        (HOST, "test_a_machine_that_was_busy_is_left_alone_for_10_s_whatever_comes_between"),
        (HOST, "test_no_answer_to_the_enquiry_fails_after_15_s_with_nothing_sent"),
        (MACHINE, "test_a_busy_host_is_asked_again_after_10_s"),
        (MACHINE, "test_a_busy_host_is_left_alone_for_10_s_whatever_comes_between"),
        (MACHINE, "test_no_answer_to_the_enquiry_gives_the_message_up_after_15_s"),
    ],
    "2 contention: the instrument wins after 1 s, the host waits 20 s": [
        (HOST, "test_the_host_yields_when_both_ask_and_sends_after_the_machine"),
        (HOST, "test_the_host_asks_again_20_s_after_a_contention_that_led_nowhere"),
        (HOST, "test_a_message_withdrawn_after_a_contention_leaves_the_line_to_the_machine"),
        (HOST, "test_the_host_asks_again_only_after_a_machine_that_it_did_not_hear_has_given_up"),
        (MACHINE, "test_the_machine_wins_a_contention_after_a_second"),
        (MACHINE, "test_a_host_that_asks_again_in_a_contention_is_heard"),
        (BOTH, "test_messages_pass_both_ways_in_any_chunks"),
    ],
    "3 frames: numbers from 1 modulo 8, ETB and ETX, 240 characters": [
        (HOST, "test_frame_zero_is_no_repetition_at_the_start"),
        (MACHINE, "test_a_record_longer_than_240_bytes_is_cut"),
        (PEER, "test_it_makes_the_same_frames"),
        (PEER, "test_both_sides_take_its_frames"),
    ],
    "4 checksum": [
        (MACHINE, "test_a_bad_frame_is_refused_and_the_right_one_taken"),
        (PEER, "test_all_three_refuse_the_same_changed_frames"),
    ],
    "5 replies: ACK, NAK, EOT; 15 s after EOT": [
        (HOST, "test_eot_in_place_of_ack_accepts_the_frame"),
        (HOST, "test_a_machine_that_asks_for_the_line_with_the_last_frame_has_it_for_15_s"),
        (HOST, "test_a_machine_that_asked_for_the_line_and_had_it_is_asked_at_once"),
        (GIVE_WAY, "test_an_answer_is_cut_short_by_eot_in_place_of_ack"),
        (GIVE_WAY, "test_between_two_frames_the_session_ends_and_the_next_message_goes_out"),
        (MACHINE, "test_a_host_that_answers_eot_gets_the_line_and_is_left_alone"),
        (MACHINE, "test_after_eot_from_the_host_the_machine_waits_15_s"),
    ],
    "6 repetitions are acknowledged and dropped, other numbers refused": [
        (HOST, "test_a_repeated_frame_is_acknowledged_and_dropped"),
        (HOST, "test_a_wrong_frame_number_is_refused"),
        (MACHINE, "test_repeated_frames_are_acknowledged_and_dropped"),
        (PEER, "test_a_repeated_frame_is_acknowledged_and_dropped_by_all"),
    ],
    "7 six tries, 15 s for a reply, 30 s for a frame, bytes before STX": [
        (HOST, "test_a_refused_frame_is_sent_six_times_and_then_given_up"),
        (HOST, "test_refusals_are_counted_per_frame"),
        (HOST, "test_no_answer_to_a_frame_fails_after_15_s"),
        (HOST, "test_a_message_that_stops_is_discarded_after_30_s"),
        (HOST, "test_noise_while_waiting_for_an_answer_is_ignored"),
        (MACHINE, "test_a_frame_is_sent_six_times"),
        (MACHINE, "test_refusals_of_a_message_that_was_cut_short_do_not_count_for_the_next"),
        (MACHINE, "test_an_unanswered_frame_gives_the_message_up_after_15_s"),
        (MACHINE, "test_a_message_that_stops_is_dropped_after_30_s"),
        (MACHINE, "test_a_message_is_taken_whatever_its_pieces"),
        (MACHINE, "test_enq_or_eot_in_the_middle_of_a_frame_is_heeded"),
        ("unit/hal/pplis/test_frames.py", "test_a_frame_cut_off_by_enq_or_eot_gives_way_too"),
    ],
    "8 characters that no text may hold": [
        (HOST, "test_a_character_that_no_text_may_hold_is_refused_however_right_the_sum_is"),
        (MACHINE, "test_a_character_that_no_text_may_hold_is_refused_however_right_the_sum_is"),
    ],
    "9 what the link lacks stands above it: message ids, CRC-32, heartbeat": [
        ("property/test_lis_records.py", "test_a_corrupted_message_is_believed_by_neither"),
        ("unit/hal/pplis/test_line.py", "test_fifteen_silent_seconds_end_the_line"),
        ("unit/simulator/test_line_session.py", "test_a_request_is_answered_with_its_own_id"),
        ("unit/simulator/test_line_session.py", "test_it_rings_soon_after_news_and_then_as_a_heartbeat"),
    ],
}


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_held_by_tests_that_exist(rule: str) -> None:
    for file, name in RULES[rule]:
        assert re.search(rf"^def {name}\(", (TESTS / file).read_text("utf-8"), re.MULTILINE), f"{file}: {name}"


def test_no_rule_is_without_tests() -> None:
    assert [rule[0] for rule in RULES] == list("123456789")
    assert all(RULES.values())
