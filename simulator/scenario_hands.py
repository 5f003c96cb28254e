"""What a controller does at a machine, done for a scenario: directly, without a wire; pure."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from types import MappingProxyType
from typing import Protocol

from simulator.scenario_stage import Reasons, Stage, reasons_of


class Hands(Protocol):
    """A controller, as far as a scenario needs one."""

    @property
    def counts(self) -> Mapping[str, int]:
        """What was counted on the wire, if there is one."""
        ...

    @property
    def unread(self) -> int | None:
        """Entries of the machine's journal that were not read as it wrote them; None where there is no wire."""
        ...

    def hello(self, holder: str, epoch: int) -> Reasons:
        """Take the machine."""
        ...

    def load(self, document: str, digest: str) -> Reasons:
        """Load an order."""
        ...

    def start(self, epoch: int, command: int, number: int) -> Reasons:
        """Start an order."""
        ...

    def pause(self, epoch: int, command: int) -> Reasons:
        """Pause."""
        ...

    def stop(self, epoch: int, command: int) -> Reasons:
        """Stop."""
        ...

    def acknowledge(self, epoch: int, boot_id: str, seq: int, head: str) -> Reasons:
        """Tell what is on record."""
        ...

    def read_journal(self) -> Reasons:
        """Read the journal to its end."""
        ...

    def close(self) -> None:
        """Leave the machine."""
        ...


class Direct:
    """Hands on the machine's own methods."""

    counts: Mapping[str, int] = MappingProxyType({})
    unread: int | None = None

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def hello(self, holder: str, epoch: int) -> Reasons:
        """Take the machine."""
        return reasons_of(self._stage.machine.hello(holder, epoch))

    def load(self, document: str, digest: str) -> Reasons:
        """Load an order."""
        return reasons_of(self._stage.machine.store(document, digest))

    def start(self, epoch: int, command: int, number: int) -> Reasons:
        """Start an order."""
        return reasons_of(self._stage.machine.start(epoch, command, number))

    def pause(self, epoch: int, command: int) -> Reasons:
        """Pause."""
        return reasons_of(self._stage.machine.pause(epoch, command))

    def stop(self, epoch: int, command: int) -> Reasons:
        """Stop."""
        return reasons_of(self._stage.machine.stop(epoch, command))

    def acknowledge(self, epoch: int, boot_id: str, seq: int, head: str) -> Reasons:
        """Tell what is on record."""
        return reasons_of(self._stage.machine.acknowledge(epoch, boot_id, seq, head))

    def read_journal(self) -> Reasons:
        """Nothing to do: without a wire the journal is there to see."""
        return ()

    def close(self) -> None:
        """Nothing to do."""


def unlike(read: Sequence[Mapping[str, object]], written: Sequence[Mapping[str, object]]) -> int:
    """Return how many entries were not read, or not as the machine wrote them."""
    return sum(one != other for one, other in zip_longest(read, written))
