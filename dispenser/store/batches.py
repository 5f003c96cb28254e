"""Batches and the rolls they are made of."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, RowMapping, exists, func, insert, or_, select, update

from dispenser.core.batch import Batch, BatchState
from dispenser.core.change import MadeRoll
from dispenser.core.digest import roll_document, roll_of
from dispenser.core.ids import BatchId, CitizenId, GroupId, MachineId, RollId
from dispenser.core.roll import HEADER_NUMBER, Period, Roll
from dispenser.store.documents import findings_document, findings_of, sha256_of
from dispenser.store.errors import DamagedRecordError, NotFoundError, StoreError
from dispenser.store.records import BatchRecord, FindingRecord, RollRecord
from dispenser.store.repository import Repository, chunks
from dispenser.store.tables import BATCH, DISCARD, POUCH, ROLL

LAST_BATCH_NUMBER = 999_999
BATCH_HELD = "batch held"
"""Why the rolls of a held batch are void."""
PLANNED_ANEW = "planned anew"
"""Why a roll is void that could not be released, and whose period was planned once more."""
_ROLL_COLUMNS = [column for column in ROLL.c if column.name not in {"document", "first", "last"}]


class BatchesUsedUpError(StoreError):
    """All six-digit batch ids are taken."""


class Batches(Repository):
    """Batches with their rolls; a roll's document is stored once and never changed."""

    def next_id(self) -> BatchId:
        """Return the id after the highest; it is taken by `add`, not by asking.

        Raises:
            BatchesUsedUpError: there is none left.
        """
        highest = self._connection.execute(select(func.max(BATCH.c.batch_id))).scalar_one()
        number = int(highest or 0) + 1
        if number > LAST_BATCH_NUMBER:
            raise BatchesUsedUpError
        return BatchId(f"{number:06d}")

    def add(
        self,
        batch: Batch,
        digest: str,
        findings: Sequence[FindingRecord],
        state: BatchState,
        created_at: datetime,
    ) -> None:
        """Add a batch with all its rolls.

        Raises:
            ConflictError: an id is taken, or group or a plan revision are unknown.
        """
        self._run(
            insert(BATCH).values(
                batch_id=batch.batch_id,
                group_id=batch.group_id,
                first=batch.period.first,
                last=batch.period.last,
                catalogue_version=batch.catalogue_version,
                slot_version=batch.slot_version,
                state=state.value,
                digest=digest,
                findings=findings_document(findings),
                created_at=created_at,
                pouches=sum(len(roll.pouches) for roll in batch.rolls),
                rolls=len(batch.rolls),
            )
        )
        self._bulk(insert(ROLL), [_roll_values(batch.batch_id, roll) for roll in batch.rolls])

    def get(self, batch_id: BatchId) -> BatchRecord:
        """Return a batch without its content.

        Raises:
            NotFoundError: no such batch.
        """
        record = self.find(batch_id)
        if record is None:
            message = f"no batch {batch_id}"
            raise NotFoundError(message)
        return record

    def find(self, batch_id: BatchId) -> BatchRecord | None:
        """Return a batch without its content, or None."""
        row = self._one(select(BATCH).where(BATCH.c.batch_id == batch_id))
        return _batch_record(row) if row else None

    def newest(self, limit: int) -> tuple[BatchRecord, ...]:
        """Return at most `limit` batches, newest first."""
        rows = self._all(select(BATCH).order_by(BATCH.c.batch_id.desc()).limit(limit))
        return tuple(_batch_record(row) for row in rows)

    def planned(self, group_id: GroupId, period: Period) -> tuple[BatchId, ...]:
        """Return a group's batches over days of `period` that nobody has released, oldest first."""
        rows = self._all(
            select(BATCH.c.batch_id)
            .where(
                BATCH.c.group_id == group_id,
                BATCH.c.state == BatchState.PLANNED.value,
                BATCH.c.first <= period.last,
                BATCH.c.last >= period.first,
            )
            .order_by(BATCH.c.batch_id)
        )
        return tuple(row["batch_id"] for row in rows)

    def planned_periods(self, day: date) -> tuple[tuple[GroupId, Period], ...]:
        """Return the group and period of everything that was planned, held or not, and is not over on `day`."""
        which = select(BATCH.c.group_id, BATCH.c.first, BATCH.c.last).where(BATCH.c.last >= day).distinct()
        rows = self._all(which.order_by(BATCH.c.group_id, BATCH.c.first, BATCH.c.last))
        return tuple((row["group_id"], Period(row["first"], row["last"])) for row in rows)

    def load(self, batch_id: BatchId) -> Batch:
        """Return a batch with its rolls, in order of roll id, as they were stored.

        Raises:
            NotFoundError: no such batch.
            DamagedRecordError: a roll's document is not the one that was stored.
        """
        row = self._one(select(BATCH).where(BATCH.c.batch_id == batch_id))
        if row is None:
            message = f"no batch {batch_id}"
            raise NotFoundError(message)
        rolls = self._all(select(ROLL).where(ROLL.c.batch_id == batch_id).order_by(ROLL.c.roll_id))
        return Batch(
            batch_id=row["batch_id"],
            group_id=row["group_id"],
            period=Period(row["first"], row["last"]),
            catalogue_version=row["catalogue_version"],
            slot_version=row["slot_version"],
            rolls=tuple(_roll(roll) for roll in rolls),
        )

    def move(self, batch_id: BatchId, before: BatchState, after: BatchState, who: str, at: datetime) -> bool:
        """Move a batch from `before` to `after`; False when it was not in `before`. A release is signed by `who`."""
        values: dict[str, object] = {"state": after.value}
        if after is BatchState.RELEASED:
            values |= {"released_by": who, "released_at": at}
        return self._moved(
            update(BATCH).where(BATCH.c.batch_id == batch_id, BATCH.c.state == before.value).values(values)
        )

    def rolls(self, batch_id: BatchId) -> tuple[RollRecord, ...]:
        """Return a batch's rolls without their content, in order of id."""
        rows = self._all(select(*_ROLL_COLUMNS).where(ROLL.c.batch_id == batch_id).order_by(ROLL.c.roll_id))
        return tuple(RollRecord(**row) for row in rows)

    def roll(self, roll_id: RollId) -> Roll:
        """Return a roll.

        Raises:
            NotFoundError: no such roll.
            DamagedRecordError: its document is not the one that was stored.
        """
        row = self._one(select(ROLL).where(ROLL.c.roll_id == roll_id))
        if row is None:
            message = f"no roll {roll_id}"
            raise NotFoundError(message)
        return _roll(row)

    def roll_record(self, roll_id: RollId) -> RollRecord:
        """Return a roll without its content.

        Raises:
            NotFoundError: no such roll.
        """
        record = self.find_roll(roll_id)
        if record is None:
            message = f"no roll {roll_id}"
            raise NotFoundError(message)
        return record

    def find_roll(self, roll_id: RollId) -> RollRecord | None:
        """Return a roll without its content, or None."""
        row = self._one(select(*_ROLL_COLUMNS).where(ROLL.c.roll_id == roll_id))
        return RollRecord(**row) if row else None

    def rolls_of_citizen(self, citizen_id: CitizenId, limit: int) -> tuple[RollRecord, ...]:
        """Return at most `limit` rolls of a citizen without their content, newest first."""
        of_citizen = select(*_ROLL_COLUMNS).where(ROLL.c.citizen_id == citizen_id)
        return tuple(RollRecord(**row) for row in self._all(of_citizen.order_by(ROLL.c.roll_id.desc()).limit(limit)))

    def assign(self, roll_id: RollId, machine_id: MachineId) -> bool:
        """Say which machine packs a roll; False when the roll is unknown or void.

        Raises:
            ConflictError: the machine is unknown.
        """
        return self._moved(
            update(ROLL).where(ROLL.c.roll_id == roll_id, ROLL.c.void_reason.is_(None)).values(machine_id=machine_id)
        )

    def void_roll(self, roll_id: RollId, reason: str) -> bool:
        """Take a roll out of use, for good and on record; False when it is unknown or void already."""
        return self._moved(
            update(ROLL).where(ROLL.c.roll_id == roll_id, ROLL.c.void_reason.is_(None)).values(void_reason=reason)
        )

    def other_rolls(self, citizen_ids: Sequence[CitizenId], period: Period, excluding: BatchId) -> tuple[Roll, ...]:
        """Return these citizens' rolls that touch `period` as far as they are in use, but those of one batch; by id.

        Of a void roll those pouches are in use that were packed and not discarded; without any, it is left out.

        Raises:
            DamagedRecordError: a document is not the one that was stored.
        """
        rows = self._touching(citizen_ids, period, or_(ROLL.c.void_reason.is_(None), _any_kept()))
        made = self._made(row for row in rows if row["batch_id"] != excluding)
        return tuple(one.live() for one in made)

    def made_rolls(self, citizen_ids: Sequence[CitizenId], period: Period) -> tuple[MadeRoll, ...]:
        """Return all rolls of these citizens that touch `period`, void ones too, each as far as it has come; by id.

        Left out are those that were held or withdrawn before anybody released them: nothing can replace them.

        Raises:
            DamagedRecordError: a document is not the one that was stored.
        """
        ever_asked = or_(ROLL.c.void_reason.is_(None), ROLL.c.void_reason.not_in((BATCH_HELD, PLANNED_ANEW)))
        return self._made(self._touching(citizen_ids, period, ever_asked))

    def _touching(
        self, citizen_ids: Sequence[CitizenId], period: Period, which: ColumnElement[bool]
    ) -> list[RowMapping]:
        found: list[RowMapping] = []
        for some in chunks(citizen_ids):
            found += self._all(
                select(ROLL).where(
                    ROLL.c.citizen_id.in_(some), ROLL.c.first <= period.last, ROLL.c.last >= period.first, which
                )
            )
        return sorted(found, key=lambda row: str(row["roll_id"]))

    def _made(self, rows: Iterable[RowMapping]) -> tuple[MadeRoll, ...]:
        found = tuple(rows)
        kept: dict[RollId, set[int]] = {row["roll_id"]: set() for row in found}
        for some in chunks(tuple(kept)):
            of_some = select(POUCH.c.roll_id, POUCH.c.number).where(POUCH.c.roll_id.in_(some), *_kept())
            for row in self._all(of_some):
                kept[row["roll_id"]].add(row["number"])
        return tuple(
            MadeRoll(_roll(row), frozenset(kept[row["roll_id"]]), ended=row["void_reason"] is not None) for row in found
        )


def _kept() -> tuple[ColumnElement[bool], ...]:
    discarded = exists().where(DISCARD.c.roll_id == POUCH.c.roll_id, DISCARD.c.number == POUCH.c.number)
    return POUCH.c.state == "packed", POUCH.c.number > HEADER_NUMBER, ~discarded


def _any_kept() -> ColumnElement[bool]:
    return exists().where(POUCH.c.roll_id == ROLL.c.roll_id, *_kept())


def _roll_values(batch_id: BatchId, roll: Roll) -> dict[str, object]:
    document = roll_document(roll)
    return {
        "roll_id": roll.roll_id,
        "batch_id": batch_id,
        "citizen_id": roll.citizen_id,
        "plan_revision": roll.plan_revision,
        "first": roll.period.first,
        "last": roll.period.last,
        "pouches": len(roll.pouches),
        "digest": sha256_of(document),
        "document": document,
    }


def _roll(row: RowMapping) -> Roll:
    if sha256_of(row["document"]) != row["digest"]:
        message = f"roll {row['roll_id']} is not what was stored"
        raise DamagedRecordError(message)
    return roll_of(row["document"])


def _batch_record(row: RowMapping) -> BatchRecord:
    return BatchRecord(
        batch_id=row["batch_id"],
        group_id=row["group_id"],
        period=Period(row["first"], row["last"]),
        state=BatchState(row["state"]),
        digest=row["digest"],
        findings=findings_of(row["findings"]),
        created_at=row["created_at"],
        released_by=row["released_by"],
        released_at=row["released_at"],
        pouches=row["pouches"],
        rolls=row["rolls"],
    )
