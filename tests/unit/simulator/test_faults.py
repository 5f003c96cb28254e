"""Faults come as often as their profile says, and the sensor sees what it says."""

import json
import math
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hal.wire.words import PACKED
from simulator.canister import Bays, Canister
from simulator.dice import Dice
from simulator.drop import RETRIES, Drop, Dropper
from simulator.faults import NOMINAL, NONE, PROFILES, STRESS, STRESS_CAP, VISIBLE, FaultProfile
from simulator.inspection import PASS, verdict
from simulator.logbook import Logbook
from simulator.memory import InMemory
from simulator.mishaps import Mishaps
from simulator.orders import BayPick
from simulator.sealer import LOWEST_DC, Sealer
from tests.support.bench import Bench

PILLS = 60_000


def _within(count: int, trials: int, rate: float) -> bool:
    """Tell whether a count lies within five standard deviations of a binomial."""
    spread = math.sqrt(trials * rate * (1 - rate))
    return abs(count - trials * rate) <= 5 * spread + 1


def _log() -> Logbook:
    return Logbook(InMemory(), "boot", 1, datetime(2026, 1, 5, tzinfo=UTC))


def _drops(profile: FaultProfile, units: int, drops: int) -> list[Drop]:
    log = _log()
    canister = Canister(1, "K1", "F1", "p", 10**9, 10**9, 10**9)
    dropper = Dropper(Bays(log, Dice(3), 0.0, [canister]), profile, Dice(3), Mishaps(log), {})
    return [dropper.drop(BayPick(1, "K1", "F1", "p", units), film, 0) for film in range(drops)]


def test_dice_are_even_and_repeat() -> None:
    draws = [Dice(1).unit(place, 402, index) for place in range(200) for index in range(50)]
    buckets = Counter(int(draw * 10) for draw in draws)
    assert all(_within(buckets[bucket], len(draws), 0.1) for bucket in range(10))
    assert len(set(draws)) == len(draws)
    assert draws[:50] == [Dice(1).unit(0, 402, index) for index in range(50)]
    assert draws[0] != Dice(2).unit(0, 402)
    assert {Dice(1).between(3, 5, place, 1) for place in range(100)} == {3, 4, 5}


def test_one_pill_goes_wrong_as_often_as_published() -> None:
    """8.5e-4 in all, but a broken pill counted as two or one splits evenly; told by what fell and what was counted."""
    profile = replace(STRESS, sensor_per_pill=0.0)
    drops = _drops(profile, 1, PILLS)
    seen = Counter((drop.counted, drop.quarters, drop.spilled_quarters) for drop in drops)
    jams = PILLS * profile.jam_per_drop
    pills = round(PILLS - jams)
    assert _within(seen[2, 8, 0], pills, profile.double_seen_per_pill)
    assert _within(seen[1, 8, 0], pills, profile.double_unseen_per_pill)
    assert _within(seen[1, 0, 4], pills, profile.jump_per_pill)
    assert _within(seen[2, 2, 0], pills, profile.broken_per_pill / 2)
    assert _within(seen[1, 2, 0], pills, profile.broken_per_pill / 2)
    assert _within(seen[0, 0, 0], PILLS, profile.jam_per_drop + profile.stuck_per_pill / 4**RETRIES)
    stuck = sum("pill_stuck" in drop.faults for drop in drops)
    assert _within(stuck, pills, profile.stuck_per_pill)
    # A pill that jumps spoils two pouches.
    rates = [rate for rate, _ in NOMINAL.pill_table()][-2], NOMINAL.jump_per_pill
    assert math.isclose(sum(rates), 8.5e-4)


def test_nothing_goes_wrong_without_faults() -> None:
    drops = _drops(NONE, 3, 500)
    assert {(drop.counted, drop.quarters, drop.is_jammed, drop.is_short, drop.is_empty) for drop in drops} == {
        (3, 12, False, False, False)
    }
    assert [drop.left for drop in drops] == [drop.units for drop in drops] == list(range(10**9 - 3, 10**9 - 1_503, -3))
    assert all(160 < drop.ms < 300 for drop in drops)


def test_visible_faults_are_always_counted() -> None:
    drops = _drops(VISIBLE, 2, 20_000)
    assert all(drop.quarters == 4 * drop.counted for drop in drops)
    assert any(drop.is_short for drop in drops)
    assert any(drop.counted == 3 for drop in drops)
    assert (VISIBLE.camera_miss, VISIBLE.camera_false_reject, VISIBLE.tray_shift_per_tray) == (0, 0, 0)


def test_stress_is_a_hundred_times_nominal_up_to_the_cap() -> None:
    assert STRESS.stuck_per_pill == pytest.approx(100 * NOMINAL.stuck_per_pill)
    assert STRESS.camera_miss == STRESS.camera_false_reject == STRESS_CAP
    assert all(sum(limit <= 1 for limit, _ in profile.pill_table()) <= 7 for profile in PROFILES.values())


def test_the_camera_misses_and_rejects_as_published() -> None:
    trials = 50_000
    missed = sum(verdict(NOMINAL, Dice(1), film, right=False) == PASS for film in range(trials))
    rejected = sum(verdict(NOMINAL, Dice(1), film, right=True) != PASS for film in range(trials))
    assert _within(missed, trials, 1 - 0.9592)
    assert _within(rejected, trials, 0.0369)


def test_seals_are_cold_as_often_as_the_profile_says() -> None:
    sealer = Sealer(STRESS, Dice(4), 5_000, Mishaps(_log()))
    assert sealer.warm_up(0) == 5_000
    cold = sum(sealer.temperature(film, 10_000 + film) < LOWEST_DC for film in range(40_000))
    assert _within(cold, 40_000, STRESS.seal_low_per_pouch)


def test_the_heater_warms_up_and_cools_down_as_heat_does() -> None:
    sealer = Sealer(NONE, Dice(4), 5_000, Mishaps(_log()))
    assert sealer.temperature(1, 0) < 250
    assert sealer.warm_up(0) == 5_000
    assert 900 < sealer.temperature(1, 1_500) < sealer.temperature(1, 3_000) < 1_400 < sealer.temperature(1, 5_000)
    assert sealer.warm_up(20_000) == 0
    sealer.switch_off(20_000)
    assert 1_300 < sealer.temperature(1, 25_000) < 1_400
    assert sealer.temperature(1, 30_000) < LOWEST_DC
    assert 0 < sealer.warm_up(30_000) < 5_000
    sealer.switch_off(40_000)
    assert sealer.warm_up(40_000 + 3_600_000) == 5_000


def test_a_shifted_tray_shows_only_in_the_truth(monkeypatch: pytest.MonkeyPatch) -> None:
    profile = FaultProfile(tray_shift_per_tray=1.0, camera_miss=1.0)
    monkeypatch.setattr("simulator.machine.PROFILES", {"none": profile})
    one = Bench()
    one.give(1, [one.cell(1, 1)], [one.cell(2, 2)], [one.cell(3, 3)])
    one.wait_for("Complete")
    assert [entry["fields"]["counted"] for entry in one.entries("Dropped")] == [1, 2, 3]
    assert [truth["contents"] for truth in one.truth()] == [{"28100000003": n} for n in (2, 3, 1)]
    assert {outcome for _, outcome, _ in one.outcomes()} == {PACKED}


def test_a_pill_that_jumps_lies_in_the_next_pouch_even_after_a_power_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    profile = FaultProfile(jump_per_pill=1.0, camera_miss=1.0)
    monkeypatch.setattr("simulator.machine.PROFILES", {"none": profile})
    one = Bench()
    one.give(1, [one.pick(1)])
    one.wait_for("Complete")
    assert one.truth()[0]["contents"] == {}
    one.cut_power()
    one.give(2, [])
    one.wait_for("Complete")
    assert one.truth()[1]["contents"] == {"28100000001": 4}


def test_a_count_drifts_within_two_per_cent() -> None:
    one = Bench(profile="nominal", seed=3)
    lefts = [canister.left for canister in one.machine._bays._canisters.values()]
    assert all(490 <= left <= 510 for left in lefts)
    assert lefts != [500, 500]


def _with(monkeypatch: pytest.MonkeyPatch, **rates: float) -> Bench:
    monkeypatch.setattr("simulator.machine.PROFILES", {"none": FaultProfile(**rates)})
    return Bench()


@pytest.mark.parametrize(
    ("rate", "fault", "alarm", "reason"),
    [
        ("print_blank_per_pouch", "print_blank", "PRINT_UNREADABLE", "print unreadable"),
        ("splice_per_pouch", "film_splice", "FILM_OUT", "film splice"),
        ("take_up_per_pouch", "take_up_full", "TAKE_UP_FULL", ""),
        ("cutter_per_pouch", "cutter", "", ""),
    ],
)
def test_a_pouch_is_spoiled_by_chance(
    monkeypatch: pytest.MonkeyPatch, rate: str, fault: str, alarm: str, reason: str
) -> None:
    one = _with(monkeypatch, **{rate: 1.0})
    one.give(1, [one.pick(1)], [one.pick(1)])
    one.wait(4_000)
    assert one.alarms() == ([alarm] if alarm else [])
    assert all(truth["faults"] == [fault] for truth in one.truth())
    assert {why for _, _, why in one.outcomes()} == {reason}
    assert len(one.outcomes()) == {"print unreadable": 3, "film splice": 3}.get(reason, 1 if alarm else 2)


def test_a_refill_may_bring_the_wrong_product_or_the_wrong_canister(monkeypatch: pytest.MonkeyPatch) -> None:
    one = _with(monkeypatch, refilled_wrong_per_refill=1.0, wrong_canister_per_refill=1.0, camera_miss=1.0)
    one.inject("canister_empty", bay=1)
    one.give(1, [one.pick(1)])
    one.wait_for("Held")
    one.wait(one.spec.refill_ms)
    assert one.machine.bays_documents()[0]["canister_id"] == "K1-other"
    one.wait(one.spec.refill_ms)
    assert one.machine.bays_documents()[0]["canister_id"] == "K1"
    one.give(2, [one.pick(1)])
    one.wait_for("Execute")
    one.wait_for("Complete")
    assert one.entries("Dropped")[-1]["fields"]["product"] == "28100000001"
    assert one.truth()[-1]["contents"] == {"28100000099": 4}


def test_a_sensor_goes_out_of_order_by_chance_and_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = set()
    for seed in range(12):
        one = _with(monkeypatch, sensor_per_pill=1.0)
        one.spec = replace(one.spec, seed=seed)
        one.memory.lines.clear()
        one.cut_power()
        one.give(1, [one.pick(1)])
        one.wait(2_000)
        kinds |= {json.loads(line)["note"]["inject"]["name"] for line in one.memory.lines if '"inject":' in line}
    assert kinds == {"sensor_stuck_0", "sensor_stuck_1", "sensor_noisy", "sensor_dusty"}
