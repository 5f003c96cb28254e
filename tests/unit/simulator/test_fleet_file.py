"""The fleet file: every machine as written, or one clear line."""

import pytest

from simulator.spec import BaySpec, FleetError, MachineSpec, find, fleet_of

GOOD = """
[[machine]]
id = "packer-1"
wire = "serial"
where = "pty:/tmp/x"
seed = 7
profile = "visible"
pouches_per_minute = 45
[[machine.bay]]
number = 2
canister = "K2"
fill = "F2"
product = "28100000002"
units = 300
[[machine]]
id = "packer-2"
"""


def test_machines_are_as_written() -> None:
    first, second = fleet_of(GOOD)
    assert first == MachineSpec(
        "packer-1",
        (BaySpec(2, "K2", "F2", "28100000002", 300),),
        wire="serial",
        where="pty:/tmp/x",
        seed=7,
        profile="visible",
        pouches_per_minute=45,
    )
    assert second == MachineSpec("packer-2")


def test_an_unknown_machine_names_the_nearest() -> None:
    with pytest.raises(FleetError, match=r"no machine 'paker-1'.*packer-1"):
        find(fleet_of(GOOD), "paker-1")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no \\[\\[machine"),
        ("[machine", "not TOML"),
        ("machine = 1", "no \\[\\[machine"),
        ("[[machine]]", "machine 1: no id"),
        ("machine = [1]", "machine 1 is not a table"),
        ('[[machine]]\nid = "a"\nspeed = 1', "unknown key 'speed'"),
        ('[[machine]]\nid = "a"\nbays = 1', "unknown key 'bays'"),
        ('[[machine]]\nid = "a"\nseed = true', "seed must be int"),
        ('[[machine]]\nid = "a"\nseed = "1"', "seed must be int"),
        ('[[machine]]\nid = "a"\nwire = "usb"', "wire must be one of"),
        ('[[machine]]\nid = "a"\nprofile = "x"', "profile must be one of"),
        ('[[machine]]\nid = "a"\nqueue_depth = 1', "queue_depth must be at least 2"),
        ('[[machine]]\nid = "../a"', "folder name"),
        ('[[machine]]\nid = "a"\n[[machine]]\nid = "a"', "used twice: a"),
        ('[[machine]]\nid = "a"\nbay = 1', "bay must be tables"),
        ('[[machine]]\nid = "a"\n[[machine.bay]]\nnumber = 1', "needs exactly the keys"),
        (GOOD.replace("units = 300", 'units = "300"'), "units must be int"),
        (GOOD.replace("number = 2", "number = 0"), "bay numbers start at 1"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line(text: str, says: str) -> None:
    with pytest.raises(FleetError, match=says) as caught:
        fleet_of(text)
    assert "\n" not in str(caught.value)


_PRODUCT = """
[[product]]
id = "28100000001"
shape = "oblong"
colour = "#ffeecc"
imprint = "A1"
length = 1200
width = 500
height = 400
"""


def test_what_tablets_look_like_may_be_told_for_all_machines() -> None:
    (spec,) = fleet_of(_PRODUCT + '[[machine]]\nid = "a"\n')
    assert [(one.id, one.shape, one.passing_ms) for one in spec.products] == [("28100000001", "oblong", 10)]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"oblong"', '"square"', "shape must be one of"),
        ('"#ffeecc"', '"red"', "colour must be #rrggbb"),
        ("1200", "0", "length must be 1 to"),
        ("1200", "true", "length must be 1 to"),
        ('"A1"', "1", "imprint must be text"),
        ('imprint = "A1"', "", "needs exactly the keys"),
    ],
)
def test_a_product_that_cannot_be_is_told(old: str, new: str, problem: str) -> None:
    with pytest.raises(FleetError, match=problem):
        fleet_of(_PRODUCT.replace(old, new) + '[[machine]]\nid = "a"\n')
