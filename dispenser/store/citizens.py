"""Citizens."""

from sqlalchemy import RowMapping, func, insert, or_, select, update

from dispenser.core.citizen import Identity
from dispenser.core.ids import CitizenId, GroupId
from dispenser.store.errors import NotFoundError
from dispenser.store.records import CitizenRecord
from dispenser.store.repository import Repository
from dispenser.store.tables import CITIZEN


class Citizens(Repository):
    """Who a citizen is and with whom it is packed."""

    def put(self, record: CitizenRecord) -> None:
        """Store a citizen, new or changed.

        Raises:
            ConflictError: unknown group, or the sender's id belongs to another citizen.
        """
        values = {
            "fhir_id": record.fhir_id,
            "name": record.identity.name,
            "civil_number": record.identity.civil_number,
            "birth_date": record.identity.birth_date,
            "group_id": record.group_id,
            "version": record.version,
            "digest": record.digest,
        }
        if not self._run(update(CITIZEN).where(CITIZEN.c.citizen_id == record.citizen_id).values(values)):
            self._run(insert(CITIZEN).values(citizen_id=record.citizen_id, **values))

    def get(self, citizen_id: CitizenId) -> CitizenRecord:
        """Return a citizen.

        Raises:
            NotFoundError: no such citizen.
        """
        record = self.find(citizen_id)
        if record is None:
            message = f"no citizen {citizen_id}"
            raise NotFoundError(message)
        return record

    def find(self, citizen_id: CitizenId) -> CitizenRecord | None:
        """Return a citizen, or None."""
        row = self._one(select(CITIZEN).where(CITIZEN.c.citizen_id == citizen_id))
        return _record(row) if row else None

    def by_fhir_id(self, fhir_id: str) -> CitizenRecord | None:
        """Return the citizen whom the sender calls `fhir_id`, or None."""
        row = self._one(select(CITIZEN).where(CITIZEN.c.fhir_id == fhir_id))
        return _record(row) if row else None

    def by_civil_number(self, civil_number: str) -> tuple[CitizenRecord, ...]:
        """Return all citizens with this civil registration number."""
        rows = self._all(select(CITIZEN).where(CITIZEN.c.civil_number == civil_number).order_by(CITIZEN.c.citizen_id))
        return tuple(_record(row) for row in rows)

    def in_group(self, group_id: GroupId) -> tuple[CitizenRecord, ...]:
        """Return the citizens of a packing group, by name."""
        rows = self._all(
            select(CITIZEN).where(CITIZEN.c.group_id == group_id).order_by(CITIZEN.c.name, CITIZEN.c.citizen_id)
        )
        return tuple(_record(row) for row in rows)

    def search(self, words: str, limit: int) -> tuple[CitizenRecord, ...]:
        """Return at most `limit` citizens whose name holds `words` or whose civil number starts with them, by name."""
        rows = self._all(
            select(CITIZEN)
            .where(
                or_(
                    func.lower(CITIZEN.c.name).contains(words.lower(), autoescape=True),
                    CITIZEN.c.civil_number.startswith(words.replace("-", ""), autoescape=True),
                )
            )
            .order_by(CITIZEN.c.name, CITIZEN.c.citizen_id)
            .limit(limit)
        )
        return tuple(_record(row) for row in rows)

    def ids(self) -> tuple[CitizenId, ...]:
        """Return the ids of all citizens, in order."""
        rows = self._all(select(CITIZEN.c.citizen_id).order_by(CITIZEN.c.citizen_id))
        return tuple(row["citizen_id"] for row in rows)

    def count(self) -> int:
        """Return how many citizens there are."""
        return self._count(select(func.count()).select_from(CITIZEN))


def _record(row: RowMapping) -> CitizenRecord:
    return CitizenRecord(
        citizen_id=row["citizen_id"],
        fhir_id=row["fhir_id"],
        identity=Identity(row["name"], row["civil_number"], row["birth_date"]),
        group_id=row["group_id"],
        version=row["version"],
        digest=row["digest"],
    )
