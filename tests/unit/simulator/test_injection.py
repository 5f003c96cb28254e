"""Faults are named and read strictly; all 32 of them are there."""

from pathlib import Path

import pytest

from simulator.injection import FAULTS, Injection, InjectionError, injection_of, taken_back
from tests.support.bench import Bench


def test_every_number_has_a_name_in_its_place() -> None:
    assert {fault.number for fault in FAULTS.values()} == set(range(1, 33))
    assert {name for name, fault in FAULTS.items() if fault.name != name} == set()
    assert {fault.number for fault in FAULTS.values() if fault.where == "wire"} == {22, 23, 24, 25, 26}
    assert {fault.number for fault in FAULTS.values() if fault.where == "power"} == {20, 21}


def test_every_fault_has_texts_of_its_own_and_known_arguments() -> None:
    danish = [fault.text_da for fault in FAULTS.values()]
    english = [fault.text_en for fault in FAULTS.values()]
    assert len(set(danish)) == len(set(english)) == len(FAULTS)
    for fault in FAULTS.values():
        assert fault.text_da
        assert fault.defaults.keys() <= fault.arguments.keys()
        assert set(fault.arguments.values()) <= {int, str}
        assert all(type(value) is fault.arguments[key] for key, value in fault.defaults.items())
        assert fault.choices.keys() <= fault.arguments.keys()


def test_values_are_read_and_defaults_stand_for_the_rest() -> None:
    injection = injection_of("pill_stuck", {"bay": "3"})
    assert (injection.number("bay"), injection.number("for_pouches"), injection.fault.number) == (3, 1, 1)
    assert injection.number("no such") == 0
    assert injection_of("clock_back", {"seconds": "-5"}).number("seconds") == -5
    assert injection_of("refilled_wrong", {"bay": "1", "product": "x"}).text("product") == "x"
    assert injection_of("jam", {}).document() == {"name": "jam", "values": {"bay": 0, "for_pouches": 1}}


def test_every_wrong_argument_is_named() -> None:
    with pytest.raises(InjectionError) as caught:
        injection_of("tag_cloned", {"bay": "one", "bays": "2", "like": "-1"})
    text = str(caught.value)
    for part in ("bay must be a whole number", "no argument 'bays'", "like must be a whole number"):
        assert part in text
    with pytest.raises(InjectionError, match="bay is missing; units is missing"):
        injection_of("count_drift", {})
    with pytest.raises(InjectionError, match="before_seal"):
        injection_of("power_cut", {"step": "later"})
    with pytest.raises(InjectionError, match="printable"):
        injection_of("refilled_wrong", {"bay": "1", "product": "a\x00b"})
    for bad in ("", "1e3", "9" * 5_000, "²", "٣", "1000000001", "--1", "-"):
        with pytest.raises(InjectionError, match="whole number"):
            injection_of("clock_back", {"seconds": bad})


def test_the_nearest_name_is_told() -> None:
    with pytest.raises(InjectionError, match="double_unseen"):
        injection_of("double_unsen", {})
    with pytest.raises(InjectionError, match="jam"):
        taken_back("no such thing at all")


def test_a_fault_is_taken_back_by_its_name() -> None:
    assert taken_back("door_open") == Injection("door_open", {}, is_over=True)
    assert taken_back("door_open").document()["over"] is True


def test_the_page_tells_of_every_fault_in_its_row() -> None:
    page = Path(__file__).parents[3] / "docs" / "how-to" / "run-the-simulator.md"
    rows = {}
    for line in page.read_text(encoding="utf-8").splitlines():
        cells = line.split("|")
        if len(cells) == 7 and cells[1].strip().isdecimal():
            rows[int(cells[1])] = cells[2]
    assert rows.keys() == set(range(1, 33))
    assert [fault.name for fault in FAULTS.values() if f"`{fault.name}`" not in rows[fault.number]] == []


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("jam", {"bay": "9"}),
        ("sensor_dusty", {"bay": "9"}),
        ("canister_empty", {"bay": "0"}),
        ("tag_cloned", {"bay": "1", "like": "9"}),
    ],
)
def test_a_fault_for_a_bay_that_is_not_there_is_refused_and_does_nothing(name: str, values: dict[str, str]) -> None:
    one = Bench()
    lines = list(one.memory.lines)
    answer = one.machine.inject(injection_of(name, values))
    assert [code for code, _ in answer.reasons] == ["WRONG_STATE"]
    assert f"bay {min(values.values(), key=lambda bay: bay == '1')}" in answer.reasons[0][1]
    assert list(one.memory.lines) == lines
