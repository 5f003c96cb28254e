"""What somebody must look at, and in which plan revisions and batches it was found; append-only."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, insert, literal, or_, select

from dispenser.core.batch import BatchState
from dispenser.core.ids import BatchId, CitizenId
from dispenser.store.alert_records import AlertRecord
from dispenser.store.errors import NotFoundError
from dispenser.store.repository import Repository, chunks
from dispenser.store.tables import ALERT, ALERT_SIGHTING, BATCH, OVERRIDE, PLAN

_REVISION = "revision "
_BATCH = "batch "
SHORTEST_KEY = 8
"""Digits of a key that name an alert, when no other begins with them."""


def in_revision(revision: int) -> str:
    """Return the place of what is found in a plan revision."""
    return f"{_REVISION}{revision}"


def in_batch(batch_id: BatchId) -> str:
    """Return the place of what is found in a batch."""
    return f"{_BATCH}{batch_id}"


class Alerts(Repository):
    """Alerts and where they were found."""

    def note(self, alerts: Sequence[AlertRecord], place: str, at: datetime) -> None:
        """Note that `alerts` were found at `place`, each once; what is known of one already stays as it is.

        Raises:
            ConflictError: a citizen is unknown.
        """
        by_key = {alert.key: alert for alert in alerts}
        known = {key for some in chunks(tuple(by_key)) for key in self._known(some)}
        self._bulk(insert(ALERT), [asdict(alert) for key, alert in by_key.items() if key not in known])
        seen = {
            row["key"]
            for some in chunks(tuple(by_key))
            for row in self._all(
                select(ALERT_SIGHTING.c.key).where(ALERT_SIGHTING.c.place == place, ALERT_SIGHTING.c.key.in_(some))
            )
        }
        self._bulk(
            insert(ALERT_SIGHTING), [{"key": key, "place": place, "seen_at": at} for key in by_key if key not in seen]
        )

    def _known(self, keys: Sequence[str]) -> list[str]:
        return [row["key"] for row in self._all(select(ALERT.c.key).where(ALERT.c.key.in_(keys)))]

    def find(self, beginning: str) -> AlertRecord:
        """Return the alert whose key begins with `beginning`, at least `SHORTEST_KEY` digits of it.

        Raises:
            NotFoundError: none does, or several do.
        """
        if len(beginning) >= SHORTEST_KEY:
            rows = self._all(select(ALERT).where(ALERT.c.key.startswith(beginning, autoescape=True)).limit(2))
            if len(rows) == 1:
                return AlertRecord(**rows[0])
        message = f"no alert {beginning}"
        raise NotFoundError(message)

    def get_all(self, keys: Sequence[str]) -> Mapping[str, AlertRecord]:
        """Return those of `keys` that are alerts."""
        return {
            row["key"]: AlertRecord(**row)
            for some in chunks(keys)
            for row in self._all(select(ALERT).where(ALERT.c.key.in_(some)))
        }

    def standing(self, day: date, limit: int, offset: int = 0) -> tuple[AlertRecord, ...]:
        """Return at most `limit` alerts that stop something, the newest first, without the first `offset`.

        They are in a plan revision in force, or in a held batch that is not over on the civil date `day` and was not
        planned anew. Whether somebody has overridden one since is left to the caller.
        """
        here = exists().where(ALERT_SIGHTING.c.key == ALERT.c.key, or_(_in_current_plan(), _in_held_batch(day)))
        ordered = select(ALERT).where(here).order_by(ALERT.c.first_seen.desc(), ALERT.c.key)
        return tuple(AlertRecord(**row) for row in self._all(ordered.limit(limit).offset(offset)))

    def in_current_plans(self, citizen_ids: Sequence[CitizenId]) -> tuple[AlertRecord, ...]:
        """Return what was found in the plan revisions in force of these citizens, set aside or not."""
        return tuple(
            AlertRecord(**row)
            for some in chunks(citizen_ids)
            for row in self._all(
                select(ALERT)
                .join(ALERT_SIGHTING, ALERT_SIGHTING.c.key == ALERT.c.key)
                .where(ALERT.c.citizen_id.in_(some), _in_current_plan())
                .order_by(ALERT.c.citizen_id, ALERT.c.subject, ALERT.c.key)
            )
        )

    def raised_since(self, since: datetime) -> Mapping[str, int]:
        """Return by code how many alerts were found at or after `since` for the first time."""
        counted = select(ALERT.c.code, func.count().label("alerts")).where(ALERT.c.first_seen >= since)
        return {row["code"]: row["alerts"] for row in self._all(counted.group_by(ALERT.c.code).order_by(ALERT.c.code))}

    def overridden_since(self, since: datetime) -> tuple[AlertRecord, ...]:
        """Return those alerts found at or after `since` for the first time that anybody ever overrode, oldest first."""
        decided = exists().where(OVERRIDE.c.key == ALERT.c.key)
        rows = self._all(
            select(ALERT).where(ALERT.c.first_seen >= since, decided).order_by(ALERT.c.first_seen, ALERT.c.key)
        )
        return tuple(AlertRecord(**row) for row in rows)

    def places(self, key: str) -> tuple[str, ...]:
        """Return where the alert `key` was found, oldest first."""
        of_key = select(ALERT_SIGHTING.c.place).where(ALERT_SIGHTING.c.key == key)
        return tuple(
            row["place"] for row in self._all(of_key.order_by(ALERT_SIGHTING.c.seen_at, ALERT_SIGHTING.c.place))
        )


def _in_current_plan() -> ColumnElement[bool]:
    highest = select(func.max(PLAN.c.revision)).where(PLAN.c.citizen_id == ALERT.c.citizen_id)
    return ALERT_SIGHTING.c.place == literal(_REVISION) + cast(highest.correlate(ALERT).scalar_subquery(), String)


def _in_held_batch(day: date) -> ColumnElement[bool]:
    newer = BATCH.alias("newer")
    again = exists().where(
        newer.c.group_id == BATCH.c.group_id,
        newer.c.batch_id > BATCH.c.batch_id,
        newer.c.first <= BATCH.c.last,
        newer.c.last >= BATCH.c.first,
    )
    held = select(literal(_BATCH) + BATCH.c.batch_id).where(
        and_(BATCH.c.state == BatchState.HELD.value, BATCH.c.last >= day, ~again)
    )
    return ALERT_SIGHTING.c.place.in_(held)
