"""Where the driver's memory is kept: lines that are added, or replaced as a whole by a base and the newest."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from hal.drivers.unit.folder import FolderError

_BASE: Final = '{"base":'


class Store(Protocol):
    """Where lines are kept (see `hal.drivers.unit.folder.Folder`)."""

    def read(self) -> list[str]:
        """Return every line ever kept."""
        ...

    def append(self, lines: Sequence[str]) -> None:
        """Keep lines over the end of the computer; of several, the first ones may be kept alone when it ends."""
        ...

    def replace(self, lines: Sequence[str]) -> None:
        """Keep `lines` in place of everything before, or, when the computer ends meanwhile, everything before."""
        ...


def base_of(lines: Sequence[str]) -> Mapping[str, Any] | None:
    """Return how everything stood when the entries before the first line were forgotten; None when none were.

    Raises:
        FolderError: the first line is no such base.
    """
    if not lines or not lines[0].startswith(_BASE):
        return None
    base: Mapping[str, Any] = json.loads(lines[0])["base"]
    if not isinstance(base, dict) or not all(isinstance(base.get(name), int) for name in ("lines", "entries")):
        message = f"no base of a memory: {lines[0][:80]}"
        raise FolderError(message)
    return base


def lines_ever(lines: Sequence[str]) -> int:
    """Return how many lines were ever written to a store that holds `lines`.

    Raises:
        FolderError: as `base_of`.
    """
    base = base_of(lines)
    return len(lines) if base is None else int(base["lines"]) + len(lines) - 1 - int(base["entries"])
