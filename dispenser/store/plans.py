"""Plan revisions and what became of their lines."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, RowMapping, func, insert, select

from dispenser.core.ids import CitizenId, GroupId
from dispenser.core.plan import Disposition, MedicationPlan
from dispenser.store.documents import findings_document, findings_of, sha256_of
from dispenser.store.errors import ConflictError, DamagedRecordError, NotFoundError
from dispenser.store.plan_document import plan_document, plan_of
from dispenser.store.records import LineRecord
from dispenser.store.repository import Repository, chunks
from dispenser.store.tables import CITIZEN, PLAN, PLAN_LINE


class Plans(Repository):
    """Revisions of citizens' plans; append-only, the highest revision is current."""

    def append(self, plan: MedicationPlan, accepted_at: datetime, inbox_id: str, lines: Sequence[LineRecord]) -> None:
        """Add the next revision with what became of each of its lines.

        Raises:
            ConflictError: not higher than the current revision, or citizen or message are unknown.
        """
        current = self.revision(plan.citizen_id)
        if plan.revision <= current:
            message = f"plan {plan.citizen_id} has revision {current} already, {plan.revision} is not newer"
            raise ConflictError(message)
        document = plan_document(plan)
        self._run(
            insert(PLAN).values(
                citizen_id=plan.citizen_id,
                revision=plan.revision,
                accepted_at=accepted_at,
                inbox_id=inbox_id,
                document=document,
                digest=sha256_of(document),
            )
        )
        self._bulk(
            insert(PLAN_LINE),
            [
                {
                    "citizen_id": plan.citizen_id,
                    "revision": plan.revision,
                    "position": position,
                    "ordination_id": line.ordination_id,
                    "text": line.text,
                    "disposition": line.disposition.value,
                    "reasons": findings_document(line.reasons),
                }
                for position, line in enumerate(lines, 1)
            ],
        )

    def revision(self, citizen_id: CitizenId) -> int:
        """Return the current revision's number, 0 when there is no plan."""
        highest = select(func.coalesce(func.max(PLAN.c.revision), 0)).where(PLAN.c.citizen_id == citizen_id)
        return self._count(highest)

    def current(self, citizen_id: CitizenId) -> MedicationPlan | None:
        """Return the current revision, or None.

        Raises:
            DamagedRecordError: the document is not the one that was stored.
        """
        row = self._one(select(PLAN).where(PLAN.c.citizen_id == citizen_id).order_by(PLAN.c.revision.desc()).limit(1))
        return _plan(row) if row else None

    def get(self, citizen_id: CitizenId, revision: int) -> MedicationPlan:
        """Return one revision.

        Raises:
            NotFoundError: no such revision.
            DamagedRecordError: the document is not the one that was stored.
        """
        row = self._one(select(PLAN).where(PLAN.c.citizen_id == citizen_id, PLAN.c.revision == revision))
        if row is None:
            message = f"no revision {revision} of plan {citizen_id}"
            raise NotFoundError(message)
        return _plan(row)

    def message_of(self, citizen_id: CitizenId) -> str:
        """Return the id of the message that the current revision came from.

        Raises:
            NotFoundError: the citizen has no plan.
        """
        newest = select(PLAN.c.inbox_id).where(PLAN.c.citizen_id == citizen_id).order_by(PLAN.c.revision.desc())
        row = self._one(newest.limit(1))
        if row is None:
            message = f"no plan of citizen {citizen_id}"
            raise NotFoundError(message)
        return str(row["inbox_id"])

    def current_in_group(self, group_id: GroupId) -> tuple[MedicationPlan, ...]:
        """Return the current plans of the citizens who are in the group now, by citizen.

        Raises:
            DamagedRecordError: a document is not the one that was stored.
        """
        rows = self._all(
            select(PLAN)
            .join(CITIZEN, CITIZEN.c.citizen_id == PLAN.c.citizen_id)
            .where(CITIZEN.c.group_id == group_id, _is_current(PLAN))
            .order_by(PLAN.c.citizen_id)
        )
        return tuple(_plan(row) for row in rows)

    def lines(self, disposition: Disposition | None, limit: int) -> tuple[LineRecord, ...]:
        """Return at most `limit` lines of current revisions, of one disposition or all, by citizen and place."""
        wanted = select(PLAN_LINE).where(_is_current(PLAN_LINE))
        if disposition is not None:
            wanted = wanted.where(PLAN_LINE.c.disposition == disposition.value)
        rows = self._all(wanted.order_by(PLAN_LINE.c.citizen_id, PLAN_LINE.c.position).limit(limit))
        return tuple(_line(row) for row in rows)

    def lines_of(self, citizen_id: CitizenId, revision: int) -> tuple[LineRecord, ...]:
        """Return all lines of one revision, in their order."""
        rows = self._all(
            select(PLAN_LINE)
            .where(PLAN_LINE.c.citizen_id == citizen_id, PLAN_LINE.c.revision == revision)
            .order_by(PLAN_LINE.c.position)
        )
        return tuple(_line(row) for row in rows)

    def texts(self, citizen_ids: Sequence[CitizenId]) -> dict[tuple[CitizenId, str], str]:
        """Return medicine and dosage in words, as pushed, by citizen and name of the line, of current revisions."""
        texts: dict[tuple[CitizenId, str], str] = {}
        for some in chunks(citizen_ids):
            of_some = select(PLAN_LINE).where(PLAN_LINE.c.citizen_id.in_(some), _is_current(PLAN_LINE))
            texts.update({(row["citizen_id"], row["ordination_id"]): row["text"] for row in self._all(of_some)})
        return texts

    def line_counts(self) -> dict[Disposition, int]:
        """Return how many lines of current revisions ended as each disposition."""
        rows = self._all(
            select(PLAN_LINE.c.disposition, func.count().label("lines"))
            .where(_is_current(PLAN_LINE))
            .group_by(PLAN_LINE.c.disposition)
        )
        return dict.fromkeys(Disposition, 0) | {Disposition(row["disposition"]): row["lines"] for row in rows}


def _is_current(table: FromClause) -> ColumnElement[bool]:
    other = PLAN.alias("other")
    highest = select(func.max(other.c.revision)).where(other.c.citizen_id == table.c.citizen_id)
    return table.c.revision == highest.scalar_subquery()


def _plan(row: RowMapping) -> MedicationPlan:
    if sha256_of(row["document"]) != row["digest"]:
        message = f"revision {row['revision']} of plan {row['citizen_id']} is not what was stored"
        raise DamagedRecordError(message)
    return plan_of(row["document"])


def _line(row: RowMapping) -> LineRecord:
    return LineRecord(
        citizen_id=row["citizen_id"],
        revision=row["revision"],
        ordination_id=row["ordination_id"],
        text=row["text"],
        disposition=Disposition(row["disposition"]),
        reasons=findings_of(row["reasons"]),
    )
