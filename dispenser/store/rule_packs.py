"""Rule packs as proposed and signed."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import RowMapping, Select, func, insert, select

from dispenser.store.documents import sha256_of
from dispenser.store.errors import DamagedRecordError, NotFoundError
from dispenser.store.repository import Repository
from dispenser.store.tables import RULE_PACK, RULE_SIGNATURE


@dataclass(frozen=True, slots=True)
class RulePackDraft:
    """A pack as its file says: whose and which version, its dates (both inclusive, None is open), the file's text."""

    pack_id: str
    version: str
    title: str
    valid_from: date
    valid_to: date | None
    document: str


@dataclass(frozen=True, slots=True)
class RulePackRecord:
    """A pack as stored under `name`, in `author`'s name, without its file, which may be large; `digest` is the file's.

    It counts once another than its author has signed it.
    """

    name: str
    pack_id: str
    version: str
    title: str
    valid_from: date
    valid_to: date | None
    author: str
    created_at: datetime
    digest: str
    signed_by: str | None
    signed_at: datetime | None


class RulePacks(Repository):
    """Versions of the site's rule packs; append-only."""

    def add(self, draft: RulePackDraft, author: str, created_at: datetime) -> RulePackRecord:
        """Add a pack as the next one, `rules-1`, `rules-2` ...; it is in force for nobody before it is signed.

        Raises:
            ConflictError: this version of this pack is there already, or the author has no name.
        """
        number = self._count(select(func.coalesce(func.max(RULE_PACK.c.number), 0))) + 1
        name = f"rules-{number}"
        self._run(
            insert(RULE_PACK).values(
                name=name,
                number=number,
                author=author,
                created_at=created_at,
                digest=sha256_of(draft.document),
                **asdict(draft),
            )
        )
        return self.get(name)

    def sign(self, name: str, who: str, at: datetime) -> RulePackRecord:
        """Put a pack in force from its first day on.

        Raises:
            NotFoundError: no such pack.
            ConflictError: it is signed already, or `who` is its author.
        """
        author = self.get(name).author
        self._run(insert(RULE_SIGNATURE).values(name=name, author=author, signed_by=who, signed_at=at))
        return self.get(name)

    def get(self, name: str) -> RulePackRecord:
        """Return one pack.

        Raises:
            NotFoundError: no such pack.
        """
        row = self._one(_packs().where(RULE_PACK.c.name == name))
        if row is None:
            message = f"no rule pack {name}"
            raise NotFoundError(message)
        return _record(row)

    def find(self, pack_id: str, version: str) -> RulePackRecord | None:
        """Return the pack with this id and version, signed or not, or None."""
        row = self._one(_packs().where(RULE_PACK.c.pack_id == pack_id, RULE_PACK.c.version == version))
        return _record(row) if row else None

    def document(self, name: str) -> str:
        """Return the file (TOML) of one pack.

        Raises:
            NotFoundError: no such pack.
            DamagedRecordError: the file is not the one that was stored.
        """
        row = self._one(select(RULE_PACK.c.document, RULE_PACK.c.digest).where(RULE_PACK.c.name == name))
        if row is None:
            message = f"no rule pack {name}"
            raise NotFoundError(message)
        return _document(name, row)

    def all(self) -> tuple[RulePackRecord, ...]:
        """Return every pack, oldest first."""
        return tuple(_record(row) for row in self._all(_packs().order_by(RULE_PACK.c.number)))

    def in_force(self, day: date) -> tuple[RulePackRecord, ...]:
        """Return of every pack id the pack that came in force last of those that have begun on `day`, by pack id.

        A pack comes in force on its first day, or when it is signed if that is later; of two on the same day the one
        that was signed last counts. One that is over is among them when no newer one came in force: rules that end must
        be seen, not forgotten.
        """
        begun = _packs().where(RULE_SIGNATURE.c.name.is_not(None), RULE_PACK.c.valid_from <= day)
        rows = self._all(begun.order_by(RULE_SIGNATURE.c.signed_at, RULE_PACK.c.number))
        newest = {row["pack_id"]: row for row in sorted(rows, key=_in_force_since)}
        return tuple(_record(newest[pack_id]) for pack_id in sorted(newest))


def _in_force_since(row: RowMapping) -> date:
    signed_at: datetime = row["signed_at"]
    valid_from: date = row["valid_from"]
    return max(valid_from, signed_at.date())


def _packs() -> Select[tuple[object, ...]]:
    columns = [column for column in RULE_PACK.c if column.name not in {"number", "document"}]
    signature = (RULE_SIGNATURE.c.signed_by, RULE_SIGNATURE.c.signed_at)
    return select(*columns, *signature).outerjoin(RULE_SIGNATURE, RULE_SIGNATURE.c.name == RULE_PACK.c.name)


def _record(row: RowMapping) -> RulePackRecord:
    return RulePackRecord(**row)


def _document(name: str, row: RowMapping) -> str:
    document: str = row["document"]
    if sha256_of(document) != row["digest"]:
        message = f"rule pack {name} is not what was stored"
        raise DamagedRecordError(message)
    return document
