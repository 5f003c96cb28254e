"""The journal entries that are still kept: found by place, chained, and forgotten from the oldest on."""

import json
from collections.abc import Sequence

from hal.journal import NOTHING, START, Cursor, JournalEntry, Mark, chain_document, entry_of


class ForgottenError(LookupError):
    """What was asked for was acknowledged once, and is not kept any more."""


class Past:
    """Entries after `before`, which is the newest forgotten one; `gone` of them are forgotten."""

    def __init__(self, before: Mark = NOTHING, gone: int = 0) -> None:
        self.before = before
        self.gone = gone
        self._documents: list[str] = []
        self._heads: list[str] = []
        self._places: dict[Cursor, int] = {}
        """How many entries there are up to a place that is kept, the forgotten ones too."""

    @property
    def head(self) -> str:
        """Chain over every entry ever."""
        return self._heads[-1] if self._heads else self.before.head

    @property
    def total(self) -> int:
        """Entries ever."""
        return self.gone + len(self._documents)

    def add(self, document: str) -> JournalEntry:
        """Take the newest entry in.

        Raises:
            ValueError: it is none.
        """
        entry = entry_of(document)
        self._heads.append(chain_document(self.head, document))
        self._documents.append(document)
        self._places[Cursor(entry.boot_id, entry.seq)] = self.total
        return entry

    def count_to(self, cursor: Cursor) -> int | None:
        """Return how many entries there are up to a place; None when there is no such place, or it is forgotten."""
        if cursor == START:
            return 0
        return self.gone if cursor == self.before.cursor else self._places.get(cursor)

    def head_at(self, cursor: Cursor) -> str | None:
        """Return the chain up to a place; None when there is no such place, or it is forgotten."""
        if cursor == START:
            return ""
        if cursor == self.before.cursor:
            return self.before.head
        count = self._places.get(cursor)
        return None if count is None else self._heads[count - self.gone - 1]

    def after(self, cursor: Cursor, limit: int) -> list[JournalEntry]:
        """Return at most `limit` entries after a place; from the start for a place that is not known.

        Raises:
            ForgottenError: the start is not there any more.
        """
        count = self.count_to(cursor) or 0
        # Nothing is skipped in silence: a place that is not known may be one of those that are forgotten.
        if count < self.gone:
            raise ForgottenError(_told(self.before.cursor))
        first = count - self.gone
        return [entry_of(document) for document in self._documents[first : first + max(0, limit)]]

    def documents_from(self, count: int) -> Sequence[str]:
        """Return every entry but the oldest `count` of those that are kept."""
        return self._documents[count:]

    def forget(self, count: int) -> None:
        """Forget the oldest `count` of what is kept."""
        self.before, self.gone = self.mark_of(count), self.gone + count
        del self._documents[:count], self._heads[:count]
        self._places = {cursor: at for cursor, at in self._places.items() if at > self.gone}

    def mark_of(self, count: int) -> Mark:
        """Return the place of the newest of the oldest `count` that are kept; that of what is forgotten for 0."""
        if not count:
            return self.before
        entry = entry_of(self._documents[count - 1])
        return Mark(Cursor(entry.boot_id, entry.seq), self._heads[count - 1])


def mark_document(mark: Mark) -> list[str | int]:
    """Return a mark as it is kept."""
    return [mark.cursor.boot_id, mark.cursor.seq, mark.head]


def mark_of(document: object) -> Mark:
    """Return what `mark_document` wrote.

    Raises:
        ValueError: no mark.
    """
    match document:
        case [str(boot_id), int(seq), str(head)]:
            return Mark(Cursor(boot_id, seq), head)
        case _:
            message = f"no mark: {json.dumps(document)[:80]}"
            raise ValueError(message)


def _told(cursor: Cursor) -> str:
    return f"entries up to {cursor.seq} of boot {cursor.boot_id} were acknowledged, and are not kept any more"
