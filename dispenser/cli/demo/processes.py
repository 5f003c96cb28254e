"""Programs that a demonstration runs beside itself; all of them end with it."""

import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

_STOP_SECONDS = 5.0
_LOOK_SECONDS = 0.05


class DemoFailedError(Exception):
    """A part of the demonstration did not do what it should; the message says which and where its log is."""


class Processes:
    """Started programs with their logs; leaving the context stops them."""

    def __init__(self, logs: Path) -> None:
        """Keep logs under `logs`."""
        self._logs = logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        """Make the log folder."""
        self._logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop everything: the controller first, so that it sees its machines to the end."""
        for process in reversed(self._running.values()):
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, name: str, program: str, *arguments: str) -> None:
        """Start `program` of our own environment as `name`."""
        with self.log(name).open("ab") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 - our own programs
                [_path(program), *arguments], stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
            )

    def run(self, program: str, *arguments: str) -> str:
        """Run `program` to its end and return what it printed.

        Raises:
            DemoFailedError: it ended with an error.
        """
        done = subprocess.run(  # noqa: S603 - our own programs
            [_path(program), *arguments], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )
        if done.returncode != 0:
            message = f"{program} {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}{done.stdout}"
            raise DemoFailedError(message)
        return done.stdout

    def kill(self, name: str) -> None:
        """Kill `name` at once, as a power cut would (SIGKILL), and wait until it is gone."""
        process = self._running.pop(name)
        process.kill()
        process.wait()

    def log(self, name: str) -> Path:
        """Return the log file of `name`."""
        return self._logs / f"{name}.log"

    def require(self, name: str) -> None:
        """Check that `name` still runs.

        Raises:
            DemoFailedError: it has ended.
        """
        process = self._running[name]
        if process.poll() is not None:
            text = self.log(name).read_text(encoding="utf-8", errors="replace")
            message = f"{name} ended with {process.returncode}:\n{text[-2_000:]}"
            raise DemoFailedError(message)

    def await_line(self, name: str, beginning: str, seconds: float) -> None:
        """Wait until `name` has printed a line that begins so.

        Raises:
            DemoFailedError: it ended before, or took longer than `seconds`.
        """
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            text = self.log(name).read_text(encoding="utf-8", errors="replace")
            if any(line.startswith(beginning) for line in text.splitlines()):
                return
            self.require(name)
            time.sleep(_LOOK_SECONDS)
        message = f"{name} was not ready within {seconds:.0f} s; its log: {self.log(name)}"
        raise DemoFailedError(message)

    def wait(self) -> None:
        """Wait until one of the programs ends, or the user interrupts."""
        while all(process.poll() is None for process in self._running.values()):
            time.sleep(_LOOK_SECONDS)


def _path(program: str) -> str:
    return str(Path(sys.executable).parent / program)
