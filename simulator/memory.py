"""What survives a power cut: an append-only log of lines."""

from collections.abc import Iterable, Sequence
from typing import Protocol


class Memory(Protocol):
    """The machine's non-volatile memory."""

    def read(self) -> Sequence[str]:
        """Return every line ever appended, oldest first; a torn last line is gone."""
        ...

    def append(self, lines: Sequence[str]) -> None:
        """Keep `lines`; they survive the end of the process when this returns.

        Raises:
            OSError: they could not be kept; the machine must not go on.
        """
        ...


class InMemory:
    """Memory for tests and fast runs; hand `lines` (or a part of them) to a new one to play a power cut."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self.lines = list(lines)

    def read(self) -> Sequence[str]:
        """Return every line, oldest first."""
        return tuple(self.lines)

    def append(self, lines: Sequence[str]) -> None:
        """Keep `lines`."""
        self.lines.extend(lines)
