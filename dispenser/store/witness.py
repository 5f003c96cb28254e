"""The newest order number that every machine was sent, in a file apart from the database: a witness of its age."""

import os
import re
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from dispenser.core.ids import MachineId
from dispenser.store.errors import DatabaseUnwritableError

_LINE: Final = re.compile(rb"([a-z0-9][a-z0-9-]{0,31}) ([1-9][0-9]{0,17})")


class Witness:
    """Append-only lines `MACHINE NUMBER` in `file`, the highest number counts; safe to share between threads.

    A line that was not written to its end was never acted upon, and says nothing.
    """

    def __init__(self, file: Path) -> None:
        """Prepare; nothing is read before the first use."""
        self._file = file
        self._lock = threading.Lock()
        self._sent: dict[MachineId, int] | None = None

    def begin(self, doubted: Mapping[MachineId, int]) -> bool:
        """Make the file with the numbers `doubted` in it unless it is there; return whether it was made.

        Raises:
            DatabaseUnwritableError: it cannot be.
        """
        if self._file.exists():
            return False
        with self._lock:
            self._append(b"\n".join(b"%s %d" % (name.encode(), number) for name, number in doubted.items()))
            self._sent = None
        return True

    def sent(self) -> Mapping[MachineId, int]:
        """Return the highest number that each machine was sent; empty when there is no file.

        Raises:
            DatabaseUnwritableError: the file cannot be read.
        """
        with self._lock:
            if self._sent is None:
                self._sent = self._read()
            return dict(self._sent)

    def note(self, machine_id: MachineId, number: int) -> None:
        """Keep, before a machine is sent order `number`, that it is; on the disk when this returns.

        Raises:
            DatabaseUnwritableError: it could not be kept.
        """
        with self._lock:
            self._append(b"%s %d" % (machine_id.encode(), number))
            if self._sent is not None:
                self._sent[machine_id] = max(number, self._sent.get(machine_id, 0))

    def _read(self) -> dict[MachineId, int]:
        try:
            content = self._file.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._failed(error) from error
        found: dict[MachineId, int] = {}
        for line in content.split(b"\n"):
            told = _LINE.fullmatch(line)
            if told is not None:
                name, number = MachineId(told[1].decode()), int(told[2])
                found[name] = max(number, found.get(name, 0))
        return found

    def _append(self, text: bytes) -> None:
        is_new = not self._file.exists()
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            # A line break on either side: a torn line before this one spoils only itself.
            with self._file.open("ab", buffering=0) as opened:
                opened.write(b"\n%s\n" % text)
                os.fsync(opened.fileno())
            if is_new:
                _keep_name(self._file.parent)
        except OSError as error:
            raise self._failed(error) from error

    def _failed(self, error: OSError) -> DatabaseUnwritableError:
        return DatabaseUnwritableError(f"{self._file} cannot be used: {error.strerror or error}")


def _keep_name(folder: Path) -> None:
    """Let a new file be found again after the end of the whole computer."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
