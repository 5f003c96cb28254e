"""Faults of cameras, clocks, counters, capabilities and memory: what is reported, and what is true."""

from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest

from simulator.injection import injection_of
from simulator.power import forget
from tests.support.bench import Bench


def _given(one: Bench, pouches: int = 3, number: int = 1) -> Bench:
    one.give(number, *([one.pick(1)] for _ in range(pouches)))
    return one


def _voids(one: Bench) -> list[str]:
    return [reason for _, outcome, reason in one.outcomes() if outcome == "void"]


def _at(one: Bench) -> list[datetime]:
    return [datetime.fromisoformat(entry["at"]) for entry in one.entries()]


# -- Camera ----------------------------------------------------------------------------------------------------------
def test_a_right_pouch_may_be_rejected_and_a_wrong_one_passed() -> None:
    one = Bench()
    one.inject("inspection_reject")
    _given(one, 1).wait_for("Complete")
    assert _voids(one) == ["inspection reject"]
    one.inject("inspection_miss")
    one.inject("double_unseen")
    _given(one, 1, number=2).wait_for("Complete")
    assert one.outcomes()[-1] == (0, "packed", "")
    assert one.truth()[-1]["contents"] == {"28100000001": 8}
    assert one.truth()[-1]["faults"] == ["double_unseen", "inspection_miss"]


def test_a_camera_one_pouch_behind_reads_the_neighbour() -> None:
    one = Bench()
    _given(one, 1).wait_for("Complete")
    one.inject("inspection_off_by_one")
    one.inject("double_unseen")
    _given(one, 4, number=2).wait_for("Complete")
    inspected = [(entry["fields"]["result"], entry["fields"]["read"]) for entry in one.entries("Inspected")[1:]]
    assert inspected[:3] == [("pass", "S0"), ("reject", "S0"), ("pass", "S1")]
    assert one.outcomes()[1] == (0, "packed", ""), "the wrong pouch passes, the next one is rejected"
    assert one.truth()[1]["contents"] == {"28100000001": 8}
    assert one.outcomes()[2] == (1, "void", "inspection reject")


def test_pictures_in_reverse_order_show_the_mirror_image() -> None:
    one = Bench()
    one.inject("inspection_reversed", for_pouches=0)
    _given(one, 4).wait_for("Complete")
    assert [entry["fields"]["read"] for entry in one.entries("Inspected")] == ["S3", "S2", "S1", "S0"]


# -- Clocks and counters -----------------------------------------------------------------------------------------------
def test_a_wrong_clock_orders_nothing() -> None:
    one = Bench()
    for name in ("clock_skew", "clock_back", "clock_dst", "clock_wrong_year"):
        one.inject(name)
        _given(one, 2, number=1 + int(str(one.machine.status_document()["high_water"]))).wait_for("Complete")
        one.take_back(name)
    moments = _at(one)
    assert any(later < earlier for earlier, later in pairwise(moments))
    assert min(moments).year == 2006
    assert [entry["seq"] for entry in one.entries()] == list(range(1, len(moments) + 1))
    assert _voids(one) == []


def test_another_controller_shuts_the_former_one_out() -> None:
    one = Bench()
    _given(one, 1)
    one.inject("second_controller", ahead=2)
    assert one.machine.status_document()["epoch"] == 3
    assert [code for code, _ in one.pause().reasons] == ["FENCED"]


def test_a_film_counter_of_sixteen_bits_wraps() -> None:
    one = Bench(film_bits=16, film_start=65_533)
    _given(one, 4).wait_for("Complete")
    assert [entry["fields"]["film"] for entry in one.entries("PouchClosed")] == [65_534, 65_535, 0, 1]
    assert [truth["film"] for truth in one.truth()] == [1, 2, 3, 4]
    one.cut_power()
    assert one.machine.status_document()["film"] == 1
    one.inject("film_counter_near_wrap", left=1)
    assert one.machine.status_document()["film"] == 65_534
    _given(one, 2, number=2).wait_for("Complete")
    assert one.machine.status_document()["film"] == 0


def test_a_film_counter_may_begin_anew() -> None:
    one = Bench()
    _given(one, 3).wait_for("Complete")
    one.inject("film_counter_reset")
    one.cut_power()
    assert one.entries("PowerUp")[-1]["fields"] == {"film": 0}
    _given(one, 1, number=2).wait_for("Complete")
    assert [entry["fields"]["film"] for entry in one.entries("PouchClosed")] == [1, 2, 3, 1]
    assert [truth["film"] for truth in one.truth()] == [1, 2, 3, 4]


# -- Capabilities ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "code"),
    [("charset_narrow", "UNPRINTABLE"), ("label_short", "LABEL_TOO_LARGE"), ("film_geometry", "TOO_MANY_UNITS")],
)
def test_a_machine_that_can_do_less_refuses_whole_orders(name: str, code: str) -> None:
    one = Bench()
    order = one.order(1, [one.pick(1, 8)])
    order = replace(order, pouches=(replace(order.pouches[0], lines=("Łódź and much more text than fits",)),))
    before = one.machine.capabilities_document()
    one.inject(name)
    assert one.machine.capabilities_document() != before
    codes = [code for code, _ in one.store(order).reasons]
    assert codes[0] == "WRONG_CAPABILITIES"
    assert code in codes
    one.cut_power()
    assert code in [code for code, _ in one.store(order).reasons], "also after a power cut"
    one.take_back(name)
    assert one.machine.capabilities_document() == before
    assert one.store(order).ok


def test_orders_made_for_another_film_are_given_up_at_the_pouch_boundary() -> None:
    one = Bench()
    _given(one, 5)
    _given(one, 5, number=2)
    one.wait_for("Execute")
    one.wait(300)
    one.inject("film_geometry")
    one.wait(5_000)
    assert one.order_states() == {1: "interrupted", 2: "interrupted"}
    assert one.outcomes() == [(0, "packed", "")]


# -- Slow --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "values", "least_ms"),
    [
        ("slow_machine", {"per_cent": 300}, 9_000),
        ("arm_travel", {"ms": 8_000}, 27_000),
        ("cold_heater", {"ms": 360_000}, 360_000),
    ],
)
def test_a_slow_machine_is_late_and_nothing_else(name: str, values: dict[str, int], least_ms: int) -> None:
    one = Bench()
    one.inject(name, **values)
    _given(one).wait_for("Complete")
    assert least_ms <= one.machine.now_ms <= least_ms + 5_000
    assert _voids(one) == []


# -- Power -------------------------------------------------------------------------------------------------------------
def test_a_lost_order_table_is_told_and_nothing_is_packed_again() -> None:
    one = Bench()
    order = one.order(1, *([one.pick(1)] for _ in range(4)))
    assert one.store(order).ok
    assert one.start(1).ok
    one.wait_for("Execute")
    one.wait(2_500)
    forget(one.memory, injection_of("order_table_lost", {}))
    one.cut_power()
    status = one.machine.status_document()
    assert (status["orders"], status["high_water"]) == ([], 1)
    assert [code for code, _ in one.store(order).reasons] == ["STALE_JOB"]
    assert [code for code, _ in one.start(1).reasons] == ["UNKNOWN_ORDER"]
    one.cut_power()
    assert one.machine.status_document()["orders"] == []


def test_an_older_order_table_says_less_than_the_journal() -> None:
    one = Bench()
    order = one.order(1, *([one.pick(1)] for _ in range(4)))
    assert one.store(order).ok
    assert one.start(1).ok
    one.wait_for("Complete")
    forget(one.memory, injection_of("order_table_older", {"entries": "15"}))
    one.cut_power()
    (shown,) = one.machine.status_document()["orders"]  # type: ignore[misc]  # a list
    assert shown["state"] == "interrupted"
    assert shown["closed"] < len(one.outcomes()) == 4
    assert one.store(order).ok, "the same order again is no second effect"
    assert [code for code, _ in one.start(1).reasons] == ["WRONG_STATE"]
    one.wait(60_000)
    assert len(one.outcomes()) == 4


@pytest.mark.parametrize("name", ["power_cut", "order_table_lost", "noise", "reply_lost"])
def test_what_acts_elsewhere_is_not_put_into_the_machine(name: str) -> None:
    one = Bench()
    before = one.memory.read()
    answer = one.machine.inject(injection_of(name, {}))
    assert not answer.ok
    assert "acts on the" in answer.reasons[0][1]
    assert one.memory.read() == before


def test_a_taken_back_fault_does_nothing_more() -> None:
    one = Bench()
    one.inject("double_seen", for_pouches=0)
    one.take_back("double_seen")
    one.take_back("double_seen")
    _given(one).wait_for("Complete")
    assert _voids(one) == []


def test_what_is_over_stays_over_after_a_power_cut_and_what_is_not_goes_on() -> None:
    one = Bench()
    one.inject("double_seen", for_pouches=0)
    one.inject("jam", bay=1, for_pouches=2)
    one.inject("slow_machine", for_ms=500_000)
    one.inject("arm_travel")
    one.take_back("double_seen")
    one.cut_power()
    _given(one).wait_for("Complete")
    assert _voids(one) == ["jam"], "mended when somebody came"
    assert one.machine.now_ms > 4 * 8_000, "the arm still travels"
    before = len(one.outcomes())
    one.cut_power()
    _given(one, number=2).wait_for("Complete")
    assert _voids(one) == ["jam"]
    assert len(one.outcomes()) == before + 3
    assert one.machine.now_ms < 3 * 8_000 + 3 * 1_000 + 2_000, "a fault with a time of its own is over"
