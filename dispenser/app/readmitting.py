"""The way back for a machine that is served no more: two people sign, and what it made meanwhile counts for nothing."""

from datetime import timedelta
from typing import Final

from dispenser.app.bookkeeping import Book
from dispenser.app.distrust import OlderRecordError
from dispenser.app.record_trust import TAKEN_BACK, end_doubt, is_distrusted
from dispenser.app.services import Services
from dispenser.app.staff import NotAllowedError, name_on_list, staff_of
from dispenser.core.ids import MachineId
from dispenser.core.job import JobEvent
from dispenser.store.machine_records import ReadmissionRecord
from hal.journal import Cursor, Mark
from safety.canister_checks import check_two
from safety.findings import found
from safety.machine_codes import FLEET_HELD
from safety.override_checks import check_pharmacist, check_reason
from safety.site_checks import check_given_up

SIGNED_FOR: Final = timedelta(minutes=10)
"""How long a signature waits for a machine out of reach: as long as those who signed stand beside it."""
_SERVED = "online"
"""How the link of a machine stands that the controller serves."""


def sign_readmission(
    services: Services, machine_id: MachineId, who: str, second: str, reason: str
) -> ReadmissionRecord:
    """Sign that everything is destroyed which the machine made and nobody recorded, and that it may serve again.

    It takes effect when the controller next opens the machine, at rest, within `SIGNED_FOR`. From now on the machine
    need not be asked what it was sent. `who` answers for it as a pharmacist.

    Raises:
        NotAllowedError: they may not, the reason says nothing, or the machine is in service. Nothing is changed.
        NotFoundError: no such machine.
    """
    now = services.clock.now()
    with services.database.write() as tx:
        machine = tx.machines.get(machine_id)
        staff = staff_of(tx)
        findings = (
            *check_two(who, second),
            *check_pharmacist(who, staff),
            *check_reason(reason),
            *check_given_up(machine_id, is_served=machine.link == _SERVED),
        )
        if findings:
            raise NotAllowedError(findings=findings)
        names = [name_on_list(name, staff) for name in (who, second)]
        record = tx.machines.readmit(machine_id, names[0], names[1], reason.strip(), now)
        # Nobody needs to ask it any more: whatever it was sent, they have destroyed what came of it.
        end_doubt(services, tx, machine_id)
        subject = f"machine/{machine_id}"
        tx.audit.append(now, record.who, "machine readmitted", subject, f"{record.reason}; with {record.second}")
        return record


def open_readmission(services: Services, machine_id: MachineId) -> ReadmissionRecord | None:
    """Return what was just signed for a machine and has not taken effect; None when nothing was.

    What was signed longer ago than `SIGNED_FOR` says nothing any more: nobody knows what came out since.
    """
    with services.database.read() as tx:
        record = tx.machines.open_readmission(machine_id)
    is_fresh = record is not None and abs(services.clock.now() - record.at) <= SIGNED_FOR
    return record if is_fresh else None


def machine_answered(services: Services, machine_id: MachineId) -> None:
    """A machine was asked, and knows of no order that the database does not: what else it was sent never came.

    Raises:
        OlderRecordError: it knew more before, and nobody has signed for it; our numbers have only caught up since.
    """
    sent = services.witness.sent().get(machine_id, 0) if services.witness is not None else 0
    with services.database.read() as tx:
        if is_distrusted(tx, machine_id):
            raise OlderRecordError(findings=[found(FLEET_HELD, machine_id, machine=machine_id)])
        if tx.machines.get(machine_id).next_order_number > sent:
            return
    with services.database.write() as tx:
        end_doubt(services, tx, machine_id)
        detail = f"it has had none of the orders up to {sent} that the database does not know"
        tx.audit.append(services.clock.now(), "controller", "machine asked", f"machine/{machine_id}", detail)


def use_readmission(book: Book, record: ReadmissionRecord, mark: Mark, high_water: int) -> None:
    """Let a readmission take effect, once the journal up to `mark` is on record.

    Every live job ends, what it lacks is queued again, and no order number up to `high_water` is given any more.
    """
    for job in book.live():
        book.give_up(job.order_number or 0, JobEvent.INTERRUPTED)
    services = book.services
    now = services.clock.now()
    with services.database.write() as tx:
        end_doubt(services, tx, book.machine_id, high_water)
        tx.machines.use_readmission(record, mark.cursor, now)
        detail = f"journal up to {mark.cursor.boot_id}/{mark.cursor.seq} counts for nothing"
        tx.audit.append(now, record.who, TAKEN_BACK, f"machine/{book.machine_id}", detail)


def set_aside_readmission(book: Book, until: Cursor, why: str) -> None:
    """Spend what was signed for a machine, if anything, without effect: it says nothing of what is made from now on.

    `until` is the newest entry of its journal that we know of.
    """
    services = book.services
    with services.database.write() as tx:
        record = tx.machines.open_readmission(book.machine_id)
        if record is not None:
            now = services.clock.now()
            tx.machines.use_readmission(record, until, now)
            tx.audit.append(now, record.who, "readmission without effect", f"machine/{book.machine_id}", why)
