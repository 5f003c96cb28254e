"""Faults of wheels, canisters, sensors and trays: what is reported, what is true, which alarm, which state."""

import pytest

from simulator.injection import injection_of
from tests.support.bench import Bench

PILL = "28100000001"
OTHER = "28100000002"


def _disturbed(name: str, *, units: int = 1, pouches: int = 3, **values: object) -> Bench:
    one = Bench()
    one.inject(name, **values)
    one.give(1, *([one.pick(1, units)] for _ in range(pouches)))
    return one


def _counts(one: Bench) -> list[int]:
    return [entry["fields"]["counted"] for entry in one.entries("Dropped")]


def _contents(one: Bench) -> list[tuple[str, object]]:
    return [(str(truth["outcome"]), truth["contents"]) for truth in one.truth()]


def _faults(one: Bench) -> list[object]:
    return [truth["faults"] for truth in one.truth()]


def test_a_stuck_pill_that_comes_loose_costs_time_only() -> None:
    one = _disturbed("pill_stuck", units=2, turns=2)
    one.wait_for("Complete")
    assert _counts(one) == [2, 2, 2]
    assert _contents(one) == [("packed", {PILL: 8})] * 3
    assert _faults(one) == [["pill_stuck"], [], []]


def test_a_pill_that_stays_stuck_holds_the_machine() -> None:
    one = _disturbed("pill_stuck", units=2)
    one.wait_for("Held")
    assert one.alarms() == ["NO_DROP"]
    assert one.outcomes() == [(0, "void", "no drop")]
    assert _counts(one) == [0]
    assert _contents(one) == [("void", {})]
    assert one.machine.bays_documents()[0]["units"] == 500
    one.wait_for("Complete")
    assert one.alarms() == []
    assert [outcome for _, outcome, _ in one.outcomes()] == ["void", "packed", "packed", "packed"]


def test_a_double_that_is_seen_voids_the_pouch_and_is_taken_off_the_stock() -> None:
    one = _disturbed("double_seen")
    one.wait_for("Complete")
    assert one.outcomes()[0] == (0, "void", "miscount")
    assert _counts(one) == [2, 1, 1, 1]
    assert _contents(one)[:2] == [("void", {PILL: 8}), ("packed", {PILL: 4})]
    assert one.machine.bays_documents()[0]["units"] == 495


def test_a_double_that_is_not_seen_is_reported_as_one() -> None:
    one = _disturbed("double_unseen")
    one.wait_for("Complete")
    assert _counts(one)[0] == 1
    # The camera of a machine without faults sees every wrong pouch.
    assert one.outcomes()[0] == (0, "void", "inspection reject")
    assert _contents(one)[0] == ("void", {PILL: 8})
    blind = Bench(camera=False)
    blind.inject("double_unseen", bay=1)
    blind.give(1, [blind.pick(1)])
    blind.wait_for("Complete")
    assert _contents(blind) == [("packed", {PILL: 8})]
    assert blind.machine.bays_documents()[0]["units"] == 499


def test_a_pill_that_jumps_lies_in_the_neighbour() -> None:
    one = Bench(camera=False)
    one.inject("jump")
    one.give(1, *([one.pick(1)] for _ in range(3)))
    one.wait_for("Complete")
    assert _counts(one) == [1, 1, 1]
    assert _contents(one) == [("packed", {}), ("packed", {PILL: 8}), ("packed", {PILL: 4})]
    assert _faults(one) == [["jump"], ["jumped_in"], []]


@pytest.mark.parametrize(("name", "counted", "quarters"), [("broken_seen", 2, 2), ("broken_unseen", 1, 2)])
def test_half_of_a_broken_pill_falls(name: str, counted: int, quarters: int) -> None:
    one = _disturbed(name)
    one.wait_for("Complete")
    assert _counts(one)[0] == counted
    assert _contents(one)[0] == ("void", {PILL: quarters})


def test_a_canister_that_is_empty_before_its_count_is_found_by_dry_turns() -> None:
    one = _disturbed("canister_empty", bay=1)
    one.wait_for("Held")
    assert one.alarms() == ["CANISTER_EMPTY"]
    assert one.outcomes() == [(0, "void", "canister empty")]
    assert one.machine.bays_documents()[0]["units"] == 0
    one.wait(one.spec.refill_ms)
    assert one.machine.bays_documents()[0]["fill_code"] == "F1-2"
    assert one.order_states() == {1: "interrupted"}


def test_a_count_that_drifts_is_known_to_nobody() -> None:
    one = Bench()
    one.inject("count_drift", bay=1, units=498)
    one.cut_power()
    one.give(1, *([one.pick(1)] for _ in range(3)))
    one.wait_for("Held")
    assert one.alarms() == ["CANISTER_EMPTY"]
    assert [outcome for _, outcome, _ in one.outcomes()] == ["packed", "packed", "void"]


def test_a_jam_names_its_bay() -> None:
    one = _disturbed("jam", bay=1)
    one.wait_for("Held")
    assert one.machine.status_document()["alarms"] == [{"code": "JAM", "detail": "bay 1"}]
    assert one.outcomes() == [(0, "void", "jam")]
    one.wait_for("Complete")
    assert _counts(one) == [0, 1, 1, 1]


def test_a_canister_that_is_pulled_stops_the_machine_before_the_next_drop() -> None:
    one = Bench()
    one.give(1, *([one.pick(1), one.pick(2)] for _ in range(3)))
    one.wait_for("Execute")
    one.wait(300)
    assert _counts(one) == [1]
    one.inject("canister_pulled", bay=2)
    assert [bay["number"] for bay in one.machine.bays_documents()] == [1]
    assert one.entries("BayChanged")[-1]["fields"] == {"bay": 2, "canister": "", "fill": "", "product": "", "units": 0}
    one.wait_for("Held")
    assert one.alarms() == ["BAY_EMPTY"]
    assert _counts(one) == [1]
    assert one.outcomes() == [(0, "void", "canister not as ordered")]
    refused = one.store(one.order(2, [one.pick(1)]))
    assert refused.ok
    one.wait_for("Complete")
    assert one.entries("BayChanged")[-1]["fields"]["canister"] == "K2"
    assert [outcome for _, outcome, _ in one.outcomes()] == ["void", "packed", "packed", "packed"]


def test_nothing_falls_from_a_canister_that_is_not_the_one_ordered() -> None:
    one = Bench()
    order = one.order(1, [one.pick(1)], [one.pick(1)])
    assert one.store(order).ok
    assert one.machine.start(1, 1, 1).ok
    one.wait_for("Execute")
    one.inject("wrong_canister", bay=1, canister="K7", product="28100000007")
    assert one.machine.bays_documents()[0]["canister_id"] == "K7"
    one.wait_for("Held")
    assert one.alarms() == ["WRONG_CANISTER_IN_BAY"]
    assert _counts(one) == []
    again = one.store(one.order(2, [one.pick(1)]))
    assert again.ok, "what is there may be ordered as what it is"
    one.wait(one.spec.clear_ms)
    assert one.machine.bays_documents()[0]["canister_id"] == "K1"
    one.wait_for("Execute")
    one.wait_for("Complete")
    assert one.order_states()[1] == "ended"


def test_a_wrong_canister_is_put_right_over_a_power_cut_and_what_was_in_the_right_one_is_kept() -> None:
    one = Bench()
    one.give(1, *([one.pick(1)] for _ in range(4)))
    one.wait_for("Complete")
    one.inject("wrong_canister", bay=1)
    one.cut_power()
    assert one.machine.bays_documents()[0]["canister_id"] == "K1"
    assert one.machine.bays_documents()[0]["units"] == 496
    one.cut_power()
    assert one.machine.bays_documents()[0]["units"] == 496


def test_a_tag_that_cannot_be_read_is_no_canister() -> None:
    one = Bench()
    order = one.order(1, [one.pick(1)])
    one.inject("tag_unreadable", bay=1)
    assert [code for code, _ in one.store(order).reasons] == ["WRONG_CANISTER"]
    one.cut_power()
    assert [bay["number"] for bay in one.machine.bays_documents()] == [2]
    one.take_back("tag_unreadable")
    assert one.store(order).ok


def test_a_running_order_stops_at_a_tag_that_is_no_more_readable() -> None:
    one = Bench()
    one.give(1, *([one.pick(1)] for _ in range(3)))
    one.wait_for("Execute")
    one.inject("tag_unreadable", bay=1)
    one.wait_for("Held")
    assert one.alarms() == ["TAG_UNREADABLE"]
    one.wait_for("Complete")
    assert one.order_states() == {1: "ended"}


def test_two_canisters_with_one_tag_are_both_refused() -> None:
    one = Bench()
    order = one.order(1, [one.pick(1)])
    one.inject("tag_cloned", bay=2, like=1)
    assert [bay["canister_id"] for bay in one.machine.bays_documents()] == ["K1", "K1"]
    assert [code for code, _ in one.store(order).reasons] == ["WRONG_CANISTER"]
    assert [code for code, _ in one.store(one.order(2, [one.pick(2)])).reasons] == ["WRONG_CANISTER"]
    one.take_back("tag_cloned")
    assert [bay["canister_id"] for bay in one.machine.bays_documents()] == ["K1", "K2"]
    assert one.store(order).ok


def test_a_canister_filled_with_another_product_looks_right() -> None:
    one = Bench(camera=False)
    one.inject("refilled_wrong", bay=1, product=OTHER)
    one.cut_power()
    one.give(1, [one.pick(1)])
    one.wait_for("Complete")
    assert one.entries("Dropped")[0]["fields"]["product"] == PILL
    assert _contents(one) == [("packed", {OTHER: 4})]


def test_a_tray_shifted_by_one_cell_looks_right() -> None:
    one = Bench(camera=False)
    one.inject("tray_shifted")
    one.give(1, [one.cell(1, 1)], [one.cell(2, 2)], [one.cell(3, 3)])
    one.wait_for("Complete")
    assert _counts(one) == [1, 2, 3]
    assert [contents["28100000003"] for _, contents in _contents(one)] == [2, 3, 1]  # type: ignore[index]  # a dict
    assert _faults(one) == [["tray_shifted"]] * 3


def test_a_cell_filled_wrong_looks_right() -> None:
    one = Bench(camera=False)
    one.inject("tray_wrong", cell=2, product=OTHER, quarters=6)
    one.give(1, [one.cell(1, 1)], [one.cell(2, 2)])
    one.wait_for("Complete")
    assert _contents(one) == [("packed", {"28100000003": 1}), ("packed", {OTHER: 6})]
    assert _faults(one) == [[], ["tray_wrong"]]


def test_a_sensor_that_sees_nothing_lets_the_wheel_turn_four_times() -> None:
    one = _disturbed("sensor_stuck_0")
    one.wait_for("Held")
    assert one.alarms() == ["NO_DROP"]
    dropped = one.entries("Dropped")[0]["fields"]
    assert (dropped["counted"], dropped["ms"]) == (0, 0)
    assert _contents(one) == [("void", {PILL: 16})]
    one.wait_for("Complete")
    assert _contents(one)[1:] == [("packed", {PILL: 4})] * 3


def test_a_sensor_that_always_sees_something_counts_what_never_fell() -> None:
    one = Bench(camera=False)
    one.inject("sensor_stuck_1", bay=1, for_pouches=2)
    one.inject("canister_empty", bay=1)
    one.give(1, *([one.pick(1)] for _ in range(2)))
    one.wait_for("Complete")
    assert _counts(one) == [1, 1]
    assert _contents(one) == [("packed", {}), ("packed", {})]
    assert all(entry["fields"]["ms"] >= 80 for entry in one.entries("Dropped"))


def test_one_pill_passes_a_sensor_that_works_in_a_few_milliseconds() -> None:
    one = _disturbed("inspection_miss", pouches=20)
    one.wait_for("Complete")
    assert all(4 <= entry["fields"]["ms"] <= 20 for entry in one.entries("Dropped"))


def test_a_noisy_sensor_counts_too_many_and_is_found_out() -> None:
    one = _disturbed("sensor_noisy", pouches=40)
    one.wait_for("Held")
    assert one.alarms() == ["SENSOR"] or one.outcomes()[-1][2] == "miscount"
    assert max(_counts(one)) > 1
    assert all(contents == {PILL: 4} for _, contents in _contents(one))


def test_dust_hides_a_pill_after_some_pouches() -> None:
    one = _disturbed("sensor_dusty", per_mille=150, pouches=30)
    one.wait_for("Held")
    assert one.alarms() == ["NO_DROP"]
    packed = [outcome for _, outcome, _ in one.outcomes()].count("packed")
    assert 3 <= packed <= 6
    assert _contents(one)[-1] == ("void", {PILL: 16})


def test_a_fault_of_a_bay_leaves_the_others_alone() -> None:
    one = Bench()
    one.inject("double_seen", bay=2, for_pouches=0)
    one.give(1, *([one.pick(1)] for _ in range(3)))
    one.wait_for("Complete")
    assert _counts(one) == [1, 1, 1]
    assert injection_of("double_seen", {"bay": "2"}).number("bay") == 2


@pytest.mark.parametrize("name", ["canister_empty", "canister_pulled", "wrong_canister", "tag_unreadable"])
def test_a_bay_that_is_not_there_is_told(name: str) -> None:
    one = Bench()
    answer = one.machine.inject(injection_of(name, {"bay": "9"}))
    assert answer.reasons == (("WRONG_STATE", f"{name}: no canister to be seen in bay 9"),)
