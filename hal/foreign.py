"""Code of others, such as a plug-in's, may raise anything; what it raises is told and goes no further."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Failed:
    """What foreign code raised: kind of error and its words."""

    why: str


def attempt(act: Callable[[], Result]) -> Result | Failed:
    """Return what `act` returns, or how it failed; only what ends the whole program comes through."""
    try:
        return act()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - that is what this is for
        return Failed(f"{type(error).__name__}: {error}")
