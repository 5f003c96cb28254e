"""A machine's memory on disk: one append-only log per machine, held by one process."""

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

LOG_NAME: Final = "log.ndjson"


class StateFolderError(OSError):
    """A state folder that cannot be used; the text says why."""


class FileMemory:
    """Memory in `folder`, made when missing; lines are with the operating system when `append` returns.

    The end of the process, however sudden, loses nothing; the end of the whole computer may lose the newest lines.
    A last line that was not written to its end is dropped at the start.

    Raises:
        StateFolderError: not writable, or another process holds it.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOG_NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError as error:
            message = f"state folder {folder} cannot be used: {error.strerror or error}"
            raise StateFolderError(message) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            message = f"state folder {folder} is in use by another process"
            raise StateFolderError(message) from error

    def read(self) -> Sequence[str]:
        """Return every whole line, oldest first; cut off what is behind the last one."""
        content = self._path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.ftruncate(self._file, whole)
        # Not splitlines: JSON text may hold U+2028 and its like as they are.
        return content[:whole].decode().split("\n")[:-1]

    def append(self, lines: Sequence[str]) -> None:
        """Keep `lines`.

        Raises:
            OSError: the disk is full or gone.
        """
        data = memoryview("".join(f"{line}\n" for line in lines).encode())
        while data:
            data = data[os.write(self._file, data) :]

    def close(self) -> None:
        """Give the folder free."""
        os.close(self._file)
