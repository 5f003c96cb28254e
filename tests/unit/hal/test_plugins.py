"""Driver plug-ins: every broken kind is named, none harms another, and a URI finds exactly one."""

import sys
from importlib.metadata import EntryPoint
from types import ModuleType
from typing import cast

import pytest

from hal.driver import CONTRACT_VERSION, DriverInfo, MachineDriver, Surroundings
from hal.plugins import GROUP, NoDriverError, PluginState, discover, driver_for


def build(_uri: str, _surroundings: Surroundings) -> MachineDriver:
    raise NotImplementedError


def info(name: str, scheme: str, contract: int = CONTRACT_VERSION) -> DriverInfo:
    return DriverInfo(name, contract, (scheme,), build)


@pytest.fixture
def foreign(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = ModuleType("foreign_drivers")
    monkeypatch.setitem(sys.modules, "foreign_drivers", module)
    return module


def point(attribute: str, name: str | None = None) -> EntryPoint:
    return EntryPoint(name or attribute, f"foreign_drivers:{attribute}", GROUP)


def test_a_good_plugin_is_usable(foreign: ModuleType) -> None:
    foreign.good = info("good", "good")
    (plugin,) = discover([point("good")])
    assert plugin.state is PluginState.USABLE
    assert driver_for("GOOD://somewhere", [plugin]) is foreign.good


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("not a driver", PluginState.NOT_A_DRIVER),
        (DriverInfo, PluginState.NOT_A_DRIVER),
        (info("odd", "odd", CONTRACT_VERSION + 1), PluginState.WRONG_CONTRACT),
    ],
)
def test_a_broken_plugin_is_named_and_harms_no_other(foreign: ModuleType, value: object, state: PluginState) -> None:
    foreign.odd = value
    foreign.good = info("good", "good")
    states = {plugin.name: plugin.state for plugin in discover([point("odd"), point("good")])}
    assert states == {"odd": state, "good": PluginState.USABLE}


@pytest.mark.parametrize("raised", [ImportError("gone"), ValueError("bad"), SystemExit(3), RuntimeError("worse")])
def test_whatever_an_import_raises_is_a_load_error(monkeypatch: pytest.MonkeyPatch, raised: BaseException) -> None:
    class Raising(ModuleType):
        def __getattr__(self, name: str) -> object:
            if name == "anything":
                raise raised
            raise AttributeError(name)

    monkeypatch.setitem(sys.modules, "foreign_drivers", cast("ModuleType", Raising("foreign_drivers")))
    (plugin,) = discover([point("anything")])
    assert plugin.state is PluginState.LOAD_ERROR
    assert type(raised).__name__ in plugin.detail


def test_a_missing_module_is_a_load_error() -> None:
    (plugin,) = discover([EntryPoint("gone", "no_such_module_anywhere:DRIVER", GROUP)])
    assert plugin.state is PluginState.LOAD_ERROR


def test_of_two_with_one_name_neither_wins(foreign: ModuleType) -> None:
    foreign.one = info("same", "one")
    foreign.two = info("same", "two")
    foreign.three = info("three", "three")
    plugins = discover([point("one"), point("two"), point("three")])
    assert [plugin.state for plugin in plugins] == [
        PluginState.DUPLICATE_NAME,
        PluginState.USABLE,
        PluginState.DUPLICATE_NAME,
    ]
    with pytest.raises(NoDriverError, match="one://"):
        driver_for("one://x", plugins)


def test_two_drivers_for_one_scheme_are_refused_by_name(foreign: ModuleType) -> None:
    foreign.one = info("one", "same")
    foreign.two = info("two", "same")
    with pytest.raises(NoDriverError, match="one, two"):
        driver_for("same://x", discover([point("one"), point("two")]))


@pytest.mark.parametrize("uri", ["nothing://x", "plain text", "", "://x"])
def test_an_unknown_uri_names_what_is_installed(foreign: ModuleType, uri: str) -> None:
    foreign.good = info("good", "good")
    with pytest.raises(NoDriverError, match="good \\(usable\\)"):
        driver_for(uri, discover([point("good")]))


def test_our_own_opc_ua_driver_is_installed() -> None:
    assert driver_for("opc.tcp://127.0.0.1:4840/", discover()).name == "opcua"


def test_a_plugin_with_the_name_or_a_scheme_of_ours_takes_no_machine_away(foreign: ModuleType) -> None:
    ours = [
        EntryPoint("pplis", "hal.drivers.pplis:DRIVER", GROUP),
        EntryPoint("opcua", "hal.drivers.opcua:DRIVER", GROUP),
    ]
    foreign.named = info("opcua", "acme")
    foreign.thief = DriverInfo("thief", CONTRACT_VERSION, ("thief", "pplis+socket"), build)
    plugins = discover([*ours, point("named"), point("thief")])
    assert {plugin.target: plugin.state for plugin in plugins} == {
        "hal.drivers.opcua:DRIVER": PluginState.USABLE,
        "hal.drivers.pplis:DRIVER": PluginState.USABLE,
        "foreign_drivers:named": PluginState.DUPLICATE_NAME,
        "foreign_drivers:thief": PluginState.DUPLICATE_SCHEME,
    }
    assert [plugin.detail for plugin in plugins if plugin.driver is None] == [
        "a driver that comes with the contract is called opcua",
        "pplis+socket: taken by a driver that comes with the contract",
    ]
    assert driver_for("pplis+socket://10.0.0.7:5001", plugins).name == "pplis"
    assert driver_for("opc.tcp://10.0.0.7:4840/", plugins).name == "opcua"


def test_the_contract_installed_beside_the_product_names_the_same_drivers_once() -> None:
    ours = [EntryPoint(name, f"hal.drivers.{name}:DRIVER", GROUP) for name in ("opcua", "pplis", "unit")]
    assert [(plugin.name, plugin.state) for plugin in discover([*ours, *ours])] == [
        (name, PluginState.USABLE) for name in ("opcua", "pplis", "unit")
    ]
