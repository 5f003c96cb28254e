"""The contract between the controller and any machine."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from hal.clock import Clock
from hal.journal import Cursor, JournalEntry
from hal.orders import PackingOrder
from hal.status import Bay, Capabilities, MachineStatus

CONTRACT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds the machine; a machine refuses an `epoch` lower than the highest it has seen."""

    holder: str
    epoch: int


class MachineDriver(Protocol):
    """One machine.

    Commands name a wanted end state and may be repeated by the *caller* after a read; the driver itself repeats
    reads only, never a write: a write without an answer raises `OutcomeUnknownError`.

    Every method raises `UnreachableError`, `ProtocolViolationError`; commands also `OutcomeUnknownError` and
    `RefusedError`. A cancelled call leaves the link usable.
    """

    async def open(self, lease: Lease) -> Capabilities:
        """Connect, take the lease, and return what the machine can do."""
        ...

    async def close(self) -> None:
        """Disconnect; the machine goes on with what it has."""
        ...

    async def read_status(self) -> MachineStatus:
        """Return how the machine stands."""
        ...

    async def read_bays(self) -> Sequence[Bay]:
        """Return the bays that hold a canister."""
        ...

    async def ensure_loaded(self, order: PackingOrder) -> None:
        """Make the machine know `order`; nothing moves. The same number and digest again is no second effect."""
        ...

    async def ensure_packing(self, number: int) -> None:
        """Make the machine pack the loaded order `number`, now or when the orders before it have ended."""
        ...

    async def ensure_paused(self) -> None:
        """Stop at the next pouch boundary; `ensure_packing` goes on."""
        ...

    async def ensure_stopped(self) -> None:
        """End all orders at the next pouch boundary; what was not packed never will be under its number."""
        ...

    async def journal_after(self, cursor: Cursor, limit: int) -> Sequence[JournalEntry]:
        """Return at most `limit` entries after `cursor`, oldest first, over boots too; empty when none are newer."""
        ...

    def doorbell(self) -> AsyncIterator[None]:
        """Yield whenever there may be news; only a hint, the journal is the truth."""
        ...


@dataclass(frozen=True, slots=True)
class DriverInfo:
    """What a driver plug-in registers under the entry point group `hal.drivers`."""

    name: str
    contract: int
    schemes: tuple[str, ...]
    """URI schemes it takes, for example `opc.tcp`."""
    build: Callable[[str, Clock], MachineDriver]
    """Make a driver for a machine URI; connects to nothing."""
