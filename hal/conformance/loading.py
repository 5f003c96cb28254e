"""The driver that is named on the command line: an installed plug-in, or `module:ATTRIBUTE`."""

import importlib
from importlib.metadata import EntryPoint, entry_points

from hal.driver import CONTRACT_VERSION, DriverInfo
from hal.foreign import Failed, attempt
from hal.plugins import GROUP, PluginState, discover


class NoSuchDriverError(LookupError):
    """It cannot be had; the text says why, and what there is."""


def driver_named(name: str) -> tuple[DriverInfo, str]:
    """Return a driver and the version of the distribution that it came with ("" when it came with none).

    Raises:
        NoSuchDriverError: no such plug-in or attribute, or it is no driver of this contract version.
    """
    module, colon, attribute = name.partition(":")
    return (_attribute(module, attribute), "") if colon else _plugin(name)


def _plugin(name: str) -> tuple[DriverInfo, str]:
    plugins = discover()
    found = [plugin for plugin in plugins if plugin.name == name]
    for plugin in found:
        if plugin.driver is not None:
            return plugin.driver, _version(name)
    if found:
        message = f"{name}: {found[0].state.value}: {found[0].detail}"
        raise NoSuchDriverError(message)
    usable = ", ".join(plugin.name for plugin in plugins if plugin.state is PluginState.USABLE) or "none"
    message = f"no driver {name!r} is installed (installed: {usable}); module:ATTRIBUTE names one that is not"
    raise NoSuchDriverError(message)


def _version(name: str) -> str:
    points: list[EntryPoint] = [point for point in entry_points(group=GROUP) if point.name == name]
    distribution = points[0].dist if points else None
    return f"{distribution.name} {distribution.version}" if distribution is not None else ""


def _attribute(module: str, attribute: str) -> DriverInfo:
    loaded = attempt(lambda: getattr(importlib.import_module(module), attribute))
    if isinstance(loaded, Failed):
        message = f"{module}:{attribute}: {loaded.why}"
        raise NoSuchDriverError(message)
    if not isinstance(loaded, DriverInfo):
        message = f"{module}:{attribute} is no DriverInfo"
        raise NoSuchDriverError(message)
    if loaded.contract != CONTRACT_VERSION:
        message = f"{module}:{attribute} speaks contract {loaded.contract}, these checks are for {CONTRACT_VERSION}"
        raise NoSuchDriverError(message)
    return loaded
