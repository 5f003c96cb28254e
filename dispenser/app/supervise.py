"""One task per machine: open, reconcile, follow the journal, send the next order; in doubt, start over by reading."""

from collections.abc import Callable
from contextlib import suppress

import structlog

from dispenser.app.bookkeeping import Book
from dispenser.app.distrust import (
    DistrustError,
    OlderRecordError,
    RewrittenError,
    StillAtWorkError,
    UnfitMachineError,
)
from dispenser.app.doorbell import Bell
from dispenser.app.ledger import Ledger, Piece
from dispenser.app.link_record import LinkRecord
from dispenser.app.machines import snapshot_document
from dispenser.app.readmitting import machine_answered, open_readmission, set_aside_readmission, use_readmission
from dispenser.app.reconcile import Found, found_order
from dispenser.app.sending import Sender
from dispenser.app.services import Services
from dispenser.app.told import Note, note_of
from dispenser.core.ids import MachineId
from dispenser.core.job import IllegalJobMoveError, JobEvent, JobState
from dispenser.store.errors import StoreError
from dispenser.store.machine_records import LiveJob, ReadmissionRecord, Standing
from dispenser.store.session import Transaction
from hal.driver import Lease, MachineDriver
from hal.errors import MachineError, RefusedError
from hal.journal import NOTHING, Cursor, Mark
from hal.status import MachineStatus
from hal.wire import words
from safety.site_checks import check_at_rest, check_evidence, check_head, check_mark, check_record

JOURNAL_PAGE = 500
LOOK_SECONDS = 5.0
"""Longest time between two looks at a whole machine whose doorbell stays silent."""
BUSY_LOOK_SECONDS = 10.0
"""The same for one whose journal grows: it shows with every entry that it is there."""
ROUTINE = frozenset(
    {words.POUCH_STARTED, words.DROPPED, words.SEALED, words.PRINTED, words.INSPECTED, words.POUCH_CLOSED}
)
"""What a machine at work tells all the time; anything else is worth a look at the whole machine."""
RETURN_SECONDS = 1.0
"""Wait before an unreachable machine is opened again."""
ACKNOWLEDGE_SECONDS = 5.0
"""Least time between two times that a machine is told what is on record."""

_log = structlog.get_logger()


class Supervisor:
    """Drives one machine for as long as `run` runs; the only caller of its driver."""

    def __init__(
        self,
        services: Services,
        machine_id: MachineId,
        driver: MachineDriver,
        holder: str,
        ledger: Ledger | None = None,
        may_send: Callable[[], bool] = lambda: True,
    ) -> None:
        """Prepare; connects to nothing. `holder` names us in the machine's lease; nothing is sent until `may_send`."""
        self._may_send = may_send
        self.has_tried = False
        """It was opened since the program started and may be served, or it could not be, or may not."""
        self._services = services
        self._ledger = ledger or Ledger(services.database, services.clock)
        self._machine_id = machine_id
        self._driver = driver
        self._holder = holder
        self._book = Book(services, machine_id)
        self._link = LinkRecord(services, machine_id)
        self._acknowledged = NOTHING
        self._acknowledge_from = 0.0
        self._sender = Sender(services, self._book, driver, self._ledger.run)
        self._seen = NOTHING
        self._seen_at = 0.0
        self._is_busy = False
        self._noted = Note()
        self._is_trusted = False
        """It was served since `run` began: it comes back from a lost link without anybody's signature."""

    async def run(self) -> None:
        """Serve the machine until cancelled; every failure of link or machine ends in a new look from the start."""
        self._is_trusted = False
        while True:
            try:
                await self._session()
            except RefusedError as error:
                is_fenced = any(reason.code == words.FENCED for reason in error.reasons)
                # Nobody took it over by our own database: so another one did, or ours was restored.
                is_strange = is_fenced and await self._ask(self._book.is_newest, otherwise=True)
                await self.leave(error, knows_more=is_strange)
                if is_fenced and not (is_strange and await self.is_readmitted()):
                    return
            except (MachineError, StoreError) as error:
                await self.leave(error)
            except (DistrustError, LookupError, ValueError, IllegalJobMoveError) as error:
                # Never guess: the machine stays unserved until a human has looked.
                await self._halt(error)
                await self.leave(error)
                return
            finally:
                with suppress(MachineError):
                    await self._driver.close()
            await self._services.clock.sleep(RETURN_SECONDS)

    async def is_readmitted(self) -> bool:
        """Return whether two people have signed that the machine may be served again."""
        return await self._ask(lambda: self._open_readmission() is not None, otherwise=False)

    async def _halt(self, error: Exception) -> None:
        """Let a machine make no more of what must be discarded anyhow; it may not hear, and is left alone then too."""
        if isinstance(error, DistrustError) and error.stops_machine:
            with suppress(MachineError):
                await self._driver.ensure_stopped()

    async def _ask(self, question: Callable[[], bool], *, otherwise: bool) -> bool:
        try:
            return await self._ledger.run(question)
        except StoreError:
            return otherwise

    async def leave(self, error: Exception, *, knows_more: bool = False) -> None:
        """Note that the machine is not served, and why; one that `knows_more` than the database holds the fleet."""
        _log.warning("machine away", machine=self._machine_id, kind=type(error).__name__, detail=str(error))
        self._sender.note = note_of(error)
        try:
            await self._ledger.run(self._book.lost)
            is_older = knows_more or isinstance(error, OlderRecordError)
            await self._ledger.run(lambda: self._link.away(self._sender.note, knows_more=is_older))
        except (StoreError, DistrustError) as also:
            # The next session begins by writing the same; a store that is away must not end the supervisor too.
            _log.warning("cannot note that a machine is away", machine=self._machine_id, detail=str(also))
        self.has_tried = True

    async def _session(self) -> None:
        self._sender.started.clear()
        self._acknowledge_from = 0.0
        epoch = await self._ledger.run(self._take_epoch)
        self._book.epoch = epoch
        capabilities = await self._driver.open(Lease(self._holder, epoch))
        unfit = check_evidence(self._machine_id, capabilities)
        if unfit:
            raise UnfitMachineError(findings=unfit)
        await self._ledger.run(lambda: self._link.capable(capabilities))
        # A controller that was killed left the job as it stood; nobody knows what happened since.
        await self._ledger.run(self._book.lost)
        await self._take_back()
        await self._require_newer_record()
        await self._ledger.run(lambda: machine_answered(self._services, self._machine_id))
        self.has_tried = True
        self._seen = await self._ledger.run(self._book.mark)
        standing = await self._look()
        self._is_trusted = True
        # From here on nobody can sign for it; what was signed meanwhile says nothing of what it makes now.
        why = "the machine is in service"
        await self._ledger.run(lambda: set_aside_readmission(self._book, self._seen.cursor, why))
        bell = Bell(self._driver.doorbell(), self._services.clock)
        try:
            while True:
                if self._may_send():
                    await self._sender.send_all(capabilities, standing)
                if self._sender.note != self._noted:
                    standing = await self._look()
                standing = await self._glance(has_news=await bell.wait(is_busy=self._is_busy))
        finally:
            await bell.close()

    async def _take_back(self) -> None:
        """Take a readmitted machine back: whatever is in its journal by now counts for nothing."""
        readmission = None if self._is_trusted else await self._ledger.run(self._open_readmission)
        if readmission is None:
            return
        status = await self._driver.read_status()
        findings = check_at_rest(self._machine_id, status)
        if findings:
            # What it makes until it stops, nobody has signed for: they look, and sign, again.
            until = Cursor(status.boot_id, status.last_seq)
            await self._ledger.run(lambda: set_aside_readmission(self._book, until, "the machine was still at work"))
            raise StillAtWorkError(findings=findings)
        mark = await self._read_on(await self._ledger.run(self._book.mark), apart=True)
        await self._ledger.run(lambda: use_readmission(self._book, readmission, mark, status.high_water))
        if mark != NOTHING:
            await self._ledger.put(Piece(lambda tx: self._book.note_mark(tx, mark)))
            await self._acknowledge(mark)

    async def _require_newer_record(self) -> None:
        """Serve only a machine whose orders we all know: a restored database would pack them again (H21)."""
        status = await self._driver.read_status()
        told = status.acknowledged
        next_number, head = await self._ledger.run(lambda: self._known(told.cursor))
        findings = (
            *check_record(self._machine_id, status.high_water, next_number),
            *check_mark(self._machine_id, told, head),
        )
        if findings:
            raise OlderRecordError(findings=findings)

    async def _glance(self, *, has_news: bool) -> Standing:
        """Read on in the journal; look at the whole machine when it tells of more than pouches, and now and then."""
        entries = await self._driver.journal_after(self._seen.cursor, JOURNAL_PAGE) if has_news else ()
        self._seen, standing = await self._ledger.put(self._book.taking_in(entries))
        self._is_busy = bool(entries)
        is_routine = len(entries) < JOURNAL_PAGE and all(entry.kind in ROUTINE for entry in entries)
        due = self._seen_at + (BUSY_LOOK_SECONDS if entries else LOOK_SECONDS)
        if standing.is_void or not is_routine or self._services.clock.monotonic() >= due:
            return await self._look()
        return standing

    async def _look(self) -> Standing:
        """Read how the machine stands, then its journal to the end, then decide what is still unknown."""
        status = await self._driver.read_status()
        # The status was read first, so the journal holds everything that the status tells of.
        known, told = self._seen, Mark(Cursor(status.boot_id, status.last_seq), status.journal_head)
        mark = await self._read_on(known, told.cursor)
        findings = check_head(self._machine_id, mark, told, known.cursor)
        if findings:
            raise RewrittenError(findings=findings)
        standing = await self._ledger.run(self._book.standing)
        for job in standing.live:
            await self._settle(job, status)
        document = snapshot_document(status, await self._driver.read_bays(), self._sender.note)
        self._noted = self._sender.note
        now = self._services.clock.monotonic()
        is_news = mark not in {NOTHING, self._acknowledged} and now >= self._acknowledge_from

        def keep(tx: Transaction) -> Standing:
            desk = self._book.desk(tx)
            self._link.seen(tx, document)
            if is_news:
                tx.journal.mark(self._machine_id, mark)
            return desk.standing

        standing = await self._ledger.put(Piece(keep))
        self._seen, self._seen_at = mark, now
        if is_news:
            await self._acknowledge(mark)
        return standing

    async def _read_on(self, mark: Mark, until: Cursor | None = None, *, apart: bool = False) -> Mark:
        """Put the journal after `mark` on record up to `until` at least, None: its end; return where that is.

        A machine at work may write as fast as a slow line carries: its end is no place to wait for.
        """
        while not _has_reached(mark.cursor, until):
            entries = await self._driver.journal_after(mark.cursor, JOURNAL_PAGE)
            if not entries:
                break
            mark, _ = await self._ledger.put(self._book.taking_in(entries, apart=apart))
        return mark

    async def _acknowledge(self, mark: Mark) -> None:
        """Tell the machine what is on record, now and then: another database will not know of it."""
        await self._driver.acknowledge(mark)
        self._acknowledged = mark
        self._acknowledge_from = self._services.clock.monotonic() + ACKNOWLEDGE_SECONDS

    async def _settle(self, job: LiveJob, status: MachineStatus) -> None:
        number = job.order_number
        found = found_order(status, number)
        match found:
            case Found.NEVER_LOADED:
                await self._ledger.run(lambda: self._book.give_up(number, JobEvent.FOUND_NOT_LOADED))
            case Found.OVER:
                await self._ledger.run(lambda: self._book.give_up(number, JobEvent.INTERRUPTED))
            case Found.WAITING | Found.AT_WORK:
                if self._book.is_void(job):
                    # The plan has changed: nothing more of this roll, from the next pouch boundary on.
                    await self._driver.ensure_stopped()
                elif found is Found.WAITING:
                    await self._sender.start(number)
                note = self._book.found_waiting if found is Found.WAITING else self._book.found_packing
                # Asked for all machines all the time: nothing is written where nothing has changed.
                if job.state is JobState.UNKNOWN or (found is Found.AT_WORK and job.state is JobState.SENT):
                    await self._ledger.run(lambda: note(number))

    def _take_epoch(self) -> int:
        with self._services.database.write() as tx:
            return tx.machines.take_epoch(self._machine_id)

    def _known(self, place: Cursor) -> tuple[int, str | None]:
        """Return the next order number, and the head at a `place` in the journal that the machine was told of."""
        with self._services.database.read() as tx:
            next_number = tx.machines.get(self._machine_id).next_order_number
            return next_number, tx.journal.head_at(self._machine_id, place)

    def _open_readmission(self) -> ReadmissionRecord | None:
        return open_readmission(self._services, self._machine_id)


def _has_reached(place: Cursor, until: Cursor | None) -> bool:
    return until is not None and place.boot_id == until.boot_id and place.seq >= until.seq
