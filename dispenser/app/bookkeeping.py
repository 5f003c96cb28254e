"""Write down what a machine's journal says: entries, outcomes and the cursor, all in one transaction."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from dispenser.app.dispatch import OPEN_POUCH
from dispenser.app.distrust import DoublePackedError, FencedOffError, MissingEvidenceError, StrangePouchError
from dispenser.app.fold import OrderFold, OrderMoved, PouchOutcome, require_continuity
from dispenser.app.release import end_batch_if_done, queue_job
from dispenser.app.services import Services
from dispenser.app.tracing import Shelf, note_pouch
from dispenser.core.acute import Acute
from dispenser.core.ids import MachineId
from dispenser.core.job import JobEvent, JobState, advance
from dispenser.core.roll import Roll
from dispenser.store.machine_records import Standing
from dispenser.store.records import DiscardRecord, JobRecord
from dispenser.store.session import Transaction
from hal.journal import Cursor, JournalEntry, Mark, chain
from hal.orders import order_of
from hal.status import OrderState
from hal.wire import words
from safety.findings import Code, Finding, found
from safety.site_checks import check_film, check_lease, check_under_way
from safety.site_codes import DOUBLE_POUCH, MISSING_EVIDENCE

_OVER = frozenset({OrderState.ENDED, OrderState.INTERRUPTED})


@dataclass(slots=True)
class Book:
    """The record of one machine; keeps the evidence of pouches that are not closed yet between two writes."""

    services: Services
    machine_id: MachineId
    epoch: int = 0
    """Fencing token of the lease under which this book is written; a higher one in the store ends it."""
    _folds: dict[int, OrderFold] = field(default_factory=dict)
    """Of the live jobs, by order number."""
    _roll: Roll | None = None
    """The roll that was looked at last: its content never changes."""
    _shelf: Shelf = field(default_factory=Shelf)

    def mark(self) -> Mark:
        """Return how far the machine's journal is on record, and the head of its chain there."""
        with self.services.database.read() as tx:
            machine = tx.machines.get(self.machine_id)
            return Mark(machine.cursor, machine.journal_head)

    def note_mark(self, mark: Mark) -> None:
        """Keep that the machine is about to be told of `mark`."""
        with self._writing() as tx:
            tx.journal.mark(self.machine_id, mark)

    def record(self, entries: Sequence[JournalEntry], *, apart: bool = False) -> Mark:
        """Append `entries`, fold them into the live jobs, and move the cursor; return where it stands.

        What is taken in `apart` counts for nothing: two people have signed that it is destroyed.

        Raises:
            ProtocolViolationError: an entry is missing (nothing was recorded).
            DistrustError: the journal claims what cannot be, or another controller has taken over (as before).
        """
        try:
            with self._writing() as tx:
                machine = tx.machines.get(self.machine_id)
                place, last = tx.journal.end(self.machine_id)
                require_continuity(self.machine_id, last, entries)
                if not apart:
                    self._take(tx, entries)
                tx.journal.append(self.machine_id, entries, place)
                head = machine.journal_head
                for entry in entries:
                    head = chain(head, entry)
                newest = entries[-1]
                mark = Mark(Cursor(newest.boot_id, newest.seq), head)
                tx.machines.set_cursor(self.machine_id, mark.cursor, mark.head)
        except BaseException:
            # What was folded was rolled back with the transaction; the next look rebuilds it from the store.
            self._folds.clear()
            raise
        return mark

    @contextmanager
    def _writing(self) -> Generator[Transaction]:
        with self.services.database.write() as tx:
            findings = check_lease(self.machine_id, self.epoch, tx.machines.get(self.machine_id).epoch)
            if findings:
                raise FencedOffError(findings=findings)
            yield tx

    def live(self) -> tuple[JobRecord, ...]:
        """Return the machine's live jobs, in the order in which they are packed."""
        with self.services.database.read() as tx:
            return tx.jobs.live_on(self.machine_id)

    def is_void(self, job: JobRecord) -> bool:
        """Return whether the job's roll was taken out of use."""
        with self.services.database.read() as tx:
            return tx.batches.roll_record(job.roll_id).void_reason is not None

    def standing(self) -> Standing:
        """Return how the machine's work stands."""
        with self.services.database.read() as tx:
            return tx.jobs.standing(self.machine_id)

    def is_wanted(self, number: int) -> bool:
        """Return whether order `number` is live and its roll still in use."""
        with self.services.database.read() as tx:
            live = [job for job in tx.jobs.live_on(self.machine_id) if job.order_number == number]
            return any(tx.batches.roll_record(job.roll_id).void_reason is None for job in live)

    def found_waiting(self, number: int) -> None:
        """The machine was read: order `number` waits there for its turn."""
        self._move({JobState.UNKNOWN: JobEvent.FOUND_WAITING}, number)

    def found_packing(self, number: int) -> None:
        """The machine was read and is at work on order `number`."""
        self._move({JobState.UNKNOWN: JobEvent.FOUND_PACKING, JobState.SENT: JobEvent.STARTED}, number)

    def lost(self) -> None:
        """The link is gone: what the live jobs have become is unknown until the machine is read again."""
        lost = JobEvent.LINK_LOST
        self._move({JobState.SENT: lost, JobState.PACKING: lost, JobState.HELD: lost})

    def _move(self, events: Mapping[JobState, JobEvent], number: int | None = None) -> None:
        """Move the live job of order `number`, or all live jobs, by the event that `events` names for their state."""
        with self._writing() as tx:
            for job in tx.jobs.live_on(self.machine_id):
                if job.state in events and number in (None, job.order_number):
                    target = advance(job.state, events[job.state])
                    tx.jobs.move(job.job_id, job.state, target, self.services.clock.now())

    def give_up(self, number: int, event: JobEvent) -> None:
        """End the live job of order `number` by `event` (refused, not loaded, interrupted); queue what is missing."""
        with self._writing() as tx:
            for job in tx.jobs.live_on(self.machine_id):
                if job.order_number == number:
                    self._finish(tx, job, event)

    def _take(self, tx: Transaction, entries: Sequence[JournalEntry]) -> None:
        live = tx.jobs.live_on(self.machine_id)
        for entry in entries:
            # Orders are packed one after the other: only for the first of them may anything fall.
            first = live[0] if live else None
            if _is_packed(entry):
                self._require_under_way(entry, first)
            elif entry.kind == words.DROPPED:
                self._require_film(tx, entry, first)
            job = next((job for job in live if job.order_number == entry.order_number), None)
            if job is None:
                continue
            fact = self._fold_of(tx, job).take(entry)
            if isinstance(fact, PouchOutcome):
                self._close(tx, job, fact)
            elif isinstance(fact, OrderMoved):
                self._order_moved(tx, job, fact.state)
                live = tx.jobs.live_on(self.machine_id)

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
        number = job.order_number or 0
        fold = self._folds.get(number)
        if fold is None:
            fold = OrderFold(order_of(job.order_document))
            for entry in tx.journal.of_order(self.machine_id, number):
                fold.take(entry)
            self._folds[number] = fold
        return fold

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

    def _order_moved(self, tx: Transaction, job: JobRecord, state: OrderState) -> None:
        if state in _OVER:
            self._finish(tx, job, JobEvent.INTERRUPTED)
            return
        event = {
            (JobState.SENT, OrderState.RUNNING): JobEvent.STARTED,
            (JobState.PACKING, OrderState.HELD): JobEvent.HOLD,
            (JobState.HELD, OrderState.RUNNING): JobEvent.RESUME,
        }.get((job.state, state))
        if event is not None:
            tx.jobs.move(job.job_id, job.state, advance(job.state, event), self.services.clock.now())

    def _finish(self, tx: Transaction, job: JobRecord, event: JobEvent) -> None:
        """End `job`: packed when every pouch is, else by `event` with the missing pouches queued under a new job."""
        now = self.services.clock.now()
        self._folds.pop(job.order_number or 0, None)
        missing = [pouch.number for pouch in tx.jobs.pouches_of_job(job.job_id) if pouch.state in OPEN_POUCH]
        tx.jobs.move(job.job_id, job.state, advance(job.state, event if missing else JobEvent.ALL_PACKED), now)
        roll = tx.batches.roll_record(job.roll_id)
        if missing:
            tx.jobs.release_unpacked(job.job_id, event.value, now)
            if roll.void_reason is None:
                queue_job(tx, job.roll_id, self.machine_id, missing, job.created_at)
        end_batch_if_done(tx, roll.batch_id, str(self.machine_id), now)


def _is_packed(entry: JournalEntry) -> bool:
    return entry.kind == words.POUCH_CLOSED and entry.fields.get("outcome") == words.PACKED
