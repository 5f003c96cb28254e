"""Faults of heat, print, film and doors: what is reported, what is true, which alarm, which state."""

import pytest

from tests.support.bench import Bench


def _given(one: Bench, pouches: int = 3, number: int = 1) -> Bench:
    one.give(number, *([one.pick(1)] for _ in range(pouches)))
    return one


def _voids(one: Bench) -> list[str]:
    return [reason for _, outcome, reason in one.outcomes() if outcome == "void"]


def _faults(one: Bench) -> list[object]:
    return [truth["faults"] for truth in one.truth()]


# -- Seal ------------------------------------------------------------------------------------------------------------
def test_one_cold_seal_voids_its_pouch() -> None:
    one = Bench()
    one.inject("seal_cold")
    _given(one).wait_for("Complete")
    assert _voids(one) == ["seal temperature"]
    assert one.entries("Sealed")[0]["fields"]["temperature_dc"] < 1_300
    assert _faults(one)[0] == ["seal_cold"]


def test_an_open_heater_goes_cold_slowly_and_every_pouch_since_is_void() -> None:
    one = Bench(warm_up_ms=5_000)
    _given(one, 30)
    one.wait_for("Execute")
    one.inject("heater_open")
    one.wait_for("Held")
    assert one.alarms() == ["HEATER"]
    heat = [entry["fields"]["temperature_dc"] for entry in one.entries("Sealed")]
    assert len(heat) > 3
    assert [level >= 1_300 for level in heat] == [True] * (len(heat) - 1) + [False]
    assert _voids(one) == ["seal temperature"]
    one.wait_for("Execute")
    assert one.entries("Sealed")[-1]["fields"]["temperature_dc"] < 1_300, "warm again before it seals again"
    one.wait_for("Complete")
    assert _voids(one) == ["seal temperature"]


def test_a_heater_that_drifts_is_found_by_its_temperature() -> None:
    one = Bench()
    one.inject("heater_drift", tenths=40)
    _given(one, 10).wait_for("Held")
    assert one.alarms() == ["HEATER"]
    heat = [entry["fields"]["temperature_dc"] for entry in one.entries("Sealed")]
    assert heat[0] > heat[2] > heat[-1]
    assert heat[-1] < 1_300
    one.wait_for("Complete")
    assert _voids(one) == ["seal temperature"]


# -- Print -----------------------------------------------------------------------------------------------------------
def test_no_label_is_printed_without_ribbon() -> None:
    one = Bench()
    one.inject("ribbon_out")
    assert one.machine.status_document()["consumables"][1]["left"] == 0  # type: ignore[index]  # a list
    _given(one).wait_for("Held")
    assert one.alarms() == ["RIBBON_OUT"]
    assert one.entries("Printed") == []
    assert one.truth()[0]["print"] == ""
    one.wait_for("Complete")
    assert _voids(one) == ["ribbon out"]
    assert one.entries("Consumable")[0]["fields"] == {"kind": "ribbon", "left": 20_000}


def test_a_ribbon_ends_by_use_also_over_power_cuts() -> None:
    one = Bench(ribbon_prints=5)
    _given(one, 3).wait_for("Complete")
    one.cut_power()
    _given(one, 3, number=2).wait_for("Held")
    assert one.alarms() == ["RIBBON_OUT"]
    assert len(one.entries("Printed")) == 5


@pytest.mark.parametrize("name", ["print_blank", "print_partial"])
def test_a_bad_print_is_reported_as_good_and_cannot_be_read(name: str) -> None:
    one = Bench()
    one.inject(name)
    _given(one).wait_for("Complete")
    printed = [entry["fields"]["digest"] for entry in one.entries("Printed")]
    assert printed[0] == printed[1], "the machine believes that it printed what was ordered"
    assert [entry["fields"]["read"] for entry in one.entries("Inspected")] == ["", "S0", "S1", "S2"]
    assert _voids(one) == ["print unreadable"]
    assert (one.truth()[0]["symbol"], one.truth()[0]["print"]) == ("", name)


def test_a_bad_print_is_packed_where_nobody_looks() -> None:
    one = Bench(camera=False)
    one.inject("print_blank")
    _given(one, 1).wait_for("Complete")
    assert one.outcomes() == [(0, "packed", "")]
    assert one.truth()[0]["symbol"] == ""


def test_a_dead_dot_spoils_some_symbols_and_calls_for_help() -> None:
    one = Bench()
    one.inject("print_dead_dot")
    _given(one, 40).wait_for("Complete")
    reads = [entry["fields"]["read"] == "" for entry in one.entries("Inspected")]
    assert 2 <= sum(reads) <= 25
    assert set(_voids(one)) == {"print unreadable"}
    prints = [str(truth["print"]) for truth in one.truth()]
    assert prints == sorted(prints, reverse=True), "dead until somebody comes for three spoiled films in a row"
    assert "print_dead_dot" in prints


# -- Film ------------------------------------------------------------------------------------------------------------
def test_film_that_is_out_is_changed_between_two_pouches() -> None:
    one = Bench()
    _given(one)
    one.wait_for("Execute")
    one.wait(300)
    one.inject("film_out")
    one.wait_for("Held")
    assert one.alarms() == ["FILM_OUT"]
    assert one.outcomes() == [(0, "packed", "")]
    assert [code for code, _ in one.store(one.order(2, [one.pick(1)])).reasons] == ["NO_FILM"]
    one.wait_for("Complete")
    assert _voids(one) == []
    assert [entry["fields"] for entry in one.entries("FilmChanged")] == [
        {"event": "out", "film": 1},
        {"event": "roll", "film": 1},
    ]
    assert one.machine.status_document()["consumables"][0]["left"] == 1_000_000 - 2 * 80  # type: ignore[index]  # a list


def test_film_ends_by_use_also_over_power_cuts() -> None:
    one = Bench(film_metres=1)
    _given(one, 8).wait_for("Complete")
    one.cut_power()
    assert one.machine.status_document()["consumables"][0]["left"] == 1_000 - 8 * 80  # type: ignore[index]  # a list
    _given(one, 8, number=2).wait_for("Held")
    assert one.alarms() == ["FILM_OUT"]
    assert len(one.outcomes()) == 12
    one.wait_for("Execute")
    one.cut_power()
    assert one.machine.status_document()["consumables"][0]["left"] == 1_000 - 80  # type: ignore[index]  # a list


def test_somebody_comes_for_film_that_is_out_also_when_nothing_is_packed() -> None:
    one = Bench(film_metres=1)
    _given(one, 12).wait_for("Complete")
    assert one.alarms() == ["FILM_OUT"]
    assert [code for code, _ in one.store(one.order(2, [one.pick(1)])).reasons] == ["NO_FILM"]
    one.cut_power()
    assert one.alarms() == ["FILM_OUT"]
    one.wait(one.spec.clear_ms)
    assert one.alarms() == []
    assert one.store(one.order(2, [one.pick(1)])).ok


def test_the_pouch_on_a_splice_is_void() -> None:
    one = Bench()
    one.inject("film_splice")
    _given(one).wait_for("Complete")
    assert _voids(one) == ["film splice"]
    assert one.entries("FilmChanged")[0]["fields"] == {"event": "splice", "film": 1}


def test_a_roll_that_somebody_swaps_is_told() -> None:
    one = Bench()
    one.inject("roll_swapped", metres=50)
    _given(one, 1).wait_for("Complete")
    assert _voids(one) == []
    assert one.entries("FilmChanged")[0]["fields"] == {"event": "roll", "film": 0}
    assert one.entries("Consumable")[0]["fields"] == {"kind": "film", "left": 50_000}


def test_a_cutter_that_fails_holds_the_machine_after_the_pouch() -> None:
    one = Bench()
    one.inject("cutter")
    _given(one).wait_for("Held")
    assert one.alarms() == ["CUTTER"]
    assert one.outcomes() == [(0, "packed", "")]
    assert _faults(one) == [["cutter"]]
    one.wait_for("Complete")


def test_a_full_take_up_suspends_and_goes_on_by_itself_when_it_is_emptied() -> None:
    one = Bench()
    _given(one)
    one.wait_for("Execute")
    one.inject("take_up_full", for_ms=90_000)
    one.wait_for("Suspended")
    assert one.alarms() == ["TAKE_UP_FULL"]
    assert one.order_states() == {1: "held"}
    one.wait(80_000)
    assert one.machine.state == "Suspended"
    one.wait_for("Complete")
    assert _voids(one) == []


# -- Doors -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "code", "reason"),
    [("door_open", "DOOR_OPEN", "door open"), ("emergency_stop", "EMERGENCY_STOP", "emergency stop")],
)
def test_a_door_or_an_emergency_stop_aborts_at_once(name: str, code: str, reason: str) -> None:
    one = Bench()
    _given(one)
    one.wait_for("Execute")
    one.wait(500)
    one.inject(name)
    assert one.machine.state == "Aborting"
    assert one.outcomes() == [(0, "void", reason)]
    assert one.order_states() == {1: "interrupted"}
    one.wait_for("Aborted")
    assert one.alarms() == [code]
    refused = one.machine.command("Clear")
    assert refused.reasons == (("WRONG_STATE", f"an alarm stands: {code}"),)
    one.wait(one.spec.clear_ms)
    assert one.alarms() == []
    assert one.machine.command("Clear").ok
