"""Packing groups and their periods."""

from datetime import datetime

from sqlalchemy import RowMapping, func, insert, select, update

from dispenser.core.ids import BatchId, GroupId
from dispenser.core.periods import Reason
from dispenser.core.roll import Period
from dispenser.store.records import GroupRecord, PeriodRecord
from dispenser.store.repository import Repository
from dispenser.store.tables import CITIZEN, PACKING_GROUP, PERIOD


class Groups(Repository):
    """Packing groups and when their batches are due."""

    def ensure(self, group_id: GroupId, name: str) -> None:
        """Make the group exist; a known group keeps its name."""
        if self.name(group_id) is None:
            self._run(insert(PACKING_GROUP).values(group_id=group_id, name=name))

    def name(self, group_id: GroupId) -> str | None:
        """Return the group's name, or None when it is unknown."""
        row = self._one(select(PACKING_GROUP).where(PACKING_GROUP.c.group_id == group_id))
        return row["name"] if row else None

    def all(self) -> tuple[GroupRecord, ...]:
        """Return all groups, in order of id."""
        rows = self._all(select(PACKING_GROUP).order_by(PACKING_GROUP.c.group_id))
        return tuple(GroupRecord(**row) for row in rows)

    def add_period(self, record: PeriodRecord) -> None:
        """Add a period.

        Raises:
            ConflictError: the group has a period that starts that day, or the group is unknown.
        """
        self._run(
            insert(PERIOD).values(
                group_id=record.group_id,
                first=record.period.first,
                last=record.period.last,
                deadline=record.deadline,
                state=record.state,
                batch_id=record.batch_id,
                reason=record.reason.why if record.reason else None,
                reason_by=record.reason.who if record.reason else None,
            )
        )

    def due(self, now: datetime) -> tuple[PeriodRecord, ...]:
        """Return open periods whose deadline is at or before `now`, oldest deadline first."""
        rows = self._all(
            select(PERIOD)
            .where(PERIOD.c.state == "open", PERIOD.c.deadline <= now)
            .order_by(PERIOD.c.deadline, PERIOD.c.group_id)
        )
        return tuple(_period(row) for row in rows)

    def mark_batched(self, group_id: GroupId, period: Period, batch_id: BatchId | None) -> bool:
        """Close an open period with its batch, None when there was nothing to pack; False when it was not open."""
        return self._moved(
            update(PERIOD)
            .where(
                PERIOD.c.group_id == group_id,
                PERIOD.c.first == period.first,
                PERIOD.c.last == period.last,
                PERIOD.c.state == "open",
            )
            .values(state="batched", batch_id=batch_id)
        )

    def latest(self, group_id: GroupId) -> PeriodRecord | None:
        """Return the group's last period, or None."""
        row = self._one(select(PERIOD).where(PERIOD.c.group_id == group_id).order_by(PERIOD.c.first.desc()).limit(1))
        return _period(row) if row else None

    def find(self, group_id: GroupId, period: Period) -> PeriodRecord | None:
        """Return the group's record of exactly this period, or None."""
        row = self._one(
            select(PERIOD).where(
                PERIOD.c.group_id == group_id, PERIOD.c.first == period.first, PERIOD.c.last == period.last
            )
        )
        return _period(row) if row else None

    def around(self, group_id: GroupId, period: Period) -> tuple[PeriodRecord, ...]:
        """Return the group's periods that touch `period`, and the last one before it, in order of time."""
        of_group = select(PERIOD).where(PERIOD.c.group_id == group_id)
        before = of_group.where(PERIOD.c.last < period.first).order_by(PERIOD.c.last.desc()).limit(1)
        touching = of_group.where(PERIOD.c.last >= period.first, PERIOD.c.first <= period.last)
        rows = (*self._all(before), *self._all(touching.order_by(PERIOD.c.first)))
        return tuple(_period(row) for row in rows)

    def sizes(self) -> dict[GroupId, int]:
        """Return how many citizens every group has."""
        citizens = func.count(CITIZEN.c.citizen_id).label("citizens")
        of_groups = select(PACKING_GROUP.c.group_id, citizens).outerjoin(CITIZEN)
        rows = self._all(of_groups.group_by(PACKING_GROUP.c.group_id).order_by(PACKING_GROUP.c.group_id))
        return {row["group_id"]: row["citizens"] for row in rows}

    def periods(self, limit: int) -> tuple[PeriodRecord, ...]:
        """Return at most `limit` periods of all groups, latest deadline first."""
        rows = self._all(select(PERIOD).order_by(PERIOD.c.deadline.desc(), PERIOD.c.group_id).limit(limit))
        return tuple(_period(row) for row in rows)


def _period(row: RowMapping) -> PeriodRecord:
    return PeriodRecord(
        group_id=row["group_id"],
        period=Period(row["first"], row["last"]),
        deadline=row["deadline"],
        state=row["state"],
        batch_id=row["batch_id"],
        reason=Reason(row["reason_by"], row["reason"]) if row["reason"] else None,
    )
