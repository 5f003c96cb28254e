"""Write down what a machine's journal says: entries, outcomes and the cursor, all in one transaction."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from dispenser.app.distrust import DoublePackedError, FencedOffError, MissingEvidenceError, StrangePouchError
from dispenser.app.fold import OrderFold, OrderMoved, PouchOutcome, require_continuity
from dispenser.app.release import end_batch_if_done, queue_job
from dispenser.app.services import Services
from dispenser.app.tracing import Shelf, note_pouch
from dispenser.core.acute import Acute
from dispenser.core.ids import MachineId
from dispenser.core.job import JobEvent, JobState, advance
from dispenser.core.roll import Roll
from dispenser.store.records import DiscardRecord, JobRecord
from dispenser.store.session import Transaction
from hal.journal import Cursor, JournalEntry, chain
from hal.orders import order_of
from hal.status import OrderState
from hal.wire import words
from safety.findings import Code, Finding, found
from safety.site_checks import check_film, check_lease, check_under_way
from safety.site_codes import DOUBLE_POUCH, MISSING_EVIDENCE

OPEN = frozenset({"planned", "unknown"})
"""States of a pouch that its attempt still answers for."""
_OVER = frozenset({OrderState.ENDED, OrderState.INTERRUPTED})


@dataclass(slots=True)
class Book:
    """The record of one machine; keeps the evidence of pouches that are not closed yet between two writes."""

    services: Services
    machine_id: MachineId
    epoch: int = 0
    """Fencing token of the lease under which this book is written; a higher one in the store ends it."""
    _fold: OrderFold | None = None
    _roll: Roll | None = None
    """The roll that was looked at last: its content never changes."""
    _shelf: Shelf = field(default_factory=Shelf)

    def record(self, entries: Sequence[JournalEntry]) -> None:
        """Append `entries`, fold them into the live job, and move the cursor.

        Raises:
            ProtocolViolationError: an entry is missing (nothing was recorded).
            DistrustError: the journal claims what cannot be, or another controller has taken over (as before).
        """
        try:
            with self._writing() as tx:
                machine = tx.machines.get(self.machine_id)
                last = next(iter(tx.journal.newest(self.machine_id, 1)), None)
                require_continuity(self.machine_id, last, entries)
                self._take(tx, entries)
                tx.journal.append(self.machine_id, entries)
                head = machine.journal_head
                for entry in entries:
                    head = chain(head, entry)
                newest = entries[-1]
                tx.machines.set_cursor(self.machine_id, Cursor(newest.boot_id, newest.seq), head)
        except BaseException:
            # What was folded was rolled back with the transaction; the next look rebuilds it from the store.
            self._fold = None
            raise

    @contextmanager
    def _writing(self) -> Generator[Transaction]:
        with self.services.database.write() as tx:
            findings = check_lease(self.machine_id, self.epoch, tx.machines.get(self.machine_id).epoch)
            if findings:
                raise FencedOffError(findings=findings)
            yield tx

    def live(self) -> JobRecord | None:
        """Return the machine's live job."""
        with self.services.database.read() as tx:
            return tx.jobs.live_on(self.machine_id)

    def is_void(self, job: JobRecord) -> bool:
        """Return whether the job's roll was taken out of use."""
        with self.services.database.read() as tx:
            return tx.batches.roll_record(job.roll_id).void_reason is not None

    def started(self) -> None:
        """The machine has taken the start of the live job, if its journal has not said so already."""
        self._move_from({JobState.SENT: JobEvent.STARTED})

    def found_packing(self) -> None:
        """The machine was read and is at work on the live job."""
        self._move_from({JobState.UNKNOWN: JobEvent.FOUND_PACKING})

    def lost(self) -> None:
        """The link is gone: what the live job has become is unknown until the machine is read again."""
        lost = JobEvent.LINK_LOST
        self._move_from({JobState.SENT: lost, JobState.PACKING: lost, JobState.HELD: lost})

    def _move_from(self, events: Mapping[JobState, JobEvent]) -> None:
        with self._writing() as tx:
            job = tx.jobs.live_on(self.machine_id)
            if job is not None and job.state in events:
                target = advance(job.state, events[job.state])
                tx.jobs.move(job.job_id, job.state, target, self.services.clock.now())

    def give_up(self, number: int, event: JobEvent) -> None:
        """End the live job of order `number` by `event` (refused, not loaded, interrupted); queue what is missing."""
        with self._writing() as tx:
            job = tx.jobs.live_on(self.machine_id)
            if job is not None and job.order_number == number:
                self._finish(tx, job, event)

    def _take(self, tx: Transaction, entries: Sequence[JournalEntry]) -> None:
        job = tx.jobs.live_on(self.machine_id)
        for entry in entries:
            if _is_packed(entry):
                self._require_under_way(entry, job)
            elif entry.kind == words.DROPPED:
                self._require_film(tx, entry, job)
            if job is None:
                continue
            fact = self._fold_of(tx, job).take(entry)
            if isinstance(fact, PouchOutcome):
                self._close(tx, job, fact)
            elif isinstance(fact, OrderMoved):
                job = self._order_moved(tx, job, fact.state)

    def _require_under_way(self, entry: JournalEntry, job: JobRecord | None) -> None:
        under_way = job.order_number if job else None
        findings = check_under_way(self.machine_id, entry.order_number, entry.pouch, under_way)
        if findings:
            raise StrangePouchError(findings=findings)

    def _require_film(self, tx: Transaction, entry: JournalEntry, job: JobRecord | None) -> None:
        is_under_way = job is not None and entry.order_number == job.order_number
        open_pouches = self._fold_of(tx, job).open_pouches if job and is_under_way else frozenset[int]()
        findings = check_film(self.machine_id, entry, open_pouches)
        if findings:
            raise StrangePouchError(findings=findings)

    def _fold_of(self, tx: Transaction, job: JobRecord) -> OrderFold:
        if self._fold is None or self._fold.order.number != job.order_number:
            self._fold = OrderFold(order_of(job.order_document))
            for entry in tx.journal.of_order(self.machine_id, self._fold.order.number):
                self._fold.take(entry)
        return self._fold

    def _close(self, tx: Transaction, job: JobRecord, outcome: PouchOutcome) -> None:
        now = self.services.clock.now()
        subject = f"pouch/{job.roll_id}/{outcome.number}"
        if outcome.packed:
            if not tx.jobs.close_pouch(job.job_id, outcome.number, "packed", outcome.film, "", now):
                raise DoublePackedError(findings=[self._about(DOUBLE_POUCH, job, outcome, film=outcome.film)])
            void_reason = tx.batches.roll_record(job.roll_id).void_reason
            if void_reason is not None:
                reason = "packed into a void roll"
                tx.discards.add([DiscardRecord(job.roll_id, outcome.number, now, void_reason, reason, Acute.CHANGE)])
                detail = f"film {outcome.film} on {self.machine_id}: {reason}"
                tx.audit.append(now, str(self.machine_id), "discard pouch", subject, detail)
            note_pouch(self.services, tx, job, self._roll_of(tx, job), outcome, self._shelf)
        elif outcome.findings:
            raise MissingEvidenceError(findings=[self._about(MISSING_EVIDENCE, job, outcome, codes=outcome.reason)])
        else:
            detail = f"film {outcome.film} on {self.machine_id}: {outcome.reason}"
            tx.audit.append(now, str(self.machine_id), "pouch void", subject, detail)

    def _roll_of(self, tx: Transaction, job: JobRecord) -> Roll:
        if self._roll is None or self._roll.roll_id != job.roll_id:
            self._roll = tx.batches.roll(job.roll_id)
        return self._roll

    def _about(self, code: Code, job: JobRecord, outcome: PouchOutcome, **details: object) -> Finding:
        pouch = {"machine": self.machine_id, "roll": job.roll_id, "pouch": outcome.number}
        return found(code, self.machine_id, **pouch, **details)

    def _order_moved(self, tx: Transaction, job: JobRecord, state: OrderState) -> JobRecord | None:
        if state in _OVER:
            self._finish(tx, job, JobEvent.INTERRUPTED)
            return None
        event = {
            (JobState.SENT, OrderState.RUNNING): JobEvent.STARTED,
            (JobState.PACKING, OrderState.HELD): JobEvent.HOLD,
            (JobState.HELD, OrderState.RUNNING): JobEvent.RESUME,
        }.get((job.state, state))
        if event is not None:
            tx.jobs.move(job.job_id, job.state, advance(job.state, event), self.services.clock.now())
        return tx.jobs.live_on(self.machine_id)

    def _finish(self, tx: Transaction, job: JobRecord, event: JobEvent) -> None:
        """End `job`: packed when every pouch is, else by `event` with the missing pouches queued under a new job."""
        now = self.services.clock.now()
        missing = [pouch.number for pouch in tx.jobs.pouches_of_job(job.job_id) if pouch.state in OPEN]
        tx.jobs.move(job.job_id, job.state, advance(job.state, event if missing else JobEvent.ALL_PACKED), now)
        roll = tx.batches.roll_record(job.roll_id)
        if missing:
            tx.jobs.release_unpacked(job.job_id, event.value, now)
            if roll.void_reason is None:
                queue_job(tx, job.roll_id, self.machine_id, missing, job.created_at)
        end_batch_if_done(tx, roll.batch_id, str(self.machine_id), now)


def _is_packed(entry: JournalEntry) -> bool:
    return entry.kind == words.POUCH_CLOSED and entry.fields.get("outcome") == words.PACKED
