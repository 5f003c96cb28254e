"""What is seen of a machine while it runs: outcomes counted, and the last pouches with what is true about them."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from hal.wire.words import PACKED
from simulator.account import Accountant, PouchAccount
from simulator.memory import Memory

LAST: Final = 64
"""Pouches that are kept: more than a page shows, so that a page just loaded still finds its pictures."""


@dataclass(slots=True)
class Seen:
    """Counts over all power-ups, and the last pouches, newest first."""

    packed: int = 0
    void: int = 0
    wrong: int = 0
    last: deque[PouchAccount] = field(default_factory=lambda: deque(maxlen=LAST))
    accountant: Accountant = field(default_factory=Accountant)

    def take(self, lines: Sequence[str]) -> None:
        """Take in lines of a machine's log."""
        for line in lines:
            account = self.accountant.take(line)
            if account is not None:
                self.packed += account.outcome == PACKED
                self.void += account.outcome != PACKED
                self.wrong += account.is_wrong
                self.last.appendleft(account)

    def pouch(self, film: int) -> PouchAccount | None:
        """Return one of the last pouches."""
        return next((one for one in self.last if one.film == film), None)


class WatchedMemory:
    """A memory that lets somebody see what it keeps."""

    def __init__(self, memory: Memory, seen: Seen) -> None:
        self._memory = memory
        self.seen = seen
        seen.take(memory.read())

    def read(self) -> Sequence[str]:
        """Return every line, oldest first."""
        return self._memory.read()

    def append(self, lines: Sequence[str]) -> None:
        """Keep `lines`, then look at them.

        Raises:
            OSError: they could not be kept.
        """
        self._memory.append(lines)
        self.seen.take(lines)
