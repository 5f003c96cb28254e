"""A recorded run on disk: `run.ndjson` beside the machine's log; what `recording` describes."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from simulator.logbook import encode
from simulator.recording import Event, Run, RunDamagedError, head_of, run_of
from simulator.spec import MachineSpec
from simulator.state_folder import LOG_NAME, StateFolderError

RUN_NAME: Final = "run.ndjson"


class RunFile:
    """The recording of one machine, appended to; a line is with the operating system when `tell` returns.

    Raises:
        StateFolderError: the folder holds a log that was not recorded from its beginning, or a recording of another
            machine.
        RunDamagedError: it holds something that is no recording.
    """

    def __init__(self, folder: Path, spec: MachineSpec, version: str, commit: str) -> None:
        path = folder / RUN_NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError as error:
            message = f"{path} cannot be written: {error.strerror or error}"
            raise StateFolderError(message) from error
        content = path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.ftruncate(self._file, whole)
        try:
            self._begin(folder, content[:whole], spec, version, commit)
        except (RunDamagedError, StateFolderError):
            self.close()
            raise

    def tell(self, event: Event) -> None:
        """Keep an event.

        Raises:
            OSError: it cannot be kept.
        """
        data = memoryview(f"{encode(event)}\n".encode())
        while data:
            data = data[os.write(self._file, data) :]

    def close(self) -> None:
        """Give the file free."""
        os.close(self._file)

    def _begin(self, folder: Path, content: bytes, spec: MachineSpec, version: str, commit: str) -> None:
        if content:
            recorded = run_of(content.decode().split("\n")[:-1])
            if recorded.spec != spec:
                message = f"{folder} holds a recording of another machine or profile; use another state folder"
                raise StateFolderError(message)
            return
        log = folder / LOG_NAME
        if log.exists() and log.stat().st_size:
            message = f"{folder} holds a log that was not recorded from its beginning; use another state folder"
            raise StateFolderError(message)
        self.tell(head_of(spec, version, commit))


def read_lines(path: Path) -> list[str]:
    """Return the whole lines of a log or a recording.

    Raises:
        StateFolderError: it cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or error}"
        raise StateFolderError(message) from error
    return content[: content.rfind(b"\n") + 1].decode(errors="replace").split("\n")[:-1]


def read_run(folder: Path) -> tuple[Run, list[str]]:
    """Return the recording in a folder, and the log that was made then.

    Raises:
        StateFolderError: it cannot be read.
        RunDamagedError: it is no recording.
    """
    if not (folder / RUN_NAME).exists():
        below = sorted(path.parent.name for path in folder.glob(f"*/{RUN_NAME}"))
        told = f"in folders of it there are: {', '.join(below)}" if below else "`scenario record` or --keep makes one"
        message = f"{folder} holds no recorded run ({RUN_NAME}); {told}"
        raise StateFolderError(message)
    return run_of(read_lines(folder / RUN_NAME)), read_lines(folder / LOG_NAME)


def write_run(folder: Path, head: Event, events: Sequence[Event], lines: Sequence[str]) -> None:
    """Write a whole run into a folder that holds none.

    Raises:
        StateFolderError: there is one, or it cannot be written.
    """
    if (folder / RUN_NAME).exists() or (folder / LOG_NAME).exists():
        message = f"{folder} holds a run already ({RUN_NAME}); keep this one somewhere else"
        raise StateFolderError(message)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, texts in ((RUN_NAME, [encode(one) for one in (head, *events)]), (LOG_NAME, list(lines))):
            with (folder / name).open("x", encoding="utf-8") as file:
                file.write("".join(f"{text}\n" for text in texts))
    except OSError as error:
        message = f"{folder}: {error.filename or ''}: {error.strerror or error}"
        raise StateFolderError(message) from error
