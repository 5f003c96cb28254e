"""Slot tables as proposed and signed."""

import json
from datetime import date, datetime
from typing import TypedDict

from sqlalchemy import RowMapping, Select, func, insert, select

from dispenser.core.dosage import PartOfDay
from dispenser.core.ids import GroupId, RollId
from dispenser.core.slots import SlotTable, clock_of, slot_of, slot_word
from dispenser.store.documents import canonical, sha256_of
from dispenser.store.errors import DamagedRecordError, NotFoundError
from dispenser.store.records import SlotTableDraft, SlotTableRecord
from dispenser.store.repository import Repository
from dispenser.store.tables import BATCH, ROLL, SLOT_SIGNATURE, SLOT_TABLE


class _Document(TypedDict):
    times: dict[str, str]
    plain: dict[str, list[str]]


class SlotTables(Repository):
    """Versions of the site's slot table and of those that packing groups have of their own; append-only."""

    def add(self, draft: SlotTableDraft, author: str, created_at: datetime) -> SlotTableRecord:
        """Add a table as the next version, `slots-1`, `slots-2` ...; it is in force for nobody before it is signed.

        Raises:
            ConflictError: the group is unknown, or author or reason are empty.
        """
        number = self._count(select(func.coalesce(func.max(SLOT_TABLE.c.number), 0))) + 1
        version = f"slots-{number}"
        document = _document(draft.table)
        self._run(
            insert(SLOT_TABLE).values(
                version=version,
                number=number,
                group_id=draft.group_id,
                valid_from=draft.valid_from,
                author=author,
                reason=draft.reason,
                created_at=created_at,
                document=document,
                digest=sha256_of(document),
            )
        )
        return self.get(version)

    def sign(self, version: str, who: str, at: datetime) -> SlotTableRecord:
        """Put a version in force from its `valid_from` on.

        Raises:
            NotFoundError: no such version.
            ConflictError: it is signed already, or `who` is its author.
        """
        author = self.get(version).author
        self._run(insert(SLOT_SIGNATURE).values(version=version, author=author, signed_by=who, signed_at=at))
        return self.get(version)

    def get(self, version: str) -> SlotTableRecord:
        """Return one version.

        Raises:
            NotFoundError: no such version.
            DamagedRecordError: the table is not the one that was stored.
        """
        row = self._one(_tables().where(SLOT_TABLE.c.version == version))
        if row is None:
            message = f"no slot table {version}"
            raise NotFoundError(message)
        return _record(row)

    def all(self) -> tuple[SlotTableRecord, ...]:
        """Return every version, oldest first.

        Raises:
            DamagedRecordError: a table is not the one that was stored.
        """
        return tuple(_record(row) for row in self._all(_tables().order_by(SLOT_TABLE.c.number)))

    def in_force(self, group_id: GroupId, day: date) -> SlotTableRecord | None:
        """Return the signed table of the group on `day`, else the site's, else None.

        The latest `valid_from` counts, and of two on the same day the one that was signed last.

        Raises:
            DamagedRecordError: the table is not the one that was stored.
        """
        signed = (
            _tables()
            .where(SLOT_SIGNATURE.c.version.is_not(None), SLOT_TABLE.c.valid_from <= day)
            .order_by(SLOT_TABLE.c.valid_from.desc(), SLOT_SIGNATURE.c.signed_at.desc(), SLOT_TABLE.c.number.desc())
            .limit(1)
        )
        own = self._one(signed.where(SLOT_TABLE.c.group_id == group_id))
        row = own or self._one(signed.where(SLOT_TABLE.c.group_id.is_(None)))
        return _record(row) if row else None

    def version_of_roll(self, roll_id: RollId) -> str:
        """Return the version with which a roll was planned.

        Raises:
            NotFoundError: no such roll.
        """
        row = self._one(
            select(BATCH.c.slot_version)
            .join(ROLL, ROLL.c.batch_id == BATCH.c.batch_id)
            .where(ROLL.c.roll_id == roll_id)
        )
        if row is None:
            message = f"no roll {roll_id}"
            raise NotFoundError(message)
        return str(row["slot_version"])


def _tables() -> Select[tuple[object, ...]]:
    signature = (SLOT_SIGNATURE.c.signed_by, SLOT_SIGNATURE.c.signed_at)
    return select(SLOT_TABLE, *signature).outerjoin(SLOT_SIGNATURE, SLOT_SIGNATURE.c.version == SLOT_TABLE.c.version)


def _document(table: SlotTable) -> str:
    document: _Document = {
        "times": {slot.value: str(at) for slot, at in table.times.items()},
        "plain": {str(count): [slot_word(slot) for slot in slots] for count, slots in table.plain.items()},
    }
    return canonical(document)


def _record(row: RowMapping) -> SlotTableRecord:
    if sha256_of(row["document"]) != row["digest"]:
        message = f"slot table {row['version']} is not what was stored"
        raise DamagedRecordError(message)
    document: _Document = json.loads(row["document"])
    table = SlotTable(
        version=row["version"],
        signed_by=row["signed_by"] or "",
        times={PartOfDay(word): clock_of(at) for word, at in document["times"].items()},
        plain={int(count): tuple(map(slot_of, words)) for count, words in document["plain"].items()},
    )
    return SlotTableRecord(
        draft=SlotTableDraft(row["group_id"], row["valid_from"], row["reason"], table),
        author=row["author"],
        created_at=row["created_at"],
        signed_by=row["signed_by"],
        signed_at=row["signed_at"],
    )
