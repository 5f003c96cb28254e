"""Which slot table is in force for whom and when; how one is proposed and signed."""

from datetime import date, datetime

from dispenser.app.services import Services
from dispenser.app.slot_file import SlotTableError, read_slot_file
from dispenser.core.ids import GroupId, RollId
from dispenser.core.slots import BUILT_IN_VERSION, SlotTable
from dispenser.store.records import SlotTableRecord
from dispenser.store.session import Transaction
from safety import slot_codes
from safety.findings import Finding, found
from safety.slot_checks import check_signature, check_start
from scheduling.calendar import local_date


def slots_for(services: Services, tx: Transaction, group_id: GroupId, day: date) -> SlotTable:
    """Return the table in force for a packing group on a civil date: its own, else the site's, else the built-in one.

    A period is planned with the table of its first day, from end to end.
    """
    record = tx.slot_tables.in_force(group_id, day)
    return services.slots if record is None else record.draft.table


def slots_of_roll(services: Services, tx: Transaction, roll_id: RollId) -> SlotTable:
    """Return the table with which a roll was planned, whatever is in force now.

    Raises:
        NotFoundError: no such roll, or no such table any more.
    """
    version = tx.slot_tables.version_of_roll(roll_id)
    if version == services.slots.version:
        return services.slots
    return SlotTable() if version == BUILT_IN_VERSION else tx.slot_tables.get(version).draft.table


def propose_slots(services: Services, text: str, who: str) -> SlotTableRecord:
    """Store the table that `text` (TOML) proposes, in `who`'s name; it waits for the signature of another.

    Raises:
        SlotTableError: with every reason why the table cannot be used; nothing is stored.
    """
    draft = read_slot_file(text)
    now = services.clock.now()
    with services.database.write() as tx:
        findings: list[Finding] = [*check_start(draft.valid_from, local_date(now))]
        if not who.strip():
            findings.append(found(slot_codes.NO_NAME, "who"))
        if draft.group_id is not None and tx.groups.name(draft.group_id) is None:
            findings.append(found(slot_codes.UNKNOWN_GROUP, "group", group=draft.group_id))
        if findings:
            raise SlotTableError(findings)
        record = tx.slot_tables.add(draft, who, now)
        _note(tx, record, who, "proposed", now)
        return record


def sign_slots(services: Services, version: str, who: str) -> SlotTableRecord:
    """Put a proposed table in force from its first day on, signed by `who`, a pharmacist who did not make it (R14).

    Raises:
        NotFoundError: no such table.
        SlotTableError: with every reason why `who` may not sign it now; nothing is changed.
    """
    now = services.clock.now()
    with services.database.write() as tx:
        record = tx.slot_tables.get(version)
        valid_from = record.draft.valid_from
        findings = check_signature(record.author, who, record.signed_by, valid_from, local_date(now))
        if findings:
            raise SlotTableError(findings)
        signed = tx.slot_tables.sign(version, who, now)
        _note(tx, signed, who, "signed", now)
        return signed


def _note(tx: Transaction, record: SlotTableRecord, who: str, what: str, now: datetime) -> None:
    scope = "the site" if record.draft.group_id is None else f"group {record.draft.group_id}"
    detail = f"{scope}, from {record.draft.valid_from}: {record.draft.reason}"
    tx.audit.append(now, who, f"slot table {what}", f"slots/{record.version}", detail)
