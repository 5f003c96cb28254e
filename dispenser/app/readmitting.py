"""The way back for a machine that is served no more: two people sign, and what it made meanwhile counts for nothing."""

from dispenser.app.bookkeeping import Book
from dispenser.app.services import Services
from dispenser.app.staff import NotAllowedError, name_on_list, staff_of
from dispenser.core.ids import MachineId
from dispenser.core.job import JobEvent
from dispenser.store.machine_records import ReadmissionRecord
from hal.journal import Mark
from safety.canister_checks import check_two
from safety.override_checks import check_pharmacist, check_reason


def sign_readmission(
    services: Services, machine_id: MachineId, who: str, second: str, reason: str
) -> ReadmissionRecord:
    """Sign that everything is destroyed which the machine made and nobody recorded, and that it may serve again.

    It takes effect when the controller next opens the machine, at rest. `who` answers for it as a pharmacist.

    Raises:
        NotAllowedError: they may not, or the reason says nothing; nothing is changed.
        NotFoundError: no such machine.
    """
    now = services.clock.now()
    with services.database.write() as tx:
        tx.machines.get(machine_id)
        staff = staff_of(tx)
        findings = (*check_two(who, second), *check_pharmacist(who, staff), *check_reason(reason))
        if findings:
            raise NotAllowedError(findings=findings)
        names = [name_on_list(name, staff) for name in (who, second)]
        record = tx.machines.readmit(machine_id, names[0], names[1], reason.strip(), now)
        subject = f"machine/{machine_id}"
        tx.audit.append(now, record.who, "machine readmitted", subject, f"{record.reason}; with {record.second}")
        return record


def use_readmission(book: Book, record: ReadmissionRecord, mark: Mark, high_water: int) -> None:
    """Let a readmission take effect, once the journal up to `mark` is on record.

    Every live job ends, what it lacks is queued again, and no order number up to `high_water` is given any more.
    """
    for job in book.live():
        book.give_up(job.order_number or 0, JobEvent.INTERRUPTED)
    services = book.services
    now = services.clock.now()
    with services.database.write() as tx:
        if tx.machines.get(book.machine_id).next_order_number <= high_water:
            tx.machines.take_order_number(book.machine_id, above=high_water)
        tx.machines.use_readmission(record, mark.cursor, now)
        detail = f"journal up to {mark.cursor.boot_id}/{mark.cursor.seq} counts for nothing"
        tx.audit.append(now, record.who, "machine in service again", f"machine/{book.machine_id}", detail)
