"""Resources as the sender gave them, every version."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import exists, insert, select

from dispenser.core.ids import CitizenId
from dispenser.store.records import ResourceRecord
from dispenser.store.repository import Repository, chunks
from dispenser.store.tables import RESOURCE


class Resources(Repository):
    """Versions of resources; append-only, the highest version is current."""

    def current(self, kind: str, resource_id: str) -> ResourceRecord | None:
        """Return the current version, or None."""
        named = select(RESOURCE).where(RESOURCE.c.kind == kind, RESOURCE.c.resource_id == resource_id)
        row = self._one(named.order_by(RESOURCE.c.version.desc()).limit(1))
        return ResourceRecord(**row) if row else None

    def put(self, record: ResourceRecord) -> None:
        """Add the next version.

        Raises:
            ConflictError: someone else has added this version, or the citizen is unknown.
        """
        self._run(insert(RESOURCE).values(asdict(record)))

    def of_citizen(self, citizen_id: CitizenId, kind: str) -> tuple[ResourceRecord, ...]:
        """Return the current versions of a citizen's resources of one kind, by resource id."""
        return self.of_citizens((citizen_id,), kind).get(citizen_id, ())

    def of_citizens(self, citizen_ids: Sequence[CitizenId], kind: str) -> dict[CitizenId, tuple[ResourceRecord, ...]]:
        """Return the current versions of the resources of one kind of each of these citizens who has any, by id."""
        newer = RESOURCE.alias("newer")
        superseded = exists().where(
            newer.c.kind == RESOURCE.c.kind,
            newer.c.resource_id == RESOURCE.c.resource_id,
            newer.c.version > RESOURCE.c.version,
        )
        found: dict[CitizenId, list[ResourceRecord]] = {}
        for some in chunks(citizen_ids):
            of_some = select(RESOURCE).where(RESOURCE.c.citizen_id.in_(some), RESOURCE.c.kind == kind, ~superseded)
            for row in self._all(of_some.order_by(RESOURCE.c.resource_id)):
                found.setdefault(row["citizen_id"], []).append(ResourceRecord(**row))
        return {citizen_id: tuple(records) for citizen_id, records in found.items()}
