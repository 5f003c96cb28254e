"""The contract between the controller and any machine."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hal.clock import Clock
from hal.documents import CONTRACT
from hal.examination import Examination
from hal.journal import Cursor, JournalEntry, Mark
from hal.orders import PackingOrder
from hal.status import Bay, Capabilities, MachineStatus

CONTRACT_VERSION = CONTRACT


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds the machine; a machine refuses an `epoch` lower than the highest it has seen."""

    holder: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a driver is given: the clock, and its own private folder on this controller.

    Keys, trusted certificates and a journal kept by the driver live in `folder`, which may not exist yet; None when
    nothing may be kept.
    """

    clock: Clock
    folder: Path | None = None


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
        """Make the machine know `order`; nothing moves. The same number and digest again is no second effect.

        A stop that is called meanwhile need not wait for a long order: `GaveWayError` is then raised, and the machine
        does not know it. When none is raised it is loaded, before the stop or after it.
        """
        ...

    async def ensure_packing(self, number: int) -> None:
        """Make the machine pack the loaded order `number`, now or when the orders before it have ended.

        When one that was loaded before it is interrupted instead, by whomever and for whatever reason, it is
        interrupted too: nothing is packed out of turn, and no roll overtakes another.
        """
        ...

    async def ensure_paused(self) -> None:
        """Stop at the next pouch boundary; `ensure_packing` of the order in work goes on.

        That of an order behind it does not, whoever made the machine wait: a controller, or somebody who stands at it.
        """
        ...

    async def ensure_stopped(self) -> None:
        """End all orders at the next pouch boundary; what was not packed never will be under its number.

        That holds for the order in work, for every one behind it, and for one that is loaded before the pouch boundary
        is reached. It may be called while any other call is under way, and is answered within the `answer_seconds`
        also while an order is being loaded.
        """
        ...

    async def journal_after(self, cursor: Cursor, limit: int) -> Sequence[JournalEntry]:
        """Return at most `limit` entries after `cursor`, oldest first, over boots too; empty when none are newer.

        Entries that were acknowledged may be forgotten one day; asked for, they are refused as JOURNAL_FORGOTTEN, and
        what comes after them is not told in their place.
        """
        ...

    async def acknowledge(self, mark: Mark) -> None:
        """Tell the machine that everything up to `mark` is durably recorded; it keeps that over power cuts.

        Only ever forward: an older or equal mark is no effect. A head that is not the machine's own at that place is
        refused as WRONG_HEAD: controller and machine do not tell the same story.
        """
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
    build: Callable[[str, Surroundings], MachineDriver]
    """Make a driver for a machine URI; connects to nothing. ValueError: not such a URI, or it needs a folder."""
    examine: Callable[[str, Surroundings], Awaitable[Examination]] | None = None
    """Tell what stands at a URI, and what it lacks; takes no lease and moves nothing."""
