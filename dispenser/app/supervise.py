"""One task per machine: open, reconcile, follow the journal, send the next order; in doubt, start over by reading."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from functools import partial
from typing import Protocol, TypeVar

import structlog

from dispenser.app.bookkeeping import Book
from dispenser.app.dispatch import MachineNow, NotSendableError, next_queued, prepare_first
from dispenser.app.distrust import DistrustError, OlderRecordError, UnfitMachineError
from dispenser.app.machines import capabilities_document, noted_document, snapshot_document, stock_of
from dispenser.app.reconcile import Found, found_order
from dispenser.app.services import Services
from dispenser.app.site import distrust_clock
from dispenser.app.told import Note, note_of
from dispenser.core.ids import MachineId
from dispenser.core.job import IllegalJobMoveError, JobEvent
from dispenser.store.errors import StoreError
from dispenser.store.records import JobRecord
from hal.driver import Lease, MachineDriver
from hal.errors import MachineError, RefusedError, UnreachableError
from hal.journal import Cursor
from hal.status import Bay, Capabilities, MachineStatus, capabilities_digest
from hal.wire import words
from safety.site_checks import check_evidence, check_record

Result = TypeVar("Result")

JOURNAL_PAGE = 500
LOOK_SECONDS = 1.0
"""Longest time between two looks at a machine whose doorbell stays silent."""
RETURN_SECONDS = 1.0
"""Wait before an unreachable machine is opened again."""

REFUSED_SECONDS = 30.0
"""Wait after a refusal before the machine is asked again, unless its canisters have changed."""

_log = structlog.get_logger()


class Offload(Protocol):
    """Runs database work where it keeps nobody waiting, and returns its result."""

    async def __call__(self, work: Callable[[], Result], /) -> Result:
        """Run `work` once."""
        ...


class Supervisor:
    """Drives one machine for as long as `run` runs; the only caller of its driver."""

    def __init__(
        self,
        services: Services,
        machine_id: MachineId,
        driver: MachineDriver,
        holder: str,
        offload: Offload = asyncio.to_thread,
    ) -> None:
        """Prepare; connects to nothing. `holder` names this controller in the machine's lease."""
        self._services = services
        self._offload = offload
        self._machine_id = machine_id
        self._driver = driver
        self._holder = holder
        self._book = Book(services, machine_id)
        self._note = Note()
        self._refused: tuple[Bay, ...] | None = None
        self._refused_until = 0.0

    async def run(self) -> None:
        """Serve the machine until cancelled; every failure of link or machine ends in a new look from the start."""
        while True:
            try:
                await self._session()
            except RefusedError as error:
                await self._away(error)
                if any(reason.code == words.FENCED for reason in error.reasons):
                    return
            except (MachineError, StoreError) as error:
                await self._away(error)
            except (DistrustError, LookupError, ValueError, IllegalJobMoveError) as error:
                # Never guess: the machine stays unserved until a human has looked.
                await self._away(error)
                return
            finally:
                with suppress(MachineError):
                    await self._driver.close()
            await self._services.clock.sleep(RETURN_SECONDS)

    async def _away(self, error: Exception) -> None:
        _log.warning("machine away", machine=self._machine_id, kind=type(error).__name__, detail=str(error))
        self._note = note_of(error)
        try:
            await self._store(self._book.lost)
            await self._store(self._set_offline)
        except (StoreError, DistrustError) as also:
            # The next session begins by writing the same; a store that is away must not end the supervisor too.
            _log.warning("cannot note that a machine is away", machine=self._machine_id, detail=str(also))

    async def _session(self) -> None:
        epoch = await self._store(self._take_epoch)
        self._book.epoch = epoch
        capabilities = await self._driver.open(Lease(self._holder, epoch))
        unfit = check_evidence(self._machine_id, capabilities)
        if unfit:
            raise UnfitMachineError(findings=unfit)
        await self._store(lambda: self._set_capabilities(capabilities))
        # A controller that was killed left the job as it stood; nobody knows what happened since.
        await self._store(self._book.lost)
        await self._require_newer_record()
        await self._look()
        bell = _Bell(self._driver.doorbell())
        try:
            while True:
                await self._dispatch(capabilities, epoch)
                await bell.wait(LOOK_SECONDS)
                await self._look()
        finally:
            await bell.close()

    async def _require_newer_record(self) -> None:
        """Serve only a machine whose orders we all know: a restored database would pack them again (H21)."""
        status = await self._driver.read_status()
        next_number = await self._store(self._next_order_number)
        findings = check_record(self._machine_id, status.high_water, next_number)
        if findings:
            raise OlderRecordError(findings=findings)

    async def _look(self) -> None:
        """Read how the machine stands, then its journal to the end, then decide what is still unknown."""
        status = await self._driver.read_status()
        # The status was read first, so the journal holds everything that the status tells of.
        await self._follow()
        job = await self._store(self._book.live)
        if job is not None and job.order_number is not None:
            await self._settle(job, job.order_number, status)
        bays = await self._driver.read_bays()
        document = snapshot_document(status, bays, self._note)
        await self._store(lambda: self._set_online(document))

    async def _follow(self) -> None:
        cursor = await self._store(self._cursor)
        while entries := await self._driver.journal_after(cursor, JOURNAL_PAGE):
            await self._store(partial(self._book.record, entries))
            cursor = Cursor(entries[-1].boot_id, entries[-1].seq)

    async def _settle(self, job: JobRecord, number: int, status: MachineStatus) -> None:
        found = found_order(status, number)
        match found:
            case Found.NEVER_LOADED:
                await self._store(lambda: self._book.give_up(number, JobEvent.FOUND_NOT_LOADED))
            case Found.OVER:
                await self._store(lambda: self._book.give_up(number, JobEvent.INTERRUPTED))
            case Found.WAITING | Found.AT_WORK:
                if await self._store(lambda: self._book.is_void(job)):
                    # The plan has changed: nothing more of this roll, from the next pouch boundary on.
                    await self._driver.ensure_stopped()
                elif found is Found.WAITING:
                    await self._driver.ensure_packing(number)
                await self._store(self._book.found_packing)

    async def _dispatch(self, capabilities: Capabilities, epoch: int) -> None:
        queued = await self._store(lambda: next_queued(self._services, self._machine_id))
        if not queued:
            self._note = Note()
            return
        bays = tuple(await self._driver.read_bays())
        if self._refused == bays and self._services.clock.monotonic() < self._refused_until:
            return
        stock = stock_of(self._machine_id, capabilities, bays)
        now = MachineNow(stock, capabilities_digest(capabilities), capabilities.order_pouches, epoch)
        try:
            order = await self._store(lambda: prepare_first(self._services, queued, now))
        except NotSendableError as error:
            self._note = note_of(error)
            return
        if order is None:
            return
        self._note = Note()
        try:
            await self._driver.ensure_loaded(order)
        except RefusedError as refused:
            # The same order would be refused again; wait for other canisters, or a while.
            self._note = note_of(refused)
            self._refused = bays
            self._refused_until = self._services.clock.monotonic() + REFUSED_SECONDS
            if any(reason.code == words.FENCED for reason in refused.reasons):
                raise
            await self._store(lambda: self._book.give_up(order.number, JobEvent.REFUSED))
            return
        job = await self._store(self._book.live)
        if job is None or await self._store(lambda: self._book.is_void(job)):
            await self._driver.ensure_stopped()
            return
        await self._driver.ensure_packing(order.number)
        await self._store(self._book.started)

    async def _store(self, work: Callable[[], Result]) -> Result:
        """Run database work beside the loop, so that the other machines are not kept waiting."""
        return await asyncio.shield(self._offload(work))

    def _take_epoch(self) -> int:
        with self._services.database.write() as tx:
            return tx.machines.take_epoch(self._machine_id)

    def _next_order_number(self) -> int:
        with self._services.database.read() as tx:
            return tx.machines.get(self._machine_id).next_order_number

    def _cursor(self) -> Cursor:
        with self._services.database.read() as tx:
            return tx.machines.get(self._machine_id).cursor

    def _set_capabilities(self, capabilities: Capabilities) -> None:
        with self._services.database.write() as tx:
            tx.machines.set_capabilities(self._machine_id, capabilities_document(capabilities))

    def _set_online(self, document: str) -> None:
        with self._services.database.write() as tx:
            # Seen later than now: the clock was set back while we looked on.
            distrust_clock(tx, self._services.clock, tx.machines.get(self._machine_id).seen_at)
            tx.machines.set_link(self._machine_id, "online", self._services.clock.now(), document)

    def _set_offline(self) -> None:
        with self._services.database.write() as tx:
            document = noted_document(tx.machines.get(self._machine_id).status, self._note)
            tx.machines.set_link(self._machine_id, "offline", None, document)


class _Bell:
    """A machine's doorbell as something that can be waited for; a bell that breaks ends the wait with its error."""

    def __init__(self, rings: AsyncIterator[None]) -> None:
        self._rings = rings
        self._rung = asyncio.Event()
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for _ in self._rings:
            self._rung.set()
        raise UnreachableError("the doorbell ended")

    async def wait(self, seconds: float) -> None:
        waiter = asyncio.create_task(self._rung.wait())
        await asyncio.wait({waiter, self._task}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        waiter.cancel()
        if self._task.done():
            self._task.result()
        self._rung.clear()

    async def close(self) -> None:
        self._task.cancel()
        # Not awaited itself: that would swallow a cancellation meant for us.
        await asyncio.wait({self._task})
