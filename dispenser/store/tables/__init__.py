"""SQLModel tables, one family a file; they never leave the store."""

from dispenser.store.tables.audit import AuditRow
from dispenser.store.tables.batches import BatchRow, PeriodRow, RollRow
from dispenser.store.tables.changes import CitizenNoteRow, DiscardRow
from dispenser.store.tables.common import METADATA, table_of
from dispenser.store.tables.intake import CitizenRow, InboxRow, PackingGroupRow, ResourceRow
from dispenser.store.tables.jobs import JobRow, PouchRow
from dispenser.store.tables.machines import JournalRow, MachineRow
from dispenser.store.tables.plans import PlanLineRow, PlanRow
from dispenser.store.tables.rules import RulePackRow, RuleSignatureRow
from dispenser.store.tables.slots import SlotSignatureRow, SlotTableRow

AUDIT = table_of(AuditRow)
BATCH = table_of(BatchRow)
CITIZEN = table_of(CitizenRow)
CITIZEN_NOTE = table_of(CitizenNoteRow)
DISCARD = table_of(DiscardRow)
INBOX = table_of(InboxRow)
JOB = table_of(JobRow)
JOURNAL = table_of(JournalRow)
MACHINE = table_of(MachineRow)
PACKING_GROUP = table_of(PackingGroupRow)
PERIOD = table_of(PeriodRow)
PLAN = table_of(PlanRow)
PLAN_LINE = table_of(PlanLineRow)
POUCH = table_of(PouchRow)
RESOURCE = table_of(ResourceRow)
ROLL = table_of(RollRow)
RULE_PACK = table_of(RulePackRow)
RULE_SIGNATURE = table_of(RuleSignatureRow)
SLOT_SIGNATURE = table_of(SlotSignatureRow)
SLOT_TABLE = table_of(SlotTableRow)

__all__ = [
    "AUDIT",
    "BATCH",
    "CITIZEN",
    "CITIZEN_NOTE",
    "DISCARD",
    "INBOX",
    "JOB",
    "JOURNAL",
    "MACHINE",
    "METADATA",
    "PACKING_GROUP",
    "PERIOD",
    "PLAN",
    "PLAN_LINE",
    "POUCH",
    "RESOURCE",
    "ROLL",
    "RULE_PACK",
    "RULE_SIGNATURE",
    "SLOT_SIGNATURE",
    "SLOT_TABLE",
]
