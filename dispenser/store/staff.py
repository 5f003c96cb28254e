"""Who works here: append-only, so that it can be said who could have signed what and when."""

from datetime import datetime

from sqlalchemy import Select, func, insert, select

from dispenser.store.alert_records import StaffRecord
from dispenser.store.repository import Repository
from dispenser.store.tables import STAFF, STAFF_END


class Staff(Repository):
    """The list of staff."""

    def add(self, name: str, role: str, who: str, at: datetime) -> StaffRecord:
        """Put a person on the list.

        Raises:
            ConflictError: no such role, or a name is empty.
        """
        number = self._count(select(func.coalesce(func.max(STAFF.c.number), 0))) + 1
        record = StaffRecord(number, name, role, who, at)
        values = {"number": number, "name": name, "role": role, "added_by": who, "added_at": at}
        self._run(insert(STAFF).values(values))
        return record

    def end(self, number: int, who: str, at: datetime) -> None:
        """Take a person off the list.

        Raises:
            ConflictError: nobody has that number, or they are off it already.
        """
        self._run(insert(STAFF_END).values(number=number, ended_by=who, ended_at=at))

    def all(self) -> tuple[StaffRecord, ...]:
        """Return everybody who ever was on the list, in the order in which they came."""
        return tuple(StaffRecord(**row) for row in self._all(_staff()))

    def present(self) -> tuple[StaffRecord, ...]:
        """Return everybody who is on the list now."""
        return tuple(StaffRecord(**row) for row in self._all(_staff().where(STAFF_END.c.number.is_(None))))


def _staff() -> Select[tuple[object, ...]]:
    end = (STAFF_END.c.ended_by, STAFF_END.c.ended_at)
    joined = select(STAFF, *end).outerjoin(STAFF_END, STAFF_END.c.number == STAFF.c.number)
    return joined.order_by(STAFF.c.number)
