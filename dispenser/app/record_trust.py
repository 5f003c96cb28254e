"""A database that is older than a machine stops the whole fleet: what that machine packed, another would pack again."""

from typing import Final

from dispenser.app.services import Services
from dispenser.core.ids import MachineId
from dispenser.store.session import Transaction
from hal.clock import Clock
from safety.findings import Finding, found
from safety.machine_codes import FLEET_HELD
from safety.site_checks import check_witness

DISTRUSTED: Final = "record distrusted"
TAKEN_BACK: Final = "machine in service again"
"""What ends it: two people have signed for the machine, and it was taken back."""


def is_distrusted(tx: Transaction, machine_id: MachineId) -> bool:
    """Return whether the machine knew more than the database, and was not taken back since."""
    last = tx.audit.last_of((DISTRUSTED, TAKEN_BACK), f"machine/{machine_id}")
    return last is not None and last.action == DISTRUSTED


def distrust_record(tx: Transaction, clock: Clock, machine_id: MachineId, why: str) -> None:
    """Write down that the database does not know what a machine has done, unless that stands already."""
    if not is_distrusted(tx, machine_id):
        tx.audit.append(clock.now(), "controller", DISTRUSTED, f"machine/{machine_id}", why)


def record_findings(services: Services, tx: Transaction) -> tuple[Finding, ...]:
    """Return what shows that the database is an older one; nothing goes to any machine meanwhile.

    That is every machine that knows more than the database, and every one that was sent more and was not asked yet.
    """
    numbers = tx.machines.next_order_numbers()
    subjects = {f"machine/{one}": one for one in numbers}
    # Asked before every order, for all machines at once; hardly any was ever distrusted.
    suspects = (subjects[subject] for subject in sorted(tx.audit.about(DISTRUSTED, list(subjects))))
    known = tuple(found(FLEET_HELD, str(one), machine=one) for one in suspects if is_distrusted(tx, one))
    # A machine that the database does not even name was sent something by a newer one.
    sent = services.witness.sent() if services.witness is not None else {}
    doubts = (check_witness(str(one), number, numbers.get(one, 1)) for one, number in sorted(sent.items()))
    return (*known, *(finding for findings in doubts for finding in findings))


def begin_witness(services: Services) -> None:
    """Have a witness from now on; without one of before, every machine that has had orders is to be asked first.

    Raises:
        StoreError: neither database nor witness can be used.
    """
    if services.witness is None:
        return
    with services.database.write() as tx:
        used = {one: number for one, number in tx.machines.next_order_numbers().items() if number > 1}
        if services.witness.begin(used):
            names = ", ".join(used) or "none"
            tx.audit.append(services.clock.now(), "controller", "witness begun", "database", f"to be asked: {names}")


def witness_order(services: Services, machine_id: MachineId, number: int) -> None:
    """Keep apart from the database that a machine is about to be sent order `number`.

    Raises:
        StoreError: it could not be kept; nothing may be sent.
    """
    if services.witness is not None:
        services.witness.note(machine_id, number)


def end_doubt(services: Services, tx: Transaction, machine_id: MachineId, high_water: int = 0) -> None:
    """Give no order number any more that a machine was sent, or has seen (`high_water`): nothing hangs on them now."""
    sent = services.witness.sent().get(machine_id, 0) if services.witness is not None else 0
    above = max(sent, high_water)
    if tx.machines.get(machine_id).next_order_number <= above:
        tx.machines.take_order_number(machine_id, above=above)
