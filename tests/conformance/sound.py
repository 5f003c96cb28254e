"""A driver that keeps the contract, on a simulated machine in virtual time."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from hal.conformance.bench import Bench
from hal.conformance.station import Pace
from hal.driver import Lease
from hal.errors import UnreachableError
from hal.journal import Cursor, JournalEntry
from hal.orders import PackingOrder
from hal.status import Bay, Capabilities, MachineStatus
from simulator.spec import BaySpec, MachineSpec
from tests.support.world import DirectDriver, SimulatedLine, VirtualClock

SPEC = MachineSpec(
    "bench",
    (BaySpec(1, "K1", "F1", "28100000001", 500), BaySpec(2, "K2", "F2", "28100000002", 500)),
    warm_up_ms=0,
)


class Sound(DirectDriver):
    """Keeps the contract: it also knows whether it is open."""

    def __init__(self, line: SimulatedLine) -> None:
        super().__init__(line)
        self.is_open = False

    def guard(self) -> None:
        if not self.is_open:
            raise UnreachableError("closed")

    async def open(self, lease: Lease) -> Capabilities:
        self.is_open = False
        capabilities = await super().open(lease)
        self.is_open = True
        return capabilities

    async def close(self) -> None:
        self.is_open = False

    async def read_status(self) -> MachineStatus:
        self.guard()
        return await super().read_status()

    async def read_bays(self) -> Sequence[Bay]:
        self.guard()
        return await super().read_bays()

    async def ensure_loaded(self, order: PackingOrder) -> None:
        self.guard()
        await super().ensure_loaded(order)

    async def ensure_packing(self, number: int) -> None:
        self.guard()
        await super().ensure_packing(number)

    async def ensure_paused(self) -> None:
        self.guard()
        await super().ensure_paused()

    async def ensure_stopped(self) -> None:
        self.guard()
        await super().ensure_stopped()

    async def journal_after(self, cursor: Cursor, limit: int) -> Sequence[JournalEntry]:
        self.guard()
        return await super().journal_after(cursor, limit)


Build = Callable[[SimulatedLine], DirectDriver]


def bench(build: Build = Sound, spec: MachineSpec = SPEC, **changes: object) -> Bench:
    """Return a bench with a new machine; `changes` are fields of the bench."""
    line, clock = SimulatedLine(spec, {}), VirtualClock()
    made = Bench(lambda: build(line), clock, pace=Pace(patience=6, step=0.1), long_pouches=12)
    return replace(made, **changes)  # type: ignore[arg-type]  # by name
