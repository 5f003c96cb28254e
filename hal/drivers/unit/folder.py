"""The driver's folder: one append-only file that is on the disk when a call returns, held by one process."""

import fcntl
import os
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

NAME: Final = "journal.ndjson"
NEW: Final = "journal.ndjson.new"
"""What is to replace it; one that is found was never finished, and is of no use."""
_CRC_DIGITS: Final = 8


class FolderError(Exception):
    """The folder cannot be used; the text says why."""


class Folder:
    """`path` with its file, locked from here on.

    Raises:
        FolderError: another process has it, it cannot be written, or something in it was changed.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._new = path / NAME, path / NEW
        self._is_named = True
        """The folder tells of the file also after the end of the whole computer."""
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            _keep_name(path)
        except OSError as error:
            message = f"{path} cannot be used: {error.strerror or error}"
            raise FolderError(message) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever had it may have replaced it since it was opened here.
            own, there = os.fstat(self._file), self._path.stat()
            is_own = (own.st_dev, own.st_ino) == (there.st_dev, there.st_ino)
        except OSError:
            is_own = False
        if not is_own:
            os.close(self._file)
            message = f"{path} is in use by another process: one controller at a time is this machine's memory"
            raise FolderError(message)
        self._new.unlink(missing_ok=True)
        self._length = 0

    def read(self) -> list[str]:
        """Return every line that was kept; a last one that was not written to its end never counted and is cut off.

        Raises:
            FolderError: a line before the last one is damaged.
        """
        try:
            content = self._path.read_bytes()
        except OSError as error:
            message = f"{self._path} cannot be read: {error.strerror or error}"
            raise FolderError(message) from error
        lines, whole = _lines(self._path, content)
        if whole < len(content):
            os.ftruncate(self._file, whole)
            os.fsync(self._file)
        self._length = whole
        return lines

    def append(self, lines: Sequence[str]) -> None:
        """Keep `lines`, all of them or none: they survive the end of the whole computer when this returns.

        Raises:
            FolderError: they could not be kept; nothing of them is.
        """
        data = _data(lines)
        try:
            self._require_own()
            self._require_name()
            _write(self._file, data)
        except OSError as error:
            self._cut_back()
            message = f"{self._path} cannot be written: {error.strerror or error}"
            raise FolderError(message) from error
        self._length += len(data)

    def replace(self, lines: Sequence[str]) -> None:
        """Keep `lines` in place of everything; when the computer ends meanwhile it is the one or the other.

        Raises:
            FolderError: they could not be kept; what was kept before still is.
        """
        data, file = _data(lines), -1
        try:
            self._require_own()
            file = os.open(self._new, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC, 0o600)
            # Before it has the name by which another process looks for it.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _write(file, data)
            self._new.replace(self._path)
        except (OSError, FolderError) as error:
            if file >= 0:
                os.close(file)
            message = f"{self._path} cannot be written anew: {error}"
            raise FolderError(message) from error
        former, self._file, self._length, self._is_named = self._file, file, len(data), False
        os.close(former)
        try:
            self._require_name()
        except OSError:
            # The next line waits for it.
            return

    def _require_name(self) -> None:
        """Let a file that was replaced stay so; what follows must not be lost with it."""
        if not self._is_named:
            _keep_name(self._path.parent)
            self._is_named = True

    def _require_own(self) -> None:
        """Return when the file is where it was, and as this process left it.

        Raises:
            FolderError: what is written now would be lost, or follow what is not ours.
        """
        own = os.fstat(self._file)
        try:
            there = self._path.stat()
        except FileNotFoundError:
            there = None
        if there is None or (there.st_dev, there.st_ino) != (own.st_dev, own.st_ino):
            message = f"{self._path} was removed or replaced while it was in use"
            raise FolderError(message)
        if own.st_size != self._length:
            message = f"{self._path} has {own.st_size} bytes, not {self._length}: somebody else wrote to it"
            raise FolderError(message)

    def _cut_back(self) -> None:
        try:
            os.ftruncate(self._file, self._length)
        except OSError:
            # What could not be cut off is a torn tail, or whole lines that the next start will believe: it closes
            # the pouch in work as void either way.
            return

    def close(self) -> None:
        """Give the folder free."""
        os.close(self._file)


def _keep_name(path: Path) -> None:
    """Let a new file be found again after the end of the whole computer."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def kept_in(path: Path) -> list[str]:
    """Return what a folder holds, without taking it; nothing for one that is not there yet.

    Raises:
        FolderError: it cannot be read, or something in it was changed.
    """
    try:
        return _lines(path / NAME, (path / NAME).read_bytes())[0]
    except FileNotFoundError:
        return []
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or error}"
        raise FolderError(message) from error


def _lines(path: Path, content: bytes) -> tuple[list[str], int]:
    """Return every whole line of `content`, and how many bytes they are."""
    lines: list[str] = []
    whole = 0
    pieces = content.split(b"\n")
    for at, piece in enumerate(pieces[:-1]):
        text = _checked(piece)
        if text is None and at < len(pieces) - 2:
            message = f"{path}: line {at + 1} was changed after it was written"
            raise FolderError(message)
        if text is None:
            break
        lines.append(text)
        whole += len(piece) + 1
    return lines, whole


def _data(lines: Sequence[str]) -> bytes:
    return b"".join(b"%08x %b\n" % (zlib.crc32(line.encode()), line.encode()) for line in lines)


def _write(file: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(file, left) :]
    os.fsync(file)


def _checked(piece: bytes) -> str | None:
    digits, text = piece[:_CRC_DIGITS], piece[_CRC_DIGITS + 1 :]
    if piece[_CRC_DIGITS : _CRC_DIGITS + 1] != b" " or digits != b"%08x" % zlib.crc32(text):
        return None
    try:
        return text.decode()
    except UnicodeDecodeError:
        return None
