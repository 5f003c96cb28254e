"""A database that is older than a machine stops the whole fleet: what that machine packed, another would pack again."""

from typing import Final

from dispenser.core.ids import MachineId
from dispenser.store.session import Transaction
from hal.clock import Clock
from safety.findings import Finding, found
from safety.machine_codes import FLEET_HELD

DISTRUSTED: Final = "record distrusted"
TAKEN_BACK: Final = "machine in service again"
"""What ends it: two people have signed for the machine, and it was taken back."""


def distrust_record(tx: Transaction, clock: Clock, machine_id: MachineId, why: str) -> None:
    """Write down that the database does not know what a machine has done, unless that stands already."""
    if not _stands(tx, machine_id):
        tx.audit.append(clock.now(), "controller", DISTRUSTED, f"machine/{machine_id}", why)


def record_findings(tx: Transaction) -> tuple[Finding, ...]:
    """Return a finding for every machine that knows more than the database; nothing goes to any machine meanwhile."""
    machines = (machine.machine_id for machine in tx.machines.all())
    return tuple(found(FLEET_HELD, str(one), machine=one) for one in machines if _stands(tx, one))


def _stands(tx: Transaction, machine_id: MachineId) -> bool:
    last = tx.audit.last_of((DISTRUSTED, TAKEN_BACK), f"machine/{machine_id}")
    return last is not None and last.action == DISTRUSTED
