"""What is on record of the link to a machine: online as it was last seen, or away, and why."""

from dataclasses import dataclass

from dispenser.app.machines import capabilities_document, noted_document
from dispenser.app.record_trust import distrust_record
from dispenser.app.services import Services
from dispenser.app.site import distrust_clock
from dispenser.app.told import Note
from dispenser.core.ids import MachineId
from dispenser.store.session import Transaction
from hal.status import Capabilities


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """The record of one machine's link."""

    services: Services
    machine_id: MachineId

    def capable(self, capabilities: Capabilities) -> None:
        """The machine was opened and can do this."""
        with self.services.database.write() as tx:
            tx.machines.set_capabilities(self.machine_id, capabilities_document(capabilities))

    def seen(self, tx: Transaction, document: str) -> None:
        """The machine was looked at; `document` is the snapshot."""
        # Seen later than now: the clock was set back while we looked on.
        distrust_clock(tx, self.services.clock, tx.machines.seen_at(self.machine_id))
        tx.machines.set_link(self.machine_id, "online", self.services.clock.now(), document)

    def away(self, note: Note, *, knows_more: bool) -> None:
        """The machine is not served, as `note` says; `knows_more` than the database, it holds the whole fleet."""
        with self.services.database.write() as tx:
            document = noted_document(tx.machines.get(self.machine_id).status, note)
            tx.machines.set_link(self.machine_id, "offline", None, document)
            if knows_more:
                distrust_record(tx, self.services.clock, self.machine_id, note.english)
