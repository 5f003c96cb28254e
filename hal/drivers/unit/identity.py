"""Whose memory the driver keeps: a machine is told from another one by vendor, model and serial number."""

import json
from collections.abc import Sequence
from pathlib import Path

from hal.drivers.unit.folder import kept_in
from hal.drivers.unit.store import base_of
from hal.errors import Reason
from hal.status import Capabilities
from hal.wire import words


def identity_of(told: Capabilities) -> tuple[str, ...]:
    """Return vendor, model and serial number, as the machine tells them."""
    return told.vendor, told.model, told.serial_number


def shown(machine: Sequence[str]) -> str:
    """Return an identity as people read it."""
    return " ".join(machine)


def other_machine(there: Sequence[str], remembered: Sequence[str]) -> Reason:
    """Return why the machine that is there cannot be gone on with."""
    return Reason(words.OTHER_MACHINE, f"this is {shown(there)}, remembered is {shown(remembered)}")


def remembered_in(folder: Path) -> tuple[str, ...]:
    """Return whose memory is kept in `folder`, and change nothing there; empty when there is none yet.

    Raises:
        FolderError: it cannot be read, or something in it was changed.
    """
    lines = kept_in(folder)
    base = base_of(lines)
    found = tuple(map(str, base["machine"])) if base is not None else ()
    for text in lines:
        line = json.loads(text)
        if isinstance(line, dict) and "machine" in line:
            found = tuple(map(str, line["machine"]))
    return found
