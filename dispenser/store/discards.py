"""Sealed pouches that must be found and destroyed: append-only, each once."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, insert, select

from dispenser.core.acute import Acute
from dispenser.core.ids import CitizenId, RollId
from dispenser.store.records import DiscardRecord
from dispenser.store.repository import Repository, chunks
from dispenser.store.tables import DISCARD, ROLL


class Discards(Repository):
    """Which pouches are no longer in use although they were packed."""

    def add(self, records: Sequence[DiscardRecord]) -> None:
        """Take pouches out of use for good.

        Raises:
            ConflictError: one is out of use already, or its roll is unknown.
        """
        self._bulk(
            insert(DISCARD),
            [
                {
                    "roll_id": record.roll_id,
                    "number": record.number,
                    "at": record.at,
                    "cause": record.cause,
                    "reason": record.reason,
                    "acute": record.acute.value,
                }
                for record in records
            ],
        )

    def of_rolls(self, roll_ids: Sequence[RollId]) -> tuple[DiscardRecord, ...]:
        """Return the discarded pouches of these rolls, by roll and number."""
        found: list[RowMapping] = []
        for some in chunks(roll_ids):
            found += self._all(select(DISCARD).where(DISCARD.c.roll_id.in_(some)))
        return tuple(_record(row) for row in sorted(found, key=lambda row: (row["roll_id"], row["number"])))

    def of_citizen(self, citizen_id: CitizenId) -> tuple[DiscardRecord, ...]:
        """Return all discarded pouches of a citizen, by roll and number."""
        rows = self._all(
            select(DISCARD)
            .join(ROLL, ROLL.c.roll_id == DISCARD.c.roll_id)
            .where(ROLL.c.citizen_id == citizen_id)
            .order_by(DISCARD.c.roll_id, DISCARD.c.number)
        )
        return tuple(_record(row) for row in rows)


def _record(row: RowMapping) -> DiscardRecord:
    return DiscardRecord(row["roll_id"], row["number"], row["at"], row["cause"], row["reason"], Acute(row["acute"]))
