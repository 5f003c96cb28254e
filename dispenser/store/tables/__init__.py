"""SQLModel tables, one family a file; they never leave the store."""

from dispenser.store.tables.audit import AuditRow
from dispenser.store.tables.batches import BatchRow, ClosingRow, PeriodRow, RollRow
from dispenser.store.tables.changes import CitizenNoteRow, DiscardRow
from dispenser.store.tables.common import METADATA, table_of
from dispenser.store.tables.fills import (
    FillEndRow,
    FillPackRow,
    FillRow,
    LotNoticeRow,
    OrderFillRow,
    PouchFillRow,
    ProductGtinRow,
)
from dispenser.store.tables.intake import CitizenRow, InboxRow, PackingGroupRow, ResourceRow
from dispenser.store.tables.jobs import JobRow, PouchRow
from dispenser.store.tables.machines import JournalMarkRow, JournalRow, MachineRow, ReadmissionRow, ReadmissionUseRow
from dispenser.store.tables.overrides import (
    AlertRow,
    AlertSightingRow,
    OverrideRevocationRow,
    OverrideRow,
    OverrideSecondRow,
    StaffEndRow,
    StaffRow,
)
from dispenser.store.tables.plans import PlanLineRow, PlanRow
from dispenser.store.tables.rules import RulePackRow, RuleSignatureRow
from dispenser.store.tables.slots import SlotSignatureRow, SlotTableRow

ALERT = table_of(AlertRow)
ALERT_SIGHTING = table_of(AlertSightingRow)
AUDIT = table_of(AuditRow)
BATCH = table_of(BatchRow)
CITIZEN = table_of(CitizenRow)
CITIZEN_NOTE = table_of(CitizenNoteRow)
CLOSING = table_of(ClosingRow)
DISCARD = table_of(DiscardRow)
FILL = table_of(FillRow)
FILL_END = table_of(FillEndRow)
FILL_PACK = table_of(FillPackRow)
INBOX = table_of(InboxRow)
JOB = table_of(JobRow)
JOURNAL = table_of(JournalRow)
JOURNAL_MARK = table_of(JournalMarkRow)
LOT_NOTICE = table_of(LotNoticeRow)
MACHINE = table_of(MachineRow)
ORDER_FILL = table_of(OrderFillRow)
OVERRIDE = table_of(OverrideRow)
OVERRIDE_REVOCATION = table_of(OverrideRevocationRow)
OVERRIDE_SECOND = table_of(OverrideSecondRow)
PACKING_GROUP = table_of(PackingGroupRow)
PERIOD = table_of(PeriodRow)
PLAN = table_of(PlanRow)
PLAN_LINE = table_of(PlanLineRow)
POUCH = table_of(PouchRow)
POUCH_FILL = table_of(PouchFillRow)
PRODUCT_GTIN = table_of(ProductGtinRow)
READMISSION = table_of(ReadmissionRow)
READMISSION_USE = table_of(ReadmissionUseRow)
RESOURCE = table_of(ResourceRow)
ROLL = table_of(RollRow)
RULE_PACK = table_of(RulePackRow)
RULE_SIGNATURE = table_of(RuleSignatureRow)
SLOT_SIGNATURE = table_of(SlotSignatureRow)
SLOT_TABLE = table_of(SlotTableRow)
STAFF = table_of(StaffRow)
STAFF_END = table_of(StaffEndRow)

__all__ = [
    "ALERT",
    "ALERT_SIGHTING",
    "AUDIT",
    "BATCH",
    "CITIZEN",
    "CITIZEN_NOTE",
    "CLOSING",
    "DISCARD",
    "FILL",
    "FILL_END",
    "FILL_PACK",
    "INBOX",
    "JOB",
    "JOURNAL",
    "LOT_NOTICE",
    "MACHINE",
    "METADATA",
    "ORDER_FILL",
    "OVERRIDE",
    "OVERRIDE_REVOCATION",
    "OVERRIDE_SECOND",
    "PACKING_GROUP",
    "PERIOD",
    "PLAN",
    "PLAN_LINE",
    "POUCH",
    "POUCH_FILL",
    "PRODUCT_GTIN",
    "RESOURCE",
    "ROLL",
    "RULE_PACK",
    "RULE_SIGNATURE",
    "SLOT_SIGNATURE",
    "SLOT_TABLE",
    "STAFF",
    "STAFF_END",
]
