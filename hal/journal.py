"""A machine's truth: its journal, keyed by `(boot_id, seq)`, and the chain over it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

FieldValue = str | int
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Cursor:
    """Position in a journal: everything up to and including this entry is known; `START` is before the first."""

    boot_id: str
    seq: int


START = Cursor("", 0)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a journal and the chain over everything up to and including it; `NOTHING` is before the first."""

    cursor: Cursor
    head: str


NOTHING = Mark(START, "")


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One fact, as the machine's sensors saw it.

    `seq` rises by exactly one inside a boot; `at` is the machine's own clock (ISO 8601, UTC) and never orders
    anything; `kind` and the names in `fields` are words of `hal.wire.words`; `order_number` and `pouch` are -1 where
    they do not apply. `boot_number` counts boots, so that boots can be put in order.
    """

    boot_id: str
    boot_number: int
    seq: int
    at: str
    kind: str
    order_number: int = -1
    pouch: int = -1
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    _document: str = field(default="", init=False, compare=False, repr=False)
    """What the entry came in, where that is known to be canonical: it is not written a second time."""

    def come_in(self, document: str) -> None:
        """Keep the `document` that the entry was read from, which is what `document` would write."""
        object.__setattr__(self, "_document", document)

    def document(self) -> str:
        """Return the entry as every wire carries it: canonical JSON (sorted keys, no spaces)."""
        return self._document or _canonical(
            {
                "boot": self.boot_id,
                "boot_number": self.boot_number,
                "seq": self.seq,
                "at": self.at,
                "kind": self.kind,
                "order": self.order_number,
                "pouch": self.pouch,
                "fields": dict(self.fields),
            }
        )


def document_of(entry: JournalEntry) -> str:
    """Return an entry as every wire carries it: canonical JSON (sorted keys, no spaces)."""
    return entry.document()


def entry_of(document: str) -> JournalEntry:
    """Return the entry that `document_of` wrote.

    Raises:
        ValueError: not a journal entry.
    """
    try:
        parsed = json.loads(document)
        return JournalEntry(
            boot_id=str(parsed["boot"]),
            boot_number=int(parsed["boot_number"]),
            seq=int(parsed["seq"]),
            at=str(parsed["at"]),
            kind=str(parsed["kind"]),
            order_number=int(parsed["order"]),
            pouch=int(parsed["pouch"]),
            fields=dict(parsed["fields"]),
        )
    except (KeyError, TypeError) as error:
        message = f"not a journal entry: {error!r}"
        raise ValueError(message) from error


def chain(head: str, entry: JournalEntry) -> str:
    """Return the journal's hash head after `entry`: SHA-256 over the former head and the entry document."""
    return chain_document(head, document_of(entry))


def chain_document(head: str, document: str) -> str:
    """Do as `chain` for the `document` of an entry."""
    return hashlib.sha256(f"{head}\n{document}".encode()).hexdigest()
