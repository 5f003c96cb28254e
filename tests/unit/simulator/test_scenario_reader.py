"""A scenario file is read whole or not at all, and every problem is told with the nearest name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.scenario import ScenarioError
from simulator.scenario_files import UnknownScenarioError, find, load, shipped
from simulator.scenario_keys import TOP
from simulator.scenario_reader import scenario_of

GOOD = """
title = { da = "Dag", en = "Day" }
[[order]]
name = "roll"
pouches = 2
pick = [{ bay = 1, units = 1 }]
[[step]]
do = "give"
order = "roll"
[expect]
packed = ["1-2"]
"""


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(ScenarioError) as caught:
        scenario_of("x", text)
    return caught.value.problems


def test_a_short_scenario_has_a_machine_and_defaults() -> None:
    read = scenario_of("day", GOOD)
    assert (read.name, read.wire, read.machine.id, len(read.machine.bays)) == ("day", "none", "machine-1", 3)
    assert read.orders[0].number == 1
    assert read.expected.packed == {"roll": (1, 2)}
    assert read.expected.void is None
    assert len(read.digest) == 64


BAD = """
title = { da = "Dag" }
profil = "none"
seed = "7"
wire = "serail"
machine = { cammera = true }
[[order]]
name = "roll"
pouches = 0
pick = [{ bay = 1, quarters = 2 }, { units = 1 }]
[[step]]
do = "gvie"
[[step]]
do = "give"
order = "rol"
[[step]]
do = "inject"
fault = "jm"
with = { bay = 1 }
[[step]]
do = "inject"
fault = "jam"
with = { bey = 1 }
[[step]]
do = "wait"
state = "Runing"
[[step]]
do = "wait"
pouch = 1
[expect]
alarms = ["JAMM"]
orders = { rol = "ended" }
kinds = ["Droped"]
void = [{ pouch = 1 }]
link = { naks = 1 }
"""


def test_all_problems_are_told_at_once() -> None:
    told = "\n".join(problems(BAD))
    for part in (
        "title must be a table with `da` and `en`",
        "unknown key 'profil'; nearest: profile",
        "seed must be a whole number, not '7'",
        "wire cannot be 'serail'; nearest: serial",
        "machine: unknown key 'cammera'; nearest: camera",
        "order 1: pouches must be at least 1, not 0",
        "order 1, pick 1: units is missing",
        "order 1, pick 1: quarters is not for a bay",
        "order 1, pick 2: product is missing",
        "step 1: do cannot be 'gvie'; nearest: give",
        "step 2: no order 'rol'; nearest: roll",
        "step 3: no fault 'jm'; nearest: jam",
        "step 4: jam: no argument 'bey'",
        "step 5: state cannot be 'Runing'",
        "step 6: wait needs one of state, kind, order, alarm, ms",
        "step 6: pouch needs kind",
        "expect: no alarm 'JAMM'; nearest: JAM",
        "expect: no order 'rol'; nearest: roll",
        "expect: no kind of entry 'Droped'; nearest: Dropped",
        "expect, void 1: reason is missing",
        "expect: no count of the link 'naks'",
    ):
        assert part in told


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("title =", "title"), "not TOML"),
        (('packed = ["1-2"]', "packed = { other = [1] }"), "no order 'other'; known: roll"),
        (('order = "roll"\n[expect]', "[expect]"), "order is missing"),
        (
            ("[[step]]", '[[order]]\nname = "roll"\npouches = 1\npick = [{ bay = 1, units = 1 }]\n[[step]]'),
            "another order",
        ),
        (("[expect]", "[machine]\nid = 7\n[expect]"), "machine: id must be str, not 7"),
        (("[expect]", '[machine]\nfleet = "f.toml"\nid = "a"\n[expect]'), "no [[machine]] in it"),
        (("[expect]", "fault = 1\n[expect]"), "unknown key 'fault'"),
    ],
)
def test_what_is_wrong_is_told(change: tuple[str, str], says: str) -> None:
    assert any(says in one for one in problems(GOOD.replace(*change)))


def test_a_machine_may_stand_in_a_fleet_file() -> None:
    fleet = '[[machine]]\nid = "a"\nwire = "serial"\nwhere = "pty:x"\nseed = 9\ncamera = false\n'
    text = GOOD.replace("[expect]", '[machine]\nfleet = "fleet.toml"\nid = "a"\n[expect]')
    read = scenario_of("x", "profile = 'stress'\n" + text, {"fleet.toml": fleet}.__getitem__)
    assert (read.machine.id, read.machine.seed, read.machine.profile, read.machine.camera) == ("a", 9, "stress", False)


def test_a_fleet_file_that_cannot_be_read_is_told() -> None:
    def fetch(name: str) -> str:
        raise FileNotFoundError(2, "No such file or directory", name)

    text = GOOD.replace("[expect]", '[machine]\nfleet = "fleet.toml"\nid = "a"\n[expect]')
    with pytest.raises(ScenarioError, match=r"fleet.toml cannot be read"):
        scenario_of("x", text, fetch)


def test_the_nearest_shipped_scenario_is_named() -> None:
    assert find("07-jam").stem == "07-jam"
    with pytest.raises(UnknownScenarioError, match="nearest: 07-jam"):
        find("07-jm")


def test_shipped_scenarios_are_found() -> None:
    assert len(shipped()) > 32
    assert load(shipped()[0]).title.da


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from([key.name for key in TOP]),
)
def test_no_value_is_more_than_a_problem(value: object, key: str) -> None:
    """Whatever stands behind a key, the reader tells problems and never fails otherwise."""
    import json  # noqa: PLC0415
    import tomllib  # noqa: PLC0415

    def toml(one: object) -> str:
        if isinstance(one, dict):
            return "{ " + ", ".join(f"{json.dumps(name)} = {toml(item)}" for name, item in one.items()) + " }"
        if isinstance(one, list):
            return "[" + ", ".join(map(toml, one)) + "]"
        return '""' if one is None else json.dumps(one)

    text = f"{key} = {toml(value)}"
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert problems(text)
