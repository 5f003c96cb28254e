"""Controllers of the world: the real fleet, intake, planning and release in one process that can be killed anywhere."""

import asyncio
import contextlib
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine

from dispenser.app.batching import NothingToPackError, PlansMovingError, plan_batch
from dispenser.app.fleet import Fleet
from dispenser.app.intake import accept_bundle
from dispenser.app.machines import NoMachineKnownError
from dispenser.app.record_trust import begin_witness
from dispenser.app.release import NotReleasableError, release_batch
from dispenser.app.reply import Reply
from dispenser.app.services import Services
from dispenser.app.site import UnsoundSiteError, confirm_clock
from dispenser.core.batch import BatchState
from dispenser.core.ids import GroupId, MachineId
from dispenser.core.roll import Period
from dispenser.core.slots import SlotTable
from dispenser.store.engines import engine_for, url_of
from dispenser.store.errors import StoreError
from dispenser.store.records import BatchRecord
from dispenser.store.session import Database, Transaction
from dispenser.store.witness import Witness
from hal.driver import MachineDriver
from tests.support.hall import SITE, catalogue
from tests.support.rules import QUIET
from tests.world.loop import Host, WorldLoop, pass_time
from tests.world.machines import HostDied
from tests.world.patches import START

Result = TypeVar("Result")
GROUP = GroupId("nord")
WITNESS = "witness"
"""Name of the file, in the folder of a world."""
DESK_SECONDS = 4.0
"""How often the pharmacist looks for something to plan or to release."""
CATALOGUE = catalogue()
HARMLESS = (NothingToPackError, PlansMovingError, NoMachineKnownError, NotReleasableError, UnsoundSiteError, StoreError)


class WallClock:
    """A host's clock: right, or set wrong by `skew`; what counts seconds never goes back."""

    def __init__(self, loop: WorldLoop) -> None:
        self.skew = timedelta()
        self._loop = loop

    def now(self) -> datetime:
        return START + timedelta(seconds=self._loop.now) + self.skew

    def monotonic(self) -> float:
        return self._loop.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class WorldDatabase(Database):
    """The store, with a hook right before and right after every commit."""

    def __init__(self, url: str, hook: Callable[[], None]) -> None:
        super().__init__(url)
        # Statements are compiled once for all worlds of this process; connections are each world's own.
        self._writer, self._reader = _engines(url)
        self._hook = hook

    @contextmanager
    def write(self) -> Generator[Transaction]:
        with super().write() as tx:
            yield tx
            self._hook()
        self._hook()


@cache
def _engines(url: str) -> tuple[Engine, Engine]:
    return engine_for(url_of(url), writing=True), engine_for(url_of(url), writing=False)


def services_of(database: Database, clock: WallClock, witness: Witness | None = None) -> Services:
    return Services(database, CATALOGUE, SlotTable(), clock, SITE, (QUIET,), witness)


class Controller:
    """One controller process, from its start to its death."""

    def __init__(
        self,
        loop: WorldLoop,
        name: str,
        file: Path,
        period: Period,
        drivers: Callable[[WallClock], Mapping[MachineId, MachineDriver]],
        on_effect: Callable[[Host], None],
    ) -> None:
        self.host = loop.host(name)
        self.clock = WallClock(loop)
        self._loop = loop
        self._period = period
        self._drivers = drivers
        self._on_effect = on_effect
        self.database = WorldDatabase(f"sqlite:///{file}", self._commit)
        self.services = services_of(self.database, self.clock, Witness(file.with_name(WITNESS)))
        self.refused: list[str] = []
        """What kept the desk from planning or releasing, newest last."""
        loop.run_on(self.host, self._run())

    def close(self) -> None:
        """Give the files free, as the system does when a process ends."""
        self.database.close()

    async def _run(self) -> None:
        await self.offload(lambda: begin_witness(self.services))
        fleet = Fleet(self.services, self._drivers(self.clock), self.host.name, self.offload)
        await fleet.start()
        while True:
            await self._plan()
            await pass_time(DESK_SECONDS)

    async def offload(self, work: Callable[[], Result]) -> Result:
        """Run database work at some moment of its own, as a thread would, but in the world's own time."""
        dice = self._loop.random
        await asyncio.sleep(dice.uniform(0.0005, 0.01))
        try:
            result = work()
        except HostDied:
            await self._loop.create_future()
            raise
        await asyncio.sleep(dice.uniform(0.0005, 0.005))
        return result

    async def push(self, body: bytes) -> Reply:
        """Take a message from home care, as the HTTP interface does."""
        return await self.offload(lambda: accept_bundle(self.services, body, "homecare"))

    async def confirm_clock(self) -> None:
        """Somebody has looked at the clock, and it is right."""
        await self.offload(lambda: confirm_clock(self.services, "Farmaceut", "checked"))

    def _commit(self) -> None:
        self._loop.note(f"{self.host.name} commits")
        self._on_effect(self.host)
        if not self.host.alive:
            raise HostDied

    async def _plan(self) -> None:
        """Release what is planned, and plan what is missing, as the pharmacist at the desk does."""
        for batch in await self.offload(self._planned):
            await self._try(partial(release_batch, self.services, batch.batch_id, "Farmaceut"))
        record = await self._try(lambda: plan_batch(self.services, GROUP, self._period, "Farmaceut"))
        if record is not None and record.state is BatchState.PLANNED:
            await self._try(lambda: release_batch(self.services, record.batch_id, "Farmaceut"))

    async def _try(self, work: Callable[[], BatchRecord]) -> BatchRecord | None:
        with contextlib.suppress(NothingToPackError):
            try:
                record = await self.offload(work)
            except HARMLESS as error:
                if isinstance(error, NothingToPackError):
                    raise
                self.refused.append(repr(error))
                return None
            if record.state is BatchState.HELD:
                self.refused.append(f"held: {[finding.code for finding in record.findings]}")
            return record
        return None

    def _planned(self) -> list[BatchRecord]:
        with self.database.read() as tx:
            return [batch for batch in tx.batches.newest(50) if batch.state is BatchState.PLANNED]
