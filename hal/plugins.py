"""Drivers as plug-ins: what is installed under the entry point group `hal.drivers`, and in which state."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from hal.driver import CONTRACT_VERSION, DriverInfo
from hal.foreign import Failed, attempt

GROUP: Final = "hal.drivers"
_OURS: Final = "hal.drivers."


class PluginState(Enum):
    """Whether a plug-in can be used, and if not, why."""

    USABLE = "usable"
    LOAD_ERROR = "load_error"
    NOT_A_DRIVER = "not_a_driver"
    WRONG_CONTRACT = "wrong_contract"
    DUPLICATE_NAME = "duplicate_name"
    """Another plug-in has the same name; neither is used, because nobody can tell which one is meant.

    A driver that comes with the contract keeps its name: what is meant by it is known.
    """
    DUPLICATE_SCHEME = "duplicate_scheme"
    """It takes a scheme of a driver that comes with the contract, which keeps it."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """One entry point; `driver` is None unless it is usable, `detail` says why it is not."""

    name: str
    target: str
    state: PluginState
    driver: DriverInfo | None
    detail: str


class NoDriverError(LookupError):
    """No usable plug-in takes a URI, or more than one does."""


def discover(found: Iterable[EntryPoint] | None = None) -> tuple[Plugin, ...]:
    """Load every plug-in and return it with its state, by name; a broken plug-in harms no other one.

    `found` are the entry points to look at, by default those of the installed packages.
    """
    points = entry_points(group=GROUP) if found is None else found
    # The contract may be installed alone and as a part of the product: the same driver, named twice.
    plugins = [
        _loaded(EntryPoint(name, value, GROUP)) for name, value in sorted({(one.name, one.value) for one in points})
    ]
    kept = {plugin.name for plugin in plugins if _is_ours(plugin)}
    schemes = {scheme for plugin in plugins if _is_ours(plugin) and plugin.driver for scheme in plugin.driver.schemes}
    plugins = [plugin if _is_ours(plugin) else _beside(plugin, kept, schemes) for plugin in plugins]
    names = Counter(plugin.name for plugin in plugins if plugin.name not in kept)
    return tuple(
        replace(plugin, state=PluginState.DUPLICATE_NAME, driver=None, detail=f"{names[plugin.name]} plug-ins have it")
        if names[plugin.name] > 1
        else plugin
        for plugin in plugins
    )


def _is_ours(plugin: Plugin) -> bool:
    return plugin.target.startswith(_OURS)


def _beside(plugin: Plugin, kept: Collection[str], schemes: Collection[str]) -> Plugin:
    """Return a plug-in of others as it stands beside ours: without what is ours already."""
    if plugin.name in kept:
        detail = f"a driver that comes with the contract is called {plugin.name}"
        return replace(plugin, state=PluginState.DUPLICATE_NAME, driver=None, detail=detail)
    taken = [scheme for scheme in plugin.driver.schemes if scheme in schemes] if plugin.driver else []
    if taken:
        detail = f"{', '.join(taken)}: taken by a driver that comes with the contract"
        return replace(plugin, state=PluginState.DUPLICATE_SCHEME, driver=None, detail=detail)
    return plugin


def driver_for(uri: str, plugins: Sequence[Plugin]) -> DriverInfo:
    """Return the driver that takes the scheme of `uri`.

    Raises:
        NoDriverError: none does, or more than one; names what is installed.
    """
    scheme, separator, _ = uri.partition("://")
    scheme = scheme.lower()
    takers = [plugin.driver for plugin in plugins if plugin.driver is not None and scheme in plugin.driver.schemes]
    if separator and len(takers) == 1:
        return takers[0]
    known = ", ".join(f"{plugin.name} ({plugin.state.value})" for plugin in plugins) or "none"
    if len(takers) > 1:
        message = f"{', '.join(taker.name for taker in takers)} all take {scheme}://"
    else:
        message = f"no driver takes {scheme}://; installed: {known}" if separator else f"no URI; installed: {known}"
    raise NoDriverError(message)


def _loaded(point: EntryPoint) -> Plugin:
    driver: object = attempt(point.load)
    if isinstance(driver, Failed):
        return Plugin(point.name, point.value, PluginState.LOAD_ERROR, None, driver.why)
    if not isinstance(driver, DriverInfo):
        detail = f"a {type(driver).__name__} is no DriverInfo"
        return Plugin(point.name, point.value, PluginState.NOT_A_DRIVER, None, detail)
    if driver.contract != CONTRACT_VERSION:
        detail = f"it speaks contract {driver.contract}, this controller {CONTRACT_VERSION}"
        return Plugin(driver.name, point.value, PluginState.WRONG_CONTRACT, None, detail)
    return Plugin(driver.name, point.value, PluginState.USABLE, driver, "")
