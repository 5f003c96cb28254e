"""A computer that ends at any step of what `hal.drivers.unit.folder` does to its disk."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hal.drivers.unit import folder as module

ENDS: Final = ("killed", "powerless")
"""The process ends, or the whole computer: what was not synced is lost then."""


class EndedError(BaseException):
    """The computer ends here."""


class Disk:
    """Stands for `os` in the folder's module; ends before its step number `at`, of a write after half of it.

    A file that was synced survives as it was then; a name that was given survives once its folder was synced, and may
    survive before.
    """

    def __init__(self, at: int, path: Path) -> None:
        self.steps = 0
        self._at = at
        self._path = path
        self._files: set[int] = set()
        self._whole: set[int] = set()
        """Files, by inode, that were synced."""
        self._synced = path.read_bytes() if path.exists() else b""
        self.former: bytes | None = None
        """What the name stood for before it was given anew, until that was synced."""

    def __getattr__(self, name: str) -> object:
        return getattr(os, name)

    def _step(self) -> bool:
        self.steps += 1
        return self.steps == self._at

    def open(self, path: Path, flags: int, mode: int = 0o777) -> int:
        if self._step():
            raise EndedError
        file = os.open(path, flags, mode)
        self._files.add(file)
        return file

    def close(self, file: int) -> None:
        self._files.discard(file)
        os.close(file)

    def write(self, file: int, data: memoryview) -> int:
        if self._step():
            os.write(file, data[: len(data) // 2])
            raise EndedError
        # As the system may: not all at once.
        return os.write(file, data[: max(1, len(data) * 2 // 3)])

    def fsync(self, file: int) -> None:
        if self._step():
            raise EndedError
        os.fsync(file)
        if os.path.isdir(f"/proc/self/fd/{file}"):  # noqa: PTH112 - a descriptor's own path
            self.former = None
            return
        self._whole.add(os.fstat(file).st_ino)
        if os.fstat(file).st_ino == self._path.stat().st_ino:
            self._synced = self._path.read_bytes()

    def ftruncate(self, file: int, size: int) -> None:
        if self._step():
            raise EndedError
        os.ftruncate(file, size)

    def renamed(self, new: Path, path: Path) -> Path:
        if self._step():
            raise EndedError
        self.former = self._synced
        self._synced = new.read_bytes() if new.stat().st_ino in self._whole else b""
        return Path(os.replace(new, path) or path)  # noqa: PTH105 - what stands for it is replaced here

    def end(self, how: str) -> None:
        """Let go of everything, and leave on the disk what survives `how` it ended; its memory is gone with it."""
        for file in self._files:
            os.close(file)
        if how == "powerless":
            self._path.write_bytes(self._synced if self.former is None else self.former)


@contextmanager
def disk(path: Path, at: int) -> Iterator[Disk]:
    """Let the folder's module work on a disk that ends at step `at` (0: never); `path` is its journal."""
    made = Disk(at, path)
    replace = Path.replace
    try:
        module.os = made  # type: ignore[assignment]  # stands for it
        Path.replace = lambda new, to: made.renamed(new, Path(to))  # type: ignore[method-assign]
        yield made
    finally:
        module.os = os
        Path.replace = replace  # type: ignore[method-assign]
