"""Who has set which alert aside, with whom, until when, and who took it back; append-only."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, and_, func, insert, select

from dispenser.core.ids import CitizenId
from dispenser.store.alert_records import OverrideRecord
from dispenser.store.repository import Repository, chunks
from dispenser.store.tables import ALERT, OVERRIDE, OVERRIDE_REVOCATION, OVERRIDE_SECOND


class Overrides(Repository):
    """Overrides of alerts."""

    def add(self, key: str, who: str, reason: str, expires: date, at: datetime) -> OverrideRecord:
        """Add the next override of an alert.

        Raises:
            ConflictError: no such alert, or nobody signed it.
        """
        highest = select(func.coalesce(func.max(OVERRIDE.c.number), 0)).where(OVERRIDE.c.key == key)
        number = self._count(highest) + 1
        self._run(insert(OVERRIDE).values(key=key, number=number, who=who, at=at, reason=reason, expires=expires))
        return self.of_alert(key)[-1]

    def sign(self, record: OverrideRecord, second: str, at: datetime) -> None:
        """Add the other person's signature.

        Raises:
            ConflictError: it is there already, or is the first person's.
        """
        named = {"key": record.key, "number": record.number, "who": record.who}
        self._run(insert(OVERRIDE_SECOND).values(**named, second=second, at=at))

    def revoke(self, record: OverrideRecord, who: str, reason: str, at: datetime) -> None:
        """End an override early.

        Raises:
            ConflictError: that was done already, or nobody signed it.
        """
        named = {"key": record.key, "number": record.number}
        self._run(insert(OVERRIDE_REVOCATION).values(**named, who=who, reason=reason, at=at))

    def of_alert(self, key: str) -> tuple[OverrideRecord, ...]:
        """Return the overrides of an alert, oldest first."""
        return self._found(_overrides().where(OVERRIDE.c.key == key))

    def of_alerts(self, keys: Sequence[str]) -> tuple[OverrideRecord, ...]:
        """Return the overrides of these alerts, by key, oldest first."""
        return tuple(
            record for some in chunks(keys) for record in self._found(_overrides().where(OVERRIDE.c.key.in_(some)))
        )

    def of_citizens(self, citizen_ids: Sequence[CitizenId], day: date) -> tuple[OverrideRecord, ...]:
        """Return these citizens' overrides that are neither revoked nor over on the civil date `day`."""
        return tuple(
            record
            for some in chunks(citizen_ids)
            for record in self._found(_open(day).where(ALERT.c.citizen_id.in_(some)))
        )

    def citizens_with_any(self, citizen_ids: Sequence[CitizenId]) -> set[CitizenId]:
        """Return those of these citizens of whom anything was ever overridden."""
        return {
            row["citizen_id"]
            for some in chunks(citizen_ids)
            for row in self._all(
                select(ALERT.c.citizen_id)
                .join(OVERRIDE, OVERRIDE.c.key == ALERT.c.key)
                .where(ALERT.c.citizen_id.in_(some))
            )
        }

    def open(self, day: date) -> tuple[OverrideRecord, ...]:
        """Return every override that is neither revoked nor over on the civil date `day`, signed by two or not."""
        return self._found(_open(day))

    def _found(self, statement: Select[tuple[object, ...]]) -> tuple[OverrideRecord, ...]:
        rows = self._all(statement.order_by(OVERRIDE.c.key, OVERRIDE.c.number))
        return tuple(OverrideRecord(**row) for row in rows)


def _open(day: date) -> Select[tuple[object, ...]]:
    return _overrides().where(OVERRIDE.c.expires >= day, OVERRIDE_REVOCATION.c.key.is_(None))


def _overrides() -> Select[tuple[object, ...]]:
    second, revocation = OVERRIDE_SECOND, OVERRIDE_REVOCATION
    return (
        select(
            OVERRIDE,
            ALERT.c.code,
            ALERT.c.citizen_id,
            second.c.second,
            second.c.at.label("second_at"),
            revocation.c.who.label("revoked_by"),
            revocation.c.at.label("revoked_at"),
            revocation.c.reason.label("revoked_why"),
        )
        .join(ALERT, ALERT.c.key == OVERRIDE.c.key)
        .outerjoin(second, and_(second.c.key == OVERRIDE.c.key, second.c.number == OVERRIDE.c.number))
        .outerjoin(revocation, and_(revocation.c.key == OVERRIDE.c.key, revocation.c.number == OVERRIDE.c.number))
    )
