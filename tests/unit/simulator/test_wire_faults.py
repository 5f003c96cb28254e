"""What may go wrong on a wire: every fault of numbers 22 to 26, seeded, with an end."""

import random

import pytest

from simulator.injection import FAULTS, injection_of, taken_back
from simulator.ports.wire_faults import TO_HOST, TO_MACHINE, WireFaults, noisy


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def faults(time: Time) -> WireFaults:
    return WireFaults(5, time)


def begin(faults: WireFaults, name: str, **values: int) -> None:
    faults.inject(injection_of(name, {key: str(value) for key, value in values.items()}))


def passed(faults: WireFaults, data: bytes, direction: str = TO_HOST) -> bytes:
    pipe = faults.pipe(direction)
    pipe.put(data)
    return pipe.take()


def test_without_a_fault_every_byte_passes_at_once(faults: WireFaults) -> None:
    pipe = faults.pipe(TO_HOST)
    pipe.put(bytes(range(256)))
    assert pipe.take() == bytes(range(256))
    assert pipe.wake() is None


def test_noise_hits_as_many_bytes_as_it_says() -> None:
    data = bytes(1_000_000)
    result = noisy(data, 1_000, random.Random(1))
    hits = sum(byte != 0 for byte in result) + abs(len(result) - len(data))
    assert 300 < hits < 1_000
    assert noisy(data, 0, random.Random(1)) == data


def test_noise_repeats_from_its_seed_and_differs_from_connect_to_connect() -> None:
    data = bytes(range(256)) * 20
    runs = []
    for _ in range(2):
        faults = WireFaults(9, Time())
        begin(faults, "noise", per_million=5_000)
        runs.append([passed(faults, data) for _ in range(3)])
    assert runs[0] == runs[1]
    assert len({bytes(one) for one in runs[0]}) == 3


def test_noise_ends_when_its_time_is_over_or_when_it_is_taken_back(faults: WireFaults, time: Time) -> None:
    data = bytes(5_000)
    begin(faults, "noise", per_million=100_000, for_ms=2_000)
    assert passed(faults, data) != data
    time.now = 2.0
    assert passed(faults, data) == data
    begin(faults, "noise", per_million=100_000)
    time.now = 1e6
    assert passed(faults, data) != data
    faults.inject(taken_back("noise"))
    assert passed(faults, data) == data


def test_one_shot_faults_hit_once_each_time(faults: WireFaults) -> None:
    data = bytes(range(100))
    begin(faults, "bytes_lost", times=2)
    assert [len(passed(faults, data)) for _ in range(3)] == [99, 99, 100]
    begin(faults, "bytes_doubled")
    doubled = passed(faults, data)
    assert len(doubled) == 101
    assert len(set(doubled)) == 100
    begin(faults, "bytes_swapped")
    swapped = passed(faults, data)
    assert sorted(swapped) == list(data)
    assert sum(one != other for one, other in zip(swapped, data, strict=True)) == 2
    begin(faults, "garbage", bytes=64)
    garbled = passed(faults, data)
    assert garbled.endswith(data)
    assert len(garbled) == 164
    assert passed(faults, data) == data


def test_a_cut_and_a_half_open_line_swallow_both_ways_until_they_end(faults: WireFaults, time: Time) -> None:
    for name in ("cut", "half_open"):
        begin(faults, name, for_ms=1_000)
        assert passed(faults, b"x", TO_HOST) == b""
        assert passed(faults, b"x", TO_MACHINE) == b""
        assert faults.is_cut is (name == "cut")
        time.now += 1.0
        assert passed(faults, b"x") == b"x"


def test_cut_and_reset_end_connections_and_tell_so(faults: WireFaults) -> None:
    told: list[int] = []
    faults.changed.append(lambda: told.append(faults.resets))
    begin(faults, "reset")
    begin(faults, "cut")
    begin(faults, "noise")
    assert told == [1, 2, 2]


def test_a_stalled_line_delivers_everything_later_in_order(faults: WireFaults, time: Time) -> None:
    pipe = faults.pipe(TO_HOST)
    begin(faults, "stall", for_ms=1_000)
    pipe.put(b"one")
    pipe.put(b"two")
    assert pipe.take() == b""
    assert pipe.wake() == 1.0
    time.now = 1.0
    assert pipe.take() == b"onetwo"


@pytest.mark.parametrize("rate", [1, 50, 10_000])
def test_a_slow_line_carries_so_many_bytes_a_second(faults: WireFaults, time: Time, rate: int) -> None:
    pipe = faults.pipe(TO_HOST)
    begin(faults, "slow", bytes_per_second=rate)
    data = bytes(range(256)) * 200
    pipe.put(data)
    arrived = b""
    while time.now < 4.0:
        arrived += pipe.take()
        wake = pipe.wake()
        time.now = min(4.0, wake) if wake is not None else 4.0
    assert data.startswith(arrived)
    assert abs(len(arrived) - 4 * rate) <= max(2, rate * 0.03)


def test_old_bytes_come_again_after_the_next_connect(faults: WireFaults) -> None:
    passed(faults, b"first", TO_HOST)
    passed(faults, b"asked", TO_MACHINE)
    assert faults.connected() == {TO_HOST: b"", TO_MACHINE: b""}
    begin(faults, "replay_old", bytes=3)
    assert faults.connected() == {TO_HOST: b"rst", TO_MACHINE: b"ked"}
    assert faults.connected() == {TO_HOST: b"", TO_MACHINE: b""}


def test_bells_are_lost_doubled_and_out_of_order(faults: WireFaults) -> None:
    assert faults.rings(1) == (1,)
    begin(faults, "bell_lost")
    assert faults.rings(2) == ()
    begin(faults, "bell_doubled")
    assert faults.rings(3) == (3, 3)
    begin(faults, "bell_reordered")
    assert faults.rings(4) == ()
    assert faults.rings(5) == (5, 4)
    assert faults.rings(6) == (6,)


def test_replies_are_lost_as_often_as_asked(faults: WireFaults) -> None:
    begin(faults, "reply_lost", times=2)
    assert [faults.loses_reply() for _ in range(3)] == [True, True, False]


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.where == "wire"])
def test_every_fault_of_a_wire_is_taken_and_taken_back(faults: WireFaults, name: str) -> None:
    faults.inject(injection_of(name, {}))
    faults.inject(taken_back(name))
    assert passed(faults, b"abc") == b"abc"
    assert faults.rings(1) == (1,)
    assert not faults.loses_reply()


def test_a_fault_of_the_machine_is_none_of_the_wire(faults: WireFaults) -> None:
    with pytest.raises(ValueError, match="no fault of a wire"):
        faults.inject(taken_back("jam"))
