"""Machines as last seen, and the numbers that only rise."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import RowMapping, and_, bindparam, exists, func, insert, select, update

from dispenser.core.ids import MachineId
from dispenser.store.errors import NotFoundError
from dispenser.store.machine_records import ReadmissionRecord
from dispenser.store.records import MachineRecord
from dispenser.store.repository import Repository
from dispenser.store.tables import MACHINE, READMISSION, READMISSION_USE
from hal.journal import START, Cursor

_SET_CURSOR = (
    update(MACHINE)
    .where(MACHINE.c.machine_id == bindparam("machine"))
    .values(cursor_boot_id=bindparam("boot_id"), cursor_seq=bindparam("seq"), journal_head=bindparam("head"))
)
_SEEN_AT = select(MACHINE.c.seen_at).where(MACHINE.c.machine_id == bindparam("machine"))

_LAST_SEEN = select(MACHINE.c.seen_at).where(MACHINE.c.seen_at.is_not(None)).order_by(MACHINE.c.seen_at.desc()).limit(1)
_IDS = select(MACHINE.c.machine_id).order_by(MACHINE.c.machine_id)
_CAPABILITIES = (
    select(MACHINE.c.machine_id, MACHINE.c.capabilities)
    .where(MACHINE.c.capabilities.is_not(None))
    .order_by(MACHINE.c.machine_id)
)


class Machines(Repository):
    """What we know of each machine; `epoch` and order numbers never fall, the database sees to it."""

    def configure(self, machine_id: MachineId, uri: str) -> None:
        """Make the machine known under `uri`; a known one keeps everything else."""
        if not self._run(update(MACHINE).where(MACHINE.c.machine_id == machine_id).values(uri=uri)):
            self._run(
                insert(MACHINE).values(
                    machine_id=machine_id,
                    uri=uri,
                    epoch=0,
                    next_order_number=1,
                    cursor_boot_id=START.boot_id,
                    cursor_seq=START.seq,
                    journal_head="",
                    link="offline",
                )
            )

    def get(self, machine_id: MachineId) -> MachineRecord:
        """Return a machine.

        Raises:
            NotFoundError: no such machine.
        """
        record = self.find(machine_id)
        if record is None:
            message = f"no machine {machine_id}"
            raise NotFoundError(message)
        return record

    def find(self, machine_id: MachineId) -> MachineRecord | None:
        """Return a machine, or None."""
        row = self._one(select(MACHINE).where(MACHINE.c.machine_id == machine_id))
        return _record(row) if row else None

    def ids(self) -> tuple[MachineId, ...]:
        """Return the ids of all machines, in their order."""
        return tuple(row["machine_id"] for row in self._all(_IDS))

    def capabilities(self) -> dict[MachineId, str]:
        """Return what every machine that ever answered says it can do, as JSON text, by id."""
        return {row["machine_id"]: row["capabilities"] for row in self._all(_CAPABILITIES)}

    def last_seen(self) -> datetime | None:
        """Return when any machine was seen last; None when none ever was."""
        row = self._one(_LAST_SEEN)
        return row["seen_at"] if row else None

    def all(self) -> tuple[MachineRecord, ...]:
        """Return all machines, by id."""
        return tuple(_record(row) for row in self._all(select(MACHINE).order_by(MACHINE.c.machine_id)))

    def next_order_numbers(self) -> dict[MachineId, int]:
        """Return the next order number of every machine, by id."""
        rows = self._all(select(MACHINE.c.machine_id, MACHINE.c.next_order_number).order_by(MACHINE.c.machine_id))
        return {row["machine_id"]: row["next_order_number"] for row in rows}

    def take_epoch(self, machine_id: MachineId, above: int = 0) -> int:
        """Return a fencing token higher than any taken before, and than `above` (the machine's own).

        Raises:
            NotFoundError: no such machine.
        """
        return self._raise(machine_id, "epoch", above) + 1

    def take_order_number(self, machine_id: MachineId, above: int = 0) -> int:
        """Return an order number never taken before, and higher than `above` (the machine's high-water mark).

        Raises:
            NotFoundError: no such machine.
        """
        return self._raise(machine_id, "next_order_number", above + 1)

    def set_cursor(self, machine_id: MachineId, cursor: Cursor, head: str) -> None:
        """Keep how far the journal is known, and its hash head there.

        Raises:
            NotFoundError: no such machine.
        """
        if not self._run(_SET_CURSOR, machine=machine_id, boot_id=cursor.boot_id, seq=cursor.seq, head=head):
            message = f"no machine {machine_id}"
            raise NotFoundError(message)

    def seen_at(self, machine_id: MachineId) -> datetime | None:
        """Return when the machine was last seen; None when it never was, or is unknown."""
        row = self._one(_SEEN_AT, machine=machine_id)
        return row["seen_at"] if row else None

    def set_link(self, machine_id: MachineId, link: str, seen_at: datetime | None, status: str | None) -> None:
        """Keep how the link is; `seen_at` and `status` (JSON text) keep their former values when None.

        Raises:
            NotFoundError: no such machine.
        """
        values: dict[str, object] = {"link": link}
        if seen_at is not None:
            values["seen_at"] = seen_at
        if status is not None:
            values["status"] = status
        self._set(machine_id, values)

    def readmit(self, machine_id: MachineId, who: str, second: str, reason: str, at: datetime) -> ReadmissionRecord:
        """Keep that two people want a machine in service again.

        Raises:
            ConflictError: the machine is unknown, a name or the reason is missing, or both names are one.
        """
        mine = READMISSION.c.machine_id == machine_id
        number = self._count(select(func.coalesce(func.max(READMISSION.c.number), 0)).where(mine)) + 1
        record = ReadmissionRecord(machine_id, number, who, second, reason, at)
        self._run(insert(READMISSION).values(asdict(record)))
        return record

    def open_readmission(self, machine_id: MachineId) -> ReadmissionRecord | None:
        """Return the newest readmission of a machine that has not taken effect yet, or None."""
        used = and_(
            READMISSION_USE.c.machine_id == READMISSION.c.machine_id, READMISSION_USE.c.number >= READMISSION.c.number
        )
        waiting = select(READMISSION).where(READMISSION.c.machine_id == machine_id, ~exists().where(used))
        row = self._one(waiting.order_by(READMISSION.c.number.desc()).limit(1))
        return None if row is None else ReadmissionRecord(**row)

    def use_readmission(self, record: ReadmissionRecord, until: Cursor, at: datetime) -> None:
        """Keep that a readmission took effect: the machine's journal up to `until` counts for nothing.

        Raises:
            ConflictError: it took effect before.
        """
        place = {"boot_id": until.boot_id, "seq": until.seq}
        self._run(insert(READMISSION_USE).values(machine_id=record.machine_id, number=record.number, at=at, **place))

    def clamp_seen(self, now: datetime) -> None:
        """Let no machine have been seen after `now`: somebody says that the clock was wrong then."""
        self._run(update(MACHINE).where(MACHINE.c.seen_at > now).values(seen_at=now))

    def set_capabilities(self, machine_id: MachineId, capabilities: str) -> None:
        """Keep what the machine says it can do, as JSON text.

        Raises:
            NotFoundError: no such machine.
        """
        self._set(machine_id, {"capabilities": capabilities})

    def _raise(self, machine_id: MachineId, column: str, floor: int) -> int:
        """Set `column` to one above what is returned: its value, or `floor` when that is higher."""
        # The update takes the row's lock, so that two takers never read the same number.
        self._set(machine_id, {column: MACHINE.c[column] + 1})
        number = self._count(select(MACHINE.c[column]).where(MACHINE.c.machine_id == machine_id)) - 1
        if number < floor:
            number = floor
            self._set(machine_id, {column: number + 1})
        return number

    def _set(self, machine_id: MachineId, values: dict[str, object]) -> None:
        if not self._run(update(MACHINE).where(MACHINE.c.machine_id == machine_id).values(values)):
            message = f"no machine {machine_id}"
            raise NotFoundError(message)


def _record(row: RowMapping) -> MachineRecord:
    return MachineRecord(
        machine_id=row["machine_id"],
        uri=row["uri"],
        epoch=row["epoch"],
        next_order_number=row["next_order_number"],
        cursor=Cursor(row["cursor_boot_id"], row["cursor_seq"]),
        journal_head=row["journal_head"],
        capabilities=row["capabilities"],
        status=row["status"],
        link=row["link"],
        seen_at=row["seen_at"],
    )
