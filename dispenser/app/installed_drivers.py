"""The drivers that are installed, as they were found when the program started."""

from functools import cache

from hal.plugins import Plugin, discover


@cache
def installed_drivers() -> tuple[Plugin, ...]:
    """Return every driver plug-in with its state, by name; a plug-in is loaded once in a program."""
    return discover()
