"""Write down what a machine's journal says: entries, outcomes and the cursor, all in one transaction."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from dispenser.app.dispatch import OPEN_POUCH
from dispenser.app.distrust import DoublePackedError, FencedOffError, MissingEvidenceError, StrangePouchError
from dispenser.app.fold import OrderFold, OrderMoved, PouchOutcome, require_continuity
from dispenser.app.ledger import Piece
from dispenser.app.release import end_batch_if_done, queue_job
from dispenser.app.services import Services
from dispenser.app.tracing import Shelf, note_pouch
from dispenser.core.acute import Acute
from dispenser.core.ids import MachineId
from dispenser.core.job import JobEvent, JobState, advance
from dispenser.core.roll import Roll
from dispenser.store.machine_records import Desk, LiveJob, Standing
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


@dataclass(frozen=True, slots=True)
class _Work:
    """A live job as it was sent, and the evidence of its pouches; of the record nothing is used that ever changes."""

    record: JobRecord
    fold: OrderFold


@dataclass(slots=True)
class Book:
    """The record of one machine; keeps the evidence of pouches that are not closed yet between two writes."""

    services: Services
    machine_id: MachineId
    epoch: int = 0
    """Fencing token of the lease under which this book is written; a higher one in the store ends it."""
    _folds: dict[int, _Work] = field(default_factory=dict)
    """Of the live jobs, by order number."""
    _end: tuple[int, JournalEntry] | None = None
    """How many entries are on record and the newest of them, when it was us who wrote it."""
    _roll: Roll | None = None
    """The roll that was looked at last: its content never changes."""
    _shelf: Shelf = field(default_factory=Shelf)

    def mark(self) -> Mark:
        """Return how far the machine's journal is on record, and the head of its chain there."""
        with self.services.database.read() as tx:
            return tx.desks.get(self.machine_id).mark

    def note_mark(self, tx: Transaction, mark: Mark) -> None:
        """Keep that the machine is about to be told of `mark`."""
        self.desk(tx)
        tx.journal.mark(self.machine_id, mark)

    def record(self, entries: Sequence[JournalEntry], *, apart: bool = False) -> Mark:
        """Append `entries`, fold them into the live jobs, and move the cursor; return where it stands.

        What is taken in `apart` counts for nothing: two people have signed that it is destroyed.

        Raises:
            ProtocolViolationError: an entry is missing (nothing was recorded).
            DistrustError: the journal claims what cannot be, or another controller has taken over (as before).
        """
        return self.taking_in(entries, apart=apart).alone(self.services.database)[0]

    def taking_in(self, entries: Sequence[JournalEntry], *, apart: bool = False) -> Piece[tuple[Mark, Standing]]:
        """Do as `record`, and return how the machine's work stands then too, from the same transaction."""
        # What was folded is rolled back with the transaction; the next look rebuilds it from the store.
        return Piece(lambda tx: self._take_in(tx, entries, apart=apart), self._forget)

    def _take_in(self, tx: Transaction, entries: Sequence[JournalEntry], *, apart: bool) -> tuple[Mark, Standing]:
        desk = self.desk(tx)
        mark, standing = desk.mark, desk.standing
        if not entries:
            return mark, standing
        place, last = self._end_of(tx, mark.cursor)
        require_continuity(self.machine_id, last, entries)
        if not apart and self._take(tx, desk.live, entries):
            standing = tx.desks.get(self.machine_id).standing
        tx.journal.append(self.machine_id, entries, place)
        head = mark.head
        for entry in entries:
            head = chain(head, entry)
        newest = entries[-1]
        mark = Mark(Cursor(newest.boot_id, newest.seq), head)
        tx.machines.set_cursor(self.machine_id, mark.cursor, mark.head)
        self._end = place + len(entries), newest
        return mark, standing

    def _forget(self) -> None:
        self._folds.clear()
        self._end = None

    def _end_of(self, tx: Transaction, cursor: Cursor) -> tuple[int, JournalEntry | None]:
        """Return how many entries are on record, and the newest; asked only when the newest at `cursor` is not ours."""
        if self._end is not None and cursor == Cursor(self._end[1].boot_id, self._end[1].seq):
            return self._end
        return tx.journal.end(self.machine_id)

    @contextmanager
    def _writing(self) -> Generator[tuple[Transaction, Desk]]:
        with self.services.database.write() as tx:
            yield tx, self.desk(tx)

    def desk(self, tx: Transaction) -> Desk:
        """Return how the machine stands, for whoever writes.

        Raises:
            FencedOffError: another controller has taken over; nothing may be written for the machine any more.
        """
        desk = tx.desks.get(self.machine_id)
        findings = check_lease(self.machine_id, self.epoch, desk.epoch)
        if findings:
            raise FencedOffError(findings=findings)
        return desk

    def is_newest(self) -> bool:
        """Return whether nobody has taken a lease of the machine from this database after ours."""
        with self.services.database.read() as tx:
            return tx.machines.get(self.machine_id).epoch == self.epoch

    def live(self) -> tuple[LiveJob, ...]:
        """Return the machine's live jobs, in the order in which they are packed."""
        return self.standing().live

    def is_void(self, job: LiveJob) -> bool:
        """Return whether the job's roll was out of use when it was read."""
        return job.is_void

    def standing(self) -> Standing:
        """Return how the machine's work stands."""
        with self.services.database.read() as tx:
            return tx.desks.get(self.machine_id).standing

    def is_wanted(self, number: int) -> bool:
        """Return whether order `number` is live and its roll still in use."""
        return any(job.order_number == number and not job.is_void for job in self.live())

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
        with self._writing() as (tx, desk):
            for job in desk.live:
                if job.state in events and number in (None, job.order_number):
                    target = advance(job.state, events[job.state])
                    tx.jobs.move(job.job_id, job.state, target, self.services.clock.now())

    def give_up(self, number: int, event: JobEvent) -> None:
        """End the live job of order `number` by `event` (refused, not loaded, interrupted); queue what is missing."""
        with self._writing() as (tx, desk):
            for job in desk.live:
                if job.order_number == number:
                    self._finish(tx, job, event)

    def _take(self, tx: Transaction, live: tuple[LiveJob, ...], entries: Sequence[JournalEntry]) -> bool:
        """Fold `entries` into the `live` jobs; return whether these may stand otherwise now."""
        is_changed = False
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
            work = self._work_of(tx, job)
            fact = work.fold.take(entry)
            if isinstance(fact, PouchOutcome):
                is_changed |= self._close(tx, work.record, fact)
            elif isinstance(fact, OrderMoved):
                self._order_moved(tx, job, fact.state)
                is_changed = True
                live = tx.desks.get(self.machine_id).live
        return is_changed

    def _require_under_way(self, entry: JournalEntry, job: LiveJob | None) -> None:
        under_way = job.order_number if job else None
        findings = check_under_way(self.machine_id, entry.order_number, entry.pouch, under_way)
        if findings:
            raise StrangePouchError(findings=findings)

    def _require_film(self, tx: Transaction, entry: JournalEntry, job: LiveJob | None) -> None:
        is_under_way = job is not None and entry.order_number == job.order_number
        open_pouches = self._work_of(tx, job).fold.open_pouches if job and is_under_way else frozenset[int]()
        findings = check_film(self.machine_id, entry, open_pouches)
        if findings:
            raise StrangePouchError(findings=findings)

    def _work_of(self, tx: Transaction, job: LiveJob) -> _Work:
        work = self._folds.get(job.order_number)
        if work is None:
            record = tx.jobs.get(job.job_id)
            work = _Work(record, OrderFold(order_of(record.order_document)))
            for entry in tx.journal.of_order(self.machine_id, job.order_number):
                work.fold.take(entry)
            self._folds[job.order_number] = work
        return work

    def _close(self, tx: Transaction, job: JobRecord, outcome: PouchOutcome) -> bool:
        """Write down what has become of a pouch; return whether it was discarded, which ends its roll."""
        now = self.services.clock.now()
        subject = f"pouch/{job.roll_id}/{outcome.number}"
        if outcome.packed:
            if not tx.jobs.close_pouch(job.job_id, outcome.number, "packed", outcome.film, "", now):
                raise DoublePackedError(findings=[self._about(DOUBLE_POUCH, job, outcome, film=outcome.film)])
            void_reason = tx.desks.void_reason(job.roll_id)
            if void_reason is not None:
                reason = "packed into a void roll"
                tx.discards.add([DiscardRecord(job.roll_id, outcome.number, now, void_reason, reason, Acute.CHANGE)])
                detail = f"film {outcome.film} on {self.machine_id}: {reason}"
                tx.audit.append(now, str(self.machine_id), "discard pouch", subject, detail)
            return bool(note_pouch(self.services, tx, job, self._roll_of(tx, job), outcome, self._shelf))
        if outcome.findings:
            raise MissingEvidenceError(findings=[self._about(MISSING_EVIDENCE, job, outcome, codes=outcome.reason)])
        detail = f"film {outcome.film} on {self.machine_id}: {outcome.reason}"
        tx.audit.append(now, str(self.machine_id), "pouch void", subject, detail)
        return False

    def _roll_of(self, tx: Transaction, job: JobRecord) -> Roll:
        if self._roll is None or self._roll.roll_id != job.roll_id:
            self._roll = tx.batches.roll(job.roll_id)
        return self._roll

    def _about(self, code: Code, job: JobRecord, outcome: PouchOutcome, **details: object) -> Finding:
        pouch = {"machine": self.machine_id, "roll": job.roll_id, "pouch": outcome.number}
        return found(code, self.machine_id, **pouch, **details)

    def _order_moved(self, tx: Transaction, job: LiveJob, state: OrderState) -> None:
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

    def _finish(self, tx: Transaction, job: LiveJob, event: JobEvent) -> None:
        """End `job`: packed when every pouch is, else by `event` with the missing pouches queued under a new job."""
        now = self.services.clock.now()
        self._folds.pop(job.order_number, None)
        missing = [pouch.number for pouch in tx.jobs.pouches_of_job(job.job_id) if pouch.state in OPEN_POUCH]
        tx.jobs.move(job.job_id, job.state, advance(job.state, event if missing else JobEvent.ALL_PACKED), now)
        roll = tx.batches.roll_record(job.roll_id)
        if missing:
            tx.jobs.release_unpacked(job.job_id, event.value, now)
            if roll.void_reason is None:
                queue_job(tx, job.roll_id, self.machine_id, missing, tx.jobs.get(job.job_id).created_at)
        end_batch_if_done(tx, roll.batch_id, str(self.machine_id), now)


def _is_packed(entry: JournalEntry) -> bool:
    return entry.kind == words.POUCH_CLOSED and entry.fields.get("outcome") == words.PACKED
